"""How long a guard is held."""

import asyncio
from typing import NamedTuple

import pytest

from wirelab.adapters.aftermath import HOLD_S, OpenConnections
from wirelab.sim.network.network import Network
from wirelab.sim.programs.loop import run
from wirelab.sim.trace import Trace


class End(NamedTuple):
    """A connection, or a listener when `remote_port` is 0."""

    remote_port: int
    local_address: bytes = b"\x0a\0\0\1"
    local_port: int = 49152
    remote_address: bytes = b"\x0a\0\0\2"


@pytest.fixture
def connections():
    return OpenConnections(Trace().observer("us"))


def seconds_held(connections: OpenConnections, *, closed_at: float | None = None) -> float:
    """How long `over` takes when the connection to port 1 is closed at that time."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        if closed_at is not None:
            loop.call_later(closed_at, connections.state_changed, End(1), "TIME-WAIT", "CLOSED", 0)
        await connections.over()
        return loop.time()

    return run(main, Network())


def test_without_a_connection_nothing_is_held(connections):
    connections.state_changed(End(0), "CLOSED", "LISTEN", 0)
    assert seconds_held(connections) == 0


def test_time_wait_is_held_for_a_few_seconds_only(connections):
    """RFC 9293 section 3.6.1 asks for 2 MSL: ours is the documented part of it."""
    connections.state_changed(End(1), "CLOSED", "SYN-SENT", 0)
    connections.state_changed(End(1), "FIN-WAIT-2", "TIME-WAIT", 0)
    assert seconds_held(connections) == HOLD_S


def test_the_end_of_the_last_connection_ends_the_holding(connections):
    connections.state_changed(End(1), "CLOSED", "SYN-SENT", 0)
    connections.state_changed(End(2), "CLOSED", "SYN-SENT", 0)
    connections.state_changed(End(2), "SYN-SENT", "CLOSED", 0)
    assert seconds_held(connections, closed_at=0.5) == 0.5


def test_ctrl_c_ends_the_holding_and_keeps_the_result(connections):
    connections.state_changed(End(1), "CLOSED", "SYN-SENT", 0)

    async def main() -> str:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_later(0.5, task.cancel)
        await connections.over()
        return "result"

    assert run(main, Network()) == "result"


def test_all_that_is_observed_is_passed_on():
    trace = Trace()
    connections = OpenConnections(trace.observer("us"))
    connections.state_changed(End(1), "CLOSED", "SYN-SENT", 0)
    connections.timer_fired(None, "ARP", 5, 1)
    assert [type(event).__name__ for event in trace.events] == ["StateChange", "TimerFired"]
