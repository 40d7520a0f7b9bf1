"""Opening captures as tables: whole, or block by block."""

import os
from collections.abc import Iterator

from wirelab.codecs.capture.source import Readable
from wirelab.codecs.columns.capture_files import read_records
from wirelab.codecs.columns.records import Records, joined
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
    table = Table(joined(parts))
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
    first: int | None = None
    kept: list[Records] = []
    error: DecodeError | None = None
    source = read_records(file)
    while error is None:
        try:
            records = next(source, None)
        except DecodeError as caught:
            if strict and not sum(part.count for part in kept):
                raise
            error = caught
            records = None
        if records is None:
            break
        if first is None and records.count:
            first = int(records.timestamp_ns[0])
        kept.append(records)
        if sum(part.count for part in kept) >= rows:
            whole = joined(kept)
            done = whole.count - whole.count % rows
            for begin in range(0, done, rows):
                yield Table(whole.part(begin, begin + rows), first)
            kept = [whole.part(done, whole.count)]
    rest = joined(kept) if kept else None
    if rest is not None and rest.count:
        table = Table(rest, first)
        if error is not None and not strict:
            table.error = error
        yield table
    if error is not None and strict:
        raise error
