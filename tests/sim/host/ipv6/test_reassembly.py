"""Fragments in, whole packets out; RFC 8200 section 4.5."""

import pytest

from wirelab.codecs import UDP, ICMPv6, IPv6Fragment
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.ipv6.fragmentation import fragments
from wirelab.sim.host.ipv6.reassembly import TIMEOUT
from wirelab.sim.reasons import Reason

DATA = bytes(range(256)) * 16


def pieces(bench, mtu=1280, number=7, data=DATA, **changes):
    packet = bytes(bench.ip(**changes) / UDP(4000, 7) / data)
    return list(fragments(packet, mtu, number))


def fragment(bench, offset, data, more, number=7, next_header=17):
    header = IPv6Fragment(
        next_header=next_header,
        fragment_offset=offset // 8,
        more_fragments=more,
        identification=number,
    )
    return bench.ip(next_header=44).build(header.build(data))


@pytest.mark.parametrize("order", [1, -1])
def test_the_last_fragment_delivers_the_packet(bench, order):
    """Those before it were taken, so each frame has one fate."""
    socket = bench.host.udp_bind(7, bench.now)
    for piece in pieces(bench)[::order]:
        assert bench.receive(piece) is None
    assert socket.receive_from(bench.now).data == DATA
    assert bench.host.counters.delivered == bench.host.counters.frames_in


def test_a_large_ping_is_answered_in_fragments(bench):
    """RFC 4443 section 4.2: all of the data comes back."""
    ip = bench.ip()
    packet = bytes(ip / ICMPv6(type=128) / (b"\0\1\0\2" + DATA))
    for piece in fragments(packet, 1280, 9):
        assert bench.receive(piece) is None
    answers = bench.sent()
    assert len(answers) > 1
    assert all(len(one.packet) <= 1500 for one in answers)
    assert all(one.packet[6] == 44 for one in answers)


def test_an_overlap_gives_the_packet_up_for_ever(bench):
    """RFC 5722 section 3: "including those not yet received"."""
    whole = pieces(bench)
    assert bench.receive(whole[0]) is None
    overlapping = fragment(bench, 8, bytes(16), True)
    assert bench.receive(overlapping).reason is Reason.IP_FRAG_OVERLAP
    assert [bench.receive(one).reason for one in whole[1:]] == [Reason.IP_FRAG_OVERLAP] * (
        len(whole) - 1
    )


def test_an_atomic_fragment_touches_no_other(bench):
    """RFC 6946 section 4."""
    socket = bench.host.udp_bind(7, bench.now)
    whole = pieces(bench)
    bench.receive(whole[0])
    udp = bytes(bench.ip() / UDP(4000, 7) / b"atomic")[40:]
    assert bench.receive(fragment(bench, 0, udp, False)) is None
    assert socket.receive_from(bench.now).data == b"atomic"
    for piece in whole[1:]:
        assert bench.receive(piece) is None
    assert socket.receive_from(bench.now).data == DATA


def test_a_copy_is_a_duplicate_and_does_no_harm(bench):
    whole = pieces(bench)
    assert bench.receive(whole[0]) is None
    assert bench.receive(whole[0]).reason is Reason.IP_FRAG_DUPLICATE


def test_after_a_minute_the_sender_is_told_of_the_first_fragment(bench):
    """RFC 8200 section 4.5: time exceeded, code 1."""
    bench.receive(pieces(bench)[0])
    bench.wait(TIMEOUT // SECOND - 1)
    assert bench.sent() == []
    bench.introduce(bench.PEERS[0], bench.PEER_MACS[0], 0)
    bench.wait(1)
    [error] = bench.sent()
    assert tuple(error.payload[:2]) == (3, 1)
    assert bench.host.counters.given_up == {Reason.IP_FRAG_TIMEOUT: 1}


def test_without_the_first_fragment_nobody_is_told(bench):
    """RFC 8200 section 4.5."""
    bench.receive(pieces(bench)[1])
    bench.wait(TIMEOUT // SECOND + 1)
    assert bench.sent() == []
    assert bench.host.counters.given_up == {Reason.IP_FRAG_TIMEOUT: 1}


def test_a_length_that_is_no_multiple_of_eight_is_told(bench):
    """RFC 8200 section 4.5: the pointer is at the payload length."""
    drop = bench.receive(fragment(bench, 64, bytes(13), True))
    assert (drop.reason, drop.answered) == (Reason.IP_FRAG_BAD, True)
    [error] = bench.sent()
    assert (error.payload[0], error.payload[1], error.payload[7]) == (4, 0, 4)


def test_a_packet_longer_than_any_can_be_is_told(bench):
    """RFC 8200 section 4.5: the pointer is at the fragment offset."""
    drop = bench.receive(fragment(bench, 65_528, bytes(64), False))
    assert (drop.reason, drop.answered) == (Reason.IP_FRAG_BAD, True)
    [error] = bench.sent()
    assert (error.payload[0], error.payload[1], error.payload[7]) == (4, 0, 42)


def test_the_first_fragment_has_all_headers(bench):
    """RFC 7112 section 5: parameter problem, code 3."""
    drop = bench.receive(fragment(bench, 0, bytes(16), True, next_header=6))
    assert (drop.reason, drop.answered) == (Reason.IP_FRAG_BAD, True)
    [error] = bench.sent()
    assert tuple(error.payload[:2]) == (4, 3)


def test_fragments_inside_of_fragments_are_refused(bench):
    """Ours: nobody sends them, and a nest of them would keep the host busy."""
    inner = IPv6Fragment(next_header=17, identification=1).build(bytes(16))
    drop = bench.receive(fragment(bench, 0, inner, False, next_header=44))
    assert drop.reason is Reason.IP_FRAG_BAD


def test_a_flood_of_first_fragments_stays_under_its_cap(make_bench):
    """Issue 5: memory under the stated cap, whatever comes."""
    cap = 100_000
    bench = make_bench(reassembly_bytes=cap)
    for number in range(1000):
        bench.receive(fragment(bench, 0, bytes(1024), True, number))
    reassembly = bench.host._layers.ipv6.reassembly()
    assert reassembly.cost <= cap
    assert len(reassembly) < 100
    assert bench.host.counters.given_up[Reason.IP_FRAG_MEMORY] > 900
    assert bench.host.counters.balanced
