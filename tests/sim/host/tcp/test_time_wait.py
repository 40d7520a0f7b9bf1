"""TIME-WAIT (RFC 9293 section 3.6.1)."""

import pytest

from wirelab.codecs import Timestamps
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason


def served(script):
    """A listener and a connection of its that is in TIME-WAIT because our side closed first."""
    listener = script.passive()
    script.feed(".", 1, 1)
    connection = listener.accept(script.now)
    connection.close(script.now)
    script.poll()
    script.feed("F.", 1, 2)
    script.poll()
    assert connection.state == "TIME-WAIT"
    return listener, connection


def test_must_13_it_lasts_twice_the_msl(make_script):
    """MUST-13."""
    script = make_script(TcpConfig(msl=30 * SECOND))
    connection = script.to_state("TIME-WAIT")
    script.pass_time(59 * SECOND)
    assert connection.state == "TIME-WAIT"
    script.pass_time(1 * SECOND)
    assert connection.state == "CLOSED"
    assert script.node.fired == [("TIME-WAIT", 60 * SECOND)]
    assert script.feed(".", 2, 2).reason == Reason.TCP_NO_CONNECTION


def test_may_2_a_syn_beyond_all_that_was_used_opens_a_new_connection(script):
    """And its ISN lies beyond all that we have used, by how much nobody can tell (RFC 6528)."""
    listener, old = served(script)
    assert script.feed("S", 1000) is None
    assert old.state == "CLOSED"
    (syn_ack,) = script.poll()
    assert syn_ack[0] == "S."
    assert 2 + 65_537 <= syn_ack[1] < 2 + 65_537 + (1 << 24)
    script.their_iss += 1000
    script.our_iss = script.last[0].seq
    assert script.feed(".", 1, 1) is None
    assert listener.accept(script.now) is not WOULD_BLOCK


def test_an_old_syn_is_challenged(script):
    """Section 3.6.1, condition (2): it may be a duplicate."""
    _, old = served(script)
    assert script.feed("S", 0).reason == Reason.TCP_OLD_DATA
    assert script.poll() == [(".", 2, 2, b"")]
    assert old.state == "TIME-WAIT"


def test_a_syn_right_behind_the_old_fin_is_not_beyond_it(script):
    """RFC 1122 section 4.2.2.13: strictly larger than what was used, as Linux has it, too."""
    _, old = served(script)
    assert script.feed("S", 2).reason == Reason.TCP_INVALID_SYN
    assert old.state == "TIME-WAIT"


def test_a_syn_finds_time_wait_untouched_while_the_backlog_is_full(script):
    listener, old = served(script)
    listener.backlog = -1
    assert script.feed("S", 1000).reason == Reason.TCP_BACKLOG_FULL
    assert old.state == "TIME-WAIT"


def with_timestamps(script, value):
    """A connection in TIME-WAIT whose peer's last timestamp was `value`."""
    script.listen()
    script.feed("S", 0, options=(Timestamps(value, 0),))
    script.poll()
    script.our_iss = script.last[0].seq
    stamps = (Timestamps(value, 0),)
    script.feed(".", 1, 1, options=stamps)
    connection = script.node.events_of(Accepted)[-1].connection
    connection.close(script.now)
    script.poll()
    script.feed("F.", 1, 2, options=stamps)
    script.poll()
    assert connection.state == "TIME-WAIT"
    return connection


@pytest.mark.parametrize(
    ("seq", "tsval", "opens"),
    [
        (-5000, 101, True),  # an older number, but a newer clock
        (-5000, 100, False),
        (5000, 100, True),  # the same tick, a newer number
        (5000, 99, False),  # a newer number, but an older clock
        (5000, None, True),
        (-5000, None, False),
    ],
)
def test_timestamps_tell_a_new_syn_from_an_old_one(script, seq, tsval, opens):
    """SHLD-4: RFC 6191 section 2; RFC 9293 section 3.6.1 (MAY-2)."""
    old = with_timestamps(script, 100)
    options = () if tsval is None else (Timestamps(tsval, 0),)
    script.feed("S", seq, options=options)
    assert old.state == ("CLOSED" if opens else "TIME-WAIT")
    assert ("S." in [flags for flags, *_ in script.poll()]) is opens


@pytest.mark.parametrize(("seq", "ack"), [(1, 2), (3, 2), (2, 1), (500, 2)])
def test_whatever_is_no_bare_duplicate_is_told_where_we_stand(script, seq, ack):
    """Its sender has not closed, or speaks of something else; Linux and BSD do the same."""
    _, old = served(script)
    script.feed(".", seq, ack)
    assert script.poll() == [(".", 2, 2, b"")]
    assert old.state == "TIME-WAIT"


def test_the_ack_that_is_expected_is_not_answered(script):
    """Else two ends in TIME-WAIT would answer each other for ever."""
    _, old = served(script)
    assert script.feed(".", 2, 2) is None
    assert (old.state, script.poll()) == ("TIME-WAIT", [])


def closed_with_timestamps(make_script, **knobs):
    """A client whose connection from port 4000, with timestamps, is in TIME-WAIT; its number."""
    script = make_script(TcpConfig(**knobs))
    first = script.layer.connect(b"\x0a\0\0\2", 80, script.now, source_port=4000)
    script.port = 4000
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    script.poll()
    stamps = (Timestamps(100, 0),)
    script.feed("S.", 0, 1, options=stamps)
    first.close(script.now)
    script.poll()
    script.feed("F.", 1, 2, options=stamps)
    script.poll()
    assert first.state == "TIME-WAIT"
    return script, first


def test_an_active_open_may_take_a_connection_in_time_wait_over(make_script):
    """RFC 6191; Linux, tcp_tw_reuse: where timestamps tell old segments from new."""
    script, first = closed_with_timestamps(make_script, time_wait_reuse=True)
    script.now += SECOND
    second = script.layer.connect(b"\x0a\0\0\2", 80, script.now, source_port=4000)
    assert (first.state, second.state) == ("CLOSED", "SYN-SENT")
    ((flags, seq, _, _),) = script.poll()
    assert flags == "S"
    assert 2 + 65_537 <= seq < 1 << 31


@pytest.mark.parametrize(("reuse", "after"), [(False, SECOND), (True, SECOND - 1)])
def test_and_else_it_may_not(make_script, reuse, after):
    script, first = closed_with_timestamps(make_script, time_wait_reuse=reuse)
    script.now += after
    with pytest.raises(HostError) as caught:
        script.layer.connect(b"\x0a\0\0\2", 80, script.now, source_port=4000)
    assert caught.value.reason == Reason.TCP_PORT_IN_USE
    assert first.state == "TIME-WAIT"


@pytest.mark.parametrize("seq", [0, 1, 2])
def test_segments_without_ack_may_be_ignored(make_script, seq):
    """`time_wait_needs_ack`, as BSD; a SYN that begins anew is taken all the same."""
    script = make_script(TcpConfig(time_wait_needs_ack=True))
    _, old = served(script)
    assert script.feed("S", seq).reason == Reason.TCP_CLOSED
    assert (old.state, script.poll()) == ("TIME-WAIT", [])
    assert script.feed("S", 3) is None
    assert [flags for flags, *_ in script.poll()] == ["S."]


def test_a_reset_ends_time_wait(script):
    """Section 3.10.7.4, second step."""
    _, old = served(script)
    assert script.feed("R", 2) is None
    assert old.state == "CLOSED"


def test_a_reset_may_be_told_not_to_end_time_wait(make_script):
    """RFC 1337 section 4, fix F1."""
    script = make_script(TcpConfig(time_wait_heeds_reset=False))
    _, old = served(script)
    assert script.feed("R", 2).reason == Reason.TCP_CLOSED
    assert (old.state, script.poll()) == ("TIME-WAIT", [])


def test_without_a_listener_a_new_syn_is_challenged(script):
    listener, old = served(script)
    listener.close(script.now)
    assert script.feed("S", 1000).reason == Reason.TCP_INVALID_SYN
    assert old.state == "TIME-WAIT"
