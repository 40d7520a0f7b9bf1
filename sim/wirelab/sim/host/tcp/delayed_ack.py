"""When an ACK is due for text that came.

Source: RFC 9293 section 3.8.6.3 (SHLD-18, SHLD-19, MUST-40); RFC 5681 section 4.2 (out of order).
The quick start is Linux's (`tcp_event_data_recv`).

Rule 1: text in order may wait for a companion or for `delayed_ack` ns. Text out of order, and text
that fills a gap, is acknowledged at the next `poll_transmit`; the former once for each segment,
because the peer counts these duplicates to find the loss.
Rule 2: where the configuration asks for it, the first ACKs of a connection, and those after a long
silence, do not wait: a sender in slow start needs each of them. A connection that answers text with
text (interactive) needs none: its ACKs travel with the answers.

    quick --as many ACKs as agreed--> delayed --longer silence than an RTO--> quick
    any   --text goes out soon after text came--> interactive --an ACK had to go alone--> delayed
"""

from typing import Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.tcb import Tcb

SHORTEST: Final = 40 * MILLISECOND
"""Linux's TCP_ATO_MIN, with which its delay begins."""


class Pace:
    """How quickly one connection acknowledges; made for those that begin quickly.

    Attributes:
        quick: so many ACKs do not wait.
        interactive: our text follows the peer's: ACKs wait for it.
        heard_at: when text came last, ns.
    """

    __slots__ = ("heard_at", "interactive", "quick")

    def __init__(self, quick: int, now: int) -> None:
        self.quick = quick
        self.interactive = False
        self.heard_at = now


def text_in_order(tcb: Tcb, count: int, now: int) -> None:
    """`count` bytes came in their turn: RCV.NXT is behind them already."""
    if count > tcb.rcv_full:  # the peer's full segments may be smaller than what we allow
        tcb.rcv_full = min(count, tcb.rcv_mss)
    tcb.duplicate_acks_due = 0
    if tcb.config.quick_acks:
        _keep_pace(tcb, now)
    if tcb.ack_now or _enough(tcb) or _is_quick(tcb):
        tcb.acknowledge_at_once()
    elif tcb.delayed_ack_timer.deadline is None:
        tcb.delayed_ack_timer.start(now + tcb.config.delayed_ack)


def _enough(tcb: Tcb) -> bool:
    """Whether what is not acknowledged yet is worth an ACK (SHLD-19)."""
    rule = tcb.config.acknowledge_each
    if rule == "two full segments":
        return tcb.rcv_nxt - tcb.rcv_acked >= 2 * tcb.rcv_full
    if rule == "more than a full segment":
        return tcb.rcv_nxt - tcb.rcv_acked > tcb.rcv_full
    return tcb.delayed_ack_timer.running  # "second segment"


def _is_quick(tcb: Tcb) -> bool:
    asked = tcb.options.quickack
    if asked is not None:
        return asked
    pace = tcb.pace
    return pace is not None and pace.quick > 0 and not pace.interactive


def _keep_pace(tcb: Tcb, now: int) -> None:
    """Begin quickly, and again after a silence in which the peer's window has gone cold."""
    pace = tcb.pace
    if pace is None:
        tcb.pace = Pace(_quick_acks(tcb), now)
        return
    if now - pace.heard_at > max(tcb.timeout.rto, SHORTEST):
        pace.quick = max(pace.quick, _quick_acks(tcb))
    pace.heard_at = now


def _quick_acks(tcb: Tcb) -> int:
    """As many as half the window has segments: that ends the slow start that they help."""
    return min(max(tcb.rcv_wnd // (2 * tcb.rcv_full), 2), tcb.config.quick_acks)


def be_quick(tcb: Tcb, now: int) -> None:
    """Something went wrong on the way: the sender shall hear quickly what comes next."""
    if tcb.config.quick_acks:
        if tcb.pace is None:
            tcb.pace = Pace(0, now)
        tcb.pace.quick = max(tcb.pace.quick, _quick_acks(tcb))
        tcb.pace.interactive = False


def out_of_order(tcb: Tcb) -> None:
    """Something came that leaves a gap before it: one ACK, with the news if there are any."""
    if tcb.rcv_nxt > tcb.rcv_acked and not tcb.ack_now:
        tcb.ack_now = True
    else:
        tcb.duplicate_acks_due += 1
    tcb.mark_dirty()


def gap_filled(tcb: Tcb) -> None:
    """RCV.NXT moved over text that was held, or over a FIN."""
    tcb.duplicate_acks_due = 0
    tcb.acknowledge_at_once()


def expired(tcb: Tcb, now: int) -> None:
    """No companion came in time."""
    if tcb.pace is not None:
        tcb.pace.interactive = False
    tcb.acknowledge_at_once()


def sent(tcb: Tcb, with_text: bool, now: int) -> None:
    """A segment with the current ACK goes out: that settles what was due."""
    tcb.rcv_acked = tcb.rcv_nxt
    tcb.ack_now = tcb.challenge_due = False
    tcb.delayed_ack_timer.deadline = None
    pace = tcb.pace
    if pace is not None:
        if pace.quick:
            pace.quick -= 1
        if with_text and now - pace.heard_at < SHORTEST:
            pace.interactive = True
