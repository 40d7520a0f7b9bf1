"""HyStart++ (RFC 9406 section 4.2) and Linux's older form."""

import pytest

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion.cubic import Cubic
from wirelab.sim.host.tcp.congestion.hystart import ClassicHyStart, HyStartPlusPlus, watch

SMSS = 1000


class Path:
    """Rounds of ACKs; `round_trips` are those of one round, ms."""

    def __init__(self, hystart, spacing=3 * MILLISECOND):
        self.hystart = hystart
        self.spacing = spacing
        self.now = 0
        self.una = 0

    def round(self, *round_trips, segments=40):
        end = self.una + 100
        for number, round_trip in enumerate(round_trips):
            self.now += self.spacing
            self.una = end - 100 + number
            nxt = end + number
            self.hystart.acknowledged(self.una, nxt, round_trip * MILLISECOND, segments, self.now)
        self.una = end + 100


def test_a_steady_round_trip_is_no_reason_to_slow_down():
    path = Path(HyStartPlusPlus())
    for _ in range(20):
        path.round(*[50] * 10)
    assert (path.hystart.divisor, path.hystart.ended) == (1, False)


def test_a_grown_round_trip_slows_down_and_five_rounds_later_slow_start_is_over():
    """CSS_ROUNDS, the one of entry included."""
    path = Path(HyStartPlusPlus())
    path.round(*[50] * 10)
    path.round(*[60] * 10)
    assert path.hystart.divisor == 4
    for _ in range(4):
        path.round(*[60] * 10)
        assert not path.hystart.ended
    path.round(*[60] * 10)
    assert path.hystart.ended


def test_a_false_alarm_goes_back_to_slow_start():
    """The round trip falls below that of the alarm."""
    path = Path(HyStartPlusPlus())
    path.round(*[50] * 10)
    path.round(*[60] * 10)
    path.round(*[55] * 10)
    assert path.hystart.divisor == 1


def test_seven_samples_prove_nothing():
    """N_RTT_SAMPLE is 8."""
    path = Path(HyStartPlusPlus())
    path.round(*[50] * 10)
    path.round(*[90] * 7)
    assert path.hystart.divisor == 1


@pytest.mark.parametrize(
    ("before", "grown"), [(8, 12), (64, 72), (400, 416)], ids=["least", "an eighth", "most"]
)
def test_the_threshold_is_an_eighth_from_4_to_16_ms(before, grown):
    for after, divisor in ((grown - 1, 1), (grown, 4)):
        path = Path(HyStartPlusPlus())
        path.round(*[before] * 10)
        path.round(*[after] * 10)
        assert path.hystart.divisor == divisor


def test_the_classic_form_ends_slow_start_at_once():
    path = Path(ClassicHyStart())
    path.round(*[50] * 12)
    assert not path.hystart.ended
    path.round(*[60] * 12)
    assert path.hystart.ended


def test_the_classic_form_ends_when_a_train_of_acks_fills_half_of_the_path():
    path = Path(ClassicHyStart(), spacing=MILLISECOND)
    path.round(*[50] * 25)
    assert not path.hystart.ended
    path.round(*[50] * 30)
    assert path.hystart.ended


def test_the_classic_form_leaves_small_windows_alone():
    path = Path(ClassicHyStart())
    path.round(*[50] * 12, segments=15)
    path.round(*[90] * 12, segments=15)
    assert not path.hystart.ended


def test_cubic_grows_a_quarter_as_fast_and_then_avoids_congestion():
    """RFC 9406 section 4.2: CSS_GROWTH_DIVISOR, and ssthresh = cwnd."""
    cubic = Cubic(SMSS, TcpConfig())
    path = Path(cubic)
    path.hystart = cubic._hystart
    path.round(*[50] * 10)
    path.round(*[60] * 10)
    before = cubic.cwnd
    cubic.acknowledged(2000, path.una, path.una + 100, 60 * MILLISECOND, path.now, True)
    assert cubic.cwnd == before + 500
    for _ in range(5):
        path.round(*[60] * 10)
    before = cubic.cwnd
    cubic.acknowledged(1000, path.una, path.una + 100, 60 * MILLISECOND, path.now, True)
    assert (cubic.ssthresh, cubic._hystart) == (before, None)


def test_it_can_be_turned_off():
    assert watch("off") is None
