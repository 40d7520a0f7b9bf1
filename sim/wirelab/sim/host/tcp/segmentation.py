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

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


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


def is_pushed(tcb: "Tcb", start: int, end: int) -> bool:
    """Whether the segment with bytes `start` to `end` carries PSH: it empties the queue."""
    return end == tcb.snd_una + len(tcb.send_buffer)
