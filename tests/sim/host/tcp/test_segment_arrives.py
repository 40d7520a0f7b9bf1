"""What a segment does to a connection, state by state (RFC 9293 section 3.10.7)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, IPv4, MaximumSegmentSize, NoOperation, UnknownOption
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Closed, Connected, Readable
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

SYNCHRONIZED = [
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSE-WAIT",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT",
]


def numbers(script, state):
    """RCV.NXT and SND.NXT of `Script.to_state`, relative to the ISNs."""
    fin_received = state in ("CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")
    fin_sent = state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT")
    return 1 + fin_received, 1 + fin_sent


# SYN-SENT, section 3.10.7.3


def test_a_syn_ack_establishes_and_is_acknowledged(script):
    """Fourth step."""
    script.connect()
    assert script.feed("S.", 0, 1) is None
    assert script.connection.state == "ESTABLISHED"
    assert script.poll() == [(".", 1, 1, b"")]
    assert script.node.events == [Connected(script.connection)]


@pytest.mark.parametrize("ack", [0, 2, 70_000, -5])
def test_an_ack_of_what_was_not_sent_is_reset_in_syn_sent(script, ack):
    """First step: <SEQ=SEG.ACK><CTL=RST>; section 3.5.2, group 2."""
    script.connect()
    drop = script.feed("S.", 0, ack)
    assert (drop.reason, drop.answered) == (Reason.TCP_ACK_UNSENT, True)
    assert script.poll() == [("R", ack & 0xFFFF_FFFF, 0, b"")]
    assert script.connection.state == "SYN-SENT"


def test_a_reset_with_a_wrong_ack_is_ignored_in_syn_sent(script):
    """First step: no reset for a reset."""
    script.connect()
    assert script.feed("R.", 0, 2).reason == Reason.TCP_ACK_UNSENT
    assert script.poll() == []
    assert script.connection.state == "SYN-SENT"


def test_a_reset_that_acknowledges_our_syn_refuses(script):
    """Second step."""
    script.connect()
    assert script.feed("R.", 0, 1) is None
    assert script.connection.error == Reason.TCP_NO_LISTENER
    assert Closed(script.connection, Reason.TCP_NO_LISTENER) in script.node.events


@pytest.mark.parametrize(("flags", "ack"), [("R", None), (".", 1), ("F.", 1), ("", None)])
def test_neither_syn_nor_a_valid_reset_leaves_syn_sent_alone(script, flags, ack):
    """Second and fifth step."""
    script.connect()
    assert script.feed(flags, 5, ack).reason == Reason.TCP_BAD_FLAGS
    assert script.poll() == []
    assert script.connection.state == "SYN-SENT"


def test_data_and_fin_on_a_syn_ack_are_taken(script):
    """Fourth step: "other controls or text in the segment"; section 3.5."""
    script.connect()
    assert script.feed("SF.", 0, 1, b"hello") is None
    assert script.connection.state == "CLOSE-WAIT"
    assert script.poll() == [(".", 1, 7, b"")]
    assert script.connection.receive(100, script.now) == b"hello"
    assert script.connection.receive(100, script.now) == b""


def test_data_waiting_in_syn_sent_goes_with_the_ack_of_the_handshake(script):
    """Section 3.10.2, SYN-SENT: queue for transmission after entering ESTABLISHED."""
    script.connect()
    assert script.connection.send(b"early", script.now) == 5
    assert script.poll() == []
    script.feed("S.", 0, 1)
    assert script.poll() == [("P.", 1, 1, b"early")]


def test_must_10_a_syn_in_syn_sent_is_answered_with_our_syn_and_an_ack(script):
    """MUST-10: Section 3.5, figure 7, lines 3 and 5."""
    script.connect()
    assert script.feed("S", 0, options=(MaximumSegmentSize(1000),)) is None
    assert script.connection.state == "SYN-RECEIVED"
    assert script.poll() == [("S.", 0, 1, b"")]
    assert script.feed("S.", 0, 1) is None  # the peer's SYN,ACK repeats its SYN
    assert script.connection.state == "ESTABLISHED"


def test_a_reset_refuses_a_simultaneous_open(script):
    """Section 3.10.7.4, second step, SYN-RECEIVED after an active OPEN (MUST-11)."""
    script.connect()
    script.feed("S", 0)
    script.poll()
    assert script.feed("R", 1) is None
    assert script.connection.error == Reason.TCP_NO_LISTENER


# First step: sequence numbers, table 6


@pytest.mark.parametrize(
    ("window", "length", "seq", "acceptable"),
    [
        # length 0, window 0
        (0, 0, 0, True),
        (0, 0, -1, False),
        (0, 0, 1, False),
        # length 0, window > 0
        (100, 0, -1, False),
        (100, 0, 0, True),
        (100, 0, 99, True),
        (100, 0, 101, False),
        # length > 0, window 0
        (0, 1, -1, False),
        (0, 1, 1, False),
        # length > 0, window > 0
        (100, 10, -10, False),
        (100, 10, -9, True),
        (100, 10, 0, True),
        (100, 10, 99, True),
        (100, 10, 100, False),
        (100, 200, -50, True),  # all of the window and more on both sides
    ],
)
def test_only_segments_in_the_window_are_acceptable(make_script, window, length, seq, acceptable):
    """Section 3.4, table 5; the answer to the others is an ACK."""
    script = make_script(TcpConfig(receive_buffer=100))
    script.establish()
    start = 1
    if not window:
        script.feed(".", 1, 1, bytes(100))
        start = 101
        script.poll()
    drop = script.feed(".", start + seq, 1, bytes(length))
    if acceptable:
        assert drop is None
    else:
        assert drop.reason in (Reason.TCP_OUT_OF_WINDOW, Reason.TCP_OLD_DATA)
        assert script.poll() == [(".", 1, start, b"")]


def test_an_ack_from_a_peer_that_has_filled_our_window_still_counts(make_script):
    """Its SEG.SEQ is one past the edge (section 3.10.7.4: "special allowance")."""
    script = make_script(TcpConfig(receive_buffer=100))
    connection = script.establish()
    connection.send(b"abc", script.now)
    script.poll()
    assert script.feed(".", 101, 4) is None
    assert script.pass_time(10 * SECOND) == []  # nothing is sent again


def test_old_data_is_acknowledged_again(script):
    """First step: an acknowledgment should be sent in reply."""
    script.establish()
    script.feed("P.", 1, 1, b"abcd")
    script.poll()
    assert script.feed("P.", 1, 1, b"abcd").reason == Reason.TCP_OLD_DATA
    assert script.poll() == [(".", 1, 5, b"")]


def test_only_the_new_part_of_an_overlapping_segment_is_delivered(script):
    """First step: "only the new parts are processed"."""
    connection = script.establish()
    script.feed(".", 1, 1, b"abcd")
    assert script.feed(".", 3, 1, b"cdef") is None
    assert connection.receive(100, script.now) == b"abcdef"


def test_must_66_a_zero_window_still_lets_acks_and_resets_through(make_script):
    """MUST-66: Section 3.4; the text itself is refused and acknowledged."""
    script = make_script(TcpConfig(receive_buffer=100))
    connection = script.establish()
    script.feed(".", 1, 1, bytes(100))
    connection.send(b"abc", script.now)
    script.poll()
    assert script.feed(".", 101, 4, b"more").reason == Reason.TCP_WINDOW_FULL
    assert script.poll() == [(".", 4, 101, b"")]
    assert script.pass_time(10 * SECOND) == []  # our data was acknowledged
    assert script.feed("R", 101) is None
    assert connection.state == "CLOSED"


def test_text_beyond_the_window_is_cut_off(make_script):
    script = make_script(TcpConfig(receive_buffer=100))
    connection = script.establish()
    assert script.feed("F.", 1, 1, bytes(101)) is None
    assert script.poll() == [(".", 1, 101, b"")]
    assert len(connection.receive(1000, script.now)) == 100
    assert connection.state == "ESTABLISHED"  # the FIN was beyond, too


def test_a_fin_alone_fits_into_a_zero_window(make_script):
    """Ours, as 4.4BSD and Linux: it needs no room, and a peer without more to say may go."""
    script = make_script(TcpConfig(receive_buffer=100))
    connection = script.establish()
    script.feed(".", 1, 1, bytes(100))
    script.poll()
    assert script.feed("F.", 101, 1, b"more").reason == Reason.TCP_WINDOW_FULL
    assert connection.state == "ESTABLISHED"
    assert script.feed("F.", 101, 1) is None
    assert connection.state == "CLOSE-WAIT"
    script.poll()
    assert script.last[-1].header.window == 0


def test_segments_larger_than_our_mss_are_taken(script):
    """Peers that leave segmentation to their network interface send them."""
    connection = script.establish()
    assert script.feed(".", 1, 1, bytes(40_000)) is None
    assert len(connection.receive(1 << 20, script.now)) == 40_000


# Second step: resets


@pytest.mark.parametrize("state", SYNCHRONIZED)
def test_a_reset_at_rcv_nxt_ends_every_synchronized_state(script, state):
    """5961-3.2b: RFC 5961 section 3.2 check 2; section 3.5.3."""
    connection = script.to_state(state)
    rcv_nxt, _ = numbers(script, state)
    assert script.feed("R", rcv_nxt) is None
    assert connection.state == "CLOSED"
    expected = None if state == "TIME-WAIT" else Reason.TCP_RESET
    assert script.node.events_of(Closed) == [Closed(connection, expected)]
    assert script.poll() == []


@pytest.mark.parametrize("state", SYNCHRONIZED)
def test_a_reset_elsewhere_in_the_window_is_challenged(script, state):
    """5961-3.2c: RFC 5961 section 3.2 check 3."""
    connection = script.to_state(state)
    rcv_nxt, snd_nxt = numbers(script, state)
    assert script.feed("R", rcv_nxt + 1).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == [(".", snd_nxt, rcv_nxt, b"")]
    assert connection.state == state


@pytest.mark.parametrize("offset", [-1, 65_535, 70_000])
def test_a_reset_outside_of_the_window_is_silently_dropped(script, offset):
    """5961-3.2a: RFC 5961 section 3.2 check 1."""
    connection = script.establish()
    assert script.feed("R", 1 + offset).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == []
    assert connection.state == "ESTABLISHED"


def test_shld_2_a_reset_may_carry_data(script):
    """SHLD-2."""
    connection = script.establish()
    assert script.feed("R", 1, data=b"because") is None
    assert connection.error == Reason.TCP_RESET


def test_a_reset_returns_a_passive_open_to_listen(script):
    """Second step, SYN-RECEIVED: the user need not be informed (section 3.5.3, MUST-11)."""
    listener = script.passive()
    assert script.feed("R", 1) is None
    assert script.node.states[-1] == ("SYN-RECEIVED", "LISTEN")
    assert script.node.events == []
    assert listener.accept(script.now) is WOULD_BLOCK
    script.feed("S", 0)
    assert [flags for flags, *_ in script.poll()] == ["S."]


# Fourth step: SYN


@pytest.mark.parametrize("state", SYNCHRONIZED)
@pytest.mark.parametrize("offset", [0, 10])
def test_a_syn_in_a_synchronized_state_is_challenged(script, state, offset):
    """5961-4.2: RFC 5961 section 4.2."""
    connection = script.to_state(state)
    rcv_nxt, snd_nxt = numbers(script, state)
    assert script.feed("S", rcv_nxt + offset).reason == Reason.TCP_INVALID_SYN
    assert script.poll() == [(".", snd_nxt, rcv_nxt, b"")]
    assert connection.state == state


def test_another_syn_in_the_window_ends_a_passive_handshake(script):
    """SYN-RECEIVED after a passive OPEN: return to LISTEN."""
    script.passive()
    assert script.feed("S", 100).reason == Reason.TCP_INVALID_SYN
    assert script.node.states[-1] == ("SYN-RECEIVED", "LISTEN")


def test_the_same_syn_again_is_answered_with_the_syn_ack_again(script):
    """The SYN,ACK was lost: an ACK alone would not help the peer."""
    script.passive()
    assert script.feed("S", 0).reason == Reason.TCP_OLD_DATA
    assert script.poll() == [("S.", 0, 1, b"")]


# Fifth step: ACK


def test_a_segment_without_ack_is_dropped(script):
    """Fifth step: "if the ACK bit is off"."""
    connection = script.establish()
    assert script.feed("P", 1, None, b"data").reason == Reason.TCP_BAD_FLAGS
    assert script.poll() == []
    assert connection.receive(10, script.now) is WOULD_BLOCK


@pytest.mark.parametrize("ack", [0, 2, -1])
def test_a_wrong_ack_in_syn_received_is_reset(script, ack):
    """Fifth step, SYN-RECEIVED: <SEQ=SEG.ACK><CTL=RST>, and the state stays."""
    script.passive()
    drop = script.feed(".", 1, ack)
    assert (drop.reason, drop.answered) == (Reason.TCP_ACK_UNSENT, True)
    assert script.poll() == [("R", ack & 0xFFFF_FFFF, 0, b"")]
    assert script.feed(".", 1, 1) is None


@pytest.mark.parametrize("state", SYNCHRONIZED)
@pytest.mark.parametrize("ack_offset", [1, -65_600])
def test_an_ack_out_of_range_drops_the_segment_and_is_answered(script, state, ack_offset):
    """5961-5.2a, 5961-5.2b: Fifth step; RFC 5961 section 5.2 (MAY-12): SND.UNA-MAX.SND.WND to
    SND.NXT."""
    connection = script.to_state(state)
    rcv_nxt, snd_nxt = numbers(script, state)
    drop = script.feed(".", rcv_nxt, snd_nxt + ack_offset)
    assert drop.reason == Reason.TCP_ACK_UNSENT
    assert script.poll() == [(".", snd_nxt, rcv_nxt, b"")]
    assert connection.state == state


@pytest.mark.parametrize(("first", "then", "counts"), [(65_535, 100, True), (100, 100, False)])
def test_how_old_an_ack_may_be_depends_on_the_largest_window_ever(script, first, then, counts):
    """5961-5.2c: not on the window of now."""
    connection = script.establish(window=first)
    script.feed(".", 1, 1, window=then)
    drop = script.feed("P.", 1, 1 - 60_000, b"text", window=then)
    assert (drop is None) is counts
    assert (connection.readable_bytes == 4) is counts


def test_text_with_an_old_ack_is_delivered(script):
    """Fifth step: a duplicate ACK can be ignored; its text cannot."""
    connection = script.establish()
    connection.send(b"abc", script.now)
    script.poll()
    script.feed(".", 1, 4)
    assert script.feed("P.", 1, 1, b"late") is None
    assert connection.receive(10, script.now) == b"late"


def test_an_old_segment_cannot_change_the_window(script):
    """Fifth step: SND.WL1 and SND.WL2."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"new", window=5000)
    script.feed(".", 3, 1, window=0)  # sent before that: SEG.SEQ < SND.WL1 when it comes
    script.feed("P.", 4, 1, b"newer", window=5000)
    connection.send(bytes(2000), script.now)
    assert sum(len(text) for *_, text in script.poll()) == 1460


@pytest.mark.parametrize(
    ("state", "flags", "seq", "ack", "after"),
    [
        ("FIN-WAIT-1", ".", 1, 2, "FIN-WAIT-2"),
        ("FIN-WAIT-1", "F.", 1, 1, "CLOSING"),
        ("FIN-WAIT-1", "F.", 1, 2, "TIME-WAIT"),
        ("FIN-WAIT-2", "F.", 1, 2, "TIME-WAIT"),
        ("CLOSING", ".", 2, 2, "TIME-WAIT"),
        ("CLOSING", ".", 2, 1, "CLOSING"),
        ("LAST-ACK", ".", 2, 2, "CLOSED"),
        ("LAST-ACK", ".", 2, 1, "LAST-ACK"),
        ("ESTABLISHED", "F.", 1, 1, "CLOSE-WAIT"),
        ("CLOSE-WAIT", ".", 2, 1, "CLOSE-WAIT"),
    ],
)
def test_fins_and_their_acks_lead_through_the_states_of_closing(
    script, state, flags, seq, ack, after
):
    """Section 3.3.2, figure 5; fifth and eighth step."""
    connection = script.to_state(state)
    assert script.feed(flags, seq, ack) is None
    assert connection.state == after


# Seventh step: text


def test_shld_31_text_out_of_order_is_held_until_its_turn(script):
    """SHLD-31."""
    connection = script.establish()
    script.feed(".", 5, 1, b"efgh")
    script.feed("FP.", 13, 1, b"mnop")
    assert connection.receive(100, script.now) is WOULD_BLOCK
    script.feed(".", 1, 1, b"abcd")
    assert connection.receive(100, script.now) == b"abcdefgh"
    assert connection.state == "ESTABLISHED"
    script.feed(".", 9, 1, b"ijkl")
    assert connection.receive(100, script.now) == b"ijklmnop"
    assert connection.receive(100, script.now) == b""
    assert connection.state == "CLOSE-WAIT"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pieces=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=25),
    step=st.integers(1, 30),
)
def test_any_overlapping_pieces_give_the_stream(make_script, pieces, step):
    """Section 3.10.7.4: "we reconstruct the segment to contain just the new data"."""
    stream = bytes(range(100))
    script = make_script()
    connection = script.establish()
    pieces += [(start, step) for start in range(0, 100, step)]
    for start, length in pieces:
        script.feed(".", 1 + start, 1, stream[start : start + length])
    assert connection.receive(1000, script.now) == stream
    assert connection.receive(1000, script.now) is WOULD_BLOCK


@pytest.mark.parametrize("state", ["CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"])
def test_text_behind_a_fin_is_ignored(script, state):
    """Seventh step: "this should not occur"."""
    connection = script.to_state(state)
    rcv_nxt, snd_nxt = numbers(script, state)
    script.feed("P.", rcv_nxt, snd_nxt - (state in ("CLOSING", "LAST-ACK")), b"more")
    assert connection.receive(100, script.now) == b""


def test_data_on_a_syn_waits_for_the_handshake(script):
    """Section 3.5: not delivered until it is clear that it is valid."""
    listener = script.listen()
    assert script.feed("S", 0, data=b"early", options=script.syn_options()) is None
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    assert script.poll() == [("S.", 0, 1, b"")]
    assert script.node.events == []
    script.feed(".", 6, 1)
    connection = listener.accept(script.now)
    assert connection.receive(100, script.now) == b"early"
    assert script.poll() == [(".", 1, 6, b"")]


def test_more_pieces_than_can_be_held_are_refused(script):
    """Bounded memory: the peer sends them again."""
    script.establish()
    drops = [script.feed(".", 3 + 2 * index, 1, b"x") for index in range(65)]
    assert drops[:64] == [None] * 64
    assert drops[64].reason == Reason.TCP_WINDOW_FULL


def test_a_whole_conversation_may_come_on_a_syn(script):
    """Section 3.10.7.2, third step: "any other control or text should be queued"."""
    listener = script.listen()
    script.feed("SF", 0, data=b"all", options=script.syn_options())
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    script.feed(".", 5, 1)
    connection = listener.accept(script.now)
    assert connection.receive(100, script.now) == b"all"
    assert connection.receive(100, script.now) == b""
    assert connection.state == "CLOSE-WAIT"


def test_a_reset_that_repeats_the_syn_number_is_old(script):
    """SYN-RECEIVED: it is before the window."""
    script.passive()
    assert script.feed("SR", 0).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == []


# Eighth step: FIN


def test_must_12_the_application_reads_the_end_of_an_orderly_close(script):
    """MUST-12: Section 3.6; and a `Readable` tells of it."""
    connection = script.establish()
    script.node.events.clear()
    script.feed("F.", 1, 1)
    assert script.node.events == [Readable(connection)]
    assert connection.receive(100, script.now) == b""
    assert connection.error is None


def test_a_fin_that_came_early_counts_as_soon_as_the_gap_is_filled(script):
    """Segments are processed in SEG.SEQ order, without waiting for the FIN to come again."""
    connection = script.establish()
    script.feed("F.", 5, 1)
    script.feed(".", 1, 1, b"abcd")
    assert connection.state == "CLOSE-WAIT"
    assert script.poll() == [(".", 1, 6, b"")]


def test_a_fin_is_acknowledged_at_once(script):
    script.establish()
    script.feed("F.", 1, 1)
    assert script.poll() == [(".", 1, 2, b"")]


def test_a_fin_again_in_time_wait_is_acknowledged_and_begins_2_msl_anew(script):
    """Eighth step, TIME-WAIT."""
    connection = script.to_state("TIME-WAIT")
    script.pass_time(200 * SECOND)
    assert script.feed("F.", 1, 2).reason == Reason.TCP_OLD_DATA
    assert script.poll() == [(".", 2, 2, b"")]
    script.pass_time(239 * SECOND)
    assert connection.state == "TIME-WAIT"
    script.pass_time(1 * SECOND)
    assert connection.state == "CLOSED"


# Options


def test_must_6_unknown_options_are_ignored_anywhere(script):
    """Section 3.1 (MUST-5, MUST-6)."""
    connection = script.establish()
    options = (NoOperation(), UnknownOption(99, b"ab"), NoOperation())
    assert script.feed("P.", 1, 1, b"data", options=options) is None
    assert connection.receive(10, script.now) == b"data"


def test_must_1_windows_are_unsigned(script):
    """MUST-1: Section 3.1: 65535 is a large window, not minus one."""
    connection = script.establish(window=65_535)
    connection.send(bytes(60_000), script.now)
    assert script.poll() != []


def test_sequence_numbers_wrap(make_script):
    """Section 3.4: modulo 2**32, in both directions."""
    script = make_script()
    script.their_iss = 0xFFFF_FFFF
    connection = script.establish()
    total = 0
    for _ in range(5):
        script.feed(".", 1 + total, 1, bytes(1000))
        total += 1000
        connection.receive(10_000, script.now)
    script.poll()
    assert script.last[-1].ack == 5000


def test_a_segment_for_another_connection_does_not_disturb(script):
    """The four of addresses and ports tell connections apart."""
    connection = script.establish()
    header = TCP(
        source_port=81,
        destination_port=connection.local_port,
        sequence_number=1,
        acknowledgment_number=1,
        flags=4,
        window=0,
    )
    ip = IPv4(source=connection.remote_address, destination=connection.local_address)
    assert script.layer.receive(ip, header, b"", 0).reason == Reason.TCP_NO_CONNECTION
    assert connection.state == "ESTABLISHED"


FOUR_FOUR_BSD: dict[str, Any] = {
    "window_in_steps": False,
    "accept_all_that_fits": True,
    "repeat_fin": True,
    "acknowledge_each": "second segment",
}

SEGMENT = st.tuples(
    st.sampled_from(["", "S", "S.", ".", "P.", "F.", "FP.", "U.", "R", "R.", "SF.", "FSRP.", "F"]),
    st.integers(-3, 8) | st.integers(90, 110) | st.sampled_from([-(1 << 31), 1 << 31, 70_000]),
    st.integers(-3, 12) | st.sampled_from([-(1 << 31), 1 << 31, -70_000]),
    st.sampled_from([0, 0, 1, 3, 100, 200]),
    st.sampled_from([0, 1, 5, 2000, 65_535]),
)
CALL = st.sampled_from(["send", "receive", "shutdown", "close", "abort", "time", "poll", "poll"])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    begin=st.sampled_from(["SYN-SENT", "SYN-RECEIVED", *SYNCHRONIZED]),
    actions=st.lists(SEGMENT | CALL, max_size=30),
    knobs=st.sampled_from([{}, FOUR_FOUR_BSD]),
)
def test_no_segments_and_calls_whatever_break_the_rules(make_script, begin, actions, knobs):
    """Section 3.3.1: the variables keep their order, the window never shrinks (SHLD-14)."""
    script = make_script(TcpConfig(receive_buffer=100, maximum_receive_buffer=100, **knobs))
    if begin == "SYN-SENT":
        script.connect()
    elif begin == "SYN-RECEIVED":
        script.passive()
    else:
        script.to_state(begin)
    (tcb,) = script.layer._environment.connections.values()
    edge = 0
    for action in actions:
        if isinstance(action, tuple):
            flags, seq, ack, length, window = action
            script.feed(flags, seq, ack, bytes(length), window, urgent_pointer=length)
        else:
            perform(script, tcb.connection, action)
        assert tcb.iss <= tcb.snd_una <= tcb.snd_nxt
        assert tcb.irs <= tcb.rcv_nxt <= tcb.rcv_adv
        assert tcb.rcv_adv >= edge
        assert tcb.receive_buffer.size + tcb.rcv_wnd <= 100
        edge = tcb.rcv_adv
    script.pass_time(10_000 * SECOND)
    assert len(script.node.events_of(Closed)) <= 1


def perform(script, connection, action):
    """One call of an application, or some time."""
    try:
        if action == "send":
            connection.send(b"abc", script.now)
        elif action == "receive":
            connection.receive(50, script.now)
        elif action == "time":
            script.pass_time(SECOND)
        elif action == "poll":
            script.poll()
        else:
            getattr(connection, action)(script.now)
    except HostError:
        pass


# The last that came, again


def test_the_ack_on_a_fin_that_comes_again_counts(script):
    """Ours, as 4.4BSD and Linux: simultaneous close, and the first ACK of our FIN was lost."""
    script.to_state("CLOSING")
    script.feed("F.", 1, 2)
    assert script.connection.state == "TIME-WAIT"
    assert script.poll() == [(".", 2, 2, b"")]


def test_the_ack_on_text_that_is_older_than_the_last_does_not_count(script):
    """RFC 5961 section 5: it could be a blind guess."""
    script.establish()
    script.feed(".", 1, 1, b"one")
    script.feed(".", 4, 1, b"two")
    script.connection.send(b"x", script.now)
    script.poll()
    script.feed(".", 1, 2, b"one")
    assert script.connection._tcb.snd_una - script.our_iss & 0xFFFF_FFFF == 1
    script.feed(".", 4, 2, b"two")
    assert script.connection._tcb.snd_una - script.our_iss & 0xFFFF_FFFF == 2


@pytest.mark.parametrize(
    ("flags", "seq", "ack", "text", "answers"),
    [
        (".", 2, 2, b"", 0),  # the ACK that ended it
        (".", 3, 2, b"", 1),
        (".", 2, 1, b"", 1),
        (".", 2, 2, b"text", 1),
        ("F.", 1, 2, b"", 1),
    ],
)
def test_in_time_wait_all_but_the_last_ack_is_answered(script, flags, seq, ack, text, answers):
    """Section 3.6.1; ours, as 4.4BSD and Linux: the peer does not know of the end."""
    script.to_state("TIME-WAIT")
    script.feed(flags, seq, ack, text)
    assert script.poll() == [(".", 2, 2, b"")] * answers


@pytest.mark.parametrize(
    ("again", "answer"), [(True, ("F.", 1, 2, b"")), (False, (".", 2, 2, b""))]
)
def test_an_ack_carries_our_fin_again_where_that_is_wanted(make_script, again, answer):
    """4.4BSD's tcp_output; a challenge ACK does not."""
    script = make_script(TcpConfig(repeat_fin=again))
    script.to_state("FIN-WAIT-1")
    script.feed("R", 50)
    assert script.poll() == [(".", 2, 1, b"")]
    script.feed("F.", 1, 1)
    assert script.poll() == [answer]


@pytest.mark.parametrize(("answered", "sent"), [(True, [(".", 1, 1, b"")]), (False, [])])
def test_an_ack_of_what_was_not_sent_may_be_dropped_silently(make_script, answered, sent):
    """Section 3.10.7.4, fifth step; Linux says nothing."""
    script = make_script(TcpConfig(answer_ack_of_unsent=answered))
    script.establish()
    assert script.feed(".", 1, 500).reason == Reason.TCP_ACK_UNSENT
    assert script.poll() == sent


@pytest.mark.parametrize(("kept", "text"), [(True, b"early"), (False, WOULD_BLOCK)])
def test_text_of_a_syn_is_kept_or_has_to_come_again(make_script, kept, text):
    """Section 3.10.7.2, third step; Linux takes it for Fast Open alone."""
    script = make_script(TcpConfig(hold_syn_text=kept))
    listener = script.listen()
    script.feed("S", 0, data=b"early", options=script.syn_options())
    script.layer.poll_transmit(script.now)
    script.our_iss = script.out[0].seq
    script.feed(".", 1, 1) if not kept else script.feed(".", 6, 1)
    assert listener.accept(script.now).receive(10, script.now) == text
