"""Sent = delivered + lost + dropped + rejected + in flight, on networks where anything happens."""

import random
from contextlib import suppress
from itertools import pairwise

import pytest

from wirelab.sim.host.errors import HostError

ROUNDS = 60


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
