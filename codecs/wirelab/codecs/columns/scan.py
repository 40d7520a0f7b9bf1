"""Where the records of a capture file begin, found by many cursors at once.

Each record says where the next one begins, so the way through a file is a chain, and following it
one record at a time is slow. Here a thousand cursors walk a thousand stretches of the file in step.
Where a stretch begins is guessed by what a record looks like, but nothing rests on the guess:

    The first cursor begins at a record. Each cursor must land exactly where the next one began.
    So, by induction, all of them walked along records.

When one lands elsewhere (bytes in a packet looked like records), or the file is cut, the chain is
followed alone, one record after the other.
"""

from typing import NamedTuple, Protocol

import numpy as np

from wirelab.codecs.columns.arrays import Bytes, Flags, Rows

STRETCH = 1 << 17
"""Bytes for each cursor; ours: hundreds of records, of which one is guessed."""
WINDOW = 512
"""Bytes in which a record's start is sought at a time; ours: as many as most often hold one."""
FEWEST = 16
"""Fewer cursors are no faster than following the chain alone; ours, measured."""
LINKS = 3
"""Records in a row that must look right before a guess is tried; ours."""


class Format(Protocol):
    """What a kind of capture file knows of its records."""

    head: int
    """Bytes of a record that must be there before anything can be said of it."""

    def candidates(self, windows: Bytes, width: int) -> tuple[Rows, Rows]:
        """Rows and columns where a record may begin: a coarse and fast test.

        Args:
            windows: pieces of the file, each a row of `width + head` bytes.
            width: columns to look at.
        """

    def step(self, offsets: Rows) -> Rows:
        """From records to the next ones; -1 where there is no whole record."""

    def advance(self, cursors: Rows) -> Rows | None:
        """`step` for records that are most often whole, ascending; None if one is not."""

    def likely(self, offsets: Rows) -> Flags:
        """A finer test than `candidates`."""

    def one(self, offset: int) -> int:
        """`step` for a single record, in plain integers."""


class Chain(NamedTuple):
    """What `follow` found.

    Attributes:
        offsets: starts of whole records, in order.
        after: where the record behind them begins.
        broken: whether there is no whole record.
    """

    offsets: Rows
    after: int
    broken: bool


def follow(buffer: Bytes, begin: int, end: int, form: Format) -> Chain:
    """The records that begin in `[begin, end)`, of which the first is at `begin`.

    Args:
        buffer: the file.
        begin: where a record begins.
        end: where to stop; the last record may reach over it.
        form: the kind of file.
    """
    cursors = _guess(buffer, begin, end, form)
    if len(cursors) < FEWEST:
        return _follow_alone(begin, end, form)
    limits = np.append(cursors[1:], end)
    found: list[Rows] = []
    while len(cursors):
        found.append(cursors)
        after = form.advance(cursors)
        if after is None:
            return _follow_alone(begin, end, form)
        on = after < limits
        if on.all():
            cursors = after
            continue
        beyond = after > limits
        beyond[-1] &= limits[-1] < end  # the last record may reach over the end
        if beyond.any():
            return _follow_alone(begin, end, form)
        cursors, limits = after[on], limits[on]
    offsets = np.sort(np.concatenate(found))
    return Chain(offsets, int(form.step(offsets[-1:])[0]), False)


def _follow_alone(begin: int, end: int, form: Format) -> Chain:
    found: list[int] = []
    add, one = found.append, form.one
    at = begin
    while at < end:
        after = one(at)
        if after < 0:
            return Chain(np.array(found, np.intp), at, True)
        add(at)
        at = after
    return Chain(np.array(found, np.intp), at, False)


def _guess(buffer: Bytes, begin: int, end: int, form: Format) -> Rows:
    """`begin`, and a likely start of a record in each stretch but the first, in order."""
    guesses = np.full(max((end - begin) // STRETCH, 1), -1, np.intp)
    guesses[0] = begin
    last = len(buffer) - WINDOW - form.head
    places = begin + STRETCH * np.arange(len(guesses))
    seeking = np.arange(1, len(guesses))
    for _ in range(STRETCH // WINDOW):
        seeking = seeking[places[seeking] <= last]
        if not len(seeking):
            break
        windows = np.lib.stride_tricks.sliding_window_view(buffer, WINDOW + form.head)[
            places[seeking]
        ]
        rows, columns = form.candidates(windows, WINDOW)
        offsets = places[seeking][rows] + columns
        likely = _is_chain(offsets, end, form)
        rows, first = np.unique(rows[likely], return_index=True)
        guesses[seeking[rows]] = offsets[likely][first]
        places += WINDOW
        seeking = np.delete(seeking, rows)
    return guesses[guesses >= 0]


def _is_chain(offsets: Rows, end: int, form: Format) -> Flags:
    """Whether what begins there looks like several records in a row."""
    likely = form.likely(offsets)
    for _ in range(LINKS):
        at = np.flatnonzero(likely)
        offsets = offsets.copy()
        offsets[at] = form.step(offsets[at])
        at = at[(offsets[at] < 0) | (offsets[at] < end)]
        likely[at] &= offsets[at] >= 0
        at = at[likely[at]]
        likely[at] &= form.likely(offsets[at])
    return likely
