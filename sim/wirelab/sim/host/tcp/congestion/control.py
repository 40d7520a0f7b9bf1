"""What TCP asks of a congestion control algorithm.

Source: RFC 9293 section 3.8.2 (MUST-19, MAY-18: others may be put in its place). Counts are bytes,
times ns.

Rule 1: an algorithm decides how much may be on the way. Which bytes go again, and when, is the
business of loss recovery.
Rule 2: during a recovery, `cwnd` is set from outside by proportional rate reduction (RFC 6937),
which steers it to the `ssthresh` that `enter_recovery` chose; `acknowledged` is not called then.
Rule 3: an algorithm knows no connection. So it can be tested, and written by a user, alone.
"""

from typing import Protocol


class CongestionControl(Protocol):
    """How much may be on the way.

    Attributes:
        name: as `registry` and TCP_CONGESTION know it.
        smss: Eff.snd.MSS, bytes of text; the connection changes it with the path's MTU.
        cwnd: bytes that may be unacknowledged.
        ssthresh: below it, cwnd grows by slow start, bytes.
    """

    name: str
    smss: int
    cwnd: int
    ssthresh: int

    def acknowledged(
        self,
        count: int,
        snd_una: int,
        snd_nxt: int,
        round_trip: int | None,
        now: int,
        limited: bool,
    ) -> None:
        """An ACK brought news, outside of recovery.

        Args:
            count: bytes newly acknowledged, cumulatively or selectively.
            snd_una: SND.UNA after this ACK; with the next argument it tells round trips apart.
            snd_nxt: SND.NXT.
            round_trip: what this ACK measured, or None.
            now: the time.
            limited: cwnd was what held the sender back; else it must not grow
                (RFC 9438 section 5.8, RFC 7661 section 4.2).
        """

    def enter_recovery(self, flight_size: int, now: int) -> None:
        """A loss was found, or ECN-Echo came, for the first time in a window (RFC 3168 6.1.2).

        Choose ssthresh, and remember what `undo` needs. `cwnd` stays.
        """

    def leave_recovery(self, now: int) -> None:
        """All that was sent before the recovery is acknowledged: cwnd becomes ssthresh."""

    def timeout(self, flight_size: int, first: bool, now: int) -> None:
        """The retransmission timer expired; `first`: for the first time since a new ACK."""

    def undo(self, now: int) -> None:
        """The last reduction was for nothing: nothing had been lost (RFC 4015 section 3.2)."""

    def restart_after_lost_syn(self) -> None:
        """The handshake needed a retransmission (RFC 5681 section 3.1)."""

    def restart_after_idle(self, idle: int, rto: int, now: int) -> None:
        """Nothing was on the way for `idle` ns, which is longer than an RTO."""

    def application_limited(self, used: int, now: int) -> None:
        """For an RTO no more than `used` bytes were on the way (RFC 2861 section 3.2)."""
