"""Which header class follows, for many headers at once, by the numbers in them."""

from functools import cache
from typing import TypeAlias

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows
from wirelab.codecs.columns.located import Located
from wirelab.codecs.header import Header
from wirelab.codecs.neighbours import next_class
from wirelab.codecs.number_spaces import load
from wirelab.codecs.protocols import HOMES, TABLES
from wirelab.codecs.protocols.column_layouts import CARRIERS, LAYOUTS

Names: TypeAlias = tuple[str, ...]
"""Of classes with one number, which `Header.FITS` tells apart; most often a single one."""

NUMBERS = 1 << 16
"""Numbers up to here are looked up in a table (Ethernet types, ports); larger ones are rare."""


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
    if table not in TABLES:
        return []
    candidates = _known(table)[1]
    numbers = located.values(kind.NEXT_FIELD)
    if kind.NEXT_ALSO:  # of two ports, the lower one is more likely the service's
        other = located.values(kind.NEXT_ALSO)
        lower = _codes(table, np.minimum(numbers, other))
        found = np.where(lower > 0, lower, _codes(table, np.maximum(numbers, other)))
    else:
        found = _codes(table, numbers)
    if layout is not None and layout.starts is not None:
        found = np.where(layout.starts(located.values), found, 0)
    if wanted is not None:
        found = np.where(wanted, found, 0)
    named: list[tuple[type[Header], Rows]] = []
    for code in np.flatnonzero(np.bincount(found)[1:]) + 1:
        at = np.flatnonzero(found == code)
        names = candidates[code - 1]
        if any(_matters(name) for name in names):
            classes = tuple(load(HOMES, name) for name in names)
            fitting = _fitting(classes, buffer, located.after[at], located.stop[at])
            named += [(each, at[fits]) for each, fits in fitting if _matters(each.LAYER)]
    return named


def first_classes(
    link_type: int, buffer: Bytes, start: Rows, limit: Rows
) -> list[tuple[type[Header], Rows]]:
    """The classes that frames of a link type begin with, and which frames each is for."""
    named = TABLES["link_type"][link_type]
    if named is None:
        return []
    candidates = named if isinstance(named, tuple) else (named,)
    return _fitting(candidates, buffer, start, limit)


def row_following(header: Header, frame: bytes, offset: int, end: int) -> type[Header] | None:
    """The class above one header, if it matters."""
    kind = next_class(header, frame, offset, end)
    return kind if kind is not None and _matters(kind.LAYER) else None


def _matters(name: str) -> bool:
    """Whether a class has columns, or leads to one that may have."""
    return name in LAYOUTS or name in CARRIERS


def _codes(table: str, numbers: Array) -> Array:
    """0 where no class has the number, else one more than the index in `_known` of those that do.

    Also of classes that do not matter: they hide what the other of two ports names.
    """
    codes, _, large = _known(table)
    if not len(numbers) or int(numbers.max()) < NUMBERS:
        return codes[numbers]
    found = np.where(numbers < NUMBERS, codes[np.minimum(numbers, NUMBERS - 1)], 0)
    for number, code in large.items():
        found[numbers == number] = code
    return found


@cache
def _known(table: str) -> tuple[Array, list[Names], dict[int, int]]:
    """Codes of the smaller numbers, the classes in the order of their codes, and larger numbers.

    Nothing is loaded here.
    """
    codes = np.zeros(NUMBERS, np.uint8)
    known: list[Names] = []
    large: dict[int, int] = {}
    for number, text in TABLES[table].names.items():
        names = tuple(text.split())
        if names not in known:
            known.append(names)
        if number < NUMBERS:
            codes[number] = known.index(names) + 1
        else:
            large[number] = known.index(names) + 1
    return codes, known, large


def _fitting(
    candidates: tuple[type[Header], ...], buffer: Bytes, offset: Rows, end: Rows
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
