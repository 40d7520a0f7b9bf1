"""The pytest plugin: simulated networks as a fixture, checked when the test is over.

    def test_bob_gets_the_datagram(sim_network):
        network = sim_network(seed=7)
        alice = network.host("alice", "10.0.0.1")
        bob = network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms")
        ...

At teardown every network that the test made is checked: each frame has exactly one fate (sent =
delivered + lost + dropped + rejected + in flight), and each host counted what it was given.

When the test fails, its report shows the seed, the ladder and where it failed for each network.

This module stays outside the `wirelab` namespace on purpose, and imports wirelab only when a test
asks for a network: see CONTRIBUTING.md, "Layout".
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from wirelab.sim.network import Network


LADDER_ROWS = 40  # ours: what is still read in the report of a test

_networks: "pytest.StashKey[list[Network]]" = pytest.StashKey()


class SimNetworkFactory(Protocol):
    """Makes networks; what the fixture `sim_network` is."""

    def __call__(self, seed: int = 0, *, trace_limit: int | None = None) -> "Network":
        """A new `wirelab.sim.network.Network`."""


@pytest.fixture
def sim_network(request: pytest.FixtureRequest) -> Iterator[SimNetworkFactory]:
    """A factory of simulated networks whose invariants are asserted at teardown."""
    from wirelab.sim.network import Network

    networks: list[Network] = []
    request.node.stash[_networks] = networks

    def make(seed: int = 0, *, trace_limit: int | None = None) -> Network:
        network = Network(seed, trace_limit=trace_limit)
        networks.append(network)
        return network

    yield make
    for network in networks:
        network.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what happened on the networks of a test that failed."""
    report = yield
    if report.when == "call" and report.failed:
        networks = item.stash.get(_networks, [])
        for network in (network for network in networks if network.trace.recorded):
            title = f"Simulated network, seed {network.seed}"
            report.sections.append((title, _story(network)))
    return report


def _story(network: "Network") -> str:
    """The ladder, and where it failed, as plain text."""
    from wirelab.sim.trace.failure import find_failure
    from wirelab.sim.views.ladder import Ladder
    from wirelab.sim.views.rows import plain_text
    from wirelab.sim.views.where import where_rows

    rows = list(Ladder(network.trace, limit=LADDER_ROWS).rows([f"seed {network.seed}"]))
    failure = find_failure(network.trace)
    rows += where_rows(failure) if failure is not None else []
    return "\n".join(plain_text(row).rstrip() for row in rows)
