"""Routers, NATs and filters in a network: what passes from one side to the other, and back."""

import pytest

from wirelab.codecs.addresses import ipv4_bytes, ipv6_bytes
from wirelab.sim.host.config import Route
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.events import Accepted, EchoReply, IcmpError
from wirelab.sim.host.manner import Manner
from wirelab.sim.network import Network, SimulationError
from wirelab.sim.reasons import Reason

OUTSIDE = "203.0.113.1"
TEXT = bytes(range(256)) * 100


def joined(make, **options):
    """in1, in2 (10.0.0.5, .6) - switch - box - out (203.0.113.9); the box is the gateway of all."""
    network = Network(seed=3)
    box = getattr(network, make)("box", [f"{OUTSIDE}/24", "10.0.0.1/24"], **options)
    inner = [
        network.host(f"in{number}", f"10.0.0.{4 + number}", gateway="10.0.0.1") for number in (1, 2)
    ]
    outer = network.host("out", "203.0.113.9", gateway=None if make == "nat" else OUTSIDE)
    lan = network.switch("lan")
    network.link(network.port("box", 1), lan)
    network.link(network.port("box", 0), outer)
    for host in inner:
        network.link(host, lan)
    return network, box, *inner, outer


def events_of(host, kind):
    events = []
    while host.has_events:
        event = host.poll_event()
        if isinstance(event, kind):
            events.append(event)
    return events


def ping(network, host, destination, ttl=None):
    host.ping(ipv4_bytes(destination), 7, 1, b"text", network.now, ttl)
    network.run_for("5s")
    return events_of(host, (EchoReply, IcmpError))


def exchange(network, client, server, destination, port=80):
    """Connect and send; tell from where the server saw the connection come, or None."""
    listener = server.tcp_listen(port, network.now)
    connection = client.tcp_connect(ipv4_bytes(destination), port, network.now)
    network.run_for("3s")
    far = listener.accept(network.now)
    listener.close(network.now)
    if far is WOULD_BLOCK:
        return None
    connection.send(TEXT, network.now)
    network.run_for("3s")
    assert far.receive(len(TEXT), network.now) == TEXT
    return far.remote_address


def test_a_router_joins_two_networks_and_leaves_the_books_balanced():
    network, router, one, _, outer = joined("router")
    assert [type(event) for event in ping(network, one, "203.0.113.9")] == [EchoReply]
    assert [type(event) for event in ping(network, outer, "10.0.0.6")] == [EchoReply]
    assert router.counters.forwarded == 4
    network.check()


def test_a_router_tells_whose_time_to_live_ended():
    network, _, one, _, _ = joined("router")
    (error,) = ping(network, one, "203.0.113.9", ttl=1)
    assert (error.source, error.reason) == (ipv4_bytes("10.0.0.1"), Reason.ICMP_TTL_EXPIRED)
    network.check()


def test_a_router_sends_a_redirect_where_there_is_a_shorter_way():
    """RFC 1812 section 5.2.7.2."""
    network = Network()
    network.router("near", ["10.0.0.1"], gateway="10.0.0.2")
    far = network.router("far", ["10.0.0.2", "203.0.113.1"])
    host = network.host("host", "10.0.0.5", gateway="10.0.0.1")
    outer = network.host("out", "203.0.113.9", gateway="203.0.113.1")
    for machine in ("near", far, host):
        network.link(machine, "lan" if "lan" in network.switches else network.switch("lan"))
    network.link(far, outer)
    ping(network, host, "203.0.113.9")
    before = network.nodes["near"].received
    assert ping(network, host, "203.0.113.9")
    assert network.nodes["near"].received == before  # the second one took the shorter way
    network.check()


def test_settings_of_a_host_reach_it_and_unknown_ones_are_refused():
    network = Network()
    assert network.host("v2", "10.0.0.1", igmp_version=2) is network.nodes["v2"].machine
    with pytest.raises(TypeError, match="igpm_version"):
        network.host("v3", "10.0.0.2", igpm_version=3)
    assert "v3" not in network.nodes


def joined6(make, **options):
    """A host that configures itself - box - out; hosts know nothing but what the router tells."""
    network = Network(seed=4)
    addresses = ["2001:db8:b::1", "2001:db8:a::1"]
    box = getattr(network, make)("box", addresses, **options)
    inner = network.host("in", "fe80::5", autoconfigure=True)
    outer = network.host("out", "2001:db8:b::9", gateway="2001:db8:b::1")
    network.link(network.port("box", 1), inner)
    network.link(network.port("box", 0), outer)
    network.run_for("10s")
    return network, box, inner, outer


def global_address(host):
    return next(one.address for one in host.interfaces[0].ipv6 if one.address[0] == 0x20)


def test_a_router_tells_ipv6_hosts_their_network_and_forwards_for_them():
    """RFC 4861 section 6.2, RFC 4862."""
    network, router, inner, outer = joined6("router")
    assert global_address(inner)[:8] == ipv6_bytes("2001:db8:a::")[:8]
    inner.ping(ipv6_bytes("2001:db8:b::9"), 7, 1, b"text", network.now)
    network.run_for("1s")
    assert len(events_of(inner, EchoReply)) == 1
    outer.ping(global_address(inner), 7, 1, b"text", network.now)
    network.run_for("1s")
    assert len(events_of(outer, EchoReply)) == 1
    assert router.counters.forwarded == 4
    network.check()


def test_a_router_that_shall_not_advertise_is_silent():
    network = Network()
    network.router("box", "2001:db8:a::1", advertise=False)
    host = network.host("in", "fe80::5", autoconfigure=True)
    network.link("box", host)
    network.run_for("60s")
    assert all(one.address[0] == 0xFE for one in host.interfaces[0].ipv6)


def test_a_filter_stands_before_ipv6_hosts_as_well():
    network, _, inner, outer = joined6("filter", allow=["out any", "in tcp to port 22"])
    inner.ping(ipv6_bytes("2001:db8:b::9"), 7, 1, b"text", network.now)
    outer.ping(global_address(inner), 7, 1, b"text", network.now)
    network.run_for("1s")
    assert (len(events_of(inner, EchoReply)), len(events_of(outer, EchoReply))) == (1, 0)
    listeners = [inner.tcp_listen(port, network.now) for port in (22, 23)]
    for port in (22, 23):
        outer.tcp_connect(global_address(inner), port, network.now)
    network.run_for("1s")
    accepted = [listener.accept(network.now) is not WOULD_BLOCK for listener in listeners]
    assert accepted == [True, False]
    network.check()


# --- NAT -----------------------------------------------------------------------------------------


def test_behind_a_nat_every_host_has_the_outer_address():
    network, _, one, two, outer = joined("nat")
    for host in (one, two):
        assert exchange(network, host, outer, "203.0.113.9") == ipv4_bytes(OUTSIDE)
    assert len(network.boxes["box"].mappings(network.now)) == 2
    network.check()


def test_pings_and_their_errors_come_back_through_a_nat():
    network, _, one, two, _ = joined("nat")
    assert [type(event) for event in ping(network, one, "203.0.113.9")] == [EchoReply]
    assert [type(event) for event in ping(network, two, "203.0.113.9")] == [EchoReply]
    (error,) = ping(network, two, "203.0.113.77")
    assert error.reason is Reason.ICMP_HOST_UNREACHABLE
    network.check()


def test_datagrams_in_fragments_pass_a_nat_both_ways():
    """RFC 4787 REQ-14."""
    network, _, one, _, outer = joined("nat")
    in_pieces = Manner(dont_fragment=False)
    far, near = outer.udp_bind(9000, network.now), one.udp_bind(4000, network.now)
    near.send_to(bytes(4000), ipv4_bytes("203.0.113.9"), 9000, network.now, in_pieces)
    network.run_for("1s")
    datagram = far.receive_from(network.now)
    assert (datagram.data, datagram.address) == (bytes(4000), ipv4_bytes(OUTSIDE))
    far.send_to(bytes(5000), datagram.address, datagram.port, network.now, in_pieces)
    network.run_for("1s")
    assert near.receive_from(network.now).data == bytes(5000)
    network.check()


def test_nobody_outside_reaches_inside_but_by_a_forwarded_port():
    network, _, one, _, outer = joined("nat", forward=["tcp 8080 to 10.0.0.5 port 80"])
    assert exchange(network, outer, one, OUTSIDE, 81) is None
    one.tcp_listen(80, network.now)
    outer.tcp_connect(ipv4_bytes(OUTSIDE), 8080, network.now)
    network.run_for("3s")
    assert len(events_of(one, Accepted)) == 1
    network.check()


def test_inner_hosts_meet_by_the_outer_address():
    """RFC 4787 REQ-9, hairpin."""
    network, _, one, two, _ = joined("nat", forward=["tcp 80 to 10.0.0.5"])
    assert exchange(network, two, one, OUTSIDE) == ipv4_bytes(OUTSIDE)
    network.check()


def test_the_nat_itself_talks_with_both_sides():
    network, box, one, _, outer = joined("nat")
    assert exchange(network, box, outer, "203.0.113.9") == ipv4_bytes(OUTSIDE)
    assert exchange(network, box, one, "10.0.0.5") == ipv4_bytes("10.0.0.1")
    assert exchange(network, outer, box, OUTSIDE) == ipv4_bytes("203.0.113.9")
    assert exchange(network, one, box, OUTSIDE) == ipv4_bytes("10.0.0.5")
    network.check()


@pytest.mark.parametrize(
    "options", [{"mapping": "conical"}, {"filtering": "none"}, {"forward": ["tcp to 10.0.0.5"]}]
)
def test_a_nat_of_settings_that_cannot_be_read_is_not_built(options):
    network = Network()
    with pytest.raises(ValueError, match=r"use one of|write"):
        network.nat("box", [OUTSIDE, "10.0.0.1"], **options)
    assert not network.nodes


# --- filter --------------------------------------------------------------------------------------


def test_by_default_a_filter_lets_inner_hosts_begin_and_nobody_else():
    network, _, one, _, outer = joined("filter")
    assert exchange(network, one, outer, "203.0.113.9") == ipv4_bytes("10.0.0.5")
    assert exchange(network, outer, one, "10.0.0.5") is None
    assert network.trace.reasons[Reason.IP_FILTER] > 0
    network.check()


def test_a_filter_tells_what_it_rejects():
    """RFC 1812 section 5.2.7.1: code 13, communication administratively prohibited."""
    network, _, _, _, outer = joined("filter", allow=["reject in ping", "out any"])
    (error,) = ping(network, outer, "10.0.0.5")
    assert error.reason is Reason.ICMP_PROHIBITED
    network.check()


def test_a_filter_lets_in_what_it_is_told_to():
    network, box, one, _, outer = joined("filter", allow=["in tcp to 10.0.0.5 port 22"])
    assert exchange(network, outer, one, "10.0.0.5", 22) == ipv4_bytes("203.0.113.9")
    assert exchange(network, outer, one, "10.0.0.5", 23) is None
    assert exchange(network, outer, box, OUTSIDE, 22) is None
    assert exchange(network, box, outer, "203.0.113.9") == ipv4_bytes(OUTSIDE)
    network.check()


# --- ports ---------------------------------------------------------------------------------------


def test_a_link_can_be_given_a_certain_interface():
    network = Network()
    network.router("r", ["10.0.0.1", "10.0.1.1"])
    network.host("a", "10.0.1.5")
    link = network.link(network.port("r", 1), "a")
    assert network.nodes["r"].ports[1].out is link.directions[0]
    assert network.nodes["r"].ports[0].out is None
    with pytest.raises(SimulationError, match="interface 1 of r has a link already"):
        network.port("r", 1)
    with pytest.raises(SimulationError, match="r has no interface 2; it has 2"):
        network.port("r", 2)


def test_routes_of_a_router_are_its_own():
    network = Network()
    far = Route(ipv4_bytes("192.0.2.0"), 24, 1, ipv4_bytes("10.0.1.9"))
    router = network.router("r", ["10.0.0.1", "10.0.1.1"], routes=[far])
    assert far in router.routes


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (
            {"forward": ["tcp 80 to 10.0.0.2", "tcp 80 to 10.0.0.3"]},
            "tcp port 80 is forwarded twice: to 10.0.0.2 and to 10.0.0.3",
        ),
        ({"forward": "tcp 80 to 10.0.0.2"}, "forward is 'tcp 80 to 10.0.0.2'; give a list"),
        ({"mapping": 3}, "3: use one of endpoint-independent"),
    ],
)
def test_a_nat_that_is_refused_leaves_nothing_behind(settings, complaint):
    network = Network(seed=1)
    with pytest.raises(ValueError, match=complaint):
        network.nat("home", ["203.0.113.1", "10.0.0.1"], **settings)
    assert (network.nodes, network.hosts, network.boxes) == ({}, {}, {})
    network.nat("home", ["203.0.113.1", "10.0.0.1"])


def test_rules_of_a_filter_are_a_list():
    with pytest.raises(ValueError, match="allow is 'out any'; give a list of texts"):
        Network(seed=1).filter("wall", ["203.0.113.1", "10.0.0.1"], allow="out any")


@pytest.mark.parametrize("make", ["nat", "filter"])
def test_a_box_with_one_interface_stands_between_nobody(make):
    with pytest.raises(SimulationError, match="box has one interface, and stands between nobody"):
        getattr(Network(seed=1), make)("box", "10.0.0.1")


def test_a_setting_that_is_none_is_told_with_those_that_there_are():
    with pytest.raises(TypeError, match="host a: there is no setting 'colour'; there are answer_a"):
        Network(seed=1).host("a", "10.0.0.1", colour="red")
