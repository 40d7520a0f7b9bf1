"""Internet checksums of many stretches of a buffer at once (RFC 1071), at any alignment.

The words of the whole buffer are summed in one pass, stretch by stretch. A stretch that begins at
an odd byte has its words across those of the buffer: then its first and last bytes are added alone,
and all bytes count in the other half of a word, which RFC 1071 section 2 (B) allows to swap at the
end.
"""

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Rows

SPARSE = 1 << 10
"""Stretches that begin more bytes apart are copied together first; ours, measured."""
_LONGEST = 1 << 17
"""Bytes whose 16-bit words sum up to less than 2^32."""


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
    begin, end = int(starts[0]), int(ends.max())
    if len(starts) * SPARSE < end - begin:
        buffer, starts, ends = _compact(buffer, starts, ends)
        begin, end = 0, len(buffer)
    begin &= ~1
    words = _words(buffer, begin, end)
    first, last = (starts - begin + 1) >> 1, (ends - begin) >> 1
    places = np.empty(2 * len(starts), np.intp)
    places[0::2], places[1::2] = np.minimum(first, len(words) - 1), last
    longest = int((ends - starts).max())
    kind = np.uint32 if longest <= _LONGEST else np.uint64
    sums = np.add.reduceat(words, places, dtype=kind)[0::2].astype(np.int64)
    sums[last <= first] = 0  # reduceat gives a word for an empty stretch
    from_odd, to_odd = (starts & 1).astype(np.bool_), (ends & 1).astype(np.bool_)
    some = ends > starts
    at = np.flatnonzero(from_odd & some)
    sums[at] += buffer[starts[at]].astype(np.int64) << 8  # the high half of a little-endian word
    at = np.flatnonzero(to_odd & some)
    sums[at] += buffer[ends[at] - 1]
    folded = sums % 0xFFFF
    swapped = np.where(from_odd, folded, folded >> 8 | (folded & 0xFF) << 8)
    return np.where((swapped == 0) & (sums > 0), 0xFFFF, swapped)


def record_sums(records: Bytes) -> Array:
    """The same for rows of bytes that have been gathered already, of an even length each."""
    words = np.ascontiguousarray(records).view(">u2")
    sums = words.sum(axis=1, dtype=np.int64)
    return np.where((sums % 0xFFFF == 0) & (sums > 0), 0xFFFF, sums % 0xFFFF)


def _words(buffer: Bytes, begin: int, end: int) -> Array:
    """The bytes from `begin` (even) to `end` as little-endian words, and one more at the end."""
    stop = min(end + 2, len(buffer))
    stop -= (stop - begin) & 1
    if stop > end:
        return buffer[begin:stop].view("<u2")
    words: Array = np.frombuffer(buffer[begin:end].tobytes() + bytes(2 + (end & 1)), "<u2")
    return words


def _compact(buffer: Bytes, starts: Rows, ends: Rows) -> tuple[Bytes, Rows, Rows]:
    """The stretches alone, side by side, each at an even place."""
    lengths = ends - starts
    places = np.cumsum(lengths + (lengths & 1)) - lengths - (lengths & 1)
    copied = np.zeros(int(places[-1] + lengths[-1]) + 2, np.uint8)
    for place, start, end in zip(places.tolist(), starts.tolist(), ends.tolist(), strict=True):
        copied[place : place + end - start] = buffer[start:end]
    return copied, places, places + lengths
