"""One interface as a listener: it tells routers which groups, and whose packets, it wants.

Source: RFC 3376 sections 5 and 7.2; RFC 2236 section 3; RFC 1112 appendix I; and RFC 3810 sections
6 and 8.2, RFC 2710 section 4, which say the same for IPv6.

    change --> report at once, again after a random while --> ROBUSTNESS times in all
    query  --> wait for a random part of its response time --> report what holds then

Rule 1: an older querier on the link decides the generation of everything that is sent, for as long
as it may be there (RFC 3376 section 7.2.1). When that ends is noticed with the next thing that
happens: nothing is sent in between.
Rule 2: whenever the generation changes, whatever was to be sent is forgotten.
"""

from functools import partial
from typing import Final

from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.multicast.messages import (
    QUERY_INTERVAL,
    ROBUSTNESS,
    GroupRecord,
    Query,
    RecordType,
    Wire,
    current_state,
    delay_within,
    packed,
)
from wirelab.sim.host.multicast.source_filter import NOBODY, FilterMode, SourceFilter
from wirelab.sim.host.timers import Timer, Timers

UNSOLICITED_REPORT_INTERVAL: Final = {1: 10 * SECOND, 2: 10 * SECOND, 3: 1 * SECOND}
"""ns between the repetitions of a report, by generation (RFC 2236 section 8.10, RFC 3376 section
8.11; RFC 2710 section 7.10, RFC 3810 section 9.11)."""

MAXIMUM_ASKED_SOURCES: Final = 256
"""ours: past so many sources that queriers ask about, the whole group is reported, which says as
much; so forged queries cannot fill the memory (RFC 3376 section 9.1)."""


class _Group:
    """What an interface wants of one group, and what it still has to tell.

    Attributes:
        wanted: the reception state.
        mode_reports: state-change reports to come that tell of the filter mode.
        source_reports: likewise, of each source that was added or taken away.
        repeat: fires when the next of these is due.
        response: fires when an answer to a query is due.
        asked: the sources that the answer is about; empty: all.
        is_last_reporter: nobody reported the group after us (RFC 2236 section 3).
        repetitions: of a report of generation 1 or 2, to come.
    """

    __slots__ = (
        "asked",
        "is_last_reporter",
        "mode_reports",
        "repeat",
        "repetitions",
        "response",
        "source_reports",
        "wanted",
    )

    def __init__(self, repeat: Timer, response: Timer) -> None:
        self.wanted = NOBODY
        self.mode_reports = 0
        self.source_reports: dict[bytes, int] = {}
        self.repeat = repeat
        self.response = response
        self.asked: set[bytes] = set()
        self.is_last_reporter = False
        self.repetitions = 0

    def forget_duties(self) -> None:
        """Whatever was to be sent is not."""
        self.mode_reports = self.repetitions = 0
        self.source_reports.clear()
        self.repeat.stop()
        self.response.stop()
        self.asked.clear()


class Listener:
    """One protocol on one interface.

    Args:
        wire: sends.
        timers: the host's.
        random: delays come from it.
        newest: highest generation to speak, though the wire may know more.
    """

    def __init__(self, wire: Wire, timers: Timers, random: RandomSource, newest: int = 3) -> None:
        self._wire = wire
        self._timers = timers
        self._random = random
        self._newest = min(newest, wire.newest)
        self._generation = self._newest
        self._older_until: dict[int, int] = {}
        self._robustness = ROBUSTNESS
        self._query_interval = QUERY_INTERVAL
        self._groups: dict[bytes, _Group] = {}
        self._general = timers.timer(self._answer_general)

    def generation(self, now: int) -> int:
        """The generation to speak: that of the oldest querier which may be here."""
        generation = self._newest
        for older, until in sorted(self._older_until.items(), reverse=True):
            if now < until:
                generation = min(generation, older)
        if generation != self._generation:
            self._generation = generation
            self._general.stop()
            for name, group in list(self._groups.items()):
                group.forget_duties()
                self._forget_if_done(name, group)
        return generation

    # --- what we want changes ----------------------------------------------------------------

    def change(self, group: bytes, wanted: SourceFilter, now: int) -> None:
        """The interface wants something else of a group from now on (RFC 3376 section 5.1)."""
        if not self._wire.is_reported(group):
            return
        state = self._groups.get(group) or self._new(group)
        before, state.wanted = state.wanted, wanted
        if self.generation(now) == 3:
            self._note_difference(state, before)
            self._tell_change(group, state, now)
        elif before == NOBODY and wanted != NOBODY:
            state.repetitions = self._robustness
            self._tell_membership(group, state, now)
        elif wanted == NOBODY and before != NOBODY:
            self._leave(group, state, now)
        self._forget_if_done(group, state)

    def adopt(self, group: bytes, wanted: SourceFilter) -> None:
        """The interface wanted this before it was asked or told; nothing is sent."""
        if self._wire.is_reported(group):
            self._new(group).wanted = wanted

    def _new(self, group: bytes) -> _Group:
        timer = self._timers.timer
        state = _Group(timer(partial(self._repeat, group)), timer(partial(self._answer, group)))
        self._groups[group] = state
        return state

    def _note_difference(self, state: _Group, before: SourceFilter) -> None:
        """What state-change reports have to tell, the one that was under way included."""
        if before.mode is not state.wanted.mode:
            state.mode_reports = self._robustness
            state.source_reports.clear()  # the whole list goes with the mode
        else:
            for source in before.sources ^ state.wanted.sources:
                state.source_reports[source] = self._robustness

    def _tell_change(self, group: bytes, state: _Group, now: int) -> None:
        """Send one state-change report, and see when the next is due (RFC 3376 section 5.1)."""
        records = _changes(group, state)
        if not records:
            return
        self._send_records(records, now)
        state.mode_reports = max(state.mode_reports - 1, 0)
        left = state.source_reports
        state.source_reports = {source: n - 1 for source, n in left.items() if n > 1}
        self._repeat_later(state, bool(state.mode_reports or state.source_reports), now)

    def _tell_membership(self, group: bytes, state: _Group, now: int) -> None:
        """Send one report of generation 1 or 2 (RFC 2236 section 3)."""
        self._report(group, state, now)
        state.repetitions -= 1
        self._repeat_later(state, state.repetitions > 0, now)

    def _leave(self, group: bytes, state: _Group, now: int) -> None:
        """RFC 2236 section 3: only the last that reported needs to say that it left."""
        state.forget_duties()
        if self._generation == 2 and state.is_last_reporter:
            self._wire.send_leave(group, now)

    def _repeat_later(self, state: _Group, again: bool, now: int) -> None:
        if again:
            interval = UNSOLICITED_REPORT_INTERVAL[self._generation]
            state.repeat.start(now + delay_within(interval, self._random))
        else:
            state.repeat.stop()

    def _repeat(self, group: bytes, now: int) -> None:
        state = self._groups[group]
        generation = self.generation(now)
        if generation == 3:
            self._tell_change(group, state, now)
        elif state.repetitions:
            self._tell_membership(group, state, now)
        self._forget_if_done(group, state)

    # --- we are asked ------------------------------------------------------------------------

    def query(self, query: Query, now: int) -> None:
        """A querier asks; the answer comes within the time that it gives (RFC 3376 section 5.2)."""
        self._learn(query, now)
        generation = self.generation(now)
        limit = query.response_time
        if query.group is None and generation == 3:
            due = now + delay_within(limit, self._random)
            if not (self._general.deadline is not None and self._general.deadline <= due):
                self._general.start(due)
            return
        for group in self._groups if query.group is None else (query.group,):
            state = self._groups.get(group)
            if state is None or state.wanted == NOBODY:
                continue
            if generation == 3:
                self._answer_later(state, query, now)
            elif state.response.deadline is None or state.response.deadline > now + limit:
                state.response.start(now + delay_within(limit, self._random))

    def _learn(self, query: Query, now: int) -> None:
        """What a query tells of its sender (RFC 3376 sections 4.1.6, 4.1.7, 7.2.1 and 8.12)."""
        if query.generation < self._wire.newest:
            present = self._robustness * self._query_interval + query.response_time
            self._older_until[query.generation] = now + present
            return
        self._robustness = query.robustness or ROBUSTNESS
        self._query_interval = query.interval or QUERY_INTERVAL

    def _answer_later(self, state: _Group, query: Query, now: int) -> None:
        """Rules 1 and 3 to 5 of RFC 3376 section 5.2, for a question about one group."""
        due = now + delay_within(query.response_time, self._random)
        general = self._general.deadline
        if general is not None and general <= due:
            return
        pending = state.response.deadline
        if pending is None:
            state.asked = set(query.sources)
        elif not query.sources or not state.asked:
            state.asked.clear()
        else:
            state.asked |= query.sources
        if len(state.asked) > MAXIMUM_ASKED_SOURCES:
            state.asked.clear()
        state.response.start(due if pending is None else min(pending, due))

    def _answer_general(self, now: int) -> None:
        if self.generation(now) != 3:
            return
        wanted = ((name, group.wanted) for name, group in self._groups.items())
        self._send_records([current_state(*one) for one in wanted if one[1] != NOBODY], now)

    def _answer(self, group: bytes, now: int) -> None:
        state = self._groups[group]
        if self.generation(now) != 3:
            if state.wanted != NOBODY:
                self._report(group, state, now)
            return
        asked, state.asked = frozenset(state.asked), set()
        wanted = state.wanted
        if not asked:
            if wanted != NOBODY:
                self._send_records([current_state(group, wanted)], now)
            return
        included = wanted.mode is FilterMode.INCLUDE
        heard = asked & wanted.sources if included else asked - wanted.sources
        if heard:
            record = GroupRecord(RecordType.MODE_IS_INCLUDE, group, heard)
            self._send_records([record], now)

    def heard_report(self, group: bytes, now: int) -> None:
        """Somebody else reported a group: in generations 1 and 2 one report is enough.

        RFC 2236 section 3. Reports of generation 3 suppress nothing.
        """
        state = self._groups.get(group)
        if state is not None and self.generation(now) < 3:
            state.response.stop()
            state.repeat.stop()
            state.repetitions = 0
            state.is_last_reporter = False

    # --- out ---------------------------------------------------------------------------------

    def _report(self, group: bytes, state: _Group, now: int) -> None:
        self._wire.send_report(self._generation, group, now)
        state.is_last_reporter = True

    def _send_records(self, records: list[GroupRecord], now: int) -> None:
        for report in packed(records, self._wire.group_room, self._wire.address_size):
            self._wire.send_records(report, now)

    def _forget_if_done(self, group: bytes, state: _Group) -> None:
        if state.wanted == NOBODY and not state.repeat.running:
            state.response.stop()
            self._groups.pop(group, None)


def _changes(group: bytes, state: _Group) -> list[GroupRecord]:
    """The records of the next state-change report (RFC 3376 section 5.1, table)."""
    wanted = state.wanted
    if state.mode_reports:
        if wanted.mode is FilterMode.INCLUDE:
            return [GroupRecord(RecordType.CHANGE_TO_INCLUDE_MODE, group, wanted.sources)]
        return [GroupRecord(RecordType.CHANGE_TO_EXCLUDE_MODE, group, wanted.sources)]
    allowed = frozenset(source for source in state.source_reports if wanted.admits(source))
    blocked = frozenset(state.source_reports) - allowed
    records = []
    if allowed:
        records.append(GroupRecord(RecordType.ALLOW_NEW_SOURCES, group, allowed))
    if blocked:
        records.append(GroupRecord(RecordType.BLOCK_OLD_SOURCES, group, blocked))
    return records
