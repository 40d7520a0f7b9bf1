"""Headers found in many frames: what the walk works on and hands over."""

from typing import NamedTuple

import numpy as np

from wirelab.codecs.column_layout import Layout
from wirelab.codecs.columns.arrays import Array, Bytes, Flags, HeaderValues, Rows
from wirelab.codecs.header import Header


class Group(NamedTuple):
    """Frames whose next header is of one class.

    Attributes:
        kind: the class.
        rows: which frames, ascending.
        offset: where in the buffer the header begins.
        limit: end of what it may use.
        checked: whether all that is promised must be there: no snaplen, no fragment cut it off.
        guessed: whether a port below only suggests the class: it must then fit strictly.
        below: the headers that it stands on, and which of them; None for the outermost.
        chosen: for each frame, the index in `below`.
    """

    kind: type[Header]
    rows: Rows
    offset: Rows
    limit: Rows
    checked: Flags
    guessed: bool = False
    below: "Located | None" = None
    chosen: Rows | None = None

    def only(self, wanted: Flags) -> "Group":
        """Those frames for which `wanted` is true."""
        return self if wanted.all() else self.at(np.flatnonzero(wanted))

    def at(self, indices: Rows) -> "Group":
        """Those frames at these indices, which ascend."""
        chosen = None if self.chosen is None else self.chosen[indices]
        return self._replace(
            rows=self.rows[indices],
            offset=self.offset[indices],
            limit=self.limit[indices],
            checked=self.checked[indices],
            chosen=chosen,
        )


class Located(NamedTuple):
    """Headers of one class that were found, with their bytes.

    Attributes:
        group: where they begin.
        records: the bytes of the fixed parts, a row each; none for a class without layout.
        values: their numbers by name.
        layout: of the class; None if it has none.
        after: where the header ends.
        stop: where its payload ends.
        finals: words of the address that a routing header or a source route sends to in the end,
            summed; -1: none.
        homes: the same of the home address that a mobile node sends from.
    """

    group: Group
    records: Bytes
    values: HeaderValues
    layout: Layout | None
    after: Rows
    stop: Rows
    finals: Array | None = None
    homes: Array | None = None

    @property
    def kind(self) -> type[Header]:
        """The class."""
        return self.group.kind

    @property
    def rows(self) -> Rows:
        """The frames that they are in, ascending."""
        return self.group.rows

    @property
    def offset(self) -> Rows:
        """Where they begin."""
        return self.group.offset
