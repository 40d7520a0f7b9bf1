"""IPv4 input: is this packet sound, is it for us, and who takes it.

Source: RFC 1122 section 3.2.1, whose checks come in its order; RFC 791 section 3.1.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from wirelab.codecs import DecodeError, IPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.routing import Routes
from wirelab.sim.reasons import Reason

PROTOCOL_ICMP: Final = 1  # RFC 792
PROTOCOL_IGMP: Final = 2  # RFC 1112 appendix I
PROTOCOL_TCP: Final = 6  # RFC 9293 section 3.1
PROTOCOL_UDP: Final = 17  # RFC 768
PROTOCOL_UDPLITE: Final = 136  # RFC 3828 section 7

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]


class Ipv4Input:
    """The way up.

    Args:
        routes: knows our addresses.
        handlers: by protocol number; each is given the packet and `now`.
        no_protocol: takes what no handler takes.
    """

    def __init__(self, routes: Routes, handlers: dict[int, Handler], no_protocol: Handler) -> None:
        self._routes = routes
        self._handlers = handlers
        self._no_protocol = no_protocol

    def receive(
        self,
        interface: Interface,
        frame: bytes,
        start: int,
        link_group: bool,
        trusted: bool,
        now: int,
    ) -> Drop | None:
        """Check a packet and hand it to its protocol.

        Args:
            interface: where it came in.
            frame: the frame.
            start: where the IPv4 header begins.
            link_group: the frame was a link-layer broadcast or multicast.
            trusted: see `Arrival`.
            now: ns.
        """
        try:
            ip = IPv4.parse(frame, start, strict=False)  # the length is judged below
        except DecodeError as error:
            return Drop(Reason.IP_BAD_HEADER, str(error))
        unicast = not link_group and self._routes.is_local(ip.destination)
        refusal = self._unsound(ip, frame, start)
        if refusal is None and not unicast:
            refusal = self._misaddressed(ip, interface)
        if refusal is None:
            refusal = self._unwelcome(ip, interface, unicast)
        if refusal is not None:
            return refusal
        offset = start + ip.header_length
        end = start + ip.total_length
        arrival = Arrival(ip, frame, start, offset, end, interface, unicast, trusted)
        return self._handlers.get(ip.protocol, self._no_protocol)(arrival, now)

    def _unsound(self, ip: IPv4, frame: bytes, start: int) -> Drop | None:
        """RFC 1122 section 3.2.1.2: the checksum; RFC 791 section 3.1: the length."""
        if not IPv4.checksum_ok(frame, start, start + ip.header_length):
            return Drop(Reason.IP_BAD_CHECKSUM, f"checksum {ip.checksum:#06x}")
        if not ip.header_length <= ip.total_length <= len(frame) - start:
            detail = (
                f"total length {ip.total_length}, header {ip.header_length}, "
                f"{len(frame) - start} bytes arrived (RFC 791 section 3.1)"
            )
            return Drop(Reason.IP_BAD_HEADER, detail)
        return None

    def _misaddressed(self, ip: IPv4, interface: Interface) -> Drop | None:
        """Whether a packet that is not for us alone is for us at all."""
        destination = ip.destination
        if interface.is_broadcast(destination) or interface.hears(destination):
            return None
        if ip.protocol == PROTOCOL_IGMP and interface.hears_all_groups:
            return None
        if self._routes.is_local(destination):  # RFC 1122 section 3.3.6
            detail = f"{ipv4_text(destination)} in a link-layer broadcast"
            return Drop(Reason.IP_UNICAST_IN_BROADCAST, detail)
        return Drop(Reason.IP_NOT_FOR_ME, f"destination {ipv4_text(destination)}")

    def _unwelcome(self, ip: IPv4, interface: Interface, unicast: bool) -> Drop | None:
        """RFC 1122 section 3.2.1.3: senders that cannot be; section 3.2.1.4: fragments.

        0.0.0.0 may speak while it looks for its address, but only to everybody. Our own address is
        refused, since an answer would go to ourselves (CERT CA-1997-28, "LAND").
        """
        source = ip.source
        first = source[0]
        if (
            first >= 224
            or first == 127
            or self._routes.is_local(source)
            or (unicast if first == 0 else interface.is_broadcast(source))
        ):
            return Drop(Reason.IP_BAD_SOURCE, f"source {ipv4_text(source)}")
        if ip.more_fragments or ip.fragment_offset:  # reassembly is not there yet
            detail = f"identification {ip.identification:#06x}, offset {ip.fragment_offset * 8}"
            return Drop(Reason.IP_FRAGMENT, detail)
        return None
