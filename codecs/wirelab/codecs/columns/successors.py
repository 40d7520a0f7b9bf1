"""Which header class follows, for many headers at once, by the numbers in them."""

from functools import cache

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows
from wirelab.codecs.columns.located import Located
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import TABLES, Ethernet
from wirelab.codecs.protocols.layouts import LAYOUTS

NUMBERS = 1 << 16
"""No number space is larger (Ethernet types, ports)."""


def following(located: Located) -> list[tuple[type[Header], Rows]]:
    """The classes above these headers, each with the indices of the headers below them."""
    kind = located.kind
    if not kind.NEXT_TABLE:
        return []
    codes, classes = _codes(kind.NEXT_TABLE)
    found = codes[located.values(kind.NEXT_FIELD)]
    layout = located.layout
    if layout is not None and layout.starts is not None:
        found = np.where(layout.starts(located.values), found, 0)
    present = np.bincount(found, minlength=1)
    return [
        (classes[code - 1], np.flatnonzero(found == code))
        for code in np.flatnonzero(present[1:]) + 1
    ]


def row_following(header: Header) -> type[Header] | None:
    """The class above one header."""
    if not header.NEXT_TABLE or not header.starts_payload:
        return None
    return TABLES[header.NEXT_TABLE].get(getattr(header, header.NEXT_FIELD))


@cache
def _codes(table: str) -> tuple[Array, list[type[Header]]]:
    """Number -> code; 0: nothing of interest follows, else one more than the index of its class."""
    codes = np.zeros(NUMBERS, np.uint8)
    classes: list[type[Header]] = []
    for number, kind in TABLES[table].items():
        if kind.LAYER not in LAYOUTS and not kind.NEXT_TABLE:
            continue  # it has no columns and leads to none
        if kind not in classes:
            classes.append(kind)
        codes[number] = classes.index(kind) + 1
    return codes, classes


def first_classes(
    link_type: int, buffer: Bytes, start: Rows, limit: Rows
) -> list[tuple[type[Header], Flags]]:
    """The classes that frames of a link type begin with, and which frames each is for."""
    kind = TABLES.get("link_type", {1: Ethernet}).get(link_type)
    return [] if kind is None else [(kind, np.ones(len(start), np.bool_))]
