"""One interface as a router of multicast: it asks who listens, and keeps the answers.

Source: RFC 3376 sections 6 and 8; RFC 3810 sections 7 and 9 say the same for IPv6; RFC 2236 section
7 (election).

    QUERIER --a query from a lower address--> NON-QUERIER --none for a while--> QUERIER

Rule 1: of several routers on a link only the one with the lowest address asks; all keep what they
hear (RFC 3376 section 6.6.2).
Rule 2: before a group or a source is given up, listeners are asked `last_member_count` times.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.multicast.group_state import GroupState
from wirelab.sim.host.multicast.messages import (
    QUERY_INTERVAL,
    QUERY_RESPONSE_INTERVAL,
    ROBUSTNESS,
    GroupRecord,
    Query,
    RecordType,
    Wire,
)
from wirelab.sim.host.multicast.source_filter import SourceFilter
from wirelab.sim.host.timers import Timer, Timers

MAXIMUM_GROUPS: Final = 4096
"""ours: on one link; more that are reported are not kept."""


@dataclass(slots=True)
class QuerierConfig:
    """A querier's variables (RFC 3376 section 8), times in ns.

    Attributes:
        generation: of the queries; as old as the oldest router on the link (section 7.3.1).
        robustness: packets that may be lost, plus one.
        query_interval: between general queries.
        response_interval: within which listeners answer; shorter than `query_interval`.
        last_member_interval: between the last questions about a group.

    Raises:
        ValueError: a value out of range.
    """

    generation: int = 3
    robustness: int = ROBUSTNESS
    query_interval: int = QUERY_INTERVAL
    response_interval: int = QUERY_RESPONSE_INTERVAL
    last_member_interval: int = 1 * SECOND

    def __post_init__(self) -> None:
        """Check the values."""
        if not 1 <= self.generation <= 3 or self.robustness < 1:
            raise ValueError(
                f"generation is {self.generation}, robustness {self.robustness}; "
                "give 1 to 3, and at least 1 (RFC 3376 section 8.1)"
            )
        if not 0 < self.response_interval < self.query_interval:
            raise ValueError(
                f"response interval is {self.response_interval} ns; give less than the query "
                f"interval, {self.query_interval} ns (RFC 3376 section 8.3)"
            )


class _Group:
    """A group with what is still to ask about it.

    Attributes:
        state: who listens.
        expiry: fires at the state's next deadline.
        repeat: fires when the next question is due.
        group_questions: still to ask about the group.
        source_questions: likewise, of each source.
    """

    __slots__ = ("expiry", "group_questions", "repeat", "source_questions", "state")

    def __init__(self, expiry: Timer, repeat: Timer) -> None:
        self.state = GroupState()
        self.expiry = expiry
        self.repeat = repeat
        self.group_questions = 0
        self.source_questions: dict[bytes, int] = {}


class Querier:
    """The router's side of one protocol on one interface.

    Args:
        wire: sends.
        timers: the host's.
        config: its variables.
        answer: our own listener, which does not hear what we send.

    Attributes:
        is_querier: it asks; otherwise another router does.
    """

    def __init__(
        self,
        wire: Wire,
        timers: Timers,
        config: QuerierConfig,
        answer: Callable[[Query, int], None],
    ) -> None:
        self._wire = wire
        self._timers = timers
        self._config = config
        self._answer = answer
        self._robustness = config.robustness
        self._query_interval = config.query_interval
        self._groups: dict[bytes, _Group] = {}
        self._general = timers.timer(self._general_due)
        self._startup_left = config.robustness
        self.is_querier = True

    @property
    def membership_interval(self) -> int:
        """How long a report is believed, ns (RFC 3376 section 8.4)."""
        return self._robustness * self._query_interval + self._config.response_interval

    @property
    def last_member_time(self) -> int:
        """How soon a group that nobody answers for is given up, ns (RFC 3376 section 8.8)."""
        return self._config.last_member_interval * self._config.robustness

    def groups(self, now: int) -> dict[bytes, SourceFilter]:
        """Who listens to what on this link."""
        for group in self._groups.values():
            group.state.lapse(now)
        return {
            name: group.state.forwarded
            for name, group in self._groups.items()
            if not group.state.is_empty
        }

    # --- general queries and the election ----------------------------------------------------

    def start(self, now: int) -> None:
        """Ask, more often in the beginning (RFC 3376 sections 8.6 and 8.7)."""
        self._general_due(now)

    def stop(self) -> None:
        """Ask no more, and forget what was heard."""
        self._general.stop()
        for name in list(self._groups):
            self._forget(name)

    def _general_due(self, now: int) -> None:
        """It is time to ask; or the other querier has been silent for too long."""
        if not self.is_querier:
            self.is_querier = True
            self._robustness = self._config.robustness
            self._query_interval = self._config.query_interval
        self._startup_left = max(self._startup_left - 1, 0)
        self._ask(None, frozenset(), self._config.response_interval, False, now)
        starting = self._startup_left > 0
        self._general.start(now + (self._query_interval // 4 if starting else self._query_interval))

    def heard_query(self, query: Query, source: bytes, now: int) -> None:
        """Another router asks (RFC 3376 section 6.6)."""
        own = self._wire.source
        if own is None or not any(source) or source > own:
            return
        self.is_querier = False
        self._startup_left = 0
        if query.generation == 3:
            self._robustness = query.robustness or self._config.robustness
            self._query_interval = query.interval or self._config.query_interval
        silence = self._robustness * self._query_interval + query.response_time // 2
        if query.group is None:
            self._general.start(now + silence)
            return
        if self._general.deadline is None or self._general.deadline < now + silence:
            self._general.start(now + silence)
        group = self._groups.get(query.group)
        if group is not None and not query.suppress:
            group.state.lower(query.sources, now + self.last_member_time)
            self._watch(query.group, group, now)

    # --- what listeners say ------------------------------------------------------------------

    def heard_records(self, records: list[GroupRecord], now: int) -> None:
        """Reports of generation 3; an older querier does not understand them."""
        if self._config.generation == 3:
            for record in records:
                self._take(record, now)

    def heard_report(self, generation: int, group: bytes, now: int) -> None:
        """A report of generation 1 or 2 (RFC 3376 section 7.3.2)."""
        self._take(GroupRecord(RecordType.MODE_IS_EXCLUDE, group), now)
        state = self._groups.get(group)
        if state is not None:
            state.state.older_until[generation] = now + self.membership_interval

    def heard_leave(self, group: bytes, now: int) -> None:
        """A leave of generation 2 (RFC 3376 section 7.3.2)."""
        if group in self._groups:
            self._take(GroupRecord(RecordType.CHANGE_TO_INCLUDE_MODE, group), now)

    def _take(self, record: GroupRecord, now: int) -> None:
        name = record.group
        if not self._wire.is_reported(name):
            return
        group = self._groups.get(name)
        if group is None:
            if len(self._groups) >= MAXIMUM_GROUPS:
                return
            timer = self._timers.timer
            group = _Group(
                timer(partial(self._expired, name)), timer(partial(self._ask_again, name))
            )
            self._groups[name] = group
        questions = group.state.take(record, self.membership_interval, now)
        if self.is_querier and self._config.generation > 1:
            if questions.group:
                group.group_questions = self._config.robustness
                group.state.lower(frozenset(), now + self.last_member_time)
            if questions.sources and self._config.generation == 3:
                for source in questions.sources:
                    group.source_questions[source] = self._config.robustness
                group.state.lower(questions.sources, now + self.last_member_time)
            if questions.group or questions.sources:
                self._ask_again(name, now)
        self._watch(name, group, now)

    # --- specific queries --------------------------------------------------------------------

    def _ask_again(self, name: bytes, now: int) -> None:
        """Ask about a group, and about sources, once (RFC 3376 sections 6.6.3.1 and 6.6.3.2)."""
        group = self._groups[name]
        interval = self._config.last_member_interval
        late = now + self.last_member_time
        if group.group_questions:
            group.group_questions -= 1
            self._ask(name, frozenset(), interval, group.state.until > late, now)
        if group.source_questions:
            asked = group.source_questions.keys() & group.state.requested.keys()
            heard = frozenset(one for one in asked if group.state.requested[one] > late)
            if heard:  # somebody has answered meanwhile: routers that missed it shall not drop them
                self._ask(name, heard, interval, True, now)
            if asked - heard:
                self._ask(name, frozenset(asked - heard), interval, False, now)
            left = group.source_questions
            group.source_questions = {source: n - 1 for source, n in left.items() if n > 1}
        if group.group_questions or group.source_questions:
            group.repeat.start(now + interval)

    def _ask(
        self,
        group: bytes | None,
        sources: frozenset[bytes],
        response: int,
        suppress: bool,
        now: int,
    ) -> None:
        config = self._config
        query = Query(
            config.generation,
            group,
            sources,
            response,
            suppress,
            self._robustness,
            self._query_interval,
        )
        self._wire.send_query(query, now)
        self._answer(query, now)

    # --- timers ------------------------------------------------------------------------------

    def _expired(self, name: bytes, now: int) -> None:
        group = self._groups[name]
        group.state.lapse(now)
        self._watch(name, group, now)

    def _watch(self, name: bytes, group: _Group, now: int) -> None:
        """Look again when the state changes by itself; forget it when nobody listens."""
        deadline = group.state.next_deadline
        if deadline is None:
            self._forget(name)
        else:
            group.expiry.start(deadline)

    def _forget(self, name: bytes) -> None:
        group = self._groups.pop(name)
        group.expiry.stop()
        group.repeat.stop()
