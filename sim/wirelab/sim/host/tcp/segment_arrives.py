"""SEGMENT ARRIVES: what a segment does to the connection it belongs to, in the RFC's order.

Source: RFC 9293 section 3.10.7, one function per step; RFC 5961 sections 3 to 5 where 9293 offers
them. CLOSED is in `layer`, LISTEN in `listen`, the seventh and eighth step in `text_arrives`;
security (third step) is not done.

Rule 1: a step returns a `Drop` to end here, or None to go on.
Rule 2: what a running transfer expects does not come here at all: see `header_prediction`.
Rule 3: nothing is sent here; an ACK that is due is noted, and one may answer many segments.
"""

from wirelab.sim.host.drops import Drop
from wirelab.sim.host.tcp import (
    acknowledgment,
    delayed_ack,
    ecn,
    fast_open,
    options,
    receive_window,
    retransmission,
    sack_blocks,
    timestamps,
    transitions,
    user_timeout_option,
)
from wirelab.sim.host.tcp.challenge_ack import acknowledge_seldom, challenge
from wirelab.sim.host.tcp.congestion import registry
from wirelab.sim.host.tcp.reset import reset_for
from wirelab.sim.host.tcp.segment import ACK, RST, SYN, Segment, WireHeader
from wirelab.sim.host.tcp.sequence import MASK
from wirelab.sim.host.tcp.states import (
    CLOSED,
    CLOSING,
    LISTEN,
    RECEIVING,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    State,
)
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.host.tcp.text_arrives import check_fin, process_text, take_held_text
from wirelab.sim.host.tcp.urgent import check_urgent
from wirelab.sim.reasons import Reason


def segment_arrives(
    tcb: Tcb, header: WireHeader, text: bytes, now: int, ce: bool = False
) -> Drop | None:
    """Process one segment of a connection that is neither CLOSED nor LISTEN; `ce`: marked."""
    segment = Segment(header, text, tcb, ce)
    tcb.segments_in += 1
    if text:
        tcb.text_segments_in += 1
        tcb.text_at = now
    if tcb.state == SYN_SENT:
        return in_syn_sent(tcb, segment, now)
    if tcb.state == TIME_WAIT and tcb.config.time_wait_needs_ack and not segment.flags & ACK:
        return Drop(Reason.TCP_CLOSED, "no ACK in TIME-WAIT")
    return in_other_states(tcb, segment, now)


# SYN-SENT: RFC 9293 section 3.10.7.3


def in_syn_sent(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """A segment for a connection that waits for the peer's SYN."""
    flags = segment.flags
    acknowledges = bool(flags & ACK)
    if acknowledges and not tcb.iss < segment.ack <= tcb.snd_nxt:  # first
        told = not flags & RST and _reply_reset(tcb, segment)
        return Drop(Reason.TCP_ACK_UNSENT, _ack_detail(tcb, segment), told)
    if flags & RST:  # second
        if not acknowledges:
            return Drop(Reason.TCP_BAD_FLAGS, "a reset without ACK in SYN-SENT")
        transitions.finish(tcb, Reason.TCP_NO_LISTENER, now)
        return None
    if not flags & SYN:  # fifth
        return Drop(Reason.TCP_BAD_FLAGS, "neither SYN nor RST in SYN-SENT")
    take_syn(tcb, segment, now)  # fourth
    if not acknowledges:  # both opened at the same time: figure 7
        acknowledgment.set_window(tcb, segment)
        transitions.change_state(tcb, SYN_RECEIVED, now)
        if tcb.config.hold_syn_text:
            hold_text(tcb, segment)
        elif tcb.config.hold_crossing_text:
            segment.fin = None
            hold_text(tcb, segment)
        tcb.resend_nxt = tcb.iss  # our SYN goes again, now with an ACK
        tcb.timed_end = None
        tcb.mark_dirty()
        return None
    acknowledgment.advance(tcb, segment.ack, now)
    acknowledgment.set_window(tcb, segment)
    fast_open.answered(tcb, segment)
    transitions.establish(tcb, now)
    if tcb.snd_una < tcb.snd_nxt:
        retransmission.lose(tcb)  # no congestion
    tcb.heard_at = now
    tcb.acknowledge_at_once()
    check_urgent(tcb, segment)
    drop = process_text(tcb, segment, now)
    check_fin(tcb, now)
    return drop


def take_syn(tcb: Tcb, segment: Segment, now: int) -> None:
    """IRS and RCV.NXT from a SYN, and what its options allow; then it is as if it had no SYN."""
    segment.seq = segment.header.sequence_number
    tcb.irs = segment.seq
    tcb.rcv_nxt = tcb.rcv_acked = segment.seq + 1
    ecn.take_syn(tcb, segment)
    options.learn(tcb, segment, now)
    receive_window.open_window(tcb, min(tcb.peer_mss, tcb.rcv_mss))
    tcb.congestion = registry.create(tcb.congestion.name, tcb.snd_mss, tcb.config)
    _strip_syn(segment)
    if segment.fin is not None:
        segment.fin = segment.seq + segment.length - 1


def _strip_syn(segment: Segment) -> None:
    segment.seq += 1
    segment.length -= 1
    segment.flags &= ~SYN


def hold_text(tcb: Tcb, segment: Segment) -> None:
    """Queue what came with a SYN until the connection is ESTABLISHED (RFC 9293 section 3.5)."""
    if segment.text:
        tcb.reassembly.insert(tcb.rcv_nxt, segment.text[: tcb.rcv_wnd])
    if segment.fin is not None and segment.fin < tcb.rcv_adv:
        tcb.rcv_fin = segment.fin


# All other states: RFC 9293 section 3.10.7.4


def in_other_states(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """The eight steps (the third, security, does nothing)."""
    drop = (
        check_sequence_number(tcb, segment, now)
        or check_rst(tcb, segment, now)
        or check_syn(tcb, segment, now)
        or check_ack(tcb, segment, now)
    )
    if drop is not None or tcb.state in (CLOSED, LISTEN):
        return drop
    if tcb.ts_ok:
        timestamps.remember(tcb, segment, now)
    tcb.heard_at = now
    if segment.options.user_timeout is not None:
        user_timeout_option.heard(tcb, segment.options.user_timeout)
    if tcb.state in RECEIVING and not tcb.closed_by_user:
        check_urgent(tcb, segment)
    drop = process_text(tcb, segment, now)
    if tcb.state != CLOSED:
        check_fin(tcb, now)
    return drop


def check_sequence_number(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """First: is any of it in the window (table 6)?"""
    if tcb.state == SYN_RECEIVED and segment.flags & SYN and segment.seq == tcb.irs:
        return _same_syn_again(tcb, segment)
    if tcb.ts_ok and not segment.flags & RST:
        drop = check_timestamps(tcb, segment, now)
        if drop is not None:
            return drop
    if tcb.state == CLOSING and tcb.config.fin_with_acks and segment.fin == tcb.rcv_fin:
        segment.seq, segment.length, segment.text = tcb.rcv_nxt, 0, b""
    if _is_acceptable(tcb, segment):
        return None
    end = segment.seq + segment.length
    old = segment.length and end <= tcb.rcv_nxt
    drop = Drop(
        Reason.TCP_OLD_DATA if old else Reason.TCP_OUT_OF_WINDOW, _window_detail(tcb, segment)
    )
    if segment.flags & RST:
        return drop
    if segment.flags & SYN:
        challenge(tcb, now)
    elif segment.length == 0:
        acknowledge_seldom(tcb, now)
    else:
        _answer_unacceptable(tcb, segment, now)
    return drop


def _answer_unacceptable(tcb: Tcb, segment: Segment, now: int) -> None:
    """Text or FIN that we have, or cannot take: say at once what we want instead."""
    rcv_nxt, seq = tcb.rcv_nxt, segment.seq
    delayed_ack.be_quick(tcb, now)
    tcb.acknowledge_at_once()
    if segment.text and seq < rcv_nxt:
        sack_blocks.came_again(tcb, seq, min(seq + len(segment.text), rcv_nxt))
    if tcb.state == TIME_WAIT:
        if segment.fin == tcb.rcv_fin:
            transitions.restart_time_wait(tcb, now)  # fifth and eighth step, TIME-WAIT
    elif seq + segment.length == rcv_nxt and tcb.state != SYN_RECEIVED:
        # Ours, as 4.4BSD and Linux: the last that came, again, but maybe with news of our own text
        # or FIN. It ends where the next begins, so it is no blind guess.
        check_ack(tcb, segment, now)


def _is_acceptable(tcb: Tcb, segment: Segment) -> bool:
    """RFC 9293 section 3.10.7.4, table 6."""
    rcv_nxt, edge, seq = tcb.rcv_nxt, receive_window.acceptable_edge(tcb), segment.seq
    if segment.length == 0:
        # One past the edge, too: there stands a peer that has filled our window, and its ACKs
        # must get through (section 3.10.7.4: "special allowance"). A reset has to be inside.
        inside = rcv_nxt <= seq < edge or seq == rcv_nxt
        return inside or (seq == edge and not segment.flags & RST)
    if edge == rcv_nxt and seq == rcv_nxt:
        return True  # zero window: RST and ACK still count (MUST-66); `process_text` refuses text
    return seq < edge and seq + segment.length > rcv_nxt  # and text larger than the window


def check_timestamps(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """First, with timestamps: was it sent before what we have (RFC 7323 section 5.3, R1)?"""
    if segment.tsval is None:
        if not tcb.config.timestamps_required:
            return None
        return Drop(Reason.TCP_BAD_FLAGS, "no timestamps, though they were agreed on")
    if not timestamps.is_old(tcb, segment.tsval, now):
        return None
    if segment.length and not segment.flags & SYN:
        tcb.acknowledge_at_once()
    else:
        acknowledge_seldom(tcb, now)
    age = tcb.ts_recent - segment.tsval & MASK
    return Drop(Reason.TCP_PAWS, f"TSval is {age} below TS.Recent (RFC 7323 section 5.3)")


def _same_syn_again(tcb: Tcb, segment: Segment) -> Drop | None:
    """The SYN that we have, in SYN-RECEIVED: alone, or with the ACK of a simultaneous open."""
    if segment.flags & (ACK | RST) == ACK:
        _strip_syn(segment)  # RFC 9293 appendix A.2: or its ACK would not be seen
        return None
    if segment.flags & RST:
        return Drop(Reason.TCP_OUT_OF_WINDOW, _window_detail(tcb, segment))
    tcb.resend_nxt = tcb.iss  # our SYN,ACK was lost or is late
    tcb.mark_dirty()
    return Drop(Reason.TCP_OLD_DATA, "the SYN again")


def check_rst(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """Second: a reset counts at RCV.NXT exactly; elsewhere it is asked back (RFC 5961)."""
    if not segment.flags & RST:
        return None
    if segment.seq != tcb.rcv_nxt and not tcb.config.reset_in_window:
        challenge(tcb, now)
        return Drop(Reason.TCP_OUT_OF_WINDOW, f"a reset at RCV.NXT{segment.seq - tcb.rcv_nxt:+d}")
    if tcb.state == TIME_WAIT and not tcb.config.time_wait_heeds_reset:
        return Drop(Reason.TCP_CLOSED, "a reset in TIME-WAIT (RFC 1337 section 4)")
    if tcb.state == SYN_RECEIVED:
        if tcb.listener is not None:
            state: State = CLOSED if tcb.announced else LISTEN
            transitions.finish(tcb, Reason.TCP_RESET, now, state)
        else:
            transitions.finish(tcb, Reason.TCP_NO_LISTENER, now)
    else:
        # In TIME-WAIT both sides had closed: nothing is lost that the application should hear of.
        transitions.finish(tcb, None if tcb.over else Reason.TCP_RESET, now)
    return None


def check_syn(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """Fourth: a SYN inside a connection is asked back (RFC 5961 section 4)."""
    if not segment.flags & SYN or tcb.state in (CLOSED, LISTEN):
        return None
    if tcb.state == SYN_RECEIVED and tcb.listener is not None and not tcb.announced:
        transitions.finish(tcb, Reason.TCP_INVALID_SYN, now, LISTEN)
        return Drop(Reason.TCP_INVALID_SYN, "another SYN in the window")
    if tcb.config.syn_in_window_resets and tcb.state not in (SYN_RECEIVED, TIME_WAIT):
        told = transitions.reset_peer(tcb, now)
        transitions.finish(tcb, Reason.TCP_RESET, now)
        return Drop(Reason.TCP_INVALID_SYN, "in the window", told)
    challenge(tcb, now)
    return Drop(Reason.TCP_INVALID_SYN, f"in {tcb.state}")


def check_ack(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """Fifth: what it acknowledges, and the window that it offers."""
    if tcb.state in (CLOSED, LISTEN):
        return None
    if not segment.flags & ACK:
        return Drop(Reason.TCP_BAD_FLAGS, "no ACK")
    ack = segment.ack
    if tcb.state == SYN_RECEIVED:
        return _check_ack_of_syn(tcb, segment, now)
    if not tcb.snd_una - tcb.max_snd_wnd <= ack <= tcb.snd_nxt:  # RFC 5961 section 5.2
        if ack < tcb.snd_una or tcb.config.answer_ack_of_unsent:
            challenge(tcb, now)
        return Drop(Reason.TCP_ACK_UNSENT, _ack_detail(tcb, segment))
    if tcb.state == TIME_WAIT and not _repeats_last_ack(tcb, segment):
        challenge(tcb, now)
    acknowledgment.process(tcb, segment, now)
    if tcb.fin_acknowledged:
        transitions.fin_acknowledged(tcb, now)
    return None


def _repeats_last_ack(tcb: Tcb, segment: Segment) -> bool:
    """In TIME-WAIT: is it the one segment that needs no answer, the ACK that ended it all?

    Whatever else comes is from a peer that does not know of the end (ours, as BSD and Linux do).
    """
    return not segment.length and segment.seq == tcb.rcv_nxt and segment.ack == tcb.snd_nxt


def _check_ack_of_syn(tcb: Tcb, segment: Segment, now: int) -> Drop | None:
    """Fifth, SYN-RECEIVED: the end of a handshake, if a listener has room for it."""
    if not tcb.iss < segment.ack <= tcb.snd_nxt:
        told = _reply_reset(tcb, segment)
        return Drop(Reason.TCP_ACK_UNSENT, _ack_detail(tcb, segment), told)
    if tcb.listener is not None and not tcb.announced:
        drop = tcb.listener.hold_back(tcb, segment, now)
        if drop is not None:
            return drop
    tcb.snd_una = tcb.iss  # it may be further already: see `fast_open`, rule 2
    acknowledgment.advance(tcb, segment.ack, now)
    acknowledgment.set_window(tcb, segment)
    transitions.establish(tcb, now)
    if tcb.fin_acknowledged:
        transitions.fin_acknowledged(tcb, now)
    take_held_text(tcb)
    if tcb.listener is None and tcb.config.hold_crossing_text:
        tcb.ack_now = False
    if tcb.listener is None and tcb.snd_una < tcb.snd_nxt:
        retransmission.lose(tcb)  # no congestion
    return None


def _reply_reset(tcb: Tcb, segment: Segment) -> bool:
    reset = reset_for(segment.header, segment.text)
    return tcb.environment.reply(reset, tcb.local_address, tcb.remote_address)


def _window_detail(tcb: Tcb, segment: Segment) -> str:
    return f"{segment.length} at RCV.NXT{segment.seq - tcb.rcv_nxt:+d}, window {tcb.rcv_wnd}"


def _ack_detail(tcb: Tcb, segment: Segment) -> str:
    return f"ACK is SND.NXT{segment.ack - tcb.snd_nxt:+d}"
