"""RFC 2525, Known TCP Implementation Problems: each of the 18 as a regression.

What each test looks at is what the RFC says in "How to detect". Slow start and congestion avoidance
are those of NewReno here, whose numbers RFC 5681 gives; CUBIC begins in the same way.
"""

from itertools import pairwise

import pytest

from wirelab.codecs import MaximumSegmentSize
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp import keepalive
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

BOTH = pytest.mark.parametrize("congestion", ["reno", "cubic"])


@pytest.fixture
def sender(make_transfer):
    """A function that makes a bulk sender: 1000 bytes a segment, 100 ms a round trip."""

    def make(**knobs):
        knobs.setdefault("sack", False)
        return make_transfer(**{"tail_loss_probe": False, "f_rto": False, **knobs})

    return make


def in_round_trips(transfer, trips, acknowledges=1):
    """How many segments go out in each round trip of a loss-free transfer.

    Args:
        transfer: with something on the way.
        trips: so many.
        acknowledges: segments by each ACK.
    """
    upcoming, counts = transfer.flying, []
    for _ in range(trips):
        transfer.round_trip()
        sent = []
        arrived = upcoming[acknowledges - 1 :: acknowledges]
        for segment in arrived:
            sent += transfer.ack(segment + 1)
        upcoming = upcoming[len(arrived) * acknowledges :] + sent
        counts.append(len(sent))
    transfer.flying = upcoming
    return counts


def begin(transfer, segments):
    """The application queues so much; how many go out at once."""
    transfer.flying = transfer.write(segments)
    return len(transfer.flying)


@BOTH
def test_a_transfer_begins_with_slow_start(sender, congestion):
    """2525-2.1: not with the window that the peer offers; then twice as much a round trip."""
    transfer = sender(initial_window=2, congestion=congestion)
    assert begin(transfer, 200) == 2
    assert in_round_trips(transfer, 4) == [4, 8, 16, 32]


@BOTH
def test_a_timeout_is_followed_by_slow_start(sender, congestion):
    """2525-2.2: one segment, then two for each ACK, not what cwnd was before."""
    transfer = sender(initial_window=8, congestion=congestion)
    assert begin(transfer, 8) == 8
    assert transfer.wait(SECOND) == [0]
    transfer.round_trip()
    assert transfer.ack(1) == [1, 2]
    transfer.round_trip()
    assert transfer.ack(2) == [3, 4]


@pytest.mark.parametrize(
    ("mss", "segments"), [(536, 10), (1000, 10), (1460, 10), (4000, 3), (8960, 2)]
)
@pytest.mark.parametrize("announced", [True, False])
def test_cwnd_begins_with_the_initial_window(make_script, mss, segments, announced):
    """2525-2.3: also where the MSS is known late or not at all; no burst of the whole window."""
    script = make_script(TcpConfig(nagle=False, timestamps=False), mtu=9000)
    script.connect()
    options = (MaximumSegmentSize(mss),) if announced else ()
    script.feed("S.", 0, 1, options=options)
    script.poll()
    script.connection.send(bytes(60_000), script.now)
    sent = [len(text) for *_, text in script.poll()]
    assert sent == ([mss] * segments if announced else [536] * 10)


@pytest.mark.parametrize("sack", [True, False])
def test_what_goes_again_are_the_same_bytes(make_script, sack):
    """2525-2.4: also packed anew, after more was written and the MSS came down."""
    script = make_script(TcpConfig(sack=sack, timestamps=False, tail_loss_probe=False))
    connection = script.establish()
    connection.nagle = False
    text = bytes(at % 251 for at in range(8000))
    for begin_at in range(0, 4000, 400):
        connection.send(text[begin_at : begin_at + 400], script.now)
        script.poll()
    connection.send(text[4000:], script.now)
    script.node.mtu = 600
    seen = script.pass_time(30 * SECOND)
    for acknowledged in range(1001, 8002, 1000):
        script.feed(".", 1, acknowledged)
        seen += script.pass_time(3 * SECOND)
    assert sum(len(data) for *_, data in seen) > 8000
    assert all(text[seq - 1 : seq - 1 + len(data)] == data for _, seq, _, data in seen)


@pytest.mark.parametrize("sack", [True, False])
def test_text_above_a_gap_is_kept(make_script, sack):
    """2525-2.5: one ACK for all once the gap is filled; nothing of it has to come again."""
    script = make_script(TcpConfig(sack=sack))
    connection = script.establish()
    for segment in range(1, 20):
        script.feed(".", 1 + 1000 * segment, 1, bytes(1000))
    script.poll()
    script.feed(".", 1, 1, bytes(1000))
    assert script.poll() == [(".", 1, 20_001, b"")]
    assert connection.receive(30_000, script.now) == bytes(20_000)


def test_congestion_avoidance_adds_no_constant(sender):
    """2525-2.6: one segment a round trip at most, whatever the window; not an eighth of one more.

    With 16 segments a constant of 1/8 of a segment for each ACK would add two more.
    """
    transfer = sender(
        initial_window=32, initial_window_limit=32_000, send_buffer=1 << 20, congestion="reno"
    )
    begin(transfer, 1000)
    transfer.round_trip()
    assert transfer.ack(0) + transfer.ack(0) + transfer.ack(0) == [32, 33, 0]  # halves the window
    transfer.round_trip()
    transfer.flying = transfer.ack(34)
    assert in_round_trips(transfer, 3) == [4, 8, 16]  # NewReno's careful way back to ssthresh
    counts = in_round_trips(transfer, 12)
    assert all(later - earlier in (0, 1) for earlier, later in pairwise(counts))
    assert counts[-1] - counts[0] == pytest.approx(11, abs=1)


@pytest.mark.parametrize("lost", ["SYN", "text"])
def test_the_first_timeout_is_a_second_at_least(script, lost):
    """2525-2.7: nothing goes again within a second while nothing was measured."""
    if lost == "SYN":
        script.connect()
        first = "S"
    else:
        script.connect()
        script.pass_time(SECOND)  # the SYN is sent twice, so its round trip says nothing
        script.feed("S.", 0, 1)
        script.connection.send(b"text", script.now)
        first = script.poll()[-1][0]
    assert script.pass_time(SECOND - 1) == []
    assert {flags for flags, *_ in script.pass_time(3 * SECOND)} == {first}


@BOTH
@pytest.mark.parametrize("sack", [True, False])
def test_the_window_is_deflated_after_recovery(sender, sack, congestion):
    """2525-2.8: afterwards ssthresh counts, not what duplicates had inflated it to."""
    transfer = sender(
        sack=sack, congestion=congestion, initial_window=20, initial_window_limit=20_000
    )
    assert begin(transfer, 200) == 20
    transfer.round_trip()
    for right in range(2, 21):
        transfer.ack(0, *([(1, right)] if sack else []))
    sent_at = transfer.tcb.snd_nxt
    transfer.round_trip()
    transfer.ack((sent_at - transfer.script.our_iss - 1) // 1000)
    kept = 10 if congestion == "reno" else 14
    assert transfer.tcb.flight.outstanding <= 1000 * kept


def watched(make_script, **knobs):
    """A connection with keepalive on, and its script."""
    script = make_script(TcpConfig(**knobs))
    connection = script.establish()
    connection.options.keepalive = True
    keepalive.changed(connection.tcb, script.now)
    return script


def test_keepalive_gives_up_after_minutes_only(make_script):
    """2525-2.9: nine probes, 75 s apart: ten minutes and more of silence, not one lost probe."""
    script = watched(make_script)
    probes = script.pass_time(7200 * SECOND + 9 * 75 * SECOND - 1)
    assert [flags for flags, *_ in probes] == ["."] * 9
    assert script.connection.error is None
    script.pass_time(1)
    assert script.connection.error is Reason.TCP_TIMEOUT


def test_the_timeout_is_backed_off_again_and_again(script):
    """2525-2.10: doubled each time up to a minute, and not begun anew by an ACK of old text."""
    connection = script.establish()
    connection.send(b"text", script.now)
    script.poll()
    times = []
    for _ in range(300):
        times += [script.now] * len(script.pass_time(SECOND))
        script.feed(".", 1, 1)
    pauses = [(later - earlier) // SECOND for earlier, later in pairwise(times)]
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60][: len(pauses)]
    assert len(pauses) >= 6


def test_keepalives_are_two_hours_apart(make_script):
    """2525-2.11: each answer begins the waiting anew."""
    script = watched(make_script)
    for _ in range(3):
        assert script.pass_time(7200 * SECOND - 1) == []
        assert len(script.pass_time(1)) == 1
        script.feed(".", 1, 1)


@pytest.mark.parametrize("lost", [0, 1, 5])
def test_a_lost_window_update_is_no_deadlock(make_script, lost):
    """2525-2.12: probes go on, and whoever answers one sets all going; we answer probes, too."""
    script = make_script(TcpConfig(receive_buffer=1000))
    connection = script.establish(window=0)
    connection.nagle = False
    connection.send(bytes(3000), script.now)
    script.poll()
    script.feed(".", 1, 1, bytes(1000), window=0)  # fills our window, too
    probes = [text for *_, text in script.pass_time(2**lost * 2 * SECOND) if text]
    assert [len(text) for text in probes] == [1] * (lost + 1)
    assert connection.state == "ESTABLISHED"
    script.feed(".", 1001, 1, b"x", window=0)
    assert script.poll()[-1][2] == 1001  # our answer to the peer's probe
    script.feed(".", 1001, 1, window=4000)
    assert sum(len(text) for *_, text in script.poll()) == 3000


def test_no_ack_stretches_over_more_than_two_segments(script):
    """2525-2.13: of 40 full segments every second at least has its ACK, though nobody reads."""
    script.establish()
    acknowledged = [1]
    for segment in range(40):
        script.feed(".", 1 + 1460 * segment, 1, bytes(1460))
        acknowledged += [ack for *_, ack, _ in script.poll()]
    acknowledged += [ack for *_, ack, _ in script.pass_time(SECOND)]
    steps = [later - earlier for earlier, later in pairwise(acknowledged)]
    assert max(steps) <= 2920
    assert acknowledged[-1] == 1 + 40 * 1460


@pytest.mark.parametrize("sack", [True, False])
def test_a_timeout_sends_one_segment_again(sender, sack):
    """2525-2.14: not everything that was on the way, which may be queued in the network."""
    transfer = sender(sack=sack)
    assert begin(transfer, 10) == 10
    assert transfer.wait(SECOND) == [0]
    assert transfer.wait(2 * SECOND) == [0]


@pytest.mark.parametrize("call", ["close", "shutdown"])
def test_a_fin_goes_at_once(script, call):
    """2525-2.15: with the last text or alone; no timer and no ACK is waited for."""
    connection = script.establish()
    connection.send(b"first", script.now)
    script.poll()
    connection.send(b"last", script.now)  # Nagle's algorithm holds this back
    assert script.poll() == []
    getattr(connection, call)(script.now)
    assert script.poll() == [("FP.", 6, 1, b"last")]


@pytest.mark.parametrize("state", ["FIN-WAIT-1", "FIN-WAIT-2"])
def test_text_after_a_whole_close_is_reset(script, state):
    """2525-2.16: nobody will read it, and the peer must hear of that."""
    connection = script.establish()
    connection.close(script.now)
    assert script.poll() == [("F.", 1, 1, b"")]
    if state == "FIN-WAIT-2":
        script.feed(".", 1, 2)
    assert connection.state == state
    script.feed("P.", 1, 2, b"text")
    assert [flags for flags, *_ in script.poll()] == ["R"]
    assert connection.state == "CLOSED"


def test_closing_with_text_unread_is_a_reset(script):
    """2525-2.17: instead of a FIN, as if all had been taken."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"text")
    script.poll()
    connection.close(script.now)
    assert [flags[0] for flags, *_ in script.poll()] == ["R"]
    assert connection.state == "CLOSED"


@pytest.mark.parametrize("stamps", [True, False])
@pytest.mark.parametrize("sack", [True, False])
def test_segments_with_options_still_fit_the_mss(make_transfer, stamps, sack):
    """2525-2.18: text and options together; SACK blocks that come and go are taken off, too."""
    transfer = make_transfer(stamps=stamps, sack=sack)
    script = transfer.script
    transfer.connection.send(bytes(3000), script.now)
    script.feed(".", 1001, 1, bytes(1000), window=4000, options=transfer.options(()))  # a gap
    script.poll()
    sizes = [len(one.payload) + one.header.header_length - 20 for one in script.last]
    assert max(sizes) <= (1012 if stamps else 1000)
    assert any(one.header.header_length > 20 for one in script.last) or not (stamps or sack)
