"""Reading pcapng: sections of either byte order, interfaces, packets, journal entries, names.

Source: draft-ietf-opsawg-pcapng. Blocks and options that are not known are passed over.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.journal import parse_entry
from wirelab.codecs.capture.records import CapturedFrame, Interface, JournalEntry
from wirelab.codecs.capture.source import Source
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng import BIG, LITTLE, Options

MAGIC = pcapng.BLOCK_SECTION_HEADER.to_bytes(4, "big")
"""First four bytes of the file; the same in both byte orders."""

LARGEST_BLOCK = 16 * 1024 * 1024
"""Bytes; ours: 64 packets of the largest size. A damaged length must not fill the memory."""

_BYTE_ORDERS: dict[int, Literal["little", "big"]] = {LITTLE: "little", BIG: "big"}

_BLOCK_FRAME = 12
"""Bytes of a block around its body: type, length, length again."""


class PcapngReader:
    """The frames and journal entries of one pcapng file, in order."""

    file_format = "pcapng"

    def __init__(self, source: Source) -> None:
        self._source = source
        self._order = LITTLE
        self._number = 0
        self._section = -1
        self._section_interfaces: list[int] = []
        self.interfaces: list[Interface] = []
        """Of all sections so far; `CapturedFrame.interface` counts through."""
        self.section_comments: list[str] = []
        self.names: dict[str, list[str]] = {}
        """IPv4 address -> names, of the name-resolution blocks so far."""
        self.byte_order = ""
        # The first section header is read at once, so that a foreign file fails on opening.
        self._head()
        self._begin_section()

    def records(self) -> Iterator[CapturedFrame | JournalEntry]:
        """Every whole record; then CaptureError if the file is cut or damaged."""
        source = self._source
        readers: dict[int, Callable[[int, int], CapturedFrame | JournalEntry | None]] = {
            pcapng.BLOCK_ENHANCED_PACKET: self._enhanced_packet,
            pcapng.BLOCK_INTERFACE: self._interface_description,
            pcapng.BLOCK_PACKET: self._obsolete_packet,
            pcapng.BLOCK_SIMPLE_PACKET: self._simple_packet,
            pcapng.BLOCK_NAME_RESOLUTION: self._name_resolution,
            pcapng.BLOCK_JOURNAL: self._journal_entry,
        }
        while source.fill(1):
            kind, total = self._head()
            if kind == pcapng.BLOCK_SECTION_HEADER:
                self._begin_section()
                continue
            read = readers.get(kind)
            try:
                record = read and read(source.position + 8, source.position + total - 4)
            except DecodeError as error:
                raise self._damaged(error) from None
            source.position += total
            if record is not None:
                yield record

    # Blocks.

    def _head(self) -> tuple[int, int]:
        """Type and total length of the next block, which is then wholly in the buffer."""
        source = self._source
        if not source.fill(_BLOCK_FRAME):
            raise self._cut("block", _BLOCK_FRAME)
        head = source.buffer[source.position : source.position + 12]
        if head[:4] == MAGIC:
            self._set_byte_order(head[8:12])
        byte_order = _BYTE_ORDERS[self._order]
        kind = int.from_bytes(head[:4], byte_order)
        total = int.from_bytes(head[4:8], byte_order)
        if total < _BLOCK_FRAME or total % 4 or total > LARGEST_BLOCK:
            raise self._error(
                "the file is damaged",
                "total_length",
                source.offset + 4,
                f"a multiple of 4 from {_BLOCK_FRAME} to {LARGEST_BLOCK}",
                str(total),
            )
        if not source.fill(total):
            raise self._cut("block", total)
        end = source.position + total
        again = int.from_bytes(source.buffer[end - 4 : end], byte_order)
        if again != total:
            raise self._error(
                "the file is damaged",
                "total_length at the end of the block",
                source.offset + total - 4,
                str(total),
                str(again),
            )
        return kind, total

    def _set_byte_order(self, magic: bytes) -> None:
        for order, name in _BYTE_ORDERS.items():
            if magic == pcapng.BYTE_ORDER_MAGIC.to_bytes(4, name):
                self._order = order
                self.byte_order = name
                return
        raise self._error(
            "the file is damaged",
            "byte_order_magic",
            self._source.offset + 8,
            "1a2b3c4d in either byte order",
            magic.hex(),
        )

    def _begin_section(self) -> None:
        """Read a section header; the interfaces of the section before it are forgotten."""
        source = self._source
        byte_order = _BYTE_ORDERS[self._order]
        total = int.from_bytes(
            source.buffer[source.position + 4 : source.position + 8],
            byte_order,
        )
        try:
            header = pcapng.SectionHeader.parse(
                source.buffer, source.position + 8, source.position + total - 4, self._order
            )
        except DecodeError as error:
            raise self._damaged(error) from None
        if header.version_major != 1:
            raise self._error(
                "this pcapng version is not known",
                "version_major",
                source.offset + 12,
                "1",
                str(header.version_major),
            )
        source.position += total
        self._section += 1
        self._section_interfaces = []
        self.section_comments += _texts(header.options, pcapng.OPTION_COMMENT)

    def _interface_description(self, start: int, end: int) -> None:
        block = pcapng.InterfaceDescription.parse(self._source.buffer, start, end, self._order)
        byte_order = _BYTE_ORDERS[self._order]
        units, offset_s = 1_000_000, 0
        for code, value in block.options:
            if code == pcapng.INTERFACE_TIME_RESOLUTION and len(value) == 1:
                base = 2 if value[0] & 0x80 else 10
                units = int(base ** (value[0] & 0x7F))
            elif code == pcapng.INTERFACE_TIME_OFFSET and len(value) == 8:
                offset_s = int.from_bytes(value, byte_order, signed=True)
        self._section_interfaces.append(len(self.interfaces))
        self.interfaces.append(
            Interface(
                link_type=block.link_type,
                snapshot_length=block.snapshot_length,
                name=next(_texts(block.options, pcapng.INTERFACE_NAME), None),
                description=next(_texts(block.options, pcapng.INTERFACE_DESCRIPTION), None),
                units_per_second=units,
                time_offset_s=offset_s,
                section=self._section,
                number=len(self._section_interfaces) - 1,
            )
        )

    def _enhanced_packet(self, start: int, end: int) -> CapturedFrame:
        block = pcapng.EnhancedPacket.parse(self._source.buffer, start, end, self._order)
        return self._packet(block)

    def _obsolete_packet(self, start: int, end: int) -> CapturedFrame:
        block = pcapng.ObsoletePacket.parse(self._source.buffer, start, end, self._order)
        frame = self._packet(block)
        if block.drops_count != 0xFFFF and frame.drop_count is None:
            frame = frame._replace(drop_count=block.drops_count)
        return frame

    def _packet(self, block: pcapng.EnhancedPacket | pcapng.ObsoletePacket) -> CapturedFrame:
        index, interface = self._interface(block.interface_id)
        timestamp = block.timestamp_high << 32 | block.timestamp_low
        units = interface.units_per_second
        if units != 1_000_000_000:
            # Whole seconds first: a resolution that is no divisor of 10^9 must not round twice.
            timestamp = timestamp // units * 1_000_000_000 + (
                timestamp % units * 1_000_000_000 // units
            )
        if interface.time_offset_s:
            timestamp += interface.time_offset_s * 1_000_000_000
        self._number += 1
        frame = CapturedFrame(
            self._number, timestamp, block.data, block.wire_length, interface.link_type, index
        )
        return self._with_options(frame, block.options) if block.options else frame

    def _with_options(self, frame: CapturedFrame, options: Options) -> CapturedFrame:
        byte_order = _BYTE_ORDERS[self._order]
        numbers: dict[int, int] = {}
        for code, value in options:
            if code == pcapng.OPTION_END:
                break
            if code in (pcapng.PACKET_FLAGS, pcapng.PACKET_DROP_COUNT, pcapng.PACKET_ID):
                numbers[code] = int.from_bytes(value, byte_order)
        return frame._replace(
            comments=tuple(_texts(options, pcapng.OPTION_COMMENT)),
            packet_flags=numbers.get(pcapng.PACKET_FLAGS),
            packet_id=numbers.get(pcapng.PACKET_ID),
            drop_count=numbers.get(pcapng.PACKET_DROP_COUNT),
        )

    def _simple_packet(self, start: int, end: int) -> CapturedFrame:
        buffer = self._source.buffer
        wire_length = pcapng.SimplePacket.parse(buffer, start, end, self._order).wire_length
        index, interface = self._interface(0)
        captured = min(wire_length, interface.snapshot_length or wire_length, end - start - 4)
        self._number += 1
        data = buffer[start + 4 : start + 4 + captured]
        return CapturedFrame(
            self._number, 0, data, wire_length, interface.link_type, index, has_timestamp=False
        )

    def _journal_entry(self, start: int, end: int) -> JournalEntry:
        self._number += 1
        return parse_entry(self._number, self._source.buffer[start:end])

    def _name_resolution(self, start: int, end: int) -> None:
        block = pcapng.NameResolution.parse(self._source.buffer, start, end, self._order)
        for code, value in block.records:
            if code == pcapng.NAME_END:
                break
            if code == pcapng.NAME_IPV4 and len(value) > 4:
                names = [name.decode("utf-8", "replace") for name in value[4:].split(b"\0") if name]
                self.names.setdefault(ipv4_text(value[:4]), []).extend(names)

    def _interface(self, number: int) -> tuple[int, Interface]:
        if number >= len(self._section_interfaces):
            raise self._error(
                "the file is damaged",
                "interface_id",
                self._source.offset + 8,
                f"below {len(self._section_interfaces)}, the interfaces of this section",
                str(number),
            )
        index = self._section_interfaces[number]
        return index, self.interfaces[index]

    # Errors.

    def _error(
        self, problem: str, field: str, offset: int, expected: str, got: str
    ) -> CaptureError:
        return CaptureError(
            problem,
            layer="pcapng",
            field=field,
            offset=offset,
            expected=expected,
            got=got,
            source="draft-ietf-opsawg-pcapng section 3.1",
        )

    def _cut(self, field: str, need: int) -> CaptureError:
        available = self._source.available
        return self._error(
            "the file is cut", field, self._source.offset, f"{need} bytes", f"{available} bytes"
        )

    def _damaged(self, error: DecodeError) -> CaptureError:
        """A body's error, which counts from the buffer, at its place in the file."""
        if isinstance(error, CaptureError):
            return error
        offset = self._source.consumed + (error.offset or 0)
        field = f"{error.layer}.{error.field}"
        return self._error(
            "the file is damaged", field, offset, str(error.expected), str(error.got)
        )


def _texts(options: Options, wanted: int) -> Iterator[str]:
    """The text options of one code, up to the end of options."""
    for code, value in options:
        if code == pcapng.OPTION_END:
            return
        if code == wanted:
            yield value.partition(b"\0")[0].decode("utf-8", "replace")
