"""How long segments may be: what routers say, and what is suspected where they say nothing.

Source: RFC 1191 sections 6.3 and 6.4 (ICMP); RFC 2923 section 2.1 (black holes); RFC 4821 sections
5.2, 7.2 to 7.7 (probing with segments of TCP itself), of which this is the search in few steps.

                     router: too big, or larger again (`shrink`, `refresh`)
    full size --------------------------------------------------------------> other full size
      ^   |
      |   +-- `black_hole_timeouts` timeouts in a row of a long segment --> next smaller of STEPS
      |       (a minute of them, if much has arrived before)
      |                                                                      |  (and again)
      +-- one segment of full size, sent by itself, arrived <---- suspected -+
                                            every PROBE_INTERVAL, first after FIRST_PROBE

Rule 1: a smaller segment size says nothing about congestion: what was too long goes again, and cwnd
stays what the timeouts made of it.
Rule 2: a probe counts as arrived if it is acknowledged before anything at all was sent again; else
it proves nothing, and the next one waits.
Rule 3: where short segments are lost as well, though they had got through, it was not the length.
"""

from typing import Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.options import send_mss
from wirelab.sim.host.tcp.recovery import OPEN
from wirelab.sim.host.tcp.retransmission import packet_too_big
from wirelab.sim.host.tcp.tcb import Tcb

STEPS: Final = {4: (1024, 576, 296), 16: (1280,)}
"""MTUs to fall back to, bytes, by the bytes of an address: RFC 4821 section 7.2 (1024), RFC 791
section 3.1 (576), RFC 1191 section 7 (296); RFC 8200 section 5: every IPv6 link carries 1280."""

FIRST_PROBE: Final = 10 * SECOND
"""Ours: if it was an outage and no black hole, full segments come back soon."""

PROBE_INTERVAL: Final = 600 * SECOND
"""RFC 4821 section 7.7 and RFC 1191 section 6.3: about ten minutes."""

SETTLED: Final = 10
"""Ours: segments' worth of text that has arrived, so that the path must have taken long ones."""

OUTAGE: Final = 60 * SECOND
"""Ours: how long such a path must be silent before segments are blamed and not loss."""

ENOUGH_BEHIND: Final = 4
"""Segments that must follow a probe, so that its loss is found without a timeout."""


class PathProbe:
    """A black hole is suspected; None in `Tcb.path_probe` is the usual case.

    Attributes:
        due_at: when full size is tried again, ns.
        end: the number behind the probe that is on the way, or None.
        sent_again: segments sent again when it went out.
    """

    __slots__ = ("due_at", "end", "sent_again")

    def __init__(self, due_at: int) -> None:
        self.due_at = due_at
        self.end: int | None = None
        self.sent_again = 0


def shrink(tcb: Tcb) -> None:
    """A router could not pass a segment on: cut smaller and send again."""
    packet_too_big(tcb, send_mss(tcb))


def refresh(tcb: Tcb) -> None:
    """Once a round trip: larger segments again, if the path's MTU has grown or was forgotten."""
    if tcb.path_probe is None:
        size = send_mss(tcb)
        if size > tcb.snd_mss:
            _set_size(tcb, size)


def timed_out(tcb: Tcb, now: int) -> None:
    """The retransmission timer expired again: is it because the segments are long?"""
    probe = tcb.path_probe
    if probe is not None and tcb.retransmissions == 1 and now >= probe.due_at:
        tcb.path_probe = None
        _set_size(tcb, send_mss(tcb))
        return
    patience = tcb.config.black_hole_timeouts
    head = tcb.flight.head
    if not patience or tcb.retransmissions < patience or head is None:
        return
    is_settled = tcb.snd_una - tcb.iss > SETTLED * tcb.snd_mss
    if is_settled and now - tcb.stalled_since < OUTAGE:
        return
    overhead = tcb.flow.mtu - send_mss(tcb)
    steps = STEPS[len(tcb.remote_address)]
    size = next((mtu - overhead for mtu in steps if mtu - overhead < tcb.snd_mss), 0)
    if size <= 0 or head.end - head.start <= size:
        return
    tcb.path_probe = PathProbe(now + FIRST_PROBE)
    packet_too_big(tcb, size)


def probe_length(tcb: Tcb, room: int, now: int) -> int:
    """Text of a probe that is to go out now as one segment, bytes; 0: none is due.

    Args:
        tcb: a connection with a `path_probe`.
        room: what cwnd leaves, bytes.
        now: ns.
    """
    probe = tcb.path_probe
    if probe is None or now < probe.due_at or tcb.recovery.state != OPEN:
        return 0
    size = send_mss(tcb)
    if size <= tcb.snd_mss:
        tcb.path_probe = None
        return 0
    position = tcb.snd_nxt
    queued = tcb.snd_una + len(tcb.send_buffer) - position
    needed = size + ENOUGH_BEHIND * tcb.snd_mss
    if min(queued, room, tcb.snd_una + tcb.snd_wnd - position) < needed:
        return 0
    probe.due_at = now + PROBE_INTERVAL
    probe.end = position + size
    probe.sent_again = tcb.flight.retransmissions
    return size


def acknowledged(tcb: Tcb, probe: PathProbe) -> None:
    """SND.UNA has moved: has the probe arrived?"""
    if probe.end is None:
        return
    if tcb.flight.retransmissions != probe.sent_again:
        probe.end = None
    elif tcb.snd_una >= probe.end:
        tcb.path_probe = None
        _set_size(tcb, send_mss(tcb))


def _set_size(tcb: Tcb, size: int) -> None:
    tcb.snd_mss = tcb.congestion.smss = size
