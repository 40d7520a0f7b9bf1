"""When things should happen in a script, and how far off they may be.

Source: packetdrill's `verify_time` and `adjust_relative_event_times`. Times in nanoseconds.

Rule 1: a relative time counts from the moment at which the event before was done.
Rule 2: the tolerance is the larger of a fixed time and a part of the gap to the event before.
Rule 3: the clock of a script is virtual: an event of the script happens exactly at its time. Only
what the host does may be early or late.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.packetdrill.syntax import EventTime, TimeKind

TOLERANCE: Final = 4 * MILLISECOND
"""packetdrill's `--tolerance_usecs=4000`."""

TOLERANCE_PERCENT: Final = 12.5
"""Of the gap to the event before; what packetdrill's own scripts allow."""

_RELATIVE: Final = frozenset({TimeKind.RELATIVE, TimeKind.RELATIVE_RANGE})


class Tolerance(NamedTuple):
    """How far off something may be: `fixed` ns, or `percent` of the gap if that is more."""

    fixed: int = TOLERANCE
    percent: float = TOLERANCE_PERCENT

    def after(self, gap: int) -> int:
        """The tolerance (ns) for something `gap` ns after the event before."""
        return max(self.fixed, int(gap * self.percent / 100))


class Window(NamedTuple):
    """From when to when something is expected.

    Attributes:
        first, last: ns of script time; the same for a single moment.
        tolerance: ns by which either may be missed.
        anytime: `*`: no time is wrong.
    """

    first: int
    last: int
    tolerance: int
    anytime: bool = False

    @property
    def deadline(self) -> int:
        """After this moment (ns) it is too late."""
        return self.last + self.tolerance

    def holds(self, moment: int) -> bool:
        """Whether something at `moment` is in time."""
        return self.anytime or self.first - self.tolerance <= moment <= self.deadline

    def __str__(self) -> str:
        """For a report, in seconds."""
        if self.anytime:
            return "at any time"
        when = f"at {seconds(self.first)}"
        if self.last != self.first:
            when = f"between {seconds(self.first)} and {seconds(self.last)}"
        return f"{when} (tolerance {seconds(self.tolerance)})"


def window(time: EventTime, now: int, previous: int, tolerance: Tolerance) -> Window:
    """When an event is to happen.

    Args:
        time: as written.
        now: when the event before was done; relative times count from here.
        previous: when the event before was scheduled; the tolerance grows with the gap from it.
        tolerance: of the script.
    """
    if time.kind is TimeKind.ANY:
        return Window(now, now, tolerance.fixed, anytime=True)
    base = now if time.kind in _RELATIVE else 0
    first = base + time.start
    last = first if time.end is None else base + time.end
    return Window(first, last, tolerance.after(first - previous))


def seconds(time: int) -> str:
    """A time of the script for a person, down to the microsecond.

    >>> seconds(1_200_000_000)
    '1.200000 s'
    """
    return f"{time / 1e9:.6f} s"
