"""The gate between columns and rows: every field, every validity and every verdict are the same.

`column_difference` puts frames through both and returns what differs first, or None. The row codec
parses leniently, as columns do.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np

from wirelab.codecs.capture import LINK_TYPE_ETHERNET, PcapWriter
from wirelab.codecs.columns.names import Source, display_columns, status_columns
from wirelab.codecs.columns.reading import read
from wirelab.codecs.columns.table import Table
from wirelab.codecs.columns.verdicts import ABSENT, BAD, GOOD, UNVERIFIABLE
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Header
from wirelab.codecs.neighbours import below_of
from wirelab.codecs.packet import Packet, parse
from wirelab.codecs.protocols.column_layouts import LAYOUTS
from wirelab.codecs.verification import unused_checksum

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
    expected = _expected(frames, link_type)
    try:
        table = table_of(frames, link_type)
        for name, values in expected.items():
            got = _got(table, name)
            if got == values:
                continue
            row = next(row for row in range(len(frames)) if got.get(row) != values.get(row))
            frame = f"frame {frames[row][0].hex()} of {frames[row][1]}"
            return f"{frame}: {name}: expected {values.get(row)}, got {got.get(row)}"
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # broken code does
        return f"{type(error).__name__}: {error}"
    return None


def _expected(frames: Sequence[Frame], link_type: int) -> dict[str, dict[int, Any]]:
    """What rows say: column, verdict or class -> row -> value; no row where it is not there."""
    sources = display_columns()
    expected: dict[str, dict[int, Any]] = {name: {} for name in (*sources, *status_columns())}
    expected |= {kind.LAYER: {} for several in sources.values() for kind, _, _ in several}
    columns: dict[str, list[tuple[str, Source]]] = {}
    for name, several in sources.items():
        for source in several:
            columns.setdefault(source.kind.LAYER, []).append((name, source))
    status = {layer: name for name, layer in status_columns().items()}
    for row, (data, wire_length) in enumerate(frames):
        packet = _rows(data, wire_length, link_type)
        for place in _places(packet):
            layer = place.header.LAYER
            if layer in expected:
                expected[layer][row] = True
            if layer in status:
                expected[status[layer]][row] = verdict(packet, place)
            for name, source in columns.get(layer, ()):
                value = _value(place.header, source)
                if value is not None:
                    # As `column_of`: of several classes with that name, the first one counts.
                    expected[name].setdefault(row, value)
    return expected


def _got(table: Table, name: str) -> dict[int, Any]:
    """The same of columns."""
    rows = np.flatnonzero(table.valid(name)).tolist()
    if name in LAYOUTS:
        return dict.fromkeys(rows, True)
    column = table[name]
    plain = [row.tobytes() for row in column] if column.ndim == 2 else column.tolist()
    return {row: plain[row] for row in rows}


def _rows(data: bytes, wire_length: int, link_type: int) -> Packet:
    try:
        return parse(data, strict=False, wire_length=wire_length, link_type=link_type)
    except DecodeError:
        return Packet()


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
