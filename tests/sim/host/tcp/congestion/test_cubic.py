"""CUBIC (RFC 9438)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion.cubic import Cubic, cube_root
from wirelab.sim.host.tcp.congestion.newreno import NewReno

SMSS = 1000


@pytest.fixture
def cubic():
    """Segments of 1000 bytes."""
    return Cubic(SMSS, TcpConfig())


class Rounds:
    """A bulk transfer, seen by the algorithm: a whole window is acknowledged each round trip."""

    def __init__(self, congestion, round_trip):
        self.congestion = congestion
        self.round_trip = round_trip
        self.now = 0

    def run(self, duration, limited=True):
        end = self.now + duration
        while self.now < end:
            segments = max(self.congestion.cwnd // SMSS, 1)
            for _ in range(segments):
                self.now += self.round_trip // segments
                self.congestion.acknowledged(SMSS, 0, 0, self.round_trip, self.now, limited)
        return self.congestion.cwnd


def reduce(congestion, cwnd):
    congestion.cwnd = cwnd
    congestion.enter_recovery(cwnd, 0)
    congestion.leave_recovery(0)


@given(st.integers(0, 10**40))
def test_the_cube_root_is_exact(value):
    root = cube_root(value)
    assert root**3 <= value < (root + 1) ** 3


def test_a_loss_leaves_seven_tenths(cubic):
    """Section 4.6."""
    reduce(cubic, 100_000)
    assert (cubic.cwnd, cubic.ssthresh, cubic.w_max) == (70_000, 70_000, 100_000)


def test_a_second_loss_below_the_first_releases_bandwidth(cubic):
    """Section 4.7: fast convergence, (1 + beta) / 2."""
    reduce(cubic, 100_000)
    reduce(cubic, 80_000)
    assert cubic.w_max == 68_000


def test_fast_convergence_can_be_turned_off():
    cubic = Cubic(SMSS, TcpConfig(cubic_fast_convergence=False))
    reduce(cubic, 100_000)
    reduce(cubic, 80_000)
    assert cubic.w_max == 80_000


def test_the_curve_is_back_at_w_max_after_k(cubic):
    """Equations 1 and 2: K is the cube root of 300 segments / 0.4, 9.09 s."""
    reduce(cubic, 1_000_000)
    rounds = Rounds(cubic, 100 * MILLISECOND)
    rounds.run(100 * MILLISECOND)
    assert cubic.k / SECOND == pytest.approx(9.0856, abs=0.001)
    assert rounds.run(cubic.k) == pytest.approx(1_000_000, rel=0.005)


def test_it_grows_fast_then_slowly_then_fast_again(cubic):
    """Section 4.2: concave up to W_max, convex beyond."""
    reduce(cubic, 1_000_000)
    rounds = Rounds(cubic, 100 * MILLISECOND)
    gains, before = [], cubic.cwnd
    for _ in range(6):
        after = rounds.run(3 * SECOND)
        gains.append(after - before)
        before = after
    assert gains[0] > gains[1] > gains[2] < gains[3] < gains[4] < gains[5]


def test_on_short_paths_it_does_at_least_what_reno_does(cubic):
    """Section 4.3: with small windows and round trips the Reno-friendly estimate decides."""
    reduce(cubic, 20_000)
    reno = NewReno(SMSS, TcpConfig())
    reno.cwnd = reno.ssthresh = 10_000
    short = 10 * MILLISECOND
    assert Rounds(cubic, short).run(SECOND) >= 0.9 * Rounds(reno, short).run(SECOND)


def test_no_growth_is_more_than_half_a_window_a_round_trip(cubic):
    """Section 4.2: target is at most 1.5 cwnd."""
    reduce(cubic, 20_000)
    rounds = Rounds(cubic, 10 * SECOND)
    before = cubic.cwnd
    for _ in range(10):
        after = rounds.run(10 * SECOND - MILLISECOND)
        assert after <= 1.7 * before + SMSS  # the target moves along while cwnd grows
        before = after


def test_time_in_which_the_application_sent_little_does_not_count(cubic):
    """Section 5.8: or a pause would end in a burst."""
    reduce(cubic, 1_000_000)
    rounds = Rounds(cubic, 100 * MILLISECOND)
    rounds.run(SECOND)
    before = cubic.cwnd
    assert rounds.run(60 * SECOND, limited=False) == before
    assert rounds.run(100 * MILLISECOND) < before + 30_000


def test_silence_does_not_count(cubic):
    """Section 5.8."""
    reduce(cubic, 1_000_000)
    Rounds(cubic, 100 * MILLISECOND).run(SECOND)
    begin = cubic.epoch_start
    cubic.restart_after_idle(60 * SECOND, SECOND, 61 * SECOND)
    assert cubic.epoch_start == begin + 60 * SECOND


def test_after_a_timeout_the_curve_begins_where_slow_start_ends(cubic):
    """Section 4.8."""
    cubic.cwnd = 100_000
    cubic.timeout(100_000, True, 0)
    assert (cubic.cwnd, cubic.ssthresh) == (SMSS, 70_000)
    Rounds(cubic, 100 * MILLISECOND).run(SECOND)
    assert (cubic.k, cubic.w_max) == (0, 70_000)


def test_a_needless_reduction_is_undone_with_its_curve(cubic):
    """Section 4.9.1."""
    reduce(cubic, 100_000)
    Rounds(cubic, 100 * MILLISECOND).run(SECOND)
    before = (cubic.cwnd, cubic.ssthresh, cubic.w_max, cubic.k, cubic.epoch_start)
    cubic.timeout(cubic.cwnd, True, SECOND)
    cubic.undo(2 * SECOND)
    assert (cubic.cwnd, cubic.ssthresh, cubic.w_max, cubic.k, cubic.epoch_start) == before


def test_it_can_reduce_by_cwnd_instead_of_what_is_on_the_way():
    """As Linux does."""
    cubic = Cubic(SMSS, TcpConfig(reduce_from_cwnd=True))
    cubic.cwnd = 100_000
    cubic.enter_recovery(50_000, 0)
    assert cubic.ssthresh == 70_000


def test_it_can_keep_whole_segments_only():
    """As Linux does, which counts segments and not bytes."""
    cubic = Cubic(SMSS, TcpConfig(reduce_to_whole_segments=True))
    cubic.enter_recovery(7000, 0)
    assert cubic.ssthresh == 4000


def test_after_it_has_caught_up_it_grows_as_fast_as_reno_or_not():
    """Section 4.3: alpha is 1 once W_est has reached cwnd_prior."""
    windows = []
    for catches_up in (True, False):
        cubic = Cubic(SMSS, TcpConfig(cubic_catches_up=catches_up))
        reduce(cubic, 10_000)
        windows.append(Rounds(cubic, 10 * MILLISECOND).run(SECOND // 2))
    assert windows[0] > windows[1] > 10_000
