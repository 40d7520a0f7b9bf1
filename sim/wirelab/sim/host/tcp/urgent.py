"""Urgent data: a mark in the stream, and the byte before it.

Source: RFC 9293 section 3.8.5 (MUST-30 to MUST-33) and 3.10.7.4, sixth step; RFC 6093 (what the
pointer means, and what became of it). The calls are those of 4.4BSD as Linux has them
(`tcp_check_urg`, `tcp_recv_urg`).

The pointer counts to the number behind the urgent data, as everybody sends it (RFC 6093 section
2.1). The last urgent byte is "out of band" for the socket calls: MSG_OOB reads it, and the stream
goes on without it, unless SO_OOBINLINE is set. A read ends at the mark, so that the application
sees where it is (MUST-33).

    (none) --pointer ahead of RCV.NXT--> expected --the byte comes--> here --MSG_OOB--> taken
       any --the stream is read past it--> (none)         any --a pointer further on--> expected

Rule 1: a pointer counts if its byte has not been delivered, and lies behind the one before
(MUST-31: urgent data may go on and on); each such one is an event (MUST-32).
Rule 2: the byte stays in the receive buffer like any other; only reading leaves it out.
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.events import Urgent
from wirelab.sim.host.tcp.segment import URG, Segment

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

FARTHEST: Final = 0xFFFF
"""How far ahead a pointer can say, bytes."""


class UrgentByte:
    """What one connection knows of urgent data that it has not read past.

    Attributes:
        seq: the number of the last urgent byte.
        value: the byte, once it has come; None before, and once MSG_OOB took it.
        taken: MSG_OOB took it.
    """

    __slots__ = ("seq", "taken", "value")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.value: int | None = None
        self.taken = False


# Receiving


def check_urgent(tcb: "Tcb", segment: Segment) -> None:
    """Sixth step, before the text is trimmed: a new pointer, or the byte that was pointed to."""
    if segment.flags & URG:
        _note(tcb, segment.seq + segment.header.urgent_pointer - 1)
    pending = tcb.urgent
    if pending is not None and pending.value is None and not pending.taken:
        offset = pending.seq - segment.seq
        if 0 <= offset < len(segment.text):
            pending.value = segment.text[offset]
            tcb.environment.emit(Urgent(tcb.connection))


def _note(tcb: "Tcb", seq: int) -> None:
    pending = tcb.urgent
    if seq < tcb.rcv_nxt or (pending is not None and seq <= pending.seq):
        return
    if at_mark(tcb) and not tcb.options.oob_inline and tcb.receive_buffer.size:
        tcb.receive_buffer.take(1)  # the application stands before a byte that it will not read
    tcb.urgent = UrgentByte(seq)
    tcb.environment.emit(Urgent(tcb.connection))


def position(tcb: "Tcb") -> int:
    """The number of the next byte that the application will read."""
    return tcb.rcv_nxt - tcb.fin_received - tcb.receive_buffer.size


def readable(tcb: "Tcb") -> int:
    """Bytes that one read would give: up to the mark, and without the byte out of band."""
    size = tcb.receive_buffer.size
    if tcb.urgent is None:
        return size
    ahead = tcb.urgent.seq - position(tcb)
    if ahead > 0:
        return min(size, ahead)
    return size if tcb.options.oob_inline or ahead < 0 else max(size - 1, 0)


def read(tcb: "Tcb", limit: int, peek: bool) -> bytes:
    """Up to `limit` bytes of the stream, as far as one read may go; with `peek` they stay."""
    buffer = tcb.receive_buffer
    if tcb.urgent is None:  # nearly always
        return buffer.peek(limit) if peek else buffer.take(limit)
    limit = min(limit, readable(tcb))
    skip = int(at_mark(tcb) and not tcb.options.oob_inline and buffer.size > 0)
    if peek:
        return buffer.peek(skip + limit)[skip:]
    data = buffer.take(skip + limit)[skip:] if skip + limit else b""
    if position(tcb) > tcb.urgent.seq:
        tcb.urgent = None
    return data


def at_mark(tcb: "Tcb") -> bool:
    """Whether the next byte is the last urgent one (SIOCATMARK, MUST-33)."""
    return tcb.urgent is not None and tcb.urgent.seq == position(tcb)


def take(tcb: "Tcb", peek: bool) -> int | None:
    """The byte out of band, or None as it has not come; see `is_pending` first."""
    assert tcb.urgent is not None
    value = tcb.urgent.value
    if value is not None and not peek:
        tcb.urgent.value = None
        tcb.urgent.taken = True
    return value


def is_pending(tcb: "Tcb") -> bool:
    """Whether there is a byte to take, or one will come."""
    return tcb.urgent is not None and not tcb.urgent.taken


def is_here(tcb: "Tcb") -> bool:
    """Whether the byte out of band has come and nobody took it (POLLPRI)."""
    return tcb.urgent is not None and tcb.urgent.value is not None


# Sending


def mark(tcb: "Tcb") -> None:
    """The last byte queued is urgent: SND.UP is behind it (RFC 9293 section 3.10.2)."""
    first = tcb.snd_una + (0 if tcb.syn_acknowledged else 1)
    tcb.snd_up = first + len(tcb.send_buffer)


def pointer(tcb: "Tcb", sequence: int) -> int:
    """SEG.UP of a segment that begins at `sequence`; 0: it tells nothing, and URG stays off.

    Every segment before the mark tells of it; if the mark is too far away, as far as it can.
    """
    if tcb.snd_up is None:
        return 0
    if tcb.snd_up <= tcb.snd_una:
        tcb.snd_up = None
        return 0
    return min(max(tcb.snd_up - sequence, 0), FARTHEST)
