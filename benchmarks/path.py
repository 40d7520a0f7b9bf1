"""A path with a bottleneck, for virtual and for real time: rate, queue, delay, loss.

Which segments are lost depends on their number and on the seed alone: the nth segment with text
that a sender puts on the path meets the same fate, whoever sends it and whenever. So two TCPs can
be compared on the same schedule.
"""

from dataclasses import dataclass
from random import Random

OVERHEAD = 24
"""Bytes of preamble, FCS and gap (IEEE 802.3 clauses 3.1 and 4.4.2)."""

SECOND = 1_000_000_000


@dataclass(frozen=True)
class Conditions:
    """What a path is like.

    Attributes:
        rate: of the bottleneck, bits a second; only the way of the text has one.
        delay: each way, ns.
        queue: bytes that may wait before the bottleneck.
        loss: probability that a segment with text is lost.
        seed: of the losses.
    """

    rate: int = 10_000_000
    delay: int = 20_000_000
    queue: int = 65_536
    loss: float = 0.0
    seed: int = 1


class Path:
    """Both ways between two ends, 0 and 1; end 0 sends the text."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self._chance = Random(conditions.seed)
        self._free_at = 0
        self.texts = self.lost = self.overflowed = 0

    def carry(self, end: int, frame: bytes, now: int) -> int | None:
        """When `frame`, sent by `end` at `now` ns, arrives at the other one; None: never."""
        conditions = self.conditions
        if not text_length(frame):
            return now + conditions.delay
        self.texts += 1
        if self._chance.random() < conditions.loss:
            self.lost += 1
            return None
        start = max(self._free_at, now)
        if (start - now) * conditions.rate > conditions.queue * 8 * SECOND:
            self.overflowed += 1
            return None
        self._free_at = start + (len(frame) + OVERHEAD) * 8 * SECOND // conditions.rate
        return self._free_at + conditions.delay


def text_length(frame: bytes) -> int:
    """Bytes of text in a TCP segment; 0 for any other frame."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return 0
    total = int.from_bytes(frame[16:18], "big")
    headers = (frame[14] & 15) * 4
    return total - headers - (frame[14 + headers + 12] >> 4) * 4
