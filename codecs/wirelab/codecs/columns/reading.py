"""Opening captures as tables: whole, or block by block."""

import os
from collections.abc import Iterator

from wirelab.codecs.capture.source import Readable
from wirelab.codecs.columns.capture_files import read_records
from wirelab.codecs.columns.records import Records, joined, no_records
from wirelab.codecs.columns.table import Table
from wirelab.codecs.errors import DecodeError

ROWS = 1 << 16
"""Rows of a block; ours: some tens of megabytes of capture, and hardly any cost for each block."""


def read(file: "str | os.PathLike[str] | Readable", strict: bool = True) -> Table:
    """A whole capture as one table.

    Takes about 200 bytes of memory a frame for the places of its headers, beside the columns that
    are asked for; `blocks` needs no more than that for one block.

    Args:
        file: pcap or pcapng, also compressed by gzip; a path, or a binary file object (which is
            read to its end, and left open).
        strict: raise for a file that is cut or damaged; otherwise give the rows before the damage,
            and the error as `Table.error`.

    Raises:
        CaptureError: missing, empty, no capture file, or damaged.
    """
    parts: list[Records] = []
    error: DecodeError | None = None
    try:
        parts.extend(read_records(file))
    except DecodeError as caught:
        if strict or not parts:
            raise
        error = caught
    table = Table(joined(parts or [no_records()]))
    table.error = error
    return table


def blocks(
    file: "str | os.PathLike[str] | Readable", rows: int = ROWS, strict: bool = True
) -> Iterator[Table]:
    """A capture as one table after the other, each of `rows` frames (the last has fewer).

    Args:
        file: as for `read`.
        rows: frames a table.
        strict: raise for a file that is cut or damaged, after all whole frames before the damage;
            otherwise end there, with the error as `error` of the last table.

    Raises:
        CaptureError: missing, empty, no capture file, or damaged.
    """
    if rows < 1:
        raise ValueError(f"{rows} rows a block; give 1 or more")
    damage: list[DecodeError] = []
    first: int | None = None
    last: Table | None = None
    for records in _in_blocks(_until_damage(read_records(file), damage), rows):
        if last is not None:
            yield last
        if first is None:
            first = int(records.timestamp_ns[0])
        last = Table(records, first)
    error = damage[0] if damage else None
    if last is not None:
        last.error = None if strict else error
        yield last
    if error is not None and (strict or last is None):
        raise error


def _until_damage(source: Iterator[Records], damage: list[DecodeError]) -> Iterator[Records]:
    """What can be read; the error that ended it goes into `damage`."""
    try:
        yield from source
    except DecodeError as error:
        damage.append(error)


def _in_blocks(source: Iterator[Records], rows: int) -> Iterator[Records]:
    """The same frames in pieces of `rows`, and the rest."""
    kept: list[Records] = []
    have = 0
    for records in source:
        kept.append(records)
        have += records.rows
        if have < rows:
            continue
        whole = joined(kept)
        done = have - have % rows
        for begin in range(0, done, rows):
            yield whole.part(begin, begin + rows)
        kept, have = [whole.part(done, have)], have - done
    if have:
        yield joined(kept)
