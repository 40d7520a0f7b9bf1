"""The window that we offer: how far its right edge may go, and when it goes there.

Source: RFC 9293 sections 3.8.6 (SHLD-14, MUST-39) and 3.8.6.2.2 (silly window syndrome);
RFC 7323 sections 2.2 to 2.4 (scaling). Auto-tuning: M. Fisk and W. Feng, "Dynamic right-sizing
in TCP", 2001.

    RCV.USER | free                       |
    ---------+------------+---------------+
             RCV.NXT      rcv_adv         right edge that the free space would allow

Rule 1: `Tcb.rcv_adv` never goes back: what has once been offered is taken (SHLD-14).
Rule 2: a window that is not a multiple of the scale's unit is rounded up if the buffer has room for
that. Else it is rounded down, which the peer may read as a retraction of less than a unit, but we
still take what it sends up to `rcv_adv` (RFC 7323 section 2.4).
Rule 3: the buffer grows while the application reads more within a round trip than half of it could
hold, and never shrinks by itself.
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.states import RECEIVING, SYN_RECEIVED

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

MAXIMUM_WINDOW: Final = 0xFFFF
"""What the header can say without window scale, bytes (RFC 9293 section 3.1)."""

MAXIMUM_SHIFT: Final = 14
"""Largest window scale (RFC 7323 section 2.3)."""

SMALLEST_ROUND_TRIP: Final = MILLISECOND
"""Ours: reads are counted over at least this long, or every one on a fast link would count."""


def first_buffer(tcb: "Tcb") -> int:
    """The receive buffer to begin with, bytes: what the application set, or what is configured."""
    asked = tcb.options.rcv_buff
    return tcb.config.receive_buffer if asked is None else max(asked // 2, 1)


def shift_to_offer(tcb: "Tcb") -> int:
    """The window scale of our SYN: the least that can offer the largest buffer (RFC 7323, 2.3)."""
    config = tcb.config
    if not config.window_scaling:
        return 0
    largest = tcb.rcv_buff
    if tcb.options.rcv_buff is None or config.largest_window_scale:
        largest = max(largest, config.maximum_receive_buffer)
    if tcb.options.window_clamp is not None:
        largest = min(largest, tcb.options.window_clamp)
    return window_shift(largest)


def window_shift(maximum: int) -> int:
    """The smallest window scale with which a window of `maximum` bytes can be offered."""
    shift = 0
    while shift < MAXIMUM_SHIFT and MAXIMUM_WINDOW << shift < maximum:
        shift += 1
    return shift


def open_window(tcb: "Tcb", mss: int) -> None:
    """The peer's SYN is in: offer the first window, which is not scaled yet (RFC 7323, 2.2).

    Args:
        tcb: the connection.
        mss: bytes of text that a segment has room for, without options; where the configuration
            rounds buffers, they become a multiple of it.
    """
    if tcb.rcv_buff > mss:
        if tcb.config.receive_buffer_rounding == "up":
            tcb.rcv_buff += -tcb.rcv_buff % mss
        elif tcb.config.receive_buffer_rounding == "down":
            tcb.rcv_buff -= tcb.rcv_buff % mss
    tcb.rcv_adv = tcb.rcv_nxt + in_syn(tcb)


def in_syn(tcb: "Tcb") -> int:
    """The window field of our SYN or SYN,ACK."""
    return min(_space(tcb), MAXIMUM_WINDOW)


def advertise(tcb: "Tcb") -> int:
    """The window field of a segment that goes out now; the right edge moves with it."""
    shift = tcb.rcv_wscale
    rcv_nxt = tcb.rcv_nxt
    space = _space(tcb)
    field = space >> shift
    edge = rcv_nxt + ((field if field < MAXIMUM_WINDOW else MAXIMUM_WINDOW) << shift)
    if edge > tcb.rcv_adv and _is_worth_moving(tcb, edge):
        tcb.rcv_adv = edge
    window = tcb.rcv_adv - rcv_nxt
    field = window >> shift
    if field << shift != window and field < MAXIMUM_WINDOW and (field + 1) << shift <= space:
        field += 1
        tcb.rcv_adv = rcv_nxt + (field << shift)
    return field if field < MAXIMUM_WINDOW else MAXIMUM_WINDOW


def _is_worth_moving(tcb: "Tcb", edge: int) -> bool:
    """Silly window avoidance (MUST-39): in steps, or by what is free unless that is little.

    RFC 9293 section 3.8.6.2.2 with Fr = 1/2; the other way is that of 4.4BSD's `tcp_output`.
    """
    largest = _largest(tcb)
    if tcb.config.window_in_steps:
        return edge - tcb.rcv_adv >= min(largest // 2, tcb.snd_mss)
    space = edge - tcb.rcv_nxt
    return space >= tcb.snd_mss or space >= largest // 4


def right_edge(tcb: "Tcb") -> int:
    """The edge that free space would allow to offer, in units of the scale."""
    shift = tcb.rcv_wscale
    field = _space(tcb) >> shift
    return tcb.rcv_nxt + ((field if field < MAXIMUM_WINDOW else MAXIMUM_WINDOW) << shift)


def acceptable_edge(tcb: "Tcb") -> int:
    """RCV.NXT + RCV.WND for the test of what arrives: what was offered, or all that would fit.

    A handshake of a listener has no buffer yet with BSD: there it is always what was offered.
    """
    waits = tcb.state == SYN_RECEIVED and tcb.listener is not None
    if tcb.config.accept_all_that_fits and not waits:
        return max(tcb.rcv_adv, tcb.rcv_nxt + _space(tcb))
    return tcb.rcv_adv


def _largest(tcb: "Tcb") -> int:
    """Bytes that may come if nothing waits to be read; TCP_WINDOW_CLAMP may allow less."""
    clamp = tcb.options.window_clamp
    return tcb.rcv_buff if clamp is None else min(clamp, tcb.rcv_buff)


def _space(tcb: "Tcb") -> int:
    """Bytes that may come beyond RCV.NXT; if nothing waits, a unit of the scale at least."""
    free = tcb.rcv_buff - tcb.receive_buffer.size
    clamp = tcb.options.window_clamp
    if clamp is not None and clamp < free:
        free = clamp
    if free < 1 << tcb.rcv_wscale and not tcb.receive_buffer.size:
        return 1 << tcb.rcv_wscale  # else a buffer smaller than that could never be offered
    return free if free > 0 else 0


def update_is_due(tcb: "Tcb") -> bool:
    """Whether the application has read so much that the peer should hear of it by itself.

    Twice as much as an ACK on its way needs, unless the peer can hardly send anything: else every
    read of one segment would cancel the delay of its ACK. Ours, after 4.4BSD's `tcp_output`.
    """
    edge = right_edge(tcb)
    gain = edge - tcb.rcv_adv
    if gain <= 0 or not (tcb.config.window_in_steps or _is_worth_moving(tcb, edge)):
        return False
    window, mss, largest = tcb.rcv_adv - tcb.rcv_nxt, tcb.snd_mss, _largest(tcb)
    rule = tcb.config.window_update
    if rule == "doubled":
        return gain >= window
    if rule == "quarter":
        small = window <= largest // 8 or largest <= 8 * mss
        return 2 * gain >= largest or (gain >= 2 * mss and (small or 4 * gain >= largest))
    worth = mss if window < mss else 2 * mss
    return gain >= min(largest // 2, worth)


def buffer_was_set(tcb: "Tcb", now: int) -> None:
    """The application has set SO_RCVBUF or TCP_WINDOW_CLAMP: count with it from now on."""
    if tcb.options.rcv_buff is not None:
        tcb.rcv_buff = first_buffer(tcb)
    if tcb.state in RECEIVING and update_is_due(tcb):
        tcb.acknowledge_at_once()


# Auto-tuning


class ReadingRate:
    """How fast the application reads, in bytes a round trip; made when it reads for the first time.

    Attributes:
        since: when the round trip that is counted began, ns.
        position: where it had read to then, a sequence number.
        largest: most bytes that it has read in a round trip.
    """

    __slots__ = ("largest", "position", "since")

    def __init__(self, position: int, now: int, largest: int) -> None:
        self.since = now
        self.position = position
        self.largest = largest


def has_been_read(tcb: "Tcb", now: int) -> None:
    """The application took text out of the receive buffer: does it need a larger one?

    As much as it reads in a round trip has to fit in twice, since by the time the peer hears of the
    room for one, it could have sent the next; more while the rate still grows (slow start).
    """
    config = tcb.config
    if tcb.options.rcv_buff is not None or tcb.rcv_buff >= config.maximum_receive_buffer:
        return
    position = tcb.rcv_nxt - tcb.receive_buffer.size
    rate = tcb.reading_rate
    if rate is None:
        tcb.reading_rate = ReadingRate(position, now, min(10 * tcb.rcv_mss, tcb.rcv_buff))
        return
    round_trip = max(tcb.timeout.srtt or 0, SMALLEST_ROUND_TRIP)
    elapsed = now - rate.since
    if elapsed < round_trip:
        return
    count = (position - rate.position) * round_trip // elapsed
    if count > rate.largest:
        needed = 2 * count + 16 * tcb.rcv_mss
        needed += 2 * needed * (count - rate.largest) // rate.largest
        rate.largest = count
        if needed > tcb.rcv_buff:
            tcb.rcv_buff = min(needed, config.maximum_receive_buffer)
    rate.since = now
    rate.position = position
