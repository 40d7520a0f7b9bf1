"""Passive opens (RFC 9293 sections 3.10.1 and 3.10.7.2)."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted
from wirelab.sim.host.tcp.config import TcpConfig
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


def handshake(script, port):
    """The peer's SYN from `port`, our SYN,ACK and its ACK; what became of the ACK."""
    script.PORT = port
    assert script.feed("S", 0) is None
    script.poll()
    script.our_iss = script.last[0].seq
    return script.feed(".", 1, 1)


def test_one_connection_more_than_the_backlog_may_wait_for_accept(script):
    """Linux, tcp(7) and `sk_acceptq_is_full`: then SYNs are dropped without a word."""
    listener = script.listen(backlog=2)
    for port in (4001, 4002, 4003):
        assert handshake(script, port) is None
    script.PORT = 4004
    drop = script.feed("S", 0)
    assert (drop.reason, drop.answered) == (Reason.TCP_BACKLOG_FULL, False)
    listener.accept(script.now)
    assert script.feed("S", 0) is None


def full_accept_queue(script):
    """A handshake in SYN-RECEIVED whose listener has no room left."""
    listener = script.listen(backlog=0)
    script.PORT = 4001
    script.feed("S", 0)
    script.poll()
    iss = script.last[0].seq
    script.PORT = 4002
    script.feed("S", 0)  # by a cookie: the one place in the SYN queue is taken
    script.poll()
    script.our_iss = script.last[0].seq
    assert script.feed(".", 1, 1) is None
    script.PORT, script.our_iss = 4001, iss
    return listener


def test_the_last_ack_is_ignored_while_too_many_wait(script):
    """The SYN,ACK goes again, and its next ACK finds room (Linux, tcp_abort_on_overflow = 0)."""
    listener = full_accept_queue(script)
    drop = script.feed(".", 1, 1)
    assert (drop.reason, drop.answered) == (Reason.TCP_BACKLOG_FULL, False)
    listener.accept(script.now)
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["S."]
    assert script.feed(".", 1, 1) is None
    assert listener.accept(script.now).remote_port == 4001


def test_the_last_ack_is_reset_if_so_configured(make_script):
    """Linux, tcp_abort_on_overflow = 1."""
    script = make_script(TcpConfig(abort_on_overflow=True))
    full_accept_queue(script)
    drop = script.feed(".", 1, 1)
    assert (drop.reason, drop.answered) == (Reason.TCP_BACKLOG_FULL, True)
    assert [flags for flags, *_ in script.poll()] == ["R"]


def test_without_cookies_a_full_syn_queue_drops_syns(make_script):
    script = make_script(TcpConfig(syn_cookies="off"))
    script.listen(backlog=2)
    for port in (4001, 4002):
        script.PORT = port
        assert script.feed("S", 0) is None
    script.PORT = 4003
    drop = script.feed("S", 0)
    assert (drop.reason, drop.answered) == (Reason.TCP_BACKLOG_FULL, False)


def deferring(script, wait):
    """A listener with TCP_DEFER_ACCEPT, and a handshake up to the SYN,ACK."""
    listener = script.listen()
    listener.options.defer_accept = wait
    script.feed("S", 0)
    script.poll()
    script.our_iss = script.last[0].seq
    return listener


def test_a_deferred_accept_waits_for_text(script):
    """tcp(7), TCP_DEFER_ACCEPT."""
    listener = deferring(script, 10 * SECOND)
    drop = script.feed(".", 1, 1)
    assert (drop.reason, drop.answered) == (Reason.TCP_ACCEPT_DEFERRED, False)
    assert listener.accept(script.now) is WOULD_BLOCK
    assert script.feed("P.", 1, 1, b"GET /") is None
    assert listener.accept(script.now).receive(100, script.now) == b"GET /"


def test_a_deferred_accept_comes_to_an_end_without_text(script):
    """The SYN,ACK goes again when the time is over, and the ACK that it draws counts."""
    listener = deferring(script, 3 * SECOND)  # expiries after 1 s and 3 s
    script.feed(".", 1, 1)
    assert script.pass_time(2 * SECOND) == []
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["S."]
    assert script.feed(".", 1, 1) is None
    assert listener.accept(script.now) is not WOULD_BLOCK


def test_a_reset_elsewhere_in_the_window_is_asked_back_in_syn_received(script):
    """RFC 5961 section 3.2: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, and not our SYN,ACK again."""
    script.passive()
    assert script.feed("R", 2).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == [(".", 1, 1, b"")]
    assert script.feed("R", 1) is None
    assert script.node.states[-1] == ("SYN-RECEIVED", "LISTEN")


def test_the_syn_again_brings_the_syn_ack_again(script):
    """RFC 9293 section 3.10.7.4: it may have been lost."""
    script.passive()
    assert script.feed("S", 0, options=script.syn_options()).reason == Reason.TCP_OLD_DATA
    assert script.poll() == [("S.", 0, 1, b"")]


def test_a_handshake_that_nobody_finishes_gives_its_place_back(script):
    """RFC 9293 section 3.8.3 (MUST-23): after the retries; the application never hears of it."""
    script.passive()
    script.pass_time(200 * SECOND)
    assert script.node.states[-1] == ("SYN-RECEIVED", "CLOSED")
    assert script.node.events == []
    assert script.feed("S", 0) is None


@pytest.mark.parametrize("held", [True, False])
def test_text_with_a_syn_is_held_or_has_to_come_again(make_script, held):
    """RFC 9293 section 3.10.7.2, third step: "queued for processing later"; or as Linux does."""
    script = make_script(TcpConfig(hold_syn_text=held))
    listener = script.listen()
    script.feed("S", 0, data=b"early")
    assert [(flags, ack) for flags, _, ack, _ in script.poll()] == [("S.", 1)]
    script.our_iss = script.last[0].seq
    script.feed(".", 6 if held else 1, 1)
    assert listener.accept(script.now).receive(100, 0) == (b"early" if held else WOULD_BLOCK)


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
