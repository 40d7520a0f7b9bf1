"""Keepalive: asking a peer that has long been silent whether it is still there.

Source: RFC 9293 section 3.8.4 (MAY-5, MUST-24 to MUST-29, SHLD-12, SHLD-13); RFC 1122 section
4.2.3.6.

    off --SO_KEEPALIVE, or ESTABLISHED with it--> waiting --`keep_idle` of silence--> probing
                                                  ^                                  |   |
                                                  +---anything is heard of the peer--+   |
           reset and tcp.timeout <--`keep_count` probes, or the user timeout, in vain----+

Rule 1: a probe has no text, and the number SND.NXT-1, which the peer must answer (SHLD-12).
Rule 2: nothing is probed while data waits: the retransmission and persist timers ask already.
Rule 3: what is heard costs one store (`heard_at`); the timer looks at it when it expires.
"""

from wirelab.sim.host.tcp import transitions, user_timeout
from wirelab.sim.host.tcp.states import SYN_RECEIVED, SYN_SENT
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def changed(tcb: Tcb, now: int) -> None:
    """The application has set one of the four options on a live connection."""
    if not tcb.options.keepalive or tcb.over or tcb.state in (SYN_SENT, SYN_RECEIVED):
        tcb.keepalive_timer.stop()
    else:
        tcb.keepalive_timer.start(max(tcb.heard_at + tcb.options.keep_idle, now))


def expired(tcb: Tcb, now: int) -> None:
    """It was silent for long, or a probe got no answer."""
    options = tcb.options
    silence = now - tcb.heard_at
    if tcb.send_buffer or tcb.flight_size:
        tcb.keepalive_timer.start(now + options.keep_idle)
        return
    if silence < options.keep_idle:  # heard meanwhile
        tcb.keepalive_timer.start(tcb.heard_at + options.keep_idle)
        return
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "keepalive", silence, now)
    # MUST-29: one probe without an answer proves nothing.
    limit = user_timeout.in_force(tcb)
    if tcb.probes and (silence >= limit if limit else tcb.probes >= options.keep_count):
        transitions.reset_peer(tcb, now)
        transitions.finish(tcb, Reason.TCP_TIMEOUT, now)
        return
    tcb.probes += 1
    tcb.keepalive_due = True
    tcb.keepalive_timer.start(now + options.keep_interval)
    tcb.mark_dirty()
