"""ICMP: echo, errors about packets that we refuse, errors about packets that we sent.

Source: RFC 792; RFC 1122 section 3.2.2 (when an error must not be sent); RFC 1812 section 4.3.2.8
(rate limit).
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import DecodeError, ICMPv4, IPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, Event, IcmpError
from wirelab.sim.host.icmp.trouble import Trouble, TroubleHandler
from wirelab.sim.host.interface import is_multicast
from wirelab.sim.host.ipv4.input import PROTOCOL_ICMP
from wirelab.sim.host.ipv4.output import Ipv4Output
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

ECHO_REPLY: Final = 0  # all types: RFC 792
DESTINATION_UNREACHABLE: Final = 3
SOURCE_QUENCH: Final = 4
REDIRECT: Final = 5
ECHO_REQUEST: Final = 8
TIME_EXCEEDED: Final = 11
PARAMETER_PROBLEM: Final = 12

HOST_UNREACHABLE: Final = 1
PROTOCOL_UNREACHABLE: Final = 2  # codes of destination unreachable, RFC 792
PORT_UNREACHABLE: Final = 3
FRAGMENTATION_NEEDED: Final = 4

LARGEST_ERROR: Final = 576
"""bytes of IP packet: as much as every host can take in one piece (RFC 1812 section 4.3.2.3)."""

HEADERS: Final = 28
"""bytes: an IPv4 header without options and an ICMP header."""

ERROR_INTERVAL: Final = SECOND // 100
ERROR_BURST: Final = 50
"""ICMP errors: a burst, then 100 a second (RFC 1812 section 4.3.2.8 leaves the numbers to us)."""

MAXIMUM_PINGS: Final = 1024  # ours: pings that nobody answers must not eat the memory

_UNREACHABLE: Final = {
    0: Reason.ICMP_NET_UNREACHABLE,
    1: Reason.ICMP_HOST_UNREACHABLE,
    PROTOCOL_UNREACHABLE: Reason.ICMP_PROTOCOL_UNREACHABLE,
    PORT_UNREACHABLE: Reason.ICMP_PORT_UNREACHABLE,
    FRAGMENTATION_NEEDED: Reason.ICMP_FRAGMENTATION_NEEDED,
    5: Reason.ICMP_NET_UNREACHABLE,  # source route failed
    6: Reason.ICMP_NET_UNREACHABLE,  # network unknown; 6 to 12: RFC 1122 section 3.2.2.1
    7: Reason.ICMP_HOST_UNREACHABLE,  # host unknown
    8: Reason.ICMP_HOST_UNREACHABLE,  # source host isolated
    9: Reason.ICMP_PROHIBITED,
    10: Reason.ICMP_PROHIBITED,
    11: Reason.ICMP_NET_UNREACHABLE,  # for the type of service
    12: Reason.ICMP_HOST_UNREACHABLE,
    13: Reason.ICMP_PROHIBITED,  # 13 to 15: RFC 1812 section 5.2.7.1
    14: Reason.ICMP_HOST_UNREACHABLE,  # for this precedence
    15: Reason.ICMP_HOST_UNREACHABLE,
}


_PLATEAUS: Final = (32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
"""bytes, the common MTUs (RFC 1191 section 7.1)."""


def reason_of(header: ICMPv4) -> Reason | None:
    """What an ICMP error says; None for one that is not acted upon.

    Source quench is not (RFC 6633 section 3), and redirects are not followed (yet).
    """
    if header.type == DESTINATION_UNREACHABLE:
        return _UNREACHABLE.get(header.code)
    if header.type == TIME_EXCEEDED:
        return Reason.ICMP_REASSEMBLY_TIMEOUT if header.code else Reason.ICMP_TTL_EXPIRED
    return Reason.ICMP_PARAMETER_PROBLEM if header.type == PARAMETER_PROBLEM else None


def plateau_below(length: int) -> int:
    """The MTU to guess when a router does not tell it (RFC 1191 section 7.1).

    >>> plateau_below(1500)
    1492
    """
    return next((mtu for mtu in _PLATEAUS if mtu < length), _PLATEAUS[-1])


class Icmp:
    """ICMP of one host.

    Args:
        output: the way down.
        emit: takes events.
        counters: the host's.
        answer_echo: whether pings are answered.
        answer_errors: whether packets that nobody waits for are answered.
        is_local: whether an address is this host's.
    """

    def __init__(
        self,
        output: Ipv4Output,
        emit: Callable[[Event], None],
        counters: Counters,
        answer_echo: bool,
        answer_errors: bool,
        is_local: Callable[[bytes], bool],
    ) -> None:
        self.troubles: dict[int, TroubleHandler] = {PROTOCOL_ICMP: self._ping_in_trouble}
        self._output = output
        self._emit = emit
        self._counters = counters
        self._answer_echo = answer_echo
        self._answer_errors = answer_errors
        self._is_local = is_local
        self._pings: dict[tuple[int, int], bytes] = {}  # (identifier, number) -> destination
        self._credit_until = -ERROR_BURST * ERROR_INTERVAL

    # --- calls -------------------------------------------------------------------------------

    def ping(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        ttl: int | None,
    ) -> None:
        """See `Host.ping`."""
        source = self._output.source_for(destination)
        if source is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ipv4_text(destination)}")
        header = ICMPv4(
            type=ECHO_REQUEST, code=0, identifier=identifier, sequence_number=sequence_number
        )
        refused = self._output.send(header, payload, source, destination, now, Manner(ttl))
        if refused is not None:
            detail = f"{len(payload)} bytes to {ipv4_text(destination)}"
            raise HostError(refused, detail)
        while len(self._pings) >= MAXIMUM_PINGS:
            del self._pings[next(iter(self._pings))]
        self._pings[identifier, sequence_number] = destination

    # --- errors out --------------------------------------------------------------------------

    def no_protocol(self, arrival: Arrival, now: int) -> Drop:
        """Refuse a packet whose protocol nobody speaks here (RFC 1122 section 3.2.2.1)."""
        detail = f"protocol {arrival.ip.protocol}"
        return self.refuse(arrival, PROTOCOL_UNREACHABLE, Reason.IP_NO_PROTOCOL, detail, now)

    def refuse(self, arrival: Arrival, code: int, reason: Reason, detail: str, now: int) -> Drop:
        """Drop a packet, and tell the sender with destination unreachable where that is allowed.

        RFC 1122 section 3.2.2: never about a broadcast or multicast, on the link or in IP. What
        else is forbidden never gets here: fragments, ICMP errors, senders that are no single host.
        """
        if not arrival.unicast or not self._answer_errors:
            return Drop(reason, detail)
        if not self._take_credit(now):
            count(self._counters.not_sent, Reason.ICMP_RATE_LIMITED)
            return Drop(reason, f"{detail}; no answer: {Reason.ICMP_RATE_LIMITED}")
        ip = arrival.ip
        end = min(arrival.end, arrival.start + LARGEST_ERROR - HEADERS)
        quote = arrival.frame[arrival.start : end]
        header = ICMPv4(type=DESTINATION_UNREACHABLE, code=code)
        refused = self._output.send(header, quote, ip.destination, ip.source, now)
        if refused is not None:
            count(self._counters.not_sent, refused)
        return Drop(reason, detail, answered=refused is None)

    def _take_credit(self, now: int) -> bool:
        """A token bucket, kept as the instant at which its debt is paid."""
        debt = max(self._credit_until, now - ERROR_BURST * ERROR_INTERVAL) + ERROR_INTERVAL
        if debt > now:
            return False
        self._credit_until = debt
        return True

    # --- in ----------------------------------------------------------------------------------

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an ICMP message. Links vouch for TCP and UDP only, so its checksum is verified."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        try:
            header = ICMPv4.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, str(error))
        if not ICMPv4.checksum_ok(frame, offset, end):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        if header.type == ECHO_REQUEST:
            return self._echo_request(header, arrival, now)
        if header.type == ECHO_REPLY:
            return self._echo_reply(header, arrival)
        reason = reason_of(header)
        if reason is None:
            detail = f"type {header.type} code {header.code}"
            return Drop(Reason.ICMP_UNKNOWN_TYPE, detail)  # RFC 1122 section 3.2.2
        return self._error(header, reason, arrival, now)

    def _echo_request(self, request: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """RFC 1122 section 3.2.2.6. A broadcast MAY be ignored, and is: it invites storms."""
        if not arrival.unicast or not self._answer_echo:
            detail = "" if arrival.unicast else f"sent to {ipv4_text(arrival.ip.destination)}"
            return Drop(Reason.ICMP_ECHO_IGNORED, detail)
        source, destination = arrival.ip.destination, arrival.ip.source
        room = self._output.mtu_for(destination) - HEADERS
        begin = arrival.offset + request.header_length
        data = arrival.frame[begin : min(arrival.end, begin + room)]
        reply = ICMPv4(
            type=ECHO_REPLY,
            code=0,
            identifier=request.identifier,
            sequence_number=request.sequence_number,
        )
        refused = self._output.send(reply, data, source, destination, now)
        if refused is not None:
            count(self._counters.not_sent, refused)
        return None

    def _echo_reply(self, reply: ICMPv4, arrival: Arrival) -> Drop | None:
        key = (reply.identifier, reply.sequence_number)
        destination = self._pings.get(key)
        source = arrival.ip.source
        group = destination is not None and (
            is_multicast(destination) or arrival.interface.is_broadcast(destination)
        )
        if destination != source and not group:
            detail = f"identifier {key[0]}, number {key[1]} from {ipv4_text(source)}"
            return Drop(Reason.ICMP_UNMATCHED_REPLY, detail)
        if not group:  # many may answer a broadcast
            del self._pings[key]
        payload = arrival.frame[arrival.offset + reply.header_length : arrival.end]
        self._emit(EchoReply(source, *key, payload, arrival.ip.ttl))
        return None

    def _error(self, header: ICMPv4, reason: Reason, arrival: Arrival, now: int) -> Drop | None:
        """An ICMP error: find out who sent the packet that it quotes (RFC 1122 section 3.2.2)."""
        frame, start = arrival.frame, arrival.offset + header.header_length
        try:
            quoted = IPv4.parse(frame, start, arrival.end, strict=False)  # it may be cut
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, f"quoted packet: {error}")
        payload = start + quoted.header_length
        if arrival.end < payload + 8:
            detail = f"quotes {arrival.end - payload} bytes of payload, at least 8 are due"
            return Drop(Reason.ICMP_BAD_PACKET, f"{detail} (RFC 792)")
        info = header.next_hop_mtu if reason is Reason.ICMP_FRAGMENTATION_NEEDED else 0
        packet, kind = frame[: arrival.end], (header.type, header.code)
        source, protocol = arrival.ip.source, quoted.protocol
        trouble = Trouble(source, reason, quoted, protocol, packet, payload, *kind, info)
        if reason is Reason.ICMP_FRAGMENTATION_NEEDED:
            matched = self._report_too_big(trouble, quoted, now)
        else:
            matched = self._report(trouble, now)
        if not matched:
            detail = f"{reason} about a packet that no socket here has sent"
            return Drop(Reason.ICMP_UNMATCHED_ERROR, detail)
        return None

    def _report_too_big(self, trouble: Trouble, quoted: IPv4, now: int) -> bool:
        """Lower the path MTU, for a packet that was ours (RFC 1191 section 3)."""
        destination = quoted.destination
        before = self._output.mtu_for(destination)
        mtu = trouble.info or plateau_below(quoted.total_length)
        self._output.lower_mtu(destination, mtu, now)
        matched = self._report(trouble, now)  # whoever sent it asks for the MTU at once
        if not matched:
            self._output.restore_mtu(destination, before)
        return matched

    def undelivered(self, ip: IPv4, packet: bytes, now: int) -> None:
        """ARP gave up on a packet of ours: tell its sender, as if a router had said it."""
        kind = (DESTINATION_UNREACHABLE, HOST_UNREACHABLE)
        reason, payload = Reason.ARP_TIMEOUT, ip.header_length
        self._report(Trouble(ip.source, reason, ip, ip.protocol, packet, payload, *kind), now)

    def _report(self, trouble: Trouble, now: int) -> bool:
        """Pass bad news to the protocol that sent the packet; False: it was none of ours."""
        handler = self.troubles.get(trouble.protocol)
        if handler is None or not self._is_local(trouble.quoted.source):
            return False
        return handler(trouble, now)

    def _ping_in_trouble(self, trouble: Trouble, now: int) -> bool:
        request = ICMPv4.parse(trouble.packet, trouble.offset)
        destination = trouble.quoted.destination
        key = (request.identifier, request.sequence_number)
        if request.type != ECHO_REQUEST or self._pings.get(key) != destination:
            return False
        del self._pings[key]
        self._emit(IcmpError(trouble.source, trouble.reason, destination, *key))
        return True
