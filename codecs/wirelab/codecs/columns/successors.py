"""Which header class follows, for many headers at once, by the numbers in them."""

from functools import cache
from typing import TypeAlias

import numpy as np

from wirelab.codecs.capture.records import LINK_TYPE_ETHERNET
from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows
from wirelab.codecs.columns.located import Located
from wirelab.codecs.header import Header
from wirelab.codecs.packet import next_class
from wirelab.codecs.protocols import TABLES, Ethernet
from wirelab.codecs.protocols.column_layouts import LAYOUTS

Candidates: TypeAlias = tuple[type[Header], ...]
"""Classes with one number, which `Header.FITS` tells apart; most often a single one."""

NUMBERS = 1 << 16
"""No number space is larger (Ethernet types, ports)."""


def following(buffer: Bytes, located: Located) -> list[tuple[type[Header], Rows]]:
    """The classes above these headers, each with the indices of the headers below them."""
    kind, layout = located.kind, located.layout
    assert layout is not None
    names_next = None if layout.names_next is None else layout.names_next(located.values)
    found: list[tuple[type[Header], Rows]] = []
    for table in (kind.NEXT_TABLE, kind.NEXT_ELSE):
        if table:
            wanted = names_next if table == kind.NEXT_TABLE or names_next is None else ~names_next
            found += _named(buffer, located, table, wanted)
        if names_next is None:
            break
    return found


def _named(
    buffer: Bytes, located: Located, table: str, wanted: Flags | None
) -> list[tuple[type[Header], Rows]]:
    """Those that a number space names, for the headers that mean this one."""
    kind, layout = located.kind, located.layout
    codes, candidates = _codes(table)
    if not candidates:
        return []
    numbers = located.values(kind.NEXT_FIELD)
    if kind.NEXT_ALSO:  # of two ports, the lower one is more likely the service's
        other = located.values(kind.NEXT_ALSO)
        lower = codes[np.minimum(numbers, other)]
        found = np.where(lower > 0, lower, codes[np.maximum(numbers, other)])
    else:
        found = codes[numbers]
    if layout is not None and layout.starts is not None:
        found = np.where(layout.starts(located.values), found, 0)
    if wanted is not None:
        found = np.where(wanted, found, 0)
    following: list[tuple[type[Header], Rows]] = []
    for code in np.flatnonzero(np.bincount(found)[1:]) + 1:
        at = np.flatnonzero(found == code)
        fitting = _fitting(candidates[code - 1], buffer, located.after[at], located.stop[at])
        following += [(each, at[fits]) for each, fits in fitting if _matters(each)]
    return following


def first_classes(
    link_type: int, buffer: Bytes, start: Rows, limit: Rows
) -> list[tuple[type[Header], Rows]]:
    """The classes that frames of a link type begin with, and which frames each is for."""
    spaces = TABLES.get("link_type", {LINK_TYPE_ETHERNET: Ethernet})
    named = spaces.get(link_type) if type(spaces) is dict else spaces[link_type]
    if named is None:
        return []
    candidates = named if isinstance(named, tuple) else (named,)
    return _fitting(candidates, buffer, start, limit)


def row_following(header: Header, frame: bytes, offset: int, end: int) -> type[Header] | None:
    """The class above one header, if it matters."""
    kind = next_class(header, frame, offset, end)
    return kind if kind is not None and _matters(kind) else None


def _matters(kind: type[Header]) -> bool:
    """Whether a class has columns, or leads to one that may have."""
    return kind.LAYER in LAYOUTS or bool(kind.NEXT_TABLE)


@cache
def _codes(table: str) -> tuple[Array, list[Candidates]]:
    """Number -> code; 0: nothing that matters follows, else one more than an index."""
    codes = np.zeros(NUMBERS, np.uint8)
    known: list[Candidates] = []
    for number in TABLES[table].names:
        named = TABLES[table][number]
        candidates = named if isinstance(named, tuple) else (named,) if named else ()
        # Even what does not matter hides what the other port names.
        if candidates and candidates not in known:
            known.append(candidates)
        codes[number] = known.index(candidates) + 1 if candidates else 0
    return codes, known


def _fitting(
    candidates: Candidates, buffer: Bytes, offset: Rows, end: Rows
) -> list[tuple[type[Header], Rows]]:
    """For each class, which of the places it is the first to fit (as `Header.FITS` says)."""
    left = np.arange(len(offset))
    if len(candidates) == 1:  # one alone is always taken
        return [(candidates[0], left)]
    found = []
    for kind in candidates:
        least, most, octets = kind.FITS
        size = end[left] - offset[left]
        fits = (size >= least) & ((size <= most) | (most < 0))
        for at, low, high in octets:
            place = offset[left] + at
            value = buffer[np.minimum(place, len(buffer) - 1)]
            fits &= (place < end[left]) & (value >= low) & (value <= high)
        found.append((kind, left[fits]))
        left = left[~fits]
    return found
