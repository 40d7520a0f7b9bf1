"""The checksum of large buffers, and of many stretches at once, is RFC 1071's."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import columns, internet_checksum
from wirelab.codecs.columns.large_checksum import SMALL
from wirelab.codecs.columns.sums import SPARSE, word_sums


@pytest.mark.parametrize("size", [0, 1, SMALL, SMALL + 1, SMALL + 2, SMALL + 3, 65_535, 300_001])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_it_is_the_same_checksum(size, kind):
    chance = random.Random(size)
    for data in (chance.randbytes(size), bytes(size), b"\xff" * size):
        assert columns.internet_checksum(kind(data)) == internet_checksum(data)


def test_a_piece_at_an_odd_address_is_no_different():
    data = random.Random(1).randbytes(5000)
    assert columns.internet_checksum(memoryview(data)[1:]) == internet_checksum(data[1:])


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 3), st.sampled_from((0, 3, SPARSE + 1)))
def test_stretches_have_the_sum_of_their_words(data, begin, gap):
    """Any alignment, any length, close together and far apart (RFC 1071 section 1)."""
    lengths = data.draw(st.lists(st.integers(0, 41), min_size=1, max_size=12))
    buffer = data.draw(st.binary(min_size=512, max_size=512)) * 40
    starts, at = [], begin
    for length in lengths:
        starts.append(at)
        at += length + gap
    first = np.array(starts, np.intp)
    sums = word_sums(np.frombuffer(buffer[: at + 1], np.uint8), first, first + lengths)
    for start, length, found in zip(starts, lengths, sums.tolist(), strict=True):
        piece = buffer[start : start + length]
        assert (-found % 0xFFFF if found else 0xFFFF) == internet_checksum(piece)
        assert bool(found) == any(piece)
