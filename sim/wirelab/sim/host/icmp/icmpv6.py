"""ICMPv6 messages that come in: echo, errors; the rest goes to whoever has registered for it.

Source: RFC 4443 sections 2.4 (processing rules), 3 (errors) and 4 (echo).
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from wirelab.codecs import DecodeError, ICMPv6
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.message_types import (
    ECHO_REPLY6,
    ECHO_REQUEST6,
    FIRST_INFORMATIONAL6,
    PACKET_TOO_BIG6,
    PARAMETER_PROBLEM6,
    TIME_EXCEEDED6,
    UNREACHABLE6,
    UNRECOGNIZED_NEXT_HEADER6,
)
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.pings import Pings
from wirelab.sim.host.icmp.quotes import read_quote6
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.icmp.troubles import Troubles
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

HEADER: Final = 8
"""bytes of an echo or an error before its data (RFC 4443 section 3 and 4)."""

_ECN: Final = 3  # RFC 3168 section 5

_CHECKED: Final = 4
"""bytes that every message has: type, code, checksum (RFC 4443 section 2.1)."""

_UNREACHABLE: Final = {
    0: Reason.ICMP_NET_UNREACHABLE,
    1: Reason.ICMP_PROHIBITED,
    2: Reason.ICMP_BEYOND_SCOPE,
    3: Reason.ICMP_HOST_UNREACHABLE,
    4: Reason.ICMP_PORT_UNREACHABLE,
    5: Reason.ICMP_PROHIBITED,  # the source address failed a policy
    6: Reason.ICMP_PROHIBITED,  # the route is one that rejects
    7: Reason.ICMP_NET_UNREACHABLE,  # error in a source routing header, RFC 6550 section 20.18
    8: Reason.ICMP_PARAMETER_PROBLEM,  # headers too long, RFC 8883 section 4
}

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]
"""Takes a message whose checksum is right; the ICMPv6 header is at `arrival.offset`. And `now`."""


def reason_of(type_: int, code: int) -> Reason:
    """What an ICMPv6 error says, of whatever type (RFC 4443 section 2.4 (a): unknown ones, too)."""
    if type_ == UNREACHABLE6:
        return _UNREACHABLE.get(code, Reason.ICMP_HOST_UNREACHABLE)
    if type_ == PACKET_TOO_BIG6:
        return Reason.ICMP_FRAGMENTATION_NEEDED
    if type_ == TIME_EXCEEDED6:
        return Reason.ICMP_REASSEMBLY_TIMEOUT if code else Reason.ICMP_TTL_EXPIRED
    if type_ == PARAMETER_PROBLEM6 and code == UNRECOGNIZED_NEXT_HEADER6:
        return Reason.ICMP_PROTOCOL_UNREACHABLE  # of the protocol: RFC 4443 section 3.4
    return Reason.ICMP_PARAMETER_PROBLEM


class Icmpv6:
    """ICMPv6 of one host, on the way up.

    Args:
        output: the way down.
        pings: take echo replies.
        troubles: take errors.
        counters: the host's.
        config: ICMP's knobs.
        answer_echo: whether pings are answered at all.

    Attributes:
        handlers: by type: neighbour discovery and listener discovery.
    """

    __slots__ = (
        "_answer_echo",
        "_config",
        "_counters",
        "_output",
        "_pings",
        "_troubles",
        "handlers",
    )

    def __init__(
        self,
        output: IcmpOutput,
        pings: Pings,
        troubles: Troubles,
        counters: Counters,
        config: IcmpConfig,
        answer_echo: bool,
    ) -> None:
        self.handlers: dict[int, Handler] = {}
        self._output = output
        self._pings = pings
        self._troubles = troubles
        self._counters = counters
        self._config = config
        self._answer_echo = answer_echo

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an ICMPv6 message. Links vouch for TCP and UDP only, so its checksum is verified."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        try:
            header = ICMPv6.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.ICMP_BAD_PACKET, str(error))
        if not ICMPv6.checksum_ok(frame, offset, end, arrival.ip):
            return Drop(Reason.ICMP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        handler = self.handlers.get(header.type)
        if handler is not None:
            return handler(arrival, now)
        return self._take(header, arrival, now)

    def _take(self, header: ICMPv6, arrival: Arrival, now: int) -> Drop | None:
        """Do what the type asks for, where nobody has registered for it."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        is_error = header.type < FIRST_INFORMATIONAL6
        if not is_error and header.type not in (ECHO_REQUEST6, ECHO_REPLY6):
            detail = f"type {header.type} code {header.code}"
            return Drop(Reason.ICMP_UNKNOWN_TYPE, detail)  # RFC 4443 section 2.4 (b)
        if end - offset < HEADER:
            detail = f"{end - offset} bytes, a message of type {header.type} has at least {HEADER}"
            return Drop(Reason.ICMP_BAD_PACKET, detail)
        if is_error:
            return self._error(header, arrival, now)
        if header.type == ECHO_REQUEST6:
            return self._echo_request(arrival, now)
        identifier = int.from_bytes(frame[offset + 4 : offset + 6], "big")
        number = int.from_bytes(frame[offset + 6 : offset + 8], "big")
        return self._pings.reply(identifier, number, offset + HEADER, arrival, now)

    def _echo_request(self, arrival: Arrival, now: int) -> Drop | None:
        """RFC 4443 section 4.2: all data come back, also to who asked a group."""
        destination, asked = arrival.ip.source, arrival.ip.destination
        group = asked[0] == 0xFF
        if not self._answer_echo or (group and not self._config.answer_multicast_echo):
            return Drop(Reason.ICMP_ECHO_IGNORED, f"sent to {ip_text(asked)}" if group else "")
        if not any(destination) or destination[0] == 0xFF:
            return Drop(Reason.ICMP_ECHO_IGNORED, f"from {ip_text(destination)}")
        interface = arrival.interface.index
        leaves_by = interface if interface >= 0 else None  # not the loopback
        source = self._output.source_for(destination, leaves_by) if group else asked
        if source is None:
            count(self._counters.not_sent, Reason.IP_NO_ROUTE)
            return None
        link_local = destination[0] == 0xFE and destination[1] & 0xC0 == 0x80
        body = arrival.frame[arrival.offset + _CHECKED : arrival.end]
        manner = Manner(
            tos=arrival.tos & ~_ECN,
            dont_fragment=False,
            interface=leaves_by if link_local else None,
        )
        reply = ICMPv6(ECHO_REPLY6)
        refused = self._output.send(reply, body, source, destination, now, manner)
        if refused is None:
            self._pings.answered(body[:4], destination)
        else:
            count(self._counters.not_sent, refused)
        return None

    def _error(self, header: ICMPv6, arrival: Arrival, now: int) -> Drop | None:
        """An ICMPv6 error: find out who sent the packet that it quotes (section 2.4 (d))."""
        frame, start = arrival.frame, arrival.offset + HEADER
        words = frame[start - 4 : start]
        has_length = header.type in (UNREACHABLE6, TIME_EXCEEDED6)
        quote = read_quote6(frame, start, arrival.end, 8 * words[0] if has_length else 0)
        if isinstance(quote, Drop):
            return quote
        reason = reason_of(header.type, header.code)
        has_info = header.type in (PACKET_TOO_BIG6, PARAMETER_PROBLEM6)
        info = int.from_bytes(words, "big") if has_info else 0
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
        if header.type == PACKET_TOO_BIG6:
            matched = self._troubles.report_too_big(trouble, info, now)
        else:
            matched = self._troubles.report(trouble, now)
        if not matched:
            detail = f"{reason} about a packet that no socket here has sent"
            return Drop(Reason.ICMP_UNMATCHED_ERROR, detail)
        return None
