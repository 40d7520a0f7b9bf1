"""What is sent, and when.

Source: RFC 9293 sections 3.7 (segmentation, Nagle) and 3.8.6 (window, silly window syndrome);
RFC 6298 section 5.1 (timer); RFC 3042 (limited transmit).

Text goes when one of these holds (RFC 9293 section 3.8.6.2.1):
1. a full segment can go;
2. all that is queued can go, and nothing is on the way (Nagle's condition) or a FIN follows;
3. at least half of the largest window ever offered can go, and nothing is on the way;
4. the override timeout has come (see `persist`).
What is sent again is not held back: it has been judged once.

Rule: any segment but a reset carries the current ACK and window, so sending text settles an ACK
that is due. Duplicate ACKs that are due go alone: with text they would not count (RFC 5681
section 2).
"""

from wirelab.sim.host.tcp import (
    delayed_ack,
    options,
    persist,
    receive_window,
    recovery,
    syn,
    transitions,
    window_validation,
)
from wirelab.sim.host.tcp.segment import ACK, FIN, PSH
from wirelab.sim.host.tcp.states import CLOSED, LISTEN
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def transmit(tcb: Tcb, now: int) -> None:
    """Send everything of this connection that may go now."""
    if tcb.state in (CLOSED, LISTEN):
        return
    if not tcb.syn_acknowledged:
        syn.transmit(tcb, now)
        return
    if tcb.fast_retransmit:
        tcb.fast_retransmit = False
        room = min(options.text_room(tcb), tcb.flight_size, tcb.snd_wnd)
        _send_text(tcb, tcb.snd_una, min(len(tcb.send_buffer), room), now)
    if tcb.send_buffer or tcb.fin_queued:
        _transmit_text(tcb, now)
    acks = tcb.duplicate_acks_due + (1 if tcb.ack_now else 0)
    for _ in range(acks):
        _send(tcb, tcb.snd_nxt, ACK, b"", now)
    tcb.duplicate_acks_due = 0
    if tcb.keepalive_due:
        tcb.keepalive_due = False
        _send(tcb, tcb.snd_nxt - 1, ACK, b"", now)


def _transmit_text(tcb: Tcb, now: int) -> None:
    """Send what window, congestion window, Nagle and SWS avoidance let through, and the FIN."""
    una = tcb.snd_una
    window_validation.before_sending(tcb, now)
    end = una + len(tcb.send_buffer)  # of the text; our FIN has this number
    window = una + tcb.snd_wnd
    limit = min(window, una + _congestion_window(tcb))
    mss = options.text_room(tcb)
    while not tcb.fin_acknowledged:
        position = tcb.snd_nxt if tcb.resend_nxt is None else tcb.resend_nxt
        count = min(mss, end - position, limit - position)
        fin = tcb.fin_queued and position + count == end and window > end
        if count < 0 or (count == 0 and not fin):
            break
        if not (count == mss or fin or tcb.probe_due or _worth_sending(tcb, position, count, end)):
            break
        tcb.probe_due = False
        if _send_text(tcb, position, count, now) is Reason.IP_TOO_BIG_DF:
            recovery.packet_too_big(tcb)  # another connection has learnt a smaller path MTU
            break
    window_validation.after_sending(tcb, now)
    if tcb.probe_due:
        tcb.probe_due = False
        if tcb.config.probe_with_text:
            _send_text(tcb, una, min(1, len(tcb.send_buffer)), now)
        else:
            _send(tcb, una - 1, ACK, b"", now)
    if tcb.retransmission_timer.deadline is None and tcb.persist_timer.deadline is None:
        waiting = tcb.snd_nxt < end or (tcb.fin_queued and not tcb.fin_acknowledged)
        if waiting:
            persist.start(tcb, now)


def _congestion_window(tcb: Tcb) -> int:
    """cwnd, and one segment for each of the first two duplicate ACKs (RFC 3042)."""
    extra = 0 if tcb.in_recovery else min(tcb.duplicate_acks, 2) * tcb.snd_mss
    return tcb.congestion.cwnd + extra


def _worth_sending(tcb: Tcb, position: int, count: int, end: int) -> bool:
    """Whether less than a full segment may go: rules 2 and 3 above (MUST-38, SHLD-7)."""
    if position < tcb.snd_nxt:  # again
        return True
    if tcb.options.nagle and position > tcb.snd_una:
        return False
    return position + count == end or 2 * count >= tcb.max_snd_wnd


def _send_text(tcb: Tcb, position: int, count: int, now: int) -> Reason | None:
    """Send `count` bytes from `position` on, and the FIN if it follows them and is due."""
    offset = position - tcb.snd_una
    text = bytes(tcb.send_buffer[offset : offset + count])
    following = position + count
    flags = ACK
    if following == tcb.snd_una + len(tcb.send_buffer):  # all that we have: push it (MUST-61)
        if count:
            flags |= PSH
        if tcb.fin_queued and (following < tcb.snd_una + tcb.snd_wnd or not count):
            flags |= FIN
            if tcb.snd_fin is None:
                tcb.snd_fin = following
                transitions.fin_sent(tcb, now)
            following += 1
    if position < tcb.snd_nxt:
        tcb.timed_end = None  # Karn: this, or something before it, goes for the second time
    elif tcb.timed_end is None:
        tcb.timed_end, tcb.timed_at = following, now
    if tcb.resend_nxt is not None and position == tcb.resend_nxt:
        tcb.resend_nxt = following if following < tcb.snd_nxt else None
    if following > tcb.snd_nxt:
        tcb.snd_nxt = following
    tcb.sent_at = now
    refusal = _send(tcb, position, flags, text, now)
    if tcb.snd_wnd and tcb.retransmission_timer.deadline is None:
        _start_retransmission_timer(tcb, now)
    return refusal


def _send(tcb: Tcb, sequence: int, flags: int, text: bytes, now: int) -> Reason | None:
    """Build and hand down one segment; a refusal is like a loss, so its caller may ignore it."""
    window = receive_window.advertise(tcb)
    delayed_ack.sent(tcb, bool(text), now)
    extra = options.segment_options(tcb, now)
    return tcb.flow.send(sequence, tcb.rcv_nxt, flags, window, extra, text, now)


def _start_retransmission_timer(tcb: Tcb, now: int) -> None:
    """RFC 6298 section 5.1: if it is not running."""
    if not tcb.retransmission_timer.running:
        tcb.retransmission_timer.start(now + tcb.timeout.rto)
        tcb.persist_timer.stop()
