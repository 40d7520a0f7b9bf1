"""Columns of addresses in words.

Addresses repeat, so each is written once: as a table of texts and an index into it for each row.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text
from wirelab.codecs.columns.arrays import Array
from wirelab.codecs.columns.names import UnknownColumnError, format_of

if TYPE_CHECKING:
    from wirelab.codecs.columns.table import Table

_TEXTS: dict[str, Callable[[bytes], str]] = {
    "ipv4": ipv4_text,
    "ipv6": ipv6_text,
    "mac": mac_text,
}


def is_address(name: str) -> bool:
    """Whether a column holds addresses."""
    return format_of(name) in _TEXTS


def distinct_texts(name: str, column: Array) -> tuple[list[str], Array]:
    """The texts of a column's values, and for each row the index of its text.

    Raises:
        UnknownColumnError: the column holds no addresses.
    """
    if not is_address(name):
        raise UnknownColumnError(name, "it holds no addresses, so its values are texts enough")
    text = _TEXTS[format_of(name)]
    if column.ndim == 1:
        distinct, index = np.unique(column, return_inverse=True)
        raw = [int(value).to_bytes(4, "big") for value in distinct]
    else:
        width = column.shape[1]
        packed = np.ascontiguousarray(column).view(f"V{width}").reshape(-1)
        # Bytes are sorted as strings; NUL at the end counts, because all have one width.
        distinct, index = np.unique(packed.view(f"S{width}"), return_inverse=True)
        raw = [bytes(value).ljust(width, b"\0") for value in distinct]
    return [text(value) for value in raw], index.reshape(-1)


def texts(table: "Table", name: str) -> Array:
    """A text for each row, None where the frame has no such field."""
    words, index = distinct_texts(name, table[name])
    column: Any = np.array(words or [""], object)[index] if len(index) else np.zeros(0, object)
    column[~table.valid(name)] = None
    found: Array = column
    return found
