"""Topologies as users declare them."""

import pytest

from wirelab.sim.topology import Topology, TopologyError


@pytest.fixture
def office():
    office = Topology("office")
    lan = office.network("lan", "10.0.1.0/24", "2001:db8:1::/64")
    servers = office.network("servers", "10.0.2.0/24", latency="2ms")
    office.host("alice", lan)
    office.host("bob", lan.at("10.0.1.20"))
    office.host("web", "servers")
    office.router("r1", lan, servers)
    return office


def addresses(topology, name):
    return [attachment.text() for attachment in topology.members[name].attachments]


def test_addresses_that_nobody_declared_are_handed_out_boxes_first(office):
    office.check()
    assert addresses(office, "r1") == ["10.0.1.1  2001:db8:1::1", "10.0.2.1"]
    assert addresses(office, "alice") == ["10.0.1.2  2001:db8:1::2"]
    assert addresses(office, "bob") == ["10.0.1.20  2001:db8:1::3"]
    assert addresses(office, "web") == ["10.0.2.2"]


def test_an_address_asked_for_is_given_to_nobody_else():
    topology = Topology()
    lan = topology.network("lan", "10.0.0.0/29")
    names = ["a", "b", "c", "d", "e"]
    for name in names:
        topology.host(name, lan)
    topology.host("fixed", lan.at("10.0.0.2"))
    topology.check()
    given = [addresses(topology, name)[0] for name in names]
    assert given == ["10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]


def test_checking_twice_changes_nothing(office):
    first = office.text()
    assert office.text() == first


@pytest.mark.parametrize(
    ("declare", "problem"),
    [
        (lambda t: t.network("lan", "10.0.0.0/8"), "the name 'lan' is taken"),
        (lambda t: t.host("lan"), "the name 'lan' is taken"),
        (lambda t: t.network("x", "10.9.0.1/24"), r"network x: 10\.9\.0\.1/24 has host bits set"),
        (lambda t: t.network("x", "cable"), "write a prefix such as"),
        (lambda t: t.network("", "10.9.0.0/24"), "cannot be shown"),
    ],
)
def test_what_cannot_be_declared_is_refused_at_once(office, declare, problem):
    with pytest.raises(TopologyError, match=problem):
        declare(office)


def test_an_error_says_every_problem(office):
    office.network("more", "10.0.1.128/25")
    office.network("empty")
    office.host("lost")
    office.host("stray", "moon")
    office.router("stub", "lan")
    office.host("twice", "lan", "lan")
    with pytest.raises(TopologyError) as caught:
        office.check()
    assert caught.value.problems == [
        "network empty has no prefix; give it one such as 10.0.1.0/24",
        "network lan: 10.0.1.0/24 overlaps 10.0.1.128/25 of network more; "
        "an address must be on one network only",
        "host lost is on no network; there are: lan, servers, more, empty",
        "host stray: there is no network 'moon'; there are: lan, servers, more, empty",
        "router stub is on one network and joins nothing; name two or more",
        "host twice is on network lan twice; once is enough",
    ]
    assert str(caught.value).startswith("topology office: 6 problems:\n  network empty")
