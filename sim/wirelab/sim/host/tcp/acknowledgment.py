"""What an acceptable ACK does: SND.UNA advances, the window moves, a round trip is measured.

Source: RFC 9293 section 3.10.7.4, fifth step, ESTABLISHED; RFC 6298 sections 3, 5.2 and 5.3;
RFC 2018 section 5 and RFC 2883 section 4 (SACK).

    header prediction ------> advance ----+----> _simply    nothing is missing: a few stores
    any other segment ------> process ----+----> _thoroughly
                                                 flight, scoreboard --> Delivery --> round trip,
                                                 RACK, probe, losses, timer, congestion window

Rule: both ways have the same effect where both may be gone.
"""

from wirelab.sim.host.tcp import (
    ecn,
    loss_detection,
    path_mtu,
    persist,
    timestamps,
    window_validation,
)
from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.newreno import acknowledged as acknowledged_without_sack
from wirelab.sim.host.tcp.recovery import LOSS, OPEN, note_reordering
from wirelab.sim.host.tcp.retransmission_timer import restart
from wirelab.sim.host.tcp.scoreboard import Scoreboard
from wirelab.sim.host.tcp.segment import Segment
from wirelab.sim.host.tcp.send_buffer import announce_room
from wirelab.sim.host.tcp.tail_loss_probe import acknowledged as probe_acknowledged
from wirelab.sim.host.tcp.tcb import Tcb


def process(tcb: Tcb, segment: Segment, now: int) -> None:
    """Take an ACK that is not above SND.NXT, and not so far below SND.UNA as to be an attack."""
    ack = segment.ack
    blocks = segment.sack if tcb.sack_ok else ()
    if ack < tcb.snd_una:
        if blocks:
            _thoroughly(tcb, segment, ack, blocks, False, now)
        return
    ece = ecn.is_echo(tcb, segment)
    if ack > tcb.snd_una and not (blocks or ece or _is_missing_something(tcb)):
        _simply(tcb, ack, now)
    else:
        duplicate = _is_duplicate(tcb, segment)
        if ack > tcb.snd_una or blocks or duplicate or ece:
            _thoroughly(tcb, segment, ack, blocks, duplicate, now)
    update_window(tcb, segment)


def advance(tcb: Tcb, ack: int, now: int, tsecr: int | None = None) -> None:
    """SND.UNA < `ack` =< SND.NXT, without SACK blocks and ECN-Echo.

    Args:
        tcb: the connection.
        ack: SEG.ACK.
        now: ns.
        tsecr: what the segment echoes, 32 bits; None without timestamps.
    """
    if _is_missing_something(tcb):
        delivery = _begin(tcb, tsecr, now)
        _finish(tcb, delivery, ack, (), now)
    else:
        _simply(tcb, ack, now)


def _is_missing_something(tcb: Tcb) -> bool:
    """Whether an ACK may tell more than that the text before it has arrived."""
    flight = tcb.flight
    state = tcb.recovery
    return (
        flight.order is not None
        or state.state != OPEN
        or flight.sacked > 0
        or state.probe_end is not None
    )


def _is_duplicate(tcb: Tcb, segment: Segment) -> bool:
    """Whether the ACK says that something else arrived instead (RFC 5681 section 2)."""
    return (
        segment.ack == tcb.snd_una
        and segment.length == 0
        and segment.wnd == tcb.snd_wnd
        and tcb.retransmission_timer.running  # data is on the way, and not just a window probe
    )


# Nothing is missing


def _simply(tcb: Tcb, ack: int, now: int) -> None:
    """The ACK of an undisturbed transfer."""
    flight = tcb.flight
    una = tcb.snd_una
    head = flight.head
    last = flight.acknowledge_in_order(ack)
    round_trip = None
    if last is not None and head is not None:
        round_trip = now - last.sent_at
        tcb.timeout.sample(now - head.sent_at, round_trip, flight.outstanding // tcb.snd_mss)
        rack = tcb.rack
        if rack is not None:
            rack.sent_at = last.sent_at
            rack.serial = last.serial
            rack.end = last.end
            rack.round_trip = round_trip
    elif una == tcb.iss:
        round_trip = _measure_syn(tcb, now)
    _forget(tcb, ack)
    restart(tcb, now)
    if una > tcb.iss:
        limited = window_validation.is_limited(tcb)
        tcb.congestion.acknowledged(ack - una, ack, tcb.snd_nxt, round_trip, now, limited)
    announce_room(tcb)


def _measure_syn(tcb: Tcb, now: int) -> int | None:
    """The round trip of the handshake (Karn: only of a SYN that went out once)."""
    if tcb.timed_end is None:
        return None
    round_trip = now - tcb.timed_at
    tcb.timeout.sample(round_trip, round_trip, 0)
    tcb.timed_end = None
    return round_trip


def _forget(tcb: Tcb, ack: int) -> None:
    """What is below `ack` need not be kept."""
    una = tcb.snd_una
    # SYN and FIN have a number but no byte; slicing past the end of the buffer skips the FIN.
    del tcb.send_buffer[: ack - una if una > tcb.iss else ack - una - 1]
    tcb.snd_una = ack
    tcb.retransmissions = 0
    tcb.probes = 0
    tcb.more_follows = False
    if tcb.path_probe is not None:
        path_mtu.acknowledged(tcb, tcb.path_probe)
    if ack == tcb.snd_nxt:
        tcb.probe_due = False
    if tcb.send_buffer or tcb.fin_queued:
        tcb.mark_dirty()


# Something is missing


def _thoroughly(
    tcb: Tcb,
    segment: Segment,
    ack: int,
    blocks: tuple[tuple[int, int], ...],
    duplicate: bool,
    now: int,
) -> None:
    """An ACK that may tell of a loss, or comes while one is being mended."""
    delivery = _begin(tcb, segment.tsecr if segment.tsval is not None else None, now)
    delivery.duplicate = duplicate
    delivery.has_text = segment.length > 0
    delivery.window_changed = segment.wnd != tcb.snd_wnd
    delivery.ece = ecn.is_echo(tcb, segment)
    _finish(tcb, delivery, ack, blocks, now)


def _begin(tcb: Tcb, tsecr: int | None, now: int) -> Delivery:
    flight = tcb.flight
    highest = flight.highest_sacked if flight.sacked and tcb.sack_ok else tcb.snd_una
    believable = now - (tcb.timeout.minimum_round_trip or 0)
    if tsecr:
        echoed = timestamps.round_trip(tcb, tsecr, now)
        if echoed is not None:  # what went again later cannot have been answered
            believable = min(believable, now - echoed + timestamps.TICK - 1)
    return Delivery(tcb.snd_una, highest, tsecr, believable)


def _finish(
    tcb: Tcb, delivery: Delivery, ack: int, blocks: tuple[tuple[int, int], ...], now: int
) -> None:
    if ack > tcb.snd_una:
        _acknowledge(tcb, delivery, ack)
    if blocks:
        _take_blocks(tcb, delivery, ack, blocks)
    _measure(tcb, delivery, now)
    _look_for_reordering(tcb, delivery)
    probe_acknowledged(tcb, delivery, ack, now)
    was_reducing = tcb.recovery.reduction is not None
    if _is_dubious(tcb, delivery):
        loss_detection.judge(tcb, delivery, now)
    if delivery.restart_timer:
        restart(tcb, now)
    _set_window(tcb, delivery, was_reducing, now)
    announce_room(tcb)
    if tcb.flight.lost or tcb.send_buffer or tcb.fin_queued:
        tcb.mark_dirty()


def _acknowledge(tcb: Tcb, delivery: Delivery, ack: int) -> None:
    """SND.UNA < `ack`: take what it covers out of the flight."""
    flight = tcb.flight
    recover = tcb.recovery.recover
    delivery.advanced = True
    delivery.restart_timer = True
    for record, count in flight.pop_acknowledged(ack, tcb.snd_mss):
        delivery.acknowledged(record, count, recover, record.end <= ack)
    if tcb.scoreboard is not None:
        tcb.scoreboard.acknowledged(ack)
    if not tcb.sack_ok:
        delivery.delivered = acknowledged_without_sack(flight, delivery.acked, tcb.snd_mss)
        if delivery.resent:  # which of the two copies, nobody knows
            delivery.original = False
    _forget(tcb, ack)


def _take_blocks(
    tcb: Tcb, delivery: Delivery, ack: int, blocks: tuple[tuple[int, int], ...]
) -> None:
    """SACK blocks: the first may tell of a duplicate (RFC 2883 section 4), the others of news."""
    board = tcb.scoreboard
    if board is None:
        board = tcb.scoreboard = Scoreboard()
    una, nxt = tcb.snd_una, tcb.snd_nxt
    if _tells_of_duplicate(ack, blocks):
        _take_duplicate(tcb, delivery, *blocks[0])
        blocks = blocks[1:]
    for left, right in blocks:
        if una < left < right <= nxt:
            board.take(tcb.flight, left, right, tcb.recovery.recover, tcb.snd_mss, delivery)


def _tells_of_duplicate(ack: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    """Below the ACK, or within the second block."""
    left, right = blocks[0]
    if left < ack:
        return True
    return len(blocks) > 1 and blocks[1][0] <= left and right <= blocks[1][1]


def _take_duplicate(tcb: Tcb, delivery: Delivery, left: int, right: int) -> None:
    """Something arrived twice: if all that went again did, nothing had been lost."""
    length = right - left
    segments = max(-(-length // tcb.snd_mss), 1)
    state = tcb.recovery
    if length <= 0 or right > tcb.snd_nxt or length > max(tcb.max_snd_wnd, tcb.snd_mss):
        return
    state.duplicates += segments
    if state.duplicates > tcb.flight.retransmissions:  # the network doubles, or the peer invents
        return
    delivery.duplicates = segments
    delivery.probe_duplicate = state.probe_resent and state.probe_end == right
    undo = state.undo
    if undo is None or right <= undo.marker:
        return
    if right <= delivery.prior_una:
        undo.duplicated(segments)
        return
    for record in tcb.flight.between(left, right):  # in the second block, or just acknowledged
        if record.times > 1 and left <= record.start and record.end <= right:
            undo.duplicated(-(-(record.end - record.start) // tcb.snd_mss))
            tcb.flight.unmark_resent(record)


def _measure(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """The round trip, from what was sent once; else from timestamps (RFC 7323 section 4)."""
    sent_at = None
    last = delivery.last_sent_at
    if delivery.first_sent_at is not None and not delivery.resent:
        sent_at = delivery.first_sent_at
    elif delivery.advanced and delivery.tsecr:
        round_trip = timestamps.round_trip(tcb, delivery.tsecr, now)
        sent_at = last = None if round_trip is None else now - round_trip
    elif delivery.first_sacked_at is not None:
        sent_at, last = delivery.first_sacked_at, delivery.last_sacked_at
    if sent_at is not None and last is not None:
        delivery.round_trip = now - last
        expected = tcb.flight.outstanding // tcb.snd_mss
        tcb.timeout.sample(now - sent_at, now - last, expected)
    head = tcb.flight.head
    sacked_at = delivery.first_sacked_at
    if not delivery.advanced and sacked_at is not None and head is not None:
        # What was sent after the head arrived: so a timeout would be early (as Linux has it).
        delivery.restart_timer = sacked_at > head.sent_at
    rack = tcb.rack
    newest, judged = delivery.newest_sent_at, delivery.judged_at
    if rack is not None and newest is not None and judged is not None:
        rack.delivered(newest, delivery.newest_serial, delivery.newest_end, now - judged)


def _look_for_reordering(tcb: Tcb, delivery: Delivery) -> None:
    state = tcb.recovery
    lowest = delivery.reordered
    believable = state.state != LOSS or state.undo is not None
    if lowest is not None and tcb.sack_ok and lowest < delivery.prior_sacked and believable:
        note_reordering(tcb, lowest)
    if tcb.rack is not None:
        tcb.rack.update_factor(delivery, tcb.snd_una, tcb.snd_nxt, state.reordered > 0)


def _is_dubious(tcb: Tcb, delivery: Delivery) -> bool:
    return (
        tcb.recovery.state != OPEN
        or delivery.sacked
        or delivery.duplicates > 0
        or delivery.ece
        or delivery.duplicate
        or tcb.flight.sacked > 0
        or tcb.flight.lost > 0
    )


def _set_window(tcb: Tcb, delivery: Delivery, was_reducing: bool, now: int) -> None:
    """The congestion window after the ACK; one that ends a reduction does not let it grow."""
    state = tcb.recovery
    if state.reduction is not None:
        if delivery.delivered:
            progress = delivery.advanced and not delivery.lost
            loss_detection.reduce(tcb, delivery.delivered, now, progress)
        return
    if was_reducing:
        return
    grows = delivery.acked > 0
    if state.threshold > tcb.config.duplicate_threshold:  # reordering: SACK must do for the ACK
        grows = grows or delivery.sacked
    if grows and delivery.prior_una > tcb.iss:
        tcb.congestion.acknowledged(
            delivery.delivered,
            tcb.snd_una,
            tcb.snd_nxt,
            delivery.round_trip,
            now,
            window_validation.is_limited(tcb),
        )


# The peer's window


def update_window(tcb: Tcb, segment: Segment) -> None:
    """Take SEG.WND unless the segment is older than the last that was used (WL1, WL2)."""
    if tcb.snd_wl1 < segment.seq or (tcb.snd_wl1 == segment.seq and tcb.snd_wl2 <= segment.ack):
        set_window(tcb, segment)
    persist.peer_heard(tcb)


def set_window(tcb: Tcb, segment: Segment) -> None:
    """SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK."""
    wnd = segment.wnd
    if wnd > tcb.snd_wnd and (tcb.send_buffer or tcb.fin_queued):
        tcb.mark_dirty()
    tcb.snd_wnd = wnd
    tcb.snd_wl1 = segment.seq
    tcb.snd_wl2 = segment.ack
    if wnd > tcb.max_snd_wnd:
        tcb.max_snd_wnd = wnd
