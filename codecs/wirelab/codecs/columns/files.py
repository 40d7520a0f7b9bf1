"""Columns into files, block after block: Parquet, Arrow (Feather) and CSV, by pyarrow.

A file that is closed early is whole, with the blocks that were written until then.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from wirelab.codecs.columns.arrays import Flags
from wirelab.codecs.columns.export import library, to_arrow
from wirelab.codecs.columns.names import (
    FRAME_NAMES,
    all_names,
    sources_of,
    status_columns,
)
from wirelab.codecs.columns.records import no_records
from wirelab.codecs.columns.table import Table

USUAL_PROTOCOLS: Final = (
    *("frame", "eth", "vlan", "arp", "ip", "ipv6", "icmp", "icmpv6", "udp", "tcp"),
)
"""Whose columns are written when none are chosen; ours."""
SUFFIXES: Final = (".parquet", ".arrow", ".feather", ".csv")


def usual_names() -> tuple[str, ...]:
    """The columns of the usual protocols."""
    return tuple(name for name in all_names() if name.partition(".")[0] in USUAL_PROTOCOLS)


def check_names(names: Sequence[str]) -> None:
    """Refuse what is no column.

    Raises:
        UnknownColumnError: the first such name, with the nearest ones.
    """
    for name in names:
        if name not in FRAME_NAMES and name not in status_columns():
            sources_of(name)


class ColumnWriter:
    """Writes tables into one file; addresses as text.

    Args:
        path: of the file; its suffix, one of `SUFFIXES`, tells the format.
        names: columns, by name; empty: `usual_names`.

    Raises:
        ValueError: another suffix.
        UnknownColumnError: no such column.
        MissingLibraryError: pyarrow is not installed.
        OSError: the file cannot be made.
    """

    def __init__(self, path: "str | os.PathLike[str]", names: Sequence[str] = ()) -> None:
        suffix = Path(path).suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(f"{os.fspath(path)}: the name must end in {', '.join(SUFFIXES)}")
        check_names(names)
        self.rows = 0
        """Rows written so far."""
        self._names = tuple(dict.fromkeys(names)) or usual_names()
        self._plain = suffix != ".parquet"
        self._pyarrow = library("pyarrow", f"writing {suffix}")
        schema = self._arrow(Table(no_records())).schema
        self._file: Any = Path(path).open("wb")  # noqa: SIM115 (`close` does)
        try:
            self._writer = self._open(suffix, schema)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, table: Table, mask: Flags | None = None) -> None:
        """Append a table; with a mask, only its rows that are true."""
        columns = self._arrow(table)
        if mask is not None and not mask.all():
            columns = columns.filter(self._pyarrow.array(mask))
        self._writer.write_table(columns)
        self.rows += len(columns)

    def close(self) -> None:
        """Write what belongs at the end, and close the file."""
        if not self._file.closed:
            try:
                self._writer.close()
            finally:
                self._file.close()

    def _arrow(self, table: Table) -> Any:
        columns: Any = to_arrow(table, self._names, texts=True)
        if self._plain:  # neither CSV nor Arrow files take a new dictionary for each block
            dictionary = self._pyarrow.DictionaryArray
            for place, column in enumerate(columns.columns):
                if any(isinstance(chunk, dictionary) for chunk in column.chunks):
                    text = column.cast(self._pyarrow.string())
                    columns = columns.set_column(place, columns.field(place).name, text)
        return columns

    def _open(self, suffix: str, schema: Any) -> Any:
        if suffix == ".parquet":
            return library("pyarrow.parquet", "writing .parquet").ParquetWriter(self._file, schema)
        if suffix == ".csv":
            return library("pyarrow.csv", "writing .csv").CSVWriter(self._file, schema)
        return library("pyarrow.ipc", f"writing {suffix}").new_file(self._file, schema)
