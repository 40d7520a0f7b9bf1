"""How much the application may queue, and when it hears of room.

Source: RFC 9293 section 3.10.2 (SEND).

Rule: the buffer is a `bytearray` whose first byte has the number SND.UNA, because CPython deletes
from the front of a bytearray without moving the rest.
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.events import Writable

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


def limit(tcb: "Tcb") -> int:
    """Bytes that may be queued or on the way (SO_SNDBUF)."""
    asked = tcb.options.snd_buff
    return tcb.config.send_buffer if asked is None else asked


def room(tcb: "Tcb") -> int:
    """Bytes that `send` takes now."""
    return max(limit(tcb) - len(tcb.send_buffer), 0)


def announce_room(tcb: "Tcb") -> None:
    """Tell an application that waits, once half of the buffer is free."""
    if tcb.wants_write and 2 * len(tcb.send_buffer) <= limit(tcb):
        tcb.wants_write = False
        tcb.environment.emit(Writable(tcb.connection))
