"""What a router knows of the listeners to one group on one link.

Source: RFC 3376 sections 6.2 to 6.5, whose names are used: in INCLUDE mode A is `requested`; in
EXCLUDE mode X is `requested` and Y is `excluded`. RFC 3810 section 7 says the same for IPv6.

    INCLUDE(A) --IS_EX, TO_EX--> EXCLUDE(X, Y) --group timer over--> INCLUDE(X)

Rule 1: timers are deadlines; `lapse` does what is due, and whoever keeps a state calls it at
`next_deadline`.
Rule 2: nothing is sent here; a record's effect includes what must be asked.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.multicast.messages import GroupRecord, RecordType
from wirelab.sim.host.multicast.source_filter import FilterMode, SourceFilter

MAXIMUM_SOURCES: Final = 1024
"""ours: of one group on one link; more that are reported are not kept."""


class Questions(NamedTuple):
    """What a router asks, since a record may mean that nobody listens any more.

    Attributes:
        group: whether anybody still listens to the group.
        sources: to whose packets anybody still listens.
    """

    group: bool = False
    sources: frozenset[bytes] = frozenset()


NOTHING: Final = Questions()


class GroupState:
    """The state of a group.

    Attributes:
        mode: see RFC 3376 section 6.2.1.
        until: when the group timer ends, ns; of meaning in EXCLUDE mode.
        requested: sources that are forwarded, with the ends of their timers.
        excluded: sources that are not, whose timers have ended.
        older_until: when listeners of a generation, 1 or 2, will have been silent for long enough
            (RFC 3376 section 7.3.2).
    """

    __slots__ = ("excluded", "mode", "older_until", "requested", "until")

    def __init__(self) -> None:
        self.mode = FilterMode.INCLUDE
        self.until = 0
        self.requested: dict[bytes, int] = {}
        self.excluded: set[bytes] = set()
        self.older_until: dict[int, int] = {}

    def generation(self, now: int) -> int:
        """Of the oldest listener to this group."""
        return min((old for old, until in self.older_until.items() if now < until), default=3)

    @property
    def is_empty(self) -> bool:
        """Nobody listens."""
        return self.mode is FilterMode.INCLUDE and not self.requested

    @property
    def forwarded(self) -> SourceFilter:
        """Whose packets the listeners want."""
        if self.mode is FilterMode.INCLUDE:
            return SourceFilter(FilterMode.INCLUDE, frozenset(self.requested))
        return SourceFilter(FilterMode.EXCLUDE, frozenset(self.excluded))

    @property
    def next_deadline(self) -> int | None:
        """When `lapse` will find something to do, ns."""
        ends = list(self.requested.values())
        if self.mode is FilterMode.EXCLUDE:
            ends.append(self.until)
        return min(ends, default=None)

    def lapse(self, now: int) -> None:
        """End the timers that are due (RFC 3376 sections 6.2.3 and 6.5)."""
        over = [source for source, until in self.requested.items() if until <= now]
        for source in over:
            del self.requested[source]
        if self.mode is FilterMode.EXCLUDE:
            self.excluded.update(over)
            if self.until <= now:
                self.mode = FilterMode.INCLUDE
                self.excluded.clear()

    def lower(self, sources: frozenset[bytes], until: int) -> None:
        """Let the timers of sources, or of the group, end at `until` if not before.

        Source: RFC 3376 section 6.6.1.
        """
        if not sources:
            self.until = min(self.until, until)
        for source in sources & self.requested.keys():
            self.requested[source] = min(self.requested[source], until)

    # --- records -----------------------------------------------------------------------------

    def take(self, record: GroupRecord, interval: int, now: int) -> Questions:
        """Take what a listener says (RFC 3376 sections 6.4.1 and 6.4.2).

        Args:
            record: about this group.
            interval: the group membership interval, ns.
            now: ns.
        """
        kind, sources = record.type, record.sources
        if self.generation(now) < 3:  # RFC 3376 section 7.3.2
            if kind is RecordType.BLOCK_OLD_SOURCES or (
                kind is RecordType.CHANGE_TO_INCLUDE_MODE and self.generation(now) == 1
            ):
                return NOTHING
            if kind is RecordType.CHANGE_TO_EXCLUDE_MODE:
                sources = frozenset()
        self.lapse(now)
        if kind in (RecordType.MODE_IS_INCLUDE, RecordType.ALLOW_NEW_SOURCES):
            self._request(sources, now + interval)
            return NOTHING
        if kind is RecordType.MODE_IS_EXCLUDE:
            self._exclude(sources, now + interval, now + interval)
            return NOTHING
        if kind is RecordType.CHANGE_TO_EXCLUDE_MODE:
            self._exclude(sources, now + interval, self.until)
            return Questions(sources=sources & self.requested.keys())
        if kind is RecordType.CHANGE_TO_INCLUDE_MODE:
            lost = frozenset(self.requested.keys() - sources)
            self._request(sources, now + interval)
            return Questions(self.mode is FilterMode.EXCLUDE, lost)
        return Questions(sources=self._block(sources))

    def _request(self, sources: frozenset[bytes], until: int) -> None:
        """Somebody listens to these."""
        for source in sorted(sources):  # who finds room must not depend on how sets are ordered
            if source in self.requested or len(self.requested) < MAXIMUM_SOURCES:
                self.requested[source] = until
        self.excluded -= sources

    def _exclude(self, sources: frozenset[bytes], until: int, new_until: int) -> None:
        """Somebody listens to all but these.

        Sources that were not known get `new_until`, since others may listen to them; in INCLUDE
        mode nobody does, and they are excluded at once.
        """
        if self.mode is FilterMode.INCLUDE:
            known = sources & self.requested.keys()
            self.excluded = set(sorted(sources - known)[:MAXIMUM_SOURCES])
        else:
            self.excluded &= sources
            known = frozenset(sorted(sources - self.excluded)[:MAXIMUM_SOURCES])
        self.requested = {source: self.requested.get(source, new_until) for source in sorted(known)}
        self.mode = FilterMode.EXCLUDE
        self.until = until

    def _block(self, sources: frozenset[bytes]) -> frozenset[bytes]:
        """Somebody listens to these no longer; returns those to ask about."""
        if self.mode is FilterMode.INCLUDE:
            return sources & self.requested.keys()
        asked = sources - self.excluded
        for source in sorted(asked):
            if len(self.requested) < MAXIMUM_SOURCES:
                self.requested.setdefault(source, self.until)
        return asked & self.requested.keys()
