"""The short way up over IPv6 has the effect of the general one."""

from random import Random

import pytest

from wirelab.codecs import TCP, NoOperation, Timestamps
from wirelab.sim.host.ipv6 import fast_path

MASK = 0xFFFF_FFFF


class Peer:
    """A connection of the bench's host, and what its peer sends."""

    def __init__(self, bench, stamps):
        self.bench = bench
        self.stamps = stamps
        listener = bench.host.tcp_listen(80, bench.now)
        self.feed(2, 1000, 0)
        answer = TCP.parse(bench.sent()[0].payload)
        self.first = answer.sequence_number
        self.echo = next((one.value for one in answer.options if isinstance(one, Timestamps)), 0)
        self.feed(16, 1001, self.first + 1)
        self.connection = listener.accept(bench.now)

    def feed(self, flags, sequence, ack, text=b"", window=30_000, damage=False, **ip):
        options = []
        if self.stamps:
            options = [NoOperation(), NoOperation(), Timestamps(700, getattr(self, "echo", 0))]
        tcp = TCP(
            50_000, 80, sequence & MASK, ack & MASK, flags=flags, window=window, options=options
        )
        packet = bytearray(bytes(self.bench.ip(**ip) / tcp / text))
        if damage:
            packet[-1] ^= 0x10
        return self.bench.receive(bytes(packet))


def story(random):
    """What a peer may send: mostly as expected, and sometimes not."""
    sequence = 1001
    for _ in range(60):
        text = random.randbytes(random.choice([0, 1, 100, 1000]))
        changes = random.choice([{}] * 8 + [{"ecn": 3}, {"damage": True}, {"flow_label": 77}])
        flags = random.choice([16, 24, 24, 24, 16, 48])
        gap = random.choice([0] * 8 + [100, -50])
        yield flags, sequence + gap, text, changes
        if not gap and "damage" not in changes:
            sequence += len(text)


class Spy:
    """The fast path, and how often it took something; or none at all."""

    def __init__(self, way):
        self.way = way
        self.count = 0

    def __call__(self, *arguments):
        taken = self.way is not None and self.way(*arguments)
        self.count += taken
        return taken


@pytest.mark.parametrize("stamps", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_both_ways_end_in_the_same(make_bench, monkeypatch, seed, stamps):
    """`header_prediction`, rule 1."""
    found = []
    for way in (fast_path.taken, None):
        spy = Spy(way)
        monkeypatch.setattr("wirelab.sim.host.host.taken6", spy)
        peer = Peer(make_bench(), stamps)
        bench = peer.bench
        outcomes = []
        for flags, sequence, text, changes in story(Random(seed)):
            drop = peer.feed(flags, sequence, peer.first + 1, text, **changes)
            outcomes.append(drop and drop.reason)
            outcomes.append([one.packet for one in bench.sent()])
        outcomes.append(peer.connection.receive(1_000_000, bench.now))
        found.append((outcomes, bench.host.counters))
        assert (spy.count > 0) == (way is not None)
    assert found[0] == found[1]
