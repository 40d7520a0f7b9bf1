"""The window that we offer: how far its right edge may go, and when it goes there.

Source: RFC 9293 sections 3.8.6 (SHLD-14, MUST-39) and 3.8.6.2.2 (silly window syndrome);
RFC 7323 sections 2.2 to 2.4 (scaling).

    RCV.USER | free                       |
    ---------+------------+---------------+
             RCV.NXT      rcv_adv         right edge that the free space would allow

Rule 1: `Tcb.rcv_adv` never goes back: what has once been offered is taken (SHLD-14).
Rule 2: a window that is not a multiple of the scale's unit is rounded down in the header. The peer
may read that as a retraction of less than a unit, and we still take what it sends up to `rcv_adv`
(RFC 7323 section 2.4).
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

MAXIMUM_WINDOW: Final = 0xFFFF
"""What the header can say without window scale, bytes (RFC 9293 section 3.1)."""


def open_window(tcb: "Tcb") -> None:
    """The peer's SYN is in: offer the first window, which is not scaled yet (RFC 7323, 2.2)."""
    tcb.rcv_adv = tcb.rcv_nxt + in_syn(tcb)


def in_syn(tcb: "Tcb") -> int:
    """The window field of our SYN or SYN,ACK."""
    return min(_space(tcb), MAXIMUM_WINDOW)


def advertise(tcb: "Tcb") -> int:
    """The window field of a segment that goes out now.

    The right edge moves in steps worth it, and never back (MUST-39, SHLD-14): RFC 9293 section
    3.8.6.2.2 with Fr = 1/2.
    """
    rcv_nxt, shift = tcb.rcv_nxt, tcb.rcv_wscale
    edge = right_edge(tcb)
    if edge - tcb.rcv_adv >= min(tcb.rcv_buff // 2, tcb.snd_mss):
        tcb.rcv_adv = edge
    return min(tcb.rcv_adv - rcv_nxt >> shift, MAXIMUM_WINDOW)


def right_edge(tcb: "Tcb") -> int:
    """The edge that free space would allow to offer, in units of the scale."""
    shift = tcb.rcv_wscale
    return tcb.rcv_nxt + (min(_space(tcb) >> shift, MAXIMUM_WINDOW) << shift)


def _space(tcb: "Tcb") -> int:
    """Bytes that may come beyond RCV.NXT."""
    free = max(tcb.rcv_buff - tcb.receive_buffer.size, 0)
    clamp = tcb.options.window_clamp
    return free if clamp is None else min(free, clamp)


def update_is_due(tcb: "Tcb") -> bool:
    """Whether the application has read so much that the peer should hear of it by itself.

    Twice as much as an ACK on its way needs, unless the peer can hardly send anything: else every
    read of one segment would cancel the delay of its ACK. Ours, after 4.4BSD's `tcp_output`.
    """
    gain = right_edge(tcb) - tcb.rcv_adv
    worth = tcb.snd_mss if tcb.rcv_wnd < tcb.snd_mss else 2 * tcb.snd_mss
    return gain >= max(min(tcb.rcv_buff // 2, worth), 1)
