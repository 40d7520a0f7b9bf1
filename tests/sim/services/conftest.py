"""Two hosts on one link."""

import random
from typing import NamedTuple

import pytest

from wirelab.sim import Network
from wirelab.sim.host import Host


class Pair(NamedTuple):
    """Alice 10.0.0.1 and Bob 10.0.0.2, 1 ms apart."""

    net: Network
    alice: Host
    bob: Host


@pytest.fixture
def pair() -> Pair:
    net = Network(seed=random.Random(7).getrandbits(16))
    alice, bob = net.host("alice", "10.0.0.1"), net.host("bob", "10.0.0.2")
    net.link(alice, bob, latency="1ms")
    return Pair(net, alice, bob)
