"""Bytes of a file or pipe, read in large pieces and consumed in small ones."""

import zlib
from typing import Protocol

from wirelab.codecs.capture.errors import CaptureError

PIECE = 1 << 16
"""Bytes asked for at a time.

Ours: enough that the call costs nothing per packet, and what the processor's nearer caches hold;
four times as much makes iterating half as slow again.
"""


class Readable(Protocol):
    """What is needed of a binary file object."""

    def read(self, size: int = ..., /) -> bytes | None:
        """Up to `size` bytes; empty at the end."""


class Source:
    """A window that slides over a stream.

    `buffer[position:]` is what has been read and not consumed; a reader's inner loop works on
    those two directly and calls `fill` only when too few bytes are left.
    """

    __slots__ = ("_read", "buffer", "consumed", "path", "position")

    def __init__(self, stream: Readable, path: str | None = None) -> None:
        # `read1` gives what a pipe has now, so that a live capture is shown while it runs.
        self._read = getattr(stream, "read1", stream.read)
        self.path = path
        """The file's name, for errors."""
        self.buffer = b""
        self.position = 0
        self.consumed = 0
        """Offset in the stream of `buffer[0]`."""

    @property
    def offset(self) -> int:
        """Offset in the stream of the next byte."""
        return self.consumed + self.position

    @property
    def available(self) -> int:
        """Bytes read and not consumed."""
        return len(self.buffer) - self.position

    def fill(self, need: int) -> bool:
        """Read until `need` bytes are available; False if the stream ends before.

        Raises:
            CaptureError: the stream cannot be read; the bytes read before it stay available.
        """
        if self.available >= need:
            return True
        pieces = [self.buffer[self.position :]]
        have = len(pieces[0])
        self.consumed += self.position
        self.position = 0
        try:
            while have < need:
                piece = self._read(max(PIECE, need - have))
                if not piece:
                    break
                pieces.append(piece)
                have += len(piece)
        except (OSError, EOFError, zlib.error) as error:
            raise CaptureError(_reason(error), path=self.path) from None
        finally:
            # A damaged gzip stream raises: what was read before it is kept, and is good.
            self.buffer = b"".join(pieces)
        return have >= need

    def take(self, size: int) -> bytes:
        """Consume `size` bytes that are available."""
        start = self.position
        self.position = start + size
        return self.buffer[start : self.position]


def _reason(error: Exception) -> str:
    """Why a stream cannot be read, in words."""
    import gzip  # errors are rare, and its import takes milliseconds

    if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
        return f"cannot read: {error.strerror or error}"
    return f"the gzip stream is cut or damaged: {error}"
