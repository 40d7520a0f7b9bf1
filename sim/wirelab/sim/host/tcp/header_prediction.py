"""Header prediction: the next text or a new ACK of a running transfer, taken in a few steps.

Source: Van Jacobson, "4BSD TCP header prediction", ACM CCR 20(2), 1990; RFC 7323 section 4.4.

Rule 1: whatever is true here makes each of the eight steps of `segment_arrives` trivial; so the two
ways lead to the same end, which a property test compares. When in doubt, the answer is False.
Rule 2: False means that nothing was changed.
Rule 3: numbers come as they stood in the frame: no header object is made on this way.
"""

from typing import Final

from wirelab.sim.host.events import Readable
from wirelab.sim.host.tcp import acknowledgment, delayed_ack, persist
from wirelab.sim.host.tcp.segment import ACK, PSH
from wirelab.sim.host.tcp.sequence import HALF, MASK
from wirelab.sim.host.tcp.states import ESTABLISHED
from wirelab.sim.host.tcp.tcb import Tcb

ABSENT: Final = -1
"""In place of a time stamp: the segment has no such option."""

_ACK_PSH: Final = ACK | PSH


def expected(
    tcb: Tcb,
    flags: int,
    sequence_number: int,
    acknowledgment_number: int,
    window: int,
    tsval: int,
    tsecr: int,
    text: bytes,
    now: int,
) -> bool:
    """Process a segment if it is the one that was to be expected.

    Args:
        tcb: its connection, in any state.
        flags: all nine control bits.
        sequence_number: 32 bits.
        acknowledgment_number: 32 bits.
        window: 16 bits, before scaling.
        tsval: of the time stamps option (RFC 7323 section 3), or `ABSENT`; it is the only option.
        tsecr: likewise.
        text: what follows the header.
        now: ns.

    Returns:
        Whether it was; if not, `segment_arrives` is to process it.
    """
    rcv_nxt = tcb.rcv_nxt
    una = tcb.snd_una
    advance = (acknowledgment_number - una + HALF & MASK) - HALF
    if (
        flags | PSH != _ACK_PSH
        or sequence_number != rcv_nxt & MASK
        or tcb.state != ESTABLISHED
        or not 0 <= advance <= tcb.snd_nxt - una
        or not (window and tcb.snd_wnd)
        or tcb.snd_wl1 > rcv_nxt  # a later segment has told its window already
        or tcb.ts_ok != (tsval >= 0)
        or not (text or advance)
    ):
        return False
    if text and (  # it can go straight to the application
        len(text) > tcb.rcv_adv - rcv_nxt
        or tcb.reassembly.size
        or tcb.rcv_fin is not None
        or tcb.urgent is not None
    ):
        return False
    if tcb.ts_ok:
        if tsval - tcb.ts_recent & MASK >= HALF:  # PAWS
            return False
        if rcv_nxt <= tcb.rcv_acked:  # see `timestamps.remember`
            tcb.ts_recent = tsval
            tcb.ts_recent_at = now
    tcb.heard_at = now
    tcb.segments_in += 1
    if advance:
        acknowledgment.advance(tcb, una + advance, now, tsecr if tcb.ts_ok else None)
    _take(tcb, una + advance, window << tcb.snd_wscale, text, now)
    return True


def _take(tcb: Tcb, ack: int, window: int, text: bytes, now: int) -> None:
    """Believe the window, and deliver the text."""
    rcv_nxt = tcb.rcv_nxt
    if window != tcb.snd_wnd:
        if window > tcb.snd_wnd and (tcb.send_buffer or tcb.fin_queued):
            tcb.mark_dirty()
        tcb.snd_wnd = window
        if window > tcb.max_snd_wnd:
            tcb.max_snd_wnd = window
    tcb.snd_wl1 = rcv_nxt
    tcb.snd_wl2 = ack
    if tcb.probes or tcb.persist_timer.deadline is not None:
        persist.peer_heard(tcb)
    if text:
        count = len(text)
        tcb.text_segments_in += 1
        tcb.text_at = now
        buffer = tcb.receive_buffer
        if not buffer.size:
            tcb.environment.emit(Readable(tcb.connection))
        buffer.append(text)
        tcb.rcv_nxt = rcv_nxt + count
        delayed_ack.text_in_order(tcb, count, now)
