"""How a frame and its copies went, as an arrow: heads where they arrived, marks where they did not.

Rule 1: one frame that did not arrive is a cut arrow, with its reason on it.
Rule 2: of several copies, each that did not arrive is a mark at the lifeline it was going to; its
reason is a note there, unless it is one that a healthy network gives all day.
Rule 3: a frame that has not ended is cut, too, but nothing is wrong with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from wirelab.sim.trace import Fate, FrameRecord, Trace
from wirelab.sim.trace.failure import ORDINARY
from wirelab.sim.views.arrows import Arrow
from wirelab.sim.views.cast import Cast
from wirelab.sim.views.labels import Label
from wirelab.sim.views.messages import Language, word


class Note(NamedTuple):
    """Words beside a lifeline about a copy that did not arrive."""

    lifeline: str
    text: str


class Journeys:
    """Knows the lifelines of a ladder, and who owns which MAC address."""

    def __init__(self, trace: Trace, cast: Cast, language: Language) -> None:
        self._cast = cast
        self._language = language
        self._owners = {i.mac: info.name for info in trace.hosts.values() for i in info.interfaces}

    def arrow(self, copies: Sequence[FrameRecord], label: Label) -> Arrow:
        """The arrow of a frame and its copies."""
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
            missed = [self._toward(copy) for copy in stopped if copy.reason not in ORDINARY]
            return Arrow(sender, heads, label, missed=[name for name in missed if name != sender])
        return Arrow(sender, (), label, cut, self._toward(copies[0]), pending=pending)

    def notes(self, copies: Sequence[FrameRecord]) -> list[Note]:
        """What is said below the arrow (rule 2)."""
        if len(copies) == 1:
            return []
        return [
            Note(self._toward(copy), self.reason_text(copy))
            for copy in copies
            if self._stopped(copy) and copy.reason not in ORDINARY
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
