"""The Internet checksum of large buffers, by NumPy.

Words of 32 bits are summed into 64: 2^16 is 1 modulo 65535, so wide words have the sum of the
narrow ones in them (RFC 1071 section 2 (C)), and there can be 2^32 of them before the sum is full.
The words are read as this machine has them; the bytes are swapped at the end (section 2 (B)).
"""

import sys

import numpy as np

from wirelab.codecs import checksum

SMALL = 1024
"""Bytes up to which `checksum.internet_checksum` is as fast; ours, measured."""
_SWAPPED = sys.byteorder == "little"


def internet_checksum(data: checksum.Readable) -> int:
    """As `wirelab.codecs.internet_checksum`, and several times faster for more than a kilobyte.

    Args:
        data: any bytes; an odd length is padded with one zero byte.
    """
    if len(data) <= SMALL:
        return checksum.internet_checksum(data)
    words = len(data) >> 2
    total = int(np.add.reduce(np.frombuffer(data, np.uint32, words), dtype=np.uint64))
    tail = bytes(data[words * 4 :])
    if tail:
        total += int.from_bytes(tail + bytes(4 - len(tail)), sys.byteorder)
    if not total:
        return 0xFFFF
    found = -total % 0xFFFF
    return (found >> 8 | found << 8) & 0xFFFF if _SWAPPED else found
