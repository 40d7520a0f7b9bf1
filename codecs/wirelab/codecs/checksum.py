"""The Internet checksum of RFC 1071, as one big-integer division.

The ones' complement sum of 16-bit words is the sum modulo 65535 of one big number, because 2^16 is
1 modulo 65535. `int.from_bytes` and `%` run in C, so this beats a loop over words many times over.

Mind the two zeros of ones' complement: data that is all zero has sum +0 and checksum 0xFFFF; any
other multiple of 65535 has sum -0 (0xFFFF) and checksum 0.

>>> hex(internet_checksum(bytes.fromhex("0001f203f4f5f6f7")))  # RFC 1071 section 3
'0x220d'
"""

from __future__ import annotations

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    Readable: TypeAlias = bytes | bytearray | memoryview
else:  # a name that others import
    Readable = object


def internet_checksum(data: Readable) -> int:
    """The checksum to put into a field that is zero in `data` (RFC 1071 section 1).

    Args:
        data: any bytes; an odd length is padded with one zero byte.
    """
    number = int.from_bytes(data, "big")
    if len(data) & 1:
        number <<= 8
    return -number % 0xFFFF if number else 0xFFFF


def verify(data: Readable) -> bool:
    """Whether `data`, its checksum field included, sums up to -0 (RFC 1071 section 1, step 3)."""
    number = int.from_bytes(data, "big")
    if len(data) & 1:
        number <<= 8
    return number > 0 and not number % 0xFFFF


def word_sum(data: Readable) -> int:
    """A number congruent to the sum of the 16-bit words of `data`, modulo 65535.

    Sums of several pieces may be added, if all but the last have even lengths.
    """
    number = int.from_bytes(data, "big")
    return number << 8 if len(data) & 1 else number


def update(checksum: int, changes: Iterable[tuple[int, int]]) -> int:
    """Follow changed 16-bit words without a look at the rest (RFC 1624 section 3, equation 3).

    Args:
        checksum: the field's value before.
        changes: pairs of old and new word.
    """
    total = ~checksum & 0xFFFF
    for old, new in changes:
        total += (~old & 0xFFFF) + new
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
