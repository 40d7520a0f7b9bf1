"""RFC 1812 section 5.3.1 (TTL), RFC 1191 and RFC 8201 (path MTU), as programs see them."""

import random
from typing import NamedTuple

import pytest

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.network.network import Network
from wirelab.sim.programs.diagnostics import (
    Answer,
    Lost,
    PingReport,
    RouteHop,
    TraceRoute,
    path_mtu,
    ping,
    traceroute,
)
from wirelab.sim.programs.loop import on, run
from wirelab.sim.reasons import Reason

PREFIX = {4: 24, 16: 64}


class Way(NamedTuple):
    """alice -- r1 -- r2 -- bob, 1 ms a link; addresses of the routers, and bob's."""

    network: Network
    first: str
    second: str
    bob: str
    dark: str


def address(family, net, host):
    return f"10.0.{net}.{host}" if family == 4 else f"2001:db8:{net}::{host}"


def router(network, name, number, family, nets, routes, mtu):
    """A host that forwards, between two networks."""
    interfaces = []
    for index, net in enumerate(nets):
        own = ip_bytes(address(family, net, 10 + number))
        mac = bytes((2, 0, 0, 1, number, index))
        if family == 4:
            interfaces.append(InterfaceConfig(f"eth{index}", mac, own, 24, mtu))
        else:
            extra = [(own, 64)]
            interfaces.append(InterfaceConfig(f"eth{index}", mac, mtu=mtu, addresses=extra))
    config = HostConfig(name, interfaces, routes, forwarding=True)
    host = Host(config, random.Random(number))
    network.attach(name, host, 2)
    return host


def build(family, mtu=1500):
    network = Network(seed=1)

    def ours(net, host):
        return address(family, net, host)

    def route(net, interface, via):
        prefix = PREFIX[4 if family == 4 else 16]
        return Route(ip_bytes(ours(net, 0)), prefix, interface, ip_bytes(via))

    alice = network.host("alice", ours(1, 1), gateway=ours(1, 11))
    bob = network.host("bob", ours(3, 1), gateway=ours(3, 12))
    first = router(network, "r1", 1, family, (1, 2), [route(3, 1, ours(2, 12))], 1500)
    second = router(network, "r2", 2, family, (2, 3), [route(1, 0, ours(2, 11))], mtu)
    network.link(alice, first, latency="1ms")
    network.link(first, second, latency="1ms")
    network.link(second, bob, latency="1ms")
    return Way(network, ours(1, 11), ours(2, 12), ours(3, 1), ours(3, 99))


@pytest.fixture(params=[4, 6], ids=["IPv4", "IPv6"])
def way(request):
    return build(request.param)


@pytest.fixture(params=[4, 6], ids=["IPv4", "IPv6"])
def narrow(request):
    """The link to bob carries 1300 bytes."""
    return build(request.param, 1300)


def ask(way, question):
    async def main():
        return await question(on(way.network.nodes["alice"].machine))

    return run(main, way.network)


@pytest.mark.parametrize("method", ["udp", "icmp"])
def test_the_routers_on_the_way_are_found(way, method):
    """RFC 1812 section 5.3.1; each line is told as soon as it is known."""
    ask(way, lambda host: ping(host, way.bob, count=1))  # from now on everybody knows everybody
    lines: list[RouteHop] = []
    route = ask(way, lambda host: traceroute(host, way.bob, method=method, told=lines.append))
    assert route.addresses == [way.first, way.second, way.bob]
    assert route.is_reached
    assert lines == route.hops
    end = Reason.ICMP_PORT_UNREACHABLE if method == "udp" else None
    assert [hop.answers[2].reason for hop in route.hops] == [
        Reason.ICMP_TTL_EXPIRED,
        Reason.ICMP_TTL_EXPIRED,
        end,
    ]
    assert [hop.answers[2].round_trip_ns // 1_000_000 for hop in route.hops] == [2, 4, 6]
    way.network.check()


def test_a_traceroute_leaves_no_port_open(way):
    ask(way, lambda host: traceroute(host, way.bob))
    assert not way.network.nodes["alice"].machine._layers.udp.ports._holders


def test_a_host_that_is_not_there_is_told_by_the_last_router(way):
    """RFC 1812 section 3.3.2, RFC 4861 section 7.2.2: after three requests."""
    route = ask(way, lambda host: traceroute(host, way.dark, timeout_s=5, queries=1))
    assert route.addresses == [way.first, way.second, way.second]
    assert not route.is_reached
    assert str(route).endswith("!H")


def test_silence_shows_as_stars_up_to_the_last_hop_asked_for(way):
    way.network.nodes["r2"].machine.hooks.add(Swallow())
    route = ask(way, lambda host: traceroute(host, way.bob, maximum_hops=3))
    assert route.addresses == [way.first, None, None]
    assert str(route).splitlines()[-1] == " 3  *  *  *"


class Swallow:
    """A box that lets nothing through, and says nothing."""

    wants_whole = False

    def received(self, packet, interface, now):
        return Drop(Reason.IP_FILTER)

    def leaving(self, packet, arrived, interface, now):
        return packet


def test_pings_are_summed_up(way):
    report = ask(way, lambda host: ping(host, way.bob, count=4, interval_s=0.5))
    assert (report.sent, report.received, report.loss_percent) == (4, 4, 0)
    assert [echo.sequence_number for echo in report.echoes] == [1, 2, 3, 4]
    assert (
        report.echoes[-1].round_trip_ns == 6_000_000 + report.echoes[-1].round_trip_ns % 1_000_000
    )
    assert report.echoes[-1].ttl == 62
    assert report.lost == []


def test_a_ping_longer_than_any_link_comes_back_whole(narrow):
    """RFC 1122 section 3.2.2.6: fragmented on both ways.

    IPv6's routers cut nothing (RFC 8200 section 5): first alice learns the path's MTU, then bob.
    """
    report = ask(narrow, lambda host: ping(host, narrow.bob, count=3, payload=bytes(5000)))
    assert len(report.echoes[-1].payload) == 5000
    assert report.echoes[-1].sequence_number == 3
    narrow.network.check()


def test_pings_that_are_lost_are_told_with_their_reason(way):
    report = ask(way, lambda host: ping(host, way.bob, count=2, ttl=1))
    assert report.lost == [Lost(1, Reason.ICMP_TTL_EXPIRED), Lost(2, Reason.ICMP_TTL_EXPIRED)]
    assert report.loss_percent == 100
    way.network.nodes["r2"].machine.hooks.add(Swallow())
    report = ask(way, lambda host: ping(host, way.bob, count=1))
    assert report.lost == [Lost(1, None)]


def test_the_path_mtu_is_what_the_narrowest_link_carries(narrow):
    """RFC 1191 section 3, RFC 8201 section 4; afterwards the host knows it, too."""
    assert ask(narrow, lambda host: path_mtu(host, narrow.bob)) == 1300
    alice = narrow.network.nodes["alice"].machine
    assert alice.path_mtu(ip_bytes(narrow.bob)) == 1300
    assert alice.path_mtu(ip_bytes(narrow.first)) == 1500


def test_a_black_hole_is_told_from_a_small_mtu(way):
    """RFC 2923 section 2.1."""
    way.network.nodes["r2"].machine.hooks.add(Swallow())
    with pytest.raises(HostError, match=r"icmp\.no_answer: no answer to 1500 bytes within 1 s"):
        ask(way, lambda host: path_mtu(host, way.bob))


def test_a_summary_reads_as_ping_writes_it():
    report = PingReport("10.0.0.2", sent=2, elapsed_ns=1_001_000_000)
    assert str(report).splitlines() == [
        "--- 10.0.0.2 ping statistics ---",
        "2 packets transmitted, 0 received, 100% packet loss, time 1001ms",
    ]
    assert report.as_json()["rtt_ms"] == {}


def test_a_route_reads_as_traceroute_writes_it():
    hop = RouteHop(
        2,
        (
            Answer("10.0.0.2", 1_500_000, Reason.ICMP_TTL_EXPIRED),
            None,
            Answer("10.0.0.3", 2_000_000, Reason.ICMP_PROHIBITED),
        ),
    )
    assert str(hop) == " 2  10.0.0.2  1.500 ms  *  10.0.0.3  2.000 ms !X"
    first = {"address": "10.0.0.2", "rtt_ms": 1.5, "reason": "icmp.ttl_expired"}
    last = {"address": "10.0.0.3", "rtt_ms": 2.0, "reason": "icmp.prohibited"}
    assert hop.as_json() == {"hop": 2, "answers": [first, None, last]}
    assert TraceRoute("10.0.9.9", [hop]).is_reached is False
