"""Segments that are too long for the path, with and without a router that says so."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig

FULL = 1448  # bytes of text behind 1500, with timestamps
BLOCK = bytes(range(256)) * 400


def hole(limit):
    """A path that loses longer packets and says nothing; `limit` may be changed."""

    class Hole:
        size = limit
        lost = 0

        def __call__(self, sent):
            if 40 + len(sent.header.option_bytes) + len(sent.payload) > self.size:
                self.lost += 1
                return []
            return [0]

    return Hole()


@pytest.fixture
def transfer(make_wire):
    """Alice sends to Bob through a black hole of the given size."""

    def begin(limit, **knobs):
        wire = make_wire(alice_config=TcpConfig(**knobs))
        wire.fate = hole(limit)
        client, server, _ = wire.connect()
        return wire, client, server

    return begin


def send(wire, client, server, data=BLOCK):
    """Send it all, and give what arrived."""
    left = memoryview(data)
    received = bytearray()

    def done():
        nonlocal left
        if left:
            taken = client.send(left, wire.now)
            left = left[taken if isinstance(taken, int) else 0 :]
        if server._tcb.receive_buffer.size:
            received.extend(server.receive(1 << 20, wire.now))
        return len(received) == len(data)

    wire.run(done)
    return bytes(received)


@pytest.mark.parametrize(("limit", "expected"), [(1400, 1024), (1000, 576), (400, 296)])
def test_a_black_hole_is_left_by_smaller_segments(transfer, limit, expected):
    """RFC 2923 section 2.1: a router that passes nothing on and says nothing."""
    wire, client, server = transfer(limit)
    assert send(wire, client, server) == BLOCK
    assert client._tcb.snd_mss == expected - 40 - 12


def test_it_is_suspected_after_three_timeouts_in_a_row(transfer):
    """1 + 2 + 4 s; two may be chance."""
    wire, client, _ = transfer(1400)
    client.send(BLOCK, wire.now)
    start = wire.now
    wire.run_for(7 * SECOND - SECOND // 2)
    assert client._tcb.snd_mss == FULL
    wire.run(lambda: client._tcb.snd_mss != FULL)
    assert 6.5 * SECOND < wire.now - start < 8 * SECOND


def test_where_much_has_arrived_a_minute_of_timeouts_is_needed(transfer):
    """Such a path has taken long segments: more likely it is loss."""
    wire, client, server = transfer(1500)
    send(wire, client, server)
    wire.fate.size = 1400
    client.send(BLOCK, wire.now)
    wire.run_for(55 * SECOND)
    assert client._tcb.snd_mss == FULL
    wire.run_for(80 * SECOND)
    assert client._tcb.snd_mss == 1024 - 52


def test_it_can_be_turned_off(transfer):
    """As Linux has it by default."""
    wire, client, _ = transfer(1400, black_hole_timeouts=0)
    client.send(BLOCK, wire.now)
    wire.run_for(100 * SECOND)
    assert client._tcb.snd_mss == FULL


def test_short_segments_are_never_blamed(transfer):
    """What is lost is not longer than the smaller size."""
    wire, client, _ = transfer(100)
    client.send(bytes(200), wire.now)
    wire.run_for(10 * SECOND)
    assert client._tcb.snd_mss == FULL


def test_after_a_mere_outage_full_segments_come_back_soon(transfer):
    """One segment of full size is tried by itself, ten seconds later."""
    wire, client, server = transfer(1400)
    send(wire, client, server)
    assert client._tcb.snd_mss == 1024 - 52
    wire.fate.size = 1500
    wire.run_for(11 * SECOND)
    assert send(wire, client, server) == BLOCK
    assert client._tcb.snd_mss == FULL
    assert client._tcb.path_probe is None


def test_a_probe_that_is_lost_costs_one_segment_every_ten_minutes(transfer):
    """RFC 4821 section 7.7; its loss is mended without a timeout."""
    wire, client, server = transfer(1400)
    send(wire, client, server)
    before = wire.fate.lost
    timeouts = [name for name, _ in wire.alice.fired].count("RTO")
    for _ in range(5):
        wire.run_for(15 * SECOND)
        assert send(wire, client, server) == BLOCK
    assert wire.fate.lost == before + 1
    assert client._tcb.snd_mss == 1024 - 52
    assert [name for name, _ in wire.alice.fired].count("RTO") == timeouts


def test_a_path_that_takes_more_again_gets_it(script):
    """RFC 1191 section 6.3: what a router said is forgotten after ten minutes."""
    connection = script.establish()
    tcb = connection._tcb
    script.node.mtu = 1000
    connection.send(bytes(4800), script.now)
    script.poll()
    assert tcb.snd_mss == 960
    script.feed(".", 1, 4801)
    script.node.mtu = 1500
    connection.send(bytes(4800), script.now)
    script.poll()
    script.feed(".", 1, 9601)
    assert tcb.snd_mss == 1460


def test_if_short_segments_are_lost_as_well_it_was_not_the_length(transfer):
    """Ours: the suspicion ends with the first timeout of a short segment."""
    wire, client, server = transfer(1400)
    send(wire, client, server)
    assert client._tcb.snd_mss == 1024 - 52
    wire.run_for(11 * SECOND)
    wire.fate.size = 0
    client.send(bytes(100), wire.now)
    wire.run_for(5 * SECOND)
    assert client._tcb.snd_mss == FULL
    assert client._tcb.path_probe is None
