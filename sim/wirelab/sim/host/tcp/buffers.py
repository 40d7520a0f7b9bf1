"""Where bytes wait: for the application (in order), and for a gap to be filled (out of order).

The send buffer needs no class: it is a `bytearray` whose first byte has the sequence number
SND.UNA, because CPython deletes from the front of a bytearray without moving the rest.
"""

from bisect import bisect_right
from collections import deque
from typing import Final

MAXIMUM_BLOCKS: Final = 1_024
"""Ours: separate pieces held out of order; tiny segments must not cost more memory than data."""


class ReceiveBuffer:
    """Bytes in order, not yet taken by the application. `size` is their number (RCV.USER)."""

    __slots__ = ("_chunks", "size")

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self.size = 0

    def append(self, data: bytes) -> None:
        """Add `data` at the end."""
        self._chunks.append(data)
        self.size += len(data)

    def take(self, limit: int) -> bytes:
        """Remove and return the first `limit` bytes, or all if there are fewer."""
        chunks = self._chunks
        if limit >= self.size:
            data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            self.clear()
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

    def clear(self) -> None:
        """Forget everything."""
        self._chunks.clear()
        self.size = 0


class Reassembly:
    """Text that came before its turn (RFC 9293 section 3.10.7.4, SHLD-31).

    Pieces are kept sorted and never overlap: what came first stays, of what comes later only the
    new parts are kept.
    """

    __slots__ = ("_blocks", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._blocks: list[bytes] = []

    def __bool__(self) -> bool:
        return bool(self._starts)

    def insert(self, start: int, data: bytes) -> bool:
        """Keep `data`, which begins at sequence number `start`; False if there is no room."""
        starts, blocks = self._starts, self._blocks
        if len(starts) >= MAXIMUM_BLOCKS:
            return False
        index = bisect_right(starts, start)
        if index:
            covered = starts[index - 1] + len(blocks[index - 1]) - start
            if covered > 0:
                data = data[covered:]
                start += covered
        while data:
            room = starts[index] - start if index < len(starts) else len(data)
            if room > 0:  # before the next piece, or behind the last
                starts.insert(index, start)
                blocks.insert(index, data[:room])
                index += 1
            if room >= len(data):
                break
            covered = room + len(blocks[index])  # skip what we have
            data = data[covered:]
            start += covered
            index += 1
        return True

    def take(self, rcv_nxt: int) -> bytes:
        """Remove and return what now follows in order at `rcv_nxt`."""
        starts, blocks = self._starts, self._blocks
        ready: list[bytes] = []
        for start, block in zip(starts, blocks, strict=True):
            if start > rcv_nxt:
                break
            fresh = block[rcv_nxt - start :]
            rcv_nxt += len(fresh)
            ready.append(fresh)
        del starts[: len(ready)], blocks[: len(ready)]
        return b"".join(ready)

    def clear(self) -> None:
        """Forget everything."""
        self._starts.clear()
        self._blocks.clear()
