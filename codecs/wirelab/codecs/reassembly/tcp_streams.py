"""TCP connections, seen from outside, as streams of bytes in order, in bounded memory.

Source: RFC 9293 section 3.10.7, for what the two ends do with the segments; ours: the limits.

    (none) --any segment--> open --FIN of both sides delivered, or RST--> over --time--> forgotten
                              |--new SYN of the same endpoints--> over ("replaced"), a new stream
                              |--nothing came for long--> over ("idle")
                              `--memory is short--> over ("evicted"), the one idle longest first

Rule 1: nothing raises for what is in a segment.
Rule 2: every byte that is delivered is in order; every hole before it is told with its size.
Rule 3: a connection that is over is remembered for a while, so that late segments do not begin a
stream anew; only a SYN does.
Rule 4: a segment without a stream and without SYN begins one in the middle (`Stream.midstream`).
"""

from collections import OrderedDict
from typing import Literal, NamedTuple, TypeAlias

from wirelab.codecs.reassembly.overlap import Overlap, policy_of
from wirelab.codecs.reassembly.tcp_half import Chunk, Half

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
"""RFC 9293 section 3.1."""

IDLE_TIMEOUT_NS = 5 * 24 * 3600 * 1_000_000_000
"""As Linux' `nf_conntrack_tcp_timeout_established`; RFC 5382 REQ-5 asks for 2 h 4 min at least."""
OVER_TIMEOUT_NS = 240 * 1_000_000_000
"""TIME-WAIT of RFC 9293 section 3.4.2: twice a segment's longest life."""
MOST_STREAM_BYTES = 1 << 20
"""Ours: of one direction that wait behind a hole; more than the usual receive buffer."""
MOST_BYTES = 64 << 20
"""Ours: of all that waits, and of the streams themselves."""
RESET_WINDOW = 1 << 20
"""Ours: RST counts this near to the bytes that are expected; who guesses hits once in 2048 times.

A receiver takes the exact number only (RFC 5961 section 3), but the capture may lack bytes.
"""
STREAM_COST = 2000
"""Bytes that Python needs for a stream besides what waits, about."""

CLIENT, SERVER = 0, 1
"""The side that data come from; a client is who sent SYN or was seen first."""

Endpoint: TypeAlias = tuple[bytes, int]
"""Address and port."""
EndReason: TypeAlias = Literal["fin", "rst", "replaced", "idle", "evicted", "end"]


class Stream:
    """A connection.

    Attributes:
        number: from 0, in the order in which they began, as `tcp.stream` of Wireshark counts;
            but RST of a connection that was never seen begins none.
        client: address and port.
        server: address and port.
        midstream: it had begun before the first segment that was seen.
        began: nanoseconds.
        last: when the newest segment came.
        ended: why it is over, or None.
        halves: what came from the client and from the server: `next` bytes of stream, of which
            `missing` were never seen; `old` bytes came again.
    """

    __slots__ = (
        "began", "client", "cost", "ended", "halves", "initial", "last", "midstream", "number",
        "server",
    )  # fmt: skip

    def __init__(
        self, number: int, client: Endpoint, server: Endpoint, halves: tuple[Half, Half], now: int
    ) -> None:
        self.number = number
        self.client = client
        self.server = server
        self.midstream = True
        self.began = self.last = now
        self.ended: EndReason | None = None
        self.halves = halves
        self.initial: list[int | None] = [None, None]
        self.cost = STREAM_COST

    def __repr__(self) -> str:
        return f"Stream({self.number}, client={self.client}, server={self.server})"


class Data(NamedTuple):
    """Bytes in order.

    Attributes:
        stream: of which connection.
        side: `CLIENT` or `SERVER`, who sent them.
        offset: in the stream, from 0.
        data: the bytes.
    """

    stream: Stream
    side: int
    offset: int
    data: bytes


class Gap(NamedTuple):
    """Bytes that were sent, and are not in the capture.

    Attributes:
        stream: of which connection.
        side: `CLIENT` or `SERVER`, who sent them.
        offset: of the first missing byte.
        size: how many are missing.
    """

    stream: Stream
    side: int
    offset: int
    size: int


class Ended(NamedTuple):
    """A connection is over; nothing of it follows.

    Attributes:
        stream: which.
        reason: `fin`, `rst`, `replaced`, `idle`, `evicted`, or `end` (of the capture).
    """

    stream: Stream
    reason: EndReason


Event: TypeAlias = Data | Gap | Ended
_Key: TypeAlias = tuple[Endpoint, Endpoint]


class TCPStreamReassembler:
    r"""Streams of bytes out of segments of many connections, in any order.

    >>> reassembler = TCPStreamReassembler()
    >>> one, two = (b"\n\0\0\1", 50000), (b"\n\0\0\2", 80)
    >>> reassembler.add(one, two, 100, 0, SYN, b"", now=0)
    []
    >>> reassembler.add(one, two, 104, 0, ACK, b"def", now=1)
    []
    >>> [event.data for event in reassembler.add(one, two, 101, 0, ACK, b"abc", now=2)]
    [b'abcdef']

    Args:
        overlap: who wins where segments overlap that wait behind a hole: `first`, `last`, `bsd`,
            `bsd-right` or `linux` (`overlap.py`). Bytes that were delivered stay as they are.
        idle_timeout_ns: after the last segment of a connection.
        most_stream_bytes: that wait behind a hole in one direction, overhead included; then the
            hole is given up.
        most_bytes: for all streams; those idle longest are ended when it is not enough.
    """

    def __init__(
        self,
        *,
        overlap: Overlap = "first",
        idle_timeout_ns: int = IDLE_TIMEOUT_NS,
        most_stream_bytes: int = MOST_STREAM_BYTES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        old_wins = policy_of(overlap, refusing=False)
        assert old_wins is not None
        self._old_wins = old_wins
        self._idle_timeout = idle_timeout_ns
        self._most_stream_bytes = most_stream_bytes
        self._most_bytes = most_bytes
        self._streams: OrderedDict[_Key, Stream] = OrderedDict()
        """The newest of each pair of endpoints; the one idle longest first."""
        self._over: OrderedDict[_Key, Stream] = OrderedDict()
        """Those that are over, by the time when they ended."""
        self.count = 0
        """Streams so far."""
        self.cost = 0
        """Bytes of memory, about; never more than `most_bytes` after a call."""

    def __len__(self) -> int:
        """Streams that are kept, open or over."""
        return len(self._streams) + len(self._over)

    def add(
        self,
        source: Endpoint,
        destination: Endpoint,
        sequence_number: int,
        acknowledgment_number: int,
        flags: int,
        data: bytes,
        now: int,
        *,
        length: int = 0,
    ) -> list[Event]:
        """Take a segment.

        Args:
            source: address and port.
            destination: address and port.
            sequence_number: of the header.
            acknowledgment_number: of the header; it counts when flags hold ACK.
            flags: of the header.
            data: what it carries, as far as it was captured.
            now: nanoseconds of any clock that does not go back.
            length: bytes that it carried on the wire, if more than `data`.

        Returns:
            What is known now: data in order, gaps, ends; mostly a single `Data`.
        """
        events = self.expire(now)
        key = (source, destination) if source <= destination else (destination, source)
        stream = self._streams.pop(key, None)
        begins = flags & (SYN | ACK | RST) == SYN
        if stream is None and (over := self._over.get(key)) is not None:
            if not begins or over.initial[over.client != source] == sequence_number:
                return events  # late, or a SYN of the old connection once more
            self._forget_over(key)
        if stream is not None and begins and _is_other(stream, source, sequence_number):
            events += self._end(key, stream, "replaced")
            self._forget_over(key)
            stream = None
        if stream is None:
            if flags & RST:
                return events  # it ends what nobody knows
            stream = self._begin(source, destination, flags, now)
        self._streams[key] = stream  # again, at the end: it is the busiest
        stream.last = now
        side = int(source != stream.client)
        if flags & ACK and stream.halves[1 - side].waits:
            events += self._acknowledge(stream, 1 - side, acknowledgment_number)
        events += self._segment(stream, side, sequence_number, flags, data, length)
        if flags & RST or stream.halves[side].finished:
            events += self._maybe_end(key, stream, side, sequence_number, flags)
        if self.cost > self._most_bytes:
            events += self._make_room()
        return events

    def expire(self, now: int) -> list[Event]:
        """End what has been idle for too long, and forget what has been over for long."""
        events: list[Event] = []
        while self._streams:
            key = next(iter(self._streams))
            if self._streams[key].last + self._idle_timeout > now:
                break
            events += self._end(key, self._streams.pop(key), "idle")
        while self._over:
            key = next(iter(self._over))
            if self._over[key].last + OVER_TIMEOUT_NS > now:
                break
            self._forget_over(key)
        return events

    def finish(self) -> list[Event]:
        """The capture is over: give up every hole, end every stream."""
        events: list[Event] = []
        for key in sorted(self._streams, key=lambda key: self._streams[key].number):
            events += self._end(key, self._streams.pop(key), "end")
        self._over.clear()
        self.cost = 0
        return events

    # Segments.

    def _begin(self, source: Endpoint, destination: Endpoint, flags: int, now: int) -> Stream:
        client, server = source, destination
        if flags & (SYN | ACK) == SYN | ACK:  # the answer came first
            client, server = server, client
        halves = (Half(self._old_wins), Half(self._old_wins))
        stream = Stream(self.count, client, server, halves, now)
        self.count += 1
        self.cost += stream.cost
        return stream

    def _segment(
        self,
        stream: Stream,
        side: int,
        sequence_number: int,
        flags: int,
        data: bytes,
        length: int,
    ) -> list[Event]:
        half = stream.halves[side]
        if flags & SYN:
            if not half.started:
                stream.midstream = False
                stream.initial[side] = sequence_number
                half.start((sequence_number + 1) & 0xFFFFFFFF)
            sequence_number = (sequence_number + 1) & 0xFFFFFFFF
        if flags & RST:
            return []  # data of RST are an error text for people (RFC 9293 section 3.5.2)
        waited = bool(half.pieces)
        chunks = half.add(sequence_number, data, bool(flags & FIN), length)
        if waited or half.pieces:
            while half.pieces.cost > self._most_stream_bytes:
                chunks += half.skip_hole()
            self._account(stream)
        return _events(stream, side, chunks)

    def _acknowledge(self, stream: Stream, side: int, acknowledgment_number: int) -> list[Event]:
        """An acknowledgment of what `side` sent tells which of its holes will stay."""
        chunks = stream.halves[side].acknowledged(acknowledgment_number)
        self._account(stream)
        return _events(stream, side, chunks)

    def _maybe_end(
        self, key: _Key, stream: Stream, side: int, sequence_number: int, flags: int
    ) -> list[Event]:
        half = stream.halves[side]
        if flags & RST:
            distance = half.offset_of(sequence_number) - half.next
            if half.started and abs(distance) > RESET_WINDOW:
                return []
            return self._end(key, self._streams.pop(key), "rst")
        if stream.halves[0].finished and stream.halves[1].finished:
            return self._end(key, self._streams.pop(key), "fin")
        return []

    # Ends and memory.

    def _end(self, key: _Key, stream: Stream, reason: EndReason) -> list[Event]:
        """End a stream that is no longer among the open ones."""
        stream.ended = reason
        events: list[Event] = []
        for side in (CLIENT, SERVER):
            events += _events(stream, side, stream.halves[side].flush())
        self._account(stream)
        if reason in ("fin", "rst", "replaced"):
            self._over[key] = stream
        else:
            self.cost -= stream.cost
        return [*events, Ended(stream, reason)]

    def _forget_over(self, key: _Key) -> None:
        self.cost -= self._over.pop(key).cost

    def _account(self, stream: Stream) -> None:
        cost = STREAM_COST + stream.halves[0].pieces.cost + stream.halves[1].pieces.cost
        self.cost += cost - stream.cost
        stream.cost = cost

    def _make_room(self) -> list[Event]:
        events: list[Event] = []
        while self.cost > self._most_bytes and self._over:
            self._forget_over(next(iter(self._over)))
        while self.cost > self._most_bytes and self._streams:
            key = next(iter(self._streams))
            events += self._end(key, self._streams.pop(key), "evicted")
        return events


def _is_other(stream: Stream, source: Endpoint, sequence_number: int) -> bool:
    """Whether a SYN begins another connection: its initial number is not the one that was seen."""
    side = int(source != stream.client)
    initial = stream.initial[side]
    if initial is None:
        half = stream.halves[side]  # seen from the middle: is it this side's first byte?
        return half.started and half.offset_of((sequence_number + 1) & 0xFFFFFFFF) != 0
    return initial != sequence_number


def _events(stream: Stream, side: int, chunks: list[Chunk]) -> list[Event]:
    return [
        Gap(stream, side, chunk.offset, chunk.missing)
        if chunk.missing
        else Data(stream, side, chunk.offset, chunk.data)
        for chunk in chunks
    ]
