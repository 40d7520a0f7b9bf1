"""Checksum verdicts for all headers of a class at once.

The numbers are those of Wireshark's `ip.checksum.status` and its like, and the rules those of
`Packet.verify`: what a fragment or a snaplen has cut cannot be judged.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from wirelab.codecs.column_layout import Coverage
from wirelab.codecs.columns.arrays import (
    WIDTHS,
    Array,
    Bytes,
    Flags,
    Rows,
    field_values,
    integers,
)
from wirelab.codecs.columns.headers_found import Piece
from wirelab.codecs.columns.located import Located
from wirelab.codecs.columns.records import Records
from wirelab.codecs.columns.sums import record_sums, word_sums
from wirelab.codecs.columns.values import scatter
from wirelab.codecs.header import Field

BAD: Final = 0
GOOD: Final = 1
UNVERIFIABLE: Final = 2
ABSENT: Final = 3


def payload_sums(records: Records, pieces: Iterable[Piece]) -> dict[int, Array]:
    """The word sums of headers with their payloads, in one pass over the bytes.

    Args:
        records: the frames.
        pieces: headers of any classes; those stay out whose class has no such checksum, or whose
            frames have another one of them.

    Returns:
        `id` of what was located -> a sum for each of its headers.
    """
    starts, ends = np.zeros(records.rows, np.intp), np.zeros(records.rows, np.intp)
    taken = np.zeros(records.rows, np.bool_)
    together: list[Located] = []
    for piece in pieces:
        located, coverage = piece.located, _coverage(piece.located)
        rows = located.rows
        if piece.positions is not None or not coverage.covers_payload or taken[rows].any():
            continue
        scatter(taken, rows, True)
        scatter(starts, rows, located.offset)
        scatter(ends, rows, _covered_end(coverage, located))
        together.append(located)
    at = np.flatnonzero(taken)
    sums = np.zeros(records.rows, np.int64)
    sums[at] = word_sums(records.buffer, starts[at], ends[at])
    return {id(located): sums[located.rows] for located in together}


def verdicts_of(
    records: Records, pieces: list[Piece], tunnels: list[Piece], known: Mapping[int, Array]
) -> tuple[Array, Flags]:
    """A verdict for each row, and which rows have such a header.

    Args:
        records: the frames.
        pieces: the headers to judge.
        tunnels: all headers of tunnels, below which UDP may do without a checksum.
        known: what `payload_sums` found.
    """
    column, valid = np.zeros(records.rows, np.uint8), np.zeros(records.rows, np.bool_)
    for piece in pieces:
        located = piece.located
        sums = known.get(id(located))
        if sums is None:
            sums = _sums(records.buffer, located)
        found = _verdicts(located, sums, tunnels)
        if piece.positions is not None:
            found = found[piece.positions]
        scatter(column, piece.rows, found)
        scatter(valid, piece.rows, True)
    return column, valid


def _coverage(located: Located) -> Coverage:
    assert located.layout is not None
    assert located.layout.checksum is not None
    return located.layout.checksum


def _verdicts(located: Located, sums: Array, tunnels: list[Piece]) -> Array:
    coverage = _coverage(located)
    end, judged = located.after, np.ones(len(located.rows), np.bool_)
    if coverage.covers_payload:
        end, judged = located.stop, located.group.checked
    if coverage.pseudo is not None:
        addresses, sizes = below_of(located)
        sums = sums + coverage.pseudo + (end - located.offset) + addresses
        judged = judged & (sizes > 0)
    verdicts = np.where((sums > 0) & (sums % 0xFFFF == 0), GOOD, BAD).astype(np.uint8)
    verdicts[~judged] = UNVERIFIABLE
    if coverage.zero_means_none:
        zero = integers(located.records, coverage.offset, 2) == 0
        verdicts[zero & _may_be_none(located, tunnels)] = ABSENT
    return verdicts


def _covered_end(coverage: Coverage, located: Located) -> Rows:
    """Where the summed bytes end: UDP-Lite says how many there are."""
    end = located.stop if coverage.covers_payload else located.after
    if coverage.length is None:
        return end
    length = coverage.length(located.values)
    return np.where(length == 0, end, np.minimum(located.offset + length, end))


def _sums(buffer: Bytes, located: Located) -> Array:
    """The word sums; most often all that counts has been gathered already (IPv4)."""
    assert located.layout is not None
    end = _covered_end(_coverage(located), located)
    other = np.flatnonzero(end - located.offset != located.layout.size)
    if len(other) * 2 > len(end) or located.layout.size & 1:
        return word_sums(buffer, located.offset, end)
    sums = record_sums(located.records)
    sums[other] = word_sums(buffer, located.offset[other], end[other])
    return sums


def _may_be_none(located: Located, tunnels: list[Piece]) -> Flags:
    """Where 0 may say "no checksum": above IPv6, only below a tunnel (RFC 6935 section 5)."""
    _, sizes = below_of(located)
    allowed: Flags = sizes <= WIDTHS["ipv4"]
    for tunnel in tunnels:
        group = tunnel.located.group
        if group.below is not None and group.below.group is located.group:
            assert group.chosen is not None
            allowed[group.chosen] = True
    return allowed


def below_of(located: Located) -> tuple[Array, Array]:
    """Of the nearest IP header below: the sum of both addresses, and bytes of one (0: none).

    Looks through extension headers, as `neighbours.below_of` does; while a routing header has
    segments left, or a source route is not used up, the last one is the destination (RFC 8200
    section 8.1).
    """
    count = len(located.rows)
    final = np.full(count, -1, np.int64)
    home = np.full(count, -1, np.int64)
    below, chosen = located.group.below, located.group.chosen
    while below is not None and chosen is not None:
        if not (below.kind.IS_NETWORK or below.kind.IS_EXTENSION):
            break
        if below.finals is not None:
            final = np.where(final < 0, below.finals[chosen], final)
        if below.homes is not None:
            home = np.where(home < 0, below.homes[chosen], home)
        if below.kind.IS_NETWORK:
            return _addresses(below, chosen, home, final)
        chosen = None if below.group.chosen is None else below.group.chosen[chosen]
        below = below.group.below
    return np.zeros(count, np.int64), np.zeros(count, np.int64)


def _addresses(network: Located, chosen: Rows, home: Array, final: Array) -> tuple[Array, Array]:
    source, destination = (
        _address_sum(network, next(one for one in network.kind.FIELDS if one.name == name))
        for name in ("source", "destination")
    )
    width = next(WIDTHS[one.format] for one in network.kind.FIELDS if one.name == "source")
    sums = np.where(home < 0, source[chosen], home)
    sums = sums + np.where(final < 0, destination[chosen], final)
    return sums, np.full(len(chosen), width, np.int64)


def _address_sum(network: Located, field: Field) -> Array:
    values = field_values(network.records, field, 1)
    if values.ndim == 1:
        return values.astype(np.int64)
    # 2^16 is 1 modulo 65535, so words of any even size may be summed.
    words = np.ascontiguousarray(values).view(">u4")
    sums: Array = words.sum(axis=1, dtype=np.int64)
    return sums
