"""TCP as Wireshark shows it: header, options, streams, relative numbers (RFC 9293)."""

from typing import Any, NamedTuple

from wirelab.codecs.dissect.conversations import Conversations
from wirelab.codecs.dissect.fields import (
    CHECKSUM_STATUS,
    Kind,
    declare,
    derived,
    plan,
    schema_items,
)
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.tcp_options import OptionsView, has_multipath, walk
from wirelab.codecs.dissect.layers.tcp_retransmission import Verdict, judge
from wirelab.codecs.dissect.layers.tcp_streams import ACK, FIN, MASK, RST, SYN, Flow, Stream
from wirelab.codecs.dissect.ports import TCP_DISSECTED, TCP_PORTS
from wirelab.codecs.dissect.visit import ABOVE_TRANSPORT, Buffer, Visit, cut
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import TCP

SOURCE = "RFC 9293 section 3.1"
HEADER = 20
"""Bytes without options."""
ENOUGH = 16
"""Bytes up to the window; Wireshark reads them before it shows more than the ports."""
SMALLEST_QUOTE = 4
"""Bytes that Wireshark needs to name TCP in the packet that an ICMP error quotes: the ports."""
NOT_VERIFIED = 2

PROTOCOL = declare("tcp", Kind.PROTOCOL, "Transmission Control Protocol")
_FIELDS = schema_items(TCP)


class Segment(NamedTuple):
    """A header with what the stream makes of it, for the getters."""

    header: TCP
    stream: Stream
    flow: Flow
    peer: Flow
    now_ns: int
    length: int | None
    """Bytes of payload; None: not known."""
    sequence: int
    """Relative, when the stream counts."""
    acknowledgment: int
    window: int


def _twelve(header: TCP) -> int:
    return header.reserved << 9 | header.flags


def _letters(header: TCP) -> str:
    flags = _twelve(header)
    return "".join(
        letter if flags >> 11 - place & 1 else "·" for place, letter in enumerate("RRRACEUAPRSF")
    )


def _next_sequence(segment: Segment) -> int | None:
    if segment.length is None:
        return None
    ends = 1 if segment.header.flags & (SYN | FIN) else 0
    return segment.sequence + segment.length + ends & MASK


def _scale_factor(segment: Segment) -> int | None:
    scale = segment.flow.scale
    if segment.header.flags & SYN:
        return None
    return 1 << scale if scale >= 0 else scale


_PORTS = (
    _FIELDS["tcp.srcport"]._replace(needs=4),
    _FIELDS["tcp.dstport"]._replace(needs=4),
)
_N = Kind.NUMBER
_STATE = (
    derived("tcp.stream", _N, "Stream index", ENOUGH, lambda s: s.stream.number),
    derived("tcp.len", _N, "Segment length", ENOUGH, lambda s: s.length),
    derived("tcp.seq", _N, "Sequence number (relative)", ENOUGH, lambda s: s.sequence),
    derived("tcp.nxtseq", _N, "Next sequence number (relative)", ENOUGH, _next_sequence),
    derived("tcp.ack", _N, "Acknowledgment number (relative)", ENOUGH, lambda s: s.acknowledgment),
    derived("tcp.window_size", _N, "Window (scaled)", ENOUGH, lambda s: s.window),
    derived("tcp.window_size_scalefactor", _N, "Window scale factor", ENOUGH, _scale_factor),
)
_TIMES = (
    derived(
        "tcp.time_relative",
        Kind.DURATION,
        "Since first of stream",
        HEADER,
        lambda s: s.now_ns - s.stream.first_ns,
    ),
    derived(
        "tcp.time_delta",
        Kind.DURATION,
        "Since last of stream",
        HEADER,
        lambda s: s.now_ns - s.stream.last_ns,
    ),
)
_RAW = (_FIELDS["tcp.seq_raw"]._replace(needs=ENOUGH),)
_ACK_RAW = (_FIELDS["tcp.ack_raw"]._replace(needs=ENOUGH),)
_FLAGS = (
    derived("tcp.flags", Kind.HEX, "Flags", ENOUGH, _twelve, digits=4),
    derived("tcp.flags.res", Kind.BOOLEAN, "Reserved", ENOUGH, lambda h: bool(h.reserved)),
    *(
        _FIELDS[f"tcp.flags.{name}"]._replace(needs=ENOUGH)
        for name in ("ae", "cwr", "ece", "urg", "ack", "push", "reset", "syn", "fin")
    ),
    derived("tcp.flags.str", Kind.STRING, "Flags", ENOUGH, _letters),
    _FIELDS["tcp.window_size_value"],
)
_TAIL = (
    _FIELDS["tcp.checksum"],
    # Wireshark does not verify TCP checksums by default: offload makes them wrong so often.
    derived(
        "tcp.checksum.status",
        Kind.NUMBER,
        "Checksum status",
        18,
        lambda header: NOT_VERIFIED,
        names=CHECKSUM_STATUS,
    ),
    _FIELDS["tcp.urgent_pointer"],
)
PAYLOAD = declare("tcp.payload", Kind.BYTES, "Payload")
REPEATED = "_repeated"
"""Not a field of Wireshark's: marks a retransmission for the one-line summary."""


class TcpLayer(Layer):
    """TCP and its streams."""

    HEADERS = (TCP,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        wanted = context.wanted
        self._data = context.layer(DataLayer)
        self._streams: Conversations[Stream] = Conversations()
        self._wanted = wanted
        self._shown = wanted is None or "tcp" in wanted
        self._ports = plan(_PORTS, wanted)
        header = (*_ACK_RAW, *_FLAGS, *_TAIL)
        length = (_FIELDS["tcp.hdr_len"],)
        self._flags = plan((*length, *header), wanted)
        self._raw = plan((*_RAW, *length, *header), wanted)
        self._cut = plan(header, wanted)
        self._cut_raw = plan((*_RAW, *header), wanted)
        self._state = plan(_STATE, wanted)
        self._times = plan(_TIMES, wanted)
        self._options = OptionsView(wanted)
        self._all_options = wanted is None or "tcp.options" in wanted
        payload_fields = ("data", "data.data", "data.len", "frame.protocols", REPEATED)
        self._repeats = wanted is None or not wanted.isdisjoint(payload_fields)
        self._stateless = not (self._state or self._times or self._repeats or self._options.asked)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields and the payload."""
        available = end - offset
        if visit.in_error and available < SMALLEST_QUOTE:
            return limit
        visit.protocols.append("tcp")
        size = (buffer[offset + 12] >> 4) * 4 if available > 12 else HEADER
        if self._shown and available >= 4:
            own = min(size, available) if size >= HEADER else available
            visit.begin("tcp", buffer, offset, end, own)
        if available < size or size < HEADER:
            self._malformed(visit, buffer, offset, end, limit, size)
            return limit
        header = TCP.parse(buffer, offset, end, False)
        visit.emit_all(self._ports, header)
        visit.emit_all(self._raw if not visit.in_error else self._flags, header)
        start = offset + size
        options = buffer[offset + HEADER : start] if size > HEADER else b""
        verdict = Verdict.HANDED_ON
        if not self._stateless:
            length = None if visit.in_error or visit.fragmented else limit - start
            verdict = self._stateful(visit, header, options, length)
        if options and self._all_options:
            visit.items.append(("tcp.options", options))
        if has_multipath(options):
            visit.protocols.append("mptcp")
        if start < end:
            self._payload(visit, header, buffer, start, end, limit, verdict)
        return limit

    def _payload(
        self,
        visit: Visit,
        header: TCP,
        buffer: Buffer,
        start: int,
        end: int,
        limit: int,
        verdict: Verdict,
    ) -> None:
        """The payload; what was sent before is not handed on, and neither is a reset's text."""
        if header.flags & RST:
            return
        self._add(visit, "tcp.payload", buffer[start:end])
        ports = header.source_port, header.destination_port
        if not TCP_DISSECTED.isdisjoint(ports):
            visit.opaque = ABOVE_TRANSPORT
        if verdict is Verdict.REPEATED:
            self._add(visit, REPEATED, True)
        elif verdict is Verdict.HANDED_ON and TCP_PORTS.isdisjoint(ports):
            self._data.dissect(visit, buffer, start, end, limit)

    def _add(self, visit: Visit, name: str, value: Any) -> None:
        if self._wanted is None or name in self._wanted:
            visit.items.append((name, value))

    def _stateful(
        self,
        visit: Visit,
        header: TCP,
        options: bytes,
        length: int | None,
        available: int = HEADER,
        size: int = 0,
    ) -> Verdict:
        """Add what depends on the stream.

        Args:
            visit: the frame's state.
            header: of the segment.
            options: what was captured of them.
            length: of the payload in bytes; None: not known, and the stream does not count it.
            available: bytes captured of the header.
            size: bytes of the header, if not all of them were captured.

        Returns:
            What is to become of the payload.
        """
        segment, verdict = self.follow(
            header, visit.source, visit.destination, length, visit.time_ns
        )
        stream, flow, peer = segment.stream, segment.flow, segment.peer
        visit.emit_all(self._state, segment)
        if available >= HEADER:
            visit.emit_all(self._times, segment)
        stream.last_ns = visit.time_ns
        flags = header.flags
        if options and self._options.asked:
            self._options.show(visit, options, peer.base or 0, size - HEADER if size else None)
        if (options or flags & SYN) and not size:
            stream.learn_scale(flow, peer, flags, walk(options))
        return verdict

    def follow(
        self, header: TCP, source: bytes, destination: bytes, length: int | None, now_ns: int
    ) -> tuple[Segment, Verdict]:
        """Take a segment into its stream.

        Args:
            header: of the segment.
            source: address of its sender.
            destination: address of its receiver.
            length: of the payload in bytes; None: not known, and the stream does not count it.
            now_ns: time of capture.

        Returns:
            The segment as the stream sees it, and what is to become of its payload.
        """
        stream, flow, peer = self._stream(header, source, destination, now_ns)
        sequence, ack = header.sequence_number, header.acknowledgment_number
        window, flags = header.window, header.flags
        verdict = Verdict.HANDED_ON
        if length is not None:
            stream.learn_bases(flow, peer, flags, sequence, ack)
            if self._repeats:
                verdict = judge(stream, flow, peer, header, length, now_ns)
            sequence = (sequence - (flow.base or 0)) & MASK
            if flags & ACK:
                ack = (ack - (peer.base or 0)) & MASK
            if not flags & SYN and flow.scale >= 0:
                window <<= flow.scale
        segment = Segment(header, stream, flow, peer, now_ns, length, sequence, ack, window)
        return segment, verdict

    def _stream(
        self, header: TCP, source: bytes, destination: bytes, now_ns: int
    ) -> tuple[Stream, Flow, Flow]:
        """The segment's stream, and its flows seen from the sender."""
        one = (source, header.source_port)
        other = (destination, header.destination_port)
        # As `conversation_key` has it, written out because every segment comes here.
        key, way = ((one, other), 0) if one <= other else ((other, one), 1)
        stream = self._streams.find(key)
        if stream is not None and header.flags & (SYN | ACK) == SYN:
            base = stream.flows[way].base
            if base is not None and base != header.sequence_number:
                stream = None
        if stream is None:
            begun = Stream(self._streams.count, now_ns)
            stream = self._streams.begin(key, begun)
        return stream, stream.flows[way], stream.flows[1 - way]

    def _malformed(
        self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int, size: int
    ) -> None:
        """Show what there is of a header that is cut, or whose data offset cannot be."""
        available = end - offset
        readable = bytearray(buffer[offset : min(end, offset + HEADER)] + bytes(HEADER))
        readable[12] = 0x50 | readable[12] & 0x0F
        header = TCP.parse(bytes(readable), 0, HEADER, False)
        visit.emit(self._ports, header, available)
        if available < ENOUGH:
            if visit.in_error and available >= 8:
                self._add(visit, "tcp.seq", header.sequence_number)
            raise cut("TCP", offset, HEADER, available, SOURCE)
        self._add(visit, "tcp.hdr_len", size)
        if size < HEADER:
            self._bogus(visit, header, limit - offset - size)
            bound = "at least 5"
            raise DecodeError("TCP", "data_offset", offset + 12, bound, str(size // 4), SOURCE)
        visit.emit(self._cut if visit.in_error else self._cut_raw, header, available)
        options = buffer[offset + HEADER : end]
        if available >= HEADER and self._all_options:
            visit.items.append(("tcp.options", options))
        if not self._stateless:
            length = limit - offset - size
            known = length >= 0 and not visit.in_error and not visit.fragmented
            self._stateful(visit, header, options, length if known else None, available, size)
        raise cut("TCP", offset, size, available, SOURCE)

    def _bogus(self, visit: Visit, header: TCP, length: int) -> None:
        """Wireshark counts a segment with a data offset below 5, and shows little of it."""
        self._add(visit, "tcp.seq_raw", header.sequence_number)
        if self._stateless:
            return
        stream, flow, peer = self._stream(header, visit.source, visit.destination, visit.time_ns)
        stream.learn_bases(
            flow, peer, header.flags, header.sequence_number, header.acknowledgment_number
        )
        self._add(visit, "tcp.stream", stream.number)
        self._add(visit, "tcp.len", length)
        self._add(visit, "tcp.seq", header.sequence_number - (flow.base or 0) & MASK)
        stream.last_ns = visit.time_ns
