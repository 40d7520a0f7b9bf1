"""TCP connections, seen from outside: the core, with numbers and bytes."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.reassembly import (
    CLIENT,
    SERVER,
    Data,
    Ended,
    Gap,
    TCPStreamReassembler,
)
from wirelab.codecs.reassembly.tcp_stream import ACK, FIN, RST, SYN
from wirelab.codecs.reassembly.tcp_streams import OVER_TIMEOUT_NS

ALICE, BOB = (b"\x0a\0\0\x01", 50000), (b"\x0a\0\0\x02", 80)
S = 1_000_000_000


class Wire:
    """Segments of ALICE > BOB and back, with the events in words."""

    def __init__(self, **words):
        self.reassembler = TCPStreamReassembler(**words)
        self.now = 0

    def send(self, flags, sequence, data=b"", ack=0, source=ALICE, destination=None, at=None):
        """The events of a segment: (what, side, offset, data or size) or ("ended", reason)."""
        self.now = self.now + 1 if at is None else at
        destination = destination or (BOB if source == ALICE else ALICE)
        return words(
            self.reassembler.add(
                source, destination, sequence % (1 << 32), ack % (1 << 32), flags, data, self.now
            )
        )

    def handshake(self, ours=1000, theirs=9000):
        """SYN, SYN-ACK, ACK."""
        assert self.send(SYN, ours) == []
        assert self.send(SYN | ACK, theirs, ack=ours + 1, source=BOB) == []
        assert self.send(ACK, ours + 1, ack=theirs + 1) == []


def words(events):
    """Events as tuples."""
    found: list[tuple[Any, ...]] = []
    for event in events:
        match event:
            case Data(_, side, offset, data):
                found.append(("data", side, offset, data))
            case Gap(_, side, offset, size):
                found.append(("gap", side, offset, size))
            case Ended(_, reason):
                found.append(("ended", reason))
    return found


def test_a_connection_from_syn_to_fin():
    wire = Wire()
    wire.handshake()
    assert wire.send(ACK, 1001, b"GET", ack=9001) == [("data", CLIENT, 0, b"GET")]
    assert wire.send(ACK, 9001, b"200", ack=1004, source=BOB) == [("data", SERVER, 0, b"200")]
    assert wire.send(FIN | ACK, 9004, ack=1004, source=BOB) == []
    assert wire.send(FIN | ACK, 1004, b"!", ack=9005) == [
        ("data", CLIENT, 3, b"!"),
        ("ended", "fin"),
    ]
    assert wire.send(ACK, 9005, ack=1006, source=BOB) == []
    assert wire.reassembler.finish() == []


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(min_size=1, max_size=300),
    first=st.sampled_from([0, 1000, (1 << 32) - 100, (1 << 32) - 1, (1 << 31) - 50]),
    draw=st.data(),
)
def test_any_segmentation_in_any_order_gives_the_original(data, first, draw):
    """Sequence numbers wrap; retransmissions are cut differently; every segment comes once more."""
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(data)), max_size=8)) | {0, len(data)})
    segments = list(pairwise(cuts))
    again = draw.draw(st.lists(st.tuples(*[st.integers(0, len(data))] * 2).map(sorted), max_size=6))
    order = draw.draw(st.permutations([*segments, *map(tuple, again)]))
    wire = Wire(overlap=draw.draw(st.sampled_from(["first", "last", "bsd", "bsd-right", "linux"])))
    wire.handshake(ours=first)
    got = b""
    for start, stop in order:
        for what, side, offset, piece in wire.send(ACK, first + 1 + start, data[start:stop]):
            assert (what, side, offset) == ("data", CLIENT, len(got))
            got += piece
    assert got == data
    stream = next(iter(wire.reassembler._streams.values()))
    assert (stream.halves[CLIENT].missing, stream.halves[CLIENT].pieces.size) == (0, 0)


def test_a_hole_is_given_up_when_the_receiver_acknowledged_what_is_behind_it():
    """The receiver has the bytes, and the capture has not."""
    wire = Wire()
    wire.handshake()
    assert wire.send(ACK, 1001 + 100, b"behind") == []
    assert wire.send(ACK, 9001, ack=1001, source=BOB) == []
    assert wire.send(ACK, 9001, ack=1001 + 106, source=BOB) == [
        ("gap", CLIENT, 0, 100),
        ("data", CLIENT, 100, b"behind"),
    ]
    assert wire.send(ACK, 1001, b"late") == []  # it was delivered as a hole


def test_holes_are_told_at_the_end_also_the_last_one():
    wire = Wire()
    wire.handshake()
    wire.send(ACK, 1001 + 5, b"a")
    wire.send(ACK, 1001 + 8, b"b")
    wire.send(FIN | ACK, 1001 + 20)
    assert words(wire.reassembler.finish()) == [
        ("gap", CLIENT, 0, 5),
        ("data", CLIENT, 5, b"a"),
        ("gap", CLIENT, 6, 2),
        ("data", CLIENT, 8, b"b"),
        ("gap", CLIENT, 9, 11),
        ("ended", "end"),
    ]


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [("first", b"-111122"), ("last", b"-112222"), ("linux", b"-111122"), ("bsd", b"-111122")],
)
def test_bytes_that_wait_are_decided_by_the_policy(overlap, expected):
    wire = Wire(overlap=overlap)
    wire.handshake()
    wire.send(ACK, 1002, b"1111")
    wire.send(ACK, 1004, b"2222")
    assert wire.send(ACK, 1001, b"-") == [("data", CLIENT, 0, expected)]
    (stream,) = wire.reassembler._streams.values()
    assert stream.halves[CLIENT].conflicting == 2


def test_bytes_that_were_delivered_stay():
    wire = Wire(overlap="last")
    wire.handshake()
    wire.send(ACK, 1001, b"good")
    assert wire.send(ACK, 1001, b"evil!") == [("data", CLIENT, 4, b"!")]
    (stream,) = wire.reassembler._streams.values()
    assert stream.halves[CLIENT].old == 4


def test_a_reset_ends_the_connection_and_late_segments_begin_none():
    wire = Wire()
    wire.handshake()
    wire.send(ACK, 1003, b"waits")
    assert wire.send(RST, 9001, source=BOB) == [
        ("gap", CLIENT, 0, 2),
        ("data", CLIENT, 2, b"waits"),
        ("ended", "rst"),
    ]
    assert wire.send(ACK, 1008, b"late") == []
    assert wire.send(RST, 9001, source=BOB) == []
    assert wire.reassembler.count == 1


@pytest.mark.parametrize("distance", [1 << 31, 1 << 29, -(1 << 29), (1 << 20) + 1])
def test_a_reset_with_a_number_out_of_any_window_is_somebody_else_s(distance):
    """RFC 5961 section 3: who guesses the number must not end the stream."""
    wire = Wire()
    wire.handshake()
    assert wire.send(RST, 1001 + distance, b"") == []
    assert wire.send(ACK, 1001, b"goes on") == [("data", CLIENT, 0, b"goes on")]


def test_a_new_syn_of_the_same_ports_begins_a_new_stream():
    wire = Wire()
    wire.handshake()
    wire.send(ACK, 1001, b"old")
    assert wire.send(SYN, 1000) == []  # the same SYN once more
    assert wire.send(SYN, 77_000) == []
    answer = wire.send(SYN | ACK, 5_000_000, ack=77_001, source=BOB)
    assert answer == [("ended", "replaced")]
    assert wire.send(ACK, 77_001, b"new") == [("data", CLIENT, 0, b"new")]
    assert wire.send(RST, 77_004) == [("ended", "rst")]
    assert wire.send(SYN, 88_000) == []
    assert wire.send(ACK, 88_001, b"third") == [("data", CLIENT, 0, b"third")]
    assert wire.reassembler.count == 3


@pytest.mark.parametrize("source", [ALICE, BOB])
def test_a_syn_that_nobody_answers_does_not_end_a_connection(source):
    """RFC 5961 section 4: anybody can send one; Wireshark gives it a number, and so do we."""
    wire = Wire()
    wire.handshake()
    assert wire.send(SYN, 70_000_000, source=source) == []
    assert wire.send(SYN, 70_000_000, source=source) == []
    assert wire.send(ACK, 1001, b"goes on", ack=9001) == [("data", CLIENT, 0, b"goes on")]
    assert wire.send(ACK, 9001, b"too", ack=1008, source=BOB) == [("data", SERVER, 0, b"too")]
    assert wire.reassembler.count == 2
    (stream,) = wire.reassembler._streams.values()
    assert stream.number == 0


def test_a_connection_with_one_side_captured_is_replaced_by_a_syn_alone():
    wire = Wire()
    wire.send(SYN, 1000)
    wire.send(ACK, 1001, b"old")
    assert wire.send(SYN, 77_000) == [("ended", "replaced")]
    assert wire.send(ACK, 77_001, b"new") == [("data", CLIENT, 0, b"new")]


def test_what_a_new_syn_carries_is_kept_until_it_is_answered():
    """RFC 7413; the roles may be swapped, and SYN-ACK missing in the capture."""
    wire = Wire()
    wire.handshake()
    assert wire.send(SYN, 77_000, b"fast", source=BOB) == []
    assert wire.reassembler.cost > 2000
    events = wire.send(ACK, 5_000_001, ack=77_005)
    assert events == [("ended", "replaced"), ("data", CLIENT, 0, b"fast")]
    (stream,) = wire.reassembler._streams.values()
    assert (stream.number, stream.client, stream.midstream) == (1, BOB, False)


def test_syns_that_wait_for_an_answer_count_as_memory():
    reassembler = TCPStreamReassembler(most_bytes=100_000)
    for port in range(200):
        one, two = (b"\x0a\0\0\x01", port), (b"\x0a\0\0\x02", 80)
        reassembler.add(one, two, 1, 0, SYN, b"", 0)
        reassembler.add(two, one, 1, 2, SYN | ACK, b"", 0)
        reassembler.add(one, two, 70_000, 0, SYN, bytes(9000), 0)
        assert reassembler.cost <= 100_000
    assert len(reassembler) <= 10


def test_syn_may_carry_data():
    """RFC 9293 section 3.10.7.4, RFC 7413; a repeated SYN repeats its data."""
    wire = Wire()
    assert wire.send(SYN, 1000, b"fast") == [("data", CLIENT, 0, b"fast")]
    assert wire.send(SYN, 1000, b"fast") == []
    assert wire.send(ACK, 1005, b"er") == [("data", CLIENT, 4, b"er")]


def test_the_one_that_answers_is_the_server_even_if_seen_first():
    wire = Wire()
    wire.send(SYN | ACK, 9000, ack=1001, source=BOB)
    (event,) = wire.reassembler.add(ALICE, BOB, 1001, 9001, ACK, b"x", 2)
    assert (event.stream.client, event.stream.server) == (ALICE, BOB)
    assert isinstance(event, Data)
    assert (event.side, event.stream.midstream) == (CLIENT, False)


def test_a_connection_may_be_picked_up_in_the_middle():
    wire = Wire()
    assert wire.send(ACK, 5000, b"mid") == [("data", CLIENT, 0, b"mid")]
    assert wire.send(ACK, 4000, b"before it all") == []
    assert wire.send(ACK, 7000, b"way", ack=5003, source=BOB) == [("data", SERVER, 0, b"way")]
    (stream,) = wire.reassembler._streams.values()
    assert stream.midstream


def test_a_keepalive_s_old_byte_is_no_data():
    """RFC 9293 section 3.8.4: SEG.SEQ = SND.NXT - 1."""
    wire = Wire()
    wire.handshake()
    wire.send(ACK, 1001, b"data")
    assert wire.send(ACK, 1004, b"\0") == []
    assert wire.send(ACK, 1004) == []
    assert wire.send(ACK, 1005, b"more") == [("data", CLIENT, 4, b"more")]


def test_data_behind_fin_are_cut():
    wire = Wire()
    wire.handshake()
    wire.send(FIN | ACK, 1004)
    assert wire.send(ACK, 1001, b"abcdef") == [("data", CLIENT, 0, b"abc")]


def test_an_idle_stream_ends():
    wire = Wire(idle_timeout_ns=60 * S)
    wire.handshake()
    assert words(wire.reassembler.expire(60 * S)) == []
    assert words(wire.reassembler.expire(60 * S + 3)) == [("ended", "idle")]
    assert len(wire.reassembler) == 0
    assert wire.send(ACK, 1001, b"after all", at=61 * S) == [("data", CLIENT, 0, b"after all")]


def test_what_is_over_is_forgotten_in_time():
    wire = Wire()
    wire.handshake()
    wire.send(RST, 1001)
    assert len(wire.reassembler) == 1
    wire.reassembler.expire(wire.now + OVER_TIMEOUT_NS)
    assert (len(wire.reassembler), wire.reassembler.cost) == (0, 0)


def test_a_full_buffer_gives_the_hole_up():
    wire = Wire(most_stream_bytes=10_000)
    wire.handshake()
    events = []
    for number in range(1, 60):
        events += wire.send(ACK, 1001 + 1000 * number, bytes(1000))
        (stream,) = wire.reassembler._streams.values()
        assert stream.halves[CLIENT].pieces.cost <= 10_000
    assert events[0] == ("gap", CLIENT, 0, 1000)
    assert sum(len(event[3]) for event in events if event[0] == "data") == 59_000


@pytest.mark.parametrize("flags", [SYN, ACK])
def test_a_flood_of_connections_stays_within_the_memory(flags):
    """The stream idle longest is evicted, and said to be."""
    reassembler = TCPStreamReassembler(most_bytes=200_000)
    ended = []
    for number in range(5000):
        source = (number.to_bytes(4, "big"), 1)
        sequence = 5 if flags == ACK else 0
        events = reassembler.add(source, BOB, sequence, 0, flags, b"", number)
        ended += [event for event in events if isinstance(event, Ended)]
        assert reassembler.cost <= 200_000
    assert len(reassembler) <= 100
    assert {event.reason for event in ended} == {"evicted"}
    assert [event.stream.number for event in ended] == list(range(len(ended)))


def test_a_flood_of_single_bytes_with_holes_stays_within_the_memory():
    wire = Wire(most_stream_bytes=50_000)
    wire.handshake()
    for number in range(3000):
        wire.send(ACK, 1002 + 2 * number, b"x")
        assert wire.reassembler.cost < 60_000


def test_a_segment_too_far_ahead_is_left_out():
    wire = Wire()
    wire.handshake()
    assert wire.send(ACK, 1001 + (1 << 30) + 1, b"far") == []
    assert wire.send(ACK, 1001, b"near") == [("data", CLIENT, 0, b"near")]


@settings(max_examples=150, deadline=None)
@given(
    segments=st.lists(
        st.tuples(
            st.integers(0, 0x3F),
            st.one_of(st.integers(0, 60), st.integers(0, (1 << 32) - 1)),
            st.binary(max_size=30),
            st.one_of(st.integers(0, 60), st.integers(0, (1 << 32) - 1)),
            st.sampled_from([ALICE, BOB, (b"\x0a\0\0\x03", 1)]),
        ),
        max_size=60,
    )
)
def test_nothing_raises_offsets_only_grow_and_nothing_leaks(segments):
    reassembler = TCPStreamReassembler(most_stream_bytes=2000, most_bytes=9000)
    expected: dict[tuple[int, int], int] = {}
    ended: set[int] = set()
    begun: set[int] = set()

    def check(events):
        for event in events:
            number = event.stream.number
            assert number not in ended
            if isinstance(event, Ended):
                ended.add(number)
                continue
            place = (number, event.side)
            assert event.offset == expected.get(place, 0)
            size = event.size if isinstance(event, Gap) else len(event.data)
            assert size > 0
            expected[place] = event.offset + size

    for now, (flags, sequence, data, ack, source) in enumerate(segments):
        destination = BOB if source != BOB else ALICE
        check(reassembler.add(source, destination, sequence, ack, flags, data, now * S))
        assert reassembler.cost <= 9000
        begun |= {stream.number for stream in reassembler._streams.values()}
    check(reassembler.finish())
    assert begun <= ended <= set(range(reassembler.count))  # SYNs without an answer have numbers
    assert (len(reassembler), reassembler.cost) == (0, 0)


def test_refusing_is_no_policy_of_streams():
    with pytest.raises(ValueError, match="give one of first, last"):
        TCPStreamReassembler(overlap="refuse")
