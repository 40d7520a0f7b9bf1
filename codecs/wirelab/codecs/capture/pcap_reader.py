"""Reading pcap: both byte orders, microseconds and nanoseconds, versions 2.0 to 2.4.

Source: draft-ietf-opsawg-pcap sections 4 and 5.

Rule 1: `Source.position` is the start of a record whenever somebody else looks: a reader may be
iterated in several goes, and again after a file that was cut has grown.
Rule 2: the loops below work on local names, over all whole records of a window; everything unusual
is `_more_records`' matter.
"""

from collections.abc import Iterator
from struct import Struct

from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.records import CapturedFrame, Interface
from wirelab.codecs.capture.source import Source
from wirelab.codecs.protocols import pcap
from wirelab.codecs.protocols.pcap import BIG, LITTLE

MAGICS = {
    magic.to_bytes(4, "little" if order == LITTLE else "big"): (order, magic)
    for order in (LITTLE, BIG)
    for magic in (pcap.MAGIC_MICROSECONDS, pcap.MAGIC_NANOSECONDS, pcap.MAGIC_MODIFIED)
}
"""First four bytes of the file -> (byte order, magic)."""

LARGEST_RECORD = 262_144
"""Bytes of one packet; Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD and libpcap's MAXIMUM_SNAPLEN.

Whatever snapshot length the file header claims: a damaged one must not make us ask for gigabytes.
"""

VERSIONS = {(2, minor) for minor in range(5)} | {(543, 0)}
"""What libpcap's `sf-pcap.c` reads; 543.0 is tcpdump of DG/UX."""
SWAPPED_VERSIONS = {(2, 0), (2, 1), (2, 2), (543, 0)}
"""The two lengths of a record stand the other way round (libpcap, `sf-pcap.c`)."""
DOUBTFUL_VERSION = (2, 3)
"""Some writers swapped them, others did not: the smaller one is the captured length."""

FCS_PRESENT = 1 << 26
"""In the file header's link type: bits 28 to 31 hold the length of the FCS (section 4)."""
FCS_LENGTH_SHIFT = 28
"""The length counts 2 bytes."""

new = tuple.__new__


class PcapReader:
    """The frames of one pcap file, in order."""

    file_format = "pcap"

    def __init__(self, source: Source) -> None:
        self._source = source
        need = pcap.FILE_HEADER_FIXED[LITTLE].size
        if not source.fill(need):
            raise self._cut("file_header", source.offset, need, source.available)
        raw = source.take(need)
        self.order, self.magic = MAGICS[raw[:4]]
        self.header = header = pcap.FileHeader.parse(raw, 0, need, self.order)
        version = (header.version_major, header.version_minor)
        if version not in VERSIONS:
            raise CaptureError(
                "this pcap version is not known",
                layer="pcap",
                field="version_major",
                offset=4,
                expected="2.0 to 2.4",
                got=f"{version[0]}.{version[1]}",
                source="draft-ietf-opsawg-pcap section 4",
                path=source.path,
            )
        self._swapped = version in SWAPPED_VERSIONS
        self._doubtful = version == DOUBTFUL_VERSION
        self.nanoseconds = self.magic == pcap.MAGIC_NANOSECONDS
        self.byte_order = ("little", "big")[self.order]
        self.interfaces = [
            Interface(
                header.link_type & 0xFFFF,
                header.snapshot_length,
                units_per_second=1_000_000_000 if self.nanoseconds else 1_000_000,
                fcs_length=(
                    (header.link_type >> FCS_LENGTH_SHIFT) * 2
                    if header.link_type & FCS_PRESENT
                    else None
                ),
            )
        ]
        # The two kinds of record begin alike.
        modified = self.magic == pcap.MAGIC_MODIFIED
        self._head = pcap.RECORD_FIXED[self.order]
        self._size = pcap.MODIFIED_RECORD_FIXED[0].size if modified else self._head.size
        self.section_comments: list[str] = []
        self.names: dict[str, list[str]] = {}
        """What only pcapng has."""
        self._number = 0

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Time stamp and bytes of every whole frame; then CaptureError if the file is damaged."""
        source, size, unpack_from = self._source, self._size, self._head.unpack_from
        unit = 1 if self.nanoseconds else 1000
        usual = not (self._swapped or self._doubtful)
        number = self._number
        while self._more_records():
            buffer, position = source.buffer, source.position
            limit = len(buffer)
            last = limit - size
            try:
                while position <= last:
                    seconds, fraction, captured, wire = unpack_from(buffer, position)
                    if not usual:
                        captured, _ = self._lengths(captured, wire)
                    start = position + size
                    stop = start + captured
                    if stop > limit or captured > LARGEST_RECORD:
                        break
                    position = stop
                    number += 1
                    yield seconds * 1_000_000_000 + fraction * unit, buffer[start:stop]
            finally:
                source.position, self._number = position, number

    def batches(self) -> Iterator[list[bytes]]:
        """The bytes of every whole frame, those of a window at a time; then CaptureError.

        For loops that want nothing else: a frame costs half of what it does in `frames`. Who
        stops in the middle of a batch has consumed all of it.
        """
        source, size = self._source, self._size
        usual = not (self._swapped or self._doubtful)
        captured_length = Struct(f"{'<>'[self.order]}8xI").unpack_from
        while self._more_records():
            buffer, position = source.buffer, source.position
            limit = len(buffer)
            last = limit - size
            batch: list[bytes] = []
            while position <= last:
                (captured,) = captured_length(buffer, position)
                if not usual:
                    captured, _ = self._lengths(*self._head.unpack_from(buffer, position)[2:])
                start = position + size
                stop = start + captured
                if stop > limit or captured > LARGEST_RECORD:
                    break
                batch.append(buffer[start:stop])
                position = stop
            source.position = position
            self._number += len(batch)
            yield batch

    def records(self) -> Iterator[CapturedFrame]:
        """Every whole frame; then CaptureError if the file is cut or damaged."""
        source, size, unpack_from = self._source, self._size, self._head.unpack_from
        unit, link_type = 1 if self.nanoseconds else 1000, self.interfaces[0].link_type
        usual = not (self._swapped or self._doubtful)
        number = self._number
        while self._more_records():
            buffer, position = source.buffer, source.position
            limit = len(buffer)
            last = limit - size
            try:
                while position <= last:
                    seconds, fraction, captured, wire = unpack_from(buffer, position)
                    if not usual:
                        captured, wire = self._lengths(captured, wire)
                    start = position + size
                    stop = start + captured
                    if stop > limit or captured > LARGEST_RECORD:
                        break
                    position = stop
                    number += 1
                    time = seconds * 1_000_000_000 + fraction * unit
                    data = buffer[start:stop]
                    # The tuple whole: half the cost of the constructor with its defaults.
                    yield new(
                        CapturedFrame,
                        (number, time, data, wire, link_type, 0, (), None, None, None, True),
                    )
            finally:
                source.position, self._number = position, number

    def _more_records(self) -> bool:
        """Have at least one whole record in the window; False at the end of the file."""
        source, size = self._source, self._size
        if not source.fill(size):
            if source.available:
                raise self._cut("record", source.offset, size, source.available)
            return False
        _, _, captured, wire = self._head.unpack_from(source.buffer, source.position)
        captured, _ = self._lengths(captured, wire)
        if captured > LARGEST_RECORD:
            raise self._too_large(captured)
        if not source.fill(size + captured):
            raise self._cut("data", source.offset + size, captured, source.available - size)
        return True

    def _lengths(self, captured: int, wire: int) -> tuple[int, int]:
        """The captured length and the one on the wire, as the file's version has them."""
        if self._swapped or (self._doubtful and captured > wire):
            return wire, captured
        return captured, wire

    def _cut(self, field: str, offset: int, need: int, have: int) -> CaptureError:
        return CaptureError(
            "the file is cut",
            layer="pcap",
            field=field,
            record=self._number + 1 if field != "file_header" else None,
            offset=offset,
            expected=f"{need} bytes",
            got=f"{have} bytes",
            source="draft-ietf-opsawg-pcap section 5",
            path=self._source.path,
        )

    def _too_large(self, captured: int) -> CaptureError:
        return CaptureError(
            "the file is damaged",
            layer="pcap",
            field="captured_length",
            record=self._number + 1,
            offset=self._source.offset + 8,
            expected=f"at most {LARGEST_RECORD} bytes",
            got=f"{captured}",
            source="draft-ietf-opsawg-pcap section 5",
            path=self._source.path,
        )
