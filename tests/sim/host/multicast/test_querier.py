"""RFC 3376 section 6: when a router asks, and whom it lets ask."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.multicast import querier as module
from wirelab.sim.host.multicast.messages import GroupRecord, Query, RecordType
from wirelab.sim.host.multicast.querier import Querier, QuerierConfig
from wirelab.sim.host.multicast.source_filter import EVERYBODY, FilterMode, SourceFilter

GROUP = b"\xef\x01\x02\x03"
A, B = b"\x0a\0\0\x08", b"\x0a\0\0\x09"
LOWER, HIGHER = b"\x0a\0\0\x01", b"\x0a\0\0\x07"  # the querier is 10.0.0.5
TO_IN, TO_EX = RecordType.CHANGE_TO_INCLUDE_MODE, RecordType.CHANGE_TO_EXCLUDE_MODE


@pytest.fixture
def make_querier(desk):
    """A querier with the desk's wire, timers and time; it has asked once."""

    def make(**config):
        answer = desk.listener.query
        querier = Querier(desk.wire, desk.timers, QuerierConfig(**config), answer)
        querier.start(desk.now)
        return querier

    return make


def record(kind, *sources):
    return [GroupRecord(kind, GROUP, frozenset(sources))]


def questions(desk):
    """What was asked since the last look: seconds, group, sources, suppress."""
    return [
        (at / SECOND, query.group, set(query.sources), query.suppress) for at, query in desk.said()
    ]


def test_general_queries_come_faster_in_the_beginning(desk, make_querier):
    """RFC 3376 sections 8.6 and 8.7: a quarter of the interval, ROBUSTNESS times."""
    make_querier()
    desk.wait(300)
    assert [at for at, *_ in questions(desk)] == [0, 31.25, 156.25, 281.25]


def test_our_own_listener_hears_what_we_ask(desk, make_querier):
    """RFC 3376 section 6: a router may be a listener, too."""
    desk.change(GROUP, EVERYBODY)
    desk.wait(20)
    desk.said()
    make_querier()
    desk.wait(20)
    assert desk.words()[1:] == [[("MODE_IS_EXCLUDE", GROUP, set())]]


@pytest.mark.parametrize(("other", "asks"), [(LOWER, False), (HIGHER, True), (bytes(4), True)])
def test_the_lower_address_asks(desk, make_querier, other, asks):
    """RFC 3376 section 6.6.2; 0.0.0.0 is no router."""
    querier = make_querier()
    querier.heard_query(Query(3, None, frozenset(), 10 * SECOND), other, desk.now)
    desk.said()
    desk.wait(200)
    assert querier.is_querier is asks
    assert bool(questions(desk)) is asks


def test_when_the_querier_is_silent_the_next_one_asks(desk, make_querier):
    """RFC 3376 section 8.5: ROBUSTNESS times its interval, and half its response time."""
    querier = make_querier()
    heard = Query(3, None, frozenset(), 10 * SECOND, robustness=3, interval=60 * SECOND)
    querier.heard_query(heard, LOWER, desk.now)
    desk.said()
    desk.wait(1000)
    assert questions(desk)[0][0] == 185


def test_what_listeners_report_is_kept_for_the_membership_interval(desk, make_querier):
    """RFC 3376 section 8.4: 260 s."""
    querier = make_querier()
    querier.heard_records(record(TO_EX), desk.now)
    assert querier.groups(desk.now) == {GROUP: EVERYBODY}
    desk.wait(259)
    assert querier.groups(desk.now) == {GROUP: EVERYBODY}
    desk.wait(1)
    assert querier.groups(desk.now) == {}


def test_a_group_is_given_up_when_nobody_answers(desk, make_querier):
    """RFC 3376 section 6.6.3.1: asked twice, a second apart."""
    querier = make_querier()
    querier.heard_records(record(TO_EX), desk.now)
    desk.said()
    querier.heard_records(record(TO_IN), desk.now)
    desk.wait(5)
    assert questions(desk) == [(0, GROUP, set(), False), (1, GROUP, set(), False)]
    assert querier.groups(desk.now) == {}


def test_an_answer_keeps_the_group_and_is_told_to_other_routers(desk, make_querier):
    """RFC 3376 section 6.6.3.1: the second question has the suppress flag."""
    querier = make_querier()
    querier.heard_records(record(TO_EX), desk.now)
    desk.said()
    querier.heard_records(record(TO_IN), desk.now)
    querier.heard_records(record(RecordType.MODE_IS_EXCLUDE), desk.now)
    desk.wait(5)
    assert questions(desk) == [(0, GROUP, set(), False), (1, GROUP, set(), True)]
    assert querier.groups(desk.now) == {GROUP: EVERYBODY}


def test_sources_are_given_up_one_by_one(desk, make_querier):
    """RFC 3376 section 6.6.3.2: those that were answered for are asked with suppress."""
    querier = make_querier()
    querier.heard_records(record(RecordType.ALLOW_NEW_SOURCES, A, B), desk.now)
    desk.said()
    querier.heard_records(record(RecordType.BLOCK_OLD_SOURCES, A, B), desk.now)
    querier.heard_records(record(RecordType.MODE_IS_INCLUDE, B), desk.now)
    desk.wait(5)
    assert questions(desk) == [
        (0, GROUP, {A, B}, False),
        (1, GROUP, {B}, True),
        (1, GROUP, {A}, False),
    ]
    only_b = SourceFilter(FilterMode.INCLUDE, frozenset({B}))
    assert querier.groups(desk.now) == {GROUP: only_b}


@pytest.mark.parametrize(("suppress", "kept"), [(False, False), (True, True)])
def test_who_does_not_ask_follows_the_questions_of_the_querier(desk, make_querier, suppress, kept):
    """RFC 3376 section 6.6.1."""
    querier = make_querier()
    querier.heard_query(Query(3, None, frozenset(), 10 * SECOND), LOWER, desk.now)
    querier.heard_records(record(TO_EX), desk.now)
    desk.said()
    querier.heard_records(record(TO_IN), desk.now)
    querier.heard_query(Query(3, GROUP, frozenset(), SECOND, suppress), LOWER, desk.now)
    desk.wait(5)
    assert questions(desk) == []
    assert bool(querier.groups(desk.now)) is kept


@pytest.mark.parametrize(("older", "asked"), [(1, False), (2, True)])
def test_a_leave_is_asked_about_unless_version_1_listens(desk, make_querier, older, asked):
    """RFC 3376 section 7.3.2."""
    querier = make_querier()
    querier.heard_report(older, GROUP, desk.now)
    desk.said()
    querier.heard_leave(GROUP, desk.now)
    assert bool(questions(desk)) is asked
    desk.wait(5)
    assert bool(querier.groups(desk.now)) is not asked


def test_a_leave_of_a_group_that_nobody_reported_is_nothing(desk, make_querier):
    """RFC 2236 section 3."""
    querier = make_querier()
    desk.said()
    querier.heard_leave(GROUP, desk.now)
    assert questions(desk) == []


def test_an_older_querier_asks_in_its_version_and_reads_no_sources(desk, make_querier):
    """RFC 3376 section 7.3.1."""
    querier = make_querier(generation=2)
    querier.heard_records(record(TO_EX), desk.now)
    assert querier.groups(desk.now) == {}
    ((_, query),) = desk.said()
    assert query.generation == 2


def test_a_flood_of_groups_is_bounded(desk, make_querier, monkeypatch):
    """ours: at most 4096 groups a link, of which a few stand for all here."""
    monkeypatch.setattr(module, "MAXIMUM_GROUPS", 50)
    querier = make_querier()
    flood = [GroupRecord(TO_EX, (0xEF000000 + n).to_bytes(4, "big")) for n in range(60)]
    querier.heard_records(flood, desk.now)
    assert len(querier.groups(desk.now)) == 50


def test_who_stops_asking_forgets(desk, make_querier):
    """Nothing runs on."""
    querier = make_querier()
    querier.heard_records(record(TO_EX), desk.now)
    querier.stop()
    desk.said()
    desk.wait(1000)
    assert desk.said() == []
    assert querier.groups(desk.now) == {}


@pytest.mark.parametrize(
    "config", [{"generation": 4}, {"robustness": 0}, {"response_interval": 125 * SECOND}]
)
def test_variables_out_of_range_are_refused(config):
    """RFC 3376 sections 8.1 and 8.3."""
    with pytest.raises(ValueError, match="RFC 3376 section 8"):
        QuerierConfig(**config)
