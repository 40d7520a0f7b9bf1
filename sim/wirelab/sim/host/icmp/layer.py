"""ICMP of a host as its other layers see it: one object for both families.

message --> Icmpv4 | Icmpv6 --> Pings | Troubles | RedirectsIn --> sockets, events, paths
refused packet --> refuse, error --> ErrorsOut --> output
ping --> Pings --> output
"""

from collections.abc import Callable

from wirelab.codecs import DecodeError, ICMPv4Timestamp, IPv4, IPv6
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.events import Event
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.errors_out import ErrorsOut, may_answer_group
from wirelab.sim.host.icmp.icmpv4 import Icmpv4
from wirelab.sim.host.icmp.icmpv6 import Icmpv6
from wirelab.sim.host.icmp.message_types import PARAMETER_PROBLEM, REDIRECT, TIMESTAMP_REQUEST
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.pings import Pings
from wirelab.sim.host.icmp.quotes import ICMP, ICMP6, upper_layer
from wirelab.sim.host.icmp.rate_limit import RateLimit
from wirelab.sim.host.icmp.redirects_in import RedirectsIn
from wirelab.sim.host.icmp.trouble import Trouble, TroubleHandler
from wirelab.sim.host.icmp.troubles import Troubles
from wirelab.sim.host.interface import check_address
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Hop
from wirelab.sim.reasons import Reason


class Icmp:
    """ICMP and ICMPv6 of one host.

    Args:
        output: the way down, of both families.
        emit: takes events.
        counters: the host's.
        config: ICMP's knobs.
        answer_echo: whether pings are answered.
        answer_errors: whether packets that are refused are answered.
        forwarding: the host is a router.
        is_local: whether an address is this host's.
        is_group: whether an address means more than one host.
        first_hop: the way that an IPv4 packet takes now.
        path_mtus: learn from what is too big.
        redirects: keep what redirects say.

    Attributes:
        v4, v6: the ways up, handlers of protocols 1 and 58.
        pings: echo requests of ours; sockets enter themselves as takers.
        redirects: as given.
    """

    __slots__ = (
        "_counters",
        "_errors",
        "_is_local",
        "_troubles",
        "pings",
        "redirects",
        "v4",
        "v6",
    )

    def __init__(
        self,
        output: IcmpOutput,
        emit: Callable[[Event], None],
        counters: Counters,
        config: IcmpConfig,
        answer_echo: bool,
        answer_errors: bool,
        forwarding: bool,
        is_local: Callable[[bytes], bool],
        is_group: Callable[[bytes], bool],
        first_hop: Callable[[bytes], Hop | None],
        path_mtus: PathMtus,
        redirects: Redirects,
    ) -> None:
        self._counters = counters
        self._is_local = is_local
        self.redirects = redirects
        self._errors = ErrorsOut(output, is_local, is_group, RateLimit(config), answer_errors)
        self._troubles = troubles = Troubles(is_local, path_mtus)
        self.pings = pings = Pings(output, is_group, emit)
        troubles.handlers[ICMP] = troubles.handlers[ICMP6] = pings.in_trouble
        obedient = config.accept_redirects and not forwarding
        redirects_in = RedirectsIn(redirects, first_hop, is_local, obedient)
        common = (counters, config, answer_echo)
        self.v4 = Icmpv4(output, pings, troubles, redirects_in, *common)
        self.v6 = Icmpv6(output, pings, troubles, *common)

    @property
    def troubles(self) -> dict[int, TroubleHandler]:
        """Who is told of bad news, by protocol number."""
        return self._troubles.handlers

    @property
    def trouble_listeners(self) -> list[TroubleHandler]:
        """Who is told of all bad news about packets of this host, whatever the protocol."""
        return self._troubles.listeners

    # --- errors out --------------------------------------------------------------------------

    def no_protocol(self, arrival: Arrival, now: int) -> Drop:
        """Refuse a packet whose protocol nobody speaks here (RFC 1122 section 3.2.2.1)."""
        detail = f"protocol {arrival.protocol}"
        complaint = Complaint.PROTOCOL_UNREACHABLE
        return self.refuse(arrival, complaint, Reason.IP_NO_PROTOCOL, detail, now)

    def refuse(
        self,
        arrival: Arrival,
        complaint: Complaint,
        reason: Reason,
        detail: str,
        now: int,
        info: int = 0,
    ) -> Drop:
        """Drop a packet, and tell the sender where that is allowed.

        Args:
            arrival: the packet.
            complaint: what the sender is told.
            reason: what our own books say.
            detail: numbers for a person.
            now: ns.
            info: the MTU that would have passed, or the pointer.

        Returns:
            The drop, which says whether there is an answer on its way.
        """
        kind = complaint.of(len(arrival.ip.source))
        allowed = arrival.unicast or (len(arrival.ip.source) == 16 and may_answer_group(kind))
        if not allowed:
            return Drop(reason, detail)
        packet = arrival.frame[arrival.start : arrival.end]
        refused = self.complain(packet, complaint, now, info, arrival.interface.index)
        if refused is Reason.ICMP_RATE_LIMITED:
            return Drop(reason, f"{detail}; no answer: {refused}")
        return Drop(reason, detail, answered=refused is None)

    def complain(
        self,
        packet: bytes,
        complaint: Complaint,
        now: int,
        info: int = 0,
        interface: int | None = None,
    ) -> Reason | None:
        """Tell the sender of a packet what is wrong with it; see `error`.

        Args:
            packet: of either family, from its IP header on.
            complaint: what it is.
            now: ns.
            info: the MTU that would have passed, or the pointer.
            interface: index of where it came in.
        """
        size = 16 if packet and packet[0] >> 4 == 6 else 4
        type_, code = complaint.of(size)
        if size == 4 and type_ == PARAMETER_PROBLEM:
            info <<= 24
        return self.error(packet, type_, code, info, now, interface)

    def error(
        self,
        packet: bytes,
        type: int,  # noqa: A002 - as the field is called
        code: int,
        info: int,
        now: int,
        interface: int | None = None,
    ) -> Reason | None:
        """Send an ICMP error in the numbers of its family, where that is allowed.

        Args:
            packet: the offending one, from its IP header on, at least 8 bytes of payload.
            type: of the error.
            code: of the error.
            info: the four bytes behind the checksum.
            now: ns.
            interface: index of where it came in: the answer to a link-local sender leaves there.

        Returns:
            None when sent, else why not: `icmp.answer_forbidden` (RFC 1122 section 3.2.2, RFC 4443
            section 2.4 (e)), `icmp.rate_limited`, `ip.no_route`.
        """
        refused = self._errors.send(packet, (type, code), info, now, interface)
        if refused is not None and refused is not Reason.ICMP_ANSWER_FORBIDDEN:
            count(self._counters.not_sent, refused)
        return refused

    def redirect(self, packet: bytes, gateway: bytes, now: int) -> Reason | None:
        """Tell a sender of IPv4 packets that another router is nearer (RFC 1812 section 5.2.7.2).

        Args:
            packet: the one that was forwarded, from its IP header on.
            gateway: the better first hop, on the sender's own network.
            now: ns.
        """
        return self.error(packet, REDIRECT, 1, int.from_bytes(gateway, "big"), now)

    def undelivered(self, packet: bytes, now: int) -> None:
        """A neighbour never answered: tell whoever sent the packet that waited for it.

        For a packet of ours it is as if a router had said it (RFC 1122 section 2.4); about one that
        was forwarded, the sender is told (RFC 1812 section 3.3.2, RFC 4861 section 7.2.2).
        """
        try:
            trouble = _of_neighbor(packet)
        except DecodeError:
            return
        if not self._is_local(trouble.source):
            self.complain(packet, Complaint.HOST_UNREACHABLE, now)
        else:
            self._troubles.report(trouble, now)

    # --- calls -------------------------------------------------------------------------------

    def ping(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        ttl: int | None = None,
        manner: Manner | None = None,
    ) -> None:
        """See `Host.ping`."""
        if manner is None:
            manner = self.pings.manner(destination, len(payload), ttl)
        self.pings.send(destination, identifier, sequence_number, payload, now, manner)

    def ask_time(self, destination: bytes, identifier: int, number: int, now: int) -> None:
        """See `Host.ask_time`."""
        check_address(destination)
        body = ICMPv4Timestamp(self.v4.time_of_day(now)).build()
        self.pings.send(destination, identifier, number, body, now, USUAL, TIMESTAMP_REQUEST)


def _of_neighbor(packet: bytes) -> Trouble:
    """The bad news that ARP or neighbour discovery has about a packet of ours.

    Raises:
        DecodeError: it is no IP packet.
    """
    ip: IPv4 | IPv6
    if packet[:1] >= b"\x60":
        reason = Reason.ND_TIMEOUT
        ip = IPv6.parse(packet)
        protocol, offset = upper_layer(packet, 0, len(packet), ip)
        kind = Complaint.HOST_UNREACHABLE.ipv6
    else:
        reason = Reason.ARP_TIMEOUT
        ip = IPv4.parse(packet)
        protocol, offset = ip.protocol, ip.header_length
        kind = Complaint.HOST_UNREACHABLE.ipv4
    return Trouble(ip.source, reason, ip, protocol, packet, offset, *kind)
