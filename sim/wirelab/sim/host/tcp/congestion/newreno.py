"""How much may be on the way: slow start, congestion avoidance, fast recovery.

Source: RFC 5681 section 3, RFC 6582 section 3.2 (NewReno), RFC 3465 section 2.2 (count bytes, L=2).
Rule: this file decides how much; which bytes go again, and when, is `recovery`'s business.
"""

from typing import Final

_UNLIMITED: Final = 1 << 30
"""ssthresh before the first loss: "arbitrarily high" (RFC 5681 section 3.1)."""


class NewReno:
    """The congestion window of one connection.

    Attributes:
        cwnd: bytes that may be unacknowledged.
        ssthresh: below it, cwnd grows by slow start, bytes.
    """

    __slots__ = ("_acknowledged", "cwnd", "smss", "ssthresh")

    def __init__(self, smss: int) -> None:
        """Begin with the initial window of RFC 5681 section 3.1; `smss` is Eff.snd.MSS, bytes."""
        self.smss = smss
        self.cwnd = self._initial_window
        self.ssthresh = _UNLIMITED
        self._acknowledged = 0  # bytes since cwnd last grew in congestion avoidance

    @property
    def _initial_window(self) -> int:
        smss = self.smss
        return (2 if smss > 2190 else 3 if smss > 1095 else 4) * smss

    def restart_after_idle(self) -> None:
        """RFC 5681 section 4.1: no ACK clock is left, so no more than the initial window."""
        self.cwnd = min(self.cwnd, self._initial_window)

    def restart_after_lost_syn(self) -> None:
        """RFC 5681 section 3.1: if the SYN or its ACK was lost, begin with one segment."""
        self.cwnd = self.smss

    def acknowledged(self, count: int) -> None:
        """`count` bytes of new data were acknowledged, outside of recovery."""
        smss = self.smss
        if self.cwnd < self.ssthresh:
            self.cwnd += min(count, 2 * smss)
            return
        self._acknowledged += count
        if self._acknowledged >= self.cwnd:
            self._acknowledged -= self.cwnd
            self.cwnd += smss

    def enter_recovery(self, flight_size: int) -> None:
        """The third duplicate ACK came; three segments have left the network."""
        self.ssthresh = max(flight_size // 2, 2 * self.smss)
        self.cwnd = self.ssthresh + 3 * self.smss
        self._acknowledged = 0

    def duplicate_ack(self) -> None:
        """One more segment has left the network while in recovery."""
        self.cwnd += self.smss

    def partial_ack(self, count: int) -> None:
        """In recovery, an ACK covered `count` bytes but not all that was sent before it."""
        again = self.smss if count >= self.smss else 0
        self.cwnd = max(self.cwnd - count + again, self.smss)

    def leave_recovery(self, flight_size: int) -> None:
        """A full ACK came (RFC 6582 section 3.2, step 3, option 1: avoids a burst)."""
        self.cwnd = min(self.ssthresh, max(flight_size, self.smss) + self.smss)

    def timeout(self, flight_size: int, first: bool) -> None:
        """The retransmission timer expired; `first` for this segment (equation 4 holds once)."""
        if first:
            self.ssthresh = max(flight_size // 2, 2 * self.smss)
        self.cwnd = self.smss
        self._acknowledged = 0
