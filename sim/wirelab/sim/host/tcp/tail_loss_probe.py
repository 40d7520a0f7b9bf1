"""Tail loss probes: the last segment of a flight again, long before the timeout.

Source: RFC 8985 section 7; the section numbers below are its own.

    new text or new ACK --> timer (PTO) --> probe: new text, or the last segment again
                                              |
             acknowledged with SND.NXT ------>+--> the probe mended a loss: the window comes down
             D-SACK or duplicate ACK   ------>+--> both arrived: nothing was lost

Rule: one probe an episode, and none while anything is known to be missing.
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.tcp import recovery

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.delivery import Delivery
    from wirelab.sim.host.tcp.tcb import Tcb


def deadline(tcb: "Tcb", now: int, advancing: bool = False) -> int | None:
    """When to probe, ns; None: not at all (section 7.2).

    Args:
        tcb: the connection.
        now: ns.
        advancing: the timeout would begin anew now; else it counts from SND.UNA's segment.
    """
    flight = tcb.flight
    state = tcb.recovery
    head = flight.head
    if head is None or not tcb.sack_ok or not tcb.config.tail_loss_probe:
        return None
    if state.state not in (recovery.OPEN, recovery.CWR) or flight.sacked:
        return None
    timeout = tcb.timeout
    if timeout.srtt is None:
        wait = tcb.config.initial_rto
    elif flight.outstanding <= tcb.snd_mss and len(flight) == 1:
        wait = 2 * timeout.srtt + tcb.config.maximum_ack_delay  # its ACK may be delayed
    else:
        wait = 2 * timeout.srtt + tcb.config.timer_margin
    until_timeout = timeout.rto if advancing else head.sent_at + timeout.rto - now
    if until_timeout > 0:
        wait = min(wait, until_timeout)
    return now + wait


def expired(tcb: "Tcb", now: int) -> bool:
    """PTO: let `output` send the probe (section 7.3).

    False: one is on the way already, SACK came meanwhile, or nothing was measured since the last
    one: where the path has become longer, probes that are always too early would keep SRTT from
    learning it.
    """
    state = tcb.recovery
    if state.probe_end is not None or tcb.flight.sacked or not tcb.timeout.measured:
        return False
    state.probe_due = True
    tcb.mark_dirty()
    return True


def acknowledged(tcb: "Tcb", delivery: "Delivery", ack: int, now: int) -> None:
    """Find out whether the probe has mended a loss (section 7.4.2)."""
    state = tcb.recovery
    end = state.probe_end
    if end is None or ack < end:
        return
    if not state.probe_resent or delivery.probe_duplicate:
        state.probe_end = None  # new text arrived; or original and probe did
    elif ack > end:  # only the probe arrived: what it mended was a loss, so slow down
        recovery.begin_reduction(tcb, now)
        state.state = recovery.CWR
        recovery.end_reduction(tcb, now)
        recovery.keep_open(tcb)
    elif not (delivery.advanced or delivery.has_text or delivery.window_changed or delivery.sacked):
        state.probe_end = None  # a duplicate ACK without D-SACK: both arrived
