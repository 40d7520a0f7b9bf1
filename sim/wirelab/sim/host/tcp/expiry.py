"""Whose turn it is when the timer that three share expires (see `retransmission_timer`)."""

from wirelab.sim.host.tcp import loss_detection, syn, tail_loss_probe, timeout_recovery
from wirelab.sim.host.tcp.retransmission_timer import PROBE, REORDERING, RETRANSMISSION, arm
from wirelab.sim.host.tcp.states import SYN_RECEIVED, SYN_SENT
from wirelab.sim.host.tcp.tcb import Tcb


def timer_expired(tcb: Tcb, now: int) -> None:
    """The retransmission timer of `tcb` has come to its deadline."""
    purpose = tcb.retransmission_purpose
    tcb.retransmission_purpose = RETRANSMISSION
    if tcb.state in (SYN_SENT, SYN_RECEIVED):
        syn.timeout(tcb, now)
        return
    if purpose != RETRANSMISSION:
        _tell(tcb, purpose, now)
    if purpose == PROBE:
        if not tail_loss_probe.expired(tcb, now):
            arm(tcb, RETRANSMISSION, None, now)
    elif purpose == REORDERING:
        loss_detection.reordering_timeout(tcb, now)
    else:
        timeout_recovery.retransmission_timeout(tcb, now)


def _tell(tcb: Tcb, purpose: str, now: int) -> None:
    """Let an observer see why something goes again; since when: our last segment went out."""
    observer = tcb.environment.observer
    last = tcb.flight.last
    if observer is not None and last is not None:
        observer.timer_fired(tcb.connection, purpose, now - last.sent_at, now)
