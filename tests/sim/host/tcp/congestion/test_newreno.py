"""The congestion window (RFC 5681 section 3, RFC 6582)."""

import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion.newreno import NewReno


@pytest.fixture
def congestion():
    """Segments of 1000 bytes, an initial window of 4000."""
    return NewReno(1000, TcpConfig(initial_window=4))


def acknowledge(congestion, count, limited=True):
    congestion.acknowledged(count, 0, 0, None, 0, limited)


@pytest.mark.parametrize(("smss", "segments"), [(536, 4), (1095, 4), (1460, 3), (8960, 2)])
def test_the_initial_window_depends_on_the_segment_size(smss, segments):
    """RFC 5681 section 3.1."""
    assert NewReno(smss, TcpConfig(initial_window=0)).cwnd == segments * smss


@pytest.mark.parametrize(("smss", "expected"), [(536, 5360), (1460, 14600), (8960, 17920)])
def test_the_initial_window_is_ten_segments_but_no_burst(smss, expected):
    """RFC 6928 section 2."""
    assert NewReno(smss, TcpConfig()).cwnd == expected


def test_after_a_lost_syn_it_begins_with_one_segment(congestion):
    """RFC 5681 section 3.1."""
    congestion.restart_after_lost_syn()
    assert congestion.cwnd == 1000


def test_after_a_pause_it_begins_with_the_initial_window_again(congestion):
    """RFC 5681 section 4.1; a smaller window stays as it is."""
    congestion.cwnd = 50_000
    congestion.restart_after_idle(1100 * MILLISECOND, SECOND, 0)
    assert congestion.cwnd == 4000
    congestion.cwnd = 2000
    congestion.restart_after_idle(1100 * MILLISECOND, SECOND, 0)
    assert congestion.cwnd == 2000


def test_a_gradual_restart_halves_once_for_each_rto_of_silence():
    """RFC 2861 section 3.2; ssthresh keeps three quarters of what there was."""
    congestion = NewReno(1000, TcpConfig(initial_window=4, gradual_idle_restart=True))
    congestion.cwnd, congestion.ssthresh = 64_000, 10_000
    congestion.restart_after_idle(2500 * MILLISECOND, SECOND, 0)
    assert (congestion.cwnd, congestion.ssthresh) == (16_000, 48_000)
    congestion.restart_after_idle(60 * SECOND, SECOND, 0)
    assert congestion.cwnd == 4000


def test_what_the_application_does_not_use_is_given_up_by_halves(congestion):
    """RFC 2861 section 3.2."""
    congestion.cwnd, congestion.ssthresh = 40_000, 10_000
    congestion.application_limited(20_000, 0)
    assert (congestion.cwnd, congestion.ssthresh) == (30_000, 30_000)
    congestion.application_limited(30_000, 0)
    assert congestion.cwnd == 30_000


def test_a_window_that_was_not_the_limit_does_not_grow(congestion):
    """RFC 7661 section 4.2."""
    acknowledge(congestion, 4000, limited=False)
    assert congestion.cwnd == 4000


def test_slow_start_adds_what_is_acknowledged(congestion):
    """RFC 5681 section 3.1; RFC 9406 section 4.2, L = 8."""
    acknowledge(congestion, 500)
    assert congestion.cwnd == 4500
    acknowledge(congestion, 50_000)
    assert congestion.cwnd == 12_500


def test_slow_start_ends_at_ssthresh_and_the_rest_counts_for_congestion_avoidance(congestion):
    """RFC 5681 section 3.1."""
    congestion.ssthresh = 5000
    acknowledge(congestion, 6000)
    assert congestion.cwnd == 6000


def test_congestion_avoidance_adds_one_segment_a_round_trip(congestion):
    """RFC 5681 section 3.1, by counting bytes."""
    congestion.ssthresh = 4000
    for _ in range(3):
        acknowledge(congestion, 1000)
        assert congestion.cwnd == 4000
    acknowledge(congestion, 1000)
    assert congestion.cwnd == 5000


def test_recovery_halves_what_was_on_the_way(congestion):
    """RFC 5681 section 3.2; cwnd is led there by RFC 6937."""
    congestion.cwnd = 22_000
    congestion.enter_recovery(20_000, 0)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 22_000)
    congestion.leave_recovery(0)
    assert congestion.cwnd == 10_000


def test_a_needless_reduction_is_undone(congestion):
    """RFC 4015 section 3.2."""
    congestion.cwnd, congestion.ssthresh = 20_000, 15_000
    congestion.timeout(20_000, True, 0)
    congestion.undo(0)
    assert (congestion.cwnd, congestion.ssthresh) == (20_000, 15_000)


def test_a_timeout_falls_to_one_segment_and_halves_once(congestion):
    """RFC 5681 section 3.1, equation 4: a second expiry for the same segment keeps ssthresh."""
    congestion.timeout(20_000, True, 0)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 1000)
    congestion.timeout(1000, False, 0)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 1000)


def test_ssthresh_is_at_least_two_segments(congestion):
    """RFC 5681 section 3.1, equation 4."""
    congestion.timeout(1000, True, 0)
    assert congestion.ssthresh == 2000
