"""Congestion window validation: a window that nobody fills says nothing about the path.

Source: RFC 2861 section 3.2 (the pseudocode; T_last, tcpnext, W_used); RFC 5681 section 4.1 (idle);
RFC 7661 section 4.2 and RFC 9438 section 5.8 (no growth while it is not the limit).

Rule 1: `is_limited` is asked when an ACK comes, about the flight that it acknowledges: so the
answer of the last round trip is kept (`cwnd_round_end`), as the queue may be empty by now.
Rule 2: what the peer's window holds back is not the application's fault, but shrinks cwnd the same:
the path is not probed either.
"""

from wirelab.sim.host.tcp import path_mtu
from wirelab.sim.host.tcp.tcb import Tcb


def before_sending(tcb: Tcb, now: int) -> None:
    """Text is about to go: shrink cwnd if the ACK clock has stopped meanwhile."""
    if tcb.snd_nxt == tcb.snd_una and tcb.config.slow_start_after_idle:
        idle = now - tcb.sent_at
        if idle > tcb.timeout.rto:
            tcb.congestion.restart_after_idle(idle, tcb.timeout.rto, now)
            tcb.cwnd_used_since = now
            tcb.cwnd_used = 0


def after_sending(tcb: Tcb, now: int) -> None:
    """Note whether cwnd stopped us, and what was used of it if not."""
    flight = tcb.snd_nxt - tcb.snd_una
    congestion = tcb.congestion
    queue = tcb.send_queue
    limited = flight + tcb.snd_mss > congestion.cwnd or (queue is not None and queue.deferred)
    if (
        limited
        or tcb.snd_una >= tcb.cwnd_round_end
        or (not tcb.cwnd_limited and flight > tcb.cwnd_round_flight)
    ):
        if tcb.snd_una >= tcb.cwnd_round_end:
            path_mtu.refresh(tcb)
        tcb.cwnd_limited = limited
        tcb.cwnd_round_flight = flight
        tcb.cwnd_round_end = tcb.snd_nxt
    if is_limited(tcb):
        tcb.cwnd_used_since = now
        tcb.cwnd_used = 0
        return
    if flight > tcb.cwnd_used:
        tcb.cwnd_used = flight
    if now - tcb.cwnd_used_since >= tcb.timeout.rto and tcb.config.slow_start_after_idle:
        congestion.application_limited(tcb.cwnd_used, now)
        tcb.cwnd_used_since = now
        tcb.cwnd_used = 0


def is_limited(tcb: Tcb) -> bool:
    """Whether cwnd may grow: it was the limit, or in slow start at least half of it was used.

    The half is ours, after Linux: slow start doubles, so half of cwnd in flight may be all that the
    application had before this round trip.
    """
    congestion = tcb.congestion
    if congestion.cwnd < congestion.ssthresh:
        return congestion.cwnd < 2 * tcb.cwnd_round_flight
    return tcb.cwnd_limited
