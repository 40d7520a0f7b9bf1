"""What goes again: records marked lost, in the order of their numbers, as cwnd allows.

Source: RFC 6675 section 5 (C.1 to C.3); RFC 6582 section 3.2; RFC 5681 section 3.1.

Rule: what is too large for a segment now is split, and short ones are sent together (RFC 9293
section 3.8: "repackaged").
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.tcp import recovery, user_timeout
from wirelab.sim.host.tcp.retransmission_timer import REORDERING, RETRANSMISSION, arm
from wirelab.sim.host.tcp.segmentation import is_pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from wirelab.sim.host.tcp.flight import Record
    from wirelab.sim.host.tcp.tcb import Tcb


def resend_lost(
    tcb: "Tcb", size: int, now: int, send: "Callable[[Tcb, Record, int], object]"
) -> None:
    """Send again what is lost.

    Args:
        tcb: the connection.
        size: text that a segment may carry now, bytes.
        now: ns.
        send: what hands a record down.
    """
    flight = tcb.flight
    mss = tcb.snd_mss
    run = 0  # segments of the burst that goes again
    batch = size
    if tcb.snd_up is None:  # a link that cuts segments would repeat the urgent pointer in each
        batch = max(tcb.flow.largest_segment // size * size, size)
    while flight.lost > flight.resent and (record := flight.next_lost()) is not None:
        room = tcb.congestion.cwnd - flight.pipe
        window = tcb.snd_una + tcb.snd_wnd - record.start
        count = min(batch, record.end - record.start, max(room // size * size, size))
        if window < count:
            count = window if record.start == tcb.snd_una else 0
        if count <= 0 or (count > room and flight.pipe > 0):
            return
        fits(tcb, record, count, size)
        if record.end - record.start < size and record.end < tcb.snd_nxt:
            flight.merge(record, min(size, window))
        again(tcb, record, size, now)
        following = flight.at(record.end) if tcb.config.push_bursts else None
        run += 1
        goes_on = following is not None and _goes_too(tcb, record, following, size)
        if tcb.config.push_bursts and run > 1 and not goes_on:
            record.pushed, was_pushed = True, record.pushed
            send(tcb, record, now)
            record.pushed = was_pushed
        else:
            send(tcb, record, now)
        run = run if goes_on else 0
        if tcb.snd_mss < mss:  # it was too long for the path
            return


def _goes_too(tcb: "Tcb", record: "Record", following: "Record", size: int) -> bool:
    """Whether what follows `record` goes again with it, as part of the same burst."""
    same = following.lost and not following.resent and following.burst == record.burst
    return same and tcb.congestion.cwnd - tcb.flight.pipe >= size


def resend_doubtful(
    tcb: "Tcb", size: int, now: int, send: "Callable[[Tcb, Record, int], object]"
) -> None:
    """Nothing is lost and nothing new: what may be (RFC 6675 section 4, NextSeg 3 and 4).

    That is each hole below the highest sacked, once, and once a recovery the very last segment.
    RACK does without: it finds out.
    """
    flight = tcb.flight
    state = tcb.recovery
    if state.state != recovery.RECOVERY or tcb.rack is not None or not tcb.sack_ok:
        return
    while flight.lost == flight.resent and tcb.congestion.cwnd - flight.pipe >= size:
        record = _doubtful(tcb)
        if record is None:
            return
        fits(tcb, record, size, size)
        flight.probed(record, now)
        recovery.sent_again(tcb, 1, now)
        if state.reduction is not None:
            state.reduction.out += record.end - record.start
        send(tcb, record, now)


def _doubtful(tcb: "Tcb") -> "Record | None":
    flight = tcb.flight
    state = tcb.recovery
    state.high_rxt = max(state.high_rxt, tcb.snd_una)
    if flight.sacked and flight.highest_sacked > state.high_rxt:
        for record in flight.between(state.high_rxt, flight.highest_sacked):
            state.high_rxt = record.end
            if record.times == 1 and not (record.sacked or record.lost):
                return record
    last = flight.last
    if state.rescued or last is None or last.sacked or last.lost or last.times > 1:
        return None
    state.rescued = True
    if last.end - last.start > tcb.snd_mss:
        return flight.split(last, last.end - tcb.snd_mss, tcb.snd_mss)
    return last


def fits(tcb: "Tcb", record: "Record", count: int, size: int) -> None:
    """Split `record` so that it takes `count` numbers at most; a FIN rides along."""
    length = record.end - record.start
    if length > count and not (tcb.snd_fin == record.end - 1 and length == count + 1):
        tcb.flight.split(record, record.start + count, size)


def again(tcb: "Tcb", record: "Record", size: int, now: int) -> None:
    """Note that `record` goes out again."""
    tcb.flight.sent_again(record, now)
    count = record.end - record.start
    recovery.sent_again(tcb, -(-count // size), now)
    reduction = tcb.recovery.reduction
    if reduction is not None:
        reduction.out += count
    waits = tcb.retransmission_purpose == REORDERING and tcb.retransmission_timer.running
    if record.start == tcb.snd_una and not waits:
        wait = tcb.timeout.rto
        if tcb.retransmissions:
            wait = user_timeout.bounded(tcb, wait, now)
        arm(tcb, RETRANSMISSION, now + wait, now)


def probe_refused(tcb: "Tcb") -> None:
    """The window is open again: what probed it goes again, and takes the text behind it along."""
    last = tcb.flight.last
    lose(tcb)
    if last is not None and last.lost and tcb.snd_fin is None:
        end = min(last.start + tcb.snd_mss, tcb.snd_una + min(len(tcb.send_buffer), tcb.snd_wnd))
        if end > last.end:
            tcb.flight.lengthen(last, end)
            last.pushed = is_pushed(tcb, end)
            tcb.snd_nxt = tcb.recovery.recover = end


def packet_too_big(tcb: "Tcb", mss: int) -> None:
    """Segments are at most `mss` bytes now: what is longer did not arrive (RFC 1191 section 6.4).

    Nothing tells of congestion, so cwnd stays, and undoing makes no sense.
    """
    if mss >= tcb.snd_mss:  # else marking it dirty would never end
        return
    tcb.snd_mss = tcb.congestion.smss = mss
    lose(tcb, mss)


def lose(tcb: "Tcb", longer_than: int = 0) -> None:
    """Take every record on the way that is longer for lost, without a word about congestion."""
    flight = tcb.flight
    state = tcb.recovery
    for record in flight.records():
        if not record.sacked and record.end - record.start > longer_than:
            flight.mark_lost(record)
    if not flight.lost:
        return
    if state.state != recovery.LOSS:
        state.state = recovery.LOSS
        state.recover = tcb.snd_nxt
        state.undo = state.reduction = None
        state.probing_new = state.new_first = False
    tcb.mark_dirty()
