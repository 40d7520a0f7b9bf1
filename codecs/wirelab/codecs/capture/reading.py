"""Opening a capture file of any kind that we read."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol, Self

from wirelab.codecs.capture import pcap_reader, pcapng_reader
from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.pcap_reader import PcapReader
from wirelab.codecs.capture.pcapng_reader import PcapngReader
from wirelab.codecs.capture.records import CapturedFrame, Interface, JournalEntry
from wirelab.codecs.capture.source import Readable, Source

GZIP_MAGIC = b"\x1f\x8b"

_FAILURES = (CaptureError, OSError, EOFError, zlib.error)
"""What reading may raise; `gzip.BadGzipFile` is an OSError."""


class Reader(Protocol):
    """What the readers of both formats have."""

    file_format: str
    byte_order: str
    interfaces: list[Interface]

    def records(self) -> Iterator[CapturedFrame | JournalEntry]:
        """Every whole record; then CaptureError if the file is cut or damaged."""


class CaptureReader:
    """The frames of a capture file, one after the other; never more than a few in memory.

    Iterate once, inside `with` or not; leaving `with` closes a file that `open_capture` opened.
    """

    def __init__(self, source: Source, path: str | None, closing: ExitStack) -> None:
        self._path = path
        self._closing = closing
        self._reader = self._recognize(source)
        self.file_format: str = self._reader.file_format
        """`pcap` or `pcapng`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[CapturedFrame]:
        """Every whole frame; then CaptureError if the file is cut or damaged."""
        return (record for record in self.records() if isinstance(record, CapturedFrame))

    def close(self) -> None:
        """Close what `open_capture` opened."""
        self._closing.close()

    @property
    def interfaces(self) -> list[Interface]:
        """The interfaces seen so far; `CapturedFrame.interface` is an index into it."""
        return self._reader.interfaces

    @property
    def byte_order(self) -> str:
        """`little` or `big`: of the file, or of the section being read."""
        return self._reader.byte_order

    @property
    def section_comments(self) -> list[str]:
        """Comments of the pcapng section headers seen so far."""
        return self._reader.section_comments if isinstance(self._reader, PcapngReader) else []

    @property
    def names(self) -> dict[str, list[str]]:
        """IPv4 address -> names, of the pcapng name-resolution blocks seen so far."""
        return self._reader.names if isinstance(self._reader, PcapngReader) else {}

    def records(self) -> Iterator[CapturedFrame | JournalEntry]:
        """Frames and journal entries; then CaptureError if the file is cut or damaged."""
        try:
            yield from self._reader.records()
        except _FAILURES as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> CaptureError:
        """The error with the file's name, whatever layer it comes from."""
        if isinstance(error, CaptureError):
            error.path = self._path
            return error
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            return CaptureError(f"cannot read: {error.strerror or error}", path=self._path)
        return CaptureError(f"the gzip stream is cut or damaged: {error}", path=self._path)

    def _recognize(self, source: Source) -> Reader:
        try:
            source.fill(4)
            magic = source.buffer[:4]
            if magic in pcap_reader.MAGICS:
                return PcapReader(source)
            if magic == pcapng_reader.MAGIC:
                return PcapngReader(source)
        except _FAILURES as error:
            raise self._explained(error) from None
        if not magic:
            raise CaptureError("the file is empty", path=self._path)
        raise CaptureError(
            f"not a capture file: it begins with {magic.hex(' ')}, not as pcap or pcapng",
            expected="a pcap or pcapng magic",
            got=magic.hex(),
            path=self._path,
        )


def open_capture(file: str | os.PathLike[str] | Readable) -> CaptureReader:
    """Open a pcap or pcapng file, also one compressed by gzip.

    Args:
        file: a path, or a binary file object such as `sys.stdin.buffer` (left open).

    Returns:
        A context manager and iterator of `CapturedFrame`.

    Raises:
        CaptureError: missing, empty, or no capture file. A cut or damaged file raises while it
            is iterated, after every whole frame before the damage.
    """
    closing = ExitStack()
    path = os.fspath(file) if isinstance(file, str | os.PathLike) else None
    try:
        if isinstance(file, str | os.PathLike):
            source = Source(closing.enter_context(open(file, "rb")))  # noqa: SIM115
        else:
            source = Source(file)
        source.fill(2)
        if source.buffer[:2] == GZIP_MAGIC:
            stream = gzip.GzipFile(fileobj=_Rest(source), mode="rb")
            source = Source(closing.enter_context(stream))
        return CaptureReader(source, path, closing)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        closing.close()
        if isinstance(error, CaptureError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise CaptureError(f"cannot open: {reason}", path=path) from None
    except BaseException:
        closing.close()
        raise


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
