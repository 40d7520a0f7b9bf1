"""Memory stays bounded whatever a peer sends, and nothing is left when all is closed."""

import gc
import random
import tracemalloc
from contextlib import contextmanager

import pytest

from wirelab.codecs import TCP, MaximumSegmentSize
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.tcb import Tcb

SYN, RST, ACK = 2, 4, 16
MSS = (MaximumSegmentSize(1460),)
BUFFER = 65_536
THEIRS = 1000
"""The peer's first byte."""


class Memory:
    """Bytes that Python allocated and has not freed since."""

    grown = 0


@contextmanager
def measured():
    """Measure what the block leaves allocated."""
    memory = Memory()
    gc.collect()
    tracemalloc.start()
    yield memory
    gc.collect()
    memory.grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()


class Peer:
    """Somebody on the link who knows no limits."""

    def __init__(self, rig):
        self.rig = rig
        self.ours = 0

    def segment(self, flags, sequence, port=50_000, text=b"", options=(), acknowledgment=None):
        header = TCP(
            source_port=port,
            destination_port=80,
            sequence_number=sequence & 0xFFFF_FFFF,
            acknowledgment_number=self.ours + 1 if acknowledgment is None else acknowledgment,
            flags=flags,
            window=65_535,
            options=options,
        )
        return self.rig.receive(self.rig.frame(header, text))

    def connect(self, listener, port=50_000):
        self.segment(SYN, THEIRS - 1, port, options=MSS)
        self.ours = self.rig.sent()[-1].transport.sequence_number
        self.segment(ACK, THEIRS, port)
        connection = listener.accept(self.rig.now)
        assert connection is not WOULD_BLOCK
        self.rig.events()
        return connection


@pytest.fixture
def flooded(make_rig):
    """A host with a listener, and its rude neighbour."""
    rig = make_rig(tcp=TcpConfig(receive_buffer=BUFFER, maximum_receive_buffer=BUFFER))
    rig.introduce()
    return rig, Peer(rig), rig.host.tcp_listen(80, rig.now)


def alive():
    """Connections that something still refers to."""
    gc.collect()
    return sum(type(one) is Tcb for one in gc.get_objects())


def left_in(host):
    environment = host._tcp._environment
    return [*environment.connections, *environment.dirty, *environment.replies]


def test_a_syn_flood_costs_a_backlog_and_no_more(flooded):
    """RFC 4987 section 3; who is real still gets in, and afterwards the memory is free again."""
    rig, peer, listener = flooded
    with measured() as memory:
        for number in range(1000):
            peer.segment(SYN, number * 7919, port=1024 + number, options=MSS)
            if number % 50 == 0:
                rig.frames()
                rig.events()
        rig.frames()
    assert len(left_in(rig.host)) <= listener.backlog + 1
    assert memory.grown < 1_000_000
    assert peer.connect(listener, port=60_000).state == "ESTABLISHED"
    rig.wait(600)
    rig.frames()
    assert len(left_in(rig.host)) == 1


def test_a_flood_of_text_out_of_order_costs_no_more_than_the_window_allows(flooded):
    """Two bytes of three: nothing can be delivered, and no two pieces touch."""
    rig, peer, listener = flooded
    connection = peer.connect(listener)
    with measured() as memory:
        for offset in range(1, 4_000, 3):
            peer.segment(ACK, THEIRS + offset, text=b"xy")
            if offset % 200 == 1:
                rig.frames()
    assert memory.grown < 8 * BUFFER
    peer.segment(ACK, THEIRS, text=bytes(1400))
    assert len(connection.receive(10_000, rig.now)) >= 1400


@pytest.mark.parametrize("step", [1, -1], ids=["rising", "falling"])
def test_a_flood_of_tiny_segments_costs_no_more_than_the_window_allows(flooded, step):
    """Two bytes each, out of order but touching; then the first byte, and nobody reads."""
    rig, peer, listener = flooded
    connection = peer.connect(listener)
    with measured() as memory:
        for offset in range(1, 3_001, 2)[::step]:
            peer.segment(ACK, THEIRS + offset, text=b"xx")
            if offset % 200 == 1:
                rig.frames()
    assert memory.grown < 2 * BUFFER
    peer.segment(ACK, THEIRS, text=b"x")
    assert connection.receive(BUFFER, rig.now) == b"x" * 3_001


def test_a_flood_of_tiny_segments_in_order_costs_no_more_than_the_window_allows(flooded):
    rig, peer, listener = flooded
    connection = peer.connect(listener)
    with measured() as memory:
        for offset in range(0, 3_000, 2):
            peer.segment(ACK, THEIRS + offset, text=b"xx")
            if offset % 200 == 0:
                rig.frames()
                rig.events()
    assert memory.grown < 2 * BUFFER
    assert len(connection.receive(BUFFER, rig.now)) == 3_000


def test_what_is_beyond_the_window_is_not_kept(flooded):
    """MUST-58's batch may be large, the buffer is not."""
    rig, peer, listener = flooded
    peer.connect(listener)
    with measured() as memory:
        for number in range(500):
            peer.segment(ACK, THEIRS + number * 1400, text=bytes(1400))
            rig.events()
        rig.frames()
    assert memory.grown < 3 * BUFFER


def test_garbage_for_no_connection_leaves_nothing(flooded):
    """Resets are answered as they come, and not remembered."""
    rig, peer, _ = flooded
    with measured() as memory:
        for number in range(2000):
            flags = (ACK, RST, SYN | ACK, RST | ACK)[number % 4]
            peer.segment(flags, number * 7919, port=1024 + number)
            if number % 50 == 0:
                rig.frames()
        rig.frames()
    assert left_in(rig.host) == []
    assert memory.grown < 100_000


def test_duplicate_acks_without_end_leave_nothing(flooded):
    """Neither old nor future acknowledgments pile up, with data on the way."""
    rig, peer, listener = flooded
    connection = peer.connect(listener)
    connection.send(bytes(50_000), rig.now)
    rig.frames()
    with measured() as memory:
        for number in range(1000):
            peer.segment(ACK, THEIRS, acknowledgment=peer.ours + 1 + number % 2 * 1_000_000)
            if number % 50 == 0:
                rig.frames()
                rig.events()
        rig.frames()
    assert connection.state == "ESTABLISHED"
    assert memory.grown < 200_000


def test_hundreds_of_connections_leave_nothing_behind(make_rig):
    """No table, timer or reference cycle keeps a connection that is CLOSED."""
    rig = make_rig(tcp=TcpConfig(msl=SECOND))
    rig.introduce()
    peer, listener = Peer(rig), rig.host.tcp_listen(80, rig.now, backlog=10)
    before = alive()
    for port in range(1024, 1324):
        connection = peer.connect(listener, port)
        connection.send(b"some text", rig.now)
        rig.frames()
        peer.segment(ACK | 1, THEIRS, port, acknowledgment=peer.ours + 10)
        connection.close(rig.now)
        rig.frames()
        peer.segment(ACK, THEIRS + 1, port, acknowledgment=peer.ours + 11)
        assert connection.state == "CLOSED"
    del connection
    rig.wait(200)
    rig.frames()
    rig.events()
    assert alive() == before
    assert left_in(rig.host) == []
    assert rig.host.poll_at() is None
    assert len(rig.host._timers) <= 64


def test_a_host_that_is_dropped_takes_everything_with_it(make_rig):
    """Timers and connections refer to each other, but nothing outside refers to them."""
    before = alive()
    rig = make_rig()
    rig.introduce()
    peer, listener = Peer(rig), rig.host.tcp_listen(80, rig.now)
    peer.connect(listener)
    assert alive() == before + 1
    config = HostConfig("bob", [InterfaceConfig("eth0", bytes(6), b"\x0a\0\0\3")])
    rig.host = type(rig.host)(config, random.Random(1))
    del peer, listener
    assert alive() == before
