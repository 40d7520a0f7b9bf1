"""RFC 3376 sections 5 and 7.2; RFC 2236 section 3: what a listener says, and when."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.multicast.source_filter import (
    EVERYBODY,
    NOBODY,
    FilterMode,
    SourceFilter,
)

GROUP, OTHER = b"\xef\x01\x02\x03", b"\xef\x01\x02\x04"
A, B, C = (bytes((10, 0, 0, last)) for last in (1, 2, 3))


def include(*sources):
    return SourceFilter(FilterMode.INCLUDE, frozenset(sources))


def exclude(*sources):
    return SourceFilter(FilterMode.EXCLUDE, frozenset(sources))


def joined(desk, wanted=EVERYBODY, group=GROUP):
    """Let the desk's listener have joined long ago."""
    desk.change(group, wanted)
    desk.wait(30)
    desk.said()


# --- version 3: changes


def test_a_join_is_told_at_once_and_again_within_a_second(desk):
    """RFC 3376 section 5.1."""
    desk.change(GROUP, EVERYBODY)
    desk.wait(60)
    (first, one), (second, two) = desk.said()
    assert one == two == [("CHANGE_TO_EXCLUDE_MODE", GROUP, set())]
    assert (first, second <= SECOND) == (0, True)


@pytest.mark.parametrize(
    ("before", "after", "records"),
    [
        (NOBODY, include(A), [("ALLOW_NEW_SOURCES", GROUP, {A})]),
        (include(A), NOBODY, [("BLOCK_OLD_SOURCES", GROUP, {A})]),
        (
            include(A, B),
            include(B, C),
            [("ALLOW_NEW_SOURCES", GROUP, {C}), ("BLOCK_OLD_SOURCES", GROUP, {A})],
        ),
        (
            exclude(A, B),
            exclude(B, C),
            [("ALLOW_NEW_SOURCES", GROUP, {A}), ("BLOCK_OLD_SOURCES", GROUP, {C})],
        ),
        (include(A), exclude(B), [("CHANGE_TO_EXCLUDE_MODE", GROUP, {B})]),
        (exclude(A), include(B), [("CHANGE_TO_INCLUDE_MODE", GROUP, {B})]),
        (EVERYBODY, NOBODY, [("CHANGE_TO_INCLUDE_MODE", GROUP, set())]),
    ],
)
def test_the_difference_is_what_is_told(desk, before, after, records):
    """RFC 3376 section 5.1, table."""
    joined(desk, before)
    desk.change(GROUP, after)
    desk.wait(60)
    assert desk.words() == [records, records]


def test_a_change_meanwhile_is_merged_into_what_is_still_to_tell(desk):
    """RFC 3376 section 5.1: each change is told ROBUSTNESS times."""
    joined(desk, include(A))
    desk.change(GROUP, include(A, B))
    desk.change(GROUP, include(B))
    desk.wait(60)
    assert desk.words() == [
        [("ALLOW_NEW_SOURCES", GROUP, {B})],
        [("ALLOW_NEW_SOURCES", GROUP, {B}), ("BLOCK_OLD_SOURCES", GROUP, {A})],
        [("BLOCK_OLD_SOURCES", GROUP, {A})],
    ]


def test_sources_that_change_after_the_mode_travel_with_it_first(desk):
    """RFC 3376 section 5.1: then the rest of their ROBUSTNESS reports."""
    joined(desk, include(A))
    desk.change(GROUP, exclude(B))
    desk.change(GROUP, exclude(B, C))
    desk.wait(60)
    assert desk.words() == [
        [("CHANGE_TO_EXCLUDE_MODE", GROUP, {B})],
        [("CHANGE_TO_EXCLUDE_MODE", GROUP, {B, C})],
        [("BLOCK_OLD_SOURCES", GROUP, {C})],
    ]


def test_all_hosts_is_never_reported(desk):
    """RFC 3376 section 6: everybody is in 224.0.0.1."""
    desk.change(b"\xe0\0\0\x01", EVERYBODY)
    desk.query()
    desk.wait(60)
    assert desk.said() == []


# --- version 3: queries


def test_a_general_query_is_answered_within_its_response_time_for_all_groups_at_once(desk):
    """RFC 3376 section 5.2."""
    joined(desk)
    joined(desk, include(A), OTHER)
    asked = desk.now
    desk.query(response=10)
    desk.wait(60)
    ((at, records),) = desk.said()
    assert records == [("MODE_IS_EXCLUDE", GROUP, set()), ("MODE_IS_INCLUDE", OTHER, {A})]
    assert 0 <= at - asked <= 10 * SECOND


def test_two_general_queries_are_answered_once(desk):
    """RFC 3376 section 5.2, rules 1 and 2."""
    joined(desk)
    desk.query()
    desk.query()
    desk.wait(60)
    assert len(desk.said()) == 1


@pytest.mark.parametrize(
    ("wanted", "asked", "heard"),
    [
        (include(A, B), {B, C}, {B}),
        (exclude(A), {A, B}, {B}),
        (include(A), {B}, None),
        (exclude(A), {A}, None),
    ],
)
def test_a_question_about_sources_is_answered_with_those_that_are_heard(desk, wanted, asked, heard):
    """RFC 3376 section 5.2, the table behind rule 5."""
    joined(desk, wanted)
    desk.query(group=GROUP, sources=asked, response=1)
    desk.wait(2)
    assert desk.words() == ([[("MODE_IS_INCLUDE", GROUP, heard)]] if heard else [])


def test_a_question_about_the_whole_group_swallows_one_about_sources(desk):
    """RFC 3376 section 5.2, rule 4."""
    joined(desk, include(A))
    desk.query(group=GROUP, sources={B}, response=1)
    desk.query(group=GROUP, response=1)
    desk.wait(2)
    assert desk.words() == [[("MODE_IS_INCLUDE", GROUP, {A})]]


def test_questions_about_sources_add_up(desk):
    """RFC 3376 section 5.2, rule 5."""
    joined(desk, EVERYBODY)
    desk.query(group=GROUP, sources={A}, response=1)
    desk.query(group=GROUP, sources={B}, response=1)
    desk.wait(2)
    assert desk.words() == [[("MODE_IS_INCLUDE", GROUP, {A, B})]]


def test_a_flood_of_sources_that_are_asked_about_takes_no_memory(desk):
    """RFC 3376 section 9.1: past 256 sources the whole group is reported."""
    joined(desk, EVERYBODY)
    for n in range(300):
        desk.query(group=GROUP, sources={n.to_bytes(4, "big")}, response=1)
    desk.wait(2)
    assert desk.words() == [[("MODE_IS_EXCLUDE", GROUP, set())]]


def test_nobody_answers_about_a_group_that_is_not_wanted(desk):
    """RFC 3376 section 5.2."""
    joined(desk)
    desk.query(group=OTHER, response=1)
    desk.change(GROUP, NOBODY)
    desk.wait(60)
    desk.said()
    desk.query()
    desk.wait(60)
    assert desk.said() == []


def test_the_queriers_robustness_is_adopted(desk):
    """RFC 3376 section 4.1.6."""
    desk.query(robustness=4)
    joined(desk)
    desk.change(GROUP, NOBODY)
    desk.wait(60)
    assert len(desk.said()) == 4


# --- older queriers


@pytest.mark.parametrize(("generation", "report"), [(1, "v1 report"), (2, "v2 report")])
def test_an_older_querier_makes_the_listener_speak_its_version(desk, generation, report):
    """RFC 3376 section 7.2.1."""
    joined(desk)
    desk.query(generation)
    desk.wait(11)
    assert desk.words() == [(report, GROUP)]
    desk.change(OTHER, EVERYBODY)
    desk.wait(21)
    assert desk.words() == [(report, OTHER)] * 2


def test_the_newest_version_comes_back_when_the_older_querier_has_been_silent(desk):
    """RFC 3376 section 8.12: after ROBUSTNESS times 125 s and the response time, 260 s."""
    joined(desk)
    desk.query(2)
    desk.wait(259)
    desk.said()
    assert desk.listener.generation(desk.now) == 2
    desk.wait(1)
    desk.change(OTHER, EVERYBODY)
    assert desk.words() == [[("CHANGE_TO_EXCLUDE_MODE", OTHER, set())]]


def test_a_change_of_version_forgets_what_was_to_be_sent(desk):
    """RFC 3376 section 7.2.1: pending responses and retransmissions are cancelled."""
    desk.change(GROUP, EVERYBODY)
    desk.query(2, group=OTHER)
    desk.said()
    desk.wait(60)
    assert desk.said() == []


def test_version_2_leaves_only_a_group_that_it_reported_last(make_listener):
    """RFC 2236 section 3."""
    desk = make_listener(newest=2)
    joined(desk)
    joined(desk, group=OTHER)
    desk.listener.heard_report(OTHER, desk.now)
    desk.change(GROUP, NOBODY)
    desk.change(OTHER, NOBODY)
    assert desk.words() == [("leave", GROUP)]


def test_version_1_never_leaves(make_listener):
    """RFC 1112 appendix I: it has no such message."""
    desk = make_listener(newest=1)
    joined(desk)
    desk.change(GROUP, NOBODY)
    desk.wait(60)
    assert desk.said() == []


def test_somebody_elses_report_is_enough_in_version_2(make_listener):
    """RFC 2236 section 3: one report a group."""
    desk = make_listener(newest=2)
    joined(desk)
    desk.query(2)
    desk.listener.heard_report(GROUP, desk.now)
    desk.wait(60)
    assert desk.said() == []


def test_a_shorter_response_time_draws_the_answer_nearer_in_version_2(make_listener):
    """RFC 2236 section 3: the timer is set anew only if it runs longer."""
    desk = make_listener(newest=2)
    joined(desk)
    asked = desk.now
    desk.query(2, response=10)
    desk.query(2, group=GROUP, response=0.001)
    desk.wait(60)
    ((at, *words),) = desk.said()
    assert words == ["v2 report", GROUP]
    assert at - asked <= SECOND // 1000
