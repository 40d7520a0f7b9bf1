"""Loss: what is sent again, and when.

Source: RFC 6298 section 5 (the timer), RFC 5681 section 3.2 and RFC 6582 section 3.2 (duplicate
ACKs; NewReno), RFC 9293 section 3.8.3 (giving up; MUST-20).

Rule 1: nothing is sent here; `resend_nxt` and `fast_retransmit` tell `output` what goes again.
Rule 2: after a timeout everything not acknowledged goes again in order, but `new_ack` moves
`resend_nxt` past whatever an ACK covers meanwhile, so that what did arrive is not repeated.
"""

from typing import Final

from wirelab.sim.host.events import SocketError
from wirelab.sim.host.tcp import persist, syn, transitions, user_timeout, window_validation
from wirelab.sim.host.tcp.options import send_mss
from wirelab.sim.host.tcp.rto import R1
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason

DUPLICATE_THRESHOLD: Final = 3
"""Duplicate ACKs that mean a loss (RFC 5681 section 3.2)."""


def retransmission_timeout(tcb: Tcb, now: int) -> None:
    """RETRANSMISSION TIMEOUT (RFC 9293 section 3.10.8; RFC 6298 sections 5.4 to 5.6)."""
    rto = tcb.timeout.rto
    if tcb.environment.observer is not None:
        tcb.environment.observer.timer_fired(tcb.connection, "RTO", rto, now)
    if not tcb.syn_acknowledged:
        syn.timeout(tcb, now)
        return
    if tcb.snd_wnd == 0:
        # The peer took its window back. It is probed, never timed out (MUST-35, SHLD-17).
        persist.start(tcb, now)
        return
    if not tcb.retransmissions:
        tcb.stalled_since = now - rto
    if user_timeout.is_over(tcb, tcb.retransmissions, tcb.options.retries, now):  # R2
        transitions.finish(tcb, Reason.TCP_TIMEOUT, now)
        return
    tcb.congestion.timeout(tcb.flight_size, tcb.retransmissions == 0, now)
    tcb.retransmissions += 1
    if tcb.retransmissions == R1 and tcb.announced:
        tcb.environment.emit(SocketError(tcb.connection, Reason.TCP_TIMEOUT))
    tcb.timed_end = None  # Karn: no sample of what is sent twice
    tcb.timeout.back_off()
    tcb.retransmission_timer.start(now + user_timeout.bounded(tcb, tcb.timeout.rto, now))
    tcb.resend_nxt = tcb.snd_una
    tcb.fast_retransmit = False
    tcb.in_recovery = False
    tcb.duplicate_acks = 0
    tcb.recover = tcb.snd_nxt  # RFC 6582 section 3.2, step 4: their duplicates mean no new loss
    tcb.mark_dirty()


def duplicate_ack(tcb: Tcb, now: int) -> None:
    """An ACK repeated SND.UNA while data was on the way (RFC 5681 section 2)."""
    tcb.duplicate_acks += 1
    if tcb.in_recovery:
        tcb.congestion.cwnd += tcb.congestion.smss  # one more segment has left the network
    elif tcb.duplicate_acks == DUPLICATE_THRESHOLD and tcb.snd_una > tcb.recover:
        tcb.in_recovery = True
        tcb.recover = tcb.snd_nxt
        congestion = tcb.congestion
        congestion.enter_recovery(tcb.flight_size, now)
        congestion.cwnd = congestion.ssthresh + DUPLICATE_THRESHOLD * congestion.smss
        tcb.fast_retransmit = True
    tcb.mark_dirty()


def new_ack(tcb: Tcb, count: int, round_trip: int | None, now: int) -> None:
    """SND.UNA has just advanced by `count`."""
    congestion = tcb.congestion
    if not tcb.in_recovery:
        tcb.duplicate_acks = 0
        limited = window_validation.is_limited(tcb)
        congestion.acknowledged(count, tcb.snd_una, tcb.snd_nxt, round_trip, now, limited)
    elif tcb.snd_una >= tcb.recover:
        tcb.in_recovery = False
        tcb.fast_retransmit = False  # its ACK may have come before the next poll
        tcb.duplicate_acks = 0
        congestion.leave_recovery(now)
        smss = congestion.smss  # RFC 6582 section 3.2, step 3, option 1: avoids a burst
        congestion.cwnd = min(congestion.cwnd, max(tcb.flight_size, smss) + smss)
    else:  # a partial ACK: the next hole begins right there
        again = congestion.smss if count >= congestion.smss else 0
        congestion.cwnd = max(congestion.cwnd - count + again, congestion.smss)
        tcb.fast_retransmit = True


def packet_too_big(tcb: Tcb) -> None:
    """A router could not pass a segment on: cut smaller and send again (RFC 1191 section 6.4)."""
    mss = send_mss(tcb)
    if mss < tcb.snd_mss:  # else marking it dirty would never end
        tcb.snd_mss = tcb.congestion.smss = mss
        tcb.resend_nxt = tcb.snd_una
        tcb.mark_dirty()
