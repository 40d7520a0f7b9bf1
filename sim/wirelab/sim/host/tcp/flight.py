"""What is on the way: a record for each transmission that is not acknowledged, in order.

Source: RFC 8985 section 5.2 (what is kept for each segment); RFC 6675 section 2 (pipe).

            head                                                         end of the list
    acked | [una ...) [sacked) [lost) [lost, resent) [sacked) [ ...) [ ... SND.NXT)

Rule 1: records touch: each begins where the one before ends. What is split stays in order.
Rule 2: the counters in bytes are kept with every mark, so `pipe` costs no walk.
Rule 3: while nothing but new ACKs comes, a record costs one append and one step of `head`. The
order of transmission (which needs links between records) is built when something is first
selectively acknowledged or sent again, and dropped a window later.
Rule 4: a record is looked at once when it is acknowledged; the sum of the work is bounded by what
was sent. Only finding a record by number takes a binary search.
"""

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heappop, heappush
from operator import attrgetter
from typing import Final

_COMPACT: Final = 256
"""Ours: records behind `head` that are kept before the list is cut; bounds memory, amortises."""

_start = attrgetter("start")


class Record:
    """One transmission: a segment, or a batch of them where the link cuts segments itself.

    Attributes:
        start, end: its numbers; SYN and FIN take one each.
        sent_at: when it last went out, ns.
        serial: of that transmission, among all of the connection: what RACK_sent_after of RFC 8985
            section 5.2 has to guess from the time.
        times: how often it has gone out.
        sacked: the peer has it (RFC 2018).
        lost: it is thought lost.
        resent: a copy is on the way that is not thought lost.
        pushed: it went out with PSH, and does so again.
        burst: where the burst begins that it was first sent in (see `TcpConfig.push_bursts`).
        older, newer: neighbours in the order of transmission, while that is kept.
        linked: whether it stands in that order.
    """

    __slots__ = (
        "burst",
        "end",
        "linked",
        "lost",
        "newer",
        "older",
        "pushed",
        "resent",
        "sacked",
        "sent_at",
        "serial",
        "start",
        "times",
    )

    older: "Record | None"
    newer: "Record | None"

    def __init__(self, start: int, end: int, sent_at: int, serial: int) -> None:
        self.serial = serial
        self.start = self.burst = start
        self.end = end
        self.sent_at = sent_at
        self.times = 1
        self.sacked = self.lost = self.resent = self.linked = self.pushed = False

    def __repr__(self) -> str:
        marks = [name for name in ("sacked", "lost", "resent") if getattr(self, name)]
        return f"<{self.start}:{self.end} x{self.times} {' '.join(marks)}>"


class TransmissionOrder:
    """Records that may still arrive, the one sent longest ago first (RFC 8985 section 6.2).

    What is sacked, acknowledged or lost is not in it; what is sent again moves to its end.
    """

    __slots__ = ("newest", "oldest")

    def __init__(self) -> None:
        self.oldest: Record | None = None
        self.newest: Record | None = None

    def append(self, record: Record) -> None:
        """It goes out now."""
        newest = self.newest
        record.older = newest
        record.newer = None
        record.linked = True
        if newest is None:
            self.oldest = record
        else:
            newest.newer = record
        self.newest = record

    def insert_after(self, record: Record, other: Record) -> None:
        """`record` was cut off the end of `other`."""
        following = other.newer
        record.older = other
        record.newer = following
        record.linked = True
        other.newer = record
        if following is None:
            self.newest = record
        else:
            following.older = record

    def remove(self, record: Record) -> None:
        """Nothing is awaited of it any more."""
        if not record.linked:
            return
        older, newer = record.older, record.newer
        if older is None:
            self.oldest = newer
        else:
            older.newer = newer
        if newer is None:
            self.newest = older
        else:
            newer.older = older
        record.older = record.newer = None  # no cycles for the garbage collector
        record.linked = False

    def __iter__(self) -> Iterator[Record]:
        """From the oldest on; the record just given may be removed."""
        record = self.oldest
        while record is not None:
            following = record.newer
            yield record
            record = following

    def clear(self) -> None:
        """Unlink all."""
        for record in self:
            record.older = record.newer = None
            record.linked = False
        self.oldest = self.newest = None


def _sent_at(record: Record) -> int:
    return record.sent_at


class Flight:
    """All that is sent and not acknowledged.

    Attributes:
        outstanding: bytes, SYN and FIN counted.
        sacked, lost, resent: bytes with these marks. Without SACK, `sacked` is what duplicate ACKs
            stand for (see `newreno`).
        sacked_segments: the number of segments in `sacked`.
        order: see `TransmissionOrder`; None while it is not needed.
        highest_sacked: where the highest sacked record begins; 0 for none.
        retransmissions: segments ever sent again (TCP_INFO, `tcpi_total_retrans`).
        retransmitted_bytes: the same in bytes.
    """

    __slots__ = (
        "_head",
        "_lost_starts",
        "_order_until",
        "_records",
        "_serial",
        "highest_sacked",
        "lost",
        "order",
        "outstanding",
        "resent",
        "retransmissions",
        "retransmitted_bytes",
        "sacked",
        "sacked_segments",
    )

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._head = 0
        self._serial = 0
        self._lost_starts: list[int] = []  # a heap; what is no longer true is dropped when met
        self._order_until = 0
        self.order: TransmissionOrder | None = None
        self.outstanding = self.sacked = self.lost = self.resent = 0
        self.sacked_segments = 0
        self.highest_sacked = 0
        self.retransmissions = 0
        self.retransmitted_bytes = 0

    def __len__(self) -> int:
        return len(self._records) - self._head

    @property
    def pipe(self) -> int:
        """Estimate of what is in the network, bytes (RFC 6675 section 4, SetPipe)."""
        return self.outstanding - self.sacked - self.lost + self.resent

    @property
    def head(self) -> Record | None:
        """The record of SND.UNA."""
        return self._records[self._head] if self._head < len(self._records) else None

    @property
    def last(self) -> Record | None:
        """The record before SND.NXT."""
        return self._records[-1] if self._head < len(self._records) else None

    def records(self, start: int | None = None) -> Iterator[Record]:
        """In the order of their numbers; from the one that holds `start` on."""
        records = self._records
        for index in range(self._head if start is None else self.index(start), len(records)):
            yield records[index]

    def between(self, start: int, end: int) -> list[Record]:
        """Every record with numbers in `start` .. `end`."""
        begin = self.index(start)
        return self._records[begin : bisect_right(self._records, end - 1, begin, key=_start)]

    def index(self, sequence: int) -> int:
        """Where the record that holds `sequence` stands, or the first of all."""
        return max(bisect_right(self._records, sequence, self._head, key=_start) - 1, self._head)

    def at(self, sequence: int) -> Record | None:
        """The record that holds `sequence`."""
        index = self.index(sequence)
        if index >= len(self._records):
            return None
        record = self._records[index]
        return record if record.start <= sequence < record.end else None

    # sending

    def sent(self, start: int, end: int, now: int) -> Record:
        """Numbers `start` to `end` go out for the first time."""
        self._serial += 1
        record = Record(start, end, now, self._serial)
        self._records.append(record)
        self.outstanding += end - start
        if self.order is not None:
            self.order.append(record)
        return record

    def take_back(self) -> None:
        """The last record has never left: as if it had not been sent."""
        record = self._records.pop()
        self.outstanding -= record.end - record.start
        self.lost -= record.end - record.start if record.lost else 0
        if self.order is not None:
            self.order.remove(record)

    def merge(self, record: Record, size: int) -> None:
        """Let `record`, which is lost, take along what follows, up to `size` numbers in all."""
        index = self.index(record.start) + 1
        records = self._records
        while index < len(records):
            following = records[index]
            if following.sacked or following.end - record.start > size:
                return
            self.mark_lost(following)
            record.end = following.end
            record.times = max(record.times, following.times)
            record.pushed = following.pushed
            del records[index]

    def lengthen(self, record: Record, end: int) -> None:
        """The last record, which is lost, takes more text along when it goes again."""
        self.outstanding += end - record.end
        self.lost += end - record.end
        record.end = end

    def sent_again(self, record: Record, now: int) -> None:
        """A copy of `record` went out (not a loss probe: see `probed`)."""
        if not record.resent:
            record.resent = True
            self.resent += record.end - record.start
        self.probed(record, now)

    def probed(self, record: Record, now: int) -> None:
        """A copy went out that does not count as on the way (RFC 8985 section 7.3)."""
        self.retransmissions += 1
        self.retransmitted_bytes += record.end - record.start
        self._serial += 1
        record.times += 1
        record.sent_at = now
        record.serial = self._serial
        order = self.ordered()
        order.remove(record)
        order.append(record)
        self._order_until = max(self._order_until, record.end)  # till then it is out of turn

    # marks

    def ordered(self) -> TransmissionOrder:
        """The order of transmission, from now on kept up.

        All that is on the way was mostly sent once, in the order of its numbers; but what was sent
        again before the last order ended, and whose mark was taken back since, was not.
        """
        if self.order is None:
            self.order = TransmissionOrder()
            for record in sorted(self.records(), key=_sent_at):
                self.order.append(record)
            self._order_until = self._records[-1].end if self._records else 0
        return self.order

    def mark_sacked(self, record: Record, segment_size: int) -> None:
        """The peer has it."""
        length = record.end - record.start
        record.sacked = True
        self.sacked += length
        self.sacked_segments += -(-length // segment_size)
        if record.start > self.highest_sacked:
            self.highest_sacked = record.start
        self.ordered().remove(record)
        if record.lost:
            record.lost = False
            self.lost -= length
            self.unmark_resent(record)

    def mark_lost(self, record: Record) -> int:
        """It is thought lost, and so is its copy; how many bytes that is news for."""
        length = record.end - record.start
        news = 0
        if record.resent:
            self.unmark_resent(record)
            news = length
        if not record.lost:
            record.lost = True
            self.lost += length
            news = length
            heappush(self._lost_starts, record.start)
        self.ordered().remove(record)
        return news

    def unmark_resent(self, record: Record) -> None:
        """No copy of it is on the way any more."""
        if record.resent:
            record.resent = False
            self.resent -= record.end - record.start
            if record.lost:  # it waits for its turn again
                heappush(self._lost_starts, record.start)

    def forget_losses(self) -> None:
        """Nothing was lost after all: all that is not sacked may still arrive."""
        if self.lost:
            for record in self.records():
                record.lost = False
            self.lost = 0
            self._rebuild_order()
        self._lost_starts.clear()

    def forget_sacks(self) -> None:
        """The peer has reneged: nothing counts as received (RFC 2018 section 8)."""
        for record in self.records():
            record.sacked = False
        self.sacked = self.sacked_segments = self.highest_sacked = 0
        self._rebuild_order()

    def _rebuild_order(self) -> None:
        """After many marks have gone; nearly sorted, so about linear in the records."""
        order = self.ordered()
        order.clear()
        awaited = [one for one in self.records() if not (one.sacked or one.lost)]
        for record in sorted(awaited, key=attrgetter("serial", "end")):
            order.append(record)

    def next_lost(self) -> Record | None:
        """The first that is lost and not sent again since (RFC 6675 section 4, NextSeg 1)."""
        starts = self._lost_starts
        head = self.head
        while starts and head is not None:
            record = self.at(max(starts[0], head.start))
            if record is not None and record.lost and not record.resent:
                return record
            heappop(starts)
        return None

    def split(self, record: Record, at: int, segment_size: int) -> Record:
        """Cut `record` in two at number `at`, which lies inside; the new one is the right part."""
        index = self.index(record.start)
        right = Record(at, record.end, record.sent_at, record.serial)
        right.times = record.times
        right.burst = record.burst
        right.pushed, record.pushed = record.pushed, False
        right.sacked, right.lost, right.resent = record.sacked, record.lost, record.resent
        if record.sacked:  # the parts may count one segment more than the whole
            self.sacked_segments -= -(-(record.end - record.start) // segment_size)
            self.sacked_segments += -(-(at - record.start) // segment_size)
            self.sacked_segments += -(-(record.end - at) // segment_size)
        record.end = at
        self._records.insert(index + 1, right)
        if record.linked and self.order is not None:
            self.order.insert_after(right, record)
        if right.lost and not right.resent:
            heappush(self._lost_starts, at)
        return right

    # acknowledgments

    def acknowledge_in_order(self, ack: int) -> Record | None:
        """SND.UNA becomes `ack`, with no mark on any record: the last record that it covers.

        Of a record that it covers in part only the rest stays.
        """
        records = self._records
        index = self._head
        count = len(records)
        last = None
        while index < count and (record := records[index]).end <= ack:
            last = record
            index += 1
        if index == count:
            self.outstanding = 0
            records.clear()
            self._head = 0
            return last
        record = records[index]
        record.start = max(record.start, ack)
        self.outstanding = records[-1].end - record.start
        self._head = index
        if index > _COMPACT and 2 * index > count:
            del records[:index]
            self._head = 0
        return last

    def pop_acknowledged(self, ack: int, segment_size: int) -> Iterator[tuple[Record, int]]:
        """SND.UNA becomes `ack`: each record that it touches, still marked, and how many bytes.

        The marks' counters no longer hold what is given. Take all of them.
        """
        records = self._records
        while self._head < len(records) and (record := records[self._head]).start < ack:
            count = min(record.end, ack) - record.start
            self.outstanding -= count
            if record.sacked:
                self.sacked -= count
                self.sacked_segments -= -(-(record.end - record.start) // segment_size)
                if record.end > ack:
                    self.sacked_segments += -(-(record.end - ack) // segment_size)
            self.lost -= count if record.lost else 0
            self.resent -= count if record.resent else 0
            whole = record.end <= ack
            if whole:
                self._head += 1
                if self.order is not None:
                    self.order.remove(record)
            yield record, count
            if not whole:
                record.start = ack
        if self._head > _COMPACT or self._head == len(records):
            self._compact()
        self._end_order(ack)

    def _compact(self) -> None:
        if 2 * self._head >= len(self._records):
            del self._records[: self._head]
            self._head = 0

    def _end_order(self, ack: int) -> None:
        """Drop the order when it is a window old and no mark needs it."""
        if self.order is None or ack < self._order_until or self.sacked or self.lost or self.resent:
            return
        self.order.clear()
        self.order = None
        self._lost_starts.clear()
        self.highest_sacked = 0
