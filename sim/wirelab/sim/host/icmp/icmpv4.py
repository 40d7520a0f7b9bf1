"""ICMP messages that come in: queries are answered, errors find who sent the packet.

Source: RFC 792; RFC 1122 section 3.2.2; RFC 6633 section 3 (source quench) and RFC 6918 section 2
(other messages that are no more): silently discarded like every type that is unknown.
"""

from typing import Final

from wirelab.codecs import DecodeError, ICMPv4, ICMPv4Timestamp, IPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.errors_out import HEADERS
from wirelab.sim.host.icmp.message_types import (
    DESTINATION_UNREACHABLE,
    ECHO_REPLY,
    ECHO_REQUEST,
    FRAGMENTATION_NEEDED,
    PARAMETER_PROBLEM,
    PORT_UNREACHABLE,
    PROTOCOL_UNREACHABLE,
    REDIRECT,
    TIME_EXCEEDED,
    TIMESTAMP_REPLY,
    TIMESTAMP_REQUEST,
)
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.pings import Pings
from wirelab.sim.host.icmp.quotes import read_quote
from wirelab.sim.host.icmp.redirects_in import RedirectsIn
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.icmp.troubles import Troubles
from wirelab.sim.host.ipv4.source_routes import first_stop, way_back
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.path_mtu import plateau_below
from wirelab.sim.reasons import Reason

NANOSECONDS: Final = 1_000_000  # in a millisecond, the unit of timestamps
DAY: Final = 86_400_000  # milliseconds

_ECN: Final = 3  # RFC 3168 section 5: not a part of the type of service

UNKNOWN_TIME: Final = 0x8000_0000
"""High-order bit of a timestamp that is not milliseconds since midnight UT (RFC 792 page 16)."""

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


def reason_of(header: ICMPv4) -> Reason | None:
    """What an ICMP error says about a packet; None for one that says nothing."""
    if header.type == DESTINATION_UNREACHABLE:
        return _UNREACHABLE.get(header.code)
    if header.type == TIME_EXCEEDED:
        return Reason.ICMP_REASSEMBLY_TIMEOUT if header.code else Reason.ICMP_TTL_EXPIRED
    return Reason.ICMP_PARAMETER_PROBLEM if header.type == PARAMETER_PROBLEM else None


class Icmpv4:
    """ICMP of one host, on the way up.

    Args:
        output: the way down.
        pings: take echo replies.
        troubles: take errors.
        redirects: take redirects.
        counters: the host's.
        config: ICMP's knobs.
        answer_echo: whether pings are answered at all.
    """

    __slots__ = (
        "_answer_echo",
        "_config",
        "_counters",
        "_output",
        "_pings",
        "_redirects",
        "_troubles",
    )

    def __init__(
        self,
        output: IcmpOutput,
        pings: Pings,
        troubles: Troubles,
        redirects: RedirectsIn,
        counters: Counters,
        config: IcmpConfig,
        answer_echo: bool,
    ) -> None:
        self._output = output
        self._pings = pings
        self._troubles = troubles
        self._redirects = redirects
        self._counters = counters
        self._config = config
        self._answer_echo = answer_echo

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an ICMP message. Links vouch for TCP and UDP only, so its checksum is verified."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        try:
            header = ICMPv4.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, str(error))
        if not ICMPv4.checksum_ok(frame, offset, end):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        return self._take(header, arrival, now)

    def _take(self, header: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """Do what the type asks for; one that is unknown is discarded (RFC 1122 section 3.2.2)."""
        if header.type == ECHO_REQUEST:
            return self._echo_request(header, arrival, now)
        if header.type in (ECHO_REPLY, TIMESTAMP_REPLY):
            return self._reply(header, arrival, now)
        if header.type == TIMESTAMP_REQUEST and self._config.answer_timestamp:
            return self._timestamp_request(header, arrival, now)
        if header.type == REDIRECT:
            return self._redirects.receive(header, arrival, now)
        reason = reason_of(header)
        if reason is None:
            detail = f"type {header.type} code {header.code}"
            return Drop(Reason.ICMP_UNKNOWN_TYPE, detail)
        return self._error(header, reason, arrival, now)

    # --- queries -----------------------------------------------------------------------------

    def _echo_request(self, request: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """RFC 1122 section 3.2.2.6: all data come back."""
        if not self._answer_echo or not (arrival.unicast or self._config.answer_broadcast_echo):
            detail = "" if arrival.unicast else f"sent to {ipv4_text(arrival.ip.destination)}"
            return Drop(Reason.ICMP_ECHO_IGNORED, detail)
        data = arrival.frame[arrival.offset + request.header_length : arrival.end]
        self._answer(ECHO_REPLY, request, data, arrival, now)
        return None

    def _timestamp_request(self, request: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """RFC 1122 section 3.2.2.8. To a broadcast it MAY be ignored, and is, as pings are."""
        if not arrival.unicast:
            detail = f"timestamp request sent to {ipv4_text(arrival.ip.destination)}"
            return Drop(Reason.ICMP_ECHO_IGNORED, detail)
        try:
            at = arrival.offset + request.header_length
            body = ICMPv4Timestamp.parse(arrival.frame, at, arrival.end)
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, str(error))
        time = self.time_of_day(now)
        data = ICMPv4Timestamp(body.originate, time, time).build()
        self._answer(TIMESTAMP_REPLY, request, data, arrival, now)
        return None

    def _reply(self, reply: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """RFC 1122 sections 3.2.2.6 and 3.2.2.8: passed to whoever asked."""
        at = arrival.offset + reply.header_length
        if reply.type == ECHO_REPLY:
            return self._pings.reply(reply.identifier, reply.sequence_number, at, arrival, now)
        try:
            body = ICMPv4Timestamp.parse(arrival.frame, at, arrival.end)
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, str(error))
        return self._pings.time(body, reply, arrival)

    def time_of_day(self, now: int) -> int:
        """Milliseconds since midnight UT; or since anything, and then it says so."""
        midnight = self._config.midnight
        if midnight is None:
            return now // NANOSECONDS % DAY | UNKNOWN_TIME
        return (now - midnight) // NANOSECONDS % DAY

    def _answer(self, type_: int, request: ICMPv4, data: bytes, arrival: Arrival, now: int) -> None:
        """Send a reply as RFC 1122 sections 3.2.2.6 and 3.2.2.8 have it.

        It comes from the address that was asked, with the request's type of service (RFC 1349
        section 5.1) and all of the data, in fragments if it must be.
        """
        destination, options = arrival.ip.source, arrival.ipv4.option_bytes
        stop = destination
        if options:
            options = way_back(destination, options)
            stop = first_stop(options) or destination
        source: bytes | None = arrival.ip.destination
        if not arrival.unicast:
            source = self._output.source_for(stop)
        refused: Reason | None = Reason.IP_NO_ROUTE
        if source is not None:
            header = ICMPv4(type=type_, code=0, rest_of_header=request.rest_of_header)
            size = HEADERS + len(options) + len(data)
            fits = size <= self._output.mtu_for(stop)
            manner = Manner(tos=arrival.tos & ~_ECN, dont_fragment=fits, options=options)
            refused = self._output.send(header, data, source, destination, now, manner)
        if refused is not None:
            count(self._counters.not_sent, refused)
        elif type_ == ECHO_REPLY:
            numbers = arrival.frame[arrival.offset + 4 : arrival.offset + 8]
            self._pings.answered(numbers, destination)

    # --- errors ------------------------------------------------------------------------------

    def _error(self, header: ICMPv4, reason: Reason, arrival: Arrival, now: int) -> Drop | None:
        """An ICMP error: find out who sent the packet that it quotes (RFC 1122 section 3.2.2)."""
        frame, start = arrival.frame, arrival.offset + header.header_length
        quote = read_quote(frame, start, arrival.end, 4 * header.quote_length)
        if isinstance(quote, Drop):
            return quote
        too_big = reason is Reason.ICMP_FRAGMENTATION_NEEDED
        info = header.next_hop_mtu if too_big else 0
        if reason is Reason.ICMP_PARAMETER_PROBLEM:
            info = header.pointer
        trouble = Trouble(
            arrival.ip.source,
            reason,
            quote.ip,
            quote.protocol,
            frame[: quote.end],
            quote.offset,
            header.type,
            header.code,
            info,
        )
        if too_big:
            assert isinstance(quote.ip, IPv4)
            mtu = info or plateau_below(quote.ip.total_length)  # RFC 1191 section 5: an old router
            matched = self._troubles.report_too_big(trouble, mtu, now)
        else:
            matched = self._troubles.report(trouble, now)
        if not matched:
            detail = f"{reason} about a packet that no socket here has sent"
            return Drop(Reason.ICMP_UNMATCHED_ERROR, detail)
        return None
