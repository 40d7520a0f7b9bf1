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


def test_a_station_that_was_not_heard_for_the_ageing_time_is_flooded_to(star):
    """IEEE 802.1Q clause 8.8.3."""
    network, hosts = star("abc")
    hosts["b"].send(MAC["a"])
    network.run_for("299s")
    hosts["a"].send(MAC["b"])
    network.run_for("999ms")
    assert all(len(hosts[name].arrived) == count for name, count in (("b", 1), ("c", 0)))
    before = network.trace.sent
    network.run_for("2s")
    hosts["a"].send(MAC["b"])
    network.run_for("1s")
    assert network.trace.sent == before + 2
    network.check()


def test_a_station_that_is_heard_stays_known(star):
    """IEEE 802.1Q clause 8.7: each frame renews its entry."""
    network, hosts = star("abc")
    for _ in range(4):
        hosts["b"].send(MAC["a"])
        network.run_for("200s")
    before = network.trace.sent
    hosts["a"].send(MAC["b"])
    network.run_for("1s")
    assert network.trace.sent == before + 1


def test_a_station_that_moves_is_found_at_its_new_port(star):
    network, hosts = star("abc")
    hosts["a"].send(BROADCAST)
    network.run_for("1s")
    hosts["b"].mac = MAC["a"]
    hosts["b"].send(MAC["c"])
    network.run_for("1s")
    hosts["c"].send(MAC["a"])
    network.run_for("1s")
    assert len(hosts["b"].arrived) == 2
    network.check()


def test_a_flood_of_forged_addresses_displaces_nobody_and_is_bounded(fake_host):
    """Rule 2."""
    network = Network()
    switch = network.switch(capacity=8, ageing="10s")
    hosts = {name: fake_host(name) for name in "abc"}
    for name, host in hosts.items():
        network.attach(name, host)
        network.link(name, switch)
    hosts["b"].send(BROADCAST)
    network.run_for("1s")
    for number in range(100):
        hosts["c"].mac = bytes((2, 9, 0, 0, 0, number))
        hosts["c"].send(MAC["a"])
    network.run_for("1s")
    assert "8 MACs" in repr(switch)
    before = network.trace.sent
    hosts["a"].send(MAC["b"])
    network.run_for("1s")
    assert network.trace.sent == before + 1  # b is still known
    network.run_for("20s")
    hosts["a"].send(MAC["b"])
    network.run_for("1s")
    assert "1 MACs" in repr(switch)  # the forged ones grew old, and made room
    network.check()


def test_a_group_address_as_sender_is_not_learned(star):
    """IEEE 802.1Q clause 8.7."""
    network, hosts = star("ab")
    hosts["a"].mac = BROADCAST
    hosts["a"].send(MAC["b"])
    network.run_for("1s")
    assert "0 MACs" in repr(network.switches["switch"])


def test_frames_to_a_bridge_itself_go_no_further(star):
    """IEEE 802.1Q table 8-1: 01-80-C2-00-00-00 to -0F."""
    network, hosts = star("ab")
    hosts["a"].send(bytes.fromhex("0180c200000e"))
    hosts["a"].send(bytes.fromhex("0180c2000010"))
    network.run_for("1s")
    assert network.trace.reasons == {Reason.ETH_RESERVED_GROUP: 1, Reason.ETH_NOT_FOR_ME: 1}
    network.check()


@pytest.mark.parametrize("size", [0, 5, 13])
def test_what_is_no_frame_is_dropped(star, size):
    network, hosts = star("ab")
    hosts["a"].queue.append((0, bytes(size)))
    network.run_for("1s")
    assert network.trace.reasons == {Reason.ETH_TOO_SHORT: 1}
    network.check()


def test_a_negative_capacity_is_refused():
    with pytest.raises(SimulationError, match="0 or more"):
        Network().switch(capacity=-1)
