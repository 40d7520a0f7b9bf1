"""Clauses of RFC 6298 and RFC 7323 about measuring: seen by when a lost segment goes again.

The handshake has taken 100 ms, so SRTT is that, and RTTVAR 50 ms.
"""

import pytest

from wirelab.sim.host.durations import MILLISECOND, SECOND


@pytest.fixture
def timed(make_transfer):
    """A function that makes a transfer whose RTO is what was measured, without a minimum."""

    def make(**knobs):
        return make_transfer(minimum_rto=MILLISECOND, tail_loss_probe=False, f_rto=False, **knobs)

    return make


def timeout_of(transfer):
    """Milliseconds until the one segment that is written now goes again."""
    assert len(transfer.write(1)) == 1
    for passed in range(1, 10_000):
        if transfer.wait(MILLISECOND):
            return passed
    raise AssertionError("it never goes again")


@pytest.mark.parametrize("stamps", [False, True])
@pytest.mark.parametrize(
    ("round_trips", "expected"),
    [
        ([], 100 + 4 * 50),
        ([100], 100 + 4 * 37.5),
        ([200], 112.5 + 4 * 62.5),
        ([200, 60], 105.9375 + 4 * 60),
    ],
)
def test_each_round_trip_is_measured_and_smoothed(timed, stamps, round_trips, expected):
    """6298-2.2, 6298-2.3, 6298-3b: by hand: RTTVAR first, with the SRTT of before."""
    transfer = timed(sack=False, stamps=stamps)
    for number, trip in enumerate(round_trips):
        assert transfer.write(1) == [number]
        transfer.script.now += trip * MILLISECOND
        assert transfer.ack(number + 1) == []
    assert timeout_of(transfer) == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("stamps", [False, True])
def test_many_measurements_in_a_round_trip_weigh_no_more_than_one_or_two(timed, stamps):
    """7323-4.2: 20 of them would make SRTT forget all but the last: 193 of 200 ms."""
    transfer = timed(stamps=stamps, initial_window=20, initial_window_limit=30_000)
    assert len(transfer.write(200)) == 20
    transfer.script.now += 200 * MILLISECOND
    for segment in range(20):
        transfer.ack(segment + 1)
    assert 105 <= transfer.tcb.timeout.srtt / MILLISECOND <= 130
    assert transfer.tcb.timeout.rto / MILLISECOND >= 330


def test_only_what_acknowledges_new_text_is_measured(timed):
    """7323-4.1: text of the peer echoes an old time of ours, again and again."""
    transfer = timed(stamps=True)
    old = transfer.stamp()
    script = transfer.script
    for segment in range(50):
        script.now += SECOND
        assert (
            script.feed(".", 1 + segment, 1, b"x", options=transfer.options((), echo=old)) is None
        )
        script.poll()
    assert timeout_of(transfer) == 100 + 4 * 50
