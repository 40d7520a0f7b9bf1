"""RFC 4861 section 6.3: a host asks for routers, and does what they advertise."""

import random
from itertools import pairwise

import pytest

from wirelab.codecs import (
    NDMTU,
    NDPrefixInformation,
    NDRecursiveServers,
    NDRouteInformation,
    NDSearchList,
    NDSourceLinkAddress,
    RouterAdvertisement,
)
from wirelab.codecs.addresses import ip_text, ipv6_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig
from wirelab.sim.host.events import AddressAcquired
from wirelab.sim.host.interface import group_mac
from wirelab.sim.reasons import Reason

ROUTER, OTHER = ipv6_bytes("fe80::1"), ipv6_bytes("fe80::2")
OTHER_MAC = b"\x02\0\0\0\0\xf2"
SERVER = ipv6_bytes("2001:db8::53")
FAR = ipv6_bytes("2001:db8:ffff::1")
PREFIX = NDPrefixInformation("2001:db8:0:1::", autonomous=False)


def way(host, destination=FAR):
    """By whom a packet goes: the gateway, the destination itself, or None."""
    hop = host._layers.speak_ipv6().routes.hop(destination)
    return None if hop is None else hop.next_hop


# --- asking


def test_a_host_asks_for_routers_when_its_link_local_address_is_its_own(link, events_of):
    """RFC 4861 section 6.3.7, RFC 4862 section 5.4."""
    host = link.host("a", 1)
    host.autoconfigure(0)
    link.wait(30)
    (acquired,) = events_of(host, AddressAcquired)
    asked = link.solicitations()
    assert len(asked) == 3
    for _, ip, body in asked:
        assert (ip.source, ip_text(ip.destination), ip.hop_limit) == (
            acquired.address,
            "ff02::2",
            255,
        )
        assert body.options == (NDSourceLinkAddress(b"\x02\0\0\0\0\x01"),)
    first, second, third = (at for at, *_ in asked)
    assert (round(second - first, 6), round(third - second, 6)) == (4, 4)


def test_hosts_told_to_configure_themselves_begin_alone(link, addresses_of):
    """HostConfig.autoconfigure: with the first look at the timers."""
    host = link.host("a", 1, autoconfigure=True)
    link.wait(30)
    assert list(addresses_of(host).values()) == ["PREFERRED"]
    assert len(link.solicitations()) == 3


def test_a_host_that_is_not_told_to_says_nothing(link):
    """A plain host speaks no IPv6."""
    host = link.host("a", 1)
    link.wait(30)
    assert link.heard == []
    assert host.interfaces[0].ipv6 == []


def test_a_host_may_ask_for_ever_but_less_and_less_often(link):
    """RFC 7559 section 2."""
    host = link.host("a", 1)
    host.autoconfigure(0, config=AutoconfigurationConfig(solicitations=None))
    link.wait(3600)
    times = [at for at, *_ in link.solicitations()]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) > 6
    assert all(0.9 * 4 * 2**n <= gap <= 1.1 * 4 * 2**n for n, gap in enumerate(gaps))


def test_an_advertisement_ends_the_asking(link, make_frame):
    """RFC 4861 section 6.3.7."""
    host = link.host("a", 1)
    host.autoconfigure(0)
    link.wait(3.1)
    link.send(make_frame(RouterAdvertisement()))
    link.wait(30)
    assert len(link.solicitations()) <= 1


# --- default routers


def test_the_router_is_the_way_to_everywhere_for_its_lifetime(client, advertise, link):
    """RFC 4861 section 6.3.4."""
    assert way(client) is None
    advertise(router_lifetime=100)
    assert way(client) == ROUTER
    link.wait(99)
    assert way(client) == ROUTER
    link.wait(1)
    assert way(client) is None


def test_a_router_that_ceases_is_forgotten_at_once(client, advertise):
    """RFC 4861 section 6.3.4: lifetime 0."""
    advertise()
    advertise(router_lifetime=0)
    assert way(client) is None


def test_the_router_of_higher_preference_is_chosen(client, advertise):
    """RFC 4191 section 3.2."""
    advertise(preference=0b11)
    advertise(preference=0b01, source=OTHER, mac=OTHER_MAC)
    assert way(client) == OTHER
    advertise(preference=0b11, source=OTHER, mac=OTHER_MAC)
    advertise(preference=0b00)
    assert way(client) == ROUTER


def test_of_equal_routers_the_one_in_use_stays(client, advertise):
    """RFC 4861 section 6.3.6."""
    advertise()
    advertise(source=OTHER, mac=OTHER_MAC)
    assert way(client) == ROUTER


def test_when_the_router_is_dead_another_takes_over(client, advertise, link):
    """RFC 4861 section 6.3.6, by neighbour unreachability detection (section 7.3.3)."""
    advertise(NDSourceLinkAddress(b"\x02\0\0\0\0\xf1"))
    advertise(NDSourceLinkAddress(OTHER_MAC), PREFIX, source=OTHER, mac=OTHER_MAC)
    discovery = client.autoconfiguration.discoveries[0]
    assert discovery.routes.routers == [ROUTER, OTHER]
    client.add_address(ipv6_bytes("2001:db8:0:1::5"), 64, link.now)
    client.ping(FAR, 1, 1, b"", link.now)
    link.wait(20)
    assert way(client) == OTHER
    advertise()
    assert way(client) == OTHER


def test_a_router_unused_for_long_is_found_dead_all_the_same(client, advertise, link):
    """RFC 4861 section 6.3.6: the neighbour entry that knew it for a router is forgotten then."""
    for number in (1, 2):
        source, mac = ipv6_bytes(f"fe80::{number}"), bytes((2, 0, 0, 0, 0, 0xF0 + number))
        options = [NDSourceLinkAddress(mac), NDPrefixInformation("2001:db8:0:2::")]
        advertise(*options, router_lifetime=9000, source=source, mac=mac)
    link.wait(1000)
    routes = client.autoconfiguration.discoveries[0].routes
    assert client.neighbor(routes.default_router) is None
    client.ping(FAR, 1, 1, b"", link.now)
    link.wait(4)
    assert routes.default_router == ipv6_bytes("fe80::2")


def test_when_all_routers_are_dead_they_are_tried_in_turn(client, advertise, link):
    """RFC 4861 section 6.3.6: round robin."""
    advertise()
    advertise(source=OTHER, mac=OTHER_MAC)
    routes = client.autoconfiguration.discoveries[0].routes
    tried = []
    for _ in range(4):
        routes.lost(way(client), link.now)
        tried.append(way(client))
    assert tried == [OTHER, ROUTER, OTHER, ROUTER]


def test_networks_behind_a_router_are_reached_by_it(client, advertise, link):
    """RFC 4191 section 3.1, and the lifetime of section 2.3."""
    behind = NDRouteInformation(48, ipv6_bytes("2001:db8:ffff::")[:8], lifetime=50)
    advertise()
    advertise(behind, router_lifetime=0, source=OTHER, mac=OTHER_MAC)
    assert way(client) == OTHER
    assert way(client, SERVER) == ROUTER
    link.wait(50)
    assert way(client) == ROUTER


# --- prefixes on the link


def test_a_prefix_on_the_link_needs_no_router_while_it_is_valid(client, advertise, link):
    """RFC 4861 section 6.3.4."""
    near = ipv6_bytes("2001:db8:0:1::9")
    advertise(NDPrefixInformation("2001:db8:0:1::", autonomous=False, valid_lifetime=50))
    assert way(client, near) == near
    link.wait(50)
    assert way(client, near) == ROUTER


def test_a_prefix_that_is_not_on_the_link_needs_a_router(client, advertise, link, addresses_of):
    """RFC 5942 section 4: an address does not say what is on the link."""
    advertise(NDPrefixInformation("2001:db8:0:1::", on_link=False))
    link.wait(5)
    assert sum(text.startswith("2001:db8:0:1:") for text in addresses_of(client)) == 1
    assert way(client, ipv6_bytes("2001:db8:0:1::9")) == ROUTER


def test_a_prefix_withdrawn_is_off_the_link_at_once(client, advertise):
    """RFC 4861 section 6.3.4: valid lifetime 0."""
    near = ipv6_bytes("2001:db8:0:1::9")
    advertise(PREFIX)
    advertise(NDPrefixInformation("2001:db8:0:1::", valid_lifetime=0, preferred_lifetime=0))
    assert way(client, near) == ROUTER


def test_the_link_local_prefix_is_no_business_of_routers(client, advertise):
    """RFC 4861 section 6.3.4."""
    advertise(NDPrefixInformation("fe80::", valid_lifetime=1, preferred_lifetime=1))
    assert len(client.interfaces[0].ipv6) == 1


# --- parameters


def test_hop_limit_mtu_and_times_are_taken_over(client, advertise):
    """RFC 4861 section 6.3.4."""
    advertise(NDMTU(1400), hop_limit=17, retransmission_timer=2000)
    ipv6 = client._layers.speak_ipv6()
    assert ipv6.output.hop_limit == 17
    assert ipv6.output.mtu_for(FAR) == 1400
    assert client.interfaces[0].mtu == 1500
    assert ipv6.discoveries[0].neighbors.times.retransmission_time == 2_000_000_000


def test_what_a_router_does_not_say_stays(client, advertise):
    """RFC 4861 section 6.3.4: 0 means unspecified."""
    advertise(NDMTU(1400), hop_limit=17)
    advertise(hop_limit=0)
    assert client._layers.speak_ipv6().output.hop_limit == 17
    assert client.interfaces[0].ipv6_mtu == 1400


@pytest.mark.parametrize("mtu", [1279, 1501])
def test_an_mtu_out_of_range_is_not_believed(client, advertise, mtu):
    """RFC 4861 section 6.3.4; RFC 8200 section 5."""
    advertise(NDMTU(mtu))
    assert client.interfaces[0].ipv6_mtu == 1500


def test_the_flags_for_dhcp_are_told(client, advertise):
    """RFC 4861 section 4.2."""
    advertise(managed=True)
    found = client.autoconfiguration.discoveries[0]
    assert (found.is_managed, found.is_other) == (True, False)


# --- names


def test_name_servers_and_search_domains_live_for_their_lifetimes(client, advertise, link):
    """RFC 8106 sections 5.1 and 5.2."""
    advertise(NDRecursiveServers([SERVER], 50), NDSearchList(["example.org"], 100))
    assert client.name_servers.servers == (SERVER,)
    assert client.name_servers.search == ("example.org",)
    link.wait(50)
    assert client.name_servers.servers == ()
    link.wait(50)
    assert client.name_servers.search == ()


def test_a_search_list_that_cannot_be_read_is_left_out(client, advertise):
    """RFC 8106 section 5.3.1."""
    advertise(NDRecursiveServers([SERVER]), NDSearchList(b"\x20broken"))
    assert client.name_servers.servers == (SERVER,)
    assert client.name_servers.search == ()


def test_a_name_server_with_lifetime_zero_is_used_no_more(client, advertise):
    """RFC 8106 section 5.1."""
    advertise(NDRecursiveServers([SERVER]))
    advertise(NDRecursiveServers([SERVER], 0))
    assert client.name_servers.servers == ()


# --- what is refused


def refused(host, frame):
    drop = host.receive_frame(0, frame, 30_000_000_000)
    assert drop is not None
    assert drop.reason is Reason.ND_BAD_PACKET
    assert host.counters.balanced
    return drop.detail


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"hop_limit": 254}, "hop limit 254"),
        ({"code": 1}, "code 1"),
        ({"source": ipv6_bytes("2001:db8::1")}, "not link-local"),
    ],
)
def test_advertisements_from_elsewhere_are_refused(client, make_frame, changes, word):
    """RFC 4861 section 6.1.2."""
    assert word in refused(client, make_frame(RouterAdvertisement(), **changes))
    assert way(client) is None


@pytest.mark.parametrize("body", [b"", bytes(12) + b"\x03\0\0\0\0\0\0\0", bytes(12) + b"\x03\x04"])
def test_advertisements_that_cannot_be_read_are_refused(client, make_frame, body):
    """RFC 4861 section 6.1.2: too short, an option of length 0, one that ends outside."""
    refused(client, make_frame(body))


def test_a_host_that_does_not_configure_itself_takes_no_advertisement(link, make_frame):
    """RFC 4861 section 6.2.7 has no word for it; ours: named, not silent."""
    host = link.host("a", 1, address="2001:db8::1")
    host.autoconfiguration  # noqa: B018 - made, but used by no interface
    drop = host.receive_frame(0, make_frame(RouterAdvertisement()), 0)
    assert drop is not None
    assert drop.reason is Reason.ND_NOT_FOR_ME


def test_a_flood_of_routers_prefixes_and_names_is_bounded(client, advertise):
    """ours: 16 routers, 64 routes, 16 addresses, 32 names an interface."""
    for n in range(300):
        source = ROUTER[:-2] + n.to_bytes(2, "big")
        network = ipv6_bytes("2001:db8::")[:6] + n.to_bytes(2, "big")
        advertise(
            NDPrefixInformation(network + bytes(8)),
            NDRouteInformation(64, network),
            NDRecursiveServers([network + bytes(7) + b"\x35"]),
            source=source,
        )
    discovery = client.autoconfiguration.discoveries[0]
    assert len(discovery.routes.routers) == 16
    assert len(client.routes) <= 64 + 1 + 2 * 18
    assert len(client.interfaces[0].ipv6) <= 18
    assert len(client.name_servers.servers) <= 32


def test_same_seed_same_bytes(link):
    """The delays come from the host's random source."""

    def run():
        interface = InterfaceConfig("eth0", b"\x02\0\0\0\0\x01")
        host = Host(HostConfig("a", [interface], autoconfigure=True), random.Random(7))
        sent = []
        while (at := host.poll_at()) is not None:
            host.handle_timers(at)
            sent += [(at, frame) for _, frame in host.poll_transmit(at)]
        return sent

    first = run()
    assert len(first) >= 4
    assert first == run()
    assert group_mac(ipv6_bytes("ff02::2")) in {frame[:6] for _, frame in first}


def test_routes_wait_for_an_address_to_reach_their_router_from(client, advertise, link):
    """RFC 4861 section 6.3.4: the next advertisement brings them, and nothing breaks before."""
    (own,) = (entry.address for entry in client.interfaces[0].ipv6)
    client.remove_address(own, link.now)
    behind = NDRouteInformation(48, ipv6_bytes("2001:db8:ffff::")[:8])
    advertise(behind, preference=0b01)
    assert way(client, SERVER) is None
    client.add_address(own, 64, link.now)
    advertise(behind, preference=0b01)
    assert (way(client, SERVER), way(client)) == (ROUTER, ROUTER)


def test_a_default_route_that_went_with_our_address_comes_back(client, advertise, link):
    """RFC 4861 section 6.3.4."""
    advertise()
    (own,) = (entry.address for entry in client.interfaces[0].ipv6)
    client.remove_address(own, link.now)
    client.add_address(own, 64, link.now)
    assert way(client) is None
    advertise()
    assert way(client) == ROUTER
