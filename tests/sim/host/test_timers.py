from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.host.timers import Timers


class Clock:
    """Timers that write down their firing."""

    def __init__(self):
        self.timers = Timers()
        self.log: list[tuple[object, int]] = []

    def timer(self, name):
        return self.timers.timer(lambda now: self.log.append((name, now)))


def test_timers_due_at_one_instant_fire_in_the_order_they_were_armed():
    """Rule 1."""
    clock = Clock()
    for name in "cab":
        clock.timer(name).start(10)
    clock.timers.run(10)
    assert clock.log == [("c", 10), ("a", 10), ("b", 10)]


def test_an_earlier_deadline_fires_first_whatever_the_order_of_arming():
    clock = Clock()
    clock.timer("late").start(20)
    clock.timer("early").start(10)
    clock.timers.run(20)
    assert [name for name, _ in clock.log] == ["early", "late"]


def test_nothing_fires_before_its_deadline():
    clock = Clock()
    clock.timer("a").start(10)
    clock.timers.run(9)
    assert clock.log == []
    assert clock.timers.next_deadline() == 10


def test_a_timer_restarted_for_later_fires_once_at_the_later_time():
    clock = Clock()
    timer = clock.timer("rto")
    timer.start(10)
    timer.start(30)
    assert clock.timers.next_deadline() == 30
    clock.timers.run(10)
    assert clock.log == []
    clock.timers.run(30)
    assert clock.log == [("rto", 30)]
    assert clock.timers.next_deadline() is None


def test_a_timer_restarted_for_earlier_fires_once_at_the_earlier_time():
    clock = Clock()
    timer = clock.timer("ack")
    timer.start(30)
    timer.start(10)
    clock.timers.run(40)
    assert clock.log == [("ack", 40)]


def test_a_stopped_timer_does_not_fire_and_asks_for_no_call():
    clock = Clock()
    timer = clock.timer("a")
    timer.start(10)
    timer.stop()
    assert not timer.running
    assert clock.timers.next_deadline() is None
    clock.timers.run(100)
    assert clock.log == []


def test_a_timer_stopped_and_started_again_fires_once():
    clock = Clock()
    timer = clock.timer("a")
    timer.start(10)
    timer.stop()
    timer.start(10)
    clock.timers.run(10)
    assert clock.log == [("a", 10)]


def test_a_callback_may_start_its_own_timer_again():
    """Rule 2: one-shot, but the callback may re-arm."""
    clock = Clock()

    def fire(now):
        clock.log.append((0, now))
        if len(clock.log) < 3:
            timer.start(now + 5)

    timer = clock.timers.timer(fire)
    timer.start(5)
    for now in (5, 10, 15, 20):
        clock.timers.run(now)
    assert clock.log == [(0, 5), (0, 10), (0, 15)]


def test_a_timer_due_again_at_the_same_instant_fires_in_the_same_run():
    clock = Clock()
    second = clock.timer("second")
    clock.timers.timer(lambda now: second.start(now)).start(5)
    clock.timers.run(5)
    assert clock.log == [("second", 5)]


commands = st.lists(
    st.tuples(st.sampled_from(["start", "stop", "run"]), st.integers(0, 3), st.integers(0, 20)),
    max_size=60,
)


@given(commands)
def test_any_history_fires_exactly_what_a_plain_table_of_deadlines_would(history):
    clock = Clock()
    real = [clock.timer(name) for name in range(4)]
    table: dict[int, int] = {}
    expected: list[tuple[int, int, int]] = []
    now = 0
    for command, which, time in history:
        if command == "start":
            real[which].start(now + time)
            table[which] = now + time
        elif command == "stop":
            real[which].stop()
            table.pop(which, None)
        else:
            now += time
            clock.timers.run(now)
            due = [name for name, deadline in table.items() if deadline <= now]
            expected += sorted((table.pop(name), name, now) for name in due)
        assert clock.timers.next_deadline() == min(table.values(), default=None)
        assert sorted(clock.log) == sorted((name, at) for _, name, at in expected)


@given(commands, st.integers(0, 25))
def test_who_will_come_back_anyway_hears_of_exactly_what_is_due_before(history, patience):
    """A lazy question leaves entries where they were, and later answers are right all the same."""
    clock = Clock()
    real = [clock.timer(name) for name in range(4)]
    table: dict[int, int] = {}
    now = 0
    for command, which, time in history:
        if command == "start":
            real[which].start(now + time)
            table[which] = now + time
        elif command == "stop":
            real[which].stop()
            table.pop(which, None)
        else:
            now += time
            clock.timers.run(now)
            table = {name: deadline for name, deadline in table.items() if deadline > now}
        before = now + patience
        earliest = min(table.values(), default=before)
        assert clock.timers.next_deadline(before) == (earliest if earliest < before else None)
    assert clock.timers.next_deadline() == min(table.values(), default=None)


def test_a_timer_that_runs_and_is_put_off_moves_no_entry_before_it_comes_up():
    clock = Clock()
    timer = clock.timer("rto")
    timer.start(10)
    for deadline in range(11, 100):
        timer.start(deadline)
        assert clock.timers.next_deadline(10) is None
    assert len(clock.timers) == 1
    assert clock.timers.next_deadline(11) is None
    assert clock.timers.next_deadline() == 99


def test_a_timer_of_somebody_tells_whose_it_is():
    clock = Clock()
    owner = object()
    clock.timers.timer_of(owner, lambda who, now: clock.log.append((who, now))).start(7)
    clock.timers.run(8)
    assert clock.log == [(owner, 8)]


def test_timers_started_once_and_stopped_leave_nothing_behind():
    """Or a flood of short-lived neighbours and connections would fill the memory."""
    clock = Clock()
    kept = [clock.timer(name) for name in ("a", "b")]
    for timer in kept:
        timer.start(1_000_000)
    for name in range(10_000):
        timer = clock.timer(name)
        timer.start(500_000 + name)
        timer.stop()
    assert len(clock.timers) < 200
    clock.timers.run(1_000_000)
    assert clock.log == [("a", 1_000_000), ("b", 1_000_000)]
