"""The persist timer: asking again while the peer's window is shut, or stays too small.

Source: RFC 9293 sections 3.8.6.1 (zero-window probes; MUST-36, MUST-37, SHLD-29, SHLD-30) and
3.8.6.2.1 (override timeout, rule 4), which it suggests to combine.

    idle --data waits, nothing is on the way--> running <--twice as long-- probe
                                                |     |                      ^
                          idle <--window opens--+     +--------expiry--------+

Rule: this timer never runs together with the retransmission timer. A probe that is answered does
not count towards giving up; only a peer that says nothing at all does.
"""

from typing import Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp import transitions
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason

OVERRIDE: Final = 500 * MILLISECOND
"""How long a small window may hold data back (RFC 9293 section 3.8.6.2.1: 0.1 to 1.0 s)."""


def start(tcb: Tcb, now: int) -> None:
    """Data waits and no ACK is on its way that would let it go."""
    tcb.persist_interval = OVERRIDE if tcb.snd_wnd else tcb.timeout.rto
    tcb.persist_timer.start(now + tcb.persist_interval)


def expired(tcb: Tcb, now: int) -> None:
    """Probe, and wait twice as long for the next time (SHLD-30)."""
    after = tcb.persist_interval
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "persist", after, now)
    if tcb.probes >= tcb.options.retries:
        transitions.finish(tcb, Reason.TCP_TIMEOUT, now)
        return
    tcb.probes += 1
    tcb.probe_due = True
    if tcb.snd_wnd == 0:
        tcb.persist_interval = min(after * 2, tcb.config.maximum_rto)
        tcb.persist_timer.start(now + tcb.persist_interval)
    tcb.mark_dirty()


def peer_heard(tcb: Tcb) -> None:
    """An acceptable ACK came: the peer lives, and may have opened its window."""
    tcb.probes = 0
    if tcb.snd_wnd and tcb.persist_timer.running:
        tcb.persist_timer.stop()
        if tcb.flight_size:  # the probe's byte came to nothing
            tcb.resend_nxt = tcb.snd_una
        tcb.mark_dirty()
