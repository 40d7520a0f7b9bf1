"""What TCP asks of a congestion control algorithm.

Source: RFC 9293 section 3.8.2 (MUST-19, MAY-18: others may be put in its place). Counts are bytes.
"""

from typing import Protocol


class CongestionControl(Protocol):
    """How much may be on the way.

    Attributes:
        cwnd: bytes that may be unacknowledged.
        smss: Eff.snd.MSS, bytes of text.
    """

    cwnd: int
    smss: int

    def acknowledged(self, count: int) -> None:
        """`count` bytes of new data were acknowledged, outside of recovery."""

    def enter_recovery(self, flight_size: int) -> None:
        """Duplicate ACKs tell of a loss."""

    def duplicate_ack(self) -> None:
        """One more segment has left the network while in recovery."""

    def partial_ack(self, count: int) -> None:
        """In recovery, an ACK covered `count` bytes but not all that was sent before it."""

    def leave_recovery(self, flight_size: int) -> None:
        """All that was sent before the recovery is acknowledged."""

    def timeout(self, flight_size: int, first: bool) -> None:
        """The retransmission timer expired; `first`: for the first time since a new ACK."""

    def restart_after_lost_syn(self) -> None:
        """The handshake needed a retransmission."""

    def restart_after_idle(self) -> None:
        """Nothing was sent for longer than an RTO."""
