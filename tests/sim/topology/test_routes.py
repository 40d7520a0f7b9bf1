import pytest

from wirelab.codecs.addresses import ip_text
from wirelab.sim.topology import Topology
from wirelab.sim.topology.reachability import Reachability
from wirelab.sim.topology.routes import routes_of


@pytest.fixture
def chain():
    """a - r1 - b - r2 - c, and a shorter way from a to d."""
    topology = Topology("chain")
    for number, name in enumerate("abcd"):
        topology.network(name, f"10.0.{number}.0/24", f"2001:db8:{number}::/64")
    topology.router("r1", "a", "b")
    topology.router("r2", "b", "c")
    topology.router("r3", "a", "d")
    topology.host("alice", "a")
    topology.host("carol", "c")
    topology.host("both", "c", "a")
    return topology.check()


def routes(topology, name, size=4):
    reach = Reachability(topology.segments, topology.members, size)
    return [
        (f"{ip_text(one.destination)}/{one.prefix_length}", one.interface, ip_text(one.gateway))
        for one in routes_of(topology.members[name], topology.segments, reach)
        if one.gateway is not None
    ]


def test_a_host_has_a_default_route_and_what_another_gateway_is_nearer_to(chain):
    assert routes(chain, "alice") == [
        ("10.0.3.0/24", 0, "10.0.0.2"),
        ("0.0.0.0/0", 0, "10.0.0.1"),
    ]
    assert routes(chain, "alice", 16) == [
        ("2001:db8:3::/64", 0, "2001:db8::2"),
        ("::/0", 0, "2001:db8::1"),
    ]
    assert routes(chain, "carol") == [("0.0.0.0/0", 0, "10.0.2.1")]


def test_a_host_on_two_networks_leaves_by_the_nearer_one(chain):
    assert routes(chain, "both") == [
        ("10.0.3.0/24", 1, "10.0.0.2"),
        ("0.0.0.0/0", 0, "10.0.2.1"),
    ]


def test_a_router_has_a_route_for_each_network_and_no_default(chain):
    assert routes(chain, "r1") == [
        ("10.0.3.0/24", 0, "10.0.0.2"),
        ("10.0.2.0/24", 1, "10.0.1.2"),
    ]


def test_nobody_outside_a_nat_has_a_route_to_its_inside_for_ipv4():
    """RFC 4787 section 1; IPv6 passes it as any router."""
    topology = Topology("home")
    topology.network("inside", "192.168.0.0/24", "2001:db8:1::/64")
    topology.network("outside", "198.51.100.0/24", "2001:db8:2::/64")
    topology.host("phone", "inside")
    topology.host("web", "outside")
    topology.nat("gateway", outside="outside", inside="inside")
    topology.check()
    assert routes(topology, "phone") == [("0.0.0.0/0", 0, "192.168.0.1")]
    assert routes(topology, "web") == []
    assert routes(topology, "web", 16) == [("::/0", 0, "2001:db8:2::1")]


def test_a_network_without_a_family_carries_nothing_of_it():
    topology = Topology("mixed")
    topology.network("a", "10.0.0.0/24", "2001:db8::/64")
    topology.network("b", "10.0.1.0/24")
    topology.network("c", "10.0.2.0/24", "2001:db8:2::/64")
    topology.router("r1", "a", "b")
    topology.router("r2", "b", "c")
    topology.host("x", "a")
    topology.check()
    assert routes(topology, "x") == [("0.0.0.0/0", 0, "10.0.0.1")]
    assert routes(topology, "x", 16) == []
