"""Reading pcap: both byte orders, microseconds and nanoseconds.

Source: draft-ietf-opsawg-pcap sections 4 and 5.
"""

from collections.abc import Iterator

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

_FCS_PRESENT = 1 << 26


class PcapReader:
    """The frames of one pcap file, in order."""

    file_format = "pcap"

    def __init__(self, source: Source) -> None:
        self._source = source
        if not source.fill(pcap.FILE_HEADER_FIXED[LITTLE].size):
            raise self._cut("file_header", pcap.FILE_HEADER_FIXED[LITTLE].size)
        header = source.take(pcap.FILE_HEADER_FIXED[LITTLE].size)
        self._order, self._magic = MAGICS[header[:4]]
        fixed = pcap.FileHeader.parse(header, 0, len(header), self._order)
        if fixed.version_major != 2:
            raise CaptureError(
                "this pcap version is not known",
                layer="pcap",
                field="version_major",
                offset=4,
                expected="2",
                got=str(fixed.version_major),
                source="draft-ietf-opsawg-pcap section 4",
            )
        self.nanoseconds = self._magic == pcap.MAGIC_NANOSECONDS
        self.byte_order = ("little", "big")[self._order]
        self.interfaces = [
            Interface(
                fixed.link_type & 0xFFFF,
                fixed.snapshot_length,
                units_per_second=1_000_000_000 if self.nanoseconds else 1_000_000,
                fcs_length=(fixed.link_type >> 28) * 2 if fixed.link_type & _FCS_PRESENT else None,
            )
        ]

    def records(self) -> Iterator[CapturedFrame]:
        """Every whole frame; then CaptureError if the file is cut or damaged."""
        source = self._source
        modified = self._magic == pcap.MAGIC_MODIFIED
        fixed = (pcap.MODIFIED_RECORD_FIXED if modified else pcap.RECORD_FIXED)[self._order]
        size, unpack_from = fixed.size, fixed.unpack_from
        unit = 1 if self.nanoseconds else 1000
        link_type = self.interfaces[0].link_type
        buffer, position, number = source.buffer, source.position, 0
        while True:
            if len(buffer) - position < size:
                source.position = position
                if not source.fill(size):
                    if source.available:
                        raise self._cut("record", size)
                    return
                buffer, position = source.buffer, source.position
            seconds, fraction, captured, wire, *_ = unpack_from(buffer, position)
            start = position + size
            if len(buffer) - start < captured:
                source.position = position
                if captured > LARGEST_RECORD:
                    raise self._too_large(captured)
                if not source.fill(size + captured):
                    source.position += size
                    raise self._cut("data", captured)
                buffer, position = source.buffer, source.position
                start = position + size
            elif captured > LARGEST_RECORD:
                source.position = position
                raise self._too_large(captured)
            position = start + captured
            number += 1
            yield CapturedFrame(
                number,
                seconds * 1_000_000_000 + fraction * unit,
                buffer[start:position],
                wire,
                link_type,
            )

    def _cut(self, field: str, need: int) -> CaptureError:
        return CaptureError(
            "the file is cut",
            layer="pcap",
            field=field,
            offset=self._source.offset,
            expected=f"{need} bytes",
            got=f"{self._source.available} bytes",
            source="draft-ietf-opsawg-pcap section 5",
        )

    def _too_large(self, captured: int) -> CaptureError:
        return CaptureError(
            "the file is damaged",
            layer="pcap",
            field="captured_length",
            offset=self._source.offset + 8,
            expected=f"at most {LARGEST_RECORD} bytes",
            got=f"{captured}",
            source="draft-ietf-opsawg-pcap section 5",
        )
