import pytest

from wirelab.sim.host.ageing_map import AgeingMap
from wirelab.sim.host.timers import Timers


class Clock:
    def __init__(self, lifetime=100, limit=3):
        self.timers = Timers()
        self.gone: list[str] = []
        self.map: AgeingMap[str, int] = AgeingMap(self.timers, lifetime, limit, self.gone.append)

    def until(self, now):
        while (at := self.timers.next_deadline()) is not None and at <= now:
            self.timers.run(at)


@pytest.fixture
def clock():
    return Clock()


def test_an_entry_lives_from_its_last_renewal(clock):
    clock.map.put("a", 1, 0)
    clock.map.put("b", 2, 10)
    clock.map.put("a", 3, 50)
    clock.until(149)
    assert list(clock.map) == ["a"]
    assert (clock.map.get("a"), clock.map.get("b"), clock.gone) == (3, None, ["b"])
    clock.until(150)
    assert (len(clock.map), clock.gone) == (0, ["b", "a"])
    assert clock.timers.next_deadline() is None


def test_a_full_map_gives_its_oldest_entry_up(clock):
    for number, name in enumerate("abcd"):
        clock.map.put(name, number, number)
    assert (list(clock.map), clock.gone) == (["b", "c", "d"], ["a"])


def test_nobody_is_told_of_an_entry_that_was_taken_out(clock):
    clock.map.put("a", 1, 0)
    clock.map.remove("a")
    clock.map.remove("never there")
    clock.until(1000)
    assert clock.gone == []


def test_an_unused_map_runs_no_timer(clock):
    assert len(clock.timers) == 0
