"""The pytest plugin: simulated networks as a fixture, checked when the test is over.

    def test_bob_gets_the_datagram(sim_network):
        network = sim_network(seed=7)
        alice = network.host("alice", "10.0.0.1")
        bob = network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms")
        ...

At teardown every network that the test made is checked: each frame has exactly one fate (sent =
delivered + lost + dropped + rejected + in flight), and each host counted what it was given.

This module stays outside the `wirelab` namespace on purpose, and imports wirelab only when a test
asks for a network: see CONTRIBUTING.md, "Layout".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from wirelab.sim.network import Network


class SimNetworkFactory(Protocol):
    """Makes networks; what the fixture `sim_network` is."""

    def __call__(self, seed: int = 0, *, trace_limit: int | None = None) -> "Network":
        """A new `wirelab.sim.network.Network`."""


@pytest.fixture
def sim_network() -> Iterator[SimNetworkFactory]:
    """A factory of simulated networks whose invariants are asserted at teardown."""
    from wirelab.sim.network import Network

    networks: list[Network] = []

    def make(seed: int = 0, *, trace_limit: int | None = None) -> Network:
        network = Network(seed, trace_limit=trace_limit)
        networks.append(network)
        return network

    yield make
    for network in networks:
        network.check()
