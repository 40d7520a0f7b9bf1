"""NewReno: slow start, congestion avoidance, half after a loss.

Source: RFC 5681 section 3, RFC 6582, RFC 3465 (count bytes), RFC 6928 (initial window), RFC 2861
(idle and application-limited times).

Other algorithms are made from this one: they replace `reduced` (how much remains after a loss) and
`avoid_congestion` (how cwnd grows above ssthresh), and `slow_start` if need be.
"""

from typing import Final

from wirelab.sim.host.tcp.config import TcpConfig

UNLIMITED: Final = 1 << 30
"""ssthresh before the first loss: "arbitrarily high" (RFC 5681 section 3.1)."""


def initial_window(smss: int, config: TcpConfig) -> int:
    """Bytes that may go before the first ACK of data.

    RFC 6928 section 2 with `initial_window` segments, or RFC 5681 section 3.1 if that is 0.
    """
    if not config.initial_window:
        return (2 if smss > 2190 else 3 if smss > 1095 else 4) * smss
    return min(config.initial_window * smss, max(2 * smss, config.initial_window_limit))


class NewReno:
    """The congestion window of one connection; for the attributes see `CongestionControl`."""

    __slots__ = (
        "_acknowledged",
        "_config",
        "_prior_cwnd",
        "_prior_ssthresh",
        "cwnd",
        "smss",
        "ssthresh",
    )

    name = "reno"

    def __init__(self, smss: int, config: TcpConfig) -> None:
        """Begin with the initial window; `smss` is Eff.snd.MSS, bytes."""
        self._config = config
        self.smss = smss
        self.cwnd = initial_window(smss, config)
        self.ssthresh = UNLIMITED
        self._acknowledged = 0  # bytes since cwnd last grew in congestion avoidance
        self._prior_cwnd = self._prior_ssthresh = 0  # before the last reduction

    def acknowledged(
        self,
        count: int,
        snd_una: int,
        snd_nxt: int,
        round_trip: int | None,
        now: int,
        limited: bool,
    ) -> None:
        """Grow, if it was cwnd that held the sender back."""
        if not limited:
            return
        if self.cwnd < self.ssthresh:
            count = self.slow_start(count)
        if count:
            self.avoid_congestion(count, now)

    def slow_start(self, count: int) -> int:
        """Grow by what arrived, at most to ssthresh; return what of `count` is left over."""
        limit = self._config.slow_start_limit * self.smss
        grown = min(self.cwnd + (min(count, limit) if limit else count), self.ssthresh)
        # Beyond the limit nothing is left over: that part of a stretch ACK shall not count at all.
        left = count - (grown - self.cwnd) if grown == self.ssthresh else 0
        self.cwnd = grown
        return left

    def avoid_congestion(self, count: int, now: int) -> None:
        """One segment more for each cwnd acknowledged (RFC 5681 section 3.1, by bytes)."""
        self._acknowledged += count
        if self._acknowledged >= self.cwnd:
            self._acknowledged -= self.cwnd
            self.cwnd += self.smss

    def reduced(self, flight_size: int, now: int) -> int:
        """What ssthresh becomes after a loss: half of what was on the way (RFC 5681 equation 4)."""
        return self.share(1, 2, flight_size)

    def share(self, numerator: int, denominator: int, flight_size: int) -> int:
        """That part of what was on the way, at least two segments."""
        config = self._config
        base = self.cwnd if config.reduce_from_cwnd else flight_size
        kept = base * numerator // denominator
        if config.reduce_to_whole_segments:
            kept -= kept % self.smss
        return max(kept, 2 * self.smss)

    def _reduce(self, flight_size: int, now: int) -> None:
        self._prior_cwnd, self._prior_ssthresh = self.cwnd, self.ssthresh
        self.ssthresh = self.reduced(flight_size, now)
        self._acknowledged = 0

    def enter_recovery(self, flight_size: int, now: int) -> None:
        """A loss was found; cwnd is led to the new ssthresh from outside."""
        self._reduce(flight_size, now)

    def leave_recovery(self, now: int) -> None:
        """A full ACK came (RFC 6582 section 3.2, step 3, option 2; RFC 6937 has led us there)."""
        self.cwnd = self.ssthresh

    def timeout(self, flight_size: int, first: bool, now: int) -> None:
        """Fall to one segment; equation 4 of RFC 5681 holds only once for the same segment."""
        if first:
            self._reduce(flight_size, now)
        self.cwnd = self.smss
        self._acknowledged = 0

    def undo(self, now: int) -> None:
        """Return to before the last reduction; growth since then is kept."""
        self.cwnd = max(self.cwnd, self._prior_cwnd)
        self.ssthresh = max(self.ssthresh, self._prior_ssthresh)

    def restart_after_lost_syn(self) -> None:
        """RFC 5681 section 3.1: if the SYN or its ACK was lost, begin with one segment."""
        self.cwnd = self.smss

    def restart_after_idle(self, idle: int, rto: int, now: int) -> None:
        """Fall to the initial window: no ACK clock is left (RFC 5681 section 4.1, RFC 2861)."""
        self._remember_in_ssthresh()
        restart = min(initial_window(self.smss, self._config), self.cwnd)
        window = self.cwnd if self._config.gradual_idle_restart else restart
        while idle >= rto and window > restart:
            window //= 2
            idle -= rto
        self.cwnd = max(window, restart)

    def application_limited(self, used: int, now: int) -> None:
        """Go half of the way to what the application needs (RFC 2861 section 3.2)."""
        used = max(used, initial_window(self.smss, self._config))
        if used < self.cwnd:
            self._remember_in_ssthresh()
            self.cwnd = (self.cwnd + used) // 2

    def _remember_in_ssthresh(self) -> None:
        """RFC 2861 section 3.2: ssthresh keeps three quarters of the window that is given up."""
        self.ssthresh = max(self.ssthresh, self.cwnd * 3 // 4)
