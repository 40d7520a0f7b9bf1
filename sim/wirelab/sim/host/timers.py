"""All timers of one host, in one heap with a stable tie-break.

Restarting a timer for later (what every ACK does to the retransmission timer) costs one store and
no heap operation: the entry in the heap stays where it is, and is moved when it comes up.

Rule 1: timers due at the same instant fire in the order in which their entries were made: that of
arming, unless a timer was restarted.
Rule 2: a timer is one-shot; its callback may start it again.
Rule 3: entries of timers that were stopped are swept out before they outnumber the others.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from typing import Final, TypeVar

from wirelab.sim.host.attention import Attention

T = TypeVar("T")

SMALLEST_SWEEP: Final = 64  # ours: entries below which sweeping is not worth it


class Timer:
    """One one-shot timer. Make it with `Timers.timer` or `Timers.timer_of`."""

    __slots__ = ("_callback", "_entry", "_owner", "_timers", "deadline")

    def __init__(self, timers: "Timers", callback: Callable[..., None], owner: object) -> None:
        self._timers = timers
        self._entry = -1  # deadline of this timer's valid heap entry; -1 for none
        self._callback = callback
        self._owner = owner
        self.deadline: int | None = None

    def start(self, deadline: int) -> None:
        """Fire at `deadline` (ns); replaces an earlier deadline of this timer."""
        self.deadline = deadline
        if self._entry < 0 or deadline < self._entry:
            self._entry = deadline
            self._timers.push(self, deadline)

    def stop(self) -> None:
        """Do not fire. Stopping a stopped timer is fine."""
        self.deadline = None

    @property
    def running(self) -> bool:
        """Whether it will fire."""
        return self.deadline is not None


class Timers:
    """The heap of one host.

    Attributes:
        attention: of the host; its driver may have to come back earlier for a new entry.
    """

    __slots__ = ("_heap", "_sequence", "_sweep_at", "attention")

    def __init__(self) -> None:
        self.attention = Attention()
        self._heap: list[tuple[int, int, Timer]] = []
        self._sequence = 0
        self._sweep_at = SMALLEST_SWEEP

    def __len__(self) -> int:
        """Entries in the heap: running timers, and stopped ones not swept out yet."""
        return len(self._heap)

    def timer(self, callback: Callable[[int], None]) -> Timer:
        """A stopped timer that will call `callback(now)`."""
        return Timer(self, callback, None)

    def timer_of(self, owner: T, callback: Callable[[T, int], None]) -> Timer:
        """A stopped timer that will call `callback(owner, now)`.

        A connection has five: bound to it one by one, their callbacks would be a third of the
        objects that it consists of.
        """
        return Timer(self, callback, owner)

    def push(self, timer: Timer, deadline: int) -> None:
        """Queue an entry; only `Timer.start` calls this."""
        self._sequence += 1
        heappush(self._heap, (deadline, self._sequence, timer))
        if len(self._heap) >= self._sweep_at:
            self._sweep()
        attention = self.attention
        if attention.asleep:
            attention.wake()

    def _sweep(self) -> None:
        """Keep only what will fire; the next sweep comes when there is twice as much."""
        kept = []
        for entry in self._heap:
            deadline, _, timer = entry
            if timer._entry != deadline:
                continue  # it has an earlier entry
            if timer.deadline is None:
                timer._entry = -1
            else:
                kept.append(entry)
        heapify(kept)
        self._heap = kept
        self._sweep_at = max(2 * len(kept), SMALLEST_SWEEP)

    def next_deadline(self, before: int | None = None) -> int | None:
        """When the earliest running timer fires (ns), or None.

        Args:
            before: only a deadline before this one matters; if there is none, the answer is None.
                Who has arranged to come back then anyway asks so: entries that have not come up
                stay as they are, whatever became of their timers.
        """
        heap = self._heap
        while heap:
            entry, _, timer = heap[0]
            if before is not None and entry >= before:
                return None
            deadline = timer.deadline
            if timer._entry != entry:  # the timer has an earlier entry, or had
                heappop(heap)
            elif deadline is None:
                timer._entry = -1
                heappop(heap)
            elif deadline == entry:
                return entry
            else:  # restarted for later
                timer._entry = deadline
                self._sequence += 1
                heapreplace(heap, (deadline, self._sequence, timer))
        return None

    def run(self, now: int) -> None:
        """Fire every timer that is due at `now`, each with `now` as its argument."""
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            _, _, timer = heappop(self._heap)
            timer._entry = -1
            timer.deadline = None
            if timer._owner is None:
                timer._callback(now)
            else:
                timer._callback(timer._owner, now)
