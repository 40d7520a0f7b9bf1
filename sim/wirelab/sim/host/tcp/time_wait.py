"""A new connection straight out of TIME-WAIT.

Source: RFC 9293 section 3.6.1 (MAY-2); RFC 1122 section 4.2.2.13.

Only a SYN beyond every number that the peer has used is taken. It cannot be an old duplicate of
the connection before, so there is no case in which we would have to return to TIME-WAIT.
"""

from typing import Final

from wirelab.codecs import TCP
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.tcp import transitions
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.tcp.receive_window import MAXIMUM_WINDOW
from wirelab.sim.host.tcp.segment import ACK, RST, SYN
from wirelab.sim.host.tcp.sequence import MASK, unwrap
from wirelab.sim.host.tcp.tcb import Tcb

DISTANCE: Final = MAXIMUM_WINDOW + 2
"""Ours: how far the new ISN lies beyond the last number used, past anything still on the way."""


def may_reopen(tcb: Tcb, segment: TCP) -> bool:
    """Whether this SYN cannot be an old duplicate: it lies beyond all that the peer has sent."""
    if segment.flags & (SYN | ACK | RST) != SYN:
        return False
    return unwrap(segment.sequence_number, tcb.rcv_nxt) > tcb.rcv_nxt


def reopen(tcb: Tcb, listener: Listener, segment: TCP, text: bytes, now: int) -> Drop | None:
    """Leave TIME-WAIT and let the listener take the SYN, with an ISN larger than all before."""
    if listener.is_full:
        return listener.refuse()
    transitions.finish(tcb, None, now)
    return listener.segment_arrives(segment, text, tcb.key, now, (tcb.snd_nxt + DISTANCE) & MASK)
