"""Columns and their validity, put together from the headers that were found."""

from collections.abc import Sequence

import numpy as np

from wirelab.codecs.columns.arrays import (
    WIDTHS,
    Array,
    Bytes,
    Flags,
    Rows,
    field_values,
    gather,
    integers,
    value_type,
)
from wirelab.codecs.columns.headers_found import Piece
from wirelab.codecs.columns.located import Located
from wirelab.codecs.columns.names import Source
from wirelab.codecs.header import Field


def scatter(column: Array, rows: Rows, values: "Array | int | bool") -> None:
    """`column[rows] = values` for ascending rows; a copy of a stretch if there is no gap."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        column[rows[0] : rows[-1] + 1] = values
    else:
        column[rows] = values


def whole_column(count: int, source: Source, pieces: list[Piece]) -> Array:
    """A column of a field that stands at the same place in each header of its class."""
    kind, shape = value_type(source.field)
    column = np.zeros((count, *shape), kind)
    for piece in pieces:
        values = field_values(piece.located.records, source.field, source.scale)
        if piece.positions is not None:
            values = values[piece.positions]
        scatter(column, piece.rows, values)
    return column


def column_of(
    buffer: Bytes, count: int, parts: Sequence[tuple[Source, list[Piece]]]
) -> tuple[Array, Flags]:
    """A column of `count` rows, and in which of them it has a value; elsewhere it is 0.

    Args:
        buffer: where the frames are.
        count: rows.
        parts: fields that have the column's name, with the headers they are in. Where a frame has
            several of them, the first one counts.
    """
    types = [value_type(source.field) for source, _ in parts]
    scalar = max((kind for kind, _ in types), key=lambda kind: kind.itemsize)
    column, valid = np.zeros((count, *types[0][1]), scalar), np.zeros(count, np.bool_)
    for index, (source, pieces) in enumerate(parts):
        for piece in pieces:
            rows, values, found = _values(buffer, piece, source)
            if index:
                free: Flags = ~valid[rows]
                found = free if found is None else found & free
            if found is not None:
                rows, values = rows[found], values[found]
            scatter(column, rows, values)
            scatter(valid, rows, True)
    return column, valid


def _values(buffer: Bytes, piece: Piece, source: Source) -> tuple[Rows, Array, Flags | None]:
    """Rows, values, and which of them are there (None: all)."""
    located, field = piece.located, source.field
    present: Flags | None
    if source.is_behind:
        values, present = _variable_values(buffer, located, field)
    else:
        values = field_values(located.records, field, source.scale)
        present = _when(located, field)
    if piece.positions is not None:
        values = values[piece.positions]
        present = None if present is None else present[piece.positions]
    return piece.rows, values, present


def _when(located: Located, field: Field) -> Flags | None:
    """Where a view has a meaning: the first field of the header says (ICMP's type)."""
    if not field.when:
        return None
    selector = located.values(located.kind.FIELDS[0].name)
    return np.isin(selector, field.when)


def _variable_values(buffer: Bytes, located: Located, field: Field) -> tuple[Array, Flags]:
    """Addresses whose length the header says, where it is that of the format (ARP)."""
    layout, width = located.layout, WIDTHS[field.format]
    assert layout is not None
    offset = located.offset + layout.size
    present = np.zeros(len(offset), np.bool_)
    for part in layout.parts:
        assert part.length is not None
        length = part.length(located.values)
        if part.name == field.name:
            present = length == width
            break
        offset = offset + length
    kind, shape = value_type(field)
    values = np.zeros((len(offset), *shape), kind)
    taken = gather(buffer, offset[present], width)
    values[present] = taken if shape else integers(taken, 0, width)
    return values, present
