"""Bytes in order and out of order."""

from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.tcp.buffers import MAXIMUM_BLOCKS, Reassembly, ReceiveBuffer


@given(st.lists(st.binary(min_size=1, max_size=9)), st.lists(st.integers(1, 20)))
def test_what_is_taken_is_what_was_appended(chunks, limits):
    buffer = ReceiveBuffer()
    for chunk in chunks:
        buffer.append(chunk)
    stream = b"".join(chunks)
    for limit in limits:
        expected, stream = stream[:limit], stream[limit:]
        assert buffer.take(limit) == expected
        assert buffer.size == len(stream)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=30), st.integers(0, 10))
def test_pieces_come_out_in_order_up_to_the_first_gap(pieces, rcv_nxt):
    """Against a set of the positions that were put in."""
    stream = bytes(range(100))
    reassembly = Reassembly()
    present: set[int] = set()
    for start, length in pieces:
        assert reassembly.insert(start, stream[start : start + length])
        present.update(range(start, start + length))
    end = rcv_nxt
    while end in present:
        end += 1
    assert reassembly.take(rcv_nxt) == stream[rcv_nxt:end]
    assert reassembly.take(end) == b""


def test_the_number_of_pieces_is_bounded():
    """Tiny segments must not cost more memory than they carry."""
    reassembly = Reassembly()
    for index in range(MAXIMUM_BLOCKS):
        assert reassembly.insert(2 * index, b"x")
    assert not reassembly.insert(2 * MAXIMUM_BLOCKS, b"x")
    assert reassembly.take(0) == b"x"
    assert reassembly.insert(2 * MAXIMUM_BLOCKS, b"x")
    reassembly.clear()
    assert not reassembly
