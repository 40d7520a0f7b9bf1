"""The congestion window (RFC 5681 section 3, RFC 6582)."""

import pytest

from wirelab.sim.host.tcp.congestion.newreno import NewReno


@pytest.mark.parametrize(("smss", "segments"), [(536, 4), (1095, 4), (1460, 3), (8960, 2)])
def test_the_initial_window_depends_on_the_segment_size(smss, segments):
    """RFC 5681 section 3.1."""
    assert NewReno(smss).cwnd == segments * smss


def test_after_a_lost_syn_it_begins_with_one_segment():
    """RFC 5681 section 3.1."""
    congestion = NewReno(1000)
    congestion.restart_after_lost_syn()
    assert congestion.cwnd == 1000


def test_after_a_pause_it_begins_with_the_initial_window_again():
    """RFC 5681 section 4.1; a smaller window stays as it is."""
    congestion = NewReno(1000)
    congestion.cwnd = 50_000
    congestion.restart_after_idle()
    assert congestion.cwnd == 4000
    congestion.cwnd = 2000
    congestion.restart_after_idle()
    assert congestion.cwnd == 2000


def test_slow_start_adds_what_is_acknowledged_up_to_two_segments():
    """RFC 3465 section 2.2, L = 2."""
    congestion = NewReno(1000)
    congestion.acknowledged(500)
    assert congestion.cwnd == 4500
    congestion.acknowledged(5000)
    assert congestion.cwnd == 6500


def test_congestion_avoidance_adds_one_segment_a_round_trip():
    """RFC 5681 section 3.1, by counting bytes."""
    congestion = NewReno(1000)
    congestion.ssthresh = 4000
    for _ in range(3):
        congestion.acknowledged(1000)
        assert congestion.cwnd == 4000
    congestion.acknowledged(1000)
    assert congestion.cwnd == 5000


def test_fast_recovery_halves_inflates_deflates():
    """RFC 5681 section 3.2; RFC 6582 section 3.2."""
    congestion = NewReno(1000)
    congestion.enter_recovery(20_000)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 13_000)
    congestion.duplicate_ack()
    assert congestion.cwnd == 14_000
    congestion.partial_ack(3000)
    assert congestion.cwnd == 12_000
    congestion.partial_ack(500)
    assert congestion.cwnd == 11_500
    congestion.leave_recovery(2000)
    assert congestion.cwnd == 3000
    congestion.leave_recovery(50_000)
    assert congestion.cwnd == 10_000


def test_a_partial_ack_leaves_at_least_one_segment():
    congestion = NewReno(1000)
    congestion.enter_recovery(4000)
    congestion.partial_ack(50_000)
    assert congestion.cwnd == 1000


def test_a_timeout_falls_to_one_segment_and_halves_once():
    """RFC 5681 section 3.1, equation 4: a second expiry for the same segment keeps ssthresh."""
    congestion = NewReno(1000)
    congestion.timeout(20_000, first=True)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 1000)
    congestion.timeout(1000, first=False)
    assert (congestion.ssthresh, congestion.cwnd) == (10_000, 1000)


def test_ssthresh_is_at_least_two_segments():
    """RFC 5681 section 3.1, equation 4."""
    congestion = NewReno(1000)
    congestion.timeout(1000, first=True)
    assert congestion.ssthresh == 2000
