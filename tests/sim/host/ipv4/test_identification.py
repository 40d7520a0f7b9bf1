import random

from wirelab.sim.host.ipv4.identification import MOST_COUNTERS, Identifications

ONE, TWO, THREE = b"\x0a\0\0\1", b"\x0a\0\0\2", b"\x0a\0\0\3"


def test_no_identification_comes_twice_before_all_have_come():
    """RFC 6864 section 4.2: unique for a source, destination and protocol."""
    identifications = Identifications(random.Random(1))
    numbers = [identifications.next(ONE, TWO, 17) for _ in range(1 << 16)]
    assert len(set(numbers)) == 1 << 16


def test_others_do_not_move_a_counter():
    """RFC 6274 section 3.5.1: what is sent elsewhere cannot be counted here."""
    identifications = Identifications(random.Random(1))
    first = identifications.next(ONE, TWO, 17)
    for _ in range(5):
        identifications.next(ONE, THREE, 17)
        identifications.next(ONE, TWO, 1)
    assert identifications.next(ONE, TWO, 17) == (first + 1) & 0xFFFF


def test_the_counters_are_bounded():
    """A scan of many destinations must not eat the memory."""
    identifications = Identifications(random.Random(1))
    for number in range(MOST_COUNTERS + 10):
        identifications.next(ONE, number.to_bytes(4, "big"), 17)
    assert len(identifications._counters) == MOST_COUNTERS


def test_only_packets_that_may_be_cut_ask_for_one(met):
    """RFC 6864 section 4.1: of an atomic packet the identification says nothing."""
    socket = met.host.udp_bind(4000, met.now)
    socket.send_to(b"x", met.PEER, 9, met.now)
    [sent] = met.sent()
    assert sent.ip.dont_fragment
    assert not met.host._layers.ipv4.output._identifications._counters
