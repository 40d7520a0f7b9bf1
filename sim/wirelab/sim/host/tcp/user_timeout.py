"""When a connection that gets no acknowledgment is given up.

Source: RFC 9293 sections 3.8.3 (R2; MUST-20, MUST-21) and 3.10.8 (USER TIMEOUT); RFC 5482 section
1 (how long transmitted data may remain unacknowledged); Linux's tcp(7), TCP_USER_TIMEOUT.

Rule: a user timeout, once set, is the only thing that counts; else the number of tries does.
"""

from typing import Final

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp import user_timeout_option
from wirelab.sim.host.tcp.tcb import Tcb

SHORTEST: Final = 1 * MILLISECOND
"""Ours: ns that a timer waits at least."""


def in_force(tcb: Tcb) -> int:
    """The user timeout, ns; 0: there is none."""
    told = tcb.told_timeout
    return tcb.options.user_timeout if told is None else user_timeout_option.in_force(tcb, told)


def is_over(tcb: Tcb, tries: int, limit: int, now: int) -> bool:
    """Whether to give up after `tries` of `limit`, without progress since `stalled_since`."""
    timeout = in_force(tcb)
    if timeout:
        return now - tcb.stalled_since >= timeout
    return tries >= limit


def bounded(tcb: Tcb, wait: int, now: int) -> int:
    """`wait`, ns, but not past the user timeout: it shall end on time, not with the next try."""
    timeout = in_force(tcb)
    if not timeout:
        return wait
    return max(min(wait, tcb.stalled_since + timeout - now), SHORTEST)
