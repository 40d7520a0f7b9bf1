"""SYN cookies (RFC 4987 section 3.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs import MaximumSegmentSize, SACKPermitted, Timestamps, WindowScale
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp import syn_cookies
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

SECRET = bytes(range(16))
KEY = (b"\x0a\0\0\x01", 80, b"\x0a\0\0\x02", 5000)
MINUTE = 60 * SECOND
ALWAYS = TcpConfig(syn_cookies="always")


@given(
    their_iss=st.integers(0, 0xFFFF_FFFF),
    mss=st.integers(0, 0xFFFF),
    now=st.integers(0, 10**19),
    age=st.integers(0, MINUTE),
)
def test_a_cookie_remembers_the_mss_rounded_down_for_a_minute_at_least(their_iss, mss, now, age):
    iss = syn_cookies.initial_sequence_number(SECRET, KEY, their_iss, mss, now)
    assert 0 <= iss <= 0xFFFF_FFFF
    found = syn_cookies.remembered_mss(SECRET, KEY, their_iss, iss, now + age)
    assert found == max((m for m in syn_cookies.MSS_TABLE if m <= mss), default=28)


def test_a_cookie_is_good_for_two_minutes_at_most():
    iss = syn_cookies.initial_sequence_number(SECRET, KEY, 7, 1460, 0)
    assert syn_cookies.remembered_mss(SECRET, KEY, 7, iss, 2 * MINUTE - 1) == 1460
    assert syn_cookies.remembered_mss(SECRET, KEY, 7, iss, 2 * MINUTE) is None
    assert syn_cookies.remembered_mss(SECRET, KEY, 7, iss, 200 * MINUTE) is None


@pytest.mark.parametrize("change", ["secret", "port", "iss", "cookie"])
def test_nobody_can_make_up_or_reuse_a_cookie(change):
    """RFC 4987 section 3.6: of 2**24 guesses 8 are right, those next to a cookie among them."""
    iss = syn_cookies.initial_sequence_number(SECRET, KEY, 7, 1460, 0)
    secret = bytes(16) if change == "secret" else SECRET
    key = (*KEY[:3], 5001) if change == "port" else KEY
    theirs = 1007 if change == "iss" else 7
    cookie = iss ^ 0x5000 if change == "cookie" else iss
    assert syn_cookies.remembered_mss(secret, key, theirs, cookie, 0) is None


def answered_by_cookie(script, options=()):
    """A listener that keeps nothing, a SYN, and the SYN,ACK that it got."""
    listener = script.listen()
    assert script.feed("S", 0, options=options, window=1000) is None
    ((flags, _, ack, _),) = script.poll()
    assert (flags, ack) == ("S.", 1)
    script.our_iss = script.last[0].seq
    return listener


def test_nothing_is_kept_of_a_syn_that_got_a_cookie(make_script):
    """No connection, no timer: the SYN,ACK goes once."""
    script = make_script(ALWAYS)
    answered_by_cookie(script)
    assert script.layer.connections == {}
    assert script.node.timers.next_deadline() is None
    assert script.pass_time(200 * SECOND) == []


def test_the_ack_brings_the_connection_back_with_its_text(make_script):
    script = make_script(ALWAYS)
    listener = answered_by_cookie(script, (MaximumSegmentSize(1300), WindowScale(7)))
    assert script.feed("P.", 1, 1, b"hello", window=500) is None
    connection = listener.accept(script.now)
    assert connection.state == "ESTABLISHED"
    assert connection.receive(100, script.now) == b"hello"
    connection.send(bytes(5000), script.now)
    sent = script.poll()
    assert {len(text) for *_, text in sent} <= {500}  # no timestamps: no scale to remember
    assert {ack for _, _, ack, _ in sent} == {6}


def test_timestamps_remember_window_scale_and_sack(make_script):
    script = make_script(ALWAYS)
    options = (MaximumSegmentSize(1460), SACKPermitted(), Timestamps(77, 0), WindowScale(7))
    script.now = 123_456_789_000
    listener = answered_by_cookie(script, options)
    kinds = {type(option): option for option in script.last[0].header.options}
    assert {WindowScale, SACKPermitted, Timestamps} <= kinds.keys()
    echo = kinds[Timestamps].value
    assert script.feed(".", 1, 1, window=10, options=(Timestamps(78, echo),)) is None
    connection = listener.accept(script.now)
    connection.send(bytes(5000), script.now)
    sent = script.poll()
    assert sum(len(text) for *_, text in sent) == 10 << 7
    assert script.last[0].header.options[-1].value - echo & 0xFFFF_FFFF < 64
    assert script.last[0].header.options[-1].echo_reply == 78


def test_a_forged_cookie_is_reset(make_script):
    script = make_script(ALWAYS)
    answered_by_cookie(script)
    drop = script.feed(".", 1, 1001)
    assert (drop.reason, drop.answered) == (Reason.TCP_NO_CONNECTION, True)
    assert [flags for flags, *_ in script.poll()] == ["R"]


def test_without_a_flood_no_cookie_is_believed(script):
    """Else any ACK could be tried on a listener that never sent one."""
    script.listen()
    theirs = script.their_iss
    key = (b"\x0a\0\0\x01", 8080, b"\x0a\0\0\x02", 80)
    secret = script.layer._environment.isn_secret
    iss = syn_cookies.initial_sequence_number(secret, key, theirs, 1460, script.now)
    script.our_iss = iss
    assert script.feed(".", 1, 1).reason == Reason.TCP_NO_CONNECTION


def test_a_flood_of_syns_takes_no_more_than_the_backlog(script):
    """RFC 4987 section 2: state is bounded, and those who mean it still get through."""
    listener = script.listen(backlog=16)
    for port in range(1024, 3024):
        script.PORT = port
        script.feed("S", 0)
        script.layer.poll_transmit(script.now)
        script.out.clear()
    assert len(script.layer.connections) == 16
    assert len(script.node.timers) <= 2 * 16
    script.PORT = 4000
    script.feed("S", 0)
    script.poll()
    script.our_iss = script.last[0].seq
    assert script.feed(".", 1, 1) is None
    assert listener.accept(script.now) is not WOULD_BLOCK


def test_a_cookie_that_came_back_without_text_does_not_stay_for_ever_with_a_deferred_accept(
    make_script,
):
    """TCP_DEFER_ACCEPT; as every handshake that is not finished, it is given up (MUST-20)."""
    script = make_script(TcpConfig(syn_cookies="always", synack_retries=2))
    listener = script.listen()
    listener.options.defer_accept = 3 * SECOND
    script.feed("S", 0, options=(MaximumSegmentSize(1460),))
    script.poll()
    script.our_iss = script.last[0].seq
    script.feed(".", 1, 1)
    assert len(script.layer.connections) == 1
    assert listener.accept(script.now) is WOULD_BLOCK
    script.pass_time(200 * SECOND)
    assert not script.layer.connections
