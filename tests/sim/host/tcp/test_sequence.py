"""Numbers modulo 2**32 (RFC 9293 section 3.4)."""

from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.tcp.sequence import MASK, unwrap


@given(st.integers(0, 1 << 40), st.integers(-(1 << 31), (1 << 31) - 1))
def test_a_number_near_another_is_found_again(near, distance):
    assert unwrap((near + distance) & MASK, near) == near + distance
