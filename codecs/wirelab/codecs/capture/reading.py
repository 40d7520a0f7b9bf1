"""The frames of a capture file of any kind that we read."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from operator import itemgetter
from types import TracebackType
from typing import Protocol, Self

from wirelab.codecs.capture.opening import PCAPNG_MAGIC, Input, not_a_capture, open_source
from wirelab.codecs.capture.pcap_reader import MAGICS, PcapReader
from wirelab.codecs.capture.records import CapturedFrame, Interface, JournalEntry
from wirelab.codecs.capture.source import Source


class Reader(Protocol):
    """What the readers of both formats have."""

    file_format: str
    interfaces: list[Interface]
    section_comments: list[str]
    names: dict[str, list[str]]

    @property
    def byte_order(self) -> str:
        """`little` or `big`."""

    def records(self) -> Iterator[CapturedFrame | JournalEntry]:
        """Every whole record; then CaptureError if the file is cut or damaged."""

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Time stamp and bytes of every whole frame; then CaptureError as above."""


class CaptureReader:
    """The frames of a capture file, one after the other; never more than a window of it in memory.

    What stays are the interfaces, comments and names of pcapng's sections.

    Three ways to iterate, cheapest first: `frames()` gives time stamp and bytes, the reader itself
    `CapturedFrame`s, and `records()` journal entries, too. Each goes on where the last loop
    stopped, also after the end of a file that has grown since; one loop at a time. Leaving `with`
    closes a file that `open_capture` opened.
    """

    def __init__(self, source: Source, closing: ExitStack) -> None:
        self._closing = closing
        self._reader = _recognize(source)
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
        return self._reader.section_comments

    @property
    def names(self) -> dict[str, list[str]]:
        """IP address -> names, of the pcapng name-resolution blocks seen so far."""
        return self._reader.names

    def records(self) -> Iterator[CapturedFrame | JournalEntry]:
        """Frames and journal entries; then CaptureError if the file is cut or damaged."""
        return self._reader.records()

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Time stamps in nanoseconds, and bytes: what loops over large captures want.

        A frame without a time stamp (pcapng's simple packets) has 0. Damage in the options of
        packets need not be seen. CaptureError as of `records`.
        """
        return self._reader.frames()

    def data(self) -> Iterator[bytes]:
        """The bytes of every whole frame, and nothing else; CaptureError as of `records`.

        The cheapest loop; who stops in the middle cannot go on with the next frame.
        """
        if isinstance(self._reader, PcapReader):
            return chain.from_iterable(self._reader.batches())
        return map(itemgetter(1), self._reader.frames())


def _recognize(source: Source) -> Reader:
    source.fill(4)
    magic = source.buffer[:4]
    if magic in MAGICS:
        return PcapReader(source)
    if magic == PCAPNG_MAGIC:
        # pcapng's many kinds of blocks take longer to load than most pcap files to read.
        from wirelab.codecs.capture.pcapng_reader import PcapngReader

        return PcapngReader(source)
    raise not_a_capture(source)


def open_capture(file: Input) -> CaptureReader:
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
    try:
        return CaptureReader(open_source(file, closing), closing)
    except BaseException:
        closing.close()
        raise


def read_frames(file: Input) -> Iterator[tuple[int, bytes]]:
    """Time stamp in nanoseconds and bytes of every frame, as dpkt's readers give them.

    The leanest loop over a capture; `open_capture` tells more of each frame.

    Raises:
        CaptureError: as of `open_capture`, at the first frame asked for.
    """
    with open_capture(file) as capture:
        yield from capture.frames()
