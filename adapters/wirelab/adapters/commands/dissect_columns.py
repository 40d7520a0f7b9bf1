"""`wirelab dissect --columns OUT`: a capture as columns in a file, block after block."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.capture import CaptureError
from wirelab.codecs.display_filters import DisplayFilterError

if TYPE_CHECKING:
    from wirelab.codecs.columns.files import ColumnWriter
    from wirelab.codecs.columns.table import Table

BLOCK_ROWS = 1 << 16
"""Packets of a block; ours: as `columns.ROWS`, and a row group of a Parquet file."""
CLEAR_LINE = "\r\x1b[K"
"""ECMA-48: to the first column, erase in line."""


def write_columns(arguments: argparse.Namespace, source: object) -> Exit:
    """Write the capture's columns; what could be read first, then the error, if any.

    Args:
        arguments: of `wirelab dissect`.
        source: name of the capture file, or a binary stream.

    Raises:
        CommandError: wrong usage (exit code 2), a bad input (4), or no way to write (3).
    """
    _refuse_other_formats(arguments)
    with _explained(arguments):
        from wirelab.codecs.columns import blocks
        from wirelab.codecs.columns.files import ColumnWriter

        tables = blocks(source, BLOCK_ROWS)  # type: ignore[arg-type]  # our caller sees to that
        first = next(tables, None)
        with ColumnWriter(arguments.columns, arguments.fields) as writer, _interruption() as stop:
            _write(arguments, _chained(first, tables), writer, stop)
    if stop:
        note = f"interrupted; {arguments.columns} has the {writer.rows} packets written so far"
        print(f"wirelab: {note}", file=sys.stderr)
        return Exit.INTERRUPTED
    return Exit.OK


def _write(
    arguments: argparse.Namespace,
    tables: "Iterator[Table]",
    writer: "ColumnWriter",
    stop: list[int],
) -> None:
    """The loop over the blocks, up to the last one or to Ctrl-C."""
    progress = Progress(sys.stderr)
    try:
        for table in tables:
            part = _first_packets(table, arguments.count)
            writer.write(part, part.mask(arguments.filter) if arguments.filter else None)
            progress.show(part)
            if stop or _is_enough(part, arguments.count):
                return
    finally:
        progress.clear()


@contextmanager
def _explained(arguments: argparse.Namespace) -> Iterator[None]:
    """Errors of the library as errors of the command."""
    out = arguments.columns
    try:
        yield
    except DisplayFilterError as error:
        raise CommandError(f"-Y: {error}", Exit.USAGE) from None
    except CaptureError as error:
        raise CommandError(str(error), Exit.BAD_INPUT) from None
    except LookupError as error:
        from wirelab.codecs.columns import UnknownColumnError

        if not isinstance(error, UnknownColumnError):
            raise
        raise CommandError(f"-e: {error}", Exit.USAGE) from None
    except ValueError as error:
        raise CommandError(f"--columns: {error}", Exit.USAGE) from None
    except ImportError as error:
        raise CommandError(f"--columns: {error}", Exit.IMPOSSIBLE) from None
    except OSError as error:
        message = f"--columns: cannot write {out}: {error.strerror or error}"
        raise CommandError(message, Exit.IMPOSSIBLE) from None


def _refuse_other_formats(arguments: argparse.Namespace) -> None:
    others = {
        "-V": arguments.tree,
        "-x": arguments.hexdump,
        "--json": arguments.json,
        "-T": arguments.format,
        "-E": arguments.options,
    }
    for option, given in others.items():
        if given:
            message = f"--columns writes a file of its own; leave out {option}"
            raise CommandError(message, Exit.USAGE)


def _chained(first: "Table | None", rest: "Iterator[Table]") -> "Iterator[Table]":
    if first is not None:
        yield first
        yield from rest


def _first_packets(table: "Table", count: int | None) -> "Table":
    """The packets of a block that `-c` lets through."""
    number = int(table.records.number[-1])
    if count is None or number <= count:
        return table
    return table.head(int((table.records.number <= count).sum()))


def _is_enough(table: "Table", count: int | None) -> bool:
    return count is not None and (len(table) == 0 or int(table.records.number[-1]) >= count)


@contextmanager
def _interruption() -> Iterator[list[int]]:
    """A list that is no longer empty after Ctrl-C; a second Ctrl-C ends at once.

    So a block is either in the file as a whole or not at all.
    """
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


class Progress:
    """A line on a terminal that says how far we are; nothing anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = False
        self._is_terminal = stream.isatty()

    def show(self, table: "Table") -> None:
        """Tell of the packets up to the end of a block."""
        records = table.records
        if not self._is_terminal or not len(table):
            return
        end = int(records.start[-1] + records.captured[-1])
        percent = f", {100 * end // len(records.buffer)} %" if records.is_mapped else ""
        self._stream.write(f"{CLEAR_LINE}{int(records.number[-1]):,} packets{percent}")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()
            self._shown = False
