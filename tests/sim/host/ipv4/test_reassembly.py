import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import UDP, ICMPv4
from wirelab.sim.host.ipv4.fragmentation import fragments
from wirelab.sim.host.ipv4.reassembly import congestion
from wirelab.sim.reasons import Reason

DATAGRAM = UDP(source_port=9, destination_port=4000)
DATA = bytes(i % 251 for i in range(3000))


def cut(rig, mtu=1500, data=DATA, number=1, **changes):
    """The frames of a datagram to port 4000, cut for an MTU."""
    changes = {"identification": number, **changes}
    whole = rig.frame(DATAGRAM, data, **changes)
    return [whole[:14] + piece for piece in fragments(whole[14:], mtu)]


def fragment(rig, offset, data, more=True, **changes):
    """A frame with one fragment; `offset` in bytes."""
    changes = {"identification": 1, "protocol": 17, **changes}
    return rig.frame(None, data, fragment_offset=offset // 8, more_fragments=more, **changes)


def refused(drop):
    return None if drop is None else drop.reason


@pytest.fixture
def listener(met):
    """A socket at the port that fragments are for."""
    return met.host.udp_bind(4000, met.now)


@pytest.mark.parametrize("turn", [list, reversed])
def test_the_fragments_of_a_datagram_are_put_together_in_any_order(met, listener, turn):
    """1122-3.2.1.4-a, 1122-3.3.2-a; RFC 791 section 3.2."""
    frames = list(turn(cut(met)))
    assert [met.receive(frame) for frame in frames] == [None] * 3
    assert listener.receive_from(met.now).data == DATA
    assert met.host.counters.balanced


def test_the_largest_datagram_there_is_arrives(met, listener):
    """1122-3.3.2-b: EMTU_R is all that 16 bits can say."""
    data = bytes(65_507)
    for frame in cut(met, data=data):
        assert met.receive(frame) is None
    assert listener.receive_from(met.now).data == data


def test_a_fragmented_ping_is_answered(met):
    """RFC 1122 section 3.2.2.6: echo data is returned whole."""
    echo = met.frame(ICMPv4(type=8, identifier=1, sequence_number=1), bytes(1000))
    for piece in fragments(echo[14:], 500):
        assert met.receive(echo[:14] + piece) is None
    [answer] = met.sent()
    assert (answer.transport.type, answer.payload) == (0, bytes(1000))


def test_datagrams_with_different_identification_protocol_or_source_are_not_mixed(met, listener):
    """RFC 791 section 3.2: these and the destination say which datagram it is."""
    one, other = cut(met, 1500, DATA[:2000], 1), cut(met, 1500, DATA[::-1][:2000], 2)
    for frame in (one[0], other[1], one[1], other[0]):
        assert met.receive(frame) is None
    assert [listener.receive_from(met.now).data for _ in range(2)] == [
        DATA[:2000],
        DATA[::-1][:2000],
    ]


def test_overlapping_fragments_give_the_datagram_up(met, listener):
    """RFC 5722 section 3 (for IPv4, too): also those that come later."""
    assert met.receive(fragment(met, 0, bytes(24))) is None
    assert refused(met.receive(fragment(met, 16, bytes(24)))) is Reason.IP_FRAG_OVERLAP
    assert refused(met.receive(fragment(met, 24, bytes(8), False))) is Reason.IP_FRAG_OVERLAP
    assert listener.waiting == 0


def test_a_fragment_that_comes_twice_is_dropped_and_does_no_harm(met, listener):
    """RFC 791 section 3.2: networks duplicate."""
    first, second, third = cut(met)
    assert met.receive(first) is None
    assert refused(met.receive(first)) is Reason.IP_FRAG_DUPLICATE
    assert met.receive(third) is None
    assert met.receive(second) is None
    assert listener.receive_from(met.now).data == DATA


@pytest.mark.parametrize(
    ("offset", "data", "more"),
    [(8, bytes(7), True), (65_528, bytes(16), False), (8, b"", False)],
)
def test_fragments_that_no_datagram_can_have_are_refused(met, offset, data, more):
    """RFC 791 section 3.1: units of 8 bytes, and 65,535 bytes in all ("ping of death")."""
    drop = met.receive(fragment(met, offset, data, more))
    assert refused(drop) is Reason.IP_FRAG_BAD
    assert met.host.counters.dropped == {Reason.IP_FRAG_BAD: 1}


def test_after_thirty_seconds_the_sender_of_the_first_fragment_is_told(met):
    """1122-3.3.2-d: time exceeded (code 1), quoting fragment zero."""
    first, *_ = cut(met)
    met.receive(first)
    met.wait(29.9)
    assert met.sent() == []
    met.wait(0.2)
    [sent] = met.sent()
    assert (sent.transport.type, sent.transport.code) == (11, 1)
    assert sent.ip.destination == met.PEER
    assert sent.payload == first[14:42]
    assert met.host.counters.given_up == {Reason.IP_FRAG_TIMEOUT: 1}


def test_without_the_first_fragment_nobody_is_told(met):
    """1122-3.3.2-d; RFC 792: "if fragment zero is not available"."""
    _, second, _ = cut(met)
    met.receive(second)
    met.wait(31)
    assert met.sent() == []
    assert met.host.counters.given_up == {Reason.IP_FRAG_TIMEOUT: 1}


def test_a_broadcast_that_stays_incomplete_is_not_complained_about(met):
    """RFC 1122 section 3.2.2: never about a broadcast."""
    first, *_ = cut(met, destination=met.BROADCAST, to=met.BROADCAST_MAC)
    assert met.receive(first) is None
    met.wait(31)
    assert met.sent() == []


def test_a_flood_of_fragments_takes_no_more_memory_than_allowed(make_rig):
    """The oldest are given up for newer ones; the cap is `HostConfig.reassembly_bytes`."""
    cap = 64 * 1024
    rig = make_rig(reassembly_bytes=cap)
    rig.introduce()
    for number in range(500):
        assert rig.receive(fragment(rig, 8, bytes(1400), identification=number)) is None
        assert rig.host._layers.ipv4.reassembly().cost <= cap
    assert rig.host.counters.given_up[Reason.IP_FRAG_MEMORY] > 400
    assert len(rig.host._layers.ipv4.reassembly()) < 30
    assert rig.host.counters.balanced


def test_nothing_is_kept_of_a_datagram_that_is_whole(met, listener):
    for frame in cut(met):
        met.receive(frame)
    assert (len(met.host._layers.ipv4.reassembly()), met.host._layers.ipv4.reassembly().cost) == (
        0,
        0,
    )


def test_congestion_that_one_fragment_met_is_not_forgotten(met):
    """RFC 3168 section 5.3."""
    echo = ICMPv4(type=8, identifier=1, sequence_number=1).build(bytes(8))
    met.receive(fragment(met, 0, echo[:8], ecn=2, protocol=1))
    arrival = met.host._layers.ipv4.reassembly()
    assert len(arrival) == 1
    assert congestion([2, 3, 2]) == 3
    assert congestion([1, 1]) == 1
    assert congestion([3, 0]) is None


def test_fragments_that_contradict_each_other_about_ecn_are_no_packet(met):
    """RFC 3168 section 5.3: Not-ECT and CE in one packet."""
    assert met.receive(fragment(met, 0, bytes(8), ecn=0)) is None
    assert refused(met.receive(fragment(met, 8, bytes(8), False, ecn=3))) is Reason.IP_FRAG_BAD


def test_the_transport_checksum_is_verified_though_the_link_vouches_for_frames(met, listener):
    """A link that sees pieces cannot have verified the whole."""
    frames = cut(met)
    spoiled = frames[1][:-1] + bytes((frames[1][-1] ^ 1,))
    outcomes = [met.receive(frame, trusted=True) for frame in (frames[0], spoiled, frames[2])]
    assert refused(outcomes[-1]) is Reason.UDP_BAD_CHECKSUM


@settings(max_examples=30, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 40), st.booleans(), st.integers(0, 3)),
        max_size=30,
    )
)
def test_any_fragments_leave_the_books_balanced(make_rig, pieces):
    """Every frame in has one fate, whatever the fragments say."""
    rig = make_rig(reassembly_bytes=8000)
    rig.introduce()
    for offset, size, more, number in pieces:
        rig.receive(fragment(rig, offset * 8, bytes(size), more, identification=number))
        rig.now += 1_000_000_000
        rig.host.handle_timers(rig.now)
        rig.host.poll_transmit(rig.now)
        assert rig.host.counters.balanced
        assert rig.host._layers.ipv4.reassembly().cost <= 8000
