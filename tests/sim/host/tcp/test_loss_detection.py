"""Recovery with SACK: what goes out, and what not (RFC 6675 section 5; RFC 8985; RFC 6937)."""

import pytest

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.ecn import Ecn
from wirelab.sim.host.tcp.recovery import CWR, DISORDER, LOSS, OPEN, RECOVERY


@pytest.mark.parametrize("rack", [True, False])
def test_the_third_sacked_segment_sends_the_hole_again(make_transfer, rack):
    """6675-5b, 6675-5d, 8985-3.2a: RFC 6675 section 5, step 4."""
    transfer = make_transfer(rack=rack)
    assert transfer.write(10) == list(range(10))
    transfer.round_trip()
    assert transfer.ack(0, (1, 2)) == []
    assert transfer.ack(0, (1, 3)) == []
    assert transfer.tcb.recovery.state == DISORDER
    assert transfer.ack(0, (1, 4)) == [0]
    assert transfer.tcb.recovery.state == RECOVERY
    assert transfer.ack(0, (1, 10)) == []
    assert transfer.ack(10) == []
    assert transfer.tcb.recovery.state == OPEN
    assert transfer.tcb.flight.outstanding == 0


def test_the_first_two_duplicates_send_new_segments(transfer):
    """6675-5e: RFC 3042: limited transmit; what has left the network makes room."""
    transfer.write(20)
    transfer.round_trip()
    assert transfer.ack(0, (1, 2)) == [10]
    assert transfer.ack(0, (1, 3)) == [11]
    assert transfer.ack(0, (1, 4))[0] == 0


@pytest.mark.parametrize("rack", [True, False])
def test_every_hole_goes_again_once_and_nothing_else(make_transfer, rack):
    """6675-4e: RFC 6675 section 5: four of ten are lost; no round trip for each."""
    transfer = make_transfer(rack=rack, tail_loss_probe=False)
    transfer.write(10)
    transfer.round_trip()
    again = transfer.ack(0, (1, 2)) + transfer.ack(0, (1, 2), (3, 4))
    again += transfer.ack(0, (1, 2), (3, 4), (5, 6)) + transfer.ack(0, (9, 10), (7, 8), (5, 6))
    again += transfer.ack(0, (8, 10), (7, 8), (5, 6))
    transfer.round_trip()
    for segment, blocks in ((2, [(3, 4)]), (4, [(5, 6)]), (6, [(7, 10)])):
        again += transfer.ack(segment, *blocks)
    assert again == [0, 2, 4, 6]
    assert transfer.ack(10) == []


def test_cubic_comes_down_to_seven_tenths(transfer):
    """RFC 9438 section 4.6 (beta), steered by RFC 6937."""
    transfer.write(30)
    transfer.round_trip()
    for right in range(2, 11):
        transfer.ack(0, (1, right))
    transfer.round_trip()
    transfer.ack(30)
    assert transfer.tcb.congestion.cwnd == pytest.approx(7000, abs=100)


def test_a_lost_retransmission_goes_again_without_a_timeout(transfer):
    """8985-6.2-5, 8985-6.1, 8985-4b: RFC 8985 section 6: what was sent after it has arrived."""
    transfer.write(30)
    transfer.round_trip()
    for right in (2, 3, 4):
        transfer.ack(0, (1, right))
    assert transfer.tcb.flight.at(transfer.tcb.snd_una).times == 2
    transfer.ack(0, (1, 10))  # lets new segments go after the retransmission
    transfer.round_trip()
    assert 0 not in transfer.ack(0, (1, 11))  # this went out before it
    assert transfer.ack(0, (1, 11), (12, 13))[0] == 0
    assert transfer.script.node.fired == []


def test_a_block_that_is_repeated_changes_nothing(transfer):
    """RFC 2018 section 4: every ACK repeats what earlier ones told."""
    transfer.write(10)
    transfer.round_trip()
    for _ in range(6):
        assert transfer.ack(0, (1, 3)) == []
    assert transfer.tcb.flight.sacked == 2000
    assert transfer.tcb.recovery.state == DISORDER


@pytest.mark.parametrize("block", [(3, 2), (-4, -2), (9, 12), (0, 0)])
def test_an_impossible_block_is_ignored(transfer, block):
    """RFC 2018 section 4 says what a block is; a peer may send anything."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(0, block)
    assert transfer.tcb.flight.sacked == 0


def test_a_peer_that_has_reneged_is_sent_everything_again(transfer):
    """6675-5.1a: RFC 2018 section 8: SACK is a hint; after a timeout it counts for nothing."""
    transfer.write(6)
    transfer.round_trip()
    transfer.ack(0, (3, 6))
    transfer.ack(3, (4, 6))  # so where is segment 3, which it had?
    again = transfer.wait(1000 * MILLISECOND)
    assert again[0] == 3
    transfer.round_trip()
    assert transfer.ack(4) == [4, 5]
    assert transfer.tcb.recovery.state == LOSS


def test_reordering_raises_the_number_of_duplicates_that_mean_a_loss(make_transfer):
    """RFC 6675 section 5, footnote; RFC 4653: the peer shows that segments come late."""
    transfer = make_transfer(rack=False)
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(0, (1, 2))
    transfer.ack(0, (1, 2), (6, 7))
    transfer.ack(5, (6, 7))
    assert transfer.tcb.recovery.threshold == 6
    assert transfer.tcb.recovery.state == DISORDER


def test_with_reordering_seen_rack_waits_a_quarter_of_a_round_trip(transfer):
    """8985-6.2-4, 8985-6.3, 8985-6.2-3, 8985-8: RFC 8985 section 6.2, step 4: RACK.reo_wnd."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(0, (2, 3))
    transfer.ack(3)  # 0 and 1 came late
    transfer.write(7)
    transfer.round_trip()
    assert 3 not in transfer.ack(3, (4, 8))
    assert transfer.wait(24 * MILLISECOND) == []
    assert 3 in transfer.wait(3 * MILLISECOND)
    assert transfer.tcb.recovery.state == RECOVERY


def test_short_segments_go_again_together(make_script):
    """RFC 9293 section 3.8: what goes again may be packed anew."""
    script = make_script()
    connection = script.establish()
    connection.nagle = False
    for text in (b"ab", b"cd", b"ef"):
        connection.send(text, script.now)
        script.poll()
    assert script.pass_time(1000 * MILLISECOND) == [("P.", 1, 1, b"abcdef")]


def test_congestion_that_a_router_marks_brings_the_window_down_without_a_retransmission(
    make_transfer,
):
    """RFC 3168 section 6.1.2."""
    transfer = make_transfer()
    transfer.write(20)
    transfer.round_trip()
    transfer.tcb.ecn = Ecn()
    transfer.script.feed("E.", 1, 1001, window=4000)
    transfer.sent()
    assert transfer.tcb.recovery.state == CWR
    assert transfer.tcb.congestion.ssthresh < 10_000
    assert transfer.tcb.flight.retransmissions == 0


def test_without_rack_the_last_segment_goes_again_once_a_recovery(make_transfer):
    """RFC 6675 section 4, NextSeg rule 4: the rescue retransmission; no timeout for a lost tail."""
    transfer = make_transfer(rack=False, tail_loss_probe=False)
    transfer.write(10)
    transfer.round_trip()
    for right in (2, 3, 4):
        transfer.ack(0, (1, right))
    transfer.round_trip()
    assert transfer.ack(7) == [9]
    transfer.round_trip()
    assert transfer.ack(7, (9, 10)) == [7, 8]  # rule 3: below what is sacked
    assert transfer.ack(10) == []
    assert transfer.script.node.fired == []
