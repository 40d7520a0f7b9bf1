"""From the starts of frames to the places of all their headers, many frames at a time.

This is `wirelab.codecs.packet.parse(..., strict=False)` for a block of frames: the frames that have
a header of the same class at the same depth are read together. The rules are the same: a header is
there if it fits before the end, obeys its rules, and its variable parts fit; a length field that
contradicts the end counts as "up to the end"; a later fragment has no header above it.

A header class without a layout (`protocols/layouts.py`) is stepped over frame by frame, with its
row codec; what is above it is read together again.
"""

from collections.abc import Iterator

import numpy as np

from wirelab.codecs.column_layout import Layout
from wirelab.codecs.columns.arrays import Array, Bytes, Flags, HeaderValues, Rows, gather
from wirelab.codecs.columns.located import Group, Located
from wirelab.codecs.columns.successors import following, row_following
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Header
from wirelab.codecs.packet import MAXIMUM_LAYERS
from wirelab.codecs.protocols.layouts import LAYOUTS


def walk(buffer: Bytes, groups: list[Group]) -> Iterator[Located]:
    """All headers of some frames, outermost first."""
    for _ in range(MAXIMUM_LAYERS):
        above: list[Group] = []
        for group in groups:
            layout = LAYOUTS.get(group.kind.LAYER)
            if layout is None:
                located, nexts = _step_by_row(buffer, group)
            else:
                located, nexts = _read(buffer, group, layout)
            if len(located.rows):
                yield located
                above += nexts
        if not above:
            return
        groups = above


def _read(buffer: Bytes, group: Group, layout: Layout) -> tuple[Located, list[Group]]:
    """The headers of a group that are really there, and what follows them."""
    group = group.only(group.offset + layout.size <= group.limit)
    records = gather(buffer, group.offset, layout.size)
    values = HeaderValues(group.kind, records)
    if layout.rule is not None:
        group, records, values = _keep(group, records, values, layout.rule(values))
    after = group.offset + layout.size
    if layout.parts:
        after, possible = _variable_end(layout, values, after, group.limit)
        if not possible.all():
            after = after[possible]
            group, records, values = _keep(group, records, values, possible)
    stop = _payload_end(layout, values, group, after)
    located = Located(*group, records, values, layout, after, stop)
    return located, [
        Group(kind, group.rows[at], after[at], stop[at], located, at)
        for kind, at in following(located)
    ]


def _keep(
    group: Group, records: Bytes, values: HeaderValues, wanted: Flags
) -> tuple[Group, Bytes, HeaderValues]:
    if wanted.all():
        return group, records, values
    records = np.ascontiguousarray(records[wanted])
    return group.only(wanted), records, HeaderValues(group.kind, records)


def _variable_end(
    layout: Layout, values: HeaderValues, after: Rows, limit: Rows
) -> tuple[Rows, Flags]:
    """Where the headers end, and whether their variable parts fit."""
    possible = np.ones(len(after), np.bool_)
    for part in layout.parts:
        if part.length is None:
            return np.maximum(after, limit), possible & (after <= limit)
        length = part.length(values)
        possible &= length >= 0
        after = after + length
    return after, possible & (after <= limit)


def _payload_end(layout: Layout, values: HeaderValues, group: Group, after: Rows) -> Rows:
    """Where the payload ends: the length field says, unless it cannot be right."""
    if layout.bound is None:
        return group.limit
    claimed = group.offset + layout.bound(values)
    believed = (after <= claimed) & (claimed <= group.limit)
    if layout.bound_when is not None:
        believed &= layout.bound_when(values)
    if believed.all():
        stop: Rows = claimed
        return stop
    return np.where(believed, claimed, group.limit)


def _step_by_row(buffer: Bytes, group: Group) -> tuple[Located, list[Group]]:
    """The same, header by header, for a class that arrays cannot follow."""
    places: list[tuple[int, int, int]] = []
    nexts: dict[type[Header], list[int]] = {}
    for index, (offset, limit) in enumerate(zip(group.offset, group.limit, strict=True)):
        frame = buffer[offset:limit].tobytes()
        try:
            header = group.kind.parse(frame, 0, len(frame), False)
        except DecodeError:
            continue
        after = int(offset) + header.header_length
        stop = int(offset) + header.payload_end(0, len(frame))
        kind = row_following(header)
        if kind is not None:
            nexts.setdefault(kind, []).append(len(places))
        places.append((index, after, stop))
    table: Array = np.array(places, np.intp).reshape(-1, 3)
    rest = group.only(np.isin(np.arange(len(group.rows)), table[:, 0]))
    empty = np.zeros((len(places), 0), np.uint8)
    located = Located(
        *rest, empty, HeaderValues(group.kind, empty), None, table[:, 1], table[:, 2]
    )
    return located, [
        Group(kind, rest.rows[at], located.after[at], located.stop[at], located, np.array(at))
        for kind, at in nexts.items()
    ]
