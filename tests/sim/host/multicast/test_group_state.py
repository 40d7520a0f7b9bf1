"""RFC 3376 section 6.4: the tables of what a router makes of each record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.host.multicast.group_state import MAXIMUM_SOURCES, GroupState
from wirelab.sim.host.multicast.messages import GroupRecord, RecordType
from wirelab.sim.host.multicast.source_filter import EVERYBODY, FilterMode, SourceFilter

GROUP = b"\xef\x01\x02\x03"
A, B, C, D = (bytes((10, 0, 0, last)) for last in (1, 2, 3, 4))
GMI, GROUP_TIMER, OLD = 260, 100, 50

IS_IN, IS_EX = RecordType.MODE_IS_INCLUDE, RecordType.MODE_IS_EXCLUDE
TO_IN, TO_EX = RecordType.CHANGE_TO_INCLUDE_MODE, RecordType.CHANGE_TO_EXCLUDE_MODE
ALLOW, BLOCK = RecordType.ALLOW_NEW_SOURCES, RecordType.BLOCK_OLD_SOURCES


def include(*sources):
    """INCLUDE(A), whose timers have 50 left."""
    state = GroupState()
    state.requested = dict.fromkeys(sources, OLD)
    return state


def exclude(requested, excluded):
    """EXCLUDE(X, Y), whose source timers have 50 and whose group timer has 100 left."""
    state = include(*requested)
    state.mode, state.until = FilterMode.EXCLUDE, GROUP_TIMER
    state.excluded = set(excluded)
    return state


@pytest.mark.parametrize(
    ("kind", "sources", "mode", "requested", "excluded", "asked"),
    [
        (IS_IN, {B, C}, "include", {A: OLD, B: GMI, C: GMI}, set(), set()),
        (ALLOW, {B, C}, "include", {A: OLD, B: GMI, C: GMI}, set(), set()),
        (IS_EX, {B, C}, "exclude", {B: OLD}, {C}, set()),
        (BLOCK, {B, C}, "include", {A: OLD, B: OLD}, set(), {B}),
        (TO_EX, {B, C}, "exclude", {B: OLD}, {C}, {B}),
        (TO_IN, {B, C}, "include", {A: OLD, B: GMI, C: GMI}, set(), {A}),
    ],
)
def test_records_in_include_mode(kind, sources, mode, requested, excluded, asked):
    """RFC 3376 sections 6.4.1 and 6.4.2, first tables: INCLUDE(A, B) hears about B, C."""
    state = include(A, B)
    questions = state.take(GroupRecord(kind, GROUP, frozenset(sources)), GMI, 0)
    assert (state.mode.value, state.requested, state.excluded) == (mode, requested, excluded)
    assert (questions.group, questions.sources) == (False, asked)
    assert mode == "include" or state.until == GMI


@pytest.mark.parametrize(
    ("kind", "requested", "excluded", "until", "group", "asked"),
    [
        (IS_IN, {A: OLD, B: GMI, C: GMI, D: GMI}, set(), GROUP_TIMER, False, set()),
        (ALLOW, {A: OLD, B: GMI, C: GMI, D: GMI}, set(), GROUP_TIMER, False, set()),
        (IS_EX, {B: OLD, D: GMI}, {C}, GMI, False, set()),
        (BLOCK, {A: OLD, B: OLD, D: GROUP_TIMER}, {C}, GROUP_TIMER, False, {B, D}),
        (TO_EX, {B: OLD, D: GROUP_TIMER}, {C}, GMI, False, {B, D}),
        (TO_IN, {A: OLD, B: GMI, C: GMI, D: GMI}, set(), GROUP_TIMER, True, {A}),
    ],
)
def test_records_in_exclude_mode(kind, requested, excluded, until, group, asked):
    """RFC 3376 sections 6.4.1 and 6.4.2: EXCLUDE({A, B}, {C}) hears about B, C, D."""
    state = exclude({A, B}, {C})
    questions = state.take(GroupRecord(kind, GROUP, frozenset({B, C, D})), GMI, 0)
    assert state.mode is FilterMode.EXCLUDE
    assert (state.requested, state.excluded, state.until) == (requested, excluded, until)
    assert (questions.group, questions.sources) == (group, asked)


def test_a_source_whose_timer_ends_is_excluded_while_others_exclude():
    """RFC 3376 section 6.2.3."""
    state = exclude({A}, {B})
    state.lapse(OLD)
    assert state.forwarded == SourceFilter(FilterMode.EXCLUDE, frozenset({A, B}))


def test_when_the_group_timer_ends_only_requested_sources_stay():
    """RFC 3376 section 6.5."""
    state = exclude({A}, {B})
    state.requested[A] = 200
    state.lapse(GROUP_TIMER)
    assert state.forwarded == SourceFilter(FilterMode.INCLUDE, frozenset({A}))
    state.lapse(200)
    assert state.is_empty


@pytest.mark.parametrize(("older", "leaves"), [(1, False), (2, True)])
def test_older_listeners_decide_what_newer_ones_may_say(older, leaves):
    """RFC 3376 section 7.3.2: sources are ignored; with version 1, leaves too."""
    state = exclude((), ())
    state.older_until[older] = 1000
    assert not state.take(GroupRecord(BLOCK, GROUP, frozenset({A})), GMI, 0).sources
    state.take(GroupRecord(TO_EX, GROUP, frozenset({A})), GMI, 0)
    assert state.forwarded == EVERYBODY
    assert state.take(GroupRecord(TO_IN, GROUP), GMI, 0).group is leaves


RECORDS = st.lists(
    st.tuples(st.sampled_from(RecordType), st.frozensets(st.sampled_from([A, B, C, D]))),
    max_size=8,
)


@given(RECORDS, st.integers(0, 40))
@settings(max_examples=60)
def test_no_record_breaks_the_lists_apart(records, step):
    """RFC 3376 section 6.2: a source is requested or excluded, never both; all of it ends."""
    state = GroupState()
    now = 0
    for kind, sources in records:
        now += step
        state.take(GroupRecord(kind, GROUP, sources), GMI, now)
        assert not state.excluded & state.requested.keys()
        assert state.mode is FilterMode.EXCLUDE or not state.excluded
    state.lapse(now + GMI)
    assert state.is_empty
    assert state.next_deadline is None


@pytest.mark.parametrize("kind", list(RecordType))
def test_a_flood_of_sources_is_bounded(kind):
    """ours: at most 1024 of a group, requested and excluded each."""
    state = exclude((), ())
    flood = frozenset(n.to_bytes(4, "big") for n in range(MAXIMUM_SOURCES + 10))
    state.take(GroupRecord(kind, GROUP, flood), GMI, 0)
    assert len(state.requested) <= MAXIMUM_SOURCES
    assert len(state.excluded) <= MAXIMUM_SOURCES
