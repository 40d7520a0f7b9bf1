"""TCP Fast Open (RFC 7413)."""

from dataclasses import replace

import pytest

from wirelab.codecs import (
    FastOpen,
    FastOpenExperiment,
    IPv4,
    MaximumSegmentSize,
)
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted
from wirelab.sim.host.tcp import fast_open
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

ALICE = b"\x0a\x00\x00\x01"
BOB = b"\x0a\x00\x00\x02"
KEY = fast_open.key_of("a0bf63f7-ed803d81-cd641d30-cebc4a90")
SERVER = TcpConfig(fast_open_all_listeners=True, fast_open_keys=(KEY,), timestamps=False)
COOKIE = fast_open.Cookies(SERVER, b"").make(BOB, ALICE)
MSS = MaximumSegmentSize(1460)


def sent_option(script):
    """The Fast Open option of the last segment that Alice sent; None without one."""
    options = script.last[-1].header.options
    return next((one for one in options if isinstance(one, FastOpen | FastOpenExperiment)), None)


# --- cookies


def test_a_cookie_is_that_of_linux():
    """SipHash of both addresses: hosts that share a key honour each other's (section 6.3.2)."""
    client, server = bytes((10, 248, 0, 2)), bytes((192, 168, 0, 2))
    assert fast_open.Cookies(SERVER, b"").make(client, server).hex() == "00abaaabe8e954c2"


def test_without_configured_keys_each_host_has_a_secret_of_its_own():
    one, other = (fast_open.Cookies(TcpConfig(), bytes((n,)) * 16) for n in (1, 2))
    assert one.make(BOB, ALICE) != other.make(BOB, ALICE)


def test_a_key_that_is_no_key_is_refused():
    with pytest.raises(ValueError, match="give four words"):
        fast_open.key_of("1-2-3")


def test_a_client_keeps_the_cookies_of_so_many_servers_and_no_more():
    host = fast_open.Cookies(TcpConfig(), bytes(16))
    for number in range(fast_open.MAXIMUM_SERVERS + 5):
        host.server(number.to_bytes(4, "big")).cookie = b"1234"
    assert len(host.servers) == fast_open.MAXIMUM_SERVERS
    assert (0).to_bytes(4, "big") not in host.servers


# --- the server


def syn(script, options, data=b"hello", port=4000):
    """The peer's SYN; what is answered."""
    script.PORT = port
    assert script.feed("S", 0, options=(MSS, *options), data=data) is None
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    return script.poll()


def test_a_request_gets_a_cookie(make_script):
    """Section 4.1.2."""
    script = make_script(SERVER)
    script.listen()
    assert syn(script, (FastOpen(b""),), b"") == [("S.", 0, 1, b"")]
    assert sent_option(script).cookie == COOKIE


def test_a_request_by_the_experimental_option_is_answered_by_it(make_script):
    """Section 4.1.1."""
    script = make_script(SERVER)
    script.listen()
    syn(script, (FastOpenExperiment(b""),), b"")
    assert sent_option(script) == FastOpenExperiment(COOKIE)


@pytest.mark.parametrize("kind", [FastOpen, FastOpenExperiment])
def test_a_good_cookie_lets_accept_return_the_text_at_once(make_script, kind):
    """Section 4.2.2: the SYN,ACK acknowledges the text, and has no cookie."""
    script = make_script(SERVER)
    listener = script.listen()
    assert syn(script, (kind(COOKIE),)) == [("S.", 0, 6, b"")]
    assert sent_option(script) is None
    connection = listener.accept(script.now)
    assert (connection.state, connection.receive(100, 0)) == ("SYN-RECEIVED", b"hello")
    assert script.feed(".", 6, 1) is None
    assert connection.state == "ESTABLISHED"
    assert len(script.node.events_of(Accepted)) == 1
    assert listener.accept(script.now) is WOULD_BLOCK


@pytest.mark.parametrize("cookie", [bytes(8), b"1234", bytes(16)])
def test_a_wrong_cookie_gets_the_right_one_and_its_text_is_dropped(make_script, cookie):
    """Section 4.2.2: only the SYN is acknowledged."""
    script = make_script(SERVER)
    listener = script.listen()
    assert syn(script, (FastOpen(cookie),)) == [("S.", 0, 1, b"")]
    assert sent_option(script).cookie == COOKIE
    assert listener.accept(script.now) is WOULD_BLOCK
    assert script.feed("P.", 1, 1, b"hello") is None
    assert listener.accept(script.now).receive(100, 0) == b"hello"


@pytest.mark.parametrize("cookie", [b"123", b"12345", bytes(18)])
def test_a_cookie_of_an_impossible_length_is_no_option(make_script, cookie):
    """Section 4.1.1: 4 to 16 bytes, an even number."""
    script = make_script(SERVER)
    script.listen()
    assert syn(script, (FastOpen(cookie),), b"") == [("S.", 0, 1, b"")]
    assert sent_option(script) is None


def test_a_cookie_of_the_old_key_is_good_and_replaced(make_script):
    """Section 6.3.2: keys are rotated."""
    script = make_script(replace(SERVER, fast_open_keys=(bytes(16), KEY)))
    listener = script.listen()
    assert syn(script, (FastOpen(COOKIE),)) == [("S.", 0, 6, b"")]
    assert sent_option(script).cookie not in (COOKIE, b"")
    assert listener.accept(script.now) is not WOULD_BLOCK


def test_a_listener_that_has_not_asked_for_it_ignores_fast_open(make_script):
    """Section 4.2.2; the text waits for the end of the handshake (RFC 9293 section 3.5)."""
    script = make_script(TcpConfig(fast_open_keys=(KEY,)))
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    assert sent_option(script) is None
    assert listener.accept(script.now) is WOULD_BLOCK


def test_the_answer_may_go_before_the_handshake_is_over(make_script):
    """Section 4.2.2, step 3: as much as the initial window lets through; then all goes on."""
    script = make_script(SERVER)
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    connection = listener.accept(script.now)
    connection.send(b"answer", script.now)
    assert script.poll() == [("P.", 1, 6, b"answer")]
    assert script.feed(".", 6, 7) is None
    assert connection.state == "ESTABLISHED"
    connection.send(b"more", script.now)
    assert script.poll() == [("P.", 7, 6, b"more")]


def test_a_close_before_the_handshake_is_over_sends_its_fin(make_script):
    """RFC 9293 section 3.10.4, SYN-RECEIVED."""
    script = make_script(SERVER)
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    connection = listener.accept(script.now)
    connection.receive(100, script.now)
    connection.close(script.now)
    assert script.poll() == [("F.", 1, 6, b"")]
    assert script.feed(".", 6, 2) is None
    assert connection.state == "FIN-WAIT-2"


def test_only_the_syn_ack_goes_again_until_it_is_acknowledged(make_script):
    """Section 4.2.2; RFC 6298 section 5."""
    script = make_script(SERVER)
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    listener.accept(script.now).send(b"answer", script.now)
    script.poll()
    assert script.pass_time(SECOND) == [("S.", 0, 6, b"")]
    assert script.feed(".", 6, 7) is None


def test_without_an_ack_the_accepted_connection_ends(make_script):
    script = make_script(replace(SERVER, synack_retries=2))
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    connection = listener.accept(script.now)
    script.pass_time(60 * SECOND)
    assert (connection.state, connection.error) == ("CLOSED", Reason.TCP_TIMEOUT)


def test_a_limit_bounds_what_is_accepted_early(make_script):
    """Section 5.1: beyond it, SYNs are handled as if there were no Fast Open."""
    script = make_script(replace(SERVER, fast_open_all_listeners=False))
    listener = script.listen()
    listener.options.fast_open = 1
    assert syn(script, (FastOpen(COOKIE),), port=4001) == [("S.", 0, 6, b"")]
    first = script.our_iss
    syn(script, (FastOpen(COOKIE),), port=4002)
    assert script.last[0].ack == (script.their_iss + 1) & 0xFFFF_FFFF
    assert sent_option(script) is None
    script.PORT, script.our_iss = 4001, first
    assert script.feed(".", 6, 1) is None
    assert syn(script, (FastOpen(COOKIE),), port=4003) == [("S.", 0, 6, b"")]


def test_a_reset_one_counts_for_a_minute_more_and_can_be_accepted(make_script):
    """Section 5.1: else a spoofed SYN, reset by its victim, would cost nothing."""
    script = make_script(replace(SERVER, fast_open_all_listeners=False, flush_on_reset=False))
    listener = script.listen()
    listener.options.fast_open = 1
    syn(script, (FastOpen(COOKIE),), port=4001)
    assert script.feed("R", 6) is None
    connection = listener.accept(script.now)
    assert connection.receive(100, script.now) == b"hello"
    with pytest.raises(HostError) as caught:
        connection.receive(100, script.now)
    assert caught.value.reason == Reason.TCP_RESET
    script.now += 59 * SECOND
    syn(script, (FastOpen(COOKIE),), port=4002)
    assert listener.accept(script.now) is WOULD_BLOCK
    script.now += SECOND
    syn(script, (FastOpen(COOKIE),), port=4003)
    assert listener.accept(script.now) is not WOULD_BLOCK


@pytest.mark.parametrize("accepted", [False, True])
def test_an_icmp_error_ends_what_nobody_has_accepted_yet(make_script, accepted):
    """RFC 5927 section 4.1 with the number of the SYN,ACK; afterwards it is like any connection."""
    script = make_script(replace(SERVER, flush_on_reset=False))
    listener = script.listen()
    syn(script, (FastOpen(COOKIE),))
    if accepted:
        connection = listener.accept(script.now)
    ip = IPv4(source=ALICE, destination=BOB)
    ports = (script.port, script.PORT)
    reason = Reason.ICMP_PORT_UNREACHABLE
    assert script.layer.icmp_error(ip, ports, script.our_iss, reason, script.now)
    if not accepted:
        connection = listener.accept(script.now)
    assert connection.receive(100, script.now) == b"hello"
    assert connection.error == (None if accepted else reason)


def test_a_syn_that_is_too_long_for_the_path_goes_again_without_its_text(make_script):
    """RFC 1191 section 6.4: at once."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, bytes(1420))
    script.node.mtu = 1000
    ip = IPv4(source=ALICE, destination=BOB)
    ports = (script.port, script.PORT)
    reason = Reason.ICMP_FRAGMENTATION_NEEDED
    assert script.layer.icmp_error(ip, ports, script.our_iss, reason, script.now)
    assert script.poll() == [("S", 0, 0, b"")]
    script.feed("S.", 0, 1, options=(MSS,))
    assert [len(text) for *_, text in script.poll()] == [960, 460]


def test_text_may_be_taken_without_a_cookie(make_script):
    """Section 4.1.3 names it for closed networks (Linux, tcp_fastopen 0x200)."""
    script = make_script(replace(SERVER, fast_open_server_no_cookie=True))
    listener = script.listen()
    assert syn(script, ()) == [("S.", 0, 6, b"")]
    assert listener.accept(script.now).receive(100, 0) == b"hello"


# --- the client

CLIENT = TcpConfig(timestamps=False)
GIVEN = FastOpen(b"abcdefgh")


def connect(script, data=b""):
    """A connection by Fast Open, the text that its SYN may carry taken at once; the SYN."""
    connection = script.connection = script.layer.connect(BOB, 80, script.now, fast=True)
    script.port = connection.local_port
    if data:
        connection.send(data, script.now)
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    return script.poll()


def learn(script, option=GIVEN, mss=1460):
    """A first connection, in which the server gives a cookie."""
    connect(script)
    script.feed("S.", 0, 1, options=(MaximumSegmentSize(mss), option))
    script.poll()
    script.connection.abort(script.now)
    script.poll()


def test_the_first_connection_asks_for_a_cookie_and_sends_its_text_later(make_script):
    """Section 4.1.3."""
    script = make_script(CLIENT)
    assert connect(script, b"hello") == [("S", 0, 0, b"")]
    assert sent_option(script) == FastOpen(b"")
    script.feed("S.", 0, 1, options=(MSS, GIVEN))
    assert script.poll() == [("P.", 1, 1, b"hello")]


def test_the_second_connection_sends_text_in_its_syn(make_script):
    """Section 4.2.1."""
    script = make_script(CLIENT)
    learn(script)
    assert connect(script, b"hello") == [("S", 0, 0, b"hello")]
    assert sent_option(script) == GIVEN
    assert script.feed("S.", 0, 6, options=(MSS,)) is None
    assert script.poll() == [(".", 6, 1, b"")]
    assert script.connection.state == "ESTABLISHED"
    script.connection.send(b"more", script.now)
    assert script.poll() == [("P.", 6, 1, b"more")]


def test_a_syn_carries_what_the_cached_mss_and_all_options_leave(make_script):
    """Section 4.1.3: the MSS of the server is kept with its cookie."""
    script = make_script(CLIENT)
    learn(script, mss=840)
    ((_, _, _, text),) = connect(script, bytes(5000))
    assert len(text) == 800
    script.feed("S.", 0, 801, options=(MaximumSegmentSize(1000),))
    assert [(seq, len(text)) for _, seq, _, text in script.poll()][:2] == [
        (801, 1000),
        (1801, 1000),
    ]


@pytest.mark.parametrize("acknowledged", [1, 3])
def test_text_that_is_not_acknowledged_with_the_syn_goes_again_at_once(make_script, acknowledged):
    """Section 4.2.1, and no congestion is assumed."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    window = script.connection._tcb.congestion.cwnd
    script.feed("S.", 0, acknowledged, options=(MSS,))
    expected = [("P.", acknowledged, 1, b"hello"[acknowledged - 1 :])]
    assert script.poll() == expected
    assert script.connection._tcb.congestion.cwnd >= window
    assert script.feed(".", 1, 6) is None
    assert script.node.timers.next_deadline() is None


def test_a_syn_that_goes_again_has_neither_text_nor_option(make_script):
    """Section 4.2.1: the path may not like them."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    assert script.pass_time(SECOND) == [("S", 0, 0, b"")]
    assert sent_option(script) is None
    script.feed("S.", 0, 1, options=(MSS,))
    assert script.poll() == [("P.", 1, 1, b"hello")]


def test_the_text_of_the_first_syn_may_be_acknowledged_after_the_second(make_script):
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    script.pass_time(SECOND)
    assert script.feed("S.", 0, 6, options=(MSS,)) is None
    assert script.poll() == [(".", 6, 1, b"")]


def test_a_server_that_gives_no_cookie_is_asked_once_by_the_experimental_option(make_script):
    """Section 4.1.1, for servers of before; then by the standard one for ever."""
    script = make_script(CLIENT)
    kinds = []
    for _ in range(4):
        connect(script)
        kinds.append(type(sent_option(script)))
        script.feed("S.", 0, 1, options=(MSS,))
        script.poll()
        script.connection.abort(script.now)
        script.poll()
    assert kinds == [FastOpen, FastOpenExperiment, FastOpen, FastOpen]


def test_syns_with_text_that_vanish_pause_fast_open(make_script):
    """Section 4.1.3.1: for an hour, then for two."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    script.pass_time(3 * SECOND)
    assert not script.layer.fast_open_ready(BOB, script.now)
    script.feed("S.", 0, 1, options=(MSS,))
    script.connection.abort(script.now)
    script.poll()
    assert connect(script, b"hello") == [("S", 0, 0, b"")]
    assert sent_option(script) is None
    assert script.layer.fast_open_ready(BOB, script.now + 3600 * SECOND)


def test_fast_open_may_be_off(make_script):
    script = make_script(TcpConfig(fast_open_client=False))
    assert connect(script, b"hello") == [("S", 0, 0, b"")]
    assert sent_option(script) is None


def test_text_may_go_without_a_cookie(make_script):
    """Section 4.1.3 names it for closed networks (Linux, tcp_fastopen 0x4)."""
    script = make_script(replace(CLIENT, fast_open_client_no_cookie=True))
    assert connect(script, b"hello") == [("S", 0, 0, b"hello")]
    assert sent_option(script) is None


def test_the_answer_may_come_with_the_syn_ack(make_script):
    """Section 4.2.1: SYN,ACK with text."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    assert script.feed("S.", 0, 6, b"answer", options=(MSS,)) is None
    assert script.connection.receive(100, script.now) == b"answer"
    assert script.poll() == [(".", 6, 7, b"")]


def test_both_opening_at_once_with_text_make_one_connection(make_script):
    """RFC 9293 section 3.5, figure 7: the crossing SYN is acknowledged without its text."""
    script = make_script(CLIENT)
    learn(script)
    connect(script, b"hello")
    assert script.feed("S", 0, data=b"theirs", options=(MSS, GIVEN)) is None
    assert [segment[:2] for segment in script.poll()] == [("S.", 0)]
    assert sent_option(script) is None
    assert script.feed("S.", 0, 6, options=(MSS,)) is None
    assert script.connection.state == "ESTABLISHED"


def test_two_of_us_save_a_round_trip(make_wire):
    """Both sides: the second request is read when the first segment has arrived."""
    wire = make_wire(bob_config=TcpConfig(fast_open_all_listeners=True))
    listener = wire.bob.layer.listen(80, 0)
    accepted = []

    def ready():
        connection = listener.accept(wire.now)
        if connection is not WOULD_BLOCK:
            accepted.append(connection)
        return accepted

    times = []
    for _ in range(2):
        began, accepted[:] = wire.now, []
        client = wire.alice.layer.connect(BOB, 80, wire.now, fast=True)
        client.send(b"request", wire.now)
        wire.run(lambda: ready() and accepted[0].receive(100, wire.now) == b"request")
        times.append(wire.now - began)
        accepted[0].send(b"answer", wire.now)
        wire.run(lambda end=client: end.receive(100, wire.now) == b"answer")
        for end in (client, accepted[0]):
            end.close(wire.now)
        wire.run_for(SECOND)
    assert times == [3 * wire.latency, wire.latency]
    assert not wire.alice.drops
    assert not wire.bob.drops
