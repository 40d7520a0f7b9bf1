"""Our SYN, and our SYN,ACK: sent, sent again, given up.

Source: RFC 9293 sections 3.5, 3.8.1 and 3.8.3 (R2 of a SYN: MUST-23); RFC 6298 sections 2.1, 5.4
to 5.7.

Rule: as long as the peer has not acknowledged our SYN, its segments and its timeouts are decided in
this file; `output` and `recovery` take over with the ACK.
"""

from wirelab.sim.host.events import SocketError
from wirelab.sim.host.tcp import ecn, options, receive_window, transitions, user_timeout
from wirelab.sim.host.tcp.rto import R1
from wirelab.sim.host.tcp.segment import ACK, SYN
from wirelab.sim.host.tcp.states import SYN_SENT
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def transmit(tcb: Tcb, now: int) -> None:
    """SYN, or SYN,ACK: for the first time, after a timeout, or because the peer asks."""
    first = tcb.snd_nxt == tcb.iss
    if not first and tcb.resend_nxt is None and not tcb.ack_now:
        return
    tcb.resend_nxt = None
    tcb.ack_now = False
    tcb.snd_nxt = tcb.iss + 1
    if first:
        tcb.timed_end, tcb.timed_at = tcb.snd_nxt, now
    else:
        tcb.timed_end = None
    flow = tcb.flow
    active = tcb.state == SYN_SENT
    flow.send(
        sequence=tcb.iss,
        acknowledgment=0 if active else tcb.rcv_nxt,
        flags=(SYN if active else SYN | ACK) | ecn.syn_flags(tcb, active),
        window=receive_window.in_syn(tcb),
        options=options.syn_options(tcb, now),
        text=b"",
        now=now,
        tos=tcb.options.tos,
    )
    if not tcb.stateless and not tcb.retransmission_timer.running:  # RFC 6298 section 5.1
        tcb.retransmission_timer.start(now + tcb.timeout.rto)


def timeout(tcb: Tcb, now: int) -> None:
    """Nobody has acknowledged our SYN in time: send it again, or give up (MUST-23)."""
    listener = tcb.listener
    retries = tcb.options.syn_retries if listener is None else tcb.config.synack_retries
    deferred = deferred_tries(tcb)
    if not tcb.retransmissions:
        tcb.stalled_since = now - tcb.timeout.rto
    waits = tcb.handshake_acked and tcb.retransmissions < deferred
    if not waits and user_timeout.is_over(tcb, tcb.retransmissions, retries, now):
        transitions.finish(tcb, tcb.soft_error or Reason.TCP_TIMEOUT, now)
        return
    tcb.retransmissions += 1
    if tcb.retransmissions == R1 and tcb.announced:
        tcb.environment.emit(SocketError(tcb.connection, Reason.TCP_TIMEOUT))
    tcb.syn_lost = True
    tcb.timed_end = None  # Karn: no sample of what is sent twice
    tcb.timeout.back_off()
    tcb.retransmission_timer.start(now + user_timeout.bounded(tcb, tcb.timeout.rto, now))
    # The peer's ACK is here, only its text is not: ask again when the time for that is over.
    if not tcb.handshake_acked or tcb.retransmissions >= deferred:
        tcb.resend_nxt = tcb.iss
        tcb.mark_dirty()


def deferred_tries(tcb: Tcb) -> int:
    """TCP_DEFER_ACCEPT in expiries of this timer: so many may pass before text comes."""
    wait = tcb.options.defer_accept
    if tcb.listener is None or wait <= 0:
        return 0
    rto = passed = tcb.config.initial_rto
    tries = 1
    while passed < wait:
        rto = min(2 * rto, tcb.config.maximum_rto)
        passed += rto
        tries += 1
    return tries
