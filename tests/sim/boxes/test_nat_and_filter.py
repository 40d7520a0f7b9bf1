"""Whatever comes, boxes judge it: nothing is raised, nothing leaks, nothing grows without bound."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import IPv4, IPv6, parse
from wirelab.codecs.strategies import packets
from wirelab.sim.boxes import Dependence, Filter, Nat, NatConfig
from wirelab.sim.boxes.reading import read
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface

INNER_NETWORK = bytes((10,))
CAPACITY = 50


def interfaces():
    return [
        Interface(number, InterfaceConfig(f"eth{number}", bytes((2, 0, 0, 0, 0, number)), address))
        for number, address in enumerate((bytes((10, 0, 0, 1)), bytes((203, 0, 113, 1))))
    ]


def boxes_on(outside):
    config = NatConfig(capacity=CAPACITY)
    return Nat(outside, random.Random(1), config), Filter(outside, ["any"], capacity=CAPACITY)


ADDRESSES = st.sampled_from([f"10.0.0.{n}" for n in (1, 5, 6)] + ["203.0.113.1", "192.0.2.9"])
PORTS = st.sampled_from([0, 1, 53, 1023, 1024, 40000, 65535])
WAYS = st.sampled_from(["in", "out", "own"])


@st.composite
def conversations(draw):
    """One packet among few hosts and ports, so that packets answer others: kind, ends, flags."""
    kind = draw(st.sampled_from(["udp", "tcp", "udplite", "ping", "pong"]))
    source, destination = draw(ADDRESSES), draw(ADDRESSES)
    way = f"{source}:{draw(PORTS)} > {destination}:{draw(PORTS)}"
    return kind, way, draw(st.integers(0, 255))


@settings(max_examples=60, deadline=None)
@given(story=st.lists(st.tuples(WAYS, conversations(), st.integers(0, 400)), max_size=60))
def test_any_conversation_leaves_sound_packets_and_bounded_tables(packet, story):
    inside, outside = interfaces()
    nat, guard = boxes_on(outside)
    now = 0
    for way, (kind, ends, flags), seconds in story:
        now += seconds * 10**9
        made = packet(kind, ends, flags=flags)
        for box in (nat, guard):
            arrived = {"in": outside, "out": inside, "own": None}[way]
            judged = made if arrived is None else box.received(made, arrived, now)
            if not isinstance(judged, Drop):
                judged = box.leaving(judged, arrived, outside, now)
            if not isinstance(judged, Drop):
                assert parse(judged, first=IPv4).verify() == []
                if box is nat and way == "out":
                    assert judged[12:13] != INNER_NETWORK
    assert nat._table.sessions <= CAPACITY
    assert len(guard._connections) <= CAPACITY


@settings(max_examples=60, deadline=None)
@given(
    data=st.one_of(
        st.binary(min_size=20, max_size=120).map(lambda tail: b"\x45" + tail),
        st.binary(min_size=40, max_size=160).map(lambda tail: b"\x60" + tail),
        packets(IPv4).map(bytes),
        packets(IPv6).map(bytes),
    ),
    cut=st.integers(20, 200),
)
def test_any_bytes_are_judged(data, cut):
    """Hosts check headers before hooks see them; boxes must not rely on more than 20 bytes."""
    inside, outside = interfaces()
    for box in boxes_on(outside):
        for piece in (data, data[: max(cut, 20)]):
            for arrived in (inside, outside):
                judged = box.received(piece, arrived, 0)
                assert isinstance(judged, Drop) or len(judged) == len(piece)
                judged = box.leaving(piece, arrived, outside, 0)
                assert isinstance(judged, Drop) or len(judged) == len(piece)
            box.restored(piece, 0)


@settings(max_examples=50, deadline=None)
@given(
    kind=st.sampled_from(["udp", "tcp", "udplite", "ping"]),
    mapping=st.sampled_from(Dependence),
    ports=st.lists(st.integers(1, 65_535), min_size=1, max_size=20, unique=True),
    preserve=st.booleans(),
)
def test_every_answer_finds_who_asked(packet, kind, mapping, ports, preserve):
    inside, outside = interfaces()
    nat = Nat(outside, random.Random(2), NatConfig(mapping=mapping, preserve_ports=preserve))
    reply = "pong" if kind == "ping" else kind
    far = 0 if kind == "ping" else 53
    taken = set()
    for port in ports:
        for inner in ("10.0.0.5", "10.0.0.6"):
            sent = nat.leaving(
                packet(kind, f"{inner}:{port} > 192.0.2.9:{far}", flags=2), inside, outside, 0
            )
            assert isinstance(sent, bytes)
            outer = read(sent)
            assert outer is not None
            taken.add(outer.source_port)
            back = nat.received(
                packet(reply, f"192.0.2.9:{far} > 203.0.113.1:{outer.source_port}"), outside, 0
            )
            assert isinstance(back, bytes)
            home = read(back)
            assert home is not None
            assert (home.destination, home.destination_port) == (
                bytes(map(int, inner.split("."))),
                port,
            )
    assert len(taken) == 2 * len(ports)
