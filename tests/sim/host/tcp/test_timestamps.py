"""Timestamps and PAWS (RFC 7323)."""

import pytest

from wirelab.codecs import MaximumSegmentSize, NoOperation, Timestamps, WindowScale
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

NOP = NoOperation()
DAY = 86_400 * SECOND


def stamped(value, echo=0):
    return (NOP, NOP, Timestamps(value & 0xFFFF_FFFF, echo))


@pytest.fixture
def open_stamped(make_script):
    """Makes connections with timestamps; the peer's SYN,ACK had 1000."""

    def make(**knobs):
        script = make_script(TcpConfig(**knobs))
        script.connect()
        script.feed("S.", 0, 1, options=(MaximumSegmentSize(1460), Timestamps(1000, 0)))
        script.poll()
        return script

    return make


@pytest.fixture
def stamps(open_stamped):
    return open_stamped()


def echoed(script):
    """TSecr of the next segments."""
    script.poll()
    return [sent.header.options[2].echo_reply for sent in script.last]


def test_text_older_than_what_we_have_is_dropped_and_acknowledged(stamps):
    """7323-5.3a: the clock wraps on the way."""
    value = 1000
    for seq in range(1, 4):
        value += 0x7FFF_0000
        assert stamps.feed(".", seq, 1, b"a", options=stamped(value)) is None
        stamps.pass_time(SECOND)
        drop = stamps.feed(".", seq + 1, 1, b"b", options=stamped(value - 1))
        assert drop.reason == Reason.TCP_PAWS
        assert stamps.poll() == [(".", 1, seq + 1, b"")]


def test_a_pure_ack_that_is_too_old_is_ignored_and_answered_seldom(stamps):
    """Section 5.3, R1; throttled as RFC 5961 section 7, or two such peers would never end."""
    sent = []
    for _ in range(50):
        assert stamps.feed(".", 1, 1, options=stamped(999)).reason == Reason.TCP_PAWS
        sent += stamps.poll()
    assert len(sent) == 10


def test_ts_recent_is_forgotten_after_24_days_of_silence(stamps):
    """7323-5.5: then a clock of 1 ms may have wrapped."""
    stamps.now += 24 * DAY - 1
    assert stamps.feed(".", 1, 1, b"x", options=stamped(999)).reason == Reason.TCP_PAWS
    stamps.now += 1
    assert stamps.feed(".", 1, 1, b"x", options=stamped(999)) is None
    assert stamps.feed(".", 2, 1, b"x", options=stamped(998)).reason == Reason.TCP_PAWS


@pytest.mark.parametrize("options", [(), stamped(1)])
def test_a_reset_needs_no_timestamps_and_no_young_ones(stamps, options):
    """7323-5.3c, 7323-3.2b: "PAWS ... non-RST"; section 3.2."""
    assert stamps.feed("R", 1, options=options) is None
    assert stamps.connection.error == Reason.TCP_RESET


def test_segments_without_the_option_are_dropped_silently(stamps):
    """7323-3.2b: SHOULD."""
    assert stamps.feed(".", 1, 1, b"x").reason == Reason.TCP_BAD_FLAGS
    assert stamps.pass_time(SECOND) == []


def test_segments_without_the_option_are_taken_where_they_are_tolerated(open_stamped):
    script = open_stamped(timestamps_required=False)
    assert script.feed(".", 1, 1, b"x") is None
    assert script.connection.receive(10, script.now) == b"x"


def test_a_keepalive_is_old_text_but_no_old_segment(stamps):
    """RFC 9293 section 3.8.4: SEG.SEQ = SND.NXT - 1; it must be answered, and its time counts."""
    stamps.feed(".", 1, 1, b"x", options=stamped(1001))
    stamps.pass_time(SECOND)
    assert stamps.feed(".", 1, 1, options=stamped(5000)).reason == Reason.TCP_OUT_OF_WINDOW
    assert stamps.poll() == [(".", 1, 2, b"")]


# Which TSval is echoed: section 4.3


def test_a_delayed_ack_echoes_the_first_of_its_segments(stamps):
    """7323-4.3b: Figure A: the delay of the ACK counts for the peer's RTO."""
    stamps.feed(".", 1, 1, b"a", options=stamped(1001))
    stamps.feed(".", 2, 1, b"b", options=stamped(1002))
    stamps.now += 200 * MILLISECOND
    stamps.node.timers.run(stamps.now)
    assert echoed(stamps) == [1001]


def test_a_hole_echoes_the_last_text_in_order_and_then_what_fills_it(stamps):
    """7323-4.3c, 7323-4.3d: Figure B."""
    stamps.feed(".", 1, 1, b"aa", options=stamped(1001))
    stamps.pass_time(SECOND)
    stamps.feed(".", 5, 1, b"cc", options=stamped(1003))
    assert echoed(stamps) == [1001]
    stamps.feed(".", 3, 1, b"bb", options=stamped(1002))
    assert echoed(stamps) == [1002]
    stamps.feed(".", 7, 1, b"dd", options=stamped(1004))
    stamps.connection.send(b"x", stamps.now)
    assert echoed(stamps) == [1004]


def test_old_text_with_a_new_time_is_echoed(stamps):
    """7323-4.3a: a retransmission whose ACK was lost has SEG.SEQ <= Last.ACK.sent."""
    stamps.feed(".", 1, 1, bytes(10), options=stamped(1001))
    stamps.pass_time(SECOND)
    stamps.feed(".", 6, 1, bytes(10), options=stamped(1005))
    stamps.connection.send(b"x", stamps.now)
    assert echoed(stamps) == [1005]


def test_both_ways_through_segment_arrives_note_the_same_time(make_wire):
    """Header prediction and the eight steps; round trips are measured all the same."""
    wire = make_wire()
    client, server, _ = wire.connect()
    wire.run_for(SECOND)
    client.send(bytes(20_000), wire.now)
    got = 0

    def read():
        nonlocal got
        data = server.receive(65_535, wire.now)
        got += 0 if data is WOULD_BLOCK else len(data)
        return got == 20_000

    wire.run(read)
    for sent in wire.sent[3:]:
        assert sent.header.options[2].echo_reply
    assert not wire.alice.drops
    assert not wire.bob.drops


def test_paws_comes_before_the_sequence_number(stamps):
    """7323-5.3b: what is outside of the window and old is told to be old."""
    assert stamps.feed(".", 70_000, 1, b"x", options=stamped(999)).reason == Reason.TCP_PAWS


def test_a_window_scale_after_the_handshake_means_nothing(stamps):
    """7323-2.2a."""
    options = (NOP, WindowScale(3), NOP, NOP, Timestamps(1001, 0))
    stamps.feed(".", 1, 1, window=3000, options=options)
    stamps.connection.send(bytes(5000), stamps.now)
    assert sum(len(data) for *_, data in stamps.poll()) == 2 * 1448
    assert all(option.KIND != WindowScale.KIND for option in stamps.last[0].header.options)


def test_the_time_of_a_segment_whose_ack_is_refused_is_not_echoed(stamps):
    """7323-4.3a: else a blind guess could make all that follows too old."""
    drop = stamps.feed(".", 1, 9999, b"x", options=stamped(200_000))
    assert drop.reason == Reason.TCP_ACK_UNSENT
    stamps.poll()
    assert stamps.feed(".", 1, 1, b"x", options=stamped(1001)) is None
    stamps.connection.send(b"y", stamps.now)
    assert echoed(stamps) == [1001]
