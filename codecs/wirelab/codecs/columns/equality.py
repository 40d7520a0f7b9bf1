"""The gate between columns and rows: every field, every validity and every verdict are the same.

`column_difference` puts frames through both and returns what differs first, or None. The row codec
parses leniently, as columns do.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from wirelab.codecs.capture import LINK_TYPE_ETHERNET, PcapWriter
from wirelab.codecs.columns.names import Source, display_columns, status_columns
from wirelab.codecs.columns.reading import read
from wirelab.codecs.columns.table import Table
from wirelab.codecs.columns.verdicts import ABSENT, BAD, GOOD, UNVERIFIABLE
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Header
from wirelab.codecs.packet import Packet, below_of, parse, unused_checksum

Frame = tuple[bytes, int]
"""What was captured, and bytes on the wire."""


class Place(NamedTuple):
    """A header in a frame, with where it begins and where its payload ends."""

    header: Header
    depth: int
    offset: int
    stop: int


def table_of(frames: Sequence[Frame], link_type: int = LINK_TYPE_ETHERNET) -> Table:
    """The frames as a table, by way of a capture file."""
    stream = BytesIO()
    with PcapWriter(stream, link_type) as writer:
        for number, (data, wire_length) in enumerate(frames):
            writer.write(data, number, wire_length=wire_length)
    stream.seek(0)
    return read(stream)


def column_difference(frames: Sequence[Frame], link_type: int = LINK_TYPE_ETHERNET) -> str | None:
    """What columns say of some frames and rows do not, or None."""
    try:
        table = table_of(frames, link_type)
        for row, (data, wire_length) in enumerate(frames):
            difference = _frame_difference(table, row, _rows(data, wire_length, link_type))
            if difference is not None:
                return f"frame {data.hex()} of {wire_length}: {difference}"
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # broken code does
        return f"{type(error).__name__}: {error}"
    return None


def _rows(data: bytes, wire_length: int, link_type: int) -> Packet:
    try:
        return parse(data, strict=False, wire_length=wire_length, link_type=link_type)
    except DecodeError:
        return Packet()


def _frame_difference(table: Table, row: int, packet: Packet) -> str | None:
    places = _places(packet)
    for name, sources in display_columns().items():
        expected = [
            value
            for source in sources
            for place in places
            if (value := _value(place.header, source)) is not None
        ][:1]
        got = [_plain(table[name][row])] if table.valid(name)[row] else []
        if expected != got:
            return f"{name}: expected {expected}, got {got}"
    for name, layer in status_columns().items():
        first = next((place for place in places if layer == place.header.LAYER), None)
        wanted = [] if first is None else [verdict(packet, first)]
        found = [int(table[name][row])] if table.valid(name)[row] else []
        if wanted != found:
            return f"{name}: expected {wanted}, got {found}"
    for kind in {source.kind for sources in display_columns().values() for source in sources}:
        has, says = kind in packet, bool(table.valid(kind.LAYER)[row])
        if has != says:
            return f"{kind.LAYER}: expected {has}, got {says}"
    return None


def _places(packet: Packet) -> list[Place]:
    """The headers of a packet, the outermost of each class only."""
    found: list[Place] = []
    offset, stop = 0, len(bytes(packet))
    for index, header in enumerate(packet.layers):
        stop = header.payload_end(offset, stop)
        if not any(type(place.header) is type(header) for place in found):
            found.append(Place(header, index, offset, stop))
        offset += header.header_length
    return found


def _value(header: Header, source: Source) -> Any:
    """The value of a column in a header, or None if it has none there."""
    if type(header) is not source.kind:
        return None
    field = source.field
    value = getattr(header, field.name)
    if field.when and getattr(header, header.FIELDS[0].name) not in field.when:
        return None
    if isinstance(value, bytes):
        right = {"mac": 6, "ipv4": 4, "ipv6": 16}.get(field.format, len(value))
        if len(value) != right:
            return None
        return int.from_bytes(value, "big") if field.format == "ipv4" else value
    return bool(value) if field.format == "bool" else value * source.scale


def _plain(value: Any) -> Any:
    return value.tobytes() if value.ndim else value.item()


def verdict(packet: Packet, place: Place) -> int:
    """What the row codec thinks of a checksum."""
    header = place.header
    below = below_of(packet.layers, place.depth)
    above = packet.layers[place.depth + 1 :][:1]
    if unused_checksum(header, below, type(above[0]) if above else None):
        return ABSENT
    alone = "checksum" in header.COMPUTED_ALONE
    if not (alone or packet.known_whole()[place.depth]) or (header.NEEDS_BELOW and below is None):
        return UNVERIFIABLE
    right = header.checksum_ok(bytes(packet), place.offset, place.stop, below)
    return GOOD if right else BAD
