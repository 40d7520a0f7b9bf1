"""How long a guard outlives its verb: until the connections are over, but not all of TIME-WAIT.

Source: RFC 9293 section 3.6.1. Who closes first waits 2 MSL, so that a FIN which the peer repeats,
because our last ACK was lost, gets its ACK. Without the guard our kernel would answer it by a RST,
and the peer would take a transfer that is complete for a broken one.

Rule 1: no connection left, no waiting. That is the usual end when the peer closed first, after a
refusal, and after a reset (Ctrl-C).
Rule 2: at most `HOLD_S`. 2 MSL are four minutes, and a command that has printed its result should
not keep the prompt for so long.
"""

import asyncio
from contextlib import suppress
from typing import Final

from wirelab.sim.host.observer import Endpoint, Observer

HOLD_S: Final = 2.0
"""Ours: Linux repeats a FIN 0.2, 0.6 and 1.4 s after the first, a peer that keeps to the minimum of
RFC 6298 rule 2.4 does so after 1 s. So our last ACK may be lost three times, or once."""


class OpenConnections:
    """An observer that knows which connections are not CLOSED, and passes on all it is told.

    Args:
        observer: told the same.
    """

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._open: set[tuple[int, bytes, int]] = set()
        self._over = asyncio.Event()
        self._over.set()

    def state_changed(self, endpoint: Endpoint, old: str, new: str, now: int) -> None:
        """A connection began or ended, or neither."""
        self._observer.state_changed(endpoint, old, new, now)
        if not endpoint.remote_port:  # a listener
            return
        key = (endpoint.local_port, endpoint.remote_address, endpoint.remote_port)
        if new != "CLOSED":
            self._open.add(key)
            self._over.clear()
            return
        self._open.discard(key)
        if not self._open:
            self._over.set()

    def timer_fired(self, endpoint: Endpoint | None, name: str, after: int, now: int) -> None:
        """Passed on."""
        self._observer.timer_fired(endpoint, name, after, now)

    async def over(self) -> None:
        """Wait until all are CLOSED, or for `HOLD_S` seconds.

        Ctrl-C ends the waiting at once; the verb has its result already, and keeps it.
        """
        with suppress(TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(HOLD_S):
                await self._over.wait()
