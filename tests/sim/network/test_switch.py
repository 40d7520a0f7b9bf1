import pytest

from wirelab.sim.network import Network, SimulationError
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Fate

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}
BROADCAST = b"\xff" * 6


def test_a_switch_floods_what_it_does_not_know_and_learns(star, fates):
    network, hosts = star("abc")
    hosts["a"].send(MAC["b"])
    network.run_for("10ms")
    assert sorted(fates(network)) == [("delivered", "b"), ("dropped", "c")]
    hosts["b"].send(MAC["a"])
    network.run_for("10ms")
    hosts["a"].send(MAC["b"])
    network.run_for("10ms")
    assert network.trace.sent == 4  # neither frame was flooded
    network.check()


def test_each_copy_of_a_broadcast_has_its_own_fate_and_names_its_origin(star):
    network, hosts = star("abcd")
    hosts["a"].send(BROADCAST)
    network.run_for("10ms")
    records = list(network.trace.frames())
    assert [(record.id, record.origin) for record in records] == [(1, 1), (2, 1), (3, 1)]
    assert [record.receiver for record in records] == ["b", "c", "d"]
    assert network.trace.counts[Fate.DELIVERED] == network.trace.sent == 3
    network.check()


def test_a_switch_drops_a_frame_whose_destination_is_where_it_came_from(star):
    network, hosts = star("ab")
    hosts["a"].send(MAC["a"])
    network.run_for("10ms")
    assert network.trace.reasons == {Reason.ETH_NO_OTHER_PORT: 1}
    network.check()


def test_a_loop_of_switches_is_refused():
    network = Network()
    for name in ("s1", "s2", "s3"):
        network.switch(name)
    network.link("s1", "s2")
    network.link("s2", "s3")
    with pytest.raises(SimulationError, match="would close a loop"):
        network.link("s3", "s1")
