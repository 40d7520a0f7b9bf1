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
from wirelab.sim.host.ipv4.errors import Errors
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
from wirelab.sim.host.ipv6.forwarding import Forwarding
from wirelab.sim.host.ipv6.reassembly import Reassembly, Whole
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.scopes import (
    LINK_SCOPE,
    LOOPBACK,
    UNSPECIFIED,
    is_link_local,
    is_mapped,
    is_multicast6,
)
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.reasons import Reason

ND_HOP_LIMIT: Final = 255  # RFC 4861 section 7.1
ND_TYPES: Final = range(133, 138)  # of ICMPv6, RFC 4861 section 4
MLD_TYPES: Final = (130, 131, 132, 143)  # likewise, RFC 2710 section 3.1, RFC 3810 section 5

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]
"""Takes a packet that is for us, and `now`."""


class Ipv6Input:
    """The way up.

    Args:
        routes: knows our addresses.
        handlers: by number of the upper-layer protocol.
        errors: tells senders what is wrong.
        hooks: see every packet that comes in.
        reassembly: gives the fragments of this host.
        forwarding: passes on what is for others; None: it is dropped.
    """

    def __init__(
        self,
        routes: Ipv6Routes,
        handlers: dict[int, Handler],
        errors: Errors,
        hooks: PacketHooks,
        reassembly: Callable[[], Reassembly],
        forwarding: Forwarding | None,
    ) -> None:
        self._routes = routes
        self._handlers = handlers
        self._errors = errors
        self._hooks = hooks
        self._reassembly = reassembly
        self._forwarding = forwarding

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
            start: where the IPv6 header begins.
            link_group: the frame was a link-layer broadcast or multicast.
            trusted: see `Arrival`.
            now: ns.
            looped: it comes from this host itself.
        """
        try:
            ip = IPv6.parse(frame, start, strict=False)  # the length is judged below
        except DecodeError as error:
            return Drop(Reason.IP_BAD_HEADER, str(error))
        offset = start + IPV6_HEADER
        end = offset + ip.payload_length
        if end > len(frame):
            detail = f"payload length {ip.payload_length}, {len(frame) - offset} bytes arrived"
            return Drop(Reason.IP_BAD_HEADER, f"{detail} (RFC 8200 section 3)")
        arrival = Arrival(
            ip, frame, start, offset, end, interface, not link_group, trusted, upper=ip.next_header
        )
        if looped:
            return self._sort(arrival, True, now)
        refusal = self._unwelcome(ip)
        if refusal is not None:
            return refusal
        if self._hooks:
            return self._pass_hooks(arrival, now)
        return self._sort(arrival, False, now)

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
            return Drop(Reason.IP_BAD_DESTINATION, f"destination {ipv6_text(destination)}")
        if is_multicast6(destination) and destination[1] & 0x0F < LINK_SCOPE:
            detail = f"destination {ipv6_text(destination)} never leaves a host"
            return Drop(Reason.IP_BAD_DESTINATION, f"{detail} (RFC 4291 section 2.7)")
        return None

    # --- hooks -------------------------------------------------------------------------------

    def _pass_hooks(self, arrival: Arrival, now: int) -> Drop | None:
        """Let boxes see the packet, and go on with what they make of it.

        What keeps the link itself going does not pass them: no filter must stop it (RFC 4890
        sections 4.3.3 and 4.4.1).
        """
        if _is_of_the_link(arrival):
            return self._sort(arrival, False, now)
        if self._hooks.wants_whole:
            whole = self._whole(arrival, now)
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

    def _whole(self, arrival: Arrival, now: int) -> Arrival | Drop | None:
        """The packet, put together if it is a fragment, for whoever reads ports."""
        place = _fragment_header(arrival)
        if place is None:
            return arrival
        found = self._reassembly().add(arrival, place, now)
        return found.arrival if isinstance(found, Whole) else found

    # --- for whom ----------------------------------------------------------------------------

    def _sort(self, arrival: Arrival, looped: bool, now: int) -> Drop | None:
        """Do what every node on the way has to; then it is ours, or on its way."""
        ip, frame, start = arrival.ipv6, arrival.frame, arrival.start
        if ip.next_header == HOP_BY_HOP:
            # A jumbogram says 0, and its option is as good as unknown here (RFC 2675 section 3).
            end = arrival.end if arrival.end > start + IPV6_HEADER else len(frame)
            fault = hop_by_hop_options(frame, start, end)
            if fault is not None:
                return self._faulty(arrival, fault, now)
        if is_multicast6(ip.destination):
            arrival = arrival._replace(unicast=False)
        if looped or self._is_ours(ip.destination, arrival.interface) or _is_for_querier(arrival):
            return self._deliver(arrival, Place(ip.next_header, NEXT_HEADER_AT, IPV6_HEADER), now)
        if self._forwarding is not None and arrival.unicast:
            return self._forwarding.forward(arrival, now)
        detail = f"destination {ipv6_text(ip.destination)}"
        route = self._routes.lookup(ip.destination) if arrival.unicast else None
        if route is None or route.interface == arrival.interface.index:
            return Drop(Reason.IP_NOT_FOR_ME, detail)
        return Drop(Reason.IP_FORWARDING_OFF, detail)  # it came here in the hope of a router

    def _is_ours(self, destination: bytes, interface: Interface) -> bool:
        """Whether a packet ends here; a link-local address is one of its own link only."""
        if is_multicast6(destination):
            return interface.hears(destination)
        owner = self._routes.local_interface(destination)
        if owner is None or (is_link_local(destination) and owner is not interface):
            return False
        entry = owner.find(destination)
        return entry is not None and entry.is_usable

    # --- for us ------------------------------------------------------------------------------

    def _deliver(
        self, arrival: Arrival, place: Place, now: int, whole: bool = False
    ) -> Drop | None:
        """Walk the extension headers up to whoever takes the payload; `whole`: put together."""
        found = walk(arrival.frame, arrival.start, arrival.end, place)
        if isinstance(found, Fault):
            return self._faulty(arrival, found, now)
        if found.kind == FRAGMENT:
            if whole:  # ours: nobody sends them, and a nest of them would keep us busy
                return Drop(Reason.IP_FRAG_BAD, "a fragment header inside of fragments")
            joined = self._reassembly().add(arrival, found, now)
            if not isinstance(joined, Whole):
                return joined
            return self._deliver(joined.arrival, joined.place, now, True)
        arrival = arrival._replace(offset=arrival.start + found.at, upper=found.kind)
        handler = self._handlers.get(found.kind)
        return self._unknown(arrival, found, now) if handler is None else handler(arrival, now)

    def _unknown(self, arrival: Arrival, found: Place, now: int) -> Drop:
        """Nobody takes it, perhaps because there is nothing to take (RFC 8200 section 4.7)."""
        if found.kind == NO_NEXT_HEADER:
            return Drop(Reason.IP_NO_NEXT_HEADER)
        detail = f"next header {found.kind}"
        complaint = Complaint.PROTOCOL_UNREACHABLE
        fault = Fault(Reason.IP_NO_PROTOCOL, detail, complaint, found.naming)
        return self._faulty(arrival, fault, now)

    def _faulty(self, arrival: Arrival, fault: Fault, now: int) -> Drop:
        if fault.complaint is None:
            return Drop(fault.reason, fault.detail)
        return self._errors.refuse(
            arrival, fault.complaint, fault.reason, fault.detail, now, fault.pointer
        )


def _fragment_header(arrival: Arrival) -> Place | None:
    """Where the fragment header is, if there is one."""
    place = Place(arrival.ipv6.next_header, NEXT_HEADER_AT, IPV6_HEADER)
    found = walk(arrival.frame, arrival.start, arrival.end, place)
    return found if isinstance(found, Place) and found.kind == FRAGMENT else None


def _is_for_querier(arrival: Arrival) -> bool:
    """Whether listeners tell of their groups, which a querier hears whatever its own groups are.

    Their messages follow the hop-by-hop options at once (RFC 3810 section 5).
    """
    frame, begin = arrival.frame, arrival.start + IPV6_HEADER
    if arrival.unicast or arrival.upper != HOP_BY_HOP or not arrival.interface.hears_all_groups:
        return False
    at = begin + 8 + 8 * frame[begin + 1]
    return frame[begin] == PROTOCOL_ICMPV6 and at < arrival.end and frame[at] in MLD_TYPES


def _is_of_the_link(arrival: Arrival) -> bool:
    """Neighbour discovery, which never crosses a router: its hop limit proves it."""
    if arrival.ttl != ND_HOP_LIMIT or arrival.upper != PROTOCOL_ICMPV6:
        return False
    return arrival.offset < arrival.end and arrival.frame[arrival.offset] in ND_TYPES


def _with_packet(arrival: Arrival, packet: bytes) -> Arrival:
    """The same arrival with what hooks made of its packet."""
    start = arrival.start
    frame = arrival.frame[:start] + packet
    ip = IPv6.parse(frame, start, strict=False)
    return arrival._replace(
        ip=ip,
        frame=frame,
        offset=start + IPV6_HEADER,
        end=len(frame),
        trusted=False,
        upper=ip.next_header,
    )
