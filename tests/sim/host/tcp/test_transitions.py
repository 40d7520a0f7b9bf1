"""Changes of state and what the observer and the application hear (RFC 9293 section 3.3.2)."""

import pytest

from wirelab.sim.host.events import Closed
from wirelab.sim.host.tcp import transitions


def test_a_change_that_the_diagram_does_not_have_is_a_bug(script):
    connection = script.establish()
    with pytest.raises(AssertionError, match="ESTABLISHED does not lead to TIME-WAIT"):
        transitions.change_state(connection._tcb, "TIME-WAIT", 0)


def test_the_observer_sees_every_state_of_a_whole_life(script):
    connection = script.to_state("TIME-WAIT")
    connection.abort(script.now)
    assert script.node.states == [
        ("CLOSED", "SYN-SENT"),
        ("SYN-SENT", "ESTABLISHED"),
        ("ESTABLISHED", "FIN-WAIT-1"),
        ("FIN-WAIT-1", "FIN-WAIT-2"),
        ("FIN-WAIT-2", "TIME-WAIT"),
        ("TIME-WAIT", "CLOSED"),
    ]


def test_must_12_the_end_is_told_once(script):
    """MUST-12: On entering TIME-WAIT already: the application has nothing to wait for any more."""
    connection = script.to_state("TIME-WAIT")
    assert script.node.events_of(Closed) == [Closed(connection, None)]
    script.pass_time(1000 * 10**9)
    assert script.node.events_of(Closed) == [Closed(connection, None)]


def test_nothing_of_a_finished_connection_stays(script):
    """No timer, no entry among the connections."""
    connection = script.establish()
    connection.send(bytes(10_000), 0)
    script.poll()
    script.feed(".", 1, 1, b"an ACK is delayed")
    connection.abort(0)
    assert script.layer._environment.connections == {}
    assert script.node.timers.next_deadline() is None
