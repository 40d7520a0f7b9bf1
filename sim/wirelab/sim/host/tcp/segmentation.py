"""Where the stream of bytes is cut, and whether a short segment may go.

Source: RFC 9293 sections 3.7.4 (Nagle: SHLD-7, MUST-17) and 3.8.6.2.1 (silly windows: MUST-38),
3.9.1 (PSH: MUST-60, MUST-61); Minshall's variant: draft-minshall-nagle-01.

A full segment always may. Less may go when one of these holds:
1. all that is queued fits, and nothing is on the way (Minshall: nothing short is on the way);
2. at least half of the largest window ever offered fits, and nothing is on the way;
3. a FIN goes with it; it is urgent; it goes again; the override timeout has come (see `persist`).
Corked, or while the application has said that more will come, only the third counts.
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.tcp import send_queue

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


def next_piece(tcb: "Tcb", size: int, largest: int, room: int) -> tuple[int, bool] | None:
    """What goes out next for the first time, as far as all three windows let it.

    Args:
        tcb: the connection.
        size: text that a segment may carry now, bytes.
        largest: text that may leave together, bytes: see `largest_piece`.
        room: what cwnd leaves, bytes.

    Returns:
        How many bytes of text, whole segments if more than one where the link cuts them, and
        whether our FIN follows; None: nothing may go.
    """
    una = tcb.snd_una
    position = tcb.snd_nxt
    end = una + len(tcb.send_buffer)  # of the text; our FIN has this number
    edge = una + tcb.snd_wnd
    if position >= end and (tcb.snd_fin is not None or not tcb.fin_queued):
        return None
    limit = end if end < edge else edge
    count = largest if largest < limit - position else limit - position
    if count > size:
        count = _whole(tcb, position, count, size, room, end)
    fin = tcb.fin_queued and position + count == end and edge > end
    if count < 0 or (count == 0 and not fin):
        return None
    if count > room and tcb.flight.pipe > 0:
        return None
    if count < size and not fin and not may_go(tcb, position, count, end):
        return None
    return count, fin


def largest_piece(tcb: "Tcb", size: int) -> int:
    """How much may leave together while nothing arrives, bytes."""
    if tcb.snd_up is not None:  # a link that cuts segments would repeat the urgent pointer in each
        return size
    largest = tcb.flow.largest_segment
    return largest if largest > size else size


def _whole(tcb: "Tcb", position: int, count: int, size: int, room: int, end: int) -> int:
    """Of `count` bytes, more than a segment, whole segments; and the rest, if it may go, too."""
    rest = count % size
    if rest and count <= room and position + count == end and may_go(tcb, end - rest, rest, end):
        return count
    return max(min(count, room) // size, 1) * size


def may_go(tcb: "Tcb", position: int, count: int, end: int) -> bool:
    """Whether `count` bytes at `position`, less than a full segment, may go for the first time.

    Args:
        tcb: the connection.
        position: SND.NXT.
        count: bytes that the windows let through.
        end: behind the last byte that is queued.
    """
    if tcb.snd_up is not None and position < tcb.snd_up:
        return True
    options = tcb.options
    all_queued = position + count == end
    if all_queued and (options.cork or tcb.more_follows):
        return False
    awaited = tcb.snd_sml if tcb.config.minshall else position
    if options.nagle and awaited > tcb.snd_una:
        return False
    return all_queued or 2 * count >= tcb.max_snd_wnd


def is_pushed(tcb: "Tcb", end: int) -> bool:
    """Whether the segment with the text before `end` carries PSH: it empties the queue."""
    if tcb.send_queue is not None:
        return send_queue.is_pushed(tcb, tcb.send_queue, end)
    return end == tcb.snd_una + len(tcb.send_buffer)
