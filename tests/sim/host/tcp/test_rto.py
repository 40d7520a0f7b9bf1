"""RTO arithmetic (RFC 6298 sections 2 and 5)."""

import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.rto import RetransmissionTimeout

FINE = TcpConfig(minimum_rto=1)


def test_it_begins_with_one_second():
    """Section 2.1."""
    assert RetransmissionTimeout(TcpConfig()).rto == SECOND


def test_the_first_sample_sets_srtt_and_half_of_it_as_variation():
    """6298-2.2: Section 2.2: RTO = R + 4 * R/2."""
    timeout = RetransmissionTimeout(FINE)
    timeout.sample(100 * MILLISECOND)
    assert timeout.srtt == 100 * MILLISECOND
    assert timeout.rttvar == 50 * MILLISECOND
    assert timeout.rto == 300 * MILLISECOND


def test_later_samples_are_smoothed_variation_first():
    """6298-2.3: Section 2.3: RTTVAR = 3/4*50 + 1/4*|100-180|, SRTT = 7/8*100 + 1/8*180."""
    timeout = RetransmissionTimeout(FINE)
    timeout.sample(100 * MILLISECOND)
    timeout.sample(180 * MILLISECOND)
    assert timeout.rttvar == 57_500_000
    assert timeout.srtt == 110_000_000
    assert timeout.rto == 110_000_000 + 4 * 57_500_000


def test_it_is_rounded_up_to_one_second():
    """Section 2.4."""
    timeout = RetransmissionTimeout(TcpConfig())
    timeout.sample(MILLISECOND)
    assert timeout.rto == SECOND


def test_the_variation_counts_at_least_the_clock_granularity():
    """6298-4: Section 4."""
    timeout = RetransmissionTimeout(FINE)
    for _ in range(200):
        timeout.sample(10 * MILLISECOND)
    assert timeout.rto == 11 * MILLISECOND


def test_backing_off_doubles_up_to_the_maximum():
    """6298-2.5: Sections 5.5 and 2.5."""
    timeout = RetransmissionTimeout(TcpConfig())
    seen = []
    for _ in range(8):
        timeout.back_off()
        seen.append(timeout.rto // SECOND)
    assert seen == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_sample_ends_the_back_off():
    """Section 5, last but one paragraph: "collapsing" RTO back down."""
    timeout = RetransmissionTimeout(TcpConfig())
    for _ in range(5):
        timeout.back_off()
    timeout.sample(10 * MILLISECOND)
    assert timeout.rto == SECOND


def test_after_a_lost_syn_data_begins_with_three_seconds():
    """Section 5.7."""
    timeout = RetransmissionTimeout(TcpConfig())
    timeout.back_off()
    timeout.syn_was_lost()
    assert timeout.rto == 3 * SECOND


def test_a_measured_handshake_needs_no_three_seconds():
    """Section 5.7 speaks of a timer that expired; a sample is better."""
    timeout = RetransmissionTimeout(TcpConfig())
    timeout.sample(10 * MILLISECOND)
    timeout.syn_was_lost()
    assert timeout.rto == SECOND


def test_a_configuration_without_time_or_room_is_refused():
    """A timeout of 0 would retransmit for ever at one instant."""
    with pytest.raises(ValueError, match="initial_rto is 0; give more than 0"):
        TcpConfig(initial_rto=0)
    with pytest.raises(ValueError, match="send_buffer is -1; give more than 0"):
        TcpConfig(send_buffer=-1)
