"""The retransmission timeout, and the way back from it.

Source: RFC 6298 sections 5.4 to 5.6; RFC 5682 section 3.1 (F-RTO, SACK-enhanced; without SACK
section 2.1); RFC 9293 section 3.8.3 (giving up; MUST-20); RFC 5681 section 3.1 (loss window).

    timeout --> everything is marked lost, the first segment goes again
      ACK moves SND.UNA   --> F-RTO: two new segments first, if there are any
          an original from before the timeout is (s)acknowledged --> it was spurious: undo
          a duplicate ACK                                        --> it was real: go on
      ACK reaches `recover` --> OPEN
"""

from wirelab.sim.host.events import SocketError
from wirelab.sim.host.tcp import (
    ecn,
    newreno,
    path_mtu,
    persist,
    recovery,
    transitions,
    user_timeout,
)
from wirelab.sim.host.tcp.delivery import Delivery
from wirelab.sim.host.tcp.recovery import DISORDER, LOSS, OPEN, RECOVERY
from wirelab.sim.host.tcp.retransmission_timer import RETRANSMISSION, arm
from wirelab.sim.host.tcp.rto import R1
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def retransmission_timeout(tcb: Tcb, now: int) -> None:
    """RETRANSMISSION TIMEOUT (RFC 9293 section 3.10.8)."""
    rto = tcb.timeout.rto
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "RTO", rto, now)
    if tcb.snd_wnd == 0:
        # The peer took its window back. It is probed, never timed out (MUST-35, SHLD-17).
        persist.start(tcb, now)
        return
    if not tcb.retransmissions:
        tcb.stalled_since = now - rto
    if user_timeout.is_over(tcb, tcb.retransmissions, tcb.options.retries, now):  # R2
        transitions.finish(tcb, tcb.soft_error or Reason.TCP_TIMEOUT, now)
        return
    enter_loss(tcb, now)
    tcb.retransmissions += 1
    if tcb.retransmissions == R1:
        tcb.flow.doubt(now)
        if tcb.announced:
            tcb.environment.emit(SocketError(tcb.connection, Reason.TCP_TIMEOUT))
    path_mtu.timed_out(tcb, now)
    tcb.timeout.back_off()
    arm(tcb, RETRANSMISSION, now + user_timeout.bounded(tcb, tcb.timeout.rto, now), now)
    tcb.mark_dirty()


def enter_loss(tcb: Tcb, now: int) -> None:
    """Take everything on the way for lost, and begin again with one segment."""
    state = tcb.recovery
    flight = tcb.flight
    before = state.state
    first = before < RECOVERY
    enough_duplicates = flight.sacked_segments >= tcb.config.duplicate_threshold
    outstanding = flight.outstanding
    # ssthresh comes down once a window: not again in the same, unless that recovery was over.
    reduces = (
        before <= DISORDER
        or state.recover <= tcb.snd_una
        or (before == LOSS and not tcb.retransmissions)
    )
    if reduces:
        recovery.begin_undo(tcb, reversible=True)
    _mark_lost(tcb, now)
    tcb.congestion.timeout(outstanding, reduces, now)
    tcb.congestion.cwnd = flight.pipe + tcb.snd_mss
    ecn.window_reduced(tcb)
    if before <= DISORDER and enough_duplicates:  # reordering was overestimated
        state.threshold = min(state.threshold, tcb.config.duplicate_threshold)
    state.state = LOSS
    state.recover = tcb.snd_nxt
    state.reduction = None
    state.probe_end = None
    state.probe_due = False
    state.new_first = False
    state.probing_new = tcb.config.f_rto and (first or tcb.retransmissions > 0)


def _mark_lost(tcb: Tcb, now: int) -> None:
    flight = tcb.flight
    head = flight.head
    if head is not None and head.sacked:  # the peer has reneged (RFC 2018 section 8)
        flight.forget_sacks()
        if tcb.scoreboard is not None:
            tcb.scoreboard.clear()
    elif not tcb.sack_ok:
        newreno.forget(flight)
    rack = tcb.rack
    for record in flight.records():
        if record.sacked:
            continue
        recent = rack is not None and now - record.sent_at < rack.round_trip
        if record is head or not recent:  # RFC 8985 section 6.3: a round trip is not over yet
            flight.mark_lost(record)


def in_loss(tcb: Tcb, delivery: Delivery, now: int) -> None:
    """An ACK came after a timeout."""
    state = tcb.recovery
    state.new_first = False
    recovered = tcb.snd_una >= state.recover
    if delivery.advanced and _try_undo(tcb, delivery, now, spurious=False):
        return
    if state.probing_new and _spurious(tcb, delivery, recovered, now):
        return
    if recovered:
        recovery.recovered(tcb, delivery, now)
        return
    if not tcb.sack_ok:  # a duplicate means that new data of step 2b has arrived
        if tcb.snd_nxt > state.recover and delivery.duplicate:
            delivery.delivered += newreno.duplicate_ack(tcb.flight, tcb.snd_mss)
        elif delivery.advanced:
            newreno.forget(tcb.flight)


def _spurious(tcb: Tcb, delivery: Delivery, recovered: bool, now: int) -> bool:
    """F-RTO: find out whether anything was lost; True: the ACK is dealt with."""
    state = tcb.recovery
    if delivery.original and _try_undo(tcb, delivery, now, spurious=True):
        return True  # step 3b: something from before the timeout arrived, sent once
    if tcb.snd_nxt > state.recover:
        if delivery.sacked or delivery.duplicate:
            state.probing_new = False  # step 3a: new data arrived, the old did not
    elif delivery.advanced and not recovered:
        state.recover = tcb.snd_nxt
        unsent = tcb.snd_una + len(tcb.send_buffer) > tcb.snd_nxt
        if unsent and tcb.snd_una + tcb.snd_wnd > tcb.snd_nxt:
            state.new_first = True  # step 2b
            return True
        state.probing_new = False
    return False


def _try_undo(tcb: Tcb, delivery: Delivery, now: int, spurious: bool) -> bool:
    if not (spurious or recovery.may_undo(tcb, delivery)):
        return False
    recovery.undo_reduction(tcb, now, nothing_lost=True)
    tcb.retransmissions = 0
    tcb.recovery.state = OPEN
    return True
