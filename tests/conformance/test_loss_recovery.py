"""Clauses of RFC 6675 and RFC 8985 that no test of a mechanism shows. The round trip is 100 ms."""

import pytest

from wirelab.codecs import MaximumSegmentSize, SACKPermitted
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.recovery import LOSS, OPEN, RECOVERY


@pytest.fixture
def sender(make_transfer):
    """A function that makes a NewReno sender with SACK and 20 segments on the way at first."""

    def make(**knobs):
        knobs = {"initial_window": 20, "initial_window_limit": 20_000, **knobs}
        return make_transfer(congestion="reno", f_rto=False, **knobs)

    return make


def by_threshold(sender):
    """The same without RACK and loss probes."""
    return sender(rack=False, tail_loss_probe=False)


def timeouts(script):
    """How often the retransmission timeout has expired."""
    return [name for name, _ in script.node.fired].count("RTO")


# RFC 6675


@pytest.mark.parametrize("blocks", [[(1, 2), (1, 3), (1, 4)], [(1, 4)], [(1, 2), (5, 7)]])
def test_recovery_begins_with_the_third_duplicate_or_what_is_as_good(sender, blocks):
    """6675-5a: RecoveryPoint is HighData, ssthresh half of what was on the way."""
    transfer = by_threshold(sender)
    transfer.write(60)
    transfer.round_trip()
    before = []
    for at, _ in enumerate(blocks[1:]):
        before += transfer.ack(0, *blocks[: at + 1])
    assert 0 not in before
    assert 0 in transfer.ack(0, *blocks)
    assert transfer.tcb.congestion.ssthresh == pytest.approx(10_000, abs=1000)
    highest = max([19, *before])
    transfer.round_trip()
    transfer.ack(highest)  # RecoveryPoint is one further
    assert transfer.tcb.recovery.state == RECOVERY
    transfer.ack(highest + 1)
    assert transfer.tcb.recovery.state == OPEN


def test_without_a_loss_to_mend_new_text_goes(sender):
    """6675-4f: NextSeg rule 2, while the window allows."""
    transfer = by_threshold(sender)
    transfer.write(60)
    transfer.round_trip()
    sent = []
    for right in range(2, 21):
        sent += transfer.ack(0, (1, right))
    assert sent.count(0) == 1
    new = [segment for segment in sent if segment]
    assert new == list(range(20, 20 + len(new)))
    assert len(new) >= 9


def test_in_recovery_no_more_is_on_the_way_than_cwnd(sender):
    """6675-5c: pipe comes down to ssthresh and is held there."""
    transfer = by_threshold(sender)
    transfer.write(60)
    transfer.round_trip()
    for right in range(2, 21):
        transfer.ack(0, (1, right))
        assert transfer.tcb.flight.pipe <= transfer.tcb.congestion.cwnd
    assert 9000 <= transfer.tcb.flight.pipe <= 10_000


@pytest.mark.parametrize("rack", [False, True])
def test_a_timeout_in_recovery_ends_it(sender, rack):
    """6675-5.1c: one segment, then slow start; what was told before a timeout may be untrue."""
    transfer = sender(rack=rack, tail_loss_probe=False)
    transfer.write(20)
    transfer.round_trip()
    for right in (2, 3, 4):
        transfer.ack(0, (1, right))
    assert transfer.tcb.recovery.state == RECOVERY
    assert transfer.wait(1100 * MILLISECOND) == [0]
    assert transfer.tcb.recovery.state == LOSS
    assert transfer.tcb.congestion.cwnd == 1000
    transfer.round_trip()
    assert len(transfer.ack(4)) == 2


@pytest.mark.parametrize("rack", [False, True])
def test_after_a_timeout_duplicates_begin_no_recovery(sender, rack):
    """6675-5.1b: until RecoveryPoint is acknowledged; ssthresh comes down once."""
    transfer = sender(rack=rack, tail_loss_probe=False)
    transfer.write(20)
    assert transfer.wait(SECOND) == [0]
    ssthresh = transfer.tcb.congestion.ssthresh
    transfer.round_trip()
    transfer.ack(1)
    for right in range(3, 8):
        transfer.ack(1, (2, right))
    assert transfer.tcb.recovery.state == LOSS
    assert transfer.tcb.congestion.ssthresh == ssthresh


# RFC 8985


def reorder(transfer, at):
    """Segments at to at+2 arrive backwards."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(at, (at + 2, at + 3))
    transfer.ack(at + 10)
    return at + 10


def gap(transfer, at):
    """The first of two segments is missing."""
    assert transfer.write(2) == [at, at + 1]
    transfer.round_trip()
    assert at not in transfer.ack(at, (at + 1, at + 2))


def waits(transfer, at):
    """So many milliseconds until segment `at` goes again."""
    for passed in range(1, 400):
        if at in transfer.wait(MILLISECOND):
            return passed
    return None


def needless(transfer, at):
    """Segment `at` goes again although it was only late, as D-SACK tells."""
    gap(transfer, at)
    waited = waits(transfer, at)
    transfer.ack(at + 2)
    transfer.ack(at + 2, (at, at + 1))
    return at + 2, waited


def test_the_reordering_window_follows_what_was_needless(transfer):
    """8985-3.2b: a quarter of a round trip more for each D-SACK; back after 16 recoveries."""
    at = reorder(transfer, 0)
    at, first = needless(transfer, at)
    gap(transfer, at)
    second = waits(transfer, at)
    assert (first, second) == (pytest.approx(26, abs=2), pytest.approx(51, abs=2))
    transfer.round_trip()
    transfer.ack(at + 2)
    at += 2
    for _ in range(17):
        gap(transfer, at)
        waits(transfer, at)
        transfer.round_trip()
        at += 2
        transfer.ack(at)
    gap(transfer, at)
    assert waits(transfer, at) == pytest.approx(26, abs=2)


def test_the_reordering_window_is_bounded_by_the_round_trip(transfer):
    """8985-3.2c: SRTT, however many D-SACKs have come."""
    at = reorder(transfer, 0)
    for _ in range(8):
        at, _ = needless(transfer, at)
    gap(transfer, at)
    smoothed = transfer.tcb.timeout.srtt // MILLISECOND
    assert waits(transfer, at) <= smoothed + 2
    assert transfer.tcb.rack.factor > 5  # 150 ms, if it were not for the bound


def test_an_ack_too_early_for_a_retransmission_is_of_the_original(transfer):
    """8985-6.2-2: else all that was sent before the retransmission would seem lost."""
    transfer.write(10)
    transfer.round_trip()
    again = []
    for right in (2, 3, 4):
        again += transfer.ack(0, (1, right))
    assert again == [0]
    transfer.wait(10 * MILLISECOND)
    assert [one for one in transfer.ack(4) if one < 10] == []
    assert transfer.wait(20 * MILLISECOND) == []


def test_without_a_round_trip_nothing_is_probed(make_script):
    """8985-7.2b, 8985-7.3a: the SYN went twice; only the timeout sends anything."""
    script = make_script(TcpConfig(timestamps=False))
    script.connect()
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["S"]
    script.feed("S.", 0, 1, options=(MaximumSegmentSize(1000), SACKPermitted()))
    script.connection.send(b"text", script.now)
    script.poll()
    assert script.pass_time(2999 * MILLISECOND) == []  # RFC 6298 section 5.7
    assert len(script.pass_time(MILLISECOND)) == 1
    assert timeouts(script) == 2


def test_a_second_probe_needs_a_round_trip_since_the_first(transfer):
    """8985-7.3a: the ACK of what went twice measures nothing, so the timeout has the next word."""
    transfer.write(1)
    assert transfer.wait(SECOND // 2) == [0]
    transfer.round_trip()
    transfer.ack(1)
    transfer.write(1)
    assert transfer.wait(999 * MILLISECOND) == []
    assert transfer.wait(MILLISECOND) == [1]
    assert timeouts(transfer.script) == 1


def test_a_probe_does_not_wait_longer_than_the_timeout(make_transfer):
    """8985-7.2b: with a steady round trip of 0.8 s twice that is later than the timeout."""
    transfer = make_transfer()
    for segment in range(40):
        transfer.write(1)
        transfer.script.now += 800 * MILLISECOND
        transfer.ack(segment + 1)
    timeout = transfer.tcb.timeout
    assert timeout.rto < 2 * timeout.srtt
    transfer.write(3)
    assert transfer.wait(timeout.rto) != []


def test_a_loss_that_the_probe_mended_costs_what_a_fast_recovery_does(sender):
    """8985-7.4b: half of the window."""
    transfer = sender()
    transfer.write(20)
    transfer.round_trip()
    transfer.ack(19)
    on_the_way = transfer.tcb.flight.outstanding
    before = transfer.tcb.congestion.cwnd
    assert transfer.wait(500 * MILLISECOND) == [19]
    transfer.write(1)
    transfer.round_trip()
    transfer.ack(21)
    assert transfer.tcb.congestion.ssthresh == max(on_the_way // 2, 2000)
    assert transfer.tcb.congestion.cwnd < before
    assert timeouts(transfer.script) == 0


def test_what_is_lost_goes_again_only_as_congestion_control_allows(sender):
    """8985-9.3a: 19 are found lost at once, but not sent at once."""
    transfer = sender()
    transfer.write(20)
    transfer.round_trip()
    transfer.ack(0, (18, 20))
    transfer.wait(30 * MILLISECOND)
    assert transfer.tcb.flight.lost >= 18_000
    assert 1 <= transfer.tcb.flight.resent // 1000 <= 3


def test_a_lost_retransmission_is_another_sign_of_congestion(sender):
    """8985-9.3b: after a timeout, when proportional rate reduction does not count it."""
    transfer = sender(tail_loss_probe=False)
    transfer.write(40)
    assert transfer.wait(SECOND) == [0]
    before = transfer.tcb.congestion.ssthresh
    transfer.round_trip()
    transfer.ack(1)  # 1 and 2 go again
    transfer.round_trip()
    transfer.ack(1, (2, 3))  # 2 has come, 1 is lost again: it went first
    transfer.wait(40 * MILLISECOND)
    assert transfer.tcb.congestion.ssthresh < before
