"""All headers of some frames, sorted by class and by how often the class has occurred already."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from wirelab.codecs.columns.arrays import Rows
from wirelab.codecs.columns.located import Group, Located
from wirelab.codecs.columns.records import Records
from wirelab.codecs.columns.successors import first_classes
from wirelab.codecs.columns.walk import walk

BLOCK = 1 << 16
"""Frames whose headers are read together; ours, measured: fewer make more calls, and the headers
of more leave the caches before they are used."""


class Piece(NamedTuple):
    """Some of the headers of one class.

    Attributes:
        located: the headers, with others perhaps.
        positions: which of them; None: all.
    """

    located: Located
    positions: Rows | None

    @property
    def rows(self) -> Rows:
        """The frames that they are in, ascending."""
        rows = self.located.rows
        return rows if self.positions is None else rows[self.positions]


Occurrences = dict[str, list[list[Piece]]]
"""Class name -> for the outermost header of that class, the next one inside, ...: its pieces."""


def find_headers(records: Records) -> Occurrences:
    """Walk all frames."""
    found: Occurrences = {}
    for begin in range(0, records.rows, BLOCK):
        end = min(begin + BLOCK, records.rows)
        _sort_in(found, walk(records.buffer, _outermost(records, begin, end)), begin, end)
    return found


def _outermost(records: Records, begin: int, end: int) -> list[Group]:
    """The frames of a block by the class that their link type begins with."""
    start = records.start[begin:end]
    limit = start + records.captured[begin:end]
    rows = np.arange(begin, end)
    types = records.link_type[begin:end]
    whole = records.wire[begin:end] <= records.captured[begin:end]
    groups = []
    for link_type in {int(types[0])} if (types == types[0]).all() else set(types.tolist()):
        at = np.flatnonzero(types == link_type)
        for kind, fits in first_classes(link_type, records.buffer, start[at], limit[at]):
            group = Group(kind, rows, start, limit, whole)
            groups.append(group if len(fits) == len(rows) else group.at(at[fits]))
    return groups


def _sort_in(found: Occurrences, headers: Iterator[Located], begin: int, end: int) -> None:
    """File the headers of a block under their classes."""
    counts: dict[str, np.ndarray[tuple[int], np.dtype[np.uint8]]] = {}
    before: dict[str, list[Located]] = {}
    for located in headers:
        name = located.kind.LAYER
        occurrences = found.setdefault(name, [[]])
        earlier = before.setdefault(name, [])
        if not earlier:
            occurrences[0].append(Piece(located, None))
        else:
            if name not in counts:
                counts[name] = np.zeros(end - begin, np.uint8)
                counts[name][earlier[0].rows - begin] = 1
            _file(occurrences, located, counts[name], located.rows - begin)
        earlier.append(located)


def _file(
    occurrences: list[list[Piece]],
    located: Located,
    counts: "np.ndarray[tuple[int], np.dtype[np.uint8]]",
    rows: Rows,
) -> None:
    """File headers whose class may have occurred in their frames before."""
    seen = counts[rows]
    for count in np.unique(seen):
        while len(occurrences) <= count:
            occurrences.append([])
        occurrences[count].append(Piece(located, np.flatnonzero(seen == count)))
    counts[rows] += 1
