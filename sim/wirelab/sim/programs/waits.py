"""Who waits for what on one host: futures, woken by the host's events.

Rule 1: a call is tried first; only when it would block does its coroutine wait, and after each
wake-up it tries again. So a wake-up too many is harmless, and none can be missed: nothing runs
between the try and the wait.
Rule 2: readers and writers of one socket are woken separately; everything else (connected, closed,
an error) wakes both.
"""

import asyncio
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from wirelab.sim.host.events import Event, Readable, Writable


class Waiter(NamedTuple):
    """One suspended call. `action` and `subject` are for the deadlock report only."""

    future: asyncio.Future[Event]
    action: str
    subject: object


class Waits:
    """The suspended calls of one host."""

    __slots__ = ("_error", "_readers", "_writers")

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._readers: dict[Hashable, list[Waiter]] = {}
        self._writers: dict[Hashable, list[Waiter]] = {}

    async def readable(self, key: Hashable, action: str, subject: object) -> Event:
        """Wait for data, a new connection or an answer; the event that ended the wait."""
        return await self._wait(self._readers, key, action, subject)

    async def writable(self, key: Hashable, action: str, subject: object) -> Event:
        """Wait for room in the send buffer, or for the handshake."""
        return await self._wait(self._writers, key, action, subject)

    def wake(self, key: Hashable, event: Event) -> bool:
        """Hand `event` to all that wait for `key`; whether anyone did."""
        woke = False
        if not isinstance(event, Writable):
            woke = _wake(self._readers, key, event)
        if not isinstance(event, Readable):
            woke = _wake(self._writers, key, event) or woke
        return woke

    def fail(self, error: Exception) -> None:
        """End every wait with `error`, those to come as well (the link is gone)."""
        self._error = error
        for waiter in self:
            if not waiter.future.done():
                waiter.future.set_exception(error)

    def retry(self, key: Hashable) -> None:
        """Let all that wait for a socket try again: it was closed here, which is no event."""
        self.wake(key, Readable(key))

    async def _wait(
        self, table: dict[Hashable, list[Waiter]], key: Hashable, action: str, subject: object
    ) -> Event:
        if self._error is not None:
            raise self._error
        waiter = Waiter(asyncio.get_running_loop().create_future(), action, subject)
        table.setdefault(key, []).append(waiter)
        try:
            return await waiter.future
        except BaseException:  # cancelled (a timeout) or failed: nobody wakes it any more
            waiters = table.get(key)
            if waiters is not None and waiter in waiters:
                waiters.remove(waiter)
                if not waiters:
                    del table[key]
            raise

    def __iter__(self) -> Iterator[Waiter]:
        for table in (self._readers, self._writers):
            for waiters in list(table.values()):
                yield from list(waiters)


def _wake(table: dict[Hashable, list[Waiter]], key: Hashable, event: Event) -> bool:
    waiters = table.pop(key, None)
    if waiters is None:
        return False
    for waiter in waiters:
        if not waiter.future.done():
            waiter.future.set_result(event)
    return True
