"""The records of what is on the way (RFC 6675 section 2, RFC 8985 section 5.2)."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from wirelab.sim.host.tcp.flight import Flight, Record

SIZE = 100


def the(flight: Flight, number: int) -> Record:
    """The record that holds `number`."""
    record = flight.at(number)
    assert record is not None
    return record


def total(flight, mark):
    return sum(one.end - one.start for one in flight.records() if getattr(one, mark))


def check(flight):
    """The counters are what a walk finds, and the order holds what may still arrive, by time."""
    records = list(flight.records())
    assert [one.end for one in records[:-1]] == [one.start for one in records[1:]]
    assert flight.outstanding == sum(one.end - one.start for one in records)
    for mark in ("sacked", "lost", "resent"):
        assert getattr(flight, mark) == total(flight, mark)
    segments = sum(-(-(one.end - one.start) // SIZE) for one in records if one.sacked)
    assert flight.sacked_segments == segments
    if flight.order is not None:
        awaited = list(flight.order)
        assert {id(one) for one in awaited} == {
            id(one) for one in records if not one.sacked and (not one.lost or one.resent)
        }
        assert [one.sent_at for one in awaited] == sorted(one.sent_at for one in awaited)
    waiting = [one for one in records if one.lost and not one.resent]
    assert flight.next_lost() is (waiting[0] if waiting else None)


class Story:
    """One flight, and what may be done to it; `at` chooses a record, `count` says how much."""

    def __init__(self):
        self.flight = Flight()
        self.end = 1000

    def record(self, at):
        records = list(self.flight.records())
        return records[at % len(records)] if records else None

    def send(self, at, count, now):
        self.flight.sent(self.end, self.end + 50 * count, now)
        self.end += 50 * count

    def sack(self, at, count, now):
        if (record := self.record(at)) is not None and not record.sacked:
            self.flight.mark_sacked(record, SIZE)

    def lose(self, at, count, now):
        if (record := self.record(at)) is not None and not record.sacked:
            self.flight.mark_lost(record)

    def again(self, at, count, now):
        if (record := self.flight.next_lost()) is not None:
            self.flight.sent_again(record, now)

    def split(self, at, count, now):
        if (record := self.record(at)) is not None and record.end - record.start > 50:
            self.flight.split(record, record.start + 50, SIZE)

    def probe(self, at, count, now):
        if (record := self.record(at)) is not None and not (record.sacked or record.lost):
            self.flight.probed(record, now)

    def merge(self, at, count, now):
        if (record := self.flight.next_lost()) is not None:
            self.flight.merge(record, 400)

    def forget(self, at, count, now):
        self.flight.forget_losses()
        for one in self.flight.records():
            self.flight.unmark_resent(one)

    def acknowledge(self, at, count, now):
        if (record := self.record(at)) is not None:
            list(self.flight.pop_acknowledged(min(record.start + 50 * count, self.end), SIZE))


ACTIONS = ["send", "send", "sack", "lose", "again", "split", "probe", "merge", "forget"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*ACTIONS, "acknowledge"]), st.integers(0, 30), st.integers(1, 6)
        ),
        max_size=60,
    )
)
@example(  # sent again, taken back, and the order begun anew
    [
        ("send", 0, 1),
        ("sack", 0, 1),
        ("send", 0, 1),
        ("send", 0, 1),
        ("send", 0, 1),
        ("lose", 1, 1),
        ("again", 0, 1),
        ("forget", 0, 1),
        ("acknowledge", 0, 1),
        ("sack", 1, 1),
    ]
)
@settings(max_examples=200, deadline=None)
def test_the_counters_are_what_a_walk_over_the_records_finds(steps):
    """6675-4d: Rule 2 of `flight`: pipe costs no walk, and is right after any story."""
    story = Story()
    for now, (action, at, count) in enumerate(steps):
        getattr(story, action)(at, count, now)
        check(story.flight)


def test_a_probe_keeps_the_order_until_it_is_acknowledged():
    """RFC 8985 section 6.2: by when it was sent last, not by its numbers."""
    story = Story()
    for now in range(4):
        story.send(0, 1, now)
    story.sack(0, 1, 4)  # the order begins, for the four
    for now in (5, 6, 7):
        story.send(0, 1, now)
    story.acknowledge(0, 3, 8)
    story.probe(2, 1, 9)
    story.acknowledge(0, 1, 10)  # the four are through, the probe is not
    story.sack(0, 1, 11)
    check(story.flight)
    assert [record.sent_at for record in story.flight.ordered()] == [7, 9]
    story.acknowledge(2, 6, 12)
    assert story.flight.order is None


def test_new_acks_alone_build_no_order():
    """Rule 3 of `flight`."""
    flight = Flight()
    for number in range(1000):
        flight.sent(100 * number, 100 * number + 100, now=number)
    last = flight.acknowledge_in_order(50_050)
    assert last is not None
    assert (last.start, last.end) == (49_900, 50_000)
    assert flight.outstanding == 49_950
    assert flight.order is None
    assert flight.head is not None
    assert flight.head.start == 50_050


def test_the_order_is_dropped_a_window_later():
    """Rule 3 of `flight`: the short way is taken again."""
    flight = Flight()
    for number in range(4):
        flight.sent(100 * number, 100 * number + 100, now=number)
    flight.mark_sacked(the(flight, 150), SIZE)
    list(flight.pop_acknowledged(300, SIZE))
    assert flight.order is not None
    flight.sent(400, 500, now=9)
    list(flight.pop_acknowledged(400, SIZE))
    assert flight.order is None
    check(flight)


def test_finding_losses_in_a_large_window_costs_a_step_a_record():
    """Rule 4 of `flight`: 10,000 segments on the way, every second lost, each found once."""
    flight = Flight()
    for number in range(10_000):
        flight.sent(100 * number, 100 * number + 100, now=number)
    for number in range(1, 10_000, 2):
        flight.mark_sacked(the(flight, 100 * number), SIZE)
    for number in range(0, 10_000, 2):
        flight.mark_lost(the(flight, 100 * number))
    found = []
    while (record := flight.next_lost()) is not None:
        flight.sent_again(record, now=20_000)
        found.append(record.start)
    assert found == list(range(0, 1_000_000, 200))
    assert flight.pipe == 500_000


def test_what_is_lost_waits_for_its_turn_again_once_its_copy_is_known_to_have_ended():
    """RFC 6675 section 4, NextSeg 1: or it would never go again, not after a timeout either."""
    flight = Flight()
    record = flight.sent(0, 10, 1)
    flight.mark_lost(record)
    flight.sent_again(record, 2)
    assert flight.next_lost() is None
    flight.unmark_resent(record)
    assert flight.next_lost() is record
