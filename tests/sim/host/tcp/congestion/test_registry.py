"""Algorithms by name (RFC 9293 section 3.8.2, MAY-18)."""

import pytest

from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.congestion import registry
from wirelab.sim.host.tcp.congestion.newreno import NewReno


class Stubborn(NewReno):
    """Never gives way."""

    name = "stubborn"

    def reduced(self, flight_size, now):
        return self.cwnd


@pytest.fixture
def stubborn():
    registry.register("stubborn", Stubborn)
    yield "stubborn"
    registry.unregister("stubborn")


def test_an_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"no congestion control 'vegas'; there are cubic, reno"):
        registry.create("vegas", 1000, TcpConfig())


def test_a_name_is_given_once(stubborn):
    with pytest.raises(ValueError, match="is there already"):
        registry.register(stubborn, Stubborn)


def test_a_connection_uses_the_algorithm_that_a_user_registered(stubborn, make_wire):
    """MAY-18."""
    config = TcpConfig(congestion=stubborn)
    wire = make_wire(alice_config=config)
    client, _, _ = wire.connect()
    assert client._tcb.congestion.name == stubborn


def test_a_switch_keeps_the_window(stubborn):
    old = NewReno(1000, TcpConfig())
    old.cwnd, old.ssthresh = 33_000, 22_000
    new = registry.switch(old, stubborn, TcpConfig())
    assert (new.name, new.cwnd, new.ssthresh) == (stubborn, 33_000, 22_000)
