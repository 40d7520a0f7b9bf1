"""Bytes that are here already, of something that is to be put together.

Rule 1: the pieces never overlap, and stand in order; `add` decides at once whose bytes stay.
Rule 2: a piece remembers where the fragment that brought it began, which some policies ask for.
"""

from bisect import bisect_right
from typing import NamedTuple

from wirelab.codecs.reassembly.overlap import OldWins

OVERHEAD = 200
"""Bytes that Python needs for a piece besides its data, about; counted against every limit."""


class Piece(NamedTuple):
    """Bytes of one fragment, or what is left of them."""

    start: int
    data: bytes
    origin: int
    """Where the fragment began."""

    @property
    def stop(self) -> int:
        """Offset behind the last byte."""
        return self.start + len(self.data)

    def part(self, start: int, stop: int) -> "Piece":
        """The bytes from `start` to `stop`, which lie inside."""
        return Piece(start, self.data[start - self.start : stop - self.start], self.origin)


class Pieces:
    """Pieces by offset."""

    __slots__ = ("_pieces", "_starts", "size")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._pieces: list[Piece] = []
        self.size = 0
        """Bytes of data."""

    def __len__(self) -> int:
        return len(self._pieces)

    @property
    def cost(self) -> int:
        """Bytes of memory, about."""
        return self.size + OVERHEAD * len(self._pieces)

    @property
    def first(self) -> int | None:
        """Offset of the first byte that is here."""
        return self._starts[0] if self._starts else None

    @property
    def stop(self) -> int:
        """Offset behind the last byte that is here."""
        return self._pieces[-1].stop if self._pieces else 0

    def overlaps(self, start: int, stop: int) -> bool:
        """Whether some of these bytes are here."""
        index = self._at(start)
        return index < len(self._starts) and self._starts[index] < stop

    def holds(self, start: int, data: bytes) -> bool:
        """Whether a piece is exactly this."""
        index = self._at(start)
        if index == len(self._pieces):
            return False
        piece = self._pieces[index]
        return piece.start == start and piece.data == data

    def add(self, start: int, data: bytes, old_wins: OldWins) -> int:
        """Put bytes in.

        Returns:
            How many of them, or of those that were here, lost.
        """
        stop = start + len(data)
        if not data:
            return 0
        new = Piece(start, data, start)
        first = last = self._at(start)
        kept: list[Piece] = []
        begun = start  # of what is new and not yet in `kept`
        lost = 0
        while last < len(self._pieces) and self._starts[last] < stop:
            old = self._pieces[last]
            last += 1
            left, right = max(old.start, start), min(old.stop, stop)
            lost += right - left
            if old_wins(old.origin, start):
                if begun < left:
                    kept.append(new.part(begun, left))
                kept.append(old)
                begun = old.stop
                continue
            if old.start < start:
                kept.append(old.part(old.start, start))
            if old.stop > stop:
                kept.append(new.part(begun, stop))
                kept.append(old.part(stop, old.stop))
                begun = old.stop
        if begun < stop:
            kept.append(new.part(begun, stop))
        self.size += sum(len(piece.data) for piece in kept)
        self.size -= sum(len(piece.data) for piece in self._pieces[first:last])
        self._pieces[first:last] = kept
        self._starts[first:last] = [piece.start for piece in kept]
        return lost

    def take(self, start: int) -> bytes:
        """Take out what follows `start` without a hole; pieces are to begin there or behind."""
        count, position = 0, start
        for piece in self._pieces:
            if piece.start != position:
                break
            position = piece.stop
            count += 1
        data = b"".join([piece.data for piece in self._pieces[:count]])
        self.size -= len(data)
        del self._pieces[:count], self._starts[:count]
        return data

    def _at(self, start: int) -> int:
        """Index of the first piece that ends behind `start`."""
        index = bisect_right(self._starts, start)
        return index - 1 if index and self._pieces[index - 1].stop > start else index
