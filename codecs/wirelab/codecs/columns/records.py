"""What a capture file says of its frames, as arrays; the frames' bytes stay where they are."""

from typing import NamedTuple

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Rows


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
    def count(self) -> int:
        """Frames."""
        return len(self.start)

    def part(self, begin: int, end: int) -> "Records":
        """The rows from `begin` to `end`."""
        return Records(self.buffer, *(column[begin:end] for column in self[1:]))


def joined(parts: "list[Records]") -> Records:
    """Records of the same buffer, one after the other."""
    if len(parts) == 1:
        return parts[0]
    columns = zip(*(part[1:] for part in parts), strict=True)
    return Records(parts[0].buffer, *(np.concatenate(column) for column in columns))
