"""IPv4 input: is this packet sound, is it for us, for somebody else, and who takes it.

Source: RFC 1122 section 3.2.1, whose checks come in its order; RFC 791 section 3.1; RFC 1812
section 5.2 for what is forwarded.

    header --> hooks --> ours? -+-> source --> options --> fragments --> ICMP, UDP, TCP ...
                                `-> forwarding, or dropped

Rule: what comes by the loopback is taken from our own addresses; from a link, never.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from wirelab.codecs import DecodeError, IPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv4 import options as option_rules
from wirelab.sim.host.ipv4.errors import Errors
from wirelab.sim.host.ipv4.options import BadOption
from wirelab.sim.host.ipv4.reassembly import Reassembly
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.protocol_numbers import PROTOCOL_IGMP
from wirelab.sim.host.routing import LOOPBACK_NETWORK, Routes
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.ipv4.forwarding import Forwarding


IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1

CLASS_D: Final = 224  # first byte of the first multicast address (RFC 1112 section 4)

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]


class Ipv4Input:
    """The way up.

    Args:
        routes: knows our addresses.
        handlers: by protocol number; each is given the packet and `now`.
        no_protocol: takes what no handler takes.
        errors: tells senders what is wrong.
        hooks: see packets of links before anybody else.
        reassembly: gives the fragments of this host, made when the first one comes.
        forwarding: takes what is for others; None: nobody does.
        source_routes: whether packets may bring their own route.
    """

    def __init__(
        self,
        routes: Routes,
        handlers: dict[int, Handler],
        no_protocol: Handler,
        errors: Errors,
        hooks: PacketHooks,
        reassembly: Callable[[], Reassembly],
        forwarding: "Forwarding | None",
        source_routes: bool,
    ) -> None:
        self._routes = routes
        self._handlers = handlers
        self._no_protocol = no_protocol
        self._errors = errors
        self._hooks = hooks
        self._reassembly = reassembly
        self._forwarding = forwarding
        self._source_routes = source_routes

    def receive(
        self,
        interface: Interface,
        frame: bytes,
        start: int,
        link_group: bool,
        trusted: bool,
        now: int,
        looped: bool = False,
    ) -> Drop | None:
        """Check a packet and hand it to its protocol.

        Args:
            interface: where it came in.
            frame: the frame.
            start: where the IPv4 header begins.
            link_group: the frame was a link-layer broadcast or multicast.
            trusted: see `Arrival`.
            now: ns.
            looped: it comes from this host itself.
        """
        try:
            ip = IPv4.parse(frame, start, strict=False)  # the length is judged below
        except DecodeError as error:
            return Drop(Reason.IP_BAD_HEADER, str(error))
        refusal = self._unsound(ip, frame, start)
        if refusal is not None:
            return refusal
        arrival = Arrival(
            ip,
            frame,
            start,
            start + ip.header_length,
            start + ip.total_length,
            interface,
            not link_group,
            trusted,
        )
        if self._hooks and not looped:
            return self._pass_hooks(arrival, now)
        return self._sort(arrival, looped, now)

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

    # --- hooks -------------------------------------------------------------------------------

    def _pass_hooks(self, arrival: Arrival, now: int) -> Drop | None:
        """Let boxes see the packet, and go on with what they make of it."""
        whole: Arrival | Drop | None = arrival
        if self._hooks.wants_whole and is_fragment(arrival.ipv4):
            whole = self._reassembly().add(arrival, now)
            if whole is None or isinstance(whole, Drop):
                return whole
            arrival = whole
        packet = arrival.frame[arrival.start : arrival.end]
        judged = self._hooks.received(packet, arrival.interface, now)
        if isinstance(judged, Drop):
            if judged.answered:
                reason, detail, _ = judged
                return self._errors.refuse(arrival, Complaint.PROHIBITED, reason, detail, now)
            return judged
        if judged is not packet:
            arrival = _with_packet(arrival, judged)
        return self._sort(arrival, False, now)

    # --- for whom ----------------------------------------------------------------------------

    def _sort(self, arrival: Arrival, looped: bool, now: int) -> Drop | None:
        """Ours, everybody's, or somebody else's."""
        ip, interface = arrival.ip, arrival.interface
        destination = ip.destination
        if self._routes.is_local(destination) and (looped or destination[0] != LOOPBACK_NETWORK):
            if not arrival.unicast:  # RFC 1122 section 3.3.6
                detail = f"{ipv4_text(destination)} in a link-layer broadcast"
                return Drop(Reason.IP_UNICAST_IN_BROADCAST, detail)
        elif (
            interface.is_broadcast(destination)
            or interface.hears(destination)
            or (arrival.protocol == PROTOCOL_IGMP and interface.hears_all_groups)
        ):
            arrival = arrival._replace(unicast=False)
        elif self._forwarding is not None and arrival.unicast and not looped:
            return self._forwarding.forward(arrival, now)
        else:
            return self._not_for_us(arrival)
        if not looped:
            refusal = self._unwelcome(arrival)
            if refusal is not None:
                return refusal
        return self._take(arrival, now)

    def _not_for_us(self, arrival: Arrival) -> Drop:
        """Say what a packet for somebody else met here."""
        destination = arrival.ip.destination
        detail = f"destination {ipv4_text(destination)}"
        route = self._routes.lookup(destination) if arrival.unicast else None
        if route is None or route.interface == arrival.interface.index or destination[0] >= CLASS_D:
            return Drop(Reason.IP_NOT_FOR_ME, detail)
        return Drop(Reason.IP_FORWARDING_OFF, detail)  # it came here in the hope of a router

    def _unwelcome(self, arrival: Arrival) -> Drop | None:
        """RFC 1122 section 3.2.1.3: senders that cannot be.

        0.0.0.0 may speak while it looks for its address, but only to everybody. Our own address is
        refused, since an answer would go to ourselves (CERT CA-1997-28, "LAND").
        """
        source = arrival.ip.source
        first = source[0]
        if (
            first >= CLASS_D
            or self._routes.is_local(source)
            or (arrival.unicast if first == 0 else arrival.interface.is_broadcast(source))
        ):
            return Drop(Reason.IP_BAD_SOURCE, f"source {ipv4_text(source)}")
        return None

    # --- for us ------------------------------------------------------------------------------

    def _take(self, arrival: Arrival, now: int) -> Drop | None:
        """Options, fragments, and up."""
        if arrival.ip.header_length > IPV4_HEADER:
            judged = self._read_options(arrival, now)
            if isinstance(judged, Drop):
                return judged
            arrival = judged
        if is_fragment(arrival.ipv4):
            whole = self._reassembly().add(arrival, now)
            if whole is None or isinstance(whole, Drop):
                return whole
            arrival = whole
        return self._handlers.get(arrival.protocol, self._no_protocol)(arrival, now)

    def _read_options(self, arrival: Arrival, now: int) -> Arrival | Drop:
        """RFC 1122 section 3.2.1.8; what is above finds our entries in `ip.options`."""
        options = arrival.frame[arrival.start + IPV4_HEADER : arrival.offset]
        found = option_rules.read(options)
        if isinstance(found, BadOption):
            return self._errors.refuse(
                arrival,
                Complaint.BAD_HEADER,
                Reason.IP_BAD_OPTION,
                found.detail,
                now,
                found.pointer,
            )
        if found.source_route is not None:
            stop = option_rules.next_stop(options, found)
            if stop is not None and self._source_routes and self._forwarding is not None:
                return self._forwarding.by_source_route(arrival, found, stop, now)
            if stop is not None:  # RFC 1122 section 3.3.5
                reason, detail = Reason.IP_SOURCE_ROUTE, f"next stop {ipv4_text(stop)}"
                return self._errors.refuse(
                    arrival, Complaint.SOURCE_ROUTE_FAILED, reason, detail, now
                )
            if not self._source_routes:
                return Drop(Reason.IP_SOURCE_ROUTE, "it has come by one")
        own = arrival.ip.destination if arrival.unicast else arrival.interface.address
        new = option_rules.record(options, found, own, self._routes.is_local, now)
        if new == options:
            return arrival
        return arrival._replace(ip=arrival.ip.replace(options=new))


def is_fragment(ip: IPv4) -> bool:
    """Whether a packet is a part of one."""
    return ip.more_fragments or ip.fragment_offset > 0


def _with_packet(arrival: Arrival, packet: bytes) -> Arrival:
    """An arrival whose packet a hook has replaced."""
    start = arrival.start
    frame = arrival.frame[:start] + packet
    ip = IPv4.parse(frame, start)
    offset, end = start + ip.header_length, start + ip.total_length
    return arrival._replace(ip=ip, frame=frame, offset=offset, end=end, translated=True)
