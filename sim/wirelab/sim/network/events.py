"""The virtual clock: one heap of (time, sequence) events.

Rule 1: time is an integer, nanoseconds from 0, and never goes back.
Rule 2: events of one instant run in the order in which they were scheduled.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Any

from wirelab.sim.network.errors import SimulationError

EventFunction = Callable[[Any], None]


class EventQueue:
    """What will happen, and when."""

    __slots__ = ("_heap", "_sequence", "now")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, EventFunction, Any]] = []
        self._sequence = 0
        self.now = 0

    def schedule(self, time: int, function: EventFunction, argument: Any = None) -> None:
        """Call `function(argument)` at `time` (ns).

        Raises:
            SimulationError: `time` is before now.
        """
        if time < self.now:
            raise SimulationError(f"an event at {time} ns is in the past: it is {self.now} ns now")
        self._sequence += 1
        heappush(self._heap, (time, self._sequence, function, argument))

    def next_time(self) -> int | None:
        """When the earliest event is due (ns), or None when nothing will happen."""
        return self._heap[0][0] if self._heap else None

    def run_at(self, time: int) -> None:
        """Move the clock to `time`, the earliest event's, and run all events of that time."""
        heap = self._heap
        self.now = time
        while heap and heap[0][0] == time:
            _, _, function, argument = heappop(heap)
            function(argument)

    def arguments(self) -> Iterator[Any]:
        """The arguments of all events to come, in no particular order."""
        return (argument for _, _, _, argument in self._heap)
