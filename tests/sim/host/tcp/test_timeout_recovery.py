"""The retransmission timeout, F-RTO and undoing (RFC 6298, 5682, 4015, 3708)."""

from itertools import pairwise

import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.recovery import LOSS, OPEN, RECOVERY


def time_out(transfer, segments=10):
    """All are sent, nothing comes back; the first goes again."""
    transfer.write(segments)
    assert transfer.wait(1100 * MILLISECOND)[-1] == 0
    assert transfer.tcb.recovery.state == LOSS


@pytest.mark.parametrize("sack", [True, False])
def test_after_a_timeout_the_window_is_one_segment(make_transfer, sack):
    """RFC 5681 section 3.1: the loss window; equation 4."""
    transfer = make_transfer(sack=sack, tail_loss_probe=False)
    time_out(transfer)
    assert transfer.tcb.congestion.cwnd == 1000
    assert transfer.tcb.congestion.ssthresh == 7000
    assert transfer.tcb.flight.pipe == 1000


@pytest.mark.parametrize("sack", [True, False])
def test_without_new_data_the_rest_goes_again_in_slow_start(make_transfer, sack):
    """RFC 5682 section 2.1, step 2: nothing new to send, so it is as ever."""
    transfer = make_transfer(sack=sack, tail_loss_probe=False)
    time_out(transfer)
    assert transfer.ack(1) == [1, 2]
    assert transfer.ack(3) == [3, 4, 5, 6]
    assert transfer.ack(10) == []
    assert transfer.tcb.recovery.state == OPEN


def test_f_rto_sends_two_new_segments_to_find_out(make_transfer):
    """RFC 5682 section 2.1, step 2b."""
    transfer = make_transfer(tail_loss_probe=False)
    time_out(transfer, 20)
    assert transfer.ack(1) == [10, 11]


def test_f_rto_takes_a_spurious_timeout_back(make_transfer):
    """RFC 5682 section 3.1, step 3b: originals arrive, and nothing goes again."""
    transfer = make_transfer(tail_loss_probe=False)
    time_out(transfer, 40)
    again = transfer.ack(1)
    again += transfer.ack(2)
    assert transfer.tcb.recovery.state == OPEN
    assert transfer.tcb.recovery.undone == 1
    assert transfer.tcb.congestion.cwnd >= 10_000
    assert min(again) >= 10


def test_f_rto_goes_back_to_work_when_the_loss_was_real(make_transfer):
    """RFC 5682 section 3.1, step 3a: only the new segments arrive."""
    transfer = make_transfer(tail_loss_probe=False)
    time_out(transfer, 40)
    assert transfer.ack(1) == [10, 11]
    assert transfer.ack(1, (10, 11))[0] == 1
    assert transfer.tcb.recovery.undone == 0


def test_without_f_rto_the_next_segment_goes_again_at_once(make_transfer):
    """The knob."""
    transfer = make_transfer(tail_loss_probe=False, f_rto=False)
    time_out(transfer, 40)
    assert transfer.ack(1) == [1, 2]


def test_a_timestamp_from_before_the_retransmission_takes_a_timeout_back(make_transfer):
    """RFC 3522 section 3.2, RFC 4015 section 3.2 (Eifel)."""
    transfer = make_transfer(stamps=True, tail_loss_probe=False)
    transfer.write(10)
    original = transfer.stamp()
    assert transfer.wait(1100 * MILLISECOND) == [0]
    assert transfer.ack(1, echo=original) == []
    assert transfer.tcb.recovery.state == OPEN
    assert transfer.tcb.congestion.cwnd >= 10_000
    assert transfer.tcb.flight.lost == 0


def test_a_timestamp_of_the_retransmission_proves_nothing(make_transfer):
    """RFC 3522 section 3.2."""
    transfer = make_transfer(stamps=True, tail_loss_probe=False, f_rto=False)
    transfer.write(10)
    assert transfer.wait(1100 * MILLISECOND) == [0]
    assert transfer.ack(1) == [1, 2]
    assert transfer.tcb.recovery.state == LOSS


def test_a_recovery_whose_retransmissions_all_come_back_as_duplicates_is_undone(transfer):
    """RFC 3708 section 3: D-SACK for each of them."""
    transfer.write(10)
    transfer.round_trip()
    for right in (2, 3, 4):
        transfer.ack(0, (1, right))
    assert transfer.tcb.recovery.state == RECOVERY
    transfer.ack(10)  # segment 0 was late, not lost
    assert transfer.tcb.congestion.cwnd == 7000
    transfer.write(1)
    transfer.round_trip()
    transfer.ack(10, (0, 1))
    assert transfer.tcb.recovery.duplicates == 1


def test_d_sack_before_the_recovery_point_restores_the_window(transfer):
    """RFC 3708 section 3, RFC 4015 section 3.2."""
    transfer.write(10)
    transfer.round_trip()
    for right in (2, 3, 4):
        transfer.ack(0, (1, right))
    transfer.ack(4)
    transfer.ack(4, (0, 1))
    assert transfer.tcb.recovery.undone == 1
    assert transfer.tcb.congestion.cwnd == 10_000
    assert transfer.tcb.recovery.state == OPEN


def test_more_duplicates_than_were_sent_prove_nothing(transfer):
    """Ours: the network doubles, or the peer invents."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(4)
    for _ in range(3):
        transfer.ack(4, (0, 1))
    assert transfer.tcb.recovery.undone == 0
    assert transfer.tcb.recovery.reordered == 0


def test_the_timer_waits_for_what_went_out_last_and_not_for_probes(make_transfer):
    """6298-5: RFC 6298 sections 5.1 to 5.5: the back-off doubles it."""
    transfer = make_transfer(tail_loss_probe=False)
    transfer.write(1)
    times = []
    for _ in range(80):
        if transfer.wait(SECOND // 10):
            times.append(transfer.now // (SECOND // 10))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == [20, 40]
