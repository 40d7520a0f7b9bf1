"""Keepalive (RFC 9293 section 3.8.4)."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp import keepalive
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

PROBE = (".", 0, 1, b"")  # SND.NXT-1, no text (SHLD-12)
QUICK = TcpConfig(keep_idle=10 * SECOND, keep_interval=2 * SECOND, keep_count=3)


@pytest.fixture
def quick(make_script):
    """A script whose connection sends keepalives soon."""
    script = make_script(QUICK)
    watched(script, script.establish())
    return script


def watched(script, connection):
    connection._tcb.options.keepalive = True
    keepalive.changed(connection._tcb, script.now)
    return connection


def test_must_25_nothing_is_sent_by_default(make_script):
    """MUST-25."""
    script = make_script(QUICK)
    script.establish()
    assert script.pass_time(100_000 * SECOND) == []
    assert script.node.timers.next_deadline() is None


def test_must_28_the_first_probe_comes_after_two_hours(script):
    """MUST-28, SHLD-12."""
    watched(script, script.establish())
    assert script.pass_time(7199 * SECOND) == []
    assert script.pass_time(1 * SECOND) == [PROBE]


def test_must_29_only_a_row_of_unanswered_probes_ends_the_connection(quick):
    """MUST-29: With a reset, as the peer may only have been cut off."""
    assert quick.pass_time(10 * SECOND) == [PROBE]
    assert quick.pass_time(4 * SECOND) == [PROBE, PROBE]
    assert quick.connection.error is None
    assert quick.pass_time(2 * SECOND) == [("R", 1, 0, b"")]
    assert quick.connection.error == Reason.TCP_TIMEOUT
    assert quick.node.timers.next_deadline() is None


def test_an_answer_starts_the_waiting_anew(quick):
    for _ in range(20):
        assert quick.pass_time(12 * SECOND - 1).count(PROBE) == 1
        quick.feed(".", 1, 1)
    assert quick.connection.state == "ESTABLISHED"


def test_must_26_text_from_the_peer_puts_the_probe_off(quick):
    """MUST-26: Silence is counted from what came last."""
    quick.pass_time(9 * SECOND)
    quick.feed(".", 1, 1, b"text")
    quick.pass_time(SECOND)
    assert quick.pass_time(8 * SECOND) == []
    assert quick.pass_time(SECOND) == [(".", 0, 5, b"")]


def test_an_interval_longer_than_the_idle_time_counts_no_answered_probe(make_script):
    script = make_script(TcpConfig(keep_idle=SECOND, keep_interval=5 * SECOND, keep_count=2))
    connection = watched(script, script.establish())
    for _ in range(10):
        script.pass_time(5 * SECOND)
        script.feed(".", 1, 1)
    assert connection.state == "ESTABLISHED"


def test_nothing_is_probed_while_data_waits_for_an_ack(quick):
    """The retransmission timer asks already."""
    quick.connection.send(b"data", quick.now)
    sent = quick.pass_time(30 * SECOND)
    assert {text for *_, text in sent} == {b"data"}


def test_must_24_it_can_be_turned_off_again(quick):
    """MUST-24."""
    quick.pass_time(10 * SECOND)
    quick.connection._tcb.options.keepalive = False
    keepalive.changed(quick.connection._tcb, quick.now)
    assert quick.pass_time(100 * SECOND) == []
    assert quick.node.timers.next_deadline() is None


def test_turned_on_late_it_counts_the_silence_that_there_was(make_script):
    script = make_script(QUICK)
    connection = script.establish()
    script.pass_time(8 * SECOND)
    watched(script, connection)
    assert script.pass_time(2 * SECOND) == [PROBE]


def test_a_user_timeout_ends_it_instead_of_the_count(quick):
    """Linux's tcp(7): TCP_USER_TIMEOUT overrides keepalive's count."""
    quick.connection._tcb.options.user_timeout = 15 * SECOND
    sent = quick.pass_time(16 * SECOND)
    assert sent == [PROBE, PROBE, PROBE, ("R", 1, 0, b"")]


def test_a_probe_is_answered_by_a_host_that_lives(make_wire):
    """A segment below the window gets an ACK, and the timer waits again (section 3.8.4)."""
    wire = make_wire(alice_config=QUICK)
    client, _, _ = wire.connect()
    watched(wire.alice, client)
    wire.run_for(100 * SECOND)
    assert client.state == "ESTABLISHED"
    assert 8 <= sum(sent.time > 10 * SECOND - 1 for sent in wire.segments("bob")) <= 10


def test_after_an_orderly_close_nothing_is_left(quick):
    quick.connection.shutdown(quick.now)
    quick.poll()
    quick.feed("F.", 1, 2)
    quick.pass_time(500 * SECOND)
    assert quick.connection.state == "CLOSED"
    assert quick.node.timers.next_deadline() is None
