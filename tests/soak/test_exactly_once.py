"""Some hundreds of schedules run here, and 20,000 in `make soak`."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from wirelab.sim.host.tcp import transitions
from wirelab.sim.host.tcp.buffers import Reassembly, ReceiveBuffer

SCRIPT = Path(__file__).parent / "exactly_once.py"


@pytest.fixture(scope="module")
def soak():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("exactly_once", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["exactly_once"] = module  # where its dataclasses look for their annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules["exactly_once"]


def test_bytes_arrive_exactly_once_and_in_order_or_both_sides_learn_of_it(soak):
    """RFC 9293 section 2.3: reliable and in order, whatever happens on the path."""
    assert soak.explore(200, number=4) is None


def test_nothing_is_left_of_an_undisturbed_connection(soak):
    side = soak.Side(total=100_000)
    world = soak.run(soak.Schedule(client=side, server=side))
    assert world.client.complete
    assert world.server.complete


def test_both_learn_of_a_path_that_dies(soak):
    """The sender by its retransmissions, the receiver because it asks (keepalive)."""
    schedule = soak.Schedule(client=soak.Side(total=100_000, chunk=1000, read=100), dead_from=30)
    world = soak.run(schedule)
    assert (world.client.told, world.server.told) == (True, True)
    assert 0 < world.server.read < 100_000


def test_the_same_schedule_takes_the_same_course(soak):
    schedule = soak.Schedule(
        number=3, client=soak.Side(total=50_000), chances=(10, 10, 10, 10, 10), outages=[(50, 300)]
    )
    one, other = soak.run(schedule), soak.run(schedule)
    assert (one.now, one.frames) == (other.now, other.frames)


def turn_held_text_round(patch):
    """What waited for a gap to be filled comes out backwards."""
    take = Reassembly.take
    patch.setattr(Reassembly, "take", lambda held, rcv_nxt: take(held, rcv_nxt)[::-1])


def repeat_a_chunk(patch):
    """A partial read takes nothing out."""
    patch.setattr(ReceiveBuffer, "take", lambda buffer, limit: bytes(buffer._chunks[0][:limit]))


def leave_a_timer(patch):
    """Retransmissions go on after the end."""
    stop = transitions._stop_timers

    def broken(tcb):
        stop(tcb)
        tcb.persist_timer.start(1_000_000 * 10**9)

    patch.setattr(transitions, "_stop_timers", broken)


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (turn_held_text_round, "read other bytes than were sent"),
        (repeat_a_chunk, "read other bytes than were sent"),
        (leave_a_timer, "busy after"),
    ],
)
def test_a_planted_bug_is_found_and_told_with_the_schedule(soak, plant, said, monkeypatch):
    plant(monkeypatch)
    failure = soak.explore(200, number=1, shrinks=False)
    assert failure is not None
    problem, replay = failure.splitlines()
    assert said in problem
    with pytest.raises(soak.BrokenPromiseError):
        soak.run(soak.Schedule.from_json(replay))


def test_a_failure_is_replayed_from_its_line():
    command = [sys.executable, str(SCRIPT), "--replay"]
    schedule = '{"client": {"total": 5}, "server": {}, "chances": [0, 0, 0, 0, 0]}'
    done = subprocess.run([*command, schedule], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("no problem; ")
