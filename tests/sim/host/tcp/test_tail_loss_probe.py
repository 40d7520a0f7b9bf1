"""Loss probes (RFC 8985 section 7). The round trip is 100 ms."""

import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.recovery import OPEN


def test_the_last_segment_goes_again_after_two_round_trips(transfer):
    """8985-7.2a, 8985-7.3b: Section 7.2: PTO = 2 * SRTT."""
    transfer.write(3)
    assert transfer.wait(200 * MILLISECOND) == []
    assert transfer.wait(5 * MILLISECOND) == [2]
    ((name, silence),) = transfer.script.node.fired
    assert name == "TLP"
    assert 200 * MILLISECOND <= silence <= 205 * MILLISECOND


def test_a_single_segment_gives_its_ack_time(transfer):
    """8985-7.2a: Section 7.2: PTO += TLP.max_ack_delay if one segment is on the way."""
    transfer.write(1)
    assert transfer.wait(399 * MILLISECOND) == []
    assert transfer.wait(5 * MILLISECOND) == [0]


def test_new_text_is_the_better_probe(transfer):
    """8985-7.3b: Section 7.3: cwnd has no say."""
    transfer.write(12)
    assert transfer.wait(205 * MILLISECOND) == [10]


def test_one_probe_an_episode_then_the_timeout(transfer):
    """8985-7.3c: Section 7.3: the timeout of RFC 6298 counts from the probe."""
    transfer.write(3)
    assert transfer.wait(205 * MILLISECOND) == [2]
    assert transfer.wait(990 * MILLISECOND) == []
    assert transfer.wait(20 * MILLISECOND) == [0]
    assert [name for name, _ in transfer.script.node.fired] == ["TLP", "RTO"]


def test_a_probe_that_mended_a_loss_costs_a_window(transfer):
    """8985-7.4a: Section 7.4.2: no D-SACK, so the original was lost."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(9)
    assert transfer.wait(500 * MILLISECOND) == [9]
    transfer.write(1)
    transfer.round_trip()
    transfer.ack(11)
    assert transfer.tcb.congestion.cwnd < 10_000
    assert transfer.tcb.recovery.state == OPEN


def test_a_probe_whose_original_arrived_costs_nothing(transfer):
    """8985-7.4a: Section 7.4.2: D-SACK tells of both."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(9)
    before = transfer.tcb.congestion.cwnd
    assert transfer.wait(500 * MILLISECOND) == [9]
    transfer.ack(10, (9, 10))
    assert transfer.tcb.congestion.cwnd >= before
    assert transfer.tcb.recovery.probe_end is None


@pytest.mark.parametrize("arguments", [{"sack": False}, {"tail_loss_probe": False}])
def test_without_sack_or_by_knob_there_are_no_probes(make_transfer, arguments):
    """8985-4a: Section 7.2: RACK-TLP needs SACK."""
    transfer = make_transfer(**arguments)
    transfer.write(3)
    assert transfer.wait(999 * MILLISECOND) == []


def test_a_lost_tail_is_found_by_the_probe_and_mended_without_a_timeout(transfer):
    """Section 7.1: the SACK for the probe starts recovery of what was lost before it."""
    transfer.write(10)
    transfer.round_trip()
    transfer.ack(6)
    probe = transfer.wait(300 * MILLISECOND)
    transfer.round_trip()
    assert probe == [9]
    assert transfer.ack(6, (9, 10)) == [6]
    transfer.round_trip()
    assert transfer.ack(7, (9, 10)) == [7, 8]
    assert transfer.ack(10) == []
    assert [name for name, _ in transfer.script.node.fired] == ["TLP"]


def test_what_the_peer_has_is_no_probe(make_transfer):
    """Section 7.2: none while a segment is selectively acknowledged; without RACK, the timeout."""
    transfer = make_transfer(rack=False)
    transfer.write(2)
    transfer.round_trip()
    transfer.ack(0, (1, 2))
    assert 1 not in transfer.wait(2 * SECOND)
