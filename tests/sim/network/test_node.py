"""Whole hosts on the network: what frames become of, and that everything adds up at the end."""

import asyncio
import random
from contextlib import suppress
from itertools import pairwise

import pytest

from wirelab.sim.host.errors import HostError
from wirelab.sim.network import SimulationError
from wirelab.sim.programs.loop import on, run
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Fate

SIZE = 300_000
ROUNDS = 60


def pair(network, **options):
    alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
    network.link(alice, bob, **options)
    return alice, bob


def transfer(network, alice, bob, size=SIZE):
    """Send `size` bytes from Alice to Bob over TCP, and close; returns what Bob received."""
    data = bytes(range(256)) * (size // 256 + 1)

    async def main():
        listener = on(bob).listen(7)

        async def serve():
            async with await listener.accept() as stream:
                return await stream.receive_all()

        task = asyncio.create_task(serve())
        async with await on(alice).connect("10.0.0.2", 7) as stream:
            await stream.send(data[:size])
        return await task

    assert run(main, network) == data[:size]


@pytest.mark.parametrize("loss", [0.0, 0.02, 0.1])
def test_tcp_delivers_everything_over_a_lossy_link(sim_network, loss):
    """RFC 9293 section 3.8.1: lost segments are sent again until acknowledged."""
    network = sim_network(seed=5)
    alice, bob = pair(network, latency="2ms", rate="100Mbit", loss=loss)
    transfer(network, alice, bob)
    network.run_for("300s")
    assert bool(network.trace.counts[Fate.LOST]) == bool(loss)
    assert network.in_flight() == 0


def test_tcp_delivers_everything_through_a_small_queue(sim_network):
    network = sim_network(seed=5)
    alice, bob = pair(network, latency="5ms", rate="10Mbit", queue=20_000)
    transfer(network, alice, bob)
    assert network.trace.reasons[Reason.LINK_QUEUE_FULL] > 0


def test_hosts_on_a_switch_talk_and_the_others_are_left_alone(sim_network):
    network = sim_network()
    switch = network.switch()
    hosts = [
        network.host(name, f"10.0.0.{i}") for i, name in enumerate(("alice", "bob", "carol"), 1)
    ]
    for host in hosts:
        network.link(host, switch)
    transfer(network, hosts[0], hosts[1], 50_000)
    carols = [record for record in network.trace.frames() if record.receiver == "carol"]
    assert len(carols) == 1  # the ARP request; after it the switch knows everybody
    assert set(network.trace.reasons) <= {Reason.ARP_NOT_FOR_ME, Reason.ETH_NOT_FOR_ME}


def test_an_mtu_black_hole_is_seen_in_the_trace(sim_network):
    network = sim_network()
    alice, bob = pair(network, mtu=1000)

    async def main():
        on(bob).listen(7)
        stream = await on(alice).connect("10.0.0.2", 7)
        await stream.send(bytes(1460))
        await asyncio.sleep(3)
        stream.abort()

    run(main, network)
    assert network.trace.reasons[Reason.LINK_MTU] > 1


def test_a_partition_longer_than_all_retries_ends_the_connection(sim_network):
    """RFC 9293 section 3.8.3: R2 passed, the user is told."""
    network = sim_network()
    alice, bob = pair(network)

    async def main():
        on(bob).listen(7)
        stream = await on(alice).connect("10.0.0.2", 7)
        network.links[0].partition(sender="alice")
        await stream.send(b"into the void")
        with pytest.raises(HostError) as error:
            await stream.receive()
        return error.value.reason

    assert run(main, network) is Reason.TCP_TIMEOUT


def test_the_same_seed_gives_the_same_trace_and_another_seed_another(sim_network):
    def digest(seed):
        network = sim_network(seed)
        alice, bob = pair(network, latency="2ms", rate="100Mbit", loss=0.05)
        transfer(network, alice, bob, 50_000)
        return [(r.sent_at, r.sender, r.data, r.fate, r.ended_at) for r in network.trace.frames()]

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_a_lossy_link_elsewhere_leaves_a_hosts_numbers_alone(sim_network):
    """Each purpose has its own random stream."""

    def first_syn(loss):
        network = sim_network(9)
        alice, bob = pair(network)
        carol = network.host("carol", "10.0.1.1")
        network.link(carol, network.switch("other"), loss=loss)
        alice.tcp_connect(bob.interfaces[0].address, 7, network.now)
        carol.ping(b"\x0a\0\1\2", 1, 1, b"", network.now)
        network.run_for("100ms")
        return next(r.data for r in network.trace.frames() if len(r.data) > 42)

    assert first_syn(0.0) == first_syn(0.9)


def test_a_host_that_miscounts_is_noticed(sim_network):
    network = sim_network()
    alice, bob = pair(network)
    alice.ping(bob.interfaces[0].address, 1, 1, b"", network.now)
    network.run_for("1s")
    bob.counters.delivered += 1
    with pytest.raises(SimulationError, match="bob was given 2 frames"):
        network.check()
    bob.counters.delivered -= 1


def grow(network, chance):
    """One to three switches in a row, hosts at each, one of them with two interfaces."""
    switches = [network.switch(f"s{number}") for number in range(chance.randint(1, 3))]
    for one, other in pairwise(switches):
        network.link(one, other, rate=chance.choice([0, "10Mbit"]))
    for number in range(1, chance.randint(3, 6)):
        mtu = chance.choice([None, 68, 576])
        loss = chance.choice([0.0, 0.3])
        rate = chance.choice([0, "64kbit"])
        addresses = [f"10.0.0.{number}"] + ([f"10.0.1.{number}"] if number == 1 else [])
        host = network.host(f"h{number}", addresses)
        for _ in addresses:
            network.link(host, chance.choice(switches), mtu=mtu, loss=loss, rate=rate, queue=2000)
    return [node.machine for node in network.nodes.values()]


def disturb(network, chance):
    """Change a link while frames are on it."""
    link = chance.choice(network.links)
    match chance.randrange(5):
        case 0:
            link.is_down = not link.is_down
        case 1:
            link.partition(sender=chance.choice(link.directions).destination.name)
        case 2:
            link.heal()
        case 3:
            link.drop(nth=chance.randint(1, 20))
        case _:
            link.drop_when(lambda record, nth: 1 // (nth % 7) < 0, detail="a broken rule")


def use(host, hosts, chance, now):
    """Make a host send something to somebody, or to nobody."""
    somebody = chance.choice(hosts).interfaces[-1].address
    peer = chance.choice([somebody, b"\x0a\0\0\x63", b"\xff" * 4])
    try:
        match chance.randrange(4):
            case 0:
                host.ping(peer, 1, 1, bytes(chance.randrange(1400)), now)
            case 1:
                host.udp_bind(0, now).send_to(bytes(chance.randrange(1400)), peer, 9, now)
            case 2:
                host.tcp_connect(peer, chance.choice([7, 81]), now)
            case _:
                host.announce(now)
    except HostError:
        pass  # no route, no room: it did not become a frame


@pytest.mark.parametrize("seed", range(16))
def test_every_frame_has_one_fate_at_every_moment(sim_network, seed):
    """architecture.md "One trace, every view"."""
    chance = random.Random(seed)
    network = sim_network(seed, trace_limit=chance.choice([None, 0, 50]))
    hosts = grow(network, chance)
    for host in hosts:
        host.tcp_listen(7, network.now)
    for _ in range(ROUNDS):
        use(chance.choice(hosts), hosts, chance, network.now)
        if chance.random() < 0.2:
            disturb(network, chance)
        with suppress(ZeroDivisionError):  # the broken rule of `disturb`
            network.run_for(chance.choice([0, "50us", "300us", "20ms", "2s"]))
        network.check()
    assert network.trace.sent > ROUNDS // 2
