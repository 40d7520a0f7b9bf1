"""What is sent, and when.

Source: RFC 9293 sections 3.7 (segmentation) and 3.8.6 (window); RFC 6298 section 5.1 (timer);
RFC 3042 (limited transmit); RFC 8985 section 7.3 (loss probes).

In this order: what is lost (`retransmission`), new text and the FIN as far as the peer's window,
cwnd and `segmentation` let them, then ACKs that are due and found no segment to ride on.

Rule 1: pipe is compared with cwnd, not SND.NXT - SND.UNA: what has left the network makes room,
so limited transmit and every kind of recovery need no rule of their own here.
Rule 2: any segment but a reset carries the current ACK and window, so sending text settles an ACK
that is due. Duplicate ACKs that are due go alone: with text they would not count (RFC 5681
section 2).
"""

from typing import Final

from wirelab.sim.host.tcp import (
    delayed_ack,
    ecn,
    options,
    path_mtu,
    persist,
    receive_window,
    retransmission,
    segmentation,
    send_buffer,
    send_queue,
    syn,
    transitions,
    urgent,
    window_validation,
)
from wirelab.sim.host.tcp.flight import Record
from wirelab.sim.host.tcp.retransmission_timer import RETRANSMISSION, arm, text_sent
from wirelab.sim.host.tcp.segment import ACK, FIN, PSH, URG
from wirelab.sim.host.tcp.send_queue import SendQueue
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
)
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason

_SILENT: Final = frozenset({CLOSED, LISTEN})
_OPENING: Final = frozenset({SYN_SENT, SYN_RECEIVED})


def transmit(tcb: Tcb, now: int) -> None:
    """Send everything of this connection that may go now."""
    state = tcb.state
    if state in _SILENT:
        return
    if state in _OPENING:
        syn.transmit(tcb, now)
        if not tcb.syn_acknowledged:
            if tcb.ack_now:  # a challenge, in SYN-RECEIVED
                _send(tcb, tcb.snd_nxt, ACK, b"", now)
            return
    if tcb.send_buffer or tcb.fin_queued:
        _transmit_text(tcb, now)
    if tcb.ack_now and tcb.resend_nxt is not None and tcb.state == CLOSING:
        _send(tcb, tcb.resend_nxt, ACK | FIN, b"", now)
        tcb.resend_nxt = None
    if tcb.ack_now or tcb.duplicate_acks_due or tcb.challenge_due:
        _send_acks(tcb, now)
    if tcb.keepalive_due:
        tcb.keepalive_due = False
        _send(tcb, tcb.snd_nxt - 1, ACK, b"", now)


def push(tcb: Tcb, queue: SendQueue, single: bool, now: int) -> None:
    """Send text in the middle of a write: with `single` one burst at most."""
    if tcb.state in (ESTABLISHED, CLOSE_WAIT):
        queue.single = single
        _transmit_text(tcb, now)
        queue.single = False


def _send_acks(tcb: Tcb, now: int) -> None:
    """Send what is due without text; one ACK of any kind answers a challenge, too."""
    acks = tcb.duplicate_acks_due + (1 if tcb.ack_now else 0)
    fin = tcb.snd_fin
    if acks and fin is not None and tcb.config.repeat_fin and not tcb.fin_acknowledged:
        _send(tcb, fin, ACK | FIN, b"", now)
        acks -= 1
    for _ in range(acks):
        _send(tcb, tcb.snd_nxt, ACK, b"", now)
    tcb.duplicate_acks_due = 0
    if tcb.challenge_due:
        _send(tcb, tcb.snd_nxt, ACK, b"", now)


def _transmit_text(tcb: Tcb, now: int) -> None:
    window_is_open = tcb.snd_una + tcb.snd_wnd > tcb.snd_nxt
    if window_is_open:  # a probe of a shut window says nothing about the path
        window_validation.before_sending(tcb, now)
    size = options.text_room(tcb)
    state = tcb.recovery
    before = tcb.snd_nxt
    if state.probe_due:
        _probe_for_loss(tcb, size, now)
    if state.new_first:  # F-RTO, step 2b
        _send_new(tcb, size, now)
        if tcb.snd_nxt == before:
            state.new_first = state.probing_new = False
    if not state.new_first and tcb.flight.lost:
        retransmission.resend_lost(tcb, size, now, _send_record)
    if tcb.path_probe is not None and size == tcb.snd_mss:
        _probe_path(tcb, now)
    _send_new(tcb, size, now)
    retransmission.resend_doubtful(tcb, size, now, _send_record)
    if window_is_open:
        window_validation.after_sending(tcb, now)
    if tcb.probe_due:  # of the window: see `persist`
        tcb.probe_due = False
        _probe_window(tcb, size, now)
    if tcb.retransmission_timer.deadline is None and tcb.persist_timer.deadline is None:
        persist.start_if_anything_waits(tcb, now)


def _send_new(tcb: Tcb, size: int, now: int) -> None:
    """Send text for the first time, and the FIN behind the last."""
    if tcb.send_queue is not None:
        _send_bursts(tcb, tcb.send_queue, size, now)
        return
    room = tcb.congestion.cwnd - tcb.flight.pipe
    before = tcb.snd_nxt
    largest = segmentation.largest_piece(tcb, size)
    while (piece := segmentation.next_piece(tcb, size, largest, room)) is not None:
        count, fin = piece
        if count > size:
            if not _send_piece(tcb, tcb.snd_nxt + count, fin, size, now):
                break
        elif _send_first(tcb, tcb.snd_nxt, tcb.snd_nxt + count, fin, now) is Reason.IP_TOO_BIG_DF:
            break
        if count % size:
            tcb.snd_sml = tcb.snd_nxt
        room -= count + fin
    if tcb.snd_nxt > before:
        text_sent(tcb, now)
        if tcb.wants_write and tcb.options.notsent_lowat is not None:
            send_buffer.announce_room(tcb)


def _send_bursts(tcb: Tcb, queue: SendQueue, size: int, now: int) -> None:
    """The same where what waits is kept in chunks (see `send_queue`)."""
    room = tcb.congestion.cwnd - tcb.flight.pipe
    queue.deferred = False
    before = tcb.snd_nxt
    end = tcb.snd_una + len(tcb.send_buffer)  # of the text; our FIN has this number
    fin = tcb.fin_queued and tcb.snd_fin is None and tcb.snd_una + tcb.snd_wnd > end
    while tcb.snd_nxt < end or (fin and tcb.snd_fin is None):
        position = tcb.snd_nxt
        count = 0 if position >= end else send_queue.next_burst(tcb, queue, size, room, now)
        if count is None:
            break
        last = fin and position + count == end
        if not (count or last) or not _send_piece(tcb, position + count, last, size, now):
            break
        queue.bursts.append(tcb.snd_nxt)
        if count % size:
            tcb.snd_sml = tcb.snd_nxt
        room -= count + last
        if queue.single:
            break
    if tcb.snd_nxt > before:
        text_sent(tcb, now)
        if tcb.wants_write:
            send_buffer.announce_room(tcb)


def _send_piece(tcb: Tcb, end: int, fin: bool, size: int, now: int) -> bool:
    """Send new text up to `end`, perhaps many segments; cut here if the link does not.

    Returns:
        False: the path takes less than that by now.
    """
    burst = position = tcb.snd_nxt
    step = end - position if tcb.flow.largest_segment else size
    while True:
        following = min(position + step, end)
        last = following == end
        pushed = last and following - burst > size and tcb.config.push_bursts
        refusal = _send_first(tcb, position, following, fin and last, now, burst, pushed)
        if refusal is Reason.IP_TOO_BIG_DF:
            return False
        if last:
            return True
        position = following


def _send_first(
    tcb: Tcb,
    position: int,
    end: int,
    fin: bool,
    now: int,
    burst: int | None = None,
    pushed: bool = False,
) -> Reason | None:
    """Send text for the first time.

    Args:
        tcb: the connection.
        position: of its first byte.
        end: behind its last.
        fin: our FIN goes with it.
        now: ns.
        burst: where the burst begins that it is part of; None: alone.
        pushed: PSH, though more waits.
    """
    following = end + fin
    if fin:
        tcb.snd_fin = end
        transitions.fin_sent(tcb, now)
    tcb.snd_nxt = following
    tcb.sent_at = now
    record = tcb.flight.sent(position, following, now)
    una = tcb.snd_una
    queued = tcb.send_buffer
    if tcb.send_queue is None:
        record.pushed = end > position and end == una + len(queued)  # `segmentation.is_pushed`
    else:
        record.pushed = end > position and send_queue.is_pushed(tcb, tcb.send_queue, end)
    pushed = pushed or record.pushed
    if burst is not None:
        record.burst = burst
    reduction = tcb.recovery.reduction
    if reduction is not None:
        reduction.out += following - position
    flags = (ACK | PSH if pushed else ACK) | (FIN if fin else 0)
    refusal = _send(tcb, position, flags, bytes(queued[position - una : end - una]), now, True)
    if refusal is Reason.IP_TOO_BIG_DF:  # another connection has learnt a smaller path MTU
        path_mtu.shrink(tcb)
        if not fin:  # it never left: cut it anew
            tcb.flight.take_back()
            tcb.snd_nxt = position
    return refusal


def _send_record(tcb: Tcb, record: Record, now: int) -> Reason | None:
    """Send again what a record stands for."""
    una = tcb.snd_una
    start, end = record.start, record.end
    flags = ACK | PSH if record.pushed else ACK
    if end - 1 == tcb.snd_fin:
        flags |= FIN
        end -= 1
    text = bytes(tcb.send_buffer[start - una : end - una])
    refusal = _send(tcb, start, flags, text, now)
    if refusal is Reason.IP_TOO_BIG_DF:  # as in `_send_first`
        path_mtu.shrink(tcb)
    return refusal


def _probe_for_loss(tcb: Tcb, size: int, now: int) -> None:
    """PTO: one new segment whatever cwnd says, else the last one again (RFC 8985 section 7.3)."""
    state = tcb.recovery
    flight = tcb.flight
    state.probe_due = False
    last = flight.last
    if last is None:
        return
    position = tcb.snd_nxt
    count = min(size, tcb.snd_una + len(tcb.send_buffer) - position)
    if 0 < count <= tcb.snd_una + tcb.snd_wnd - position:
        state.probe_resent = False
        _send_first(tcb, position, position + count, False, now)
    else:
        state.probe_resent = True
        if last.end - last.start > size:
            last = flight.split(last, last.start + (last.end - last.start - 1) // size * size, size)
        flight.probed(last, now)
        _send_record(tcb, last, now)
    state.probe_end = tcb.snd_nxt
    tcb.timeout.measured = False
    arm(tcb, RETRANSMISSION, now + tcb.timeout.rto, now)


def _probe_path(tcb: Tcb, now: int) -> None:
    """Where a black hole is suspected: now and then a segment of full size (RFC 4821)."""
    count = path_mtu.probe_length(tcb, tcb.congestion.cwnd - tcb.flight.pipe, now)
    if not count:
        return
    size, tcb.snd_mss = tcb.snd_mss, count  # for this segment alone
    _send_first(tcb, tcb.snd_nxt, tcb.snd_nxt + count, False, now)
    tcb.snd_mss = min(size, tcb.snd_mss)
    text_sent(tcb, now)


def _probe_window(tcb: Tcb, size: int, now: int) -> None:
    """Send at least a byte into a window that is shut or too small (RFC 9293 section 3.8.6.1)."""
    flight = tcb.flight
    una = tcb.snd_una
    if not (tcb.snd_wnd or tcb.config.probe_with_text):
        _send(tcb, una - 1, ACK, b"", now)
        return
    head = flight.head
    if head is not None:
        flight.probed(head, now)
        if tcb.snd_fin == una:
            _send_record(tcb, head, now)
        else:
            _send(tcb, una, ACK, bytes(tcb.send_buffer[:1]), now)
        return
    count = min(size, len(tcb.send_buffer), max(tcb.snd_wnd, 1))
    _send_first(tcb, una, una + count, not count, now, pushed=tcb.send_queue is not None)
    if tcb.snd_wnd:
        text_sent(tcb, now)


def _send(
    tcb: Tcb, sequence: int, flags: int, text: bytes, now: int, new: bool = False
) -> Reason | None:
    """Build and hand down one segment; a refusal is like a loss, so its caller may ignore it.

    Args:
        tcb: the connection.
        sequence: SEG.SEQ.
        flags: control bits, without those of ECN and URG.
        text: its text.
        now: ns.
        new: none of it was sent before.
    """
    window = receive_window.advertise(tcb)
    delayed_ack.sent(tcb, bool(text), now)
    size = options.text_room(tcb) if tcb.flow.largest_segment else 0
    extra = options.segment_options(tcb, now)
    pointer = 0 if tcb.snd_up is None else urgent.pointer(tcb, sequence)
    if pointer:
        flags |= URG
    count = 1 if not 0 < size < len(text) else -(-len(text) // size)
    tcb.segments_out += count
    if text:
        tcb.text_segments_out += count
        tcb.bytes_sent += len(text)
    tos = tcb.options.tos
    if tcb.ecn is not None:
        flags, tos = ecn.mark(tcb.ecn, flags, tos, new and bool(text) and tcb.snd_wnd > 0)
    return tcb.flow.send(
        sequence, tcb.rcv_nxt, flags, window, extra, text, now, pointer, tos, segment_size=size
    )
