"""Our SYN, and our SYN,ACK: sent, sent again, given up.

Source: RFC 9293 sections 3.5, 3.8.1 and 3.8.3 (R2 of a SYN: MUST-23); RFC 6298 sections 2.1, 5.4
to 5.7.

Rule: as long as the peer has not acknowledged our SYN, its segments and its timeouts are decided in
this file; `output` and `recovery` take over with the ACK. Only the text of a connection that was
accepted early goes out by `output` before (see `fast_open`).
"""

from wirelab.sim.host.events import SocketError
from wirelab.sim.host.tcp import ecn, fast_open, options, receive_window, transitions, user_timeout
from wirelab.sim.host.tcp.rto import R1
from wirelab.sim.host.tcp.segment import ACK, SYN
from wirelab.sim.host.tcp.states import SYN_SENT
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def transmit(tcb: Tcb, now: int) -> None:
    """SYN, or SYN,ACK: for the first time, after a timeout, or because the peer asks."""
    first = tcb.snd_nxt == tcb.iss
    if not first and tcb.resend_nxt is None:
        return
    tcb.resend_nxt = None
    tcb.ack_now = False
    active = tcb.state == SYN_SENT
    option, text = b"", b""
    state = tcb.fast_open
    if state is not None and (first or tcb.listener is not None):
        option = state.option
        text = bytes(tcb.send_buffer[: state.room])  # there is room in an active open alone
        state.sent = len(text)
    if first:
        tcb.snd_nxt = tcb.iss + 1 + len(text)
        if text:
            tcb.flight.sent(tcb.iss + 1, tcb.snd_nxt, now).pushed = True
        tcb.timed_end, tcb.timed_at = tcb.iss + 1, now
    else:
        tcb.timed_end = None
    tcb.segments_out += 1
    tcb.flow.send(
        sequence=tcb.iss,
        acknowledgment=0 if active else tcb.rcv_nxt,
        flags=(SYN if active else SYN | ACK) | ecn.syn_flags(tcb, active),
        window=receive_window.in_syn(tcb),
        options=options.syn_options(tcb, now, option),
        text=text,
        now=now,
        tos=tcb.options.tos,
    )
    if tcb.stateless:
        return
    if not tcb.retransmission_timer.running:  # RFC 6298 section 5.1
        tcb.retransmission_timer.start(now + tcb.timeout.rto)
    if not active:
        tcb.rcv_acked = tcb.rcv_nxt
    if first and fast_open.is_early(tcb):
        tcb.snd_una = tcb.iss + 1


def timeout(tcb: Tcb, now: int) -> None:
    """Nobody has acknowledged our SYN in time: send it again, or give up (MUST-23)."""
    rto = tcb.timeout.rto
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "RTO", rto, now)
    listener = tcb.listener
    retries = tcb.options.syn_retries if listener is None else tcb.config.synack_retries
    deferred = deferred_tries(tcb)
    if not tcb.retransmissions:
        tcb.stalled_since = now - rto
    waits = tcb.handshake_acked and tcb.retransmissions < deferred
    if not waits and user_timeout.is_over(tcb, tcb.retransmissions, retries, now):
        transitions.finish(tcb, tcb.soft_error or Reason.TCP_TIMEOUT, now)
        return
    tcb.retransmissions += 1
    if tcb.retransmissions == R1:
        tcb.flow.doubt(now)
        if tcb.announced:
            tcb.environment.emit(SocketError(tcb.connection, Reason.TCP_TIMEOUT))
    tcb.syn_lost = True
    fast_open.timed_out(tcb, now)
    tcb.timed_end = None  # Karn: no sample of what is sent twice
    tcb.timeout.back_off()
    tcb.retransmission_timer.start(now + user_timeout.bounded(tcb, tcb.timeout.rto, now))
    # The peer's ACK is here, only its text is not: ask again when the time for that is over.
    if not tcb.handshake_acked or tcb.retransmissions >= deferred:
        tcb.resend_nxt = tcb.iss
        tcb.mark_dirty()


def too_big(tcb: Tcb) -> None:
    """A router could not pass our SYN on: it goes again without its text (RFC 1191, RFC 7413)."""
    if tcb.fast_open is not None and tcb.fast_open.sent and not tcb.retransmissions:
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
