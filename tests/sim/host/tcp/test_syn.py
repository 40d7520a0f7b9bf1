"""Our SYN: retries, errors, what it announces; and what ends connections from outside."""

import pytest

from wirelab.codecs import IPv4, MaximumSegmentSize, Timestamps
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import SocketError
from wirelab.sim.host.profiles import freebsd, linux
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

ALICE = b"\x0a\x00\x00\x01"
BOB = b"\x0a\x00\x00\x02"
SOFT = [
    Reason.ICMP_NET_UNREACHABLE,
    Reason.ICMP_HOST_UNREACHABLE,
    Reason.ICMP_TTL_EXPIRED,
    Reason.ICMP_PARAMETER_PROBLEM,
]
HARD = [Reason.ICMP_PROTOCOL_UNREACHABLE, Reason.ICMP_PORT_UNREACHABLE]


def icmp(script, reason, seq):
    """An ICMP error about our segment with this number, relative to our ISN."""
    ip = IPv4(source=ALICE, destination=BOB)
    sequence = (script.our_iss + seq) & 0xFFFF_FFFF
    ports = (script.port, script.PORT)
    return script.layer.icmp_error(ip, ports, sequence, reason, script.now)


def test_retries_of_a_syn_and_of_a_syn_ack_are_counted_apart(make_script):
    """MUST-22: RFC 9293 section 3.8.3 (R2); Linux's tcp_syn_retries and tcp_synack_retries."""
    config = TcpConfig(syn_retries=1, synack_retries=3)
    script = make_script(config)
    script.connect()
    assert [flags for flags, *_ in script.pass_time(100 * SECOND)] == ["S"]
    script = make_script(config)
    script.passive()
    assert [flags for flags, *_ in script.pass_time(100 * SECOND)] == ["S."] * 3


@pytest.mark.parametrize("reason", SOFT)
def test_a_soft_error_explains_a_connection_attempt_that_times_out(make_script, reason):
    """SHLD-25: RFC 9293 section 3.9.2.2 (MUST-56): it ends nothing, but is what `connect` then
    says."""
    script = make_script(TcpConfig(syn_retries=1))
    script.connect()
    assert icmp(script, reason, 0)
    assert script.connection.state == "SYN-SENT"
    assert script.node.events == [SocketError(script.connection, reason)]
    script.pass_time(10 * SECOND)
    assert script.connection.error == reason


def test_a_soft_error_explains_a_connection_that_dies_later(make_script):
    script = make_script(TcpConfig(retries=2))
    script.establish()
    script.connection.send(b"hello", script.now)
    script.poll()
    assert icmp(script, Reason.ICMP_HOST_UNREACHABLE, 1)
    script.pass_time(30 * SECOND)
    assert script.connection.error == Reason.ICMP_HOST_UNREACHABLE


@pytest.mark.parametrize("reason", HARD)
@pytest.mark.parametrize("passive", [False, True])
def test_a_hard_error_ends_a_handshake(script, reason, passive):
    """SHLD-26, before the connection exists."""
    if passive:
        script.passive()
    else:
        script.connect()
    assert icmp(script, reason, 0)
    assert script.node.states[-1][1] == "CLOSED"
    assert script.node.timers.next_deadline() is None


@pytest.mark.parametrize("reason", [*HARD, *SOFT])
@pytest.mark.parametrize(
    "state", ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK"]
)
def test_no_error_ends_a_connection_that_is_synchronized(script, reason, state):
    """RFC 5927 section 5.2: it may be forged."""
    connection = script.to_state(state)
    for seq in (0, 1):
        icmp(script, reason, seq)
    assert connection.state == state
    assert connection.error is None


@pytest.mark.parametrize("seq", [-1, 1, 5, 1 << 31])
def test_an_error_about_what_is_not_on_the_way_is_not_believed(script, seq):
    """RFC 5927 section 4.1: SND.UNA =< SEG.SEQ < SND.NXT."""
    script.connect()
    assert not icmp(script, Reason.ICMP_PORT_UNREACHABLE, seq)
    assert script.connection.state == "SYN-SENT"


@pytest.mark.parametrize(
    ("profile", "reason", "ends"),
    [
        (linux, Reason.ICMP_HOST_UNREACHABLE, True),
        (linux, Reason.ICMP_PROHIBITED, True),
        (freebsd, Reason.ICMP_HOST_UNREACHABLE, False),
        (freebsd, Reason.ICMP_PROHIBITED, True),
        (freebsd, Reason.ICMP_TTL_EXPIRED, True),
    ],
)
def test_systems_differ_in_what_ends_a_connection_attempt(make_script, profile, reason, ends):
    """`icmp_hard_errors`: tcp_v4_err of Linux, tcp_ctlinput of FreeBSD."""
    script = make_script(profile())
    script.connect()
    icmp(script, reason, 0)
    assert (script.connection.state == "CLOSED") is ends


def test_a_small_path_mtu_does_not_change_what_we_can_take(script):
    """RFC 9293 section 3.7.1: the MSS announced is about the way to us (MUST-67)."""
    script.connect()
    script.node.mtu = 1000
    script.pass_time(SECOND)
    assert script.last[0].header.options[0] == MaximumSegmentSize(1460)


def test_a_reset_that_answers_nothing_is_bare(script):
    """RFC 9293 section 3.10.5, ABORT: <SEQ=SND.NXT><CTL=RST>."""
    script.establish().abort(script.now)
    assert script.poll() == [("R", 1, 0, b"")]


def test_a_reset_may_look_like_every_other_segment(make_script):
    """`resets_acknowledge`: as Linux (tcp_send_active_reset) and FreeBSD send it."""
    script = make_script(TcpConfig(resets_acknowledge=True))
    script.connect()
    stamps = (Timestamps(77, 0),)
    script.feed("S.", 0, 1, options=stamps)
    script.poll()
    script.connection.abort(script.now)
    assert script.poll() == [("R.", 1, 1, b"")]
    header = script.last[0].header
    assert header.window > 0
    assert header.options[-1].echo_reply == 77


def test_what_came_before_a_reset_may_be_read(make_script):
    """`flush_on_reset` off, as with Linux; RFC 9293 section 3.10.7.4 flushes it."""
    for flushed in (True, False):
        script = make_script(TcpConfig(flush_on_reset=flushed))
        connection = script.establish()
        script.feed("P.", 1, 1, b"last words")
        script.feed("R", 11)
        if not flushed:
            assert connection.receive(100, script.now) == b"last words"
        with pytest.raises(HostError) as caught:
            connection.receive(100, script.now)
        assert caught.value.reason == Reason.TCP_RESET


def test_an_orphan_is_given_up_sooner(make_script):
    """`orphan_retries`: nobody waits for it any more (Linux, tcp_orphan_retries)."""
    script = make_script(TcpConfig(orphan_retries=2))
    connection = script.establish()
    connection.send(b"hello", script.now)
    connection.close(script.now)
    script.poll()
    assert len(script.pass_time(1000 * SECOND)) == 2
    assert connection.error == Reason.TCP_TIMEOUT


def test_the_fin_may_go_again_with_the_ack_of_the_peers(make_script):
    """`fin_with_acks`, as 4.4BSD has it in CLOSING; RFC 9293 figure 13 sends an ACK alone."""
    for repeated, answer in ((True, ("F.", 1, 2, b"")), (False, (".", 2, 2, b""))):
        script = make_script(TcpConfig(fin_with_acks=repeated))
        connection = script.establish()
        connection.shutdown(script.now)
        script.poll()
        script.feed("F.", 1, 1)
        assert script.poll() == [answer]
        script.feed("F.", 1, 2)  # their FIN again, with the ACK of ours
        assert connection.state == "TIME-WAIT"
        assert script.poll() == ([] if repeated else [answer])
