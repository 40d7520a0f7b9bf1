"""What one ACK brought, gathered while it is processed.

Everything that decides about losses reads it here, instead of deriving it again: the scoreboard and
the flight write it, `recovery`, `rack`, `undo` and congestion control read it.
"""

from wirelab.sim.host.tcp.flight import Record


class Delivery:
    """The news of one ACK.

    Attributes:
        prior_una: SND.UNA before it.
        prior_sacked: where the highest sacked record began before it (SND.UNA for none).
        acked: bytes that it acknowledged cumulatively.
        delivered: bytes that were not known to have arrived (cumulatively or selectively).
        lost: bytes found lost while it was processed.
        advanced: SND.UNA moved.
        sacked: it selectively acknowledged something new.
        duplicate: it counts as a duplicate ACK (RFC 5681 section 2), SACK or not.
        has_text, window_changed: it came with text; it moved the window.
        original: something that was sent once, before the recovery point, was delivered: the
            evidence of F-RTO (RFC 5682 section 3.1) that a timeout was spurious.
        resent: something that had been sent again was acknowledged cumulatively.
        lost_again: a retransmission was found lost.
        duplicates: D-SACK reported so many segments that had arrived twice (RFC 2883).
        probe_duplicate: that D-SACK was for the loss probe (RFC 8985 section 7.4.2).
        ece: it carries ECN-Echo.
        reordered: the lowest number that arrived after higher ones, sent once; None for none.
        first_sent_at, last_sent_at: when the first and the last of the acknowledged records that
            were sent once went out; None for none.
        first_sacked_at, last_sacked_at: the same of those newly sacked.
        believable: a retransmission that went out later than this cannot have been what arrived:
            that would be faster than any round trip before (RFC 8985 section 6.2, step 2).
        judged_at: when the believable record went out that was looked at last; None for none.
        newest_sent_at, newest_serial, newest_end: the one delivered that went out last (the same
            step); None for none.
        restart_timer: the retransmission timer starts anew (RFC 6298 section 5.3).
        tsecr: what the peer echoes, 32 bits; None without timestamps.
        round_trip: what this ACK measured, ns; None for nothing.
    """

    __slots__ = (
        "acked",
        "advanced",
        "believable",
        "delivered",
        "duplicate",
        "duplicates",
        "ece",
        "first_sacked_at",
        "first_sent_at",
        "has_text",
        "judged_at",
        "last_sacked_at",
        "last_sent_at",
        "lost",
        "lost_again",
        "newest_end",
        "newest_sent_at",
        "newest_serial",
        "original",
        "prior_sacked",
        "prior_una",
        "probe_duplicate",
        "reordered",
        "resent",
        "restart_timer",
        "round_trip",
        "sacked",
        "tsecr",
        "window_changed",
    )

    def __init__(
        self, prior_una: int, prior_sacked: int, tsecr: int | None, believable: int
    ) -> None:
        self.believable = believable
        self.prior_una = prior_una
        self.prior_sacked = prior_sacked
        self.tsecr = tsecr
        self.acked = self.delivered = self.lost = self.duplicates = 0
        self.advanced = self.sacked = self.duplicate = self.has_text = self.window_changed = False
        self.original = self.resent = self.lost_again = False
        self.probe_duplicate = self.ece = self.restart_timer = False
        self.reordered: int | None = None
        self.first_sent_at: int | None = None
        self.last_sent_at: int | None = None
        self.first_sacked_at: int | None = None
        self.last_sacked_at: int | None = None
        self.judged_at: int | None = None
        self.newest_sent_at: int | None = None
        self.newest_end = self.newest_serial = 0
        self.round_trip: int | None = None

    def acknowledged(self, record: Record, count: int, recover: int, whole: bool) -> None:
        """`count` bytes of `record` were acknowledged cumulatively.

        Args:
            record: with its marks of before.
            count: bytes.
            recover: the recovery point.
            whole: that is all of it, or the rest.
        """
        self.acked += count
        if record.times > 1:
            self.resent = True
        elif not record.sacked:
            self.last_sent_at = record.sent_at
            if self.first_sent_at is None:
                self.first_sent_at = record.sent_at
            self.out_of_order(record.start)
            if record.end <= recover:
                self.original = True
        if not record.sacked:
            self.delivered += count
            if whole:
                self.arrived(record)

    def arrived(self, record: Record) -> None:
        """`record` was delivered: is it the one that went out last?"""
        sent_at = record.sent_at
        if record.times > 1 and sent_at > self.believable:
            return
        if not (self.acked and record.sacked):  # the cumulative part counts last
            self.judged_at = sent_at
        if (record.serial, record.end) > (self.newest_serial, self.newest_end):
            self.newest_sent_at = sent_at
            self.newest_serial = record.serial
            self.newest_end = record.end

    def out_of_order(self, start: int) -> None:
        """What begins at `start` and was sent once came after something higher."""
        if self.reordered is None or start < self.reordered:
            self.reordered = start
