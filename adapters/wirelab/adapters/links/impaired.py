"""A link that loses, delays, duplicates and reorders frames, by a seeded schedule.

It wraps another link, and is one: whatever runs on a link runs on this one. Five in a hundred of
the frames that we send over a TAP are lost:

    link = ImpairedLink(TapLink("tap0"), outgoing=Impairments(loss=0.05), seed=1)

    send -> [cut? rules? loss?] -> held -> duplication -> reordering -> delay -> the link's own send
    recv <- the same, from the link's own recv

Rule 1: what chance does to the nth frame of a direction depends on the seed and on n alone: not
on when the frame comes, what is in it, or what goes the other way. Spared frames do not count.
Rule 2: whoever sends learns nothing of a loss, as on a real wire.
Rule 3: a frame that is put behind others goes when `distance` of them have passed, or after
`patience` when so many do not come.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random
from time import monotonic_ns
from typing import Literal, NamedTuple

from wirelab.adapters.links.link import Frame, Link, Stats

POLL_INTERVAL_NS = 1_000_000
"""How late a delayed frame may be; ours: a thousand looks a second take a hundredth of a core."""

What = Literal["lost", "held", "duplicated", "reordered"]
Rule = Callable[[bytes, int], bool]
"""Asked with a frame and its number in its direction, from 1 on."""


@dataclass(frozen=True, slots=True)
class Impairments:
    """What happens to the frames of one direction. Probabilities are from 0.0 to 1.0.

    Attributes:
        loss: probability that a frame is lost.
        duplication: that it arrives twice.
        reordering: that it is put behind the next ones.
        distance: behind how many.
        patience: ns after which it goes, though too few came.
        delay: ns that every frame takes.
    """

    loss: float = 0.0
    duplication: float = 0.0
    reordering: float = 0.0
    distance: int = 3
    patience: int = 5_000_000
    delay: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot happen."""
        for name in ("loss", "duplication", "reordering"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"Impairments.{name} is {value}, no probability; use 0.0 to 1.0")
        for name in ("distance", "patience", "delay"):
            value = getattr(self, name)
            if value < 0:
                raise ValueError(f"Impairments.{name} is {value}; use 0 or more")


NONE = Impairments()


class Impairment(NamedTuple):
    """One thing that was done to one frame.

    Attributes:
        outgoing: the frame is one of ours; else one for us.
        number: of the frame in its direction, from 1 on.
        what: what was done to it.
        frame: its bytes.
    """

    outgoing: bool
    number: int
    what: What
    frame: bytes


Tell = Callable[[Impairment], None]


class Way:
    """One direction of an `ImpairedLink`, which makes it.

    Attributes:
        impairments: what chance does; may be replaced at any time.
        is_cut: every frame is lost, as if the cable ended in nothing.
        is_held: every frame waits until `release`.
    """

    def __init__(self, impairments: Impairments, outgoing: bool, seed: int, tell: Tell) -> None:
        self.impairments = impairments
        self.is_cut = False
        self.is_held = False
        self._outgoing = outgoing
        self._random = Random(f"{seed} {'out' if outgoing else 'in'}")
        self._tell = tell
        self._rules: list[Rule] = []
        self._count = 0
        self._held: deque[Frame] = deque()
        self._behind: list[_Behind] = []
        self._under_way: list[tuple[int, int, Frame]] = []
        self._order = 0

    @property
    def waiting(self) -> int:
        """Frames that are on their way, or held."""
        return len(self._held) + len(self._behind) + len(self._under_way)

    def drop(self, nth: int) -> None:
        """Lose the `nth` frame, from 1 on."""
        self.drop_when(lambda _, number: number == nth)

    def drop_when(self, rule: Rule) -> None:
        """Lose every frame for which `rule(frame, number)` holds."""
        self._rules.append(rule)

    def hold(self) -> None:
        """Let nothing through until `release`."""
        self.is_held = True

    def release(self, now: int) -> None:
        """Let go what was held, in its order, and what comes."""
        self.is_held = False
        while self._held:
            self._depart(self._held.popleft(), now)

    def spared(self, frame: Frame, now: int) -> None:
        """Take a frame to which nothing happens."""
        self._depart(frame, now, 0)

    def take(self, frame: Frame, now: int) -> None:
        """Take a frame, and decide what becomes of it."""
        self._count += 1
        number, data, impairments = self._count, frame.data, self.impairments
        draws = [self._random.random() for _ in range(3)]  # rule 1: always as many
        if (
            self.is_cut
            or any(rule(data, number) for rule in self._rules)
            or draws[0] < impairments.loss
        ):
            self._say(number, "lost", data)
            return
        if self.is_held:
            self._say(number, "held", data)
            self._held.append(frame)
            return
        copies = 1
        if draws[1] < impairments.duplication:
            self._say(number, "duplicated", data)
            copies = 2
        if draws[2] < impairments.reordering:
            self._say(number, "reordered", data)
            deadline = now + impairments.patience
            self._behind += [_Behind(impairments.distance, deadline, frame)] * copies
            return
        for _ in range(copies):
            self._depart(frame, now)
        self._let_overtaken_go(now)

    def arrived(self, now: int) -> Frame | None:
        """The next frame at the other end, if one has come by `now`."""
        if self._behind and any(one.deadline <= now for one in self._behind):
            self._let_go([one for one in self._behind if one.deadline <= now], now)
        if self._under_way and self._under_way[0][0] <= now:
            return heappop(self._under_way)[2]
        return None

    def _depart(self, frame: Frame, now: int, delay: int | None = None) -> None:
        self._order += 1
        due = now + (self.impairments.delay if delay is None else delay)
        heappush(self._under_way, (due, self._order, frame))

    def _let_overtaken_go(self, now: int) -> None:
        """One frame has passed those that were put behind."""
        if self._behind:
            self._behind = [one._replace(left=one.left - 1) for one in self._behind]
            self._let_go([one for one in self._behind if one.left <= 0], now)

    def _let_go(self, ready: list["_Behind"], now: int) -> None:
        for one in ready:
            self._behind.remove(one)
            self._depart(one.frame, now)

    def _say(self, number: int, what: What, data: bytes) -> None:
        self._tell(Impairment(self._outgoing, number, what, data))


class _Behind(NamedTuple):
    """A frame that lets `left` others pass, until `deadline` (ns) at most."""

    left: int
    deadline: int
    frame: Frame


def _ignore(impairment: Impairment) -> None:
    """Nobody wants to know."""


class ImpairedLink:
    """A link like `link`, but worse. See `wirelab.adapters.links.Link` for its methods.

    Args:
        link: carries the frames; closed with this one.
        outgoing: what happens to ours.
        incoming: what happens to those for us.
        seed: of both schedules.
        only: frames for which this is false are spared (ARP, say); None: nobody is.
        tell: told each loss, duplication and reordering at once, before the frame goes on.
        clock: monotonic nanoseconds.

    Attributes:
        outgoing, incoming: the two directions, to change while the link is in use.
    """

    def __init__(
        self,
        link: Link,
        *,
        outgoing: Impairments = NONE,
        incoming: Impairments = NONE,
        seed: int = 1,
        only: Callable[[bytes], bool] | None = None,
        tell: Tell = _ignore,
        clock: Callable[[], int] = monotonic_ns,
    ) -> None:
        self.link = link
        self.name = link.name
        self.mac = link.mac
        self.mtu = link.mtu
        self.capabilities = link.capabilities
        self.poll_interval_ns: int | None = min(
            POLL_INTERVAL_NS, link.poll_interval_ns or POLL_INTERVAL_NS
        )
        self.outgoing = Way(outgoing, True, seed, tell)
        self.incoming = Way(incoming, False, seed, tell)
        self._only = only
        self._clock = clock

    def release(self) -> None:
        """Let go what was held in both directions."""
        now = self._clock()
        self.outgoing.release(now)
        self.incoming.release(now)
        self._send_due(now)

    def fileno(self) -> int:
        """See `Link.fileno`. It knows nothing of delayed frames: those are found by polling."""
        return self.link.fileno()

    def recv(self) -> Frame | None:
        """See `Link.recv`; also sends what of ours is due."""
        now = self._clock()
        self._send_due(now)
        while (arrived := self.incoming.arrived(now)) is None:
            frame = self.link.recv()
            if frame is None:
                return None
            self._into(self.incoming, frame, now)
        return arrived

    def send(self, frame: bytes) -> bool:
        """See `Link.send`. A frame that is lost here counts as sent."""
        now = self._clock()
        self._into(self.outgoing, Frame(frame, 0), now)
        return self._send_due(now)

    def set_filter(self, expression: str) -> None:
        """See `Link.set_filter`."""
        self.link.set_filter(expression)

    def stats(self) -> Stats:
        """See `Link.stats`: those of the link below."""
        return self.link.stats()

    def close(self) -> None:
        """See `Link.close`. What is under way is lost."""
        self.link.close()

    def _into(self, way: Way, frame: Frame, now: int) -> None:
        if self._only is None or self._only(frame.data):
            way.take(frame, now)
        else:
            way.spared(frame, now)

    def _send_due(self, now: int) -> bool:
        """Send what has come through; whether the link took all of it."""
        taken = True
        while (frame := self.outgoing.arrived(now)) is not None:
            taken = self.link.send(frame.data) and taken
        return taken
