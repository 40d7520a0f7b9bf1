"""Reading pcapng: sections of either byte order, interfaces, packets, journal entries, names.

Source: draft-ietf-opsawg-pcapng. Blocks and options that are not known are passed over; `blocks.py`
gives them all.
"""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any, TypeAlias, TypeVar

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.capture.block_walk import LARGEST_BLOCK, BlockWalk
from wirelab.codecs.capture.journal import parse_entry
from wirelab.codecs.capture.records import CapturedFrame, Interface, JournalEntry
from wirelab.codecs.capture.source import Source
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng_blocks import (
    EnhancedPacketBlock,
    InterfaceDescriptionBlock,
    NameResolutionBlock,
    SectionHeaderBlock,
)

Record: TypeAlias = CapturedFrame | JournalEntry
_AnyPacket = TypeVar("_AnyPacket", pcapng.EnhancedPacket, pcapng.ObsoletePacket)

_PACKET_HEADS = (Struct("<IIIIIII"), Struct(">IIIIIII"))
"""Type, total length, and the fixed fields of an enhanced packet."""
_LENGTHS = (Struct("<I"), Struct(">I"))
_FIXED = 28
_PACKET_FIXED = pcapng.ENHANCED_PACKET_FIXED[0].size
"""Bytes before the data; the same number in obsolete packets."""
_CAPTURED_LENGTH = 12
"""Offset of the field in the body of both kinds of packets."""
_OPTION_HEADS = (Struct("<HH"), Struct(">HH"))
_NANOSECONDS = 1_000_000_000

_FLAGS = EnhancedPacketBlock.packet_flags.code
_DROP_COUNT = EnhancedPacketBlock.drop_count.code
_PACKET_ID = EnhancedPacketBlock.packet_id.code
_NUMBERS = {_FLAGS: 4, _DROP_COUNT: 8, _PACKET_ID: 8}
"""Options that a frame keeps -> bytes of their values (section 4.3); others are not them."""

_PacketOptions: TypeAlias = tuple[tuple[str, ...], int | None, int | None, int | None, bool]
"""The last fields of `CapturedFrame`, from `comments` on."""
_NO_OPTIONS: _PacketOptions = ((), None, None, None, True)

new = tuple.__new__


class PcapngReader:
    """The frames and journal entries of one pcapng file, in order.

    As in `PcapReader`, `Source.position` is the start of a block whenever somebody else looks.
    """

    file_format = "pcapng"

    def __init__(self, source: Source) -> None:
        self._source = source
        self._walk = BlockWalk(source)
        self._number = 0
        self._section = -1
        self._section_interfaces: list[int] = []
        self._scales: list[int] = []
        """Of the section's interfaces: nanoseconds a unit of time, 0 where that is not enough."""
        self.interfaces: list[Interface] = []
        """Of all sections so far; `CapturedFrame.interface` counts through."""
        self.section_comments: list[str] = []
        self.names: dict[str, list[str]] = {}
        """Address -> names, of the name-resolution blocks so far."""
        self._readers: dict[int, Callable[[int, int], Record | None]] = {
            pcapng.BLOCK_SECTION_HEADER: self._section_header,
            pcapng.BLOCK_ENHANCED_PACKET: self._enhanced_packet,
            pcapng.BLOCK_INTERFACE: self._interface_description,
            pcapng.BLOCK_PACKET: self._obsolete_packet,
            pcapng.BLOCK_SIMPLE_PACKET: self._simple_packet,
            pcapng.BLOCK_NAME_RESOLUTION: self._name_resolution,
            pcapng.BLOCK_JOURNAL: self._journal_entry,
            pcapng.BLOCK_CUSTOM: self._custom,
            pcapng.BLOCK_CUSTOM_UNCOPIED: self._custom,
        }
        # The first section header is read at once, so that a foreign file fails on opening.
        self._next(*self._walk.head())

    @property
    def byte_order(self) -> str:
        """Of the section: `little` or `big`."""
        return self._walk.byte_order

    def records(self) -> Iterator[Record]:
        """Every whole record; then CaptureError if the file is cut or damaged."""
        return self._all(lean=False)

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Time stamp and bytes of every whole frame; then CaptureError as above."""
        return self._all(lean=True)

    def _all(self, lean: bool) -> Iterator[Any]:
        """What `frames` (lean) or `records` gives."""
        source = self._source
        while source.position < len(source.buffer) or source.fill(1):
            window = source.buffer
            yield from self._usual_packets(lean)
            if not source.fill(1):
                return
            kind, total = self._walk.head()
            if source.buffer is not window:
                continue  # the window ended in this block, which may be a usual one
            record = self._next(kind, total)
            if record is not None and not lean:
                yield record
            elif type(record) is CapturedFrame:
                yield record.timestamp_ns, record.data

    def _usual_packets(self, lean: bool) -> Iterator[Any]:
        """The enhanced packets of the window, up to the first block that wants more care.

        Args:
            lean: yield time stamp and bytes, and pass over options; otherwise yield
                `CapturedFrame`s.
        """
        source, walk = self._source, self._walk
        buffer, position = source.buffer, source.position
        unpack_from = _PACKET_HEADS[walk.order].unpack_from
        length_at = _LENGTHS[walk.order].unpack_from
        scales, indexes = self._scales, self._section_interfaces
        interfaces, limit = len(scales), len(buffer)
        last = limit - _FIXED - 4
        first = number = self._number
        try:
            while position <= last:
                kind, total, interface, high, low, captured, wire = unpack_from(buffer, position)
                if kind != 6 or interface >= interfaces or not scales[interface]:
                    return
                start, end = position + _FIXED, position + total
                stop = start + captured
                if stop > end - 4 or end > limit or total & 3 or total > LARGEST_BLOCK:
                    return
                if length_at(buffer, end - 4)[0] != total:
                    return
                time = (high << 32 | low) * scales[interface]
                if lean:
                    position = end
                    number += 1
                    yield time, buffer[start:stop]
                    continue
                known = _NO_OPTIONS
                if end - stop > 7:
                    found = self._packet_options(stop + (-captured & 3), end - 4)
                    if found is None:
                        return
                    known = found
                position = end
                number += 1
                index = indexes[interface]
                data, link_type = buffer[start:stop], self.interfaces[index].link_type
                # The tuple whole: half the cost of the constructor with its defaults.
                head = (number, time, data, wire, link_type, index)
                yield new(CapturedFrame, head + known)
        finally:
            source.position = position
            walk.number += number - first
            self._number = number

    # Blocks.

    def _next(self, kind: int, total: int) -> Record | None:
        """Read the block that `head` has looked at; None if users do not iterate over it."""
        walk, source = self._walk, self._source
        read = self._readers.get(kind)
        start = source.position
        try:
            record = read(start + 8, start + total - 4) if read is not None else None
        except DecodeError as error:
            walk.fail_in_body(error, source.consumed)
        walk.skip(total)
        return record

    def _block(self) -> bytes:
        """The bytes of the next block, which `head` has looked at."""
        source = self._source
        at = source.position
        total = int.from_bytes(source.buffer[at + 4 : at + 8], self._walk.byte_order)
        return source.buffer[at : at + total]

    def _section_header(self, start: int, end: int) -> None:
        """Begin a section; the interfaces of the section before it are forgotten."""
        header = pcapng.SectionHeader.parse(self._source.buffer, start, end, self._walk.order)
        self._walk.check_version(header)
        self._section += 1
        self._section_interfaces = []
        self._scales = []
        block = SectionHeaderBlock.read(self._block(), self._walk.byte_order)
        self.section_comments += block.comments

    def _interface_description(self, start: int, end: int) -> None:
        # Parsed in place first, so that an error's offset counts from the window.
        pcapng.InterfaceDescription.parse(self._source.buffer, start, end, self._walk.order)
        offset = self._source.offset
        block = InterfaceDescriptionBlock.read(self._block(), self._walk.byte_order, offset)
        units, offset_s = block.units_per_second, block.time_offset_s or 0
        self._section_interfaces.append(len(self.interfaces))
        exact = not offset_s and _NANOSECONDS % units == 0
        self._scales.append(_NANOSECONDS // units if exact else 0)
        self.interfaces.append(
            Interface(
                link_type=block.link_type,
                snapshot_length=block.snapshot_length,
                name=block.name,
                description=block.description,
                units_per_second=units,
                time_offset_s=offset_s,
                section=self._section,
                number=len(self._section_interfaces) - 1,
                fcs_length=block.fcs_length,
                block=block,
            )
        )

    def _enhanced_packet(self, start: int, end: int) -> CapturedFrame:
        _, frame = self._packet(pcapng.EnhancedPacket, start, end)
        return frame

    def _obsolete_packet(self, start: int, end: int) -> CapturedFrame:
        block, frame = self._packet(pcapng.ObsoletePacket, start, end)
        if block.drops_count != 0xFFFF and frame.drop_count is None:
            frame = frame._replace(drop_count=block.drops_count)
        return frame

    def _packet(
        self, kind: type[_AnyPacket], start: int, end: int
    ) -> tuple[_AnyPacket, CapturedFrame]:
        buffer, order = self._source.buffer, self._walk.order
        known, options = None, end
        if end - start >= _PACKET_FIXED:
            (captured,) = _LENGTHS[order].unpack_from(buffer, start + _CAPTURED_LENGTH)
            options = start + _PACKET_FIXED + captured + (-captured & 3)
            known = self._packet_options(options, end) if options <= end else None
        # What stands behind the end mark is nobody's; only what is damaged before it is told.
        block = kind.parse(buffer, start, end if known is None else options, order)
        index, interface = self._interface(block.interface_id)
        time = block.timestamp_high << 32 | block.timestamp_low
        scale = self._scales[block.interface_id]
        if scale:
            time *= scale
        else:
            # Whole seconds first: a resolution that is no divisor of 10^9 must not round twice.
            seconds, rest = divmod(time, interface.units_per_second)
            seconds += interface.time_offset_s
            time = seconds * _NANOSECONDS + rest * _NANOSECONDS // interface.units_per_second
        self._number += 1
        head = (self._number, time, block.data, block.wire_length, interface.link_type, index)
        return block, new(CapturedFrame, head + (known or _NO_OPTIONS))

    def _packet_options(self, position: int, end: int) -> _PacketOptions | None:
        """What a frame keeps of its options; None if one is cut before the end mark."""
        buffer, unpack_from = self._source.buffer, _OPTION_HEADS[self._walk.order].unpack_from
        numbers: dict[int, int] = {}
        comments: list[str] = []
        while position < end:
            if end - position < 4:
                return None
            code, length = unpack_from(buffer, position)
            start = position + 4
            position = start + length + (-length & 3)
            if position > end:
                return None
            if code == pcapng.OPTION_END:
                break
            value = buffer[start : start + length]
            if code == pcapng.OPTION_COMMENT:
                comments.append(value.partition(b"\0")[0].decode("utf-8", "replace"))
            elif _NUMBERS.get(code) == length:
                numbers.setdefault(code, int.from_bytes(value, self._walk.byte_order))
        number = numbers.get
        return tuple(comments), number(_FLAGS), number(_PACKET_ID), number(_DROP_COUNT), True

    def _simple_packet(self, start: int, end: int) -> CapturedFrame:
        block = pcapng.SimplePacket.parse(self._source.buffer, start, end, self._walk.order)
        index, interface = self._interface(0)
        wire = block.wire_length
        size = min(wire, interface.snapshot_length or wire)
        data = block.padded_data[:size]
        if len(data) < size:
            place = self._source.offset + 12
            self._walk.fail("simple_packet.data", place, f"{size} bytes", f"{len(data)} bytes")
        self._number += 1
        return CapturedFrame(
            self._number, 0, data, wire, interface.link_type, index, has_timestamp=False
        )

    def _journal_entry(self, start: int, end: int) -> JournalEntry:
        self._number += 1
        return parse_entry(self._number, self._source.buffer[start:end])

    def _custom(self, start: int, end: int) -> None:
        """Nothing for us, but a row of its own in Wireshark: it counts."""
        self._number += 1

    def _name_resolution(self, start: int, end: int) -> None:
        pcapng.NameResolution.parse(self._source.buffer, start, end, self._walk.order)
        block = NameResolutionBlock.read(self._block(), self._walk.byte_order)
        for address, names in block.names.items():
            text = _address_text(address)
            if text is not None:
                self.names.setdefault(text, []).extend(names)

    def _interface(self, number: int) -> tuple[int, Interface]:
        if number >= len(self._section_interfaces):
            expected = f"below {len(self._section_interfaces)}, the interfaces of this section"
            self._walk.fail("interface_id", self._source.offset + 8, expected, str(number))
        index = self._section_interfaces[number]
        return index, self.interfaces[index]


def _address_text(address: bytes) -> str | None:
    """An IP address in words; None for the addresses of a link layer."""
    if len(address) == 4:
        return ipv4_text(address)
    if len(address) == 16:
        from ipaddress import IPv6Address  # rarely needed, and its import takes milliseconds

        return str(IPv6Address(address))
    return None
