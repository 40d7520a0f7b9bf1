"""Every change of state, and what comes with it.

Source: RFC 9293 sections 3.3.2 and 3.6.

Rule 1: no other file assigns `Tcb.state`.
Rule 2: the observer hears of every change; the application of the end exactly once, on entering
TIME-WAIT or CLOSED, with the reason or None for an orderly close (MUST-12).
"""

from wirelab.codecs import TCP
from wirelab.sim.host.events import Accepted, Closed, Connected, Readable, Writable
from wirelab.sim.host.tcp import receive_window, timestamps
from wirelab.sim.host.tcp.rack import Rack
from wirelab.sim.host.tcp.segment import ACK, RST
from wirelab.sim.host.tcp.sequence import MASK
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LAST_ACK,
    NEXT,
    TIME_WAIT,
    State,
)
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def change_state(tcb: Tcb, new: State, now: int) -> None:
    """Enter `new` and tell the observer."""
    old = tcb.state
    assert new in NEXT[old], f"{old} does not lead to {new} (RFC 9293 figure 5)"
    tcb.state = new
    if tcb.environment.observer is not None:
        tcb.environment.observer.state_changed(tcb.connection, old, new, now)


def establish(tcb: Tcb, now: int) -> None:
    """Both SYNs are acknowledged: the application may have it, and what it queued may go."""
    tcb.text_at = now  # where TCP_INFO counts from until text comes
    change_state(tcb, ESTABLISHED, now)
    early, tcb.announced = tcb.announced, True
    if tcb.sack_ok and tcb.config.rack:
        tcb.rack = Rack()
    if tcb.syn_lost:
        tcb.timeout.syn_was_lost()
        tcb.congestion.restart_after_lost_syn()
    if tcb.options.keepalive:
        tcb.keepalive_timer.start(now + tcb.options.keep_idle)
    if tcb.listener is None:
        tcb.environment.emit(Connected(tcb.connection))
    else:
        tcb.listener.established(tcb)
        if not early:
            tcb.environment.emit(Accepted(tcb.listener, tcb.connection))
    if tcb.fin_queued:
        change_state(tcb, FIN_WAIT_1, now)
    tcb.mark_dirty()


def close(tcb: Tcb, now: int) -> None:
    """The application gives the connection up: our FIN is queued, and nobody reads any more."""
    tcb.closed_by_user = True
    if tcb.config.orphan_retries is not None:
        tcb.options.retries = min(tcb.options.retries, tcb.config.orphan_retries)
    close_sending(tcb, now)
    if tcb.state == FIN_WAIT_2:  # it had shut down before
        tcb.time_wait_timer.start(now + tcb.options.fin_timeout)


def close_sending(tcb: Tcb, now: int) -> None:
    """CLOSE: queue our FIN behind the data (RFC 9293 section 3.10.4)."""
    if tcb.fin_queued:
        return
    tcb.fin_queued = True
    if tcb.state == ESTABLISHED:
        change_state(tcb, FIN_WAIT_1, now)
    # CLOSE-WAIT lasts until the FIN is really sent (`fin_sent`), and a handshake until its end.
    tcb.mark_dirty()


def fin_sent(tcb: Tcb, now: int) -> None:
    """Our FIN goes out for the first time."""
    if tcb.state == CLOSE_WAIT:
        change_state(tcb, LAST_ACK, now)


def fin_acknowledged(tcb: Tcb, now: int) -> None:
    """The peer acknowledged our FIN (RFC 9293 section 3.10.7.4, fifth step)."""
    if tcb.state == FIN_WAIT_1:
        change_state(tcb, FIN_WAIT_2, now)
        if tcb.closed_by_user:
            tcb.time_wait_timer.start(now + tcb.options.fin_timeout)
    elif tcb.state == CLOSING:
        enter_time_wait(tcb, now)
    elif tcb.state == LAST_ACK:
        finish(tcb, None, now)


def fin_received(tcb: Tcb, now: int) -> None:
    """The peer's FIN has come in order (RFC 9293 section 3.10.7.4, eighth step)."""
    if tcb.state == ESTABLISHED:
        change_state(tcb, CLOSE_WAIT, now)
    elif tcb.state == FIN_WAIT_1:
        change_state(tcb, CLOSING, now)  # acknowledged FINs have left FIN-WAIT-1 in step five
        if tcb.config.fin_with_acks:
            tcb.resend_nxt = tcb.snd_fin
    elif tcb.state == FIN_WAIT_2:
        enter_time_wait(tcb, now)


def enter_time_wait(tcb: Tcb, now: int) -> None:
    """Turn the other timers off and wait 2 MSL (MUST-13)."""
    _stop_timers(tcb)
    change_state(tcb, TIME_WAIT, now)
    tcb.reassembly.clear()
    restart_time_wait(tcb, now)
    _announce_end(tcb, None)


def restart_time_wait(tcb: Tcb, now: int) -> None:
    """2 MSL from now (RFC 9293 section 3.6.1)."""
    tcb.time_wait_timer.start(now + 2 * tcb.config.msl)


def time_wait_over(tcb: Tcb, now: int) -> None:
    """TIME-WAIT TIMEOUT (RFC 9293 section 3.10.8), or the end of an orphan in FIN-WAIT-2."""
    orphan = tcb.state == FIN_WAIT_2
    after = tcb.options.fin_timeout if orphan else 2 * tcb.config.msl
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, tcb.state, after, now)
    finish(tcb, Reason.TCP_TIMEOUT if orphan else None, now)


def finish(tcb: Tcb, reason: Reason | None, now: int, state: State = CLOSED) -> None:
    """Delete the TCB: enter CLOSED, or LISTEN when a passive open fell through.

    A `reason` (None: orderly close) flushes what the application has not read yet, too, unless
    `TcpConfig.flush_on_reset` is off.
    """
    _stop_timers(tcb)
    tcb.error = reason
    tcb.send_buffer.clear()
    tcb.reassembly.clear()
    if reason is not None and tcb.config.flush_on_reset:
        tcb.receive_buffer.clear()
    change_state(tcb, state, now)
    del tcb.environment.connections[tcb.key]
    tcb.environment.ports.leave(tcb)
    if tcb.listener is not None:
        tcb.listener.gave_up(tcb, now)
    _announce_end(tcb, reason)


def reset_peer(tcb: Tcb, now: int, asked: bool = False) -> bool:
    """Queue <SEQ=SND.NXT><CTL=RST> (RFC 9293 section 3.10.5); see `Environment.reply`.

    Args:
        tcb: the connection.
        now: ns.
        asked: it answers a segment; else, where `resets_acknowledge` says so, it looks like any
            other segment of ours, as the resets of BSD and Linux do.
    """
    complete = tcb.config.resets_acknowledge and not asked
    offers = complete and tcb.config.resets_offer_window
    header = TCP(
        source_port=tcb.local_port,
        destination_port=tcb.remote_port,
        sequence_number=tcb.snd_nxt & MASK,
        acknowledgment_number=tcb.rcv_nxt & MASK if complete else 0,
        flags=RST | ACK if complete else RST,
        window=receive_window.advertise(tcb) if offers else 0,
        options=timestamps.as_options(tcb, now) if complete and tcb.ts_ok else (),
    )
    return tcb.environment.reply(header, tcb.local_address, tcb.remote_address)


def _stop_timers(tcb: Tcb) -> None:
    tcb.retransmission_timer.stop()
    tcb.persist_timer.stop()
    tcb.keepalive_timer.stop()
    tcb.delayed_ack_timer.stop()
    tcb.time_wait_timer.stop()


def _announce_end(tcb: Tcb, reason: Reason | None) -> None:
    if tcb.over or not tcb.announced:
        return
    tcb.over = True
    emit = tcb.environment.emit
    if reason is not None:  # whoever waits shall come and get the error
        emit(Readable(tcb.connection))
        emit(Writable(tcb.connection))
    emit(Closed(tcb.connection, reason))
