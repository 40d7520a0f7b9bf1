"""What a capture file says of its frames, as arrays; the frames' bytes stay where they are."""

from itertools import accumulate
from typing import NamedTuple

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Rows


class Unusual(Exception):  # noqa: N818 (it is no error)
    """Something that arrays do not follow; the sequential reader does."""


class Records(NamedTuple):
    """Some frames of a capture, in order.

    Attributes:
        buffer: bytes of the file, or of the frames alone.
        start: where in the buffer each frame begins.
        captured: bytes there are of it.
        wire: bytes that were on the wire.
        timestamp_ns: nanoseconds since 1970-01-01 UTC; 0 when the file has none.
        link_type: number of the link type (tcpdump.org/linktypes.html).
        interface: index of the interface among those of the file.
        number: from 1; journal entries are counted, as Wireshark counts.
    """

    buffer: Bytes
    start: Rows
    captured: Rows
    wire: Array
    timestamp_ns: Array
    link_type: Array
    interface: Array
    number: Array

    @property
    def rows(self) -> int:
        """Frames."""
        return len(self.start)

    @property
    def is_mapped(self) -> bool:
        """Whether the buffer is the whole file."""
        return not self.buffer.flags.owndata and isinstance(self.buffer.base, memoryview)

    def part(self, begin: int, end: int) -> "Records":
        """The rows from `begin` to `end`."""
        return Records(self.buffer, *(column[begin:end] for column in self[1:]))


def no_records() -> Records:
    """No frames at all."""
    nothing = np.zeros(0, np.intp)
    return Records(
        buffer=np.zeros(0, np.uint8),
        start=nothing,
        captured=nothing,
        wire=np.zeros(0, np.uint32),
        timestamp_ns=np.zeros(0, np.int64),
        link_type=np.zeros(0, np.uint16),
        interface=np.zeros(0, np.uint32),
        number=nothing,
    )


def joined(parts: list[Records]) -> Records:
    """Records one after the other; their bytes are copied together unless they share a buffer."""
    if all(part.buffer is parts[0].buffer for part in parts):
        buffers, shifts = [parts[0].buffer], [0] * len(parts)
    else:
        parts = [_alone(part) for part in parts]
        buffers = [part.buffer for part in parts]
        shifts = list(accumulate((len(buffer) for buffer in buffers), initial=0))[:-1]
    if len(parts) == 1:
        return parts[0]
    starts = [part.start + shift for part, shift in zip(parts, shifts, strict=True)]
    others = zip(*(part[2:] for part in parts), strict=True)
    buffer = buffers[0] if len(buffers) == 1 else np.concatenate(buffers)
    return Records(buffer, np.concatenate(starts), *(np.concatenate(each) for each in others))


def _alone(part: Records) -> Records:
    """Records with no more of the buffer than they need."""
    if not part.rows:
        return part._replace(buffer=part.buffer[:0])
    first, last = int(part.start[0]), int(part.start[-1] + part.captured[-1])
    return part._replace(buffer=part.buffer[first:last], start=part.start - first)
