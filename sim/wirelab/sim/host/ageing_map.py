"""A table of bounded size whose entries are forgotten when nobody renews them.

What the network tells a host unasked must neither stay for ever nor eat the memory.

Rule 1: all entries live equally long, so the dictionary's order (oldest first) is that of expiry,
and one timer serves them all.
Rule 2: a table that is full gives its oldest entry up.
Rule 3: an empty table that was never used costs no timer.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

from wirelab.sim.host.timers import Timer, Timers

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class AgeingMap(Generic[K, V]):
    """Keys and values with a lifetime.

    Args:
        timers: the host's.
        lifetime: ns from `put` until an entry is forgotten.
        limit: entries, at most.
        forgotten: told of each key that left by age or for want of room.
    """

    __slots__ = ("_entries", "_forgotten", "_lifetime", "_limit", "_timer", "_timers")

    def __init__(
        self, timers: Timers, lifetime: int, limit: int, forgotten: Callable[[K], None]
    ) -> None:
        self._timers = timers
        self._lifetime = lifetime
        self._limit = limit
        self._forgotten = forgotten
        self._entries: dict[K, tuple[V, int]] = {}
        self._timer: Timer | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[K]:
        return iter(list(self._entries))

    def get(self, key: K) -> V | None:
        """The value, or None."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def put(self, key: K, value: V, now: int) -> None:
        """Enter or renew; it lives from `now` (ns) on."""
        self._entries.pop(key, None)
        if len(self._entries) >= self._limit:
            self._forget(next(iter(self._entries)))
        self._entries[key] = (value, now + self._lifetime)
        if self._timer is None:
            self._timer = self._timers.timer(self._expire)
        if not self._timer.running:
            self._timer.start(now + self._lifetime)

    def remove(self, key: K) -> None:
        """Take an entry out, if it is there; nobody is told."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Take everything out; nobody is told."""
        self._entries.clear()
        if self._timer is not None:
            self._timer.stop()

    def _forget(self, key: K) -> None:
        del self._entries[key]
        self._forgotten(key)

    def _expire(self, now: int) -> None:
        """Forget what is due, and wait for the next."""
        for key, (_, until) in list(self._entries.items()):
            if until > now:
                assert self._timer is not None
                self._timer.start(until)
                return
            self._forget(key)
