"""Opening what a capture may be in: a path, a file object, gzip."""

import io
import os
from contextlib import ExitStack
from typing import TypeAlias

from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.source import Readable, Source

Input: TypeAlias = str | os.PathLike[str] | Readable

GZIP_MAGIC = b"\x1f\x8b"

PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
"""Type of a section header, the same in both byte orders (draft-ietf-opsawg-pcapng 4.1)."""

FOREIGN = {
    b"\x28\xb5\x2f\xfd": "compressed by zstd: give it as `zstd -dc FILE | ...`",
    b"\x04\x22\x4d\x18": "compressed by lz4: give it as `lz4 -dc FILE | ...`",
    b"\xfd7zX": "compressed by xz: give it as `xz -dc FILE | ...`",
    b"BZh": "compressed by bzip2: give it as `bzip2 -dc FILE | ...`",
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"snoo": "a snoop file: `editcap -F pcapng` makes pcapng of it",
}
"""First bytes of what people take for a capture, and the way out; only gzip is read."""


def open_source(file: Input, closing: ExitStack) -> Source:
    """A window over a capture's bytes, decompressed where they are gzip.

    Args:
        file: a path, or a binary file object such as `sys.stdin.buffer` (left open).
        closing: gets what is to be closed at the end.

    Raises:
        CaptureError: it cannot be opened or read.
    """
    if isinstance(file, str | os.PathLike):
        path: str | None = os.fspath(file)
        try:
            source = Source(closing.enter_context(open(file, "rb")), path)  # noqa: SIM115
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            reason = getattr(error, "strerror", None) or error
            raise CaptureError(f"cannot open: {reason}", path=path) from None
    elif isinstance(file, io.TextIOBase):
        problem = (
            "it was opened as text: give its path, open it with mode 'rb', or give its .buffer"
        )
        raise CaptureError(problem, path=getattr(file, "name", None))
    else:
        path = None
        source = Source(file)
    source.fill(2)
    if source.buffer[:2] == GZIP_MAGIC:
        import gzip  # most captures are not compressed, and its import takes milliseconds

        stream = gzip.GzipFile(fileobj=_Rest(source), mode="rb")
        source = Source(closing.enter_context(stream), path)
    return source


def not_a_capture(source: Source) -> CaptureError:
    """Why the file that begins so is refused."""
    magic = source.buffer[:4]
    if not magic:
        return CaptureError("the file is empty", path=source.path)
    problem = f"it begins with {magic.hex(' ')}, not as pcap or pcapng"
    for begin, hint in FOREIGN.items():
        if magic.startswith(begin):
            problem = f"it is {hint}"
    return CaptureError(
        f"not a capture file: {problem}",
        expected="a pcap or pcapng magic",
        got=magic.hex(),
        path=source.path,
    )


class _Rest(io.RawIOBase):
    """A source as a file object again, for `gzip`."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; gzip always says how many."""
        self._source.fill(1)
        return self._source.take(min(size, self._source.available))
