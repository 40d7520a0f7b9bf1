"""One direction of a TCP connection, seen from outside: segments in, bytes in order out.

Source: RFC 9293 sections 3.4 (sequence numbers) and 3.10.7.4 (segments that overlap).

    offsets     0 is the first byte after SYN, or the first byte seen of a connection that had
                begun; they do not wrap
    next        what is delivered lies before it, and nothing can change it any more
    pieces      what came out of order, behind a hole at `next`

Rule 1: bytes that were delivered stay; between bytes that wait, the overlap policy decides.
Rule 2: a hole is given up only when the receiver acknowledged bytes behind it (it has them, the
capture has not), when the buffer is full, or at the end. Its size is told.
"""

from typing import NamedTuple

from wirelab.codecs.reassembly.overlap import OldWins
from wirelab.codecs.reassembly.pieces import Pieces

LARGEST_WINDOW = 1 << 30
"""RFC 7323 section 2.2; a segment farther ahead cannot belong to the stream."""


class Chunk(NamedTuple):
    """Bytes in order; or, without data, a hole."""

    offset: int
    data: bytes
    missing: int = 0
    """Bytes that nobody saw."""


class Half:
    """One direction."""

    __slots__ = (
        "_base", "_old_wins", "ahead", "conflicting", "fin_offset", "finished", "missing", "next",
        "old", "pieces", "started",
    )  # fmt: skip

    def __init__(self, old_wins: OldWins) -> None:
        self._old_wins = old_wins
        self._base = 0
        """Sequence number of offset 0."""
        self.started = False
        self.next = 0
        self.pieces = Pieces()
        self.fin_offset: int | None = None
        self.finished = False
        """Everything up to FIN was delivered."""
        self.missing = 0
        """Bytes in the holes that were given up."""
        self.old = 0
        """Bytes that had been delivered before: retransmissions."""
        self.conflicting = 0
        """Bytes that came twice while they waited; the policy decided."""
        self.ahead = 0
        """Segments too far ahead to belong here."""

    @property
    def waits(self) -> bool:
        """Whether something is here that lies behind a hole."""
        return bool(self.pieces) or (self.fin_offset is not None and not self.finished)

    def start(self, sequence_number: int) -> None:
        """Set the sequence number of the first byte."""
        self._base = sequence_number
        self.started = True

    def offset_of(self, sequence_number: int) -> int:
        """The offset of a sequence number, taken as the nearest to `next` (RFC 9293 3.4)."""
        distance = (sequence_number - self._base - self.next) & 0xFFFFFFFF
        return self.next + (distance - (1 << 32) if distance & 0x80000000 else distance)

    def add(self, sequence_number: int, data: bytes, fin: bool, length: int = 0) -> list[Chunk]:
        """Take a segment.

        Args:
            sequence_number: of the first byte; SYN comes before it.
            data: as far as it was captured.
            fin: whether FIN follows.
            length: bytes on the wire, if more than `data`: FIN comes behind those.

        Returns:
            What is in order now.
        """
        if not self.started:
            self.start(sequence_number)
        start = self.offset_of(sequence_number)
        stop = start + len(data)
        if stop - self.next > LARGEST_WINDOW:
            self.ahead += 1
            return []
        end = start + max(length, len(data))
        if fin and self.fin_offset is None and end >= self.next:
            self.fin_offset = end
        if self.fin_offset is not None and stop > self.fin_offset:
            data = data[: max(self.fin_offset - start, 0)]
            stop = start + len(data)
        if start < self.next:
            self.old += min(stop, self.next) - start
            data, start = data[self.next - start :], self.next
        if start == self.next and not self.pieces:
            self.next = max(start + len(data), self.next)
            self.finished = self.next == self.fin_offset
            return [Chunk(start, data)] if data else []
        if data:
            self.conflicting += self.pieces.add(start, data, self._old_wins)
        return self._deliver()

    def acknowledged(self, acknowledgment_number: int) -> list[Chunk]:
        """The other side has the bytes before this number: holes before it stay holes.

        Only holes with captured bytes (or FIN) behind them that were acknowledged, too: the
        acknowledgment may have been captured just before its segment.
        """
        known = self.offset_of(acknowledgment_number)
        chunks: list[Chunk] = []
        while (first := self.pieces.first) is not None and first < known:
            chunks += self.skip_hole()
        if self.fin_offset is not None and self.next < self.fin_offset < known:
            chunks += self._hole(self.fin_offset)
        return chunks

    def skip_hole(self) -> list[Chunk]:
        """Give up the hole at `next`, and deliver what is behind it."""
        first = self.pieces.first
        if first is None:
            return []
        return [*self._hole(first), *self._deliver()]

    def flush(self) -> list[Chunk]:
        """Give up all holes: the connection is over. FIN tells of bytes missing at the end."""
        chunks: list[Chunk] = []
        while self.pieces:
            chunks += self.skip_hole()
        if self.fin_offset is not None and self.next < self.fin_offset:
            chunks += self._hole(self.fin_offset)
        return chunks

    def _hole(self, stop: int) -> list[Chunk]:
        size, start = stop - self.next, self.next
        self.next = stop
        self.finished = self.next == self.fin_offset
        self.missing += size
        return [Chunk(start, b"", size)] if size else []

    def _deliver(self) -> list[Chunk]:
        start = self.next
        data = self.pieces.take(start) if self.pieces.first == start else b""
        self.next = start + len(data)
        self.finished = self.next == self.fin_offset
        return [Chunk(start, data)] if data else []
