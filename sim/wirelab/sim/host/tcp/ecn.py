"""Explicit congestion notification: routers mark packets, and the sender slows down without a loss.

Source: RFC 3168 section 6.1.

    sender                     router                        receiver
    text, ECT(0)  --------->   is congested: CE  --------->  notes it
    cwnd is reduced once a window  <---------  ACKs with ECE, until it sees CWR
    next new text, CWR  ----------------------------------->  stops

    SYN: ECE and CWR (6.1.1)    SYN,ACK: ECE alone    then both ends may do it

Rule 1: only new text is marked ECT: no SYN, no pure ACK, nothing that goes again, no window probe
(6.1.1, 6.1.4 to 6.1.6).
Rule 2: cwnd is reduced at most once for a window of data, however it was told (6.1.2): that is
decided in `recovery`, where a loss and a mark lead to the same reduction.
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.tcp.segment import ACK, CWR, ECE, SYN

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.segment import Segment
    from wirelab.sim.host.tcp.tcb import Tcb

ECT_0: Final = 0b10
"""The codepoint of the IP header that says "I would rather be marked than dropped" (section 5)."""

CONGESTION_EXPERIENCED: Final = 0b11
"""The codepoint that a congested router sets (section 5)."""


class Ecn:
    """Of a connection whose ends have agreed on ECN.

    Attributes:
        echo: a mark came and no CWR since: our ACKs say ECE.
        reduced: our window was reduced: the next new text says CWR.
        seen: a mark has come.
    """

    __slots__ = ("echo", "reduced", "seen")

    def __init__(self) -> None:
        self.echo = False
        self.reduced = False
        self.seen = False


# Opening


def syn_flags(tcb: "Tcb", active: bool) -> int:
    """The bits that our SYN or SYN,ACK has besides (section 6.1.1).

    A SYN that nobody answered goes again without: a router may have disliked it (6.1.1.1).
    """
    if not active:
        return ECE if tcb.ecn is not None else 0
    if tcb.config.ecn != "active" or (tcb.retransmissions and tcb.config.ecn_fallback):
        return 0
    return ECE | CWR


def take_syn(tcb: "Tcb", segment: "Segment") -> None:
    """See whether the peer's SYN, or SYN,ACK, agrees."""
    bits = segment.header.flags & (ECE | CWR)
    if segment.header.flags & ACK:
        agreed = bits == ECE and tcb.config.ecn == "active"
    else:
        agreed = bits == ECE | CWR and tcb.config.ecn != "off"
    tcb.ecn = Ecn() if agreed else None


# The sender of text


def mark(ecn: Ecn, flags: int, tos: int, new_text: bool) -> tuple[int, int]:
    """The control bits and the byte of DSCP and ECN with which a segment goes out.

    Args:
        ecn: of the connection.
        flags: its control bits otherwise.
        tos: DSCP.
        new_text: it carries text, none of which was sent before.
    """
    if ecn.echo:
        flags |= ECE
    if new_text:
        tos |= ECT_0
        if ecn.reduced:
            ecn.reduced = False
            flags |= CWR
    return flags, tos


def is_echo(tcb: "Tcb", segment: "Segment") -> bool:
    """Whether an acceptable ACK reports a mark; `recovery` answers once a window (6.1.2)."""
    return tcb.ecn is not None and segment.flags & (ECE | SYN) == ECE


def window_reduced(tcb: "Tcb") -> None:
    """Cwnd comes down, for a mark or for a loss: the next new text says CWR."""
    if tcb.ecn is not None:
        tcb.ecn.reduced = True


# The receiver of text


def text_arrived(tcb: "Tcb", segment: "Segment") -> None:
    """Text came in the window: its mark begins the echo, CWR ends it (6.1.3).

    A mark on the very segment that says CWR is newer, and begins again.
    """
    ecn = tcb.ecn
    if ecn is None:
        return
    if segment.cwr:
        ecn.echo = False
        tcb.acknowledge_at_once()
    if segment.ce:
        ecn.seen = True
        if not ecn.echo:
            tcb.acknowledge_at_once()
        ecn.echo = True
