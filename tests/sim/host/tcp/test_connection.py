"""The calls of an application (RFC 9293 sections 3.9.1 and 3.10.1 to 3.10.5)."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Closed, Readable, Writable
from wirelab.sim.reasons import Reason


def reason_of(call, *arguments):
    with pytest.raises(HostError) as caught:
        call(*arguments)
    return caught.value.reason


def test_receive_gives_at_most_the_limit_and_keeps_the_rest(script):
    connection = script.establish()
    script.feed("P.", 1, 1, b"abcdef")
    script.feed("P.", 7, 1, b"ghi")
    assert connection.receive(4, 0) == b"abcd"
    assert connection.receive(4, 0) == b"efgh"
    assert connection.receive(4, 0) == b"i"
    assert connection.receive(4, 0) is WOULD_BLOCK


def test_readable_comes_when_there_is_something_again(script):
    """An edge: once for each time that `receive` has blocked."""
    connection = script.establish()
    script.node.events.clear()
    script.feed("P.", 1, 1, b"ab")
    script.feed("P.", 3, 1, b"cd")
    assert script.node.events == [Readable(connection)]
    connection.receive(100, 0)
    script.feed("P.", 5, 1, b"ef")
    assert script.node.events == [Readable(connection)] * 2


def test_shutdown_ends_sending_and_leaves_receiving(script):
    """Section 3.6.1, half-closed."""
    connection = script.establish()
    connection.send(b"request", 0)
    connection.shutdown(0)
    connection.shutdown(0)
    assert connection.state == "FIN-WAIT-1"
    assert script.poll() == [("FP.", 1, 1, b"request")]
    assert reason_of(connection.send, b"more", 0) == Reason.TCP_CLOSED
    script.feed(".", 1, 9)
    script.feed("P.", 1, 9, b"answer")
    assert connection.receive(100, 0) == b"answer"


def test_the_other_side_may_send_after_our_peer_has_shut_down(script):
    """Section 3.6.1; CLOSE-WAIT lasts until our FIN is really sent (section 3.10.4)."""
    connection = script.to_state("CLOSE-WAIT")
    connection.send(b"answer", 0)
    connection.shutdown(0)
    assert connection.state == "CLOSE-WAIT"
    assert script.poll() == [("FP.", 1, 2, b"answer")]
    assert connection.state == "LAST-ACK"
    script.feed(".", 2, 8)
    assert script.node.events[-1] == Closed(connection, None)


def test_shutdown_before_the_handshake_ends_waits_for_it(script):
    """Section 3.10.4, SYN-RECEIVED: queue for processing after entering ESTABLISHED."""
    script.connect()
    script.connection.send(b"all", 0)
    script.connection.shutdown(0)
    assert script.connection.state == "SYN-SENT"
    script.feed("S.", 0, 1)
    assert script.connection.state == "FIN-WAIT-1"
    assert script.poll() == [("FP.", 1, 1, b"all")]


def test_closing_a_connection_attempt_forgets_it(script):
    """Section 3.10.4, SYN-SENT: delete the TCB."""
    script.connect()
    script.connection.close(0)
    script.connection.close(0)
    assert script.connection.state == "CLOSED"
    assert script.node.events == [Closed(script.connection, None)]
    assert script.feed("S.", 0, 1).answered


def test_shld_3_closing_with_unread_data_resets(script):
    """SHLD-3: Section 3.6.1; RFC 2525 section 2.17."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"unread")
    connection.close(0)
    assert script.poll() == [("R", 1, 0, b"")]
    assert connection.state == "CLOSED"
    assert reason_of(connection.receive, 10, 0) == Reason.TCP_CLOSED


@pytest.mark.parametrize("acknowledged", [False, True])
def test_shld_3_data_that_comes_after_closing_is_reset(script, acknowledged):
    """SHLD-3: Section 3.6.1; in FIN-WAIT-1 and FIN-WAIT-2."""
    connection = script.establish()
    connection.close(0)
    script.poll()
    drop = script.feed("P.", 1, 2 if acknowledged else 1, b"late")
    assert (drop.reason, drop.answered) == (Reason.TCP_CLOSED, True)
    assert script.poll() == [("R", 2, 0, b"")]
    assert connection.state == "CLOSED"


def test_closing_with_everything_read_is_orderly(script):
    connection = script.establish()
    script.feed("P.", 1, 1, b"read")
    connection.receive(10, 0)
    connection.close(0)
    assert script.poll() == [("F.", 1, 5, b"")]
    assert reason_of(connection.receive, 10, 0) == Reason.TCP_CLOSED


@pytest.mark.parametrize("shut_down_first", [False, True])
def test_a_peer_that_never_closes_is_forgotten_a_minute_after_closing(script, shut_down_first):
    """Ours: nobody will read, so nothing is worth waiting for but the peer's FIN."""
    connection = script.establish()
    if shut_down_first:
        connection.shutdown(0)
        script.poll()
        script.feed(".", 1, 2)
        script.pass_time(1000 * SECOND)  # half-closed: for as long as it likes
        assert connection.state == "FIN-WAIT-2"
        connection.close(script.now)
    else:
        connection.close(script.now)
        script.poll()
        script.feed(".", 1, 2)
    script.pass_time(59 * SECOND)
    assert connection.state == "FIN-WAIT-2"
    script.pass_time(1 * SECOND)
    assert connection.state == "CLOSED"
    assert script.node.events_of(Closed) == [Closed(connection, Reason.TCP_TIMEOUT)]


def test_a_peer_that_closes_in_time_gets_its_time_wait(script):
    """2 MSL, not what was left of the minute (MUST-13)."""
    connection = script.establish()
    connection.close(0)
    script.poll()
    script.feed(".", 1, 2)
    script.pass_time(59 * SECOND)
    script.feed("F.", 1, 2)
    script.pass_time(239 * SECOND)
    assert connection.state == "TIME-WAIT"
    script.pass_time(1 * SECOND)
    assert connection.state == "CLOSED"
    assert script.node.fired == [("TIME-WAIT", 240 * SECOND)]


def test_queued_data_is_delivered_after_closing(script):
    """Section 3.6: "reliably deliver all buffers SENT before the connection was CLOSED"."""
    connection = script.establish(window=1000)
    connection.send(bytes(2500), 0)
    connection.close(0)
    at = 1
    for _ in range(3):
        for _, seq, _, text in script.poll():
            at = seq + len(text)
        script.feed(".", 1, at, window=1000)
    assert at == 2501
    assert [flags for flags, *_ in script.poll()] in ([], ["F."])


@pytest.mark.parametrize(
    ("state", "resets"),
    [
        ("ESTABLISHED", True),
        ("FIN-WAIT-1", True),
        ("FIN-WAIT-2", True),
        ("CLOSE-WAIT", True),
        ("CLOSING", False),
        ("LAST-ACK", False),
        ("TIME-WAIT", False),
    ],
)
def test_abort_resets_where_the_peer_still_counts_on_us(script, state, resets):
    """Section 3.10.5."""
    connection = script.to_state(state)
    connection.abort(script.now)
    assert [flags for flags, *_ in script.poll()] == (["R"] if resets else [])
    assert connection.state == "CLOSED"
    assert script.node.events_of(Closed) == [Closed(connection, None)]
    assert script.pass_time(1000 * SECOND) == []


def test_a_reset_wakes_and_fails_every_call(script):
    """MUST-12: Section 3.10.7.4, second step: outstanding calls receive "reset" responses."""
    connection = script.establish()
    script.node.events.clear()
    script.feed("R", 1)
    assert script.node.events == [
        Readable(connection),
        Writable(connection),
        Closed(connection, Reason.TCP_RESET),
    ]
    assert reason_of(connection.receive, 10, 0) == Reason.TCP_RESET
    assert reason_of(connection.send, b"x", 0) == Reason.TCP_RESET
    assert reason_of(connection.shutdown, 0) == Reason.TCP_RESET
    connection.close(0)
    connection.abort(0)


def test_a_reset_flushes_what_was_not_read(script):
    """Section 3.10.7.4, second step: "all segment queues should be flushed"."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"unread")
    script.feed("R", 7)
    assert reason_of(connection.receive, 10, 0) == Reason.TCP_RESET


def test_what_was_not_read_outlives_an_orderly_close(script):
    connection = script.establish()
    script.feed("FP.", 1, 1, b"unread")
    connection.shutdown(0)
    script.poll()
    script.feed(".", 8, 2)
    assert connection.state == "CLOSED"
    assert connection.receive(10, 0) == b"unread"
    assert connection.receive(10, 0) == b""


def test_sending_nothing_is_no_block(script):
    assert script.establish().send(b"", 0) == 0


def test_both_ends_can_be_read(script):
    connection = script.establish()
    assert connection.local_address == b"\x0a\0\0\x01"
    assert connection.remote_address == b"\x0a\0\0\x02"
    assert connection.remote_port == 80
    assert "ESTABLISHED" in repr(connection)


@pytest.mark.parametrize("limit", [0, -1])
def test_receiving_less_than_a_byte_is_a_mistake(script, limit):
    """An empty result would look like the end."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"abc")
    with pytest.raises(ValueError, match=f"limit is {limit}; give 1 or more"):
        connection.receive(limit, script.now)


def test_closing_in_time_wait_with_unread_data_leaves_time_wait_alone(script):
    """MUST-13: the peer has closed, too, so there is nobody to be told of a loss."""
    connection = script.to_state("FIN-WAIT-2")
    script.feed("P.", 1, 2, b"abc")
    script.feed("F.", 4, 2)
    script.poll()
    connection.close(script.now)
    assert connection.state == "TIME-WAIT"
    assert connection.receive(1, script.now) == b""


def test_switching_nagle_off_lets_waiting_data_go(script):
    """MUST-17."""
    connection = script.establish()
    connection.send(b"a", script.now)
    assert len(script.poll()) == 1
    connection.send(b"b", script.now)
    assert script.poll() == []
    connection.nagle = False
    assert [text for *_, text in script.poll()] == [b"b"]
