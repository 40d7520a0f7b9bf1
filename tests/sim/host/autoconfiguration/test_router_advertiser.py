"""RFC 4861 section 6.2: what a router tells, and when."""

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
    RouterSolicitation,
)
from wirelab.codecs.addresses import ip_text, ipv6_bytes
from wirelab.sim.host.autoconfiguration.router_advertiser import (
    AdvertisedPrefix,
    AdvertisedRoute,
    AdvertiserConfig,
)
from wirelab.sim.host.events import AdvertisementsDiffer
from wirelab.sim.reasons import Reason

ALL_ROUTERS = ipv6_bytes("ff02::2")
HOST = ipv6_bytes("fe80::9")
SERVER = ipv6_bytes("2001:db8::53")


@pytest.fixture
def router(link):
    """The router 2001:db8:0:1::1, which does not advertise yet."""
    return link.host("router", 1, address="2001:db8:0:1::1", forwarding=True)


def ask(link, make_frame, source=HOST, options=(), **changes):
    """A host solicits."""
    body = RouterSolicitation(options=options)
    link.send(make_frame(body, kind=133, source=source, to=ALL_ROUTERS, **changes))


def test_the_networks_of_our_addresses_are_advertised(link, router):
    """RFC 4861 section 6.2.1: AdvPrefixList, and section 6.2.3."""
    router.advertise(0)
    link.wait(0)
    ((_, ip, body),) = link.advertisements()
    assert (ip_text(ip.source), ip_text(ip.destination)) == ("fe80::ff:fe00:1", "ff02::1")
    assert (ip.hop_limit, body.router_lifetime, body.hop_limit) == (255, 1800, 64)
    assert body.options == (
        NDSourceLinkAddress(b"\x02\0\0\0\0\x01"),
        NDPrefixInformation("2001:db8:0:1::"),
    )


def test_everything_configured_is_told(link, router):
    """RFC 4861 section 4.2; RFC 4191 section 2; RFC 8106 section 5."""
    config = AdvertiserConfig(
        maximum_interval=30,
        minimum_interval=10,
        managed=True,
        other=True,
        mtu=1400,
        reachable_ms=20_000,
        retransmission_ms=500,
        hop_limit=33,
        lifetime=900,
        preference=1,
        prefixes=[AdvertisedPrefix(ipv6_bytes("2001:db8:5::"), 64, None, 600, True, False)],
        routes=[AdvertisedRoute(ipv6_bytes("2001:db8:6::"), 48, -1, 100)],
        name_servers=[SERVER],
        search=["example.org"],
    )
    router.advertise(0, config=config)
    link.wait(0)
    ((_, _, body),) = link.advertisements()
    assert (body.managed, body.other, body.preference) == (True, True, 0b01)
    assert (body.reachable_time, body.retransmission_timer) == (20_000, 500)
    assert (body.hop_limit, body.router_lifetime) == (33, 900)
    assert body.options[1:] == (
        NDMTU(1400),
        NDPrefixInformation("2001:db8:5::", 64, True, False, False, 0xFFFFFFFF, 600),
        NDRouteInformation(48, ipv6_bytes("2001:db8:6::")[:8], 0b11, 100),
        NDRecursiveServers([SERVER], 90),
        NDSearchList(["example.org"], 90),
    )


def test_the_first_three_come_soon_and_the_others_at_random(link, router):
    """RFC 4861 section 6.2.4."""
    router.advertise(0)
    link.wait(3000)
    times = [at for at, *_ in link.advertisements()]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert [round(gap, 6) for gap in gaps[:2]] == [16, 16]
    assert all(200 <= gap <= 600 for gap in gaps[2:])
    assert len(set(gaps[2:])) > 1


def test_a_solicitation_is_answered_within_half_a_second(link, router, make_frame):
    """RFC 4861 section 6.2.6."""
    router.advertise(0)
    link.wait(100)
    link.heard.clear()
    ask(link, make_frame)
    link.wait(2)
    ((at, ip, _),) = link.advertisements()
    assert 100 <= at <= 100.5
    assert ip_text(ip.destination) == "ff02::1"


def test_many_solicitations_are_answered_every_three_seconds(link, router, make_frame):
    """RFC 4861 section 6.2.6: MIN_DELAY_BETWEEN_RAS."""
    router.advertise(0)
    link.wait(100)
    link.heard.clear()
    for _ in range(60):
        ask(link, make_frame)
        link.wait(0.1)
    times = [at for at, *_ in link.advertisements()]
    assert 2 <= len(times) <= 3
    assert all(later - earlier >= 3 for earlier, later in pairwise(times))


def test_the_asking_host_becomes_a_neighbour(link, router, make_frame):
    """RFC 4861 section 6.2.6."""
    router.advertise(0)
    link.wait(0)
    ask(link, make_frame, options=[NDSourceLinkAddress(b"\x02\0\0\0\0\x77")])
    assert router.neighbor(HOST) == b"\x02\0\0\0\0\x77"


@pytest.mark.parametrize(
    "changes",
    [
        {"hop_limit": 1},
        {"code": 1},
        {"source": bytes(16), "options": [NDSourceLinkAddress(b"\x02\0\0\0\0\x77")]},
    ],
)
def test_solicitations_from_elsewhere_are_refused(link, router, make_frame, changes):
    """RFC 4861 section 6.1.1."""
    router.advertise(0)
    link.wait(100)
    link.heard.clear()
    ask(link, make_frame, **changes)
    link.wait(2)
    assert link.advertisements() == []
    assert router.counters.dropped[Reason.ND_BAD_PACKET] == 1


def test_who_stops_says_so(link, router):
    """RFC 4861 section 6.2.5."""
    router.advertise(0)
    link.wait(100)
    link.heard.clear()
    router.autoconfiguration.stop_advertising(0, link.now)
    link.wait(2000)
    ((_, _, body),) = link.advertisements()
    assert body.router_lifetime == 0


def test_a_router_without_addresses_makes_itself_a_link_local_one_first(link):
    """RFC 4861 section 6.1.2: hosts believe nothing else."""
    router = link.host("router", 1, forwarding=True)
    router.advertise(0)
    link.wait(0.1)
    assert link.advertisements() == []
    link.wait(10)
    assert len(link.advertisements()) >= 1
    assert len(router.interfaces[0].ipv6) == 1


def test_routers_that_disagree_are_told(link, router, make_frame, events_of):
    """RFC 4861 section 6.2.7."""
    router.advertise(0)
    link.wait(1)
    same = NDPrefixInformation("2001:db8:0:1::")
    link.send(make_frame(RouterAdvertisement(options=[same])))
    assert events_of(router, AdvertisementsDiffer) == []
    shorter = NDPrefixInformation("2001:db8:0:1::", valid_lifetime=700_000)
    link.send(make_frame(RouterAdvertisement(hop_limit=9, managed=True, options=[shorter])))
    (event,) = events_of(router, AdvertisementsDiffer)
    assert event.what == ("hop limit", "flags", "prefix lifetimes")
    assert event.router == ipv6_bytes("fe80::1")


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"maximum_interval": 3}, "intervals"),
        ({"maximum_interval": 1801}, "intervals"),
        ({"minimum_interval": 2}, "intervals"),
        ({"minimum_interval": 500}, "intervals"),
        ({"lifetime": 10}, "router lifetime"),
        ({"lifetime": 9001}, "router lifetime"),
        ({"mtu": 1279}, "mtu"),
        ({"preference": 2}, "preference"),
    ],
)
def test_variables_out_of_range_are_refused(config, word):
    """RFC 4861 section 6.2.1, RFC 4191 section 2.1."""
    with pytest.raises(ValueError, match=word):
        AdvertiserConfig(**config)


def test_a_host_finds_its_router_and_speaks_through_it(link, router, addresses_of):
    """RFC 4861 and RFC 4862 from both sides."""
    router.advertise(0, config=AdvertiserConfig(name_servers=[SERVER]))
    link.wait(60)
    host = link.host("host", 2, autoconfigure=True)
    link.wait(10)
    states = addresses_of(host)
    assert list(states.values()) == ["PREFERRED", "PREFERRED"]
    assert any(text.startswith("2001:db8:0:1:") for text in states)
    hop = host._layers.speak_ipv6().routes.hop(ipv6_bytes("2001:db8:ffff::1"))
    assert ip_text(hop.next_hop) == "fe80::ff:fe00:1"
    assert host.name_servers.servers == (SERVER,)
    assert host.neighbor(hop.next_hop) == b"\x02\0\0\0\0\x01"
    assert host.counters.balanced
    assert router.counters.balanced
