"""One timer for many lifetimes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.sim.host.autoconfiguration.expiries import Expiries
from wirelab.sim.host.timers import Timers


@pytest.fixture
def world():
    timers = Timers()
    over: list[tuple[str, int]] = []
    return timers, Expiries[str](timers, lambda key, now: over.append((key, now))), over


def test_a_key_ends_when_it_was_said_to(world):
    timers, expiries, over = world
    expiries.put("a", 10)
    timers.run(9)
    assert over == []
    timers.run(10)
    assert over == [("a", 10)]
    assert "a" not in expiries


def test_what_is_renewed_lives_on(world):
    timers, expiries, over = world
    expiries.put("a", 10)
    expiries.put("a", 20)
    timers.run(10)
    assert list(expiries) == ["a"]
    assert over == []
    assert expiries.end("a") == 20


def test_what_never_ends_leaves_no_timer(world):
    timers, expiries, _ = world
    expiries.put("a", None)
    assert timers.next_deadline() is None


def test_what_is_discarded_ends_silently(world):
    timers, expiries, over = world
    expiries.put("a", 10)
    expiries.discard("a")
    expiries.discard("a")
    timers.run(100)
    assert over == []
    assert len(expiries) == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 50)))))
@settings(max_examples=50)
def test_each_key_ends_once_at_the_time_said_last(said):
    timers = Timers()
    over: list[tuple[str, int]] = []
    expiries = Expiries[str](timers, lambda key, now: over.append((key, now)))
    last = dict(said)
    for key, end in said:
        expiries.put(key, end)
    while (at := timers.next_deadline()) is not None:
        timers.run(at)
    assert sorted(over) == sorted((key, end) for key, end in last.items() if end is not None)
