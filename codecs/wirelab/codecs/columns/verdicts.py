"""Checksum verdicts for all headers of a class at once.

The numbers are those of Wireshark's `ip.checksum.status` and its like, and the rules those of
`Packet.verify`: what a fragment or a snaplen has cut cannot be judged.
"""

from typing import Final

import numpy as np

from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows, field_values, integers
from wirelab.codecs.columns.headers_found import Piece
from wirelab.codecs.columns.located import Located
from wirelab.codecs.columns.records import Records
from wirelab.codecs.columns.sums import record_sums, word_sums
from wirelab.codecs.columns.values import scatter

BAD: Final = 0
GOOD: Final = 1
UNVERIFIABLE: Final = 2
ABSENT: Final = 3

ADDRESSES = ("source", "destination")


def verdicts_of(records: Records, pieces: list[Piece]) -> tuple[Array, Flags]:
    """A verdict for each row, and which rows have such a header."""
    column, valid = np.zeros(records.count, np.uint8), np.zeros(records.count, np.bool_)
    whole = records.wire <= records.captured
    for piece in pieces:
        found = _verdicts(records.buffer, piece.located, whole)
        if piece.positions is not None:
            found = found[piece.positions]
        scatter(column, piece.rows, found)
        scatter(valid, piece.rows, True)
    return column, valid


def _verdicts(buffer: Bytes, located: Located, whole: Flags) -> Array:
    layout = located.layout
    assert layout is not None and layout.checksum is not None
    coverage = layout.checksum
    count = len(located.rows)
    judged = np.ones(count, np.bool_)
    if coverage.covers_payload:
        judged = whole[located.rows] & is_whole(located)
    end = located.stop if coverage.covers_payload else located.after
    sums = _sums(buffer, located, end)
    if coverage.pseudo is not None:
        sums = sums + coverage.pseudo + (end - located.offset)
        addresses, known = _address_sums(located)
        sums, judged = sums + addresses, judged & known
    verdicts = np.where((sums > 0) & (sums % 0xFFFF == 0), GOOD, BAD).astype(np.uint8)
    verdicts[~judged] = UNVERIFIABLE
    if coverage.zero_means_none:
        verdicts[integers(located.records, coverage.offset, 2) == 0] = ABSENT
    return verdicts


def _sums(buffer: Bytes, located: Located, end: Rows) -> Array:
    """The word sums up to `end`; most often all that counts has been gathered already (IPv4)."""
    assert located.layout is not None
    longer = np.flatnonzero(end - located.offset != located.layout.size)
    if len(longer) * 2 > len(end) or located.layout.size & 1:
        return word_sums(buffer, located.offset, end)
    sums = record_sums(located.records)
    sums[longer] = word_sums(buffer, located.offset[longer], end[longer])
    return sums


def is_whole(located: Located) -> Flags:
    """Whether no header below holds a mere piece of these (an IPv4 fragment)."""
    whole = np.ones(len(located.rows), np.bool_)
    chosen, below = located.chosen, located.below
    while below is not None and chosen is not None:
        if below.layout is not None and below.layout.ends is not None:
            whole &= below.layout.ends(below.values)[chosen]
        chosen, below = _further(chosen, below)
    return whole


def _further(chosen: Rows, below: Located) -> tuple[Rows | None, Located | None]:
    return (None if below.chosen is None else below.chosen[chosen]), below.below


def _address_sums(located: Located) -> tuple[Array, Flags]:
    """The sum of the addresses in the IP header below, and whether there is one."""
    count = len(located.rows)
    below, chosen = located.below, located.chosen
    sums = np.zeros(count, np.int64)
    if below is None or chosen is None:
        return sums, np.zeros(count, np.bool_)
    fields = [field for field in below.kind.FIELDS if field.name in ADDRESSES]
    if len(fields) != len(ADDRESSES) or fields[0].format not in ("ipv4", "ipv6"):
        return sums, np.zeros(count, np.bool_)
    for field in fields:
        values = field_values(below.records, field, 1)
        if values.ndim == 1:
            sums += values[chosen]
        else:  # 2^16 is 1 modulo 65535, so words of any even size may be summed
            words = np.ascontiguousarray(values).view(">u4")
            sums += words.sum(axis=1, dtype=np.int64)[chosen]
    return sums, np.ones(count, np.bool_)
