"""One timer for three questions: what is overdue (RACK), is the tail lost (TLP), or all (RTO)?

Source: RFC 6298 sections 5.1 to 5.3; RFC 8985 sections 7.2 and 8 (they share a timer).

    RETRANSMISSION   the timeout of RFC 6298: see `timeout_recovery` (in SYN-SENT and
                     SYN-RECEIVED: `syn`)
    PROBE            in its place, as long as nothing is missing: see `tail_loss_probe`
    REORDERING       in its place, while RACK waits for what may only be late: `loss_detection`

Rule: the timeout is never put off by the other two: when one of them ends, it counts from when
SND.UNA's segment went out, and not from then on.
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp import tail_loss_probe

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

RETRANSMISSION: Final = "RTO"
PROBE: Final = "TLP"
REORDERING: Final = "RACK"

SOON: Final = 1 * MILLISECOND
"""Ours: when a timeout is due that another question has held up."""


def arm(tcb: "Tcb", purpose: str, deadline: int | None, now: int) -> None:
    """Ask `purpose` at `deadline` (ns); None: when the timeout of SND.UNA's segment is over."""
    if deadline is None:
        head = tcb.flight.head
        sent_at = now if head is None else head.sent_at
        deadline = max(sent_at + tcb.timeout.rto, now + SOON)
    tcb.retransmission_purpose = purpose
    tcb.retransmission_timer.start(deadline)


def text_sent(tcb: "Tcb", now: int) -> None:
    """New text went out: RFC 6298 section 5.1, or a probe (RFC 8985 section 7.2)."""
    timer = tcb.retransmission_timer
    if timer.deadline is None:
        tcb.persist_timer.stop()
        arm(tcb, RETRANSMISSION, now + tcb.timeout.rto, now)
    elif tcb.retransmission_purpose == REORDERING:
        return
    deadline = tail_loss_probe.deadline(tcb, now)
    if deadline is not None:
        tcb.retransmission_purpose = PROBE
        timer.start(deadline)


def restart(tcb: "Tcb", now: int) -> None:
    """New data was acknowledged (RFC 6298 sections 5.2 and 5.3)."""
    if not tcb.flight.outstanding:
        tcb.retransmission_timer.stop()
        tcb.retransmission_purpose = RETRANSMISSION
        return
    deadline = tail_loss_probe.deadline(tcb, now, advancing=True)
    if deadline is not None:
        tcb.retransmission_purpose = PROBE
        tcb.retransmission_timer.start(deadline)
    elif tcb.retransmission_purpose == RETRANSMISSION:
        arm(tcb, RETRANSMISSION, now + tcb.timeout.rto, now)
    else:
        arm(tcb, RETRANSMISSION, None, now)
