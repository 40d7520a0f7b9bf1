"""Preflight checks on real interfaces: each problem is made, found, and named with its way out."""

import dataclasses

import pytest

from wirelab.adapters.preflight import Plan, check
from wirelab.codecs import ipv4_bytes

pytestmark = pytest.mark.live


@pytest.fixture
def plan(wire):
    return Plan(
        "afpacket",
        "eth0",
        ipv4_bytes(wire.own_address),
        destination=ipv4_bytes(wire.peer_address),
    )


@pytest.fixture
def problems(wire):
    """Checks a plan inside the namespace: the names of what was found."""

    def find(plan, **changes):
        with wire.ours:
            return [each.check for each in check(dataclasses.replace(plan, **changes))]

    return find


def test_a_good_plan_has_no_problem(problems, plan):
    assert problems(plan) == []
    assert problems(plan, kind="pcap", own_mac=False) == []


def test_the_hosts_own_address_needs_a_guard(problems, plan, wire):
    host = ipv4_bytes(wire.host_address)
    assert problems(plan, address=host) == ["address_is_hosts"]
    assert problems(plan, address=host, guard=True, ports=(49152,)) == []
    wire.ours.listen(49152)
    assert problems(plan, address=host, guard=True, ports=(49152,)) == ["port_in_use"]


def test_forwarding_matters_to_the_hosts_mac_only(problems, plan, wire):
    wire.ours.sysctl("net.ipv4.ip_forward", 1)
    assert problems(plan) == []
    assert problems(plan, own_mac=False) == ["forwarding"]
    assert problems(plan, own_mac=False, guard=True) == []


def test_proxy_arp_is_a_warning(plan, wire):
    wire.ours.sysctl("net.ipv4.conf.eth0.proxy_arp", 1)
    with wire.ours:
        (problem,) = check(plan)
    assert problem.text == "proxy_arp on eth0 may answer ARP for 198.51.100.77."
    assert not problem.fatal


def test_a_link_that_is_down_or_absent_is_told(problems, plan, wire):
    assert problems(plan, interface="eth7") == ["no_interface"]
    assert problems(plan, interface="lo") == ["no_ethernet"]
    wire.ours.ip("link set eth0 down")
    assert problems(plan) == ["link_down"]


def test_this_hosts_kernel_cannot_be_reached_over_its_own_interface(problems, plan, wire):
    host = ipv4_bytes(wire.host_address)
    assert problems(plan, destination=host) == ["destination_is_this_host"]


def test_without_the_capability_the_plan_ends_there(wire):
    code = (
        "from wirelab.adapters.preflight import Plan, check\n"
        "print([p.text for p in check(Plan('afpacket', 'eth0', bytes([198, 51, 100, 77])))])\n"
    )
    process = wire.ours.without_capabilities(code)
    assert process.finish() == 0
    assert process.output.startswith("['raw access to eth0 refused: needs CAP_NET_RAW (sudo, or")
