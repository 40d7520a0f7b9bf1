"""Sequence numbers that do not wrap inside, and do on the wire.

RFC 9293 section 3.4 compares modulo 2**32. We do it once, where a number comes in: it is unwrapped
to the integer nearest to a number that we know, and everything behind may use plain `<` and `+`,
just as the RFC writes them. Going out, it is cut to 32 bits again.
"""

from typing import Final

MASK: Final = 0xFFFF_FFFF
HALF: Final = 0x8000_0000


def unwrap(number: int, near: int) -> int:
    """The integer that is `number` modulo 2**32 and lies within 2**31 of `near`.

    >>> hex(unwrap(0x00000005, near=0xFFFFFFF0))
    '0x100000005'
    >>> hex(unwrap(0xFFFFFFF0, near=0x100000005))
    '0xfffffff0'
    """
    return near + ((number - near + HALF) & MASK) - HALF
