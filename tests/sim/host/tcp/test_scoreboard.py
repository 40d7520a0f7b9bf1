"""The SACK scoreboard (RFC 2018, RFC 6675 section 4)."""

from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.flight import Flight
from wirelab.sim.host.tcp.scoreboard import Scoreboard

BLOCKS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=30)


@given(BLOCKS)
def test_only_what_no_block_before_has_told_is_news(blocks):
    """6675-4a: Rule 1 of `scoreboard`, against a set of numbers."""
    board = Scoreboard()
    known: set[int] = set()
    for left, length in blocks:
        told = [
            number for start, end in board.add(left, left + length) for number in range(start, end)
        ]
        assert told == sorted(set(range(left, left + length)) - known)
        known |= set(told)
        for number in known:
            low, high = board.holding(number)
            assert set(range(low, high)) <= known
            assert low - 1 not in known
            assert high not in known


def flight_of(count, size=100):
    flight = Flight()
    for number in range(count):
        flight.sent(size * number, size * number + size, now=number)
    return flight


def take(board, flight, left, right, size=100):
    board.take(flight, left, right, 0, size, Delivery(0, 0, None, 1_000))


def lost(flight):
    return [(one.start, one.end) for one in flight.records() if one.lost]


def test_what_more_than_two_segments_lie_above_of_is_lost():
    """6675-4c: RFC 6675 section 4, IsLost: more than (DupThresh - 1) * SMSS bytes."""
    board, flight = Scoreboard(), flight_of(6)
    take(board, flight, 100, 300)
    assert board.find_lost(flight, 0, 3, 100) == 0
    take(board, flight, 100, 400)
    assert board.find_lost(flight, 0, 3, 100) == 100
    assert lost(flight) == [(0, 100)]


def test_what_three_ranges_lie_above_of_is_lost():
    """6675-4c: RFC 6675 section 4, IsLost: DupThresh discontiguous sequences, however short."""
    board, flight = Scoreboard(), flight_of(9)
    for number in (2, 4):
        take(board, flight, 100 * number, 100 * number + 100, size=1000)
    assert board.find_lost(flight, 0, 3, 1000) == 0
    take(board, flight, 600, 700, size=1000)
    assert board.find_lost(flight, 0, 3, 1000) == 200
    assert lost(flight) == [(0, 100), (100, 200)]


def test_a_hole_is_marked_lost_once():
    """Rule 1: what was found is not looked at again, until somebody asks for it."""
    board, flight = Scoreboard(), flight_of(8)
    take(board, flight, 400, 800)
    assert board.find_lost(flight, 0, 3, 100) == 400
    assert board.find_lost(flight, 0, 3, 100) == 0
    flight.forget_losses()
    board.search_again()
    assert board.find_lost(flight, 0, 3, 100) == 400


def test_a_block_splits_a_record_at_whole_segments_only():
    """Rule 2 of `scoreboard`: a peer cannot cut our records to crumbs."""
    board, flight = Scoreboard(), Flight()
    flight.sent(0, 1000, now=1)
    take(board, flight, 250, 655)
    assert [(one.start, one.end, one.sacked) for one in flight.records()] == [
        (0, 300, False),
        (300, 600, True),
        (600, 1000, False),
    ]
    take(board, flight, 655, 1000)
    assert flight.sacked == 300 + 400 - 0


def test_crumbs_that_add_up_cover_the_record():
    """Rule 2: a record is sacked when all of it is, however it was told."""
    board, flight = Scoreboard(), flight_of(3)
    for start in range(100, 200, 10):
        take(board, flight, start, start + 10)
    assert [one.sacked for one in flight.records()] == [False, True, False]
