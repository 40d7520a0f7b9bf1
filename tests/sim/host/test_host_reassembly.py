"""Fragments through a whole host, as a raw socket sees them: no checksum hides what went wrong."""

import random
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import Ethernet, IPv4, IPv6, IPv6Fragment
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.sockets.constants import AF_INET, AF_INET6, SOCK_RAW

MAC = b"\2\0\0\0\0\1"
ETHERNET = Ethernet(destination=MAC, source=b"\2\0\0\0\0\2")
ADDRESSES = {4: ("10.0.0.2", "10.0.0.1"), 6: ("2001:db8::2", "2001:db8::1")}
EXPERIMENT = 253
"""A protocol number for experiments (RFC 3692 section 2.1)."""

FAMILIES = pytest.mark.parametrize("family", [4, 6])


class Piece(NamedTuple):
    """A fragment: bytes `start` to `end`, the last one or not; a forged one has other bytes."""

    start: int
    end: int
    last: bool
    forged: bool = False


class Receiver:
    """A host and its raw socket."""

    def __init__(self, family):
        self.family = family
        card = InterfaceConfig("eth0", MAC, ip_bytes("10.0.0.1"), 24)
        card.addresses = [(ip_bytes("2001:db8::1"), 64)]
        self.host = Host(HostConfig("alice", [card]), random.Random(1))
        self.socket = self.host.socket(AF_INET if family == 4 else AF_INET6, SOCK_RAW, EXPERIMENT)
        self.socket.setblocking(False)

    def hear(self, piece, data, number=7):
        """One fragment of packet `number`."""
        offset, more = piece.start // 8, not piece.last
        source, destination = ADDRESSES[self.family]
        if self.family == 4:
            ip = IPv4(source=source, destination=destination, protocol=EXPERIMENT)
            packet = ETHERNET / ip.replace(
                identification=number, fragment_offset=offset, more_fragments=more
            )
        else:
            part = IPv6Fragment(
                next_header=EXPERIMENT,
                identification=number,
                fragment_offset=offset,
                more_fragments=more,
            )
            packet = ETHERNET / IPv6(source=source, destination=destination) / part
        self.host.receive_frame(0, bytes(packet / data[piece.start : piece.end]), 0)

    def heard(self):
        """What the socket was given."""
        found: list[bytes] = []
        while True:
            try:
                data = self.socket.recv(65_535, now=0)
            except BlockingIOError:
                return found
            found.append(data[20:] if self.family == 4 else data)


def accepted(pieces, data, other):
    """What is to be delivered, worked out in the plainest way: with one overlap all is over."""
    held: dict[tuple[int, int, bool], bytes] = {}
    found, over = [], False
    for piece in pieces:
        content = (other if piece.forged else data)[piece.start : piece.end]
        if piece.last and not piece.start:  # no fragment, or an atomic one (RFC 6946)
            found.append(content)
            continue
        if over or held.get(piece[:3]) == content:
            continue  # an exact copy
        ends = {end for _, end, last in [*held, piece[:3]] if last}
        beyond = [end for _, end, _ in [*held, piece[:3]] if ends and end > min(ends)]
        if any(piece.start < end and start < piece.end for start, end, _ in held) or beyond:
            over = True
            continue
        held[piece[:3]] = content
        if ends and sum(end - start for start, end, _ in held) == min(ends):
            found.append(b"".join(held[place] for place in sorted(held)))
            held = {}
    return found


@st.composite
def cuts(draw, most=400):
    """A packet's length, and the pieces that it comes in."""
    length = draw(st.integers(9, most))
    inner = draw(st.sets(st.integers(1, (length - 1) // 8), min_size=1, max_size=12))
    edges = [0, *sorted(8 * one for one in inner), length]
    return length, [Piece(start, end, end == length) for start, end in pairwise(edges)]


@st.composite
def arrivals(draw):
    """The same, in any order, each piece once to three times."""
    length, pieces = draw(cuts())
    copies = [one for one in pieces for _ in range(draw(st.sampled_from([1, 1, 2, 3])))]
    return length, draw(st.permutations(copies))


@FAMILIES
@given(arrivals())
@settings(max_examples=60, deadline=None)
def test_every_fragmentation_in_any_order_and_with_copies_gives_the_original(family, arrival):
    """RFC 791 section 3.2, RFC 8200 section 4.5; a whole second copy gives it once more."""
    length, pieces = arrival
    receiver = Receiver(family)
    data = random.Random(length).randbytes(length)
    for piece in pieces:
        receiver.hear(piece, data)
    heard = receiver.heard()
    assert heard
    assert set(heard) == {data}
    assert len(heard) <= min(pieces.count(one) for one in pieces)
    assert receiver.host.counters.balanced


@FAMILIES
@given(
    arrivals(),
    st.lists(st.tuples(st.integers(0, 55), st.integers(1, 200)), max_size=4),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_overlaps_never_give_a_packet(family, arrival, forged, chance):
    """RFC 5722 section 3, RFC 1858, RFC 3128: of pieces that overlap, nothing is delivered."""
    length, pieces = arrival
    receiver = Receiver(family)
    data, other = random.Random(length).randbytes(length), bytes(512)
    pieces = list(pieces)
    for start, size in forged:
        at = chance.randrange(len(pieces) + 1)
        if chance.random() < 0.3:  # exactly in the place of one
            pieces.insert(at, chance.choice(pieces)._replace(forged=True))
            continue
        last = chance.random() < 0.3
        end = 8 * start + (size if last else size // 8 * 8 + 8)
        pieces.insert(at, Piece(8 * start, min(end, 512), last, True))
    for piece in pieces:
        receiver.hear(piece, other if piece.forged else data)
    assert receiver.heard() == accepted(pieces, data, other)
    assert receiver.host.counters.balanced
    now = 61 * SECOND
    receiver.host.handle_timers(now)
    layer = receiver.host._layers.ipv4 if family == 4 else receiver.host._layers.ipv6
    assert layer is not None
    assert layer.reassembly().cost == 0


@FAMILIES
@given(st.lists(cuts(100), min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_packets_whose_fragments_come_between_each_other_s_all_arrive(family, packets, chance):
    """RFC 791 section 3.2: the identification tells them apart."""
    receiver = Receiver(family)
    sent = [random.Random(n).randbytes(length) for n, (length, _) in enumerate(packets)]
    pieces = [(n, one) for n, (_, some) in enumerate(packets) for one in some]
    chance.shuffle(pieces)
    for number, piece in pieces:
        receiver.hear(piece, sent[number], number)
    assert sorted(receiver.heard()) == sorted(sent)
