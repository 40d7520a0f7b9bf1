"""The persist timer: asking again while the peer's window is shut, or stays too small.

Source: RFC 9293 sections 3.8.6.1 (zero-window probes; MUST-36, MUST-37, SHLD-29, SHLD-30) and
3.8.6.2.1 (override timeout, rule 4), which it suggests to combine.

    idle --data waits, nothing is on the way--> running <--twice as long-- probe
                                                |     |                      ^
                          idle <--window opens--+     +--------expiry--------+

Rule 1: a probe that is answered does not count towards giving up; only a peer that says nothing at
all does, or a user timeout. Once the application has closed nobody is left to give up, so then the
system does (section 3.8.6.1 leaves it that): answered or not, probes in vain count.
Rule 2: this timer is not started while the retransmission timer runs. An ACK that takes a part of
what is on the way and leaves the window shut may start that one while this one runs; it then finds
the window shut, and begins the probes anew (MUST-35).
"""

from wirelab.sim.host.tcp import retransmission, transitions, user_timeout
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def start_if_anything_waits(tcb: Tcb, now: int) -> None:
    """No timer runs: so nothing may be left that could only go by itself."""
    end = tcb.snd_una + len(tcb.send_buffer)
    if tcb.snd_nxt < end or _fin_waits(tcb):
        start(tcb, now)


def _fin_waits(tcb: Tcb) -> bool:
    return tcb.fin_queued and not tcb.fin_acknowledged


def start(tcb: Tcb, now: int) -> None:
    """Data waits and no ACK is on its way that would let it go."""
    if not tcb.retransmissions:
        tcb.stalled_since = now
    override = tcb.config.override_timeout if tcb.snd_wnd else 0
    tcb.persist_interval = override or tcb.timeout.rto
    _wait(tcb, now)


def expired(tcb: Tcb, now: int) -> None:
    """Probe, and wait twice as long for the next time (SHLD-30)."""
    after = tcb.persist_interval
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "persist", after, now)
    if tcb.snd_una != tcb.probed_una:
        tcb.probed_una = tcb.snd_una
        tcb.vain_probes = 0
    silent = user_timeout.is_over(tcb, tcb.probes, tcb.options.retries, now)
    if silent or _is_abandoned(tcb):
        transitions.finish(tcb, Reason.TCP_TIMEOUT, now)
        return
    tcb.probes += 1
    tcb.vain_probes += 1
    tcb.probe_due = True
    if tcb.snd_wnd == 0:
        tcb.persist_interval = min(after * 2, tcb.config.maximum_rto)
        _wait(tcb, now)
    tcb.mark_dirty()


def _is_abandoned(tcb: Tcb) -> bool:
    """The application has closed, and the peer holds us with a window that never opens.

    As Linux has it (tcp_probe_timer): not before the wait is as long as it gets.
    """
    return (
        tcb.closed_by_user
        and tcb.config.orphan_retries is not None
        and not user_timeout.in_force(tcb)
        and tcb.vain_probes >= tcb.options.retries
        and tcb.persist_interval >= tcb.config.maximum_rto
    )


def _wait(tcb: Tcb, now: int) -> None:
    tcb.persist_timer.start(now + user_timeout.bounded(tcb, tcb.persist_interval, now))


def peer_heard(tcb: Tcb) -> None:
    """An acceptable ACK came: the peer lives, and may have opened its window, or taken the last."""
    tcb.probes = 0
    if not tcb.persist_timer.running:
        return
    if tcb.snd_wnd:
        tcb.persist_timer.stop()
        retransmission.probe_refused(tcb)
        tcb.mark_dirty()
    elif not (tcb.send_buffer or _fin_waits(tcb)):
        tcb.persist_timer.stop()
