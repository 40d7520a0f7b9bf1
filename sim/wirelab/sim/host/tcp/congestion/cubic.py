"""CUBIC: after a loss, cwnd grows along a cubic curve of time, flat where the loss was.

Source: RFC 9438, whose names are kept (sections 4.1 to 4.10, 5.8).

        cwnd |                              :  convex: beyond W_max, ever faster
       W_max |- - - - - - - - -_________- -:
             |        ________/
             |   ____/   concave: fast at first, careful near W_max
             +----------------------K-------------- t

Rule 1: the root is taken in integers, and what is a double is only added and multiplied (IEEE 754
rounds that in one way), so that every machine gets the same window.
Rule 2: cwnd is never less than what NewReno would have had (W_est, section 4.3).
Rule 3: time in which cwnd was not the limit does not count (section 5.8).
"""

from typing import Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion.hystart import SlowStartWatch, watch
from wirelab.sim.host.tcp.congestion.newreno import NewReno

# Fractions of RFC 9438, as numerator and denominator.
BETA: Final = 7, 10  # beta_cubic, section 4.6
ALPHA: Final = 9, 17  # alpha_cubic = 3 (1 - beta) / (1 + beta), section 4.3
FAST_CONVERGENCE: Final = 17, 20  # (1 + beta_cubic) / 2, section 4.7
C: Final = 2, 5  # segments a second cubed, section 5.1

BYTES: Final = C[0] / C[1]
CUBIC_SECOND: Final = SECOND**3


class Cubic(NewReno):
    """The congestion window of one connection, with CUBIC above ssthresh.

    Attributes:
        w_max: the window around which the curve is flat, bytes.
        k: how long from the epoch's begin to there, ns.
        epoch_start: when this congestion avoidance began, ns; None outside of it.
    """

    __slots__ = (
        "_alpha_is_one",
        "_cwnd_prior",
        "_hystart",
        "_rtt",
        "_seen",
        "_target",
        "_undo",
        "_updated",
        "_updated_for",
        "_w_est",
        "_w_est_rest",
        "_w_rest",
        "epoch_start",
        "k",
        "w_max",
    )

    name = "cubic"

    def __init__(self, smss: int, config: TcpConfig) -> None:
        """Begin in slow start; `smss` is Eff.snd.MSS, bytes."""
        super().__init__(smss, config)
        self._hystart: SlowStartWatch | None = watch(config.hystart)
        self._rtt = 0  # smoothed
        self._seen = 0  # the last ACK
        self.w_max = 0
        self.k = 0
        self.epoch_start: int | None = None
        self._cwnd_prior = 0  # cwnd when it was last reduced
        self._w_est = 0
        self._target = 0  # of the slope
        self._updated = self._updated_for = 0  # when, and for which cwnd, it was computed
        self._alpha_is_one = False
        self._w_est_rest = self._w_rest = 0  # what the divisions left over
        # For `undo`: w_max, k, epoch_start, _cwnd_prior.
        self._undo: tuple[int, int, int | None, int] = (0, 0, None, 0)

    def acknowledged(
        self,
        count: int,
        snd_una: int,
        snd_nxt: int,
        round_trip: int | None,
        now: int,
        limited: bool,
    ) -> None:
        """See `CongestionControl`."""
        if round_trip is not None:
            self._rtt = (7 * self._rtt + round_trip) // 8 if self._rtt else round_trip
        hystart = self._hystart
        if hystart is not None:
            hystart.acknowledged(snd_una, snd_nxt, round_trip, self.cwnd // self.smss, now)
            if hystart.ended:
                self.ssthresh = self.cwnd
                self._hystart = None
        seen, self._seen = self._seen, now
        if not limited:
            if self.epoch_start is not None:
                self.epoch_start += now - seen
            return
        if self.cwnd < self.ssthresh:
            count = self.slow_start(count)
        if count:
            self.avoid_congestion(count, now)

    def slow_start(self, count: int) -> int:
        """A quarter as fast, if HyStart++ suspects a queue."""
        if self._hystart is not None and self._hystart.divisor > 1:
            limit = self._config.slow_start_limit * self.smss
            self.cwnd += (min(count, limit) if limit else count) // self._hystart.divisor
            return 0
        return super().slow_start(count)

    # Congestion avoidance

    def avoid_congestion(self, count: int, now: int) -> None:
        """RFC 9438 sections 4.2 to 4.5."""
        if self.epoch_start is None:
            self._begin_epoch(now)
        assert self.epoch_start is not None
        since = now - self.epoch_start
        self._grow_estimate(count)
        cwnd = self.cwnd
        segments = cwnd // self.smss
        if segments != self._updated_for or now - self._updated > self._config.cubic_update_period:
            self._updated, self._updated_for = now, segments
            if self.w_cubic(since) < self._w_est:
                self.cwnd = max(self._w_est, cwnd)  # section 4.3: the Reno-friendly region
                self._target = 0
                return
            self._target = min(self.w_cubic(since + self._rtt), cwnd + cwnd // 2)
        target = self._target
        if target > cwnd:
            growth, self._w_rest = divmod((target - cwnd) * count + self._w_rest, cwnd)
            self.cwnd += growth

    def _begin_epoch(self, now: int) -> None:
        self.epoch_start = now
        self._updated_for = 0
        self._w_est, self._w_est_rest, self._w_rest = self.cwnd, 0, 0
        self._alpha_is_one = self._config.cubic_catches_up and self.cwnd >= self._cwnd_prior
        if self.cwnd >= self.w_max:  # slow start ended without a loss, or after a timeout
            self.w_max = self.cwnd
            self.k = 0
        else:  # equation 2
            lost = (self.w_max - self.cwnd) * C[1]
            self.k = cube_root(lost * CUBIC_SECOND // (C[0] * self.smss))

    def w_cubic(self, since: int) -> int:
        """W_cubic(t), bytes, `since` ns after the epoch's begin (equation 1)."""
        t = (since - self.k) * 1e-9
        return self.w_max + int(BYTES * self.smss * t * t * t)

    def _grow_estimate(self, count: int) -> None:
        """W_est, what NewReno would have by now (equation 4)."""
        upper, lower = (1, 1) if self._alpha_is_one else ALPHA
        gain = upper * self.smss * count + self._w_est_rest
        growth, self._w_est_rest = divmod(gain, lower * self.cwnd)
        self._w_est += growth
        caught_up = self._config.cubic_catches_up and self._w_est >= self._cwnd_prior
        if caught_up and not self._alpha_is_one:
            self._alpha_is_one = True
            self._w_est_rest = 0

    # Reductions

    def reduced(self, flight_size: int, now: int) -> int:
        """Seven tenths (section 4.6); W_max as fast convergence has it (section 4.7)."""
        self._undo = self.w_max, self.k, self.epoch_start, self._cwnd_prior
        cwnd = self._cwnd_prior = self.cwnd
        if cwnd < self.w_max and self._config.cubic_fast_convergence:
            self.w_max = cwnd * FAST_CONVERGENCE[0] // FAST_CONVERGENCE[1]
        else:
            self.w_max = cwnd
        self.epoch_start = None
        self._hystart = None
        return self.share(*BETA, flight_size)

    def timeout(self, flight_size: int, first: bool, now: int) -> None:
        """Section 4.8: slow start, and then a curve that begins where congestion avoidance does."""
        super().timeout(flight_size, first, now)
        self.epoch_start = None
        self.w_max = 0

    def undo(self, now: int) -> None:
        """Section 4.9.1: back onto the curve of before."""
        super().undo(now)
        self.w_max, self.k, self.epoch_start, self._cwnd_prior = self._undo

    def restart_after_idle(self, idle: int, rto: int, now: int) -> None:
        """Section 5.8: silence does not move us along the curve."""
        super().restart_after_idle(idle, rto, now)
        if self.epoch_start is not None:
            self.epoch_start += idle
        self._seen = now


def cube_root(value: int) -> int:
    """The largest integer whose cube is at most `value`, by Newton's method."""
    if value <= 0:
        return 0
    root = 1 << -(-value.bit_length() // 3)  # at least the root, and from there it only falls
    while (closer := (2 * root + value // (root * root)) // 3) < root:
        root = closer
    return root
