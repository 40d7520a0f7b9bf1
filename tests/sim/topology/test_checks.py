import pytest

from wirelab.sim.topology import Topology, TopologyError


def problems(topology):
    with pytest.raises(TopologyError) as caught:
        topology.check()
    return caught.value.problems


@pytest.fixture
def lan():
    topology = Topology("small")
    topology.network("lan", "10.0.0.0/24", "2001:db8::/64")
    topology.host("taken", topology.segments["lan"].at("10.0.0.7"))
    return topology


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("10.0.0.7", "10.0.0.7 is an address of taken already"),
        ("10.0.1.7", "10.0.1.7 is not on the network (10.0.0.0/24, 2001:db8::/64)"),
        ("10.0.0.0", "10.0.0.0 is no host's address in 10.0.0.0/24"),
        ("10.0.0.255", "10.0.0.255 is no host's address in 10.0.0.0/24"),
        ("2001:db8::", "2001:db8:: is no host's address in 2001:db8::/64"),
        (
            "10.0.0",
            "'10.0.0' is no IPv4 address; write four numbers from 0 to 255, like 10.0.0.1",
        ),
    ],
)
def test_an_address_that_cannot_be_is_refused(lan, address, problem):
    lan.host("new", lan.segments["lan"].at(address))
    assert problems(lan) == [f"host new on lan: {problem}"]


def test_an_interface_has_one_address_of_each_prefix(lan):
    lan.host("new", lan.segments["lan"].at("10.0.0.8", "2001:db8::8", "10.0.0.9"))
    assert problems(lan) == ["host new on lan: 10.0.0.9 is a second address of 10.0.0.0/24"]


def test_a_network_can_be_full():
    topology = Topology("small")
    lan = topology.network("lan", "10.0.0.0/30")
    for name in ("a", "b", "c"):
        topology.host(name, lan)
    assert problems(topology) == [
        "host c: 10.0.0.0/30 has no free address left; use a shorter prefix"
    ]


@pytest.mark.parametrize("prefix", ["10.0.0.0/31", "2001:db8::/127"])
def test_two_addresses_are_enough_for_a_wire(prefix):
    """RFC 3021; RFC 6164."""
    topology = Topology("wire")
    wire = topology.network("wire", prefix)
    topology.host("a", wire)
    topology.host("b", wire)
    topology.check()
    assert topology.members["b"].attachments[0].text().endswith("1")


def test_networks_without_a_way_between_them_are_a_mistake_unless_they_are_meant():
    for partitioned in (False, True):
        topology = Topology("split", partitioned=partitioned)
        topology.host("a", topology.network("one", "10.1.0.0/24"))
        topology.host("b", topology.network("two", "10.2.0.0/24"))
        if partitioned:
            topology.check()
        else:
            assert problems(topology) == [
                "no IPv4 route between network one and network two; join them with a router, "
                "or say that the topology is partitioned"
            ]


def test_a_way_in_one_direction_is_enough():
    """Behind a NAT nobody is reached from outside."""
    topology = Topology("home")
    inside = topology.network("inside", "192.168.0.0/24")
    outside = topology.network("outside", "198.51.100.0/24")
    topology.host("phone", inside)
    topology.host("web", outside)
    topology.nat("gateway", outside=outside, inside=inside)
    topology.check()


@pytest.mark.parametrize(
    ("prefix", "why"),
    [
        ("224.0.1.0/24", "means many"),
        ("ff02::/64", "means many"),
        ("127.0.0.0/24", "never leaves a host"),
        ("0.0.0.0/0", "is no network of hosts"),
        ("240.0.0.0/8", "is no network of hosts"),
        ("fe80::/64", "is what every interface makes for itself"),
    ],
)
def test_a_prefix_that_no_host_can_be_on_is_refused(prefix, why):
    """RFC 1122 section 3.2.1.3; RFC 4291 section 2.4."""
    topology = Topology("strange")
    topology.network("lan", prefix)
    (problem,) = problems(topology)
    assert problem == f"network lan: {prefix} {why}; use a prefix such as 10.0.1.0/24"


def test_a_name_that_cannot_be_shown_is_refused():
    with pytest.raises(TopologyError, match="the name cannot be shown"):
        Topology("two\nlines")
