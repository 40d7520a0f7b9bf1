"""Proportional rate reduction: how fast a window comes down to ssthresh.

Source: RFC 6937 section 3 (the algorithm), with the slow-start part as RFC 9937 has it: it grows
by one segment more only while recovery makes progress (SafeACK).

    pipe > ssthresh     out / delivered = ssthresh / prior window: evenly, one for about two ACKs
    pipe <= ssthresh    as much as is delivered, and a segment more: back up to ssthresh

Rule: counts are bytes, rounded up to whole segments, because nothing else is sent.
"""


class Reduction:
    """One reduction, from its begin to the recovery point.

    Attributes:
        prior: what was on the way when it began (RecoverFS), bytes.
        delivered: bytes that reached the peer since (prr_delivered).
        out: bytes sent since (prr_out).
    """

    __slots__ = ("delivered", "out", "prior")

    def __init__(self, prior: int) -> None:
        self.prior = max(prior, 1)
        self.delivered = 0
        self.out = 0

    def window(
        self, delivered: int, pipe: int, ssthresh: int, segment_size: int, progress: bool
    ) -> int:
        """The congestion window after an ACK, bytes.

        Args:
            delivered: bytes that this ACK brought the news of (DeliveredData).
            pipe: bytes in the network now.
            ssthresh: where the reduction ends, bytes.
            segment_size: SMSS.
            progress: SND.UNA moved, and nothing more was found lost (SafeACK).
        """
        self.delivered += delivered
        if pipe > ssthresh:
            share = -(-ssthresh * self.delivered // self.prior)
            room = -(-share // segment_size) * segment_size - self.out
        else:
            room = max(self.delivered - self.out, delivered)
            if progress:
                room += segment_size
            room = min(ssthresh - pipe, room)
        if not self.out:  # the fast retransmission goes at once
            room = max(room, segment_size)
        return pipe + max(room, 0)
