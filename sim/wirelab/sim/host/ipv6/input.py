"""IPv6 input: is this packet sound, is it for us, what does it carry, and who takes that.

Source: RFC 8200 section 3 and 4; RFC 4291 section 2 (addresses that no packet may carry); RFC 4443
section 2.4 (when an error answers).

    header --> hop-by-hop options --> for us? --> extension headers --> fragments --> upper layer
                                        `--> forwarding, or dropped
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from wirelab.codecs import DecodeError, IPv6
from wirelab.codecs.addresses import ipv6_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.ipv6.extension_headers import (
    FRAGMENT,
    HOP_BY_HOP,
    IPV6_HEADER,
    NEXT_HEADER_AT,
    NO_NEXT_HEADER,
    Fault,
    Place,
    hop_by_hop_options,
    walk,
)
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.scopes import (
    LINK_SCOPE,
    LOOPBACK,
    UNSPECIFIED,
    is_link_local,
    is_mapped,
    is_multicast6,
)
from wirelab.sim.reasons import Reason

PROTOCOL_ICMPV6: Final = 58  # RFC 4443 section 1

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]
"""Takes a packet that is for us, and `now`."""

Refusal: TypeAlias = Callable[[Arrival, Complaint, Reason, str, int, int], Drop]
"""Drops a packet and tells its sender, where that is allowed: the packet, what the sender is told,
reason, detail, `now`, and which byte is at fault."""

Forwarder: TypeAlias = Callable[[Arrival, int], Drop | None]
"""Passes on a packet that is for somebody else."""


class Ipv6Input:
    """The way up.

    Args:
        routes: knows our addresses.
        handlers: by number of the upper-layer protocol.
        refuse: see `Refusal`.

    Attributes:
        forward: what becomes of packets for others; None: they are dropped.
    """

    def __init__(
        self,
        routes: Ipv6Routes,
        handlers: dict[int, Handler],
        refuse: Refusal,
    ) -> None:
        self._routes = routes
        self._handlers = handlers
        self._refuse = refuse
        self.forward: Forwarder | None = None

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
            start: where the IPv6 header begins.
            link_group: the frame was a link-layer broadcast or multicast.
            trusted: see `Arrival`.
            now: ns.
        """
        try:
            ip = IPv6.parse(frame, start, strict=False)  # the length is judged below
        except DecodeError as error:
            return Drop(Reason.IP_BAD_HEADER, str(error))
        end = start + IPV6_HEADER + ip.payload_length
        if end > len(frame):
            detail = f"payload length {ip.payload_length}, {len(frame) - start - 40} bytes arrived"
            return Drop(Reason.IP_BAD_HEADER, f"{detail} (RFC 8200 section 3)")
        refusal = self._unwelcome(ip)
        if refusal is not None:
            return refusal
        unicast = not (link_group or is_multicast6(ip.destination))
        offset = start + IPV6_HEADER
        arrival = Arrival(
            ip, frame, start, offset, end, interface, unicast, trusted, upper=ip.next_header
        )
        return self._sort(arrival, now)

    def _sort(self, arrival: Arrival, now: int) -> Drop | None:
        """Do what every node on the way has to; then it is ours, or on its way."""
        ip, frame, start = arrival.ip, arrival.frame, arrival.start
        if arrival.upper == HOP_BY_HOP:
            # A jumbogram says 0, and its option is as good as unknown here (RFC 2675 section 3).
            end = arrival.end if arrival.end > arrival.offset else len(frame)
            fault = hop_by_hop_options(frame, start, end)
            if fault is not None:
                return self._faulty(arrival, fault, now)
        if self._is_ours(ip.destination, arrival.interface):
            return self._deliver(arrival, Place(arrival.upper, NEXT_HEADER_AT, IPV6_HEADER), now)
        if self.forward is not None and arrival.unicast:
            return self.forward(arrival, now)
        return Drop(Reason.IP_NOT_FOR_ME, f"destination {ipv6_text(ip.destination)}")

    def _unwelcome(self, ip: IPv6) -> Drop | None:
        """Addresses that cannot be (RFC 4291 sections 2.5.2, 2.5.3, 2.5.5.2 and 2.7).

        Our own address as the source is refused, since an answer would go to ourselves (CERT
        CA-1997-28, "LAND"); but neighbour discovery wants to hear of who else has it.
        """
        source, destination = ip.source, ip.destination
        if (
            is_multicast6(source)
            or source == LOOPBACK
            or is_mapped(source)
            or (self._routes.is_local(source) and ip.next_header != PROTOCOL_ICMPV6)
        ):
            return Drop(Reason.IP_BAD_SOURCE, f"source {ipv6_text(source)}")
        if destination in (LOOPBACK, UNSPECIFIED) or is_mapped(destination):
            return Drop(Reason.IP_NOT_FOR_ME, f"destination {ipv6_text(destination)}")
        if is_multicast6(destination) and destination[1] & 0x0F < LINK_SCOPE:
            detail = f"destination {ipv6_text(destination)} never leaves a host"
            return Drop(Reason.IP_NOT_FOR_ME, f"{detail} (RFC 4291 section 2.7)")
        return None

    def _is_ours(self, destination: bytes, interface: Interface) -> bool:
        """Whether a packet ends here; a link-local address is one of its own link only."""
        if is_multicast6(destination):
            return interface.hears(destination)
        owner = self._routes.local_interface(destination)
        if owner is None or (is_link_local(destination) and owner is not interface):
            return False
        entry = owner.find(destination)
        return entry is not None and entry.state in (
            AddressState.PREFERRED,
            AddressState.DEPRECATED,
        )

    def _deliver(self, arrival: Arrival, place: Place, now: int) -> Drop | None:
        """Walk the extension headers up to whoever takes the payload."""
        found = walk(arrival.frame, arrival.start, arrival.end, place)
        if isinstance(found, Fault):
            return self._faulty(arrival, found, now)
        if found.kind == FRAGMENT:
            return Drop(Reason.IP_FRAG_BAD, f"header at byte {found.at}")
        arrival = arrival._replace(offset=arrival.start + found.at, upper=found.kind)
        handler = self._handlers.get(found.kind)
        if handler is not None:
            return handler(arrival, now)
        if found.kind == NO_NEXT_HEADER:  # RFC 8200 section 4.7
            return Drop(Reason.IP_NO_NEXT_HEADER)
        detail = f"next header {found.kind}"
        fault = Fault(Reason.IP_NO_PROTOCOL, detail, Complaint.PROTOCOL_UNREACHABLE, found.naming)
        return self._faulty(arrival, fault, now)

    def _faulty(self, arrival: Arrival, fault: Fault, now: int) -> Drop:
        if fault.complaint is None:
            return Drop(fault.reason, fault.detail)
        return self._refuse(
            arrival, fault.complaint, fault.reason, fault.detail, now, fault.pointer
        )
