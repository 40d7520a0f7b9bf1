"""VLANs: who hears whom, and what the frames on trunks look like (IEEE 802.1Q)."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.network import Network, SimulationError
from wirelab.sim.network.vlan import access, trunk
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.tap import write_tap

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}
BROADCAST = b"\xff" * 6


def tags_on(link):
    """The list of what stands behind the addresses of each frame to be sent over the link."""
    seen = []

    def look(record, number):
        seen.append(record.data[12:16].hex())
        return False

    link.drop_when(look)
    return seen


@pytest.fixture
def two_floors(fake_host):
    """Two switches, joined by a trunk: a and c on one, b and d on the other; a, b in VLAN 10."""
    network = Network()
    hosts = {name: fake_host(name) for name in "abcd"}
    low, high = network.switch("low"), network.switch("high")
    for name, switch, vlan in (("a", low, 10), ("b", high, 10), ("c", low, 20), ("d", high, 20)):
        network.attach(name, hosts[name])
        switch.access(network.link(name, switch), vlan)
    between = network.link(low, high)
    low.trunk(between)
    high.trunk("low")
    return network, hosts, between


def test_a_broadcast_stays_in_its_vlan_across_a_trunk(two_floors):
    network, hosts, _ = two_floors
    frame = hosts["a"].send(BROADCAST)
    network.run_for("1s")
    assert [len(hosts[name].arrived) for name in "abcd"] == [0, 1, 0, 0]
    assert hosts["b"].arrived[0][1] == frame  # nobody sees the tag
    network.check()


def test_on_a_trunk_frames_carry_the_tag_of_their_vlan(two_floors):
    """IEEE 802.1Q clause 9.6: type 8100, then priority and VLAN."""
    network, hosts, between = two_floors
    seen = tags_on(between)
    hosts["a"].send(BROADCAST)
    hosts["c"].send(BROADCAST)
    network.run_for("1s")
    assert seen == ["8100000a", "81000014"]


def test_one_mac_address_in_two_vlans_is_two_stations(two_floors):
    """IEEE 802.1Q clause 8.8.8, independent learning."""
    network, hosts, _ = two_floors
    hosts["c"].mac = MAC["a"]
    hosts["a"].send(BROADCAST)
    network.run_for("1s")
    hosts["c"].send(BROADCAST)
    network.run_for("1s")
    hosts["b"].send(MAC["a"])
    network.run_for("1s")
    assert len(hosts["a"].arrived) == 1
    network.check()


def test_a_tagged_frame_is_refused_on_an_access_port(two_floors):
    """No hopping into another VLAN by sending a tag."""
    network, hosts, _ = two_floors
    forged = BROADCAST + MAC["a"] + bytes.fromhex("810000140800") + bytes(46)
    hosts["a"].queue.append((0, forged))
    network.run_for("1s")
    assert network.trace.reasons == {Reason.ETH_WRONG_VLAN: 1}
    assert not hosts["d"].arrived
    network.check()


def test_a_tag_of_priority_alone_means_the_ports_own_vlan_and_the_priority_stays(two_floors):
    """IEEE 802.1Q clause 6.9 and table 9-2."""
    network, hosts, between = two_floors
    seen = tags_on(between)
    hosts["a"].queue.append((0, BROADCAST + MAC["a"] + bytes.fromhex("8100a0000800") + bytes(46)))
    network.run_for("1s")
    assert seen == ["8100a00a"]
    assert hosts["b"].arrived[0][1][12:14] == b"\x08\x00"


def test_a_trunk_carries_what_it_is_told_and_its_native_vlan_without_a_tag(fake_host):
    network = Network()
    hosts = {name: fake_host(name) for name in "abcd"}
    switch = network.switch()
    for name in "abcd":
        network.attach(name, hosts[name])
        network.link(name, switch)
    switch.access("a", 10)
    switch.access("b", 20)
    switch.access("c", 30)
    switch.trunk("d", [10], native=20)
    for name in "abc":
        hosts[name].send(BROADCAST)
    network.run_for("1s")
    assert [frame[12:16].hex() for _, frame in hosts["d"].arrived] == ["8100000a", "08000000"]
    assert network.trace.reasons == {Reason.ETH_NO_OTHER_PORT: 1}  # VLAN 30 has nobody else
    hosts["d"].send(BROADCAST)
    network.run_for("1s")
    assert [len(hosts[name].arrived) for name in "abc"] == [0, 1, 0]
    network.check()


def test_a_trunk_without_a_native_vlan_takes_no_frame_without_a_tag(two_floors):
    network, hosts, _ = two_floors
    network.switches["low"].trunk("a")
    hosts["a"].send(BROADCAST)
    network.run_for("1s")
    assert network.trace.reasons == {Reason.ETH_WRONG_VLAN: 1}
    network.check()


def test_without_vlans_tags_pass_untouched(star):
    """Rule 3 of the switch."""
    network, hosts = star("ab")
    tagged = BROADCAST + MAC["a"] + bytes.fromhex("810000140800") + bytes(46)
    hosts["a"].queue.append((0, tagged))
    network.run_for("1s")
    assert hosts["b"].arrived[0][1] == tagged


def test_from_the_first_vlan_on_other_ports_are_in_vlan_1(star):
    """IEEE 802.1Q table 9-2."""
    network, hosts = star("abc")
    network.switches["switch"].access("c", 10)
    hosts["a"].send(BROADCAST)
    network.run_for("1s")
    assert [len(hosts[name].arrived) for name in "bc"] == [1, 0]


@pytest.mark.parametrize("vlan", [0, 4095, -1, "10"])
def test_a_number_that_no_vlan_has_is_refused(star, vlan):
    network, _ = star("ab")
    with pytest.raises(SimulationError, match="1 to 4094"):
        network.switches["switch"].access("a", vlan)


def test_a_port_that_is_not_there_or_not_the_only_one_is_refused(star):
    network, _ = star("ab")
    switch = network.switches["switch"]
    with pytest.raises(SimulationError, match="0 ports of switch lead to 'z'"):
        switch.access("z", 10)


@given(vlan=st.integers(1, 4094), priority=st.integers(0, 15), text=st.binary(max_size=20))
def test_what_leaves_tagged_is_read_as_the_same(vlan, priority, text):
    plain = BROADCAST + MAC["a"] + b"\x08\x00" + text
    port = trunk(None, None)
    dressed = port.dress(plain, vlan, priority << 12)
    assert len(dressed) == len(plain) + 4
    assert port.classify(dressed) == (vlan, priority << 12, plain)
    assert access(vlan).dress(plain, vlan, 0) == plain


def test_the_tap_of_a_host_on_an_access_port_shows_what_it_sent():
    """IEEE 802.1Q clause 8.6: a switch puts the tag on, so its sender never saw it."""
    network = Network(seed=1)
    switch = network.switch("switch")
    for name in ("plain", "tagged"):
        network.link(network.host(name, f"10.0.0.{len(network.nodes) + 1}"), switch)
    switch.access("plain", 10)
    switch.trunk("tagged", [10])
    network.hosts["plain"].resolve(bytes([10, 0, 0, 2]), network.now)
    network.run_for("10ms")
    tag = b"\x81\x00\x00\x0a\x08\x06"
    counts = {}
    for name in ("plain", "tagged"):
        file = io.BytesIO()
        write_tap(network.trace, file, name)
        counts[name] = file.getvalue().count(tag)
    assert counts == {"plain": 0, "tagged": 1}
