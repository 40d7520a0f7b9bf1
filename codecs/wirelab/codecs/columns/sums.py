"""Internet checksums of many stretches of a buffer at once (RFC 1071), at any alignment.

The buffer is summed as words of 64 bits, whose halves and quarters count the same, because 2^16 is
1 modulo 65535. Of the words in which a stretch begins and ends, only its own bytes are taken. Where
a stretch begins at an odd byte all bytes count in the other half of a 16-bit word, which RFC 1071
section 2 (B) allows to swap at the end.
"""

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Rows

SPARSE = 1 << 13
"""Stretches that begin more bytes apart are copied together first; ours, measured."""
AT_A_TIME = 1 << 12
"""Stretches whose words are summed together; ours, measured: two megabytes of usual frames."""
_LOW = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_ALL = (1 << 64) - 1
_FROM = np.array([_ALL << 8 * place & _ALL for place in range(8)], np.uint64)
"""The bytes of a little-endian word from that place on."""
_BEFORE = np.array([(1 << 8 * place) - 1 for place in range(8)], np.uint64)
"""The bytes of a little-endian word before that place."""


def word_sums(buffer: Bytes, starts: Rows, ends: Rows) -> Array:
    """The sum of the big-endian 16-bit words of each `buffer[start:end]`, modulo 65535.

    The result is 0 only for stretches of zeros; any other multiple of 65535 gives 65535. An odd
    length counts as padded with a zero byte.

    Args:
        buffer: bytes.
        starts: ascending.
        ends: none before its start or behind the next start.
    """
    if not len(starts):
        return np.zeros(0, np.int64)
    if len(starts) * SPARSE < int(ends[-1]) - int(starts[0]):
        buffer, starts, ends = _compact(buffer, starts, ends)
    sums = np.empty(len(starts), np.uint64)
    for begin in range(0, len(starts), AT_A_TIME):
        some = slice(begin, begin + AT_A_TIME)
        sums[some] = _plain_sums(buffer, starts[some], ends[some])
    folded = (sums % np.uint64(0xFFFF)).astype(np.int64)
    swapped = np.where(starts & 1, folded, folded >> 8 | (folded & 0xFF) << 8)
    return np.where((swapped == 0) & (sums > 0), 0xFFFF, swapped)


def record_sums(records: Bytes) -> Array:
    """The same for rows of bytes that have been gathered already, of an even length each."""
    words = np.ascontiguousarray(records).view(">u2")
    sums = words.sum(axis=1, dtype=np.int64)
    return np.where((sums % 0xFFFF == 0) & (sums > 0), 0xFFFF, sums % 0xFFFF)


def _plain_sums(buffer: Bytes, starts: Rows, ends: Rows) -> Array:
    """The same with the bytes of each word in their order in the buffer, and not yet folded."""
    begin = int(starts[0]) & ~7
    words = _words(buffer, begin, int(ends[-1]))
    first, last = (starts - begin) >> 3, (ends - begin) >> 3
    head, tail = words[first] & _FROM[starts & 7], words[last] & _BEFORE[ends & 7]
    inside = np.flatnonzero(first == last)
    head[inside] &= _BEFORE[ends[inside] & 7]
    tail[inside] = 0
    sums = _between(words, first + 1, last)
    sums += (head >> _HALF) + (head & _LOW)
    sums += (tail >> _HALF) + (tail & _LOW)
    return sums


def _between(words: Array, first: Rows, last: Rows) -> Array:
    """The sum of all halves of `words[first:last]`, for each pair.

    Sums of whole words overflow. But the sum of the lower halves does not, and it is what remains
    when the upper halves are subtracted, modulo 2^64. (NumPy adds words of one type much faster
    than it widens them.)
    """
    places = np.empty(2 * len(first), np.intp)
    places[0::2], places[1::2] = np.minimum(first, len(words) - 1), last
    upper = np.add.reduceat(words >> _HALF, places)[0::2]
    sums: Array = np.add.reduceat(words, places)[0::2] - (upper << _HALF) + upper
    sums[last <= first] = 0  # reduceat gives a word for an empty stretch
    return sums


def _words(buffer: Bytes, begin: int, end: int) -> Array:
    """The bytes from `begin` to behind `end` as little-endian words of 64 bits."""
    stop = (end | 7) + 1
    if stop <= len(buffer):
        return buffer[begin:stop].view("<u8")
    words: Array = np.frombuffer(buffer[begin:end].tobytes() + bytes(stop - end), "<u8")
    return words


def _compact(buffer: Bytes, starts: Rows, ends: Rows) -> tuple[Bytes, Rows, Rows]:
    """The stretches alone, side by side, each at an even place."""
    lengths = ends - starts
    places = np.cumsum(lengths + (lengths & 1)) - lengths - (lengths & 1)
    copied = np.zeros(int(places[-1] + lengths[-1]), np.uint8)
    for place, start, end in zip(places.tolist(), starts.tolist(), ends.tolist(), strict=True):
        copied[place : place + end - start] = buffer[start:end]
    return copied, places, places + lengths
