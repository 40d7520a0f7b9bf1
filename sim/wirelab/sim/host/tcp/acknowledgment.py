"""What an acceptable ACK does: SND.UNA advances, the window moves, a round trip is measured.

Source: RFC 9293 section 3.10.7.4, fifth step, ESTABLISHED; RFC 6298 sections 5.2 and 5.3.
"""

from wirelab.sim.host.events import Writable
from wirelab.sim.host.tcp import persist, recovery
from wirelab.sim.host.tcp.segment import Segment
from wirelab.sim.host.tcp.tcb import Tcb


def advance(tcb: Tcb, ack: int, now: int) -> None:
    """SND.UNA < SEG.ACK =< SND.NXT: forget what is acknowledged."""
    buffer = tcb.send_buffer
    una = tcb.snd_una
    # SYN and FIN have a number but no byte; slicing past the end of the buffer skips the FIN.
    del buffer[: ack - una if una > tcb.iss else ack - una - 1]
    tcb.snd_una = ack
    tcb.retransmissions = 0
    tcb.probes = 0
    if tcb.resend_nxt is not None:
        tcb.resend_nxt = max(tcb.resend_nxt, ack) if ack < tcb.snd_nxt else None
    round_trip = None
    if tcb.timed_end is not None and ack >= tcb.timed_end:
        round_trip = now - tcb.timed_at
        tcb.timeout.sample(round_trip)
        tcb.timed_end = None
    if ack == tcb.snd_nxt:
        tcb.retransmission_timer.stop()
        tcb.probe_due = False
    else:
        tcb.retransmission_timer.start(now + tcb.timeout.rto)
    if una > tcb.iss:
        recovery.new_ack(tcb, ack - una, round_trip, now)
    if tcb.wants_write and 2 * len(buffer) <= tcb.config.send_buffer:
        tcb.wants_write = False
        tcb.environment.emit(Writable(tcb.connection))
    if buffer or tcb.fin_queued:
        tcb.mark_dirty()


def is_duplicate(tcb: Tcb, segment: Segment) -> bool:
    """Whether the ACK says that something else arrived instead (RFC 5681 section 2)."""
    return (
        segment.ack == tcb.snd_una
        and segment.length == 0
        and segment.wnd == tcb.snd_wnd
        and tcb.retransmission_timer.running  # data is on the way, and not just a window probe
    )


def update_window(tcb: Tcb, segment: Segment) -> None:
    """Take SEG.WND unless the segment is older than the last that was used (WL1, WL2)."""
    if tcb.snd_wl1 < segment.seq or (tcb.snd_wl1 == segment.seq and tcb.snd_wl2 <= segment.ack):
        set_window(tcb, segment)
    persist.peer_heard(tcb)


def set_window(tcb: Tcb, segment: Segment) -> None:
    """SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK."""
    wnd = segment.wnd
    if wnd > tcb.snd_wnd and (tcb.send_buffer or tcb.fin_queued):
        tcb.mark_dirty()
    tcb.snd_wnd = wnd
    tcb.snd_wl1 = segment.seq
    tcb.snd_wl2 = segment.ack
    if wnd > tcb.max_snd_wnd:
        tcb.max_snd_wnd = wnd
