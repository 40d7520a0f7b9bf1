"""Text and FIN of a segment: the seventh and eighth step of SEGMENT ARRIVES.

Source: RFC 9293 section 3.10.7.4 (SHLD-31: what is early is held); RFC 5681 section 4.2 (when that
is acknowledged); RFC 2018 and RFC 2883 (how it is told).

    old | new, in order --> receive buffer | behind a gap --> reassembly | beyond the window
        RCV.NXT                                                          acceptable edge

Rule: what lies behind a gap is held in memory that has a bound; if there are too many pieces, the
last go, though the peer may have been told of them (RFC 2018 section 8).
"""

from wirelab.sim.host.drops import Drop
from wirelab.sim.host.events import Readable
from wirelab.sim.host.tcp import delayed_ack, ecn, receive_window, sack_blocks, transitions
from wirelab.sim.host.tcp.buffers import BUFFER_PER_BLOCK, FEWEST_BLOCKS
from wirelab.sim.host.tcp.segment import Segment
from wirelab.sim.host.tcp.states import RECEIVING
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


def process_text(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """Seventh: trim to the window, deliver in order, hold what is early."""
    if tcb.state not in RECEIVING or segment.length == 0:
        return None
    old = tcb.rcv_nxt - segment.seq
    refused = _trim_to_window(tcb, segment)
    text = segment.text
    ecn.text_arrived(tcb, segment)
    if text and tcb.closed_by_user:
        told = transitions.reset_peer(tcb, now, asked=True)  # RFC 9293 section 3.6.1, SHLD-3
        transitions.finish(tcb, Reason.TCP_CLOSED, now)
        return Drop(Reason.TCP_CLOSED, f"{len(text)} bytes after close", told)
    if segment.seq > tcb.rcv_nxt:
        delayed_ack.out_of_order(tcb)
        if text and not _hold(tcb, segment.seq, text):
            return Drop(Reason.TCP_WINDOW_FULL, "too many pieces out of order")
    elif text:
        if old > 0:  # told of at once, since it may be a retransmission in vain (RFC 2883)
            sack_blocks.came_again(tcb, tcb.rcv_nxt - old, tcb.rcv_nxt)
            tcb.ack_now = True
        _take_text(tcb, text, now)
    if refused:
        tcb.acknowledge_at_once()
        if not text:
            return Drop(Reason.TCP_WINDOW_FULL, f"{refused} beyond the window")
    return None


def _take_text(tcb: Tcb, text: bytes, now: int) -> None:
    """Text at RCV.NXT, after which a gap may be filled."""
    if not tcb.reassembly:
        _deliver(tcb, text)
        delayed_ack.text_in_order(tcb, len(text), now)
        return
    again = tcb.reassembly.overlap(tcb.rcv_nxt, tcb.rcv_nxt + len(text))
    if again is not None:
        sack_blocks.came_again(tcb, *again)
    _deliver(tcb, text)
    take_held_text(tcb)


def _trim_to_window(tcb: Tcb, segment: Segment) -> int:
    """Keep of text and FIN what is new and allowed; how much was beyond the window."""
    old = tcb.rcv_nxt - segment.seq
    if old > 0:
        segment.text = segment.text[old:]
        segment.seq = tcb.rcv_nxt
    edge = receive_window.acceptable_edge(tcb)
    beyond = max(segment.seq + len(segment.text) - edge, 0)
    if beyond:
        segment.text = segment.text[:-beyond]
    if segment.fin is None or segment.fin < tcb.rcv_nxt:
        return beyond
    if segment.fin > edge:  # right at the edge it is welcome: it needs no room
        return beyond + 1
    tcb.rcv_fin = segment.fin
    return beyond


def _hold(tcb: Tcb, seq: int, text: bytes) -> bool:
    """Keep what lies behind a gap, in memory that has a bound; False: there is no room."""
    reassembly = tcb.reassembly
    again = reassembly.overlap(seq, seq + len(text))
    if again is not None:
        sack_blocks.came_again(tcb, *again)
    tcb.disordered_segments += 1
    sack_blocks.held(tcb, *reassembly.insert(seq, text))
    if len(reassembly) <= max(FEWEST_BLOCKS, tcb.rcv_buff // BUFFER_PER_BLOCK):
        return True
    dropped = reassembly.drop_last()
    sack_blocks.dropped(tcb, dropped)
    return dropped[0] > seq


def take_held_text(tcb: Tcb) -> None:
    """A gap may be filled: deliver what follows it, and say so at once (RFC 5681 section 4.2)."""
    text = tcb.reassembly.take(tcb.rcv_nxt)
    if text:
        _deliver(tcb, text)
    sack_blocks.advanced(tcb)
    if tcb.rcv_nxt > tcb.rcv_acked:
        delayed_ack.gap_filled(tcb)


def _deliver(tcb: Tcb, text: bytes) -> None:
    """The application may have it."""
    buffer = tcb.receive_buffer
    if not buffer.size:
        tcb.environment.emit(Readable(tcb.connection))
    buffer.append(text)
    tcb.rcv_nxt += len(text)
    tcb.rcv_adv = max(tcb.rcv_adv, tcb.rcv_nxt)  # see `receive_window.acceptable_edge`


def check_fin(tcb: Tcb, now: int) -> None:
    """Eighth: the peer has nothing more to send, once all before its FIN has come."""
    if tcb.rcv_fin != tcb.rcv_nxt or tcb.fin_received:
        return
    tcb.rcv_nxt += 1
    tcb.rcv_adv = max(tcb.rcv_adv, tcb.rcv_nxt)  # it may have stood right at the edge
    tcb.fin_received = True
    delayed_ack.gap_filled(tcb)
    tcb.environment.emit(Readable(tcb.connection))  # the end can be read
    transitions.fin_received(tcb, now)
