"""Bytes in order and out of order."""

from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.tcp.buffers import Reassembly, ReceiveBuffer


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


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=30), st.integers(0, 10))
def test_pieces_come_out_in_order_up_to_the_first_gap(pieces, rcv_nxt):
    """Against a set of the positions that were put in."""
    stream = bytes(range(100))
    reassembly = Reassembly()
    present: set[int] = set()
    for start, length in pieces:
        reassembly.insert(start, stream[start : start + length])
        present.update(range(start, start + length))
    end = rcv_nxt
    while end in present:
        end += 1
    assert reassembly.take(rcv_nxt) == stream[rcv_nxt:end]
    assert reassembly.take(end) == b""


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=30))
def test_blocks_are_what_hangs_together(pieces):
    """Against a set of positions; RFC 2018 section 3: blocks neither overlap nor touch."""
    reassembly = Reassembly()
    present: set[int] = set()
    for start, length in pieces:
        positions = range(start, start + length)
        held = reassembly.overlap(start, start + length)
        known = [position for position in positions if position in present]
        assert (held is None) == (not known)
        if held is not None:
            assert held[0] == known[0]
            assert set(range(*held)) <= present
        present.update(positions)
        left, right = reassembly.insert(start, bytes(length))
        assert set(range(left, right)) <= present
        assert left - 1 not in present
        assert right not in present
    assert {n for block in reassembly.blocks for n in range(*block)} == present
    assert reassembly.size == len(present)


def test_the_last_block_can_be_given_up():
    """RFC 2018 section 8."""
    reassembly = Reassembly()
    reassembly.insert(0, b"abc")
    reassembly.insert(10, b"de")
    assert reassembly.drop_last() == (10, 12)
    assert reassembly.size == 3
    assert reassembly.take(0) == b"abc"
    assert not reassembly


def test_tiny_pieces_share_their_objects():
    """Tiny segments must not cost more memory than they carry."""
    buffer = ReceiveBuffer()
    for _ in range(10_000):
        buffer.append(b"x")
    assert len(buffer._chunks) < 10_000 // 256


@given(st.permutations(range(40)))
def test_bytes_that_come_one_by_one_share_objects_in_whatever_order(order):
    """Ours: tiny segments must not cost more memory than data."""
    stream = bytes(range(120))
    reassembly = Reassembly()
    for position in order:
        reassembly.insert(3 * position, stream[3 * position : 3 * position + 3])
    assert [len(run.chunks) for run in reassembly._runs] == [1]
    assert reassembly.take(0) == stream
