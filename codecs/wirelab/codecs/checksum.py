"""The Internet checksum of RFC 1071, as one big-integer division.

The ones' complement sum of 16-bit words is the sum modulo 65535 of one big number, because 2^16 is
1 modulo 65535. `int.from_bytes` and `%` run in C, so this beats a loop over words many times over.
Where NumPy happens to be loaded, its sum of 32-bit words beats the division for large data.

Mind the two zeros of ones' complement: data that is all zero has sum +0 and checksum 0xFFFF; any
other multiple of 65535 has sum -0 (0xFFFF) and checksum 0.

>>> hex(internet_checksum(bytes.fromhex("0001f203f4f5f6f7")))  # RFC 1071 section 3
'0x220d'
"""

from __future__ import annotations

from sys import modules

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Readable: TypeAlias = bytes | bytearray | memoryview
else:  # a name that others import
    Readable = object

LARGE = 2048
"""Bytes from which on NumPy is worth its calls; measured."""

QUARTERED = 512
"""Bytes from which on adding four quarters, whose sum is soon divided, is worth it; measured."""

from_bytes = int.from_bytes


def internet_checksum(data: Readable) -> int:
    """The checksum to put into a field that is zero in `data` (RFC 1071 section 1).

    Args:
        data: any bytes; an odd length is padded with one zero byte.
    """
    size = len(data)
    if size >= LARGE:
        number = word_sum(data)
    else:
        number = from_bytes(data, "big")
        if size & 1:
            number <<= 8
    return -number % 0xFFFF if number else 0xFFFF


def verify(data: Readable) -> bool:
    """Whether `data`, its checksum field included, sums up to -0 (RFC 1071 section 1, step 3)."""
    number = word_sum(data)
    return number > 0 and not number % 0xFFFF


def word_sum(data: Readable) -> int:
    """A number congruent to the sum of the 16-bit words of `data`, modulo 65535.

    It is 0 for zeros alone. Sums of several pieces may be added, if all but the last have even
    lengths.
    """
    size = len(data)
    if size >= LARGE and "numpy" in modules:
        return _sum_by_numpy(data, modules["numpy"])
    if size < QUARTERED:
        number = from_bytes(data, "big")
        return number << 8 if size & 1 else number
    half = size >> 1 & ~1
    quarter = half >> 1 & ~1
    last = half + quarter
    number = from_bytes(data[:quarter], "big") + from_bytes(data[quarter:half], "big")
    tail = from_bytes(data[last:], "big")
    return number + from_bytes(data[half:last], "big") + (tail << 8 if size & 1 else tail)


def _sum_by_numpy(data: Readable, numpy: Any) -> int:
    """The same, by sums of little-endian 32-bit words.

    RFC 1071 section 2 (B) and (C): the sum does not depend on the byte order, if the bytes of the
    result are swapped, and not on the size of the words.
    """
    size = len(data) & ~3
    words = numpy.frombuffer(data, "<u4", size // 4)
    swapped = int(numpy.add.reduce(words, dtype="u8"))
    if swapped:
        swapped = swapped % 0xFFFF or 0xFFFF
    tail = bytes(data[size:])
    number = (swapped & 0xFF) << 8 | swapped >> 8
    return number + from_bytes(tail + bytes(len(tail) & 1), "big")


def update_checksum(checksum: int, old: Readable, new: Readable) -> int:
    r"""Follow a change without a look at the rest (RFC 1624 section 3, equation 3).

    >>> hex(update_checksum(0xDD2F, b"\x55\x55", b"\x32\x85"))  # RFC 1624 section 4
    '0x0'

    Args:
        checksum: the field's value before.
        old: bytes that were there: whole 16-bit words, so from an even offset on.
        new: the same number of bytes, which are there now.

    Raises:
        ValueError: an odd number of bytes, or not the same number.
    """
    size = len(old)
    if size & 1 or len(new) != size:
        raise ValueError(
            f"old has {size} bytes and new {len(new)}; give the same even number of bytes, from an "
            "even offset on (RFC 1624 section 3)"
        )
    total = (checksum ^ 0xFFFF) + ((1 << size * 8) - 1 - from_bytes(old, "big"))
    total += from_bytes(new, "big")
    # Folding carries gives 0 for a sum of zeros alone, and 0xFFFF for all other multiples of it.
    return (total % 0xFFFF or 0xFFFF) ^ 0xFFFF if total else 0xFFFF
