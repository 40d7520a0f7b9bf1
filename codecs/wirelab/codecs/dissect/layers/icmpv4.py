"""ICMP as Wireshark shows it, with the packet that an error quotes (RFC 792, RFC 1191)."""

from typing import Any, Final, Literal

from wirelab.codecs.checksum import verify
from wirelab.codecs.dissect.conversations import Remembered
from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import (
    CHECKSUM_STATUS,
    Item,
    Kind,
    declare,
    derived,
    schema_items,
)
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.icmp_extensions import show_extensions
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import ICMPv4, IPv4
from wirelab.codecs.registries.icmp import EXTENSIBLE_TYPES

SOURCE = "RFC 792"
HEADER = 8
"""Bytes."""
ECHO_REPLY, UNREACHABLE, SOURCE_QUENCH, REDIRECT, ECHO = 0, 3, 4, 5, 8
TIME_EXCEEDED, PARAMETER_PROBLEM = 11, 12
TIMESTAMP, TIMESTAMP_REPLY, MASK, MASK_REPLY = 13, 14, 17, 18
QUERIES: Final = frozenset((0, 8, 13, 14, 15, 16, 17, 18))
ERRORS: Final = frozenset((3, 4, 5, 11, 12))
ADVERTISEMENT, PROBE, PROBE_REPLY = 9, 42, 43
PROBES: Final = frozenset((PROBE, PROBE_REPLY))
FRAGMENTATION_NEEDED = 4
WORDS_OF_A_ROUTER = 2
"""Of 32 bits: address and preference (RFC 1256 section 3)."""
OLD_QUOTE = 128
"""bytes before extensions of senders that do not say how long the quote is (RFC 4884 section 5)."""

REDIRECT_QUOTES = 8
"""Bytes behind the quoted header (RFC 792); Wireshark reads no more in a redirect."""

GOOD, BAD, NOT_VERIFIED = 1, 0, 2
DAY_S = 86_400

PROTOCOL = declare("icmp", Kind.PROTOCOL, "Internet Control Message Protocol")
STATUS = declare("icmp.checksum.status", Kind.NUMBER, "Checksum status", names=CHECKSUM_STATUS)
UNUSED = declare("icmp.unused", Kind.BYTES, "Unused")
QUOTED = declare("icmp.length", Kind.NUMBER, "Length of the quoted packet (32-bit words)")
QUOTED_BYTES = declare("icmp.length.original_datagram", Kind.NUMBER, "Length in bytes")
RESPONSE_TO = declare("icmp.resp_to", Kind.NUMBER, "Request frame")
RESPONSE_TIME = declare("icmp.resptime", Kind.MILLISECONDS, "Response time (ms)")
DATA_TIME = declare("icmp.data_time", Kind.TIME, "Timestamp from data")
DATA_TIME_RELATIVE = declare("icmp.data_time_relative", Kind.DURATION, "Age of the timestamp")

_FIELDS = schema_items(ICMPv4)
# Wireshark reads six bytes before it shows the first field.
_HEAD = tuple(
    _FIELDS[name]._replace(needs=6) for name in ("icmp.type", "icmp.code", "icmp.checksum")
)


def _little(value: int) -> int:
    return (value & 0xFF) << 8 | value >> 8


def _when(name: str, *types: int) -> Item:
    """A schema's view, shown for some types only."""
    item = _FIELDS[name]

    def get(header: Any) -> Any:
        return item.get(header) if header.type in types else None

    return item._replace(get=get)


_REST = (
    _when("icmp.ident", *QUERIES, *PROBES)._replace(needs=6),
    derived(
        "icmp.ident_le",
        Kind.NUMBER,
        "Identifier (little endian)",
        6,
        lambda header: _little(header.identifier) if header.type in QUERIES | PROBES else None,
    ),
    _when("icmp.seq", *QUERIES)._replace(needs=8),
    derived(
        "icmp.seq_le",
        Kind.NUMBER,
        "Sequence number (little endian)",
        8,
        lambda header: _little(header.sequence_number) if header.type in QUERIES else None,
    ),
    _when("icmp.ext.echo.seq", *PROBES)._replace(needs=7),
    derived(
        "icmp.ext.echo.req.res",
        Kind.HEX,
        "Reserved",
        8,
        lambda header: header.rest_of_header >> 1 & 0x7F if header.type == PROBE else None,
        digits=2,
    ),
    _when("icmp.ext.echo.req.local", PROBE)._replace(needs=8),
    _when("icmp.ext.echo.rsp.state", PROBE_REPLY)._replace(needs=8),
    derived(
        "icmp.ext.echo.rsp.res",
        Kind.HEX,
        "Reserved",
        8,
        lambda header: header.rest_of_header >> 3 & 3 if header.type == PROBE_REPLY else None,
        digits=2,
    ),
    _when("icmp.ext.echo.rsp.active", PROBE_REPLY)._replace(needs=8),
    _when("icmp.ext.echo.rsp.ipv4", PROBE_REPLY)._replace(needs=8),
    _when("icmp.ext.echo.rsp.ipv6", PROBE_REPLY)._replace(needs=8),
    _when("icmp.num_addrs", ADVERTISEMENT)._replace(needs=6),
    _when("icmp.addr_entry_size", ADVERTISEMENT)._replace(needs=6),
    _when("icmp.lifetime", ADVERTISEMENT)._replace(needs=8),
    _when("icmp.redir_gw", REDIRECT)._replace(needs=8),
    _when("icmp.pointer", PARAMETER_PROBLEM)._replace(needs=5),
)
_MTU = (_FIELDS["icmp.mtu"]._replace(needs=8),)
_WORDS = {
    TIMESTAMP: (
        declare("icmp.originate_timestamp", Kind.NUMBER, "Originate timestamp (ms)"),
        declare("icmp.receive_timestamp", Kind.NUMBER, "Receive timestamp (ms)"),
        declare("icmp.transmit_timestamp", Kind.NUMBER, "Transmit timestamp (ms)"),
    ),
    MASK: (declare("icmp.address_mask", Kind.IPV4, "Address mask"),),
}
_WORDS[TIMESTAMP_REPLY] = _WORDS[TIMESTAMP]
_WORDS[MASK_REPLY] = _WORDS[MASK]


class IcmpLayer(Layer):
    """ICMP; replies find the request they answer."""

    HEADERS = (ICMPv4,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._data = context.layer(DataLayer)
        self._wanted = context.wanted
        self._shown = context.wants("icmp")
        self._head = context.plan(_HEAD)
        self._rest = context.plan(_REST)
        self._mtu = context.plan(_MTU)
        self._requests: Remembered[tuple[Any, ...], tuple[int, int]] = Remembered()
        self._matches = context.wants("icmp.resp_to", "icmp.resptime")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the message's fields, and the packet that it quotes."""
        visit.protocols.append("icmp")
        available = end - offset
        if self._shown and available >= 6:
            visit.begin("icmp", buffer, offset, end, available)
        if available < HEADER:
            header = ICMPv4.parse(buffer[offset:end] + bytes(HEADER))
            visit.emit(self._head, header, available)
            if available >= 6:
                self._status(visit, buffer, offset, end, limit)
            visit.emit(self._rest, header, available)
            if header.type in ERRORS and available >= 6:
                self._unused(visit, header, buffer, offset, end)
            raise cut("ICMPv4", offset, HEADER, available, SOURCE)
        header = ICMPv4.parse(buffer, offset, end, False)
        visit.emit_all(self._head, header)
        self._status(visit, buffer, offset, end, limit)
        visit.emit_all(self._rest, header)
        start = offset + HEADER
        if header.type in ERRORS:
            self._error(visit, header, buffer, start, end, limit)
        elif header.type in (ECHO, ECHO_REPLY):
            self._echo(visit, header, buffer, start, end, limit)
        elif header.type in _WORDS:
            self._words(visit, header.type, buffer, start, end)
        elif header.type == ADVERTISEMENT:
            self._routers(visit, header, buffer, start, end, limit)
        elif header.type == PROBE and start < limit:
            show_extensions(self.context, visit, buffer, start, end, limit)
        return limit

    def _add(self, visit: Visit, name: str, value: Any) -> None:
        if self._wanted is None or name in self._wanted:
            visit.items.append((name, value))

    def _status(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> None:
        if self._wanted is not None and "icmp.checksum.status" not in self._wanted:
            return
        status = NOT_VERIFIED
        if end == limit and not visit.in_error and not visit.fragmented:
            status = GOOD if verify(buffer[offset:end]) else BAD
        visit.items.append(("icmp.checksum.status", status))

    def _error(
        self, visit: Visit, header: ICMPv4, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """The unused bytes, the MTU, and the quoted packet."""
        self._unused(visit, header, buffer, start - HEADER, end)
        if header.type == REDIRECT:
            size = (buffer[start] & 15) * 4 if start < end else 0
            limit = min(limit, start + size + REDIRECT_QUOTES)
            end = min(end, limit)
        if start >= limit:
            return
        self._quote(visit, buffer, start, end, limit)
        if header.type in EXTENSIBLE_TYPES:
            length = header.quote_length * 4
            behind = start + (length or OLD_QUOTE)
            is_there = length >= OLD_QUOTE or (not length and _is_short(buffer, start))
            if is_there and behind < limit and behind <= end:
                show_extensions(self.context, visit, buffer, behind, end, limit)

    def _quote(self, visit: Visit, buffer: Buffer, start: int, end: int, limit: int) -> None:
        """The packet that is quoted."""
        outside = visit.in_error, visit.source, visit.destination
        visit.in_error = True
        try:
            self.context.layer_of(IPv4).dissect(visit, buffer, start, end, limit)
        finally:
            visit.in_error, visit.source, visit.destination = outside

    def _unused(self, visit: Visit, header: ICMPv4, buffer: Buffer, offset: int, end: int) -> None:
        """The second word of an error, as far as it was captured."""
        start = offset + HEADER
        has_mtu = header.type == UNREACHABLE and header.code == FRAGMENTATION_NEEDED
        unused_end = start - 2 if has_mtu else start
        if header.type not in (UNREACHABLE, TIME_EXCEEDED, PARAMETER_PROBLEM):
            return
        quoted = buffer[start - 3] * 4  # RFC 4884 section 4: in units of 32 bits
        first = start - 3 if header.type == PARAMETER_PROBLEM else start - 4
        if quoted:
            if first < start - 3:
                self._add(visit, "icmp.unused", buffer[first : start - 3])
            self._add(visit, "icmp.length", quoted // 4)
            self._add(visit, "icmp.length.original_datagram", quoted)
            first = start - 2
        if first < unused_end <= end:
            self._add(visit, "icmp.unused", buffer[first:unused_end])
        if has_mtu and start <= end:
            visit.emit_all(self._mtu, header)

    def _echo(
        self, visit: Visit, header: ICMPv4, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """The request that a reply answers, and the data, which may begin with a time."""
        if self._matches and not visit.in_error:
            self._match(visit, header)
        if end - start >= 8:
            moment = _moment(buffer[start : start + 8], visit.time_ns)
            if moment is not None:
                self._add(visit, "icmp.data_time", moment)
                self._add(visit, "icmp.data_time_relative", visit.time_ns - moment)
                start += 8
        self._data.dissect(visit, buffer, start, end, limit)

    def _match(self, visit: Visit, header: ICMPv4) -> None:
        """Requests and replies belong together by addresses, numbers, VLAN and data.

        The data is compared by its checksum: that of the reply follows from the request's, because
        only the type differs (RFC 1624). A request is answered once; a repeated one replaces it.
        """
        numbers = header.identifier, header.sequence_number, visit.vlan
        if header.type == ECHO:
            answer = header.checksum + 0x0800
            answer = (answer & 0xFFFF) + (answer >> 16) or 0xFFFF
            key = (visit.source, visit.destination, answer, *numbers)
            self._requests.keep(key, (visit.number, visit.time_ns))
            return
        key = (visit.destination, visit.source, header.checksum, *numbers)
        request = self._requests.forget(key)
        if request is not None:
            self._add(visit, "icmp.resp_to", request[0])
            self._add(visit, "icmp.resptime", visit.time_ns - request[1])

    def _routers(
        self, visit: Visit, header: ICMPv4, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Addresses and preferences (RFC 1256 section 3)."""
        if header.address_entry_size != WORDS_OF_A_ROUTER:
            self._data.dissect(visit, buffer, start, end, limit)
            return
        cursor = Cursor(self.context, visit, buffer, start, end, "ICMPv4", SOURCE)
        for _ in range(header.address_count):
            cursor.bytes("icmp.router_address", 4)
            level = cursor.number("", 4)
            cursor.add("icmp.pref_level", level - (level >> 31 << 32))

    def _words(self, visit: Visit, kind: int, buffer: Buffer, start: int, end: int) -> None:
        for field in _WORDS[kind]:
            if end - start < 4:
                raise cut("ICMPv4", start, 4, end - start, SOURCE)
            raw = buffer[start : start + 4]
            value = raw if field.kind is Kind.IPV4 else int.from_bytes(raw, "big")
            self._add(visit, field.name, value)
            start += 4


def _is_short(buffer: Buffer, start: int) -> bool:
    """Whether a quoted packet says that it ends before the place of unannounced extensions."""
    return int.from_bytes(buffer[start + 2 : start + 4], "big") <= OLD_QUOTE


def _moment(data: bytes, now_ns: int) -> int | None:
    """A time in nanoseconds if 8 bytes look like seconds and microseconds within a day of now."""
    now_s = now_ns // 1_000_000_000
    orders: tuple[Literal["big"], Literal["little"]] = ("big", "little")
    for byte_order in orders:
        seconds = int.from_bytes(data[:4], byte_order)
        microseconds = int.from_bytes(data[4:], byte_order)
        if abs(seconds - now_s) < DAY_S and microseconds < 1_000_000:
            return (seconds * 1_000_000 + microseconds) * 1000
    return None
