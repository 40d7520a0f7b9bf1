"""Heads of records as NumPy structures, from the generated `struct` formats."""

from collections.abc import Sequence
from struct import Struct, calcsize
from typing import Any

import numpy as np


def head_type(fixed: Struct, names: Sequence[str], skip: int = 0) -> "np.dtype[Any]":
    """The structure that `fixed` reads.

    Args:
        fixed: byte order and one format character a field, as generated code has it.
        names: of the fields, in order.
        skip: bytes in front of it that belong to the head, too.
    """
    order, codes = fixed.format[0], list(fixed.format[1:])
    if len(codes) != len(names):
        raise ValueError(f"{fixed.format!r} has {len(codes)} fields, not {len(names)}")
    types, offsets = [], []
    for code in codes:
        offsets.append(skip)
        types.append(f"{order}u{calcsize(order + code)}")
        skip += calcsize(order + code)
    return np.dtype({"names": list(names), "formats": types, "offsets": offsets, "itemsize": skip})
