"""From the starts of frames to the places of all their headers, many frames at a time.

This is `wirelab.codecs.packet.parse(..., strict=False)` for a block of frames: the frames that have
a header of the same class at the same depth are read together. The rules are the same: a header is
there if it fits before the end, obeys its rules, and its variable parts fit; a length field that
contradicts the end counts as "up to the end"; a later fragment has no header above it.

A header class without a layout (`protocols/column_layouts.py`) is stepped over frame by frame, with
its row codec; what is above it is read together again.
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
from wirelab.codecs.protocols import IPv4
from wirelab.codecs.protocols.column_layouts import LAYOUTS
from wirelab.codecs.source_routes import home_address, route_end


def walk(buffer: Bytes, groups: list[Group]) -> Iterator[Located]:
    """All headers of some frames, outermost first."""
    for _ in range(MAXIMUM_LAYERS):
        above: list[Group] = []
        for group in groups:
            layout = LAYOUTS.get(group.kind.LAYER)
            if layout is None:
                located, nexts = _step_by_row(buffer, group)
            else:
                located = _read(buffer, group, layout)
                nexts = following(buffer, located)
            if len(located.rows):
                yield located
                above += [_above(located, kind, at) for kind, at in nexts]
        if not above:
            return
        groups = above


def _above(located: Located, kind: type[Header], at: Rows) -> Group:
    """The frames in which a class follows."""
    group, layout = located.group, located.layout
    checked = group.checked[at]
    if layout is not None and layout.ends is not None:
        checked = checked & layout.ends(located.values)[at]
    guessed = group.guessed or group.kind.NEXT_SUGGESTS
    return Group(
        kind, group.rows[at], located.after[at], located.stop[at], checked, guessed, located, at
    )


def _read(buffer: Bytes, group: Group, layout: Layout) -> Located:
    """The headers of a group that are really there."""
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
    stop = group.limit
    if layout.bound is not None:
        claimed, agrees = _claim(layout, layout.bound(values), values, group, after)
        if group.guessed and not (agrees | ~group.checked).all():
            wanted = agrees | ~group.checked
            after, claimed, agrees = after[wanted], claimed[wanted], agrees[wanted]
            group, records, values = _keep(group, records, values, wanted)
        if layout.bound_trims:
            stop = claimed if agrees.all() else np.where(agrees, claimed, group.limit)
    finals = _route_sums(buffer, group, after) if group.kind is IPv4 else None
    homes = _home_sums(buffer, group, after) if group.kind.LAYER == "IPv6Destination" else None
    return Located(group, records, values, layout, after, stop, finals, homes)


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


def _claim(
    layout: Layout, length: Rows, values: HeaderValues, group: Group, after: Rows
) -> tuple[Rows, Flags]:
    """Where a length field says that the payload ends, and whether that can be right."""
    claimed = group.offset + length
    if layout.bound_when is not None:
        claimed = np.where(layout.bound_when(values), claimed, group.limit)
    return claimed, (after <= claimed) & (claimed <= group.limit)


def _step_by_row(buffer: Bytes, group: Group) -> tuple[Located, list[tuple[type[Header], Rows]]]:
    """The same, header by header, for a class that arrays cannot follow."""
    places: list[tuple[int, int, int, int]] = []
    nexts: dict[type[Header], list[int]] = {}
    for index, (offset, limit) in enumerate(zip(group.offset, group.limit, strict=True)):
        frame = buffer[offset:limit].tobytes()
        strict = bool(group.guessed and group.checked[index])
        try:
            header = group.kind.parse(frame, 0, len(frame), strict)
        except DecodeError:
            continue
        after, stop = header.header_length, header.payload_end(0, len(frame))
        kind = row_following(header, frame, after, stop)
        if kind is not None:
            nexts.setdefault(kind, []).append(len(places))
        places.append((index, int(offset) + after, int(offset) + stop, _final_sum(header)))
    table: Array = np.array(places, np.intp).reshape(-1, 4)
    empty = np.zeros((len(places), 0), np.uint8)
    values = HeaderValues(group.kind, empty)
    found = group.at(table[:, 0])
    located = Located(found, empty, values, None, table[:, 1], table[:, 2], table[:, 3])
    return located, [(kind, np.array(at, np.intp)) for kind, at in nexts.items()]


def _route_sums(buffer: Bytes, group: Group, after: Rows) -> Array | None:
    """As `_final_sum`, for the source routes of IPv4; None: nothing has options."""
    with_options = np.flatnonzero(after - group.offset > 20)
    if not len(with_options):
        return None
    sums = np.full(len(after), -1, np.int64)
    for index in with_options:
        final = route_end(buffer[group.offset[index] + 20 : after[index]].tobytes())
        if final is not None:
            sums[index] = int.from_bytes(final, "big") % 0xFFFF
    return sums


def _home_sums(buffer: Bytes, group: Group, after: Rows) -> Array:
    """As `_final_sum`, for the home addresses of mobile nodes."""
    sums = np.full(len(after), -1, np.int64)
    for index, (offset, end) in enumerate(zip(group.offset, after, strict=True)):
        home = home_address(group.kind.parse(buffer[offset:end].tobytes()))
        if home is not None:
            sums[index] = int.from_bytes(home, "big") % 0xFFFF
    return sums


def _final_sum(header: Header) -> int:
    """The words of a routing header's last destination, summed modulo 65535; -1: there is none."""
    final = header.final_destination
    return -1 if final is None else int.from_bytes(final, "big") % 0xFFFF
