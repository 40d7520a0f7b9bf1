"""Headers found in many frames: what the walk works on and hands over."""

from typing import NamedTuple

import numpy as np

from wirelab.codecs.column_layout import Layout
from wirelab.codecs.columns.arrays import Bytes, Flags, HeaderValues, Rows
from wirelab.codecs.header import Header


class Group(NamedTuple):
    """Frames whose next header is of one class.

    Attributes:
        kind: the class.
        rows: which frames.
        offset: where in the buffer the header begins.
        limit: end of what it may use.
        below: the headers that it stands on, and which of them; None for the outermost.
        chosen: for each frame, the index in `below`.
    """

    kind: type[Header]
    rows: Rows
    offset: Rows
    limit: Rows
    below: "Located | None" = None
    chosen: Rows | None = None

    def only(self, wanted: Flags) -> "Group":
        """Those frames for which `wanted` is true."""
        if wanted.all():
            return self
        at = np.flatnonzero(wanted)
        chosen = None if self.chosen is None else self.chosen[at]
        return self._replace(
            rows=self.rows[at], offset=self.offset[at], limit=self.limit[at], chosen=chosen
        )


class Located(NamedTuple):
    """Headers of one class that were found, with their bytes.

    Attributes:
        kind, rows, offset, limit, below, chosen: as in `Group`.
        records: the bytes of the fixed parts, a row each; none for a class without layout.
        values: their numbers by name.
        layout: of the class; None if it has none.
        after: where the header ends.
        stop: where its payload ends.
    """

    kind: type[Header]
    rows: Rows
    offset: Rows
    limit: Rows
    below: "Located | None"
    chosen: Rows | None
    records: Bytes
    values: HeaderValues
    layout: Layout | None
    after: Rows
    stop: Rows
