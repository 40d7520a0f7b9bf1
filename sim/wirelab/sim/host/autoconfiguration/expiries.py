"""Things that end when their time is over, with one timer for all of them.

Routers, prefixes and addresses have lifetimes of days, and an advertisement renews all of them at
once; a timer for each would be most of what they consist of.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

from wirelab.sim.host.timers import Timers

K = TypeVar("K", bound=Hashable)


class Expiries(Generic[K]):
    """Keys with the times at which they end.

    Args:
        timers: the host's.
        over: `over(key, now)`, once for each key whose time has come; the key is gone by then.
    """

    __slots__ = ("_ends", "_over", "_timer")

    def __init__(self, timers: Timers, over: Callable[[K, int], None]) -> None:
        self._ends: dict[K, int | None] = {}
        self._over = over
        self._timer = timers.timer(self._due)

    def __contains__(self, key: object) -> bool:
        """Whether a key has not ended yet."""
        return key in self._ends

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ends)

    def __iter__(self) -> Iterator[K]:
        """The keys, the oldest first."""
        return iter(self._ends)

    def end(self, key: K) -> int | None:
        """When a key that is there ends, ns; None: never."""
        return self._ends[key]

    def put(self, key: K, end: int | None) -> None:
        """Let a key end at a time (ns), or never (None), whatever was said before."""
        self._ends[key] = end
        self._arm()

    def discard(self, key: K) -> None:
        """Forget a key, silently."""
        self._ends.pop(key, None)
        self._arm()

    def _arm(self) -> None:
        ends = [end for end in self._ends.values() if end is not None]
        if not ends:
            self._timer.stop()
        elif self._timer.deadline != (first := min(ends)):
            self._timer.start(first)

    def _due(self, now: int) -> None:
        over = [key for key, end in self._ends.items() if end is not None and end <= now]
        for key in over:
            del self._ends[key]
        self._arm()
        for key in over:
            self._over(key, now)
