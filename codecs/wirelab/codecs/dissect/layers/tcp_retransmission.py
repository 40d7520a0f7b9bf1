"""Whether Wireshark would call a segment a retransmission or out of order.

It matters for `data.data` and `frame.protocols`: with the preference `tcp.no_subdissector_on_error`
(default) such a payload is not handed on. The rules are those of `tcp_analyze_sequence_number` in
Wireshark 4.0's `packet-tcp.c`, as far as they lead to one of the verdicts below.
"""

from enum import Enum, auto

from wirelab.codecs.dissect.layers.tcp_streams import ACK, FIN, MASK, RST, SYN, Flow, Stream
from wirelab.codecs.protocols import TCP

FAST_NS = 20_000_000
"""A fast retransmission comes this soon after the duplicate acknowledgment."""
OUT_OF_ORDER_NS = 3_000_000
"""A segment this late is out of order, when the round-trip time is not known."""


UNUSUAL = SYN | FIN | RST


class Verdict(Enum):
    """What becomes of the payload."""

    HANDED_ON = auto()
    """New, or a fast retransmission."""
    HIDDEN = auto()
    """Out of order, or all of it acknowledged before."""
    REPEATED = auto()
    """Retransmitted."""


def before(one: int, other: int) -> bool:
    """Whether one sequence number is before another (RFC 9293 section 3.4)."""
    return (one - other) & 0x80000000 != 0


def judge(stream: Stream, flow: Flow, peer: Flow, header: TCP, length: int, now_ns: int) -> Verdict:
    """Judge a segment and remember it."""
    flags = header.flags
    if _follows(stream, flow, peer, header, length, now_ns):
        return Verdict.HANDED_ON
    if stream.syn_ns is not None or flags & SYN:
        _round_trip(stream, flags, now_ns)
    if header.acknowledgment_number != flow.last_ack:
        flow.duplicates = 0
    elif length == 0:
        _count_duplicates(flow, header)
    verdict = Verdict.HANDED_ON
    if (length > 0 or flags & (SYN | FIN)) and not _is_keep_alive(flow, header, length):
        verdict = _compare(stream, flow, peer, header.sequence_number, length, now_ns)
    is_probe = length == 1 and header.sequence_number == flow.next_sequence and peer.window == 0
    _remember(flow, peer, header, length, now_ns, is_probe)
    return verdict


def _follows(stream: Stream, flow: Flow, peer: Flow, header: TCP, length: int, now_ns: int) -> bool:
    """The usual segment: data that comes next, nothing missing; it is remembered here.

    All that the functions below do for such a one, at a fraction of the time.
    """
    sequence = header.sequence_number
    if not (
        length > 1
        and sequence == flow.next_sequence
        and sequence == flow.contiguous
        and not header.flags & UNUSUAL
        and (stream.syn_ns is None or stream.first_round_trip_ns)
    ):
        return False
    end = (sequence + length) & MASK
    if peer.last_ack and not before(peer.last_ack, end):
        return False
    flow.next_sequence = flow.contiguous = end
    flow.next_sequence_ns = flow.last_ack_ns = now_ns
    flow.window = header.window
    acknowledgment = header.acknowledgment_number
    if acknowledgment != flow.last_ack:
        flow.duplicates = 0
        flow.last_ack = acknowledgment
    if peer.contiguous is not None and before(peer.contiguous, acknowledgment):
        peer.contiguous = peer.next_sequence if header.flags & ACK else peer.contiguous
    return True


def _round_trip(stream: Stream, flags: int, now_ns: int) -> None:
    """The initial round-trip time, from the SYN to the third segment of the handshake."""
    if flags & (SYN | ACK) == SYN:
        stream.syn_ns = now_ns
    elif (
        stream.syn_ns is not None
        and not stream.first_round_trip_ns
        and flags & (SYN | ACK | FIN | RST) == ACK
    ):
        stream.first_round_trip_ns = now_ns - stream.syn_ns


def _is_keep_alive(flow: Flow, header: TCP, length: int) -> bool:
    """A segment of at most one byte, just before the next sequence number."""
    return (
        length <= 1
        and flow.next_sequence is not None
        and header.sequence_number == (flow.next_sequence - 1) & MASK
        and not header.flags & (SYN | FIN | RST)
    )


def _count_duplicates(flow: Flow, header: TCP) -> None:
    """Count acknowledgments that repeat the last one without a new window or data."""
    if (
        header.window != 0
        and header.window == flow.window
        and header.sequence_number == flow.next_sequence
        and not header.flags & (SYN | FIN | RST)
    ):
        flow.duplicates += 1


def _compare(
    stream: Stream, flow: Flow, peer: Flow, sequence: int, length: int, now_ns: int
) -> Verdict:
    """Compare the segment with what its sender sent before, and what the peer acknowledged."""
    expected = flow.next_sequence
    end = (sequence + length) & MASK
    if length > 0 and peer.last_ack and not before(peer.last_ack, end):
        return Verdict.HIDDEN  # Wireshark's "spurious retransmission"
    if expected is None or not before(sequence, expected):
        return Verdict.HANDED_ON
    if length > 1 and (expected - 1) & MASK == sequence:
        return Verdict.HANDED_ON  # new data behind a window probe
    fast = now_ns - peer.last_ack_ns < FAST_NS and peer.last_ack == sequence
    if fast and peer.duplicates >= 2:
        return Verdict.HANDED_ON
    late_ns = stream.first_round_trip_ns or OUT_OF_ORDER_NS
    if now_ns - flow.next_sequence_ns < late_ns and end != expected:
        return Verdict.HIDDEN
    return Verdict.REPEATED


def _remember(
    flow: Flow, peer: Flow, header: TCP, length: int, now_ns: int, is_probe: bool
) -> None:
    """What the next segments are compared with.

    A window probe does not advance; a repeated SYN goes back to where the first hole is.
    """
    flags, sequence = header.flags, header.sequence_number
    ends = 1 if flags & (SYN | FIN) else 0
    end = (sequence + length + ends) & MASK
    expected = flow.next_sequence
    if (length or ends) and flow.contiguous in (None, sequence):
        flow.contiguous = end
    if expected is None or (before(expected, end) and not is_probe):
        flow.next_sequence = end
        flow.next_sequence_ns = now_ns
    elif flags & SYN:
        flow.next_sequence = flow.contiguous
    if flags & ACK and peer.contiguous is not None:
        acknowledged = header.acknowledgment_number
        if before(peer.contiguous, acknowledged):
            peer.contiguous = peer.next_sequence
    flow.window = header.window
    flow.last_ack = header.acknowledgment_number
    flow.last_ack_ns = now_ns
