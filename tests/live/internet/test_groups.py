"""Multicast groups with the kernel: its bridge snoops on our reports, its listeners answer us.

RFC 3376, RFC 2236, RFC 3810, RFC 2710; RFC 4541 (snooping).
"""

import asyncio
import json
import random
import struct
from socket import (
    AF_INET,
    AF_INET6,
    IPPROTO_IP,
    IPPROTO_IPV6,
    SOCK_DGRAM,
    if_nametoindex,
    inet_pton,
)

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ip_bytes, ipv4_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.multicast.querier import QuerierConfig
from wirelab.sim.host.multicast.source_filter import EVERYBODY, FilterMode, SourceFilter

pytestmark = pytest.mark.live

LIMIT_S = 30.0
"""Nothing waits so long; a test that does has failed."""
LOOK_S = 0.02
GROUPS = {4: "239.1.2.3", 6: "ff0e::1:2:3"}
SOURCES = {4: "198.51.100.9", 6: "2001:db8::9"}
IP_ADD_MEMBERSHIP = 35  # linux/in.h
IPV6_JOIN_GROUP = 20  # linux/in6.h
MCAST_JOIN_SOURCE_GROUP = 46  # linux/in.h


class Station:
    """Our host on a TAP whose other end is `tap0` of a kernel."""

    def __init__(self, lab):
        self.kernel = lab.namespace("kernel")
        self.kernel.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
        self.kernel.ip("tuntap add dev tap0 mode tap")
        self.kernel.ip("link set tap0 up")
        with self.kernel:
            self.link = TapLink("tap0")
            self.index = if_nametoindex("tap0")

    def run(self, program, **config):
        """What `program(host, programs)` returns."""
        card = InterfaceConfig(
            "tap0",
            self.link.mac,
            ipv4_bytes("198.51.100.77"),
            addresses=[(ip_bytes("2001:db8::77"), 64)],
        )
        host = Host(HostConfig("us", [card], **config), random.Random(1))
        driver = LiveDriver(host, self.link)

        async def live():
            async with driver as programs, asyncio.timeout(LIMIT_S):
                return await program(host, programs)

        return asyncio.run(live())

    def bridge(self, *options):
        """Put tap0 into a bridge that snoops and asks."""
        words = "mcast_snooping 1 mcast_querier 1 mcast_query_use_ifaddr 1"
        self.kernel.ip(f"link add br0 type bridge {words} {' '.join(options)}")
        self.kernel.ip("addr add 198.51.100.2/24 dev br0")
        self.kernel.ip("link set tap0 master br0")
        self.kernel.ip("link set br0 up")

    def snooped(self, group):
        """What the bridge has learnt of a group behind tap0."""
        shown = self.kernel.run("bridge", "-j", "-d", "mdb", "show", "dev", "br0").stdout
        entries = [entry for table in json.loads(shown) for entry in table.get("mdb", ())]
        return [one for one in entries if one["grp"] == group and one["port"] == "tap0"]

    def member(self, family, group):
        """A kernel socket that is in a group until it is closed."""
        if family == 4:
            member = self.kernel.kernel_socket(AF_INET, SOCK_DGRAM)
            wanted = struct.pack("4s4si", ipv4_bytes(group), bytes(4), self.index)
            member.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, wanted)
        else:
            member = self.kernel.kernel_socket(AF_INET6, SOCK_DGRAM)
            wanted = struct.pack("16si", ip_bytes(group), self.index)
            member.setsockopt(IPPROTO_IPV6, IPV6_JOIN_GROUP, wanted)
        return member


async def until(condition):
    """Wait for what the kernel does; the limit is that of the whole program."""
    while not (found := condition()):
        await asyncio.sleep(LOOK_S)
    return found


@pytest.fixture
def station(lab):
    station = Station(lab)
    yield station
    station.link.close()


@pytest.mark.parametrize(
    ("family", "options", "config"),
    [
        (4, "mcast_igmp_version 3", {}),
        (4, "mcast_igmp_version 2", {"igmp_version": 2}),
        (6, "mcast_mld_version 2", {}),
        (6, "mcast_mld_version 1", {"mld_version": 1}),
    ],
)
def test_a_snooping_bridge_learns_which_groups_we_hear(station, family, options, config):
    """RFC 4541 section 2.1.1: until we leave, it forwards the group to us."""
    group = GROUPS[family]
    station.bridge(options)

    async def program(host, programs):
        host.join_group(ip_bytes(group), programs.now())
        programs.kick()
        await until(lambda: station.snooped(group))
        host.leave_group(ip_bytes(group), programs.now())
        programs.kick()
        await until(lambda: not station.snooped(group))

    station.run(program, **config)


@pytest.mark.parametrize("family", [4, 6])
def test_a_snooping_bridge_learns_whom_we_hear(station, family):
    """RFC 3376 section 4.2.12, RFC 3810 section 5.2.12: ALLOW_NEW_SOURCES."""
    group, source = GROUPS[family], SOURCES[family]
    station.bridge("mcast_igmp_version 3 mcast_mld_version 2")
    wanted = SourceFilter(FilterMode.INCLUDE, frozenset({ip_bytes(source)}))

    async def program(host, programs):
        host.join_group(ip_bytes(group), programs.now(), wanted=wanted)
        programs.kick()
        return await until(lambda: station.snooped(group))

    found = station.run(program)
    assert {one["src"] for one in found if "src" in one} == {source}


@pytest.mark.parametrize(
    ("family", "generation"),
    [(4, 3), (4, 2), (6, 3), (6, 2)],
)
def test_our_querier_hears_what_the_kernel_joins_and_leaves(station, family, generation):
    """RFC 3376 section 6, RFC 3810 section 7; an older querier gets the older reports."""
    group = ip_bytes(GROUPS[family])
    station.kernel.ip("addr add 198.51.100.2/24 dev tap0")
    member = station.member(family, GROUPS[family])

    async def program(host, programs):
        size = 4 if family == 4 else 16
        config = QuerierConfig(generation, response_interval=1_000_000_000)
        querier = host.multicast.ask(0, programs.now(), size, config)
        programs.kick()
        await until(lambda: querier.groups(programs.now()).get(group) == EVERYBODY)
        member.close()
        await until(lambda: group not in querier.groups(programs.now()))

    station.run(program)


def test_our_querier_hears_whom_the_kernel_listens_to(station):
    """RFC 3376 section 6.4: a source-specific join (RFC 3678)."""
    group, source = GROUPS[4], SOURCES[4]
    station.kernel.ip("addr add 198.51.100.2/24 dev tap0")
    member = station.kernel.kernel_socket(AF_INET, SOCK_DGRAM)

    def address(text):
        return struct.pack("=HH4s120x", AF_INET, 0, inet_pton(AF_INET, text))

    request = struct.pack("=I4x", station.index) + address(group) + address(source)
    only = SourceFilter(FilterMode.INCLUDE, frozenset({ip_bytes(source)}))

    async def program(host, programs):
        querier = host.multicast.ask(0, programs.now())
        programs.kick()
        member.setsockopt(IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, request)
        await until(lambda: querier.groups(programs.now()).get(ip_bytes(group)) == only)

    station.run(program)
