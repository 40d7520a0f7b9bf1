"""When an ACK is due for text that came.

Source: RFC 9293 section 3.8.6.3 (SHLD-18, SHLD-19, MUST-40); RFC 5681 section 4.2 (out of order).

Rule: text in order may wait for a companion or for `delayed_ack` ns. Text out of order, and text
that fills a gap, is acknowledged at the next `poll_transmit`; the former once for each segment,
because the peer counts these duplicates to find the loss.
"""

from wirelab.sim.host.tcp.tcb import Tcb


def text_in_order(tcb: Tcb, count: int, now: int) -> None:
    """`count` bytes came in their turn: RCV.NXT is behind them already."""
    if count > tcb.rcv_full:  # the peer's full segments may be smaller than what we allow
        tcb.rcv_full = min(count, tcb.rcv_mss)
    tcb.duplicate_acks_due = 0
    if tcb.rcv_nxt - tcb.rcv_acked >= 2 * tcb.rcv_full or tcb.ack_now:
        tcb.acknowledge_at_once()
    elif not tcb.delayed_ack_timer.running:
        tcb.delayed_ack_timer.start(now + tcb.config.delayed_ack)


def out_of_order(tcb: Tcb) -> None:
    """Something came that leaves a gap before it."""
    if tcb.rcv_nxt > tcb.rcv_acked:
        tcb.ack_now = True  # the news first, then the duplicate
    tcb.duplicate_acks_due += 1
    tcb.mark_dirty()


def gap_filled(tcb: Tcb) -> None:
    """RCV.NXT moved over text that was held, or over a FIN."""
    tcb.duplicate_acks_due = 0
    tcb.acknowledge_at_once()


def expired(tcb: Tcb, now: int) -> None:
    """No companion came in time."""
    tcb.acknowledge_at_once()
