"""Fields out of headers that lie side by side in an array, by the bit offsets of `FIELDS`.

Headers are gathered once, as rows of bytes; a field is then a strided view of some of their bytes,
shifted and masked. Bytes of the file are reached through a view with a stride of one byte, so that
items of any size can be taken at any offset.
"""

from functools import cache
from typing import Any, TypeAlias

import numpy as np

from wirelab.codecs.header import Field, Header

Array: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Any]]
Bytes: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]
Rows: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.intp]]
Flags: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]

WIDTHS = {"mac": 6, "ipv4": 4, "ipv6": 16}
"""Bytes of addresses by format."""
BYTES_FORMATS = frozenset(("mac", "ipv6", "bytes", "text"))
"""Formats that become a column of several bytes a row; an IPv4 address is a number."""


def gather(buffer: Bytes, offsets: Rows, size: int) -> Bytes:
    """`size` bytes at each offset, as rows; all of them must be inside the buffer."""
    count = max(len(buffer) - size + 1, 0)
    overlapping = np.ndarray((count,), f"V{size}", buffer=buffer, strides=(1,))
    return overlapping[offsets].view(np.uint8).reshape(len(offsets), size)


def integers(records: Bytes, offset: int, size: int, order: str = ">") -> Array:
    """The unsigned integers of 1, 2, 4 or 8 bytes at `offset` of each row: a view, not a copy."""
    return np.ndarray(
        (len(records),),
        f"{order}u{size}",
        buffer=records,
        offset=offset if len(records) else 0,
        strides=(records.shape[1],),
    )


def bits(records: Bytes, bit_offset: int, width: int) -> Array:
    """Unsigned big-endian numbers of `width` bits: integers of some size and byte order."""
    first, last = bit_offset // 8, (bit_offset + width - 1) // 8
    size, shift = last - first + 1, (last + 1) * 8 - bit_offset - width
    if size in (1, 2, 4, 8):
        word = integers(records, first, size)
    else:  # 3 bytes and the like: put together from single ones
        word = np.zeros(len(records), np.uint64)
        for place in range(first, last + 1):
            word = word << np.uint64(8) | records[:, place]
    if shift:
        word = word >> word.dtype.type(shift)
    if shift + width < size * 8:
        word = word & word.dtype.type((1 << width) - 1)
    return word


@cache
def integer_type(largest: int) -> "np.dtype[Any]":
    """The smallest unsigned integers that hold `largest`."""
    return np.dtype(next(f"u{size}" for size in (1, 2, 4, 8) if largest < 1 << size * 8))


def value_type(field: Field) -> tuple["np.dtype[Any]", tuple[int, ...]]:
    """Type and inner shape of a field's column."""
    if field.format == "bool":
        return np.dtype(np.bool_), ()
    if field.format == "ipv4":
        return np.dtype(np.uint32), ()
    if field.format in BYTES_FORMATS:
        return np.dtype(np.uint8), (width_of(field),)
    return integer_type(((1 << field.bits) - 1) * field.scale), ()


def width_of(field: Field) -> int:
    """Bytes of a field that is a run of bytes; 0 if that differs from header to header."""
    return WIDTHS.get(field.format, max(field.bits, 0) // 8)


def is_column(field: Field) -> bool:
    """Whether a field has the same size in every header, so that it can be a column."""
    if field.format in ("dec", "hex", "bool"):
        return 0 < field.bits <= 64
    return field.format in ("ipv4", *BYTES_FORMATS) and width_of(field) > 0


def field_values(records: Bytes, field: Field, scale: int) -> Array:
    """The values of a field of fixed place, one for each row of `records`."""
    if field.format in BYTES_FORMATS:
        first = field.bit_offset // 8
        return records[:, first : first + width_of(field)]
    values = bits(records, field.bit_offset, field.bits)
    if field.format == "bool":
        return values.astype(np.bool_)
    values = values.astype(value_type(field)[0])
    return values if scale == 1 else values * scale


@cache
def _place(kind: type[Header], name: str) -> tuple[int, int]:
    """Bit offset and width of a field."""
    return next((one.bit_offset, one.bits) for one in kind.FIELDS if one.name == name)


class HeaderValues:
    """Numbers of many headers of one class, by field name: what layout expressions ask for."""

    def __init__(self, kind: type[Header], records: Bytes) -> None:
        self._kind = kind
        self._records = records
        self._known: dict[str, Array] = {}

    def __call__(self, name: str) -> Array:
        """The values of a field as signed 64-bit integers, in which lengths can be computed."""
        if name not in self._known:
            values = bits(self._records, *_place(self._kind, name))  # type: ignore[arg-type]
            self._known[name] = values.astype(np.int64)
        return self._known[name]
