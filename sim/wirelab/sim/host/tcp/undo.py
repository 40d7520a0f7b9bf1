"""Taking a reduction back when nothing had been lost.

Source: RFC 3522 and RFC 4015 (Eifel, by timestamps); RFC 3708 (by D-SACK); RFC 4015 section 3.2
(what to restore).

A reduction was for nothing when either
1. an ACK echoes a timestamp from before the first retransmission: the original had arrived; or
2. D-SACK has reported every retransmission as a duplicate.

Rule 1: a reduction that an ECN-Echo asked for is never taken back.
Rule 2: this file only judges; `recovery` acts.
"""

from typing import Final

from wirelab.sim.host.tcp.sequence import HALF, MASK

UNKNOWN: Final = -1
"""Nothing was sent again yet, so that no duplicate proves anything."""


class Undo:
    """What is needed to judge one reduction.

    Attributes:
        marker: SND.UNA when it began.
        unconfirmed: segments sent again and not reported as duplicates; `UNKNOWN` before the first.
        reversible: cwnd and ssthresh may be restored.
    """

    __slots__ = ("marker", "reversible", "unconfirmed")

    def __init__(self, marker: int, resent_segments: int, reversible: bool) -> None:
        self.marker = marker
        self.unconfirmed = resent_segments or UNKNOWN
        self.reversible = reversible

    def sent_again(self, segments: int) -> None:
        """So many segments were sent again."""
        self.unconfirmed = max(self.unconfirmed, 0) + segments

    def duplicated(self, segments: int) -> None:
        """D-SACK reported so many of them as duplicates."""
        if self.unconfirmed > 0:
            self.unconfirmed = max(self.unconfirmed - segments, 0)

    @property
    def all_duplicates(self) -> bool:
        """Whether each retransmission is known to have been for nothing."""
        return self.unconfirmed == 0


def echoes_original(first_resent_at: int | None, tsecr: int | None) -> bool:
    """Whether an ACK answers something sent before the first retransmission (RFC 3522 section 3.2).

    Args:
        first_resent_at: TSval of the first retransmission, 32 bits; None if nothing was sent
            again: then what was thought lost has arrived by itself.
        tsecr: what the ACK echoes; None without timestamps, 0 means nothing.
    """
    if first_resent_at is None:
        return True
    if not tsecr:
        return False
    return (tsecr - first_resent_at & MASK) >= HALF
