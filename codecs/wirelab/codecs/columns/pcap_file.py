"""pcap files as arrays: where the records are, and what their heads say."""

from typing import Any

import numpy as np

from wirelab.codecs.capture import pcap_reader
from wirelab.codecs.capture.pcap_reader import LARGEST_RECORD, MAGICS
from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows, gather
from wirelab.codecs.columns.heads import head_type
from wirelab.codecs.columns.records import Records
from wirelab.codecs.protocols import pcap

_NANOSECONDS = 1_000_000_000


class PcapFile:
    """The records of a pcap file that lies in memory whole.

    Only the usual versions, in which the captured length stands first (2.3 and 2.4 from careful
    writers); `recognizes` tells.
    """

    begin = pcap.FILE_HEADER_FIXED[0].size

    def __init__(self, buffer: Bytes) -> None:
        self._buffer = buffer
        self._bytes: Any = memoryview(buffer)  # type: ignore[arg-type]  # typed so since NumPy 2.4
        order, magic = MAGICS[bytes(buffer[:4])]
        header = pcap.FileHeader.parse(bytes(buffer[: self.begin]), 0, self.begin, order)
        modified = magic == pcap.MAGIC_MODIFIED
        self.head = (pcap.MODIFIED_RECORD_FIXED if modified else pcap.RECORD_FIXED)[0].size
        self._unpack = pcap.RECORD_FIXED[order].unpack_from
        self._type = head_type(pcap.RECORD_FIXED[order], _RECORD)
        self._fields = dict(self._type.fields or {})
        self._word, self._captured_at = self._fields["captured_length"][:2]
        self._unit = 1 if magic == pcap.MAGIC_NANOSECONDS else 1000
        self._link_type = header.link_type & 0xFFFF
        self._number = 0

    @classmethod
    def recognizes(cls, buffer: Bytes) -> bool:
        """Whether this is a pcap file of a usual version."""
        magic = MAGICS.get(bytes(buffer[:4]))
        if magic is None or len(buffer) < cls.begin:
            return False
        header = pcap.FileHeader.parse(bytes(buffer[: cls.begin]), 0, cls.begin, magic[0])
        version = (header.version_major, header.version_minor)
        unusual = {*pcap_reader.SWAPPED_VERSIONS, pcap_reader.DOUBTFUL_VERSION}
        return version in pcap_reader.VERSIONS - unusual

    def candidates(self, windows: Bytes, width: int) -> tuple[Rows, Rows]:
        """Both lengths below 64 KiB, and a fraction below a second in nanoseconds."""
        possible: Flags | None = None
        for name in ("captured_length", "wire_length", "fraction"):
            kind, at = self._fields[name][:2]
            big = kind.byteorder == ">" or (kind.byteorder == "=" and not np.little_endian)
            top = at if big else at + 3
            test = windows[:, top : top + width] <= (0x3B if name == "fraction" else 0)
            possible = test if possible is None else possible & test
            if name != "fraction":
                second = at + 1 if big else at + 2
                possible &= windows[:, second : second + width] == 0
        assert possible is not None
        rows, columns = np.nonzero(possible)
        return rows, columns

    def likely(self, offsets: Rows) -> Flags:
        """Sizes of a frame that was sent, a fraction of a second, a year that can be."""
        heads = self._heads(np.minimum(offsets, len(self._buffer) - self.head))
        captured, wire = heads["captured_length"], heads["wire_length"]
        likely: Flags = (captured > 0) & (captured <= wire) & (wire <= LARGEST_RECORD)
        return likely & (heads["fraction"] < _NANOSECONDS // self._unit)

    def step(self, offsets: Rows) -> Rows:
        """The next records; -1 where a record is cut or too large."""
        fits = offsets <= len(self._buffer) - self.head
        heads = self._heads(np.minimum(offsets, len(self._buffer) - self.head))
        captured = heads["captured_length"].astype(np.intp)
        after = offsets + self.head + captured
        fits &= (captured <= LARGEST_RECORD) & (after <= len(self._buffer))
        return np.where(fits, after, -1)

    def advance(self, cursors: Rows) -> Rows | None:
        """`step` for ascending offsets; None if any record is cut or too large."""
        if int(cursors[-1]) > len(self._buffer) - self.head:
            return None
        words = gather(self._buffer, cursors + self._captured_at, 4).view(self._word)
        captured = words.reshape(-1)
        if int(captured.max()) > LARGEST_RECORD:
            return None
        after: Rows = cursors + (captured.astype(np.intp) + self.head)
        return after if int(after[-1]) <= len(self._buffer) else None

    def one(self, offset: int) -> int:
        """The next record; -1 if this one is cut or too large."""
        if offset + self.head > len(self._buffer):
            return -1
        captured: int = self._unpack(self._bytes, offset)[2]
        after = offset + self.head + captured
        return after if captured <= LARGEST_RECORD and after <= len(self._buffer) else -1

    def records(self, offsets: Rows) -> Records:
        """What the heads at these offsets say."""
        heads, count = self._heads(offsets), len(offsets)
        timestamps = heads["seconds"].astype(np.int64) * _NANOSECONDS
        timestamps += heads["fraction"].astype(np.int64) * self._unit
        numbers = np.arange(self._number + 1, self._number + count + 1)
        self._number += count
        return Records(
            self._buffer,
            offsets + self.head,
            heads["captured_length"].astype(np.intp),
            heads["wire_length"].astype(np.uint32),
            timestamps,
            np.full(count, self._link_type, np.uint16),
            np.zeros(count, np.uint32),
            numbers,
        )

    def _heads(self, offsets: Rows) -> Array:
        heads: Any = gather(self._buffer, offsets, self._type.itemsize)
        array: Array = heads.view(self._type).reshape(-1)
        return array


_RECORD = ("seconds", "fraction", "captured_length", "wire_length")
