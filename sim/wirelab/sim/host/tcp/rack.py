"""RACK: a segment is lost when one sent long enough after it has arrived.

Source: RFC 8985 section 6 (RACK-TLP); the section numbers below are its own.

Rule 1: time decides, not the number of duplicates: a lost retransmission is found like a lost
original, and reordering within the window costs nothing.
Rule 2: without any reordering seen, `reordering` segments sacked mean a loss at once (section 6.2
step 4), as in RFC 6675.
Rule 3: records are asked in the order of transmission, and those found lost leave it, so an ACK
costs what it finds, and a bounded walk for the timer.
"""

from typing import Final

from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.flight import Flight, Record

PERSISTENCE: Final = 16
"""Recoveries for which an enlarged reordering window stays (section 6.2 step 4)."""

LARGEST_FACTOR: Final = 255
"""Ours, after Linux: of the reordering window, in quarters of a round trip."""

LONGEST_WALK: Final = 64
"""Ours: records within the reordering window that are asked how long to wait. Beyond, the last
delivered answers for all, which went out later than they: never too early, at most a burst late."""


class Rack:
    """RACK's variables (section 5.3).

    Attributes:
        sent_at, serial, end: RACK.xmit_ts and RACK.end_seq: the delivered record that went out
            last, and the serial of its transmission.
        round_trip: RACK.rtt, ns.
        advanced: something was delivered since losses were last looked for.
        factor: RACK.reo_wnd_mult.
        persist: RACK.reo_wnd_persist.
        duplicates_round: RACK.dsack_round: SND.NXT when the factor last grew; None: never.
    """

    __slots__ = (
        "advanced",
        "duplicates_round",
        "end",
        "factor",
        "persist",
        "round_trip",
        "sent_at",
        "serial",
    )

    def __init__(self) -> None:
        self.sent_at = self.serial = -1
        self.end = 0
        self.round_trip = 0
        self.advanced = False
        self.factor = 1
        self.persist = 0
        self.duplicates_round: int | None = None

    def delivered(self, sent_at: int, serial: int, end: int, round_trip: int) -> None:
        """Something arrived that was surely sent when we think (section 6.2, step 2).

        Args:
            sent_at: when the record that went out last did, ns.
            serial: of that transmission.
            end: where the record ends.
            round_trip: of the record that was looked at last, ns: the step sets RACK.rtt by each.
        """
        self.round_trip = round_trip
        self.advanced = True
        if (serial, end) > (self.serial, self.end):
            self.sent_at = sent_at
            self.serial = serial
            self.end = end

    def update_factor(self, delivery: Delivery, una: int, nxt: int, reordered: bool) -> None:
        """D-SACK tells of needless retransmissions: wait longer next time (section 6.2, step 4).

        Args:
            delivery: the ACK's news.
            una: SND.UNA after it.
            nxt: SND.NXT.
            reordered: reordering has been seen on this connection.
        """
        if self.duplicates_round is not None and una >= self.duplicates_round:
            self.duplicates_round = None
        if delivery.duplicates and not delivery.probe_duplicate and reordered:
            if self.duplicates_round is None:
                self.duplicates_round = nxt
                self.factor = min(self.factor + 1, LARGEST_FACTOR)
                self.persist = PERSISTENCE
        elif not self.persist:
            self.factor = 1

    def recovered(self, undone: bool) -> None:
        """A recovery has ended; `undone`: it was for nothing."""
        if undone:
            self.persist = min(self.persist + 1, PERSISTENCE)
        elif self.persist:
            self.persist -= 1

    def window(self, minimum_round_trip: int, smoothed: int) -> int:
        """RACK.reo_wnd where reordering is allowed for, ns (section 6.2, step 4)."""
        return min(minimum_round_trip // 4 * self.factor, smoothed)

    def find_lost(self, flight: Flight, window: int, now: int) -> tuple[int, int]:
        """Mark what is overdue (section 6.2, step 5).

        Args:
            flight: whose records.
            window: RACK.reo_wnd, ns.
            now: ns.

        Returns:
            bytes newly lost, and for how long to wait for the rest, ns; 0: nothing is awaited.
        """
        lost = 0
        oldest_bearable = now - self.round_trip - window
        latest = None
        order = flight.ordered()
        record = order.oldest
        for _ in range(LONGEST_WALK):  # what is lost does not count: it is met once
            while record is not None and record.sent_at <= oldest_bearable and self._before(record):
                following = record.newer
                lost += flight.mark_lost(record)
                record = following
            if record is None or not self._before(record):
                break
            latest = record.sent_at
            record = record.newer
        else:
            latest = self.sent_at
        return lost, 0 if latest is None else latest - oldest_bearable

    def _before(self, record: Record) -> bool:
        """Whether `record` went out before the one last delivered."""
        return (record.serial, record.end) < (self.serial, self.end)
