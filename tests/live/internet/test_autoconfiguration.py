"""IPv6 without a hand: our host behind radvd, the kernel behind our router.

RFC 4861 section 6, RFC 4862, RFC 7217, RFC 8106, RFC 4191.
"""

import asyncio
import json
import random
import shutil

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ip_text, ipv6_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.autoconfiguration.router_advertiser import (
    AdvertisedPrefix,
    AdvertisedRoute,
    AdvertiserConfig,
)

pytestmark = pytest.mark.live

LIMIT_S = 30.0
"""Nothing waits so long; a test that does has failed."""
LOOK_S = 0.05
PREFIX = "2001:db8:7:1::"
KERNEL = "2001:db8:7:1::1"
FAR = "2001:db8:8::1"
RADVD = """
interface tap0 {
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
    AdvLinkMTU 1400; AdvCurHopLimit 33; AdvDefaultPreference high;
    prefix 2001:db8:7:1::/64 { AdvValidLifetime 600; AdvPreferredLifetime 300; };
    RDNSS 2001:db8:7:1::53 { AdvRDNSSLifetime 60; };
    DNSSL example.org { AdvDNSSLLifetime 60; };
};
"""


class Station:
    """Our host on a TAP whose other end is `tap0` of a kernel."""

    def __init__(self, lab, folder):
        self.kernel = lab.namespace("kernel")
        self.folder = folder
        self.kernel.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
        self.kernel.ip("tuntap add dev tap0 mode tap")
        self.kernel.ip("link set tap0 up")
        with self.kernel:
            self.link = TapLink("tap0")

    def run(self, program, address=None, **config):
        """What `program(host, programs)` returns."""
        addresses = [(ipv6_bytes(address), 64)] if address else []
        card = InterfaceConfig("tap0", self.link.mac, addresses=addresses)
        host = Host(HostConfig("us", [card], **config), random.Random(1))
        driver = LiveDriver(host, self.link)

        async def live():
            async with driver as programs, asyncio.timeout(LIMIT_S):
                programs.kick()
                return await program(host, programs)

        done = asyncio.run(live())
        assert host.counters.balanced
        return done

    def advertise_with_radvd(self):
        """Let radvd advertise; the process."""
        if shutil.which("radvd") is None:
            pytest.skip("radvd is not installed (Debian package radvd)")
        self.kernel.sysctl("net.ipv6.conf.all.forwarding", 1)
        self.kernel.ip(f"addr add {KERNEL}/64 dev tap0 nodad")
        self.kernel.ip(f"addr add {FAR}/128 dev lo nodad")
        settings = self.folder / "radvd.conf"
        settings.write_text(RADVD)
        return self.kernel.start(
            "radvd", "-n", "-C", settings, "-p", self.folder / "radvd.pid", "-m", "stderr"
        )

    def shown(self, words):
        """What `ip -6 -j ...` says."""
        return json.loads(self.kernel.ip(f"-6 -j {words}") or "[]")


async def until(condition):
    """Wait for what the other side does; the limit is that of the whole program."""
    while not (found := condition()):
        await asyncio.sleep(LOOK_S)
    return found


@pytest.fixture
def station(lab, tmp_path):
    station = Station(lab, tmp_path)
    yield station
    station.link.close()


def preferred(host):
    """The host's address of the advertised prefix, once it may be used."""
    start = ipv6_bytes(PREFIX)[:8]
    for entry in host.interfaces[0].ipv6:
        if entry.address[:8] == start and entry.state.value == "PREFERRED":
            return ip_text(entry.address)
    return None


def gateway(host):
    """The host's default router, or None."""
    return host.autoconfiguration.discoveries[0].routes.default_router


def test_our_host_configures_itself_as_radvd_advertises(station):
    """RFC 4861 section 6.3.4, RFC 4862 section 5.5.3, RFC 8106."""
    radvd = station.advertise_with_radvd()

    async def program(host, programs):
        ours = await until(lambda: preferred(host))
        assert host.name_servers.servers == (ipv6_bytes("2001:db8:7:1::53"),)
        assert host.name_servers.search == ("example.org",)
        assert host.interfaces[0].ipv6_mtu == 1400
        ping = ("ping", "-6", "-c", "1", "-W", "5", ours)
        await asyncio.to_thread(station.kernel.run, *ping)  # the kernel finds us
        echo = await programs.ping(FAR, payload=b"beyond the router")
        assert echo.source == FAR
        radvd.interrupt()
        await until(lambda: gateway(host) is None)

    station.run(program, autoconfigure=True)


def test_an_address_that_the_kernel_has_is_not_taken(station):
    """RFC 4862 section 5.4, RFC 7217 section 6: found out from the kernel's answer."""

    async def first(host, programs):
        entry = await until(
            lambda: next((one for one in host.interfaces[0].ipv6 if one.is_usable), None)
        )
        return ip_text(entry.address)

    taken = station.run(first, autoconfigure=True)
    station.kernel.ip(f"addr add {taken}/64 dev tap0 nodad")
    assert station.run(first, autoconfigure=True) != taken  # same seed, so the same first try


def test_the_kernel_configures_itself_as_we_advertise(station):
    """RFC 4861 section 6.2, RFC 4191 section 2.3, from the kernel's side."""
    station.kernel.sysctl("net.ipv6.conf.tap0.accept_ra", 1)
    station.kernel.sysctl("net.ipv6.conf.tap0.accept_ra_rt_info_max_plen", 64)
    config = AdvertiserConfig(
        mtu=1400,
        hop_limit=33,
        prefixes=[AdvertisedPrefix(ipv6_bytes(PREFIX), 64, 600, 300)],
        routes=[AdvertisedRoute(ipv6_bytes("2001:db8:9::"), 48, 1)],
    )

    def routes(destination):
        return station.shown(f"route show {destination} dev tap0")

    def addresses():
        entries = station.shown("addr show dev tap0 dynamic -tentative")
        infos = [info for entry in entries for info in entry.get("addr_info", ())]
        return [info for info in infos if info.get("local", "").startswith("2001:db8:7:1:")]

    async def program(host, programs):
        host.advertise(programs.now(), config=config)
        programs.kick()
        (address,) = await until(addresses)
        assert address["valid_life_time"] <= 600
        assert address["preferred_life_time"] <= 300
        ours = ip_text(host.interfaces[0].ipv6[1].address)
        (default,) = routes("default")
        assert default["gateway"] == ours
        (behind,) = routes("2001:db8:9::/48")
        assert (behind["gateway"], behind["pref"]) == (ours, "high")
        mtu = station.kernel.run("cat", "/proc/sys/net/ipv6/conf/tap0/mtu").stdout
        hops = station.kernel.run("cat", "/proc/sys/net/ipv6/conf/tap0/hop_limit").stdout
        assert (int(mtu), int(hops)) == (1400, 33)
        echo = await programs.ping(address["local"], payload=b"to the kernel")
        assert echo.source == address["local"]
        host.autoconfiguration.stop_advertising(0, programs.now())
        programs.kick()
        await until(lambda: not routes("default"))

    station.run(program, address=f"{PREFIX}fe", forwarding=True)
