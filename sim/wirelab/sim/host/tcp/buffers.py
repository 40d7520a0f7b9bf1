"""Where bytes wait: for the application (in order), and for a gap to be filled (out of order).

The send buffer needs no class: it is a `bytearray` whose first byte has the sequence number
SND.UNA, because CPython deletes from the front of a bytearray without moving the rest.
"""

from bisect import bisect_left
from collections import deque
from typing import Final, TypeAlias

Block: TypeAlias = tuple[int, int]
"""A first sequence number, and the number behind the last."""

FEWEST_BLOCKS: Final = 64
BUFFER_PER_BLOCK: Final = 1_024
"""Ours: separate blocks may be held out of order for each so many bytes of receive buffer, and some
in any case: tiny segments must not cost more memory than data."""

SMALL: Final = 512
"""Ours: bytes; what is shorter is joined with its neighbour, because an object of its own would
cost more than it holds."""


class ReceiveBuffer:
    """Bytes in order, not yet taken by the application. `size` is their number (RCV.USER)."""

    __slots__ = ("_chunks", "size")

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self.size = 0

    def append(self, data: bytes) -> None:
        """Add `data` at the end."""
        count = len(data)
        if count < SMALL:
            _append(self._chunks, data)
        else:
            self._chunks.append(data)
        self.size += count

    def take(self, limit: int) -> bytes:
        """Remove and return the first `limit` bytes, or all if there are fewer."""
        chunks = self._chunks
        if limit >= self.size:
            data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            chunks.clear()
            self.size = 0
            return data
        taken: list[bytes] = []
        missing = limit
        while missing:
            chunk = chunks.popleft()
            if len(chunk) > missing:
                chunks.appendleft(chunk[missing:])
                chunk = chunk[:missing]
            taken.append(chunk)
            missing -= len(chunk)
        self.size -= limit
        return b"".join(taken)

    def peek(self, limit: int) -> bytes:
        """The first `limit` bytes, or all if there are fewer; they stay."""
        taken: list[bytes] = []
        for chunk in self._chunks:
            if limit <= 0:
                break
            taken.append(chunk[:limit])
            limit -= len(chunk)
        return b"".join(taken)

    def clear(self) -> None:
        """Forget everything."""
        self._chunks.clear()
        self.size = 0


class _Run:
    """Text that hangs together: from `start` to `end`, in chunks."""

    __slots__ = ("chunks", "end", "start")

    def __init__(self, start: int, data: bytes) -> None:
        self.start = start
        self.end = start + len(data)
        self.chunks = [data]


class Reassembly:
    """Text that came before its turn (RFC 9293 section 3.10.7.4, SHLD-31). `size` is in bytes.

    Runs are kept sorted; they neither overlap nor touch. What came first stays, of what comes later
    only the new parts are kept.
    """

    __slots__ = ("_runs", "_starts", "size")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._runs: list[_Run] = []
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._starts)

    def __len__(self) -> int:
        """Separate blocks."""
        return len(self._starts)

    @property
    def blocks(self) -> list[Block]:
        """What is held, in order."""
        return [(run.start, run.end) for run in self._runs]

    def overlap(self, start: int, end: int) -> Block | None:
        """The first part of `start` to `end` that is held already."""
        first = self._first_reaching(start + 1)
        if first == len(self._runs) or self._runs[first].start >= end:
            return None
        run = self._runs[first]
        return max(start, run.start), min(end, run.end)

    def insert(self, start: int, data: bytes) -> Block:
        """Keep `data`, which begins at sequence number `start`; returns the block it belongs to."""
        runs = self._runs
        end = start + len(data)
        first = self._first_reaching(start)
        if first == len(runs) or end < runs[first].start:  # touches nothing
            runs.insert(first, _Run(start, data))
            self._starts.insert(first, start)
            self.size += len(data)
            return start, end
        run = runs[first]
        if start < run.start:
            _prepend(run.chunks, data[: run.start - start])
            self.size += run.start - start
            self._starts[first] = run.start = start
        following = first + 1
        while end > run.end:
            stop = end
            if following < len(runs):
                stop = min(end, runs[following].start)
            _append(run.chunks, data[run.end - start : stop - start])
            self.size += stop - run.end
            run.end = stop
            if following < len(runs) and runs[following].start == stop:
                first_chunk, *others = runs[following].chunks
                _append(run.chunks, first_chunk)
                run.chunks += others
                run.end = runs[following].end
                following += 1
        del runs[first + 1 : following], self._starts[first + 1 : following]
        return run.start, run.end

    def _first_reaching(self, number: int) -> int:
        """Index of the first run that ends at `number` or behind it."""
        index = bisect_left(self._starts, number)
        if index and self._runs[index - 1].end >= number:
            return index - 1
        return index

    def take(self, rcv_nxt: int) -> bytes:
        """Remove and return what now follows in order at `rcv_nxt`."""
        runs = self._runs
        ready = b""
        while runs and runs[0].start <= rcv_nxt:
            run = runs.pop(0)
            del self._starts[0]
            self.size -= run.end - run.start
            if run.end > rcv_nxt:
                whole = run.chunks[0] if len(run.chunks) == 1 else b"".join(run.chunks)
                ready += whole[rcv_nxt - run.start :]
                rcv_nxt = run.end
        return ready

    def drop_last(self) -> Block:
        """Forget the block with the highest numbers, though the peer may have been told of it.

        RFC 2018 section 8 lets a receiver that runs out of memory do so.
        """
        run = self._runs.pop()
        del self._starts[-1]
        self.size -= run.end - run.start
        return run.start, run.end

    def clear(self) -> None:
        """Forget everything."""
        self._starts.clear()
        self._runs.clear()
        self.size = 0


def _append(chunks: deque[bytes] | list[bytes], data: bytes) -> None:
    """Put `data` behind `chunks`, into the last one where both are small."""
    if chunks and len(data) < SMALL and len(chunks[-1]) < SMALL:
        chunks[-1] += data
    else:
        chunks.append(data)


def _prepend(chunks: list[bytes], data: bytes) -> None:
    """Put `data` before `chunks`, into the first one where both are small."""
    if len(data) < SMALL and len(chunks[0]) < SMALL:
        chunks[0] = data + chunks[0]
    else:
        chunks.insert(0, data)
