"""Columns in Arrow, pandas and Polars, which then share their memory.

A column's values become the values of theirs as they stand. What is made anew is the validity of
columns that not all frames have (a bit a row in Arrow, a byte in pandas), and flags in Arrow, which
packs them.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from wirelab.codecs.columns.address_text import distinct_texts, is_address
from wirelab.codecs.columns.arrays import Array, Flags
from wirelab.codecs.columns.names import format_of

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from wirelab.codecs.columns.table import Table


class MissingLibraryError(ImportError):
    """A library that an export needs is not installed."""

    def __init__(self, library: str, what: str) -> None:
        super().__init__(f"{what} needs {library}, which is not installed: pip install {library}")
        self.library = library


def library(name: str, what: str) -> Any:
    """A library that only exports need.

    Raises:
        MissingLibraryError: it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        root = name.partition(".")[0]
        if (error.name or "").partition(".")[0] != root:
            raise
        raise MissingLibraryError(root, what) from None


def to_arrow(table: "Table", names: Iterable[str], texts: bool = False) -> "pyarrow.Table":
    """Columns as a pyarrow table, by their names.

    Args:
        table: where they are from.
        names: of the columns.
        texts: addresses as (dictionary-encoded) strings; otherwise as numbers and bytes, shared.
    """
    pyarrow = library("pyarrow", "to_arrow()")
    columns = {
        name: _arrow_column(pyarrow, table, name, texts and is_address(name)) for name in names
    }
    return pyarrow.table(columns)


def _arrow_column(pyarrow: Any, table: "Table", name: str, as_text: bool) -> Any:
    column, valid = table[name], table.valid(name)
    if as_text:
        words, index = distinct_texts(name, column)
        indices = pyarrow.array(index.astype(np.int32), mask=None if valid.all() else ~valid)
        strings = pyarrow.array(words, pyarrow.string())
        return pyarrow.DictionaryArray.from_arrays(indices, strings)
    return pyarrow.Array.from_buffers(
        _arrow_type(pyarrow, name, column),
        len(column),
        [_bitmap(pyarrow, valid), pyarrow.py_buffer(_arrow_values(column))],
    )


def _arrow_type(pyarrow: Any, name: str, column: Array) -> Any:
    if format_of(name) == "time":
        return pyarrow.timestamp("ns", "UTC")
    if column.ndim == 2:
        return pyarrow.binary(column.shape[1])
    return pyarrow.from_numpy_dtype(column.dtype)


def _arrow_values(column: Array) -> Array:
    if column.dtype == np.bool_:
        return np.packbits(column, bitorder="little")
    return np.ascontiguousarray(column)


def _bitmap(pyarrow: Any, valid: Flags) -> Any:
    """Arrow's validity, which is left out where all is valid."""
    if valid.all():
        return None
    return pyarrow.py_buffer(np.packbits(valid, bitorder="little"))


def to_polars(table: "Table", names: Iterable[str]) -> "polars.DataFrame":
    """Columns as a Polars data frame."""
    module = library("polars", "to_polars()")
    library("pyarrow", "to_polars()")
    frame: Any = module.from_arrow(to_arrow(table, names), rechunk=False)
    return frame  # type: ignore[no-any-return]  # a DataFrame, because a table came in


def to_pandas(table: "Table", names: Iterable[str]) -> "pandas.DataFrame":
    """Columns as a pandas data frame; addresses of several bytes are objects of type bytes."""
    pandas = library("pandas", "to_pandas()")
    columns = {name: _pandas_column(pandas, name, table[name], table.valid(name)) for name in names}
    return pandas.DataFrame(columns, copy=False)


def _pandas_column(pandas: Any, name: str, column: Array, valid: Flags) -> Any:
    if format_of(name) == "time":
        return pandas.Series(column.view("M8[ns]"), copy=False).dt.tz_localize("UTC")
    if column.ndim == 2:
        width = column.shape[1]
        raw: Any = np.ascontiguousarray(column).view(f"V{width}").reshape(-1).astype(object)
        raw[~valid] = None
        return raw
    if valid.all():
        return column
    masked = pandas.arrays.BooleanArray if column.dtype == np.bool_ else pandas.arrays.IntegerArray
    return masked(column, ~valid, copy=False)
