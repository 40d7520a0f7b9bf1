"""Explicit congestion notification (RFC 3168 section 6.1)."""

import pytest

from wirelab.codecs import MaximumSegmentSize
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig

ACTIVE = TcpConfig(ecn="active", timestamps=False)
MSS = (MaximumSegmentSize(1000),)


def answered(make_script, ecn, flags):
    """What a listener answers to a SYN with these flags."""
    script = make_script(TcpConfig(ecn=ecn))
    script.listen()
    script.feed(flags, 0)
    ((answer, *_),) = script.poll()
    return answer


@pytest.mark.parametrize(
    ("ecn", "flags", "answer"),
    [
        ("passive", "SEW", "S.E"),
        ("active", "SEW", "S.E"),
        ("off", "SEW", "S."),
        ("active", "S", "S."),
        ("active", "SE", "S."),  # section 6.1.1: both bits, or it is none
        ("active", "SW", "S."),
    ],
)
def test_a_syn_that_asks_is_answered(make_script, ecn, flags, answer):
    """SHLD-8: Section 6.1.1."""
    assert answered(make_script, ecn, flags) == answer


@pytest.mark.parametrize(("ecn", "flags"), [("active", "SEW"), ("passive", "S"), ("off", "S")])
def test_only_an_active_one_asks(make_script, ecn, flags):
    script = make_script(TcpConfig(ecn=ecn))
    ((sent, *_),) = script.connect()
    assert sent == flags


def test_a_syn_that_goes_again_does_not_ask(make_script):
    """Section 6.1.1.1: a router may drop those that do."""
    script = make_script(ACTIVE)
    script.connect()
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["S"]


def test_a_syn_may_ask_again(make_script):
    script = make_script(TcpConfig(ecn="active", ecn_fallback=False))
    script.connect()
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["SEW"]


def test_a_syn_ack_that_goes_again_still_agrees(make_script):
    script = make_script(ACTIVE)
    script.listen()
    script.feed("SEW", 0)
    script.poll()
    assert [flags for flags, *_ in script.pass_time(SECOND)] == ["S.E"]


def opened(make_script, flags="S.E", config=ACTIVE):
    """A connection whose peer has answered with these flags; no options but the MSS."""
    script = make_script(config)
    script.connect()
    script.feed(flags, 0, 1, options=MSS)
    script.poll()
    script.node.tos.clear()
    return script


@pytest.mark.parametrize("flags", ["S.", "S.EW", "S.W"])
def test_a_peer_that_does_not_agree_gets_no_marks(make_script, flags):
    """Section 6.1.1: SYN,ACK with ECE alone; both bits are an old host's reflection."""
    script = opened(make_script, flags)
    script.connection.send(bytes(1000), script.now)
    script.poll()
    assert script.node.tos == [0]


def test_only_new_text_may_be_marked(make_script):
    """Sections 6.1.4 and 6.1.5: no pure ACK, nothing that goes again, no FIN alone."""
    script = opened(make_script)
    script.connection.send(bytes(1000), script.now)
    script.poll()
    assert script.node.tos == [2]
    script.pass_time(SECOND)
    assert script.node.tos == [2, 0]
    script.feed("P.", 1, 1001, b"text")
    script.pass_time(SECOND)
    assert script.node.tos == [2, 0, 0]
    script.connection.shutdown(script.now)
    script.poll()
    assert script.node.tos == [2, 0, 0, 0]


def test_a_window_probe_is_not_marked(make_script):
    """Section 6.1.6."""
    script = opened(make_script)
    script.feed(".", 1, 1, window=0)
    script.connection.send(bytes(1000), script.now)
    sent = script.pass_time(2 * SECOND)
    assert sent
    assert set(script.node.tos) == {0}


def test_dscp_stays_beside_the_mark(make_script):
    """RFC 3168 section 5, RFC 2474 section 3."""
    script = opened(make_script)
    script.connection._tcb.options.tos = 0xB8
    script.connection.send(bytes(100), script.now)
    script.poll()
    assert script.node.tos == [0xBA]


def test_a_mark_is_echoed_until_cwr(make_script):
    """Section 6.1.3."""
    script = opened(make_script)
    script.feed("P.", 1, 1, b"a", ce=True)
    assert script.poll() == [(".E", 1, 2, b"")]
    script.feed("P.", 2, 1, b"b")
    script.feed("P.", 3, 1, b"c")
    assert script.pass_time(SECOND)[-1] == (".E", 1, 4, b"")
    script.feed("P.W", 4, 1, b"d")
    assert script.poll() == [(".", 1, 5, b"")]
    script.feed("P.", 5, 1, b"e")
    assert script.pass_time(SECOND)[-1] == (".", 1, 6, b"")


def test_a_mark_on_the_segment_that_says_cwr_begins_again(make_script):
    """Section 6.1.3: it is newer than what CWR answers."""
    script = opened(make_script)
    script.feed("P.", 1, 1, b"a", ce=True)
    script.poll()
    script.feed("P.W", 2, 1, b"b", ce=True)
    assert script.poll() == [(".E", 1, 3, b"")]


def test_marks_of_a_connection_without_ecn_mean_nothing(make_script):
    script = opened(make_script, "S.")
    script.feed("P.", 1, 1, b"a", ce=True)
    assert script.pass_time(SECOND) == [(".", 1, 2, b"")]


def test_an_echo_brings_the_window_down_once_a_window(make_script):
    """SHLD-8: Section 6.1.2; CWR goes with the next new text, once."""
    script = opened(make_script)
    congestion = script.connection._tcb.congestion
    before = congestion.cwnd
    script.connection.send(bytes(20_000), script.now)
    flight = sum(len(text) for *_, text in script.poll())
    script.feed(".E", 1, 1001)
    ssthresh = congestion.ssthresh
    assert ssthresh < before
    sent = script.poll()
    script.feed(".E", 1, 2001)
    script.feed(".E", 1, 3001)
    assert congestion.ssthresh == ssthresh
    script.connection.send(bytes(20_000), script.now)
    for acknowledged in range(4001, flight + 1001, 1000):
        script.feed(".E", 1, acknowledged)
        sent += script.poll()
    assert congestion.ssthresh == ssthresh
    assert [flags for flags, *_ in sent].count(".W") == 1
    assert sent[0][0] == ".W"
    assert congestion.cwnd <= ssthresh
    script.feed(".E", 1, flight + 2001)  # beyond what was on the way: marked again, after CWR
    assert congestion.ssthresh < ssthresh


def test_an_echo_without_ecn_means_nothing(make_script):
    script = opened(make_script, "S.")
    script.connection.send(bytes(20_000), script.now)
    script.poll()
    before = script.connection._tcb.congestion.ssthresh
    script.feed(".E", 1, 1001)
    assert script.connection._tcb.congestion.ssthresh == before


def test_a_loss_says_cwr_too(make_script):
    """Section 6.1.2: whatever made the window smaller."""
    script = opened(make_script)
    script.connection.send(bytes(2000), script.now)
    script.poll()
    again = script.pass_time(SECOND)
    assert [flags for flags, *_ in again] == ["."]
    script.feed(".", 1, 2001)
    script.connection.send(bytes(1000), script.now)
    assert [flags for flags, *_ in script.poll()] == ["P.W"]
