"""HyStart: leave slow start before it overflows the queue, because round trips grow.

Source: RFC 9406 (HyStart++) section 4.2, whose names are kept; Ha and Rhee, "Taming the elephants",
2011, as Linux has it, for the classic form.

HyStart++:

    slow start --round trips grow--> conservative slow start --CSS_ROUNDS round trips--> ended
        ^                                     |
        +--they fall again: a false alarm-----+

Rule 1: only the first slow start is watched; after a loss ssthresh says more than any guess
(RFC 9406 section 4.3).
Rule 2: nothing here changes a window: `divisor` and `ended` tell the algorithm.
"""

from typing import Final, Protocol

from wirelab.sim.host.durations import MILLISECOND

# RFC 9406 section 4.3: recommended values of the constants.
MIN_RTT_THRESH: Final = 4 * MILLISECOND
MAX_RTT_THRESH: Final = 16 * MILLISECOND
MIN_RTT_DIVISOR: Final = 8
N_RTT_SAMPLE: Final = 8
CSS_GROWTH_DIVISOR: Final = 4
CSS_ROUNDS: Final = 5

INFINITY: Final = 1 << 62
"""ns; more than any round trip."""

# Linux, tcp_cubic.c: parameters of the module.
LOW_WINDOW: Final = 16
"""Segments of cwnd below which the classic form does not look."""

ACK_DELTA: Final = 2 * MILLISECOND
"""ns between two ACKs of one train."""


class SlowStartWatch(Protocol):
    """What an algorithm asks of either form.

    Attributes:
        divisor: slow start adds its share divided by this.
        ended: slow start is over: ssthresh becomes cwnd.
    """

    divisor: int
    ended: bool

    def acknowledged(
        self, snd_una: int, snd_nxt: int, round_trip: int | None, segments: int, now: int
    ) -> None:
        """An ACK came in slow start, while cwnd was `segments`."""


class HyStartPlusPlus:
    """RFC 9406."""

    __slots__ = (
        "_css_baseline_min_rtt",
        "_css_rounds",
        "_current_round_min_rtt",
        "_last_round_min_rtt",
        "_rtt_sample_count",
        "_window_end",
        "divisor",
        "ended",
    )

    def __init__(self) -> None:
        self.divisor = 1
        self.ended = False
        self._window_end: int | None = None
        self._last_round_min_rtt = self._current_round_min_rtt = INFINITY
        self._css_baseline_min_rtt = INFINITY
        self._rtt_sample_count = 0
        self._css_rounds = 0

    def acknowledged(
        self, snd_una: int, snd_nxt: int, round_trip: int | None, segments: int, now: int
    ) -> None:
        """Take a sample, and judge the round when there are enough of them."""
        if self._window_end is None or snd_una >= self._window_end:
            self._begin_round(snd_nxt)
        if round_trip is not None:
            self._current_round_min_rtt = min(self._current_round_min_rtt, round_trip)
            self._rtt_sample_count += 1
        if self._rtt_sample_count < N_RTT_SAMPLE:
            return
        if self.divisor == 1:
            self._look_for_delay()
        elif self._current_round_min_rtt < self._css_baseline_min_rtt:  # a false alarm
            self._css_baseline_min_rtt = INFINITY
            self.divisor = 1

    def _begin_round(self, snd_nxt: int) -> None:
        if self.divisor > 1 and self._window_end is not None:
            self._css_rounds += 1  # the one in which it was entered counts, too
            self.ended = self._css_rounds >= CSS_ROUNDS
        self._window_end = snd_nxt
        self._last_round_min_rtt = self._current_round_min_rtt
        self._current_round_min_rtt = INFINITY
        self._rtt_sample_count = 0

    def _look_for_delay(self) -> None:
        last = self._last_round_min_rtt
        if last == INFINITY:
            return
        threshold = max(MIN_RTT_THRESH, min(last // MIN_RTT_DIVISOR, MAX_RTT_THRESH))
        if self._current_round_min_rtt >= last + threshold:
            self._css_baseline_min_rtt = self._current_round_min_rtt
            self._css_rounds = 0
            self.divisor = CSS_GROWTH_DIVISOR


class ClassicHyStart:
    """Ha and Rhee: end slow start at once, for a long train of ACKs or a grown round trip."""

    __slots__ = (
        "_current_round_min_rtt",
        "_last_ack",
        "_min_rtt",
        "_round_start",
        "_rtt_sample_count",
        "_window_end",
        "divisor",
        "ended",
    )

    def __init__(self) -> None:
        self.divisor = 1
        self.ended = False
        self._window_end = -1
        self._min_rtt = self._current_round_min_rtt = INFINITY
        self._rtt_sample_count = 0
        self._round_start = self._last_ack = 0

    def acknowledged(
        self, snd_una: int, snd_nxt: int, round_trip: int | None, segments: int, now: int
    ) -> None:
        """Look at the distance of ACKs, and at the round trip."""
        if round_trip is None:
            return
        self._min_rtt = min(self._min_rtt, round_trip)
        if segments < LOW_WINDOW:
            return
        if snd_una > self._window_end:
            self._window_end = snd_nxt
            self._round_start = self._last_ack = now
            self._current_round_min_rtt = INFINITY
            self._rtt_sample_count = 0
        if now - self._last_ack <= ACK_DELTA:
            self._last_ack = now
            if now - self._round_start > self._min_rtt // 2:  # the train fills half of the path
                self.ended = True
        self._current_round_min_rtt = min(self._current_round_min_rtt, round_trip)
        if self._rtt_sample_count < N_RTT_SAMPLE:
            self._rtt_sample_count += 1
            return
        threshold = max(MIN_RTT_THRESH, min(self._min_rtt // MIN_RTT_DIVISOR, MAX_RTT_THRESH))
        if self._current_round_min_rtt > self._min_rtt + threshold:
            self.ended = True


def watch(name: str) -> SlowStartWatch | None:
    """What `TcpConfig.hystart` names: "hystart++", "hystart" or "off"."""
    if name == "hystart++":
        return HyStartPlusPlus()
    return ClassicHyStart() if name == "hystart" else None
