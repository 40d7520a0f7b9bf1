"""Declared networks, built and spoken on."""

import pytest

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.events import EchoReply
from wirelab.sim.programs.diagnostics import path_mtu
from wirelab.sim.programs.loop import on, run
from wirelab.sim.topology import Topology, TopologyError


def answers(network, sender, address):
    """Whether a ping from a host comes back."""
    host = network.nodes[sender].machine
    host.ping(ip_bytes(address), 7, 1, b"hello", network.now)
    network.run_for("2s")
    events = []
    while host.has_events:
        events.append(host.poll_event())
    return any(isinstance(event, EchoReply) for event in events)


@pytest.fixture
def office():
    office = Topology("office")
    lan = office.network("lan", "10.0.1.0/24", "2001:db8:1::/64")
    middle = office.network("middle", "10.0.9.0/30", "2001:db8:9::/64", latency="1ms")
    servers = office.network("servers", "10.0.2.0/24", "2001:db8:2::/64")
    office.host("alice", lan)
    office.host("bob", lan)
    office.host("web", servers.at("10.0.2.80", "2001:db8:2::80"))
    office.router("r1", middle, lan)
    office.router("r2", servers, middle)
    return office


@pytest.mark.parametrize("address", ["10.0.2.80", "2001:db8:2::80"])
def test_hosts_reach_each_other_across_routers(office, address):
    network = office.build(seed=1)
    assert answers(network, "alice", address)
    network.check()


def test_a_switch_stands_where_more_than_two_meet(office):
    network = office.build()
    assert list(network.switches) == ["lan"]
    assert len(network.links) == 3 + 1 + 1


def test_the_same_topology_can_be_built_again(office):
    first, second = office.build(seed=1), office.build(seed=1)
    assert answers(first, "alice", "10.0.2.80")
    assert answers(second, "alice", "10.0.2.80")
    assert first.now == second.now


def test_a_nat_lets_out_and_a_filter_lets_in_what_is_allowed():
    text = """
    [networks]
    home = "192.168.0.0/24"
    isp = "198.51.100.0/24"
    dmz = "203.0.113.0/24"
    [hosts]
    phone = "home"
    peer = "isp"
    web = "dmz"
    [nats]
    gateway = { outside = "isp", inside = "home" }
    [filters]
    wall = { outside = "isp", inside = "dmz", options = { allow = ["out any", "in icmp"] } }
    """
    network = Topology.loads(text).build()
    assert answers(network, "phone", "203.0.113.2")
    assert answers(network, "peer", "203.0.113.2")
    network = Topology.loads(text.replace(', "in icmp"', "")).build()
    assert not answers(network, "phone", "203.0.113.2")
    assert answers(network, "web", "198.51.100.3")


def test_a_networks_mtu_is_that_of_its_interfaces():
    """So that a router can say what does not fit (RFC 1191 section 4)."""
    topology = Topology("narrow")
    topology.host("alice", topology.network("wide", "10.0.1.0/24"))
    topology.host("web", topology.network("narrow", "10.0.2.0/24", mtu=1400))
    topology.router("r1", "wide", "narrow")
    network = topology.build()

    async def ask() -> int:
        return await path_mtu(on("alice"), "10.0.2.2")

    assert run(ask(), network) == 1400


@pytest.mark.parametrize(
    ("declare", "problem"),
    [
        (lambda t: t.network("slow", "10.9.0.0/24", latency="soon"), "network slow: .*soon"),
        (lambda t: t.network("tiny", "10.9.0.0/24", mtu=20), "host one: mtu 20"),
        (lambda t: t.host("odd", "lan", colour="red"), "host odd: .*colour"),
        (
            lambda t: t.filter("wall", outside="lan", inside="servers", allow=["maybe"]),
            "filter wall: .*maybe",
        ),
    ],
)
def test_what_the_network_refuses_is_blamed_on_its_entry(office, declare, problem):
    office.partitioned = True
    declare(office)
    for name in ("slow", "tiny"):
        if name in office.segments:
            office.host("one", name)
            office.host("two", name)
    with pytest.raises(TopologyError, match=f"topology office: {problem}"):
        office.build()
