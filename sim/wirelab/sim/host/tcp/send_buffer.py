"""How much the application may queue, and when it hears of room.

Source: RFC 9293 section 3.10.2 (SEND); Linux's tcp(7): tcp_wmem, SO_SNDBUF, TCP_NOTSENT_LOWAT.

Rule 1: the buffer is a `bytearray` whose first byte has the number SND.UNA, because CPython deletes
from the front of a bytearray without moving the rest.
Rule 2: it follows cwnd: a window on the way, and another that waits, so that an ACK always finds
something to send.
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.events import Writable
from wirelab.sim.host.tcp import send_queue

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


def limit(tcb: "Tcb") -> int:
    """Bytes that may be queued or on the way.

    SO_SNDBUF counts bookkeeping, too, so half of it is for bytes.
    """
    asked = tcb.options.snd_buff
    if asked is not None:
        return asked // 2
    config = tcb.config
    return max(config.send_buffer, min(2 * tcb.congestion.cwnd, config.maximum_send_buffer))


def room(tcb: "Tcb") -> int:
    """Bytes that `send` takes now."""
    if tcb.send_queue is not None:
        return send_queue.room(tcb, tcb.send_queue)
    free = limit(tcb) - len(tcb.send_buffer)
    lowat = tcb.options.notsent_lowat
    if lowat is not None:
        free = min(free, lowat - unsent(tcb))
    return max(free, 0)


def unsent(tcb: "Tcb") -> int:
    """Bytes that wait for their first transmission."""
    begin = max(tcb.snd_una, tcb.iss + 1)
    return max(begin + len(tcb.send_buffer) - max(tcb.snd_nxt, begin), 0)


def is_writable(tcb: "Tcb") -> bool:
    """Whether there is room worth telling of: half of what is used, and half below the low mark."""
    if tcb.send_queue is not None:
        return send_queue.is_writable(tcb, tcb.send_queue)
    used = len(tcb.send_buffer)
    lowat = tcb.options.notsent_lowat
    if lowat is not None and 2 * unsent(tcb) >= lowat:
        return False
    return 2 * used <= limit(tcb)


def announce_room(tcb: "Tcb") -> None:
    """Tell an application that waits, once half of the buffer is free."""
    if tcb.send_queue is not None and tcb.wants_write:
        send_queue.tune(tcb, tcb.send_queue)
    if tcb.wants_write and is_writable(tcb):
        tcb.wants_write = False
        tcb.environment.emit(Writable(tcb.connection))
