"""Passive opens (RFC 9293 sections 3.10.1 and 3.10.7.2)."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted
from wirelab.sim.reasons import Reason


def test_a_handshake_ends_with_accept(script):
    """Section 3.10.7.2, third step; 3.10.7.4, fifth step."""
    listener = script.passive()
    assert listener.accept(script.now) is WOULD_BLOCK
    assert script.feed(".", 1, 1) is None
    (event,) = script.node.events
    connection = listener.accept(script.now)
    assert event == Accepted(listener, connection)
    assert connection.state == "ESTABLISHED"
    assert listener.accept(script.now) is WOULD_BLOCK


def test_a_reset_to_a_listener_is_ignored(script):
    """First step."""
    script.listen()
    assert script.feed("R", 0) == (Reason.TCP_NO_CONNECTION, "a reset to a listener", False)
    assert script.poll() == []


def test_an_ack_to_a_listener_is_reset(script):
    """Second step: <SEQ=SEG.ACK><CTL=RST>."""
    script.listen()
    drop = script.feed(".", 0, 77)
    assert (drop.reason, drop.answered) == (Reason.TCP_NO_CONNECTION, True)
    assert script.poll() == [("R", 77, 0, b"")]


@pytest.mark.parametrize("flags", ["", "F", "P", "FP"])
def test_anything_else_to_a_listener_is_dropped(script, flags):
    """Fourth step."""
    script.listen()
    assert script.feed(flags, 0).reason == Reason.TCP_BAD_FLAGS
    assert script.poll() == []


def test_the_backlog_bounds_handshakes_and_waiting_connections_together(script):
    """Beyond it SYNs are dropped without a word, so the peer tries again."""
    listener = script.listen(backlog=2)
    ports = [4001, 4002, 4003]
    for port in ports[:2]:
        script.PORT = port
        assert script.feed("S", 0) is None
    script.PORT = ports[2]
    drop = script.feed("S", 0)
    assert (drop.reason, drop.answered) == (Reason.TCP_BACKLOG_FULL, False)
    script.PORT = ports[0]
    script.poll()
    script.our_iss = script.last[0].seq
    script.feed(".", 1, 1)
    script.PORT = ports[2]
    assert script.feed("S", 0).reason == Reason.TCP_BACKLOG_FULL
    listener.accept(script.now)
    assert script.feed("S", 0) is None


def test_a_handshake_that_nobody_finishes_gives_its_place_back(script):
    """RFC 9293 section 3.8.3 (MUST-23): after the retries; the application never hears of it."""
    script.passive()
    script.pass_time(200 * SECOND)
    assert script.node.states[-1] == ("SYN-RECEIVED", "CLOSED")
    assert script.node.events == []
    assert script.feed("S", 0) is None


def test_closing_resets_what_nobody_accepted(script):
    """Section 3.10.4, LISTEN."""
    listener = script.passive()
    script.feed(".", 1, 1)
    script.PORT = 81
    script.feed("S", 0)
    script.poll()
    listener.close(script.now)
    assert [flags for flags, *_ in script.poll()] == ["R", "R"]
    assert script.node.states.count(("LISTEN", "CLOSED")) == 1
    with pytest.raises(HostError) as caught:
        listener.accept(script.now)
    assert caught.value.reason == Reason.TCP_CLOSED


def test_closing_leaves_accepted_connections_alone(script):
    listener = script.passive()
    script.feed(".", 1, 1)
    connection = listener.accept(script.now)
    listener.close(script.now)
    listener.close(script.now)
    assert connection.state == "ESTABLISHED"
    script.PORT = 81
    assert script.feed("S", 0).reason == Reason.TCP_NO_LISTENER


def test_the_observer_sees_a_listener_begin(script):
    script.listen()
    assert script.node.states == [("CLOSED", "LISTEN")]
