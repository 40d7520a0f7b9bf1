"""What an ACK says about losses, and what follows.

Source: RFC 6675 section 5 and RFC 8985 section 6 (with SACK); RFC 6582 section 3.2 (without);
RFC 2018 section 8 (reneging).

Order, for each ACK that is not simply new: leave the state that it ends; undo what was for nothing;
mark what is lost; enter RECOVERY if something is.

Rule: the three ways to find a loss (RACK, the SACK threshold, duplicates) are told apart in
`find_lost` alone.
"""

from typing import Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp import newreno, recovery, timeout_recovery
from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.recovery import CWR, DISORDER, LOSS, OPEN, RECOVERY
from wirelab.sim.host.tcp.retransmission_timer import REORDERING, RETRANSMISSION, arm
from wirelab.sim.host.tcp.tcb import Tcb

RENEGING_DELAY: Final = 10 * MILLISECOND
"""Ours, after Linux: how long a peer that seems to have dropped sacked text may explain itself."""


def judge(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """Process the news of one ACK that is dubious, or came while something was missing."""
    state = tcb.recovery
    if delivery.ece and state.undo is not None:
        state.undo.reversible = False
    if _reneged(tcb, delivery, now):
        return
    if state.state == OPEN:
        state.first_resent_at = None
    elif tcb.snd_una >= state.recover:
        _recovery_point_reached(tcb, delivery, now)
    if state.state == RECOVERY:
        _in_recovery(tcb, delivery, now)
    elif state.state == LOSS:
        timeout_recovery.in_loss(tcb, delivery, now)
        find_lost(tcb, delivery, now)
        if state.state == OPEN or delivery.lost_again:
            _otherwise(tcb, delivery, now)
    else:
        _otherwise(tcb, delivery, now)


def _recovery_point_reached(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """All that was on the way when the state began is acknowledged."""
    state = tcb.recovery
    if state.state == CWR:
        if tcb.snd_una != state.recover:
            recovery.end_reduction(tcb, now)
            state.state = OPEN
    elif state.state == RECOVERY:
        if not tcb.sack_ok:
            newreno.forget(tcb.flight)
        recovery.recovered(tcb, delivery, now)


def _in_recovery(tcb: Tcb, delivery: Delivery, now: int) -> None:
    state = tcb.recovery
    if not delivery.advanced:
        _count_duplicate(tcb, delivery)
    elif recovery.try_undo_partial(tcb, delivery, now):
        return
    if recovery.try_undo_duplicates(tcb, now):
        recovery.keep_open(tcb)
    find_lost(tcb, delivery, now)
    if state.state != RECOVERY and tcb.flight.lost:  # undone, but this is lost all the same
        recovery.enter_recovery(tcb, now, delivery.ece)


def _otherwise(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """OPEN, DISORDER and CWR; LOSS when it was undone, or a retransmission was lost."""
    state = tcb.recovery
    if not tcb.sack_ok:
        if delivery.advanced:
            newreno.forget(tcb.flight)
        _count_duplicate(tcb, delivery)
    if state.state <= DISORDER:
        recovery.try_undo_duplicates(tcb, now)
    find_lost(tcb, delivery, now)
    if tcb.flight.lost:
        recovery.enter_recovery(tcb, now, delivery.ece)
        return
    if not recovery.any_resent(tcb):
        state.first_resent_at = None
    if delivery.ece:
        recovery.enter_cwr(tcb, now)
    if state.state != CWR:
        recovery.keep_open(tcb)


def _count_duplicate(tcb: Tcb, delivery: Delivery) -> None:
    if not tcb.sack_ok and delivery.duplicate:
        count = newreno.duplicate_ack(tcb.flight, tcb.snd_mss)
        delivery.delivered += count
        delivery.sacked = delivery.sacked or count > 0


def find_lost(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """Mark what this ACK shows to be lost."""
    flight = tcb.flight
    if flight.head is None:
        return
    resent = flight.resent
    state = tcb.recovery
    if not tcb.sack_ok:
        enough = flight.sacked_segments >= state.threshold and tcb.snd_una > state.recover
        if (state.state < RECOVERY and enough) or (state.state == RECOVERY and delivery.advanced):
            delivery.lost += newreno.mark_first_lost(flight, tcb.snd_mss)
    elif tcb.rack is not None:
        lost, waits = find_overdue(tcb, now)
        delivery.lost += lost
        if waits:
            delivery.restart_timer = False  # it serves RACK now
    elif tcb.scoreboard is not None and flight.sacked:
        delivery.lost += tcb.scoreboard.find_lost(flight, tcb.snd_una, state.threshold, tcb.snd_mss)
    if flight.resent < resent:
        delivery.lost_again = True


def find_overdue(tcb: Tcb, now: int, forced: bool = False) -> tuple[int, bool]:
    """RACK: mark what is overdue; bytes newly lost, and whether the timer waits for more."""
    rack = tcb.rack
    assert rack is not None, "only asked with RACK"
    if not (rack.advanced or forced):
        return 0, False
    rack.advanced = False
    lost, wait = rack.find_lost(tcb.flight, reordering_window(tcb), now)
    if wait:
        arm(tcb, REORDERING, now + wait + tcb.config.timer_margin, now)
    return lost, wait > 0


def reordering_window(tcb: Tcb) -> int:
    """RACK.reo_wnd, ns (RFC 8985 section 6.2, step 4)."""
    state = tcb.recovery
    enough = state.state >= RECOVERY or tcb.flight.sacked_segments >= state.threshold
    if enough and not state.reordered:
        return 0
    timeout = tcb.timeout
    assert tcb.rack is not None, "only asked with RACK"
    return tcb.rack.window(timeout.minimum_round_trip or 0, timeout.srtt or 0)


def reordering_timeout(tcb: Tcb, now: int) -> None:
    """What was awaited within the reordering window has not come (RFC 8985 section 6.3)."""
    lost, _ = find_overdue(tcb, now, forced=True)
    if lost:
        state = tcb.recovery
        if state.state != RECOVERY:
            recovery.enter_recovery(tcb, now)
            reduce(tcb, 0, now, progress=False)
        tcb.mark_dirty()
    if tcb.retransmission_purpose != REORDERING or not tcb.retransmission_timer.running:
        arm(tcb, RETRANSMISSION, None, now)


def reduce(tcb: Tcb, delivered: int, now: int, progress: bool) -> None:
    """Let proportional rate reduction set cwnd."""
    reduction = tcb.recovery.reduction
    if reduction is not None:
        congestion = tcb.congestion
        congestion.cwnd = reduction.window(
            delivered, tcb.flight.pipe, congestion.ssthresh, tcb.snd_mss, progress
        )


def _reneged(tcb: Tcb, delivery: Delivery, now: int) -> bool:
    """SND.UNA stopped before something sacked: the peer may have dropped it (RFC 2018 section 8).

    Its next ACK may set it right; else a timeout soon forgets all that was sacked.
    """
    head = tcb.flight.head
    if not delivery.advanced or head is None or not head.sacked:
        return False
    delivery.restart_timer = False
    patience = max((tcb.timeout.srtt or 0) // 2, RENEGING_DELAY)
    arm(tcb, RETRANSMISSION, now + patience, now)
    return True
