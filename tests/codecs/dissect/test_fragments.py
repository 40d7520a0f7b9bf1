"""Reassembly of IPv4 datagrams (RFC 791 section 3.2)."""

import itertools

import pytest

from wirelab.codecs.dissect import fragments
from wirelab.codecs.dissect.fragments import Reassembly

KEY = (b"\x0a\0\0\x01", b"\x0a\0\0\x02", 7, 17)
PIECES = ((0, b"01234567", True), (8, b"89abcdef", True), (16, b"end", False))


@pytest.mark.parametrize("order", list(itertools.permutations(PIECES)))
def test_fragments_make_the_datagram_in_any_order(order):
    reassembly = Reassembly()
    results = [
        reassembly.add(KEY, offset, data, more, number)
        for number, (offset, data, more) in enumerate(order)
    ]
    assert results[:2] == [None, None]
    assert results[2] is not None
    assert results[2].data == b"0123456789abcdefend"


def test_the_first_copy_of_a_byte_wins():
    reassembly = Reassembly()
    reassembly.add(KEY, 0, b"AAAAAAAA", True, 1)
    whole = reassembly.add(KEY, 0, b"BBBBBBBBCC", False, 2)
    assert whole is not None
    assert whole.data == b"AAAAAAAACC"
    assert [fragment.overlap for fragment in whole.fragments] == [False, True]


def test_a_hole_keeps_the_datagram_waiting():
    reassembly = Reassembly()
    reassembly.add(KEY, 0, b"01234567", True, 1)
    assert reassembly.add(KEY, 16, b"end", False, 2) is None


def test_the_oldest_incomplete_datagram_goes_when_too_many_bytes_are_kept(monkeypatch):
    monkeypatch.setattr(fragments, "MOST_BYTES", 100_000)
    reassembly = Reassembly()
    for number in range(100):
        reassembly.add((*KEY[:2], number, 17), 0, bytes(2000), True, number)
    assert reassembly.add((*KEY[:2], 0, 17), 2000, b"end", False, 0) is None
    assert reassembly.add((*KEY[:2], 99, 17), 2000, b"end", False, 0) is not None


def test_what_is_complete_no_longer_counts(monkeypatch):
    monkeypatch.setattr(fragments, "MOST_BYTES", 10_000)
    reassembly = Reassembly()
    for number in range(100):
        reassembly.add((*KEY[:2], number, 17), 0, bytes(800), True, number)
        assert reassembly.add((*KEY[:2], number, 17), 800, b"end", False, number) is not None


def test_a_datagram_in_too_many_pieces_goes_itself():
    reassembly = Reassembly()
    reassembly.add(KEY, 0, b"01234567", True, 0)
    flood = (*KEY[:2], 99, 17)
    for number in range(fragments.MOST_FRAGMENTS + 1):
        reassembly.add(flood, 16, b"01234567", True, number)
    assert reassembly.add(KEY, 8, b"end", False, 0) is not None
    assert reassembly.add(flood, 0, bytes(16), False, 0) is not None  # begun anew
