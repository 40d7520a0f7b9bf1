"""Which events of a long trace get rows of their own.

Rule 1: inside a long run of first-time segments, and of the calls that send and receive them, only
both ends are shown.
Rule 2: when there are still more rows than asked for, the beginning, the end and the surroundings
of what went wrong are kept: the last failure first, then in the order of time.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from wirelab.sim.trace import Event

SILENCE = 30_000_000  # ns; views.md "HTML report": more than 30 ms of silence is folded
RUN_KEPT = 3  # data segments shown at each end of a run; ours
LONGEST_END = 8  # rows shown at each end of a run, whatever they are; ours
RUN_FOLDED = 4  # segments; ours: fewer than this are shown rather than folded
WINDOW = 3  # events shown before and after what went wrong; ours
END_SHARE = 5  # beginning and end each take one row in so many; ours


class Item(NamedTuple):
    """An event that may get rows.

    Attributes:
        time: ns.
        number: of its frame; 0 for anything else.
        size: bytes of payload.
        routine: may be folded into a run.
        notable: something went wrong, or was repeated because of it.
        rows: at most so many rows.
    """

    event: Event
    time: int
    number: int = 0
    size: int = 0
    routine: bool = False
    notable: bool = False
    rows: int = 1


def inside_runs(items: Sequence[Item], gap: int = 0) -> set[int]:
    """Indexes of the items that rule 1 leaves out; `gap`: index before which events are missing."""
    folded: set[int] = set()
    start = 0
    for index in range(len(items) + 1):
        if index < len(items) and items[index].routine and not _breaks(items, index, start, gap):
            continue
        run = range(start, index)
        inner = range(start + _end(items, run), index - _end(items, run[::-1]))
        if sum(items[inside].number > 0 for inside in inner) >= RUN_FOLDED:
            folded.update(inner)
        start = index if index < len(items) and items[index].routine else index + 1
    return folded


def _end(items: Sequence[Item], run: Sequence[int]) -> int:
    """How many items hold the first data segments of a run."""
    data = 0
    for count, index in enumerate(run[:LONGEST_END]):
        if data == RUN_KEPT:
            return count
        data += items[index].size > 0
    return min(len(run), LONGEST_END)


def _breaks(items: Sequence[Item], index: int, start: int, gap: int) -> bool:
    """Whether a run ends before `index` although that is routine: silence, or events missing."""
    if index == start:
        return False
    return index == gap or items[index].time - items[index - 1].time > SILENCE


def beyond_limit(
    items: Sequence[Item], folded: Collection[int], limit: int, first: Collection[int] = ()
) -> set[int]:
    """Indexes of the items left out so that at most `limit` rows remain (rule 2).

    Args:
        items: all of them.
        folded: indexes left out already.
        limit: rows, at least 20.
        first: indexes whose surroundings are kept before any others'.
    """
    shown = [index for index in range(len(items)) if index not in folded]
    costs = {index: _cost(items, index, folded) for index in shown}
    if sum(costs.values()) <= limit:
        return set(folded)
    kept: set[int] = set()
    share = limit // END_SHARE
    room = limit - 2  # what is left out is said in rows, too
    room -= _take(shown, costs, kept, share)
    room -= _take(shown[::-1], costs, kept, share)
    place = {index: position for position, index in enumerate(shown)}
    for index in [*first, *(index for index in shown if items[index].notable)]:
        if index not in place:
            continue
        around = shown[max(place[index] - WINDOW, 0) : place[index] + WINDOW + 1]
        wanted = [each for each in around if each not in kept]
        cost = sum(costs[each] for each in wanted) + 1
        if wanted and cost <= room:
            kept.update(wanted)
            room -= cost
    return set(range(len(items))) - kept


def _cost(items: Sequence[Item], index: int, folded: Collection[int]) -> int:
    """Rows of an item, with those for silence and for folded items before it."""
    silent = index > 0 and items[index].time - items[index - 1].time > SILENCE
    return items[index].rows + silent + (index - 1 in folded)


def _take(shown: Sequence[int], costs: dict[int, int], kept: set[int], rows: int) -> int:
    """Keep the first of `shown` that take at most `rows` rows, and tell how many they take."""
    taken = 0
    for index in shown:
        if taken + costs[index] > rows:
            break
        kept.add(index)
        taken += costs[index]
    return taken
