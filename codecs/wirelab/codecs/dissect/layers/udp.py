"""UDP as Wireshark shows it (RFC 768)."""

from typing import ClassVar

from wirelab.codecs.dissect.conversations import Conversations, conversation_key
from wirelab.codecs.dissect.fields import (
    CHECKSUM_STATUS,
    Kind,
    declare,
    derived,
    schema_items,
)
from wirelab.codecs.dissect.layer import Context, ForeignLayer, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.ports import UDP_DISSECTED
from wirelab.codecs.dissect.visit import ABOVE_TRANSPORT, Buffer, Visit, cut
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import UDP, UDPLite

SOURCE = "RFC 768 page 1"
HEADER = 8
"""Bytes."""

PROTOCOL = declare("udp", Kind.PROTOCOL, "User Datagram Protocol")
STREAM = declare("udp.stream", Kind.NUMBER, "Stream index")
RELATIVE = declare("udp.time_relative", Kind.DURATION, "Since first of stream")
DELTA = declare("udp.time_delta", Kind.DURATION, "Since last of stream")
PAYLOAD = declare("udp.payload", Kind.BYTES, "Payload")

IPV6_ADDRESS = 16
"""Bytes."""
SMALLEST_QUOTE = 4
"""Bytes that Wireshark needs to name UDP in the packet that an ICMP error quotes: the ports."""
NOT_VERIFIED = 2
NOT_PRESENT = 3
ILLEGAL = 4

_FIELDS = schema_items(UDP)
_PORTS = (
    _FIELDS["udp.srcport"]._replace(needs=4),
    _FIELDS["udp.dstport"]._replace(needs=4),
    _FIELDS["udp.length"],
)
_CHECKSUM = (
    _FIELDS["udp.checksum"],
    derived(
        "udp.checksum.status",
        Kind.NUMBER,
        "Checksum status",
        HEADER,
        # Wireshark does not verify UDP checksums by default: offload makes them wrong so often.
        lambda header: NOT_VERIFIED if header.checksum else NOT_PRESENT,
        names=CHECKSUM_STATUS,
    ),
)


class _Conversation:
    __slots__ = ("first_ns", "last_ns", "number")

    def __init__(self, number: int, now_ns: int) -> None:
        self.number = number
        self.first_ns = now_ns
        self.last_ns = now_ns


class UdpLayer(Layer):
    """UDP and its conversations."""

    HEADERS: ClassVar[tuple[type[Header], ...]] = (UDP,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._data = context.layer(DataLayer)
        self._applications = context.table("udp_port")
        self._conversations: Conversations[_Conversation] = Conversations()
        self._shown = context.wants("udp")
        self._ports = context.plan(_PORTS)
        self._checksum = context.plan(_CHECKSUM)
        self._payload = context.wants("udp.payload")
        names = ("udp.stream", "udp.time_relative", "udp.time_delta")
        self._stateful = [name for name in names if context.wants(name)]

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields and the payload."""
        available = end - offset
        if visit.in_error and limit - offset < SMALLEST_QUOTE:
            return limit
        visit.protocols.append("udp")
        if self._shown and available >= 4:
            visit.begin("udp", buffer, offset, end, HEADER)
        if available < HEADER:
            padded = buffer[offset:end] + bytes(HEADER)
            visit.emit(self._ports, UDP.parse(padded, 0, None, False), available)
            raise cut("UDP", offset, HEADER, available, SOURCE)
        header = UDP.parse(buffer, offset, end, False)
        visit.emit_all(self._ports, header)
        length = header.length
        if not length and len(visit.source) == IPV6_ADDRESS:
            length = limit - offset  # RFC 2675 section 4, though this is no jumbogram
        if length < HEADER:
            visit.problem = DecodeError(
                "UDP", "length", offset + 4, "at least 8", str(header.length), "RFC 768 page 2"
            )
            return limit
        visit.emit_all(self._checksum, header)
        self._follow(visit, header, buffer, offset, end, limit, length)
        return limit

    def _follow(
        self,
        visit: Visit,
        header: UDP,
        buffer: Buffer,
        offset: int,
        end: int,
        limit: int,
        length: int,
    ) -> None:
        """Add what the conversation is, and the payload; `length` counts the header."""
        start = offset + HEADER
        if self._stateful:
            self._conversation(visit, header, timed=length > HEADER and not visit.in_error)
        # Without a byte of payload captured, Wireshark stops; it does not even name what follows.
        if start < end:
            if self._payload:
                visit.items.append(("udp.payload", buffer[start:end]))
            stop = offset + length
            self._application(visit, header, buffer, start, min(end, stop), min(limit, stop))

    def _application(
        self, visit: Visit, header: UDP, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """What the ports suggest; Wireshark asks for the lower one first."""
        ports = sorted((header.source_port, header.destination_port))
        layer = self._applications[ports[0]] or self._applications[ports[1]]
        is_foreign = layer is None or isinstance(layer, ForeignLayer)
        (layer or self._data).dissect(visit, buffer, start, end, limit)
        if is_foreign and not UDP_DISSECTED.isdisjoint(ports):
            visit.opaque = ABOVE_TRANSPORT

    def _conversation(self, visit: Visit, header: UDP, timed: bool) -> None:
        """Add stream number and times; Wireshark times datagrams that carry something."""
        key = conversation_key(
            visit.source, header.source_port, visit.destination, header.destination_port
        )
        found = self._conversations.find(key)
        now = visit.time_ns
        if found is None:
            state = _Conversation(self._conversations.count, now)
            found = self._conversations.begin(key, state)
        values = (found.number, now - found.first_ns, now - found.last_ns)
        names = ("udp.stream", "udp.time_relative", "udp.time_delta")
        for name, value in zip(names[: 3 if timed else 1], values, strict=False):
            if name in self._stateful:
                visit.items.append((name, value))
        if timed:
            found.last_ns = now


_LITE_CHECKSUM = (
    schema_items(UDPLite)["udp.checksum_coverage"]._replace(get=lambda header: header.length),
    _FIELDS["udp.checksum"],
)
declare("udplite", Kind.PROTOCOL, "Lightweight User Datagram Protocol")


class UdpLiteLayer(UdpLayer):
    """UDP-Lite (RFC 3828), whose conversations are UDP's to Wireshark; its length is computed.

    It is read as UDP, whose layout it has, because Wireshark also shows coverages that are refused.
    """

    HEADERS: ClassVar[tuple[type[Header], ...]] = (UDPLite,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        udp = context.layer(UdpLayer)
        assert isinstance(udp, UdpLayer)
        self._conversations = udp._conversations
        self._shown = context.wants("udplite")
        self._ports = context.plan(_PORTS[:2])
        self._length = context.wants("udp.length")
        self._status = context.wants("udp.checksum.status")
        self._checksum = context.plan(_LITE_CHECKSUM)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields and the payload."""
        available = end - offset
        if visit.in_error and limit - offset < SMALLEST_QUOTE:
            return limit
        visit.protocols.append("udplite")
        if self._shown and available >= 4:
            visit.begin("udplite", buffer, offset, end, HEADER)
        if available < HEADER:
            padded = UDP.parse(buffer[offset:end] + bytes(HEADER), strict=False)
            self._head(visit, padded, available, limit - offset)
            raise cut("UDPLite", offset, HEADER, available, "RFC 3828 section 3.1")
        header = UDP.parse(buffer, offset, end, False)
        self._head(visit, header, available, limit - offset)
        if self._status:
            status = NOT_VERIFIED if header.checksum else ILLEGAL
            if visit.in_error and status == ILLEGAL:
                status = NOT_PRESENT
            visit.items.append(("udp.checksum.status", status))
        self._follow(visit, header, buffer, offset, end, limit, limit - offset)
        return limit

    def _head(self, visit: Visit, header: UDP, available: int, length: int) -> None:
        """Add the ports, if both are there, the length, and what else is there."""
        if available >= 4:
            visit.emit_all(self._ports, header)
        if available >= 6:
            if self._length:
                visit.items.append(("udp.length", length))
            visit.emit(self._checksum, header, available)
