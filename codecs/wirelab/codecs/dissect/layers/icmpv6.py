"""ICMPv6 as Wireshark shows it, with Neighbor Discovery and MLD (RFC 4443, 4861, 2710, 3810)."""

from collections.abc import Callable
from typing import Final, NamedTuple

from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import CHECKSUM_STATUS, Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.icmp_extensions import show_extensions
from wirelab.codecs.dissect.layers.nd_options import show_options
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols.icmpv6 import ICMPv6
from wirelab.codecs.protocols.ipv6 import IPv6

SOURCE = "RFC 4443 section 2.1"
UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAMETER_PROBLEM = 1, 2, 3, 4
ECHO, ECHO_REPLY, QUERY, REPORT, DONE = 128, 129, 130, 131, 132
ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT = 133, 134
SOLICITATION, ADVERTISEMENT, REDIRECT = 135, 136, 137
REPORT_V2, PROBE, PROBE_REPLY = 143, 160, 161
V2_QUERY = 28
"""bytes of the shortest query of MLD version 2 (RFC 3810 section 8.1)."""
EXTENSIBLE: Final = (UNREACHABLE, TIME_EXCEEDED)
"""Errors whose second word says how long the quote is (RFC 4884 section 4)."""
GOOD, BAD, NOT_VERIFIED = 1, 0, 2

declare("icmpv6", Kind.PROTOCOL, "Internet Control Message Protocol v6")
declare("icmpv6.checksum.status", Kind.NUMBER, "Checksum status", names=CHECKSUM_STATUS)
declare("icmpv6.reserved", Kind.BYTES, "Reserved")
declare("icmpv6.nd.ra.flag", Kind.HEX, "Flags", digits=2)
declare("icmpv6.nd.na.flag", Kind.HEX, "Flags", digits=8)
declare("icmpv6.mld.maximum_response_code", Kind.NUMBER, "Maximum response delay (ms)")
declare("icmpv6.mld.flag", Kind.HEX, "Flags", digits=2)
declare("icmpv6.mld.qqi", Kind.NUMBER, "Querier's query interval (s)")
declare("icmpv6.ext.echo.req.res", Kind.HEX, "Reserved", digits=2)
declare("icmpv6.ext.echo.rsp.res", Kind.HEX, "Reserved", digits=2)


class _Addresses(NamedTuple):
    """What the pseudo-header needs."""

    source: bytes
    destination: bytes


class _Message(NamedTuple):
    """One message that is being shown."""

    cursor: Cursor
    visit: Visit
    buffer: Buffer
    end: int
    limit: int


class Icmpv6Layer(Layer):
    """ICMPv6 and all that lies in it."""

    HEADERS = (ICMPv6,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown = context.wants("icmpv6")
        self._data = context.layer(DataLayer)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the message's fields, and the packet that it quotes."""
        visit.protocols.append("icmpv6")
        visit.deepen("ICMPv6", offset)
        if self._shown and end > offset:
            visit.begin("icmpv6", buffer, offset, end, end - offset)
        cursor = Cursor(self.context, visit, buffer, offset, end, "ICMPv6", SOURCE)
        kind = cursor.number("icmpv6.type", 1)
        cursor.number("icmpv6.code", 1)
        cursor.number("icmpv6.checksum", 2)
        cursor.add("icmpv6.checksum.status", self._status(visit, buffer, offset, end, limit))
        self._body(kind, _Message(cursor, visit, buffer, end, limit), offset)
        return limit

    def _status(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        if end < limit or visit.in_error or visit.fragmented or len(visit.source) != 16:
            return NOT_VERIFIED
        below = _Addresses(visit.source, visit.destination)
        return GOOD if ICMPv6.checksum_ok(buffer, offset, end, below) else BAD

    def _body(self, kind: int, message: _Message, offset: int) -> None:
        cursor = message.cursor
        if kind in (UNREACHABLE, TOO_BIG, TIME_EXCEEDED, PARAMETER_PROBLEM):
            self._error(kind, message)
        elif kind in (ECHO, ECHO_REPLY):
            cursor.number("icmpv6.echo.identifier", 2)
            cursor.number("icmpv6.echo.sequence_number", 2)
            if cursor.offset < message.limit:
                place = cursor.offset
                self._data.dissect(message.visit, message.buffer, place, message.end, message.limit)
        elif kind in (PROBE, PROBE_REPLY):
            self._probe(kind, message)
        elif kind in (QUERY, REPORT, DONE):
            _listeners(kind, cursor, message.end - offset)
        elif kind == REPORT_V2:
            _reports(cursor)
        elif ROUTER_SOLICITATION <= kind <= REDIRECT:
            _neighbors(kind, cursor)
            show_options(cursor, message.buffer, message.limit, self._quoting(message))
        elif cursor.offset < message.limit:
            cursor.bytes("icmpv6.data", message.limit - cursor.offset)

    def _error(self, kind: int, message: _Message) -> None:
        cursor = message.cursor
        length = 0
        if kind == TOO_BIG:
            cursor.number("icmpv6.mtu", 4)
        elif kind == PARAMETER_PROBLEM:
            cursor.number("icmpv6.pointer", 4)
        else:
            cursor.need(1)
            length = message.buffer[cursor.offset] * 8
            if length:
                cursor.number("icmpv6.length", 1)
            cursor.bytes("icmpv6.reserved", 3 if length else 4)
        start = cursor.offset
        stop = min(start + length, message.limit) if length else message.limit
        self._quoting(message)(start, stop)
        if length and stop < message.limit:
            self._extensions(message, stop)

    def _extensions(self, message: _Message, start: int) -> None:
        message.cursor.offset = start
        message.cursor.need(0)
        message.visit.protocols.append("icmp")
        show_extensions(
            self.context, message.visit, message.buffer, start, message.end, message.limit
        )

    def _quoting(self, message: _Message) -> Callable[[int, int], None]:
        """What shows the packet from one place to another as quoted."""
        visit = message.visit

        def quote(start: int, stop: int) -> None:
            if start >= stop:
                return
            outside = visit.in_error, visit.source, visit.destination
            visit.in_error = True
            try:
                self.context.layer_of(IPv6).dissect(
                    visit, message.buffer, start, max(min(message.end, stop), start), stop
                )
            finally:
                visit.in_error, visit.source, visit.destination = outside

        return quote

    def _probe(self, kind: int, message: _Message) -> None:
        """RFC 8335 sections 2 and 3."""
        cursor = message.cursor
        cursor.number("icmpv6.echo.identifier", 2)
        cursor.number("icmpv6.ext.echo.seq", 1)
        if kind == PROBE_REPLY:
            cursor.bits(
                1,
                ("icmpv6.ext.echo.rsp.state", 3),
                ("icmpv6.ext.echo.rsp.res", 2),
                ("icmpv6.ext.echo.rsp.active", 1),
                ("icmpv6.ext.echo.rsp.ipv4", 1),
                ("icmpv6.ext.echo.rsp.ipv6", 1),
            )
            return
        cursor.bits(1, ("icmpv6.ext.echo.req.res", 7), ("icmpv6.ext.echo.req.local", 1))
        if cursor.offset < message.limit:
            self._extensions(message, cursor.offset)


def _neighbors(kind: int, cursor: Cursor) -> None:
    """What stands before the options of Neighbor Discovery (RFC 4861 sections 4.1 to 4.5)."""
    if kind == ROUTER_ADVERTISEMENT:
        cursor.number("icmpv6.nd.ra.cur_hop_limit", 1)
        names = ("m", "o", "h")
        flags = cursor.bits(
            1,
            *((f"icmpv6.nd.ra.flag.{name}", 1) for name in names),
            ("icmpv6.nd.ra.flag.prf", 2),
            ("icmpv6.nd.ra.flag.p", 1),
            ("icmpv6.nd.ra.flag.rsv", 2),
        )
        cursor.add("icmpv6.nd.ra.flag", flags)
        cursor.number("icmpv6.nd.ra.router_lifetime", 2)
        cursor.number("icmpv6.nd.ra.reachable_time", 4)
        cursor.number("icmpv6.nd.ra.retrans_timer", 4)
        return
    if kind == ADVERTISEMENT:
        names = ("r", "s", "o")
        fields = [(f"icmpv6.nd.na.flag.{name}", 1) for name in names]
        flags = cursor.bits(4, *fields, ("icmpv6.nd.na.flag.rsv", 29))
        cursor.add("icmpv6.nd.na.flag", flags)
        cursor.bytes("icmpv6.nd.na.target_address", 16)
        return
    cursor.bytes("icmpv6.reserved", 4)
    if kind == SOLICITATION:
        cursor.bytes("icmpv6.nd.ns.target_address", 16)
    elif kind == REDIRECT:
        cursor.bytes("icmpv6.nd.rd.target_address", 16)
        cursor.bytes("icmpv6.rd.na.destination_address", 16)


def _listeners(kind: int, cursor: Cursor, captured: int) -> None:
    """MLD version 1, and queries of version 2 (RFC 2710 section 3, RFC 3810 section 5.1)."""
    is_second = kind == QUERY and captured >= V2_QUERY
    if is_second:
        code = cursor.number("", 2)
        value = code if code < 32768 else (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3
        cursor.add("icmpv6.mld.maximum_response_code", value)
    else:
        cursor.number("icmpv6.mld.maximum_response_delay", 2)
    cursor.bytes("icmpv6.reserved", 2)
    cursor.bytes("icmpv6.mld.multicast_address", 16)
    if not is_second:
        return
    flags = cursor.bits(
        1,
        ("icmpv6.mld.flag.reserved", 4),
        ("icmpv6.mld.flag.s", 1),
        ("icmpv6.mld.flag.qrv", 3),
    )
    cursor.add("icmpv6.mld.flag", flags)
    code = cursor.number("", 1)
    value = code if code < 128 else (code & 15 | 16) << (code >> 4 & 7) + 3
    cursor.add("icmpv6.mld.qqi", value)
    for _ in range(cursor.number("icmpv6.mld.nb_sources", 2)):
        cursor.bytes("icmpv6.mld.source_address", 16)


def _reports(cursor: Cursor) -> None:
    """MLD version 2 (RFC 3810 section 5.2)."""
    cursor.bytes("icmpv6.reserved", 2)
    for _ in range(cursor.number("icmpv6.mldr.nb_mcast_records", 2)):
        cursor.number("icmpv6.mldr.mar.record_type", 1)
        auxiliary = cursor.number("icmpv6.mldr.mar.aux_data_len", 1) * 4
        sources = cursor.number("icmpv6.mldr.mar.nb_sources", 2)
        cursor.bytes("icmpv6.mldr.mar.multicast_address", 16)
        for _ in range(sources):
            cursor.bytes("icmpv6.mldr.mar.source_address", 16)
        if auxiliary:
            cursor.bytes("icmpv6.mldr.mar.auxiliary_data", auxiliary)
