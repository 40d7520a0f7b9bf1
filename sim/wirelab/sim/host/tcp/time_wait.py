"""What may happen to a connection in TIME-WAIT: a new one out of it, or a reset.

Source: RFC 9293 section 3.6.1 (MAY-2); RFC 6191 section 2 (timestamps); RFC 1337 (resets).

A SYN may begin a new connection if it cannot be an old duplicate:

    timestamps before and in the SYN     its TSval is larger, or equal with a sequence number
                                         beyond all that the peer has used
    else                                 its sequence number is beyond all that the peer has used

So there is no case in which we would have to return to TIME-WAIT.
"""

from typing import Final

from wirelab.sim.host.drops import Drop
from wirelab.sim.host.tcp import transitions
from wirelab.sim.host.tcp.isn import initial_sequence_number
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.tcp.options import read
from wirelab.sim.host.tcp.segment import ACK, RST, SYN, WireHeader
from wirelab.sim.host.tcp.sequence import HALF, MASK, unwrap
from wirelab.sim.host.tcp.states import TIME_WAIT
from wirelab.sim.host.tcp.tcb import Tcb

DISTANCE: Final = 0xFFFF + 2
"""Ours: how far the new ISN lies beyond the last number used, past anything still on the way."""

SPREAD: Final = 0xFF_FFFF
"""Ours: and how much farther at most, so that nobody who saw the old connection can tell."""


def may_reopen(tcb: Tcb, header: WireHeader) -> bool:
    """Whether this SYN cannot be an old duplicate of the connection before."""
    if header.flags & (SYN | ACK | RST) != SYN:
        return False
    beyond = unwrap(header.sequence_number, tcb.rcv_nxt) > tcb.rcv_nxt
    if not tcb.ts_ok:
        return beyond
    tsval = read(header.option_bytes).tsval
    if tsval is None:
        return beyond
    later = tsval - tcb.ts_recent & MASK
    return 0 < later < HALF or (later == 0 and beyond)


def may_reuse(tcb: Tcb, now: int) -> bool:
    """Whether an active open may take the addresses and ports of this connection (RFC 6191).

    Its peer may be in LAST-ACK still; timestamps that have moved on tell it what is new.
    """
    config = tcb.config
    if tcb.state != TIME_WAIT or not (config.time_wait_reuse and tcb.ts_ok):
        return False
    return now - tcb.ts_recent_at >= config.time_wait_reuse_delay


def reopen(tcb: Tcb, listener: Listener, header: WireHeader, text: bytes, now: int) -> Drop | None:
    """Leave TIME-WAIT and let the listener take the SYN, with an ISN larger than all before."""
    if listener.is_full:
        return listener.refuse()
    iss = new_iss(tcb, now)
    transitions.finish(tcb, None, now)
    return listener.segment_arrives(header, text, tcb.key, now, iss)


def new_iss(tcb: Tcb, now: int) -> int:
    """An ISN beyond every number that we have used (MAY-2), and not to be guessed (RFC 6528)."""
    secret = tcb.environment.isn_secret
    iss = initial_sequence_number(secret, *tcb.key, now=now)
    if unwrap(iss, tcb.snd_nxt) >= tcb.snd_nxt + DISTANCE:
        return iss
    somewhere = initial_sequence_number(secret[::-1], *tcb.key, now=now) & SPREAD
    return tcb.snd_nxt + DISTANCE + somewhere & MASK
