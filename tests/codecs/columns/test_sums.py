"""The sums of many stretches at once are RFC 1071's."""

from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import internet_checksum
from wirelab.codecs.columns import sums as sums_module
from wirelab.codecs.columns.sums import SPARSE, word_sums


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 9), st.sampled_from((0, 3, SPARSE + 1)), st.integers(1, 12))
def test_stretches_have_the_sum_of_their_words(data, begin, gap, at_a_time):
    """Any alignment, any length, close together and far apart (RFC 1071 section 1)."""
    lengths = data.draw(st.lists(st.integers(0, 99), min_size=1, max_size=12))
    octets = st.binary(min_size=64, max_size=64) | st.just(b"\xff" * 64)
    buffer = data.draw(octets) * 2000
    starts, at = [], begin
    for length in lengths:
        starts.append(at)
        at += length + gap
    first = np.array(starts, np.intp)
    with patch.object(sums_module, "AT_A_TIME", at_a_time):
        sums = word_sums(np.frombuffer(buffer[: at + 1], np.uint8), first, first + lengths)
    for start, length, found in zip(starts, lengths, sums.tolist(), strict=True):
        piece = buffer[start : start + length]
        assert (-found % 0xFFFF if found else 0xFFFF) == internet_checksum(piece)
        assert bool(found) == any(piece)
