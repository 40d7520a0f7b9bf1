"""How a frame and its copies went, as an arrow: heads where they arrived, marks where they did not.

Rule 1: one frame that did not arrive is a cut arrow, with its reason on it.
Rule 2: of several copies, each that did not arrive is a mark at the lifeline it was going to; its
reason is a note there, unless it is one that a healthy network gives all day.
Rule 3: a frame that has not ended is cut, too, but nothing is wrong with it.
Rule 4: a packet that routers pass on is one arrow, as far as the lifelines on its way stand in one
direction; from where it turns back, it is an arrow of its own.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wirelab.sim.trace import Fate, FrameRecord, Trace
from wirelab.sim.trace.failure import is_ordinary
from wirelab.sim.views.arrows import Arrow
from wirelab.sim.views.cast import Cast
from wirelab.sim.views.labels import Label
from wirelab.sim.views.messages import Language, word

_NO_LABEL = Label("", ("",))


class Note(NamedTuple):
    """Words beside a lifeline about a copy that did not arrive."""

    lifeline: str
    text: str


class Journeys:
    """Knows the lifelines of a ladder, and who owns which MAC address.

    Args:
        trace: what happened.
        cast: the lifelines.
        language: of the words.
        goes_on: by which frame another one's packet was carried on
            (`wirelab.sim.trace.ways.continuations`).
    """

    def __init__(
        self, trace: Trace, cast: Cast, language: Language, goes_on: Mapping[int, int] | None = None
    ) -> None:
        self._cast = cast
        self._language = language
        self._goes_on = goes_on or {}
        self._owners = {i.mac: info.name for info in trace.hosts.values() for i in info.interfaces}

    def ways(self, frames: Mapping[int, Sequence[FrameRecord]]) -> dict[int, list[int]]:
        """The frames that begin an arrow, each with those that carry its packet on (rule 4).

        Args:
            frames: by id of the original, each with its copies, in the order of sending.
        """
        found: dict[int, list[int]] = {}
        followed: set[int] = set()
        for origin in frames:
            if origin in followed:
                continue
            hops = [origin]
            while (after := self._goes_on.get(hops[-1])) in frames and after is not None:
                if not self._is_straight(frames[hops[-1]], frames[after]):
                    break
                hops.append(after)
            followed.update(hops)
            found[origin] = hops
        return found

    def _is_straight(self, before: Sequence[FrameRecord], after: Sequence[FrameRecord]) -> bool:
        """Whether the second frame goes on in the direction of the first."""
        places = {name: index for index, name in enumerate(self._cast.names)}
        came, goes = self.arrow([before], _NO_LABEL), self.arrow([after], _NO_LABEL)
        if len(came.heads) != 1 or came.missed or came.heads[0] != goes.sender:
            return False
        ends = [*goes.heads, *goes.missed] or [goes.toward]
        step = places[goes.sender] - places[came.sender]
        return all((places[end] - places[goes.sender]) * step > 0 for end in ends)

    def arrow(self, hops: Sequence[Sequence[FrameRecord]], label: Label) -> Arrow:
        """The arrow of a packet.

        Args:
            hops: the frames that carried it, each with its copies.
            label: what stands on it.
        """
        copies = hops[-1]
        first = self._cast.sender(hops[0][0].sender)
        via = [self._cast.sender(hop[0].sender) for hop in hops[1:]]
        return self._last(copies, label)._replace(sender=first, via=via)

    def _last(self, copies: Sequence[FrameRecord], label: Label) -> Arrow:
        """The arrow of the last frame and its copies."""
        sender = self._cast.sender(copies[0].sender)
        heads = [
            lifeline
            for copy in copies
            if self._arrived(copy)
            for lifeline in self._cast.receivers(copy.receiver, sender)
        ]
        stopped = [copy for copy in copies if self._stopped(copy)]
        if len(stopped) == len(copies) == 1:
            cut, pending = self.reason_text(stopped[0]), False
        elif not heads and not stopped:
            cut, pending = word("in_flight", self._language), True
        else:
            missed = [self._toward(copy) for copy in stopped if not is_ordinary(copy)]
            return Arrow(sender, heads, label, missed=[name for name in missed if name != sender])
        return Arrow(sender, (), label, cut, self._toward(copies[0]), pending=pending)

    def notes(self, copies: Sequence[FrameRecord]) -> list[Note]:
        """What is said below the arrow (rule 2)."""
        if len(copies) == 1:
            return []
        return [
            Note(self._toward(copy), self.reason_text(copy))
            for copy in copies
            if self._stopped(copy) and not is_ordinary(copy)
        ]

    def reason_text(self, record: FrameRecord) -> str:
        """`DROP link.loss (nth=3)`."""
        text = word("drop", self._language, reason=record.reason)
        return f"{text} ({record.detail})" if record.detail else text

    def _arrived(self, record: FrameRecord) -> bool:
        return record.fate is not Fate.IN_FLIGHT and not self._stopped(record)

    def _stopped(self, record: FrameRecord) -> bool:
        """Whether it ended where no lifeline is: on a link, or in a switch."""
        if record.fate is Fate.LOST:
            return True
        refused = record.fate in (Fate.DROPPED, Fate.REJECTED)
        return refused and not self._cast.receivers(record.receiver, "")

    def _toward(self, record: FrameRecord) -> str:
        """The lifeline it was going to, as far as that can be told; else its sender's."""
        sender = self._cast.sender(record.sender)
        names = self._cast.receivers(record.receiver, sender) if record.receiver else []
        return names[-1] if names else self._cast.sender(self._owners.get(record.data[:6], sender))
