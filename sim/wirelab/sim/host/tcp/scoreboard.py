"""The SACK scoreboard: which numbers above SND.UNA the peer has.

Source: RFC 2018 sections 5 and 8; RFC 6675 sections 3 and 4 (IsLost); RFC 2883 section 4 (D-SACK).

    SND.UNA        s0      e0        s1  e1              s2        e2          SND.NXT
       |.... hole ..|======|... hole ..|===|..... hole ....|=========|............|

Rule 1: ranges are kept sorted and apart. Only the part of a block that is news touches records, so
a block that is repeated in every ACK costs a binary search, whatever it covers.
Rule 2: a record is sacked when all of it is covered. A part of it is split off in whole segments
only, so that a peer cannot cut our records to crumbs.
"""

from bisect import bisect_left, bisect_right

from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.flight import Flight, Record


class Scoreboard:
    """The ranges of one connection that are selectively acknowledged."""

    __slots__ = ("_ends", "_searched", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._searched = 0

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, left: int, right: int) -> list[tuple[int, int]]:
        """Note that `left` to `right` has arrived: the parts that are news, in order."""
        starts, ends = self._starts, self._ends
        first = bisect_left(ends, left)  # the first range that touches it
        behind = bisect_right(starts, right, first)
        news = []
        at = left
        for index in range(first, behind):
            if at < starts[index]:
                news.append((at, starts[index]))
            at = max(at, ends[index])
        if at < right:
            news.append((at, right))
        if news:
            if first < behind:
                left, right = min(left, starts[first]), max(right, ends[behind - 1])
            starts[first:behind] = [left]
            ends[first:behind] = [right]
        return news

    def holding(self, sequence: int) -> tuple[int, int]:
        """The range that holds `sequence`, which one does."""
        index = bisect_right(self._starts, sequence) - 1
        return self._starts[index], self._ends[index]

    def acknowledged(self, ack: int) -> None:
        """SND.UNA is `ack`: forget what is below."""
        ends = self._ends
        if not ends:
            return
        count = bisect_right(ends, ack)
        if count:
            del self._starts[:count], ends[:count]
        if ends and self._starts[0] < ack:
            self._starts[0] = ack

    def clear(self) -> None:
        """Forget everything (the peer has reneged)."""
        self._starts.clear()
        self._ends.clear()

    def search_again(self) -> None:
        """Let `find_lost` look at every hole anew."""
        self._searched = 0

    def find_lost(self, flight: Flight, una: int, threshold: int, segment_size: int) -> int:
        """Mark lost what has enough sacked above it (RFC 6675 section 4, IsLost).

        Enough is `threshold` separate ranges, or more than (`threshold` - 1) segments. Both are
        met by everything below some number, which only rises: so each record is looked at once.

        Returns:
            bytes newly marked.
        """
        starts, ends = self._starts, self._ends
        above = 0
        bound = 0
        for index in range(len(starts) - 1, -1, -1):
            above += ends[index] - starts[index]
            if above > (threshold - 1) * segment_size or len(starts) - index >= threshold:
                bound = starts[index]
                break
        searched = max(self._searched, una)
        if bound <= searched:
            return 0
        self._searched = bound
        return sum(
            flight.mark_lost(record)
            for record in flight.between(searched, bound)
            if not (record.sacked or record.lost)
        )

    def take(
        self, flight: Flight, left: int, right: int, recover: int, size: int, delivery: Delivery
    ) -> None:
        """Mark the records that a block makes known.

        Args:
            flight: whose records.
            left: where the block begins, at SND.UNA or above.
            right: the number behind it, at most SND.NXT.
            recover: the recovery point: what was sent once below it is "original" data.
            size: of a full segment, bytes.
            delivery: what the ACK brought, to be added to.
        """
        for start, end in self.add(left, right):
            low, high = self.holding(start)
            for record in flight.between(start, end):
                if record.sacked:
                    continue
                piece = _covered(flight, record, low, high, size)
                if piece is not None:
                    _mark(flight, piece, recover, size, delivery)


def _covered(flight: Flight, record: Record, low: int, high: int, size: int) -> Record | None:
    """What of `record` lies in `low` to `high`: itself, or whole segments cut off it, or None."""
    start, end = record.start, record.end
    if low <= start and end <= high:
        return record
    cut_low = start if low <= start else start + -(-(low - start) // size) * size
    cut_high = end if end <= high else start + (high - start) // size * size
    if cut_low >= cut_high:
        return None
    if cut_high < end:
        flight.split(record, cut_high, size)
    return flight.split(record, cut_low, size) if cut_low > start else record


def _mark(flight: Flight, record: Record, recover: int, size: int, delivery: Delivery) -> None:
    """`record` has arrived at the peer."""
    delivery.sacked = True
    delivery.delivered += record.end - record.start
    flight.mark_sacked(record, size)
    delivery.arrived(record)
    if record.times == 1:
        if record.start < delivery.prior_sacked:
            delivery.out_of_order(record.start)
        if record.end <= recover:
            delivery.original = True
        if delivery.first_sacked_at is None:
            delivery.first_sacked_at = record.sent_at
        delivery.last_sacked_at = record.sent_at
