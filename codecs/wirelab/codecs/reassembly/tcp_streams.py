"""TCP connections, seen from outside, as streams of bytes in order, in bounded memory.

Source: RFC 9293 section 3.10.7, for what the two ends do with the segments; ours: the limits.

    (none) --any segment--> open --FIN of both sides delivered, or RST--> over --time--> forgotten
                              |--new SYN, answered--> over ("replaced"), a new stream
                              |--nothing came for long--> over ("idle")
                              `--memory is short--> over ("evicted"), the one idle longest first

Rule 1: nothing raises for what is in a segment.
Rule 2: every byte that is delivered is in order; every hole before it is told with its size.
Rule 3: a connection that is over is remembered for a while, so that late segments do not begin a
stream anew; only a SYN does.
Rule 4: a SYN with another number replaces an open connection only when the other side acknowledges
it (RFC 5961 section 4: anybody can send a SYN); or at once where that side was never seen.
Rule 5: a segment without a stream and without SYN begins one in the middle (`Stream.midstream`).
"""

from collections import OrderedDict
from typing import TypeAlias

from wirelab.codecs.reassembly.overlap import Overlap, policy_of
from wirelab.codecs.reassembly.tcp_half import Chunk, Half
from wirelab.codecs.reassembly.tcp_stream import (
    ACK,
    CLIENT,
    FIN,
    RESET_WINDOW,
    RST,
    SERVER,
    STREAM_COST,
    SYN,
    Data,
    Ended,
    Endpoint,
    EndReason,
    Event,
    Gap,
    Rival,
    Segment,
    Stream,
)

IDLE_TIMEOUT_NS = 5 * 24 * 3600 * 1_000_000_000
"""As Linux' `nf_conntrack_tcp_timeout_established`; RFC 5382 REQ-5 asks for 2 h 4 min at least."""
OVER_TIMEOUT_NS = 240 * 1_000_000_000
"""TIME-WAIT of RFC 9293 section 3.4.2: twice a segment's longest life."""
MOST_STREAM_BYTES = 1 << 20
"""Ours: of one direction that wait behind a hole; more than the usual receive buffer."""
MOST_BYTES = 64 << 20
"""Ours: of all that waits, and of the streams themselves."""

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
        """Streams so far, and SYNs of others between their endpoints that nobody answered."""
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
        segment = Segment(
            source, destination, sequence_number, acknowledgment_number, flags, data, length
        )
        key = (source, destination) if source <= destination else (destination, source)
        events = self.expire(now)
        stream = self._stream_of(key, segment, now, events)
        if stream is not None:
            self._streams[key] = stream  # again, at the end: it is the busiest
            stream.last = now
            side = int(source != stream.client)
            if flags & ACK and stream.halves[1 - side].waits:
                events += self._acknowledge(stream, 1 - side, acknowledgment_number)
            events += self._segment(stream, side, segment)
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

    def _stream_of(
        self, key: _Key, segment: Segment, now: int, events: list[Event]
    ) -> Stream | None:
        """The stream that a segment belongs to, taken out of `_streams`; None: to none."""
        stream = self._streams.pop(key, None)
        if stream is None:
            if (over := self._over.get(key)) is not None:
                initial = over.initial[int(over.client != segment.source)]
                if not segment.begins or initial == segment.sequence_number:
                    return None  # late, or a SYN of the old connection once more
                self._forget_over(key)
            # RST without a connection ends what nobody knows.
            return None if segment.flags & RST else self._begin(segment, now)
        if not segment.begins or not _is_other(stream, segment):
            if stream.rival is None or not stream.rival.is_answered(segment):
                return stream
            return self._replace(key, stream, stream.rival, now, events)
        rival = self._rival(stream, segment)
        if stream.halves[int(segment.source == stream.client)].started:
            stream.rival, stream.last = rival, now
            self._account(stream)
        else:
            stream = self._replace(key, stream, rival, now, events)
        self._streams[key] = stream
        return None

    def _begin(self, segment: Segment, now: int) -> Stream:
        client, server = segment.source, segment.destination
        if segment.flags & (SYN | ACK) == SYN | ACK:  # the answer came first
            client, server = server, client
        self.count += 1
        return self._new(client, server, self.count - 1, now)

    def _new(self, client: Endpoint, server: Endpoint, number: int, now: int) -> Stream:
        halves = (Half(self._old_wins), Half(self._old_wins))
        stream = Stream(number, client, server, halves, now)
        self.cost += stream.cost
        return stream

    def _rival(self, stream: Stream, syn: Segment) -> Rival:
        """The SYN of another connection, with a number of its own unless it was seen before."""
        known = stream.rival
        if known is not None and known.syn[:3] == syn[:3]:
            return known
        self.count += 1
        return Rival(self.count - 1, syn)

    def _replace(
        self, key: _Key, stream: Stream, rival: Rival, now: int, events: list[Event]
    ) -> Stream:
        """End a stream whose endpoints have another connection now, which begins with its SYN."""
        events += self._end(key, stream, "replaced")
        self._forget_over(key)
        syn = rival.syn
        stream = self._new(syn.source, syn.destination, rival.number, now)
        events += self._segment(stream, CLIENT, syn)
        return stream

    def _segment(self, stream: Stream, side: int, segment: Segment) -> list[Event]:
        half, sequence_number = stream.halves[side], segment.sequence_number
        if segment.flags & SYN:
            if not half.started:
                stream.midstream = False
                stream.initial[side] = sequence_number
                half.start((sequence_number + 1) & 0xFFFFFFFF)
            sequence_number = (sequence_number + 1) & 0xFFFFFFFF
        if segment.flags & RST:
            return []  # data of RST are an error text for people (RFC 9293 section 3.5.2)
        waited = bool(half.pieces)
        fin = bool(segment.flags & FIN)
        chunks = half.add(sequence_number, segment.data, fin, segment.length)
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
        stream.ended, stream.rival = reason, None
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
        if stream.rival is not None:
            cost += len(stream.rival.syn.data)
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


def _is_other(stream: Stream, syn: Segment) -> bool:
    """Whether a SYN begins another connection: its initial number is not the one that was seen."""
    side, sequence_number = int(syn.source != stream.client), syn.sequence_number
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
