"""ICMP of both families with kernels, ping, traceroute and nmap as peers.

us 198.51.100.77, fd00:1::77 -- TAP -- near 198.51.100.2, fd00:1::2 -- far 10.9.1.2, fd00:9::2
"""

import asyncio
import random
from contextlib import suppress
from socket import AF_INET, AF_INET6, SOCK_DGRAM

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, ip_bytes, ipv4_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig, Route
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import TimestampReply
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.programs.diagnostics import path_mtu, ping, traceroute
from wirelab.sim.reasons import Reason

pytestmark = pytest.mark.live

LIMIT_S = 30.0
"""Nothing waits so long; a test that does has failed."""

DATA = random.Random(7).randbytes(20_000)
FAMILIES = pytest.mark.parametrize("family", [AF_INET, AF_INET6], ids=["IPv4", "IPv6"])
NARROW = 1300
"""bytes: the MTU between near and far."""


US = {AF_INET: "198.51.100.77", AF_INET6: "fd00:1::77"}
NEAR = {AF_INET: "198.51.100.2", AF_INET6: "fd00:1::2"}
FAR = {AF_INET: "10.9.1.2", AF_INET6: "fd00:9::2"}


async def until_answered(programs, address):
    """IPv6 of a Linux interface begins within a second of its cable; `LIMIT_S` bounds it."""
    while True:
        with suppress(TimeoutError, HostError):
            async with asyncio.timeout(0.1):
                return await programs.ping(address)


class Station:
    """Our host on tap0, and two kernels behind it."""

    def __init__(self, lab, wire):
        self.near, self.far = wire.ours, lab.namespace("far")
        lab.veth(self.near, self.far)
        for kernel, interfaces in ((self.near, ("tap0", "eth0")), (self.far, ("eth0",))):
            kernel.sysctl("net.ipv4.ip_forward", 1)
            for interface in ("all", *interfaces):
                kernel.sysctl(f"net.ipv6.conf.{interface}.accept_dad", 0)
                kernel.sysctl(f"net.ipv6.conf.{interface}.disable_ipv6", 0)
                kernel.sysctl(f"net.ipv6.conf.{interface}.forwarding", 1)
        self.near.ip("addr add fd00:1::2/64 dev tap0 nodad")
        for kernel, number in ((self.near, 1), (self.far, 2)):
            kernel.ip(f"link set eth0 mtu {NARROW}")
            kernel.ip(f"addr add 10.9.1.{number}/24 dev eth0")
            kernel.ip(f"addr add fd00:9::{number}/64 dev eth0 nodad")
            kernel.wait_for_queue("eth0")
        for family in ("ipv4", "ipv6"):
            self.near.sysctl(f"net.{family}.neigh.eth0.retrans_time_ms", 100)
        self.far.ip("route add default via 10.9.1.1")
        self.far.ip("-6 route add default via fd00:9::1")
        self.near.run("ping", "-n", "-c", "1", "-w", "10", "-i", "0.1", FAR[AF_INET6])
        with self.near:
            self.link = TapLink("tap0")
        card = InterfaceConfig(
            "tap0",
            self.link.mac,
            ipv4_bytes(US[AF_INET]),
            24,
            self.link.mtu,
            addresses=[(ip_bytes(US[AF_INET6]), 64)],
        )
        routes = [
            Route(ANY_IPV4, 0, 0, ip_bytes(NEAR[AF_INET])),
            Route(ANY_IPV6, 0, 0, ip_bytes(NEAR[AF_INET6])),
        ]
        config = HostConfig("us", [card], routes, icmp=IcmpConfig(midnight=0))
        self.host = Host(config, random.Random(1))
        self.driver = LiveDriver(self.host, self.link)

    def run(self, program):
        """What `program(programs)` returns."""

        async def main():
            async with self.driver as programs, asyncio.timeout(LIMIT_S):
                await until_answered(programs, NEAR[AF_INET6])
                return await program(programs)

        result = asyncio.run(main())
        assert self.host.counters.balanced
        return result

    def command(self, kernel, *words, check=True):
        """What a command of a kernel prints, while our host runs."""

        async def program(programs):
            return (await asyncio.to_thread(kernel.run, *words, check=check)).stdout

        return self.run(program)


@pytest.fixture
def station(lab):
    wire = lab.tap_wire()
    station = Station(lab, wire)
    yield station
    station.link.close()


# --- echo


@FAMILIES
@pytest.mark.parametrize("size", [56, 4000])
def test_ping_is_answered(station, family, size):
    """RFC 1122 section 3.2.2.6, RFC 4443 section 4.2, also from behind a narrow link."""
    words = ("ping", "-n", "-c", "5", "-i", "0.05", "-w", "10", "-s", str(size), US[family])
    text = station.command(station.far, *words, check=False)
    assert f"{size + 8} bytes from {US[family]}" in text
    assert "wrong data" not in text


@FAMILIES
def test_the_kernel_answers_our_pings(station, family):
    """Through a link whose MTU is learnt on the way: fragments of both ends."""

    async def program(programs):
        report = await ping(programs, FAR[family], count=5, interval_s=0.05, payload=DATA[:5000])
        return report.echoes[-1]

    echo = station.run(program)
    assert echo.payload == DATA[:5000]
    assert echo.ttl == 63


def test_the_kernel_pings_the_group_that_every_node_is_in(station):
    """RFC 4443 section 4.2."""
    text = station.command(station.near, "ping", "-n", "-c", "1", "-W", "3", "ff02::1%tap0")
    assert "from fe80::" in text


# --- errors


@FAMILIES
def test_a_closed_port_of_ours_refuses_the_kernel_s_datagrams(station, family):
    """RFC 1122 section 3.2.2.1, RFC 4443 section 3.1: ECONNREFUSED there."""
    sock = station.far.kernel_socket(family, SOCK_DGRAM)
    sock.setblocking(False)
    sock.connect((US[family], 9))

    async def program(programs):
        sock.send(b"x")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.get_running_loop().sock_recv(sock, 10)

    station.run(program)


@FAMILIES
def test_a_closed_port_of_the_kernel_s_refuses_our_datagrams(station, family):
    """RFC 1122 section 4.1.3.3."""

    async def program(programs):
        probe = station.host.udp_probe(ip_bytes(FAR[family]), 9, b"x", programs.now())
        programs.kick()
        return await programs.waits.readable(probe, "probe", "far")

    event = station.run(program)
    assert event.reason is Reason.ICMP_PORT_UNREACHABLE
    assert event.source == ip_bytes(FAR[family])


@FAMILIES
def test_the_kernel_tells_us_of_hosts_that_nobody_reaches(station, family):
    """Host unreachable and address unreachable, from the kernel's neighbour tables."""
    nobody = FAR[family].replace("1.2", "1.99").replace("::2", "::99")

    async def program(programs):
        with pytest.raises(HostError) as caught:
            await programs.ping(nobody)
        return caught.value.reason

    assert station.run(program) is Reason.ICMP_HOST_UNREACHABLE


# --- the way


@FAMILIES
@pytest.mark.parametrize("method", ["udp", "icmp"])
def test_our_traceroute_finds_the_kernel_that_forwards(station, family, method):
    """RFC 1812 section 5.3.1, RFC 4443 section 3.3."""

    async def program(programs):
        return await traceroute(programs, FAR[family], method=method)

    route = station.run(program)
    assert route.addresses == [NEAR[family], FAR[family]]
    assert route.is_reached


@FAMILIES
@pytest.mark.parametrize("how", ["--udp", "--icmp"])
def test_traceroute_ends_at_us(station, family, how, tool):
    """Sixteen probes at once, as traceroute(8) sends them, all within our limits."""
    words = (tool("traceroute"), "-n", "-w", "2", how, US[family])
    text = station.command(station.far, *words)
    hops = [line.split()[1] for line in text.splitlines()[1:]]
    inside = {AF_INET: "10.9.1.1", AF_INET6: "fd00:9::1"}
    assert hops == [inside[family], US[family]]
    assert "*" not in text


@FAMILIES
def test_the_path_mtu_is_learnt_from_the_kernel(station, family):
    """RFC 1191 section 3, RFC 8201 section 4."""

    async def program(programs):
        return await path_mtu(programs, FAR[family])

    assert station.run(program) == NARROW


def test_the_kernel_s_redirect_is_obeyed(station):
    """RFC 1122 section 3.2.2.2: the kernel knows a nearer router, which is nobody here."""
    nearer = "198.51.100.9"
    station.near.sysctl("net.ipv4.conf.tap0.send_redirects", 1)
    station.near.ip(f"route add 10.8.0.0/16 via {nearer} dev tap0")
    station.near.ip(f"neigh add {nearer} lladdr 02:00:00:00:00:09 dev tap0")
    there = ip_bytes("10.8.0.1")

    async def program(programs):
        station.host.ping(there, 1, 1, b"", programs.now())
        programs.kick()
        while station.host._layers.ipv4.output.first_hop(there).next_hop != ip_bytes(nearer):
            await asyncio.sleep(0.01)  # waits on the kernel; bounded by LIMIT_S

    station.run(program)
    hop = station.host._layers.ipv4.output.first_hop(ip_bytes("10.8.0.2"))
    assert hop.next_hop == ip_bytes("198.51.100.2")


# --- time, and nmap's questions


def test_the_kernel_tells_the_time_of_day(station):
    """RFC 1122 section 3.2.2.8."""

    async def program(programs):
        station.host.ask_time(ip_bytes(NEAR[AF_INET]), 7, 1, programs.now())
        programs.kick()
        return await programs.waits.readable((7, 1), "ask_time", "near")

    reply = station.run(program)
    assert isinstance(reply, TimestampReply)
    assert reply.receive == reply.transmit < 86_400_000


@pytest.mark.parametrize(
    ("question", "is_answered"), [("-PE", True), ("-PP", True), ("-PM", False)]
)
def test_nmap_finds_us_by_what_we_answer(station, tool, question, is_answered):
    """1122-3.2.2.9-e: echo and timestamp requests are answered, address mask requests are not."""
    words = (
        tool("nmap"),
        "-n",
        "-sn",
        "--disable-arp-ping",
        "--max-retries",
        "0",
        "--max-rtt-timeout",
        "300ms",
    )
    text = station.command(station.far, *words, question, US[AF_INET])
    assert ("Host is up" in text) is is_answered


def test_nmap_sees_which_protocols_we_speak(station, tool):
    """RFC 1122 section 3.2.2.1: protocol unreachable for SCTP, none for ICMP, UDP and TCP."""
    words = (tool("nmap"), "-n", "-sO", "-p", "1,6,17,132", "-Pn", US[AF_INET])
    lines = [line.split() for line in station.command(station.far, *words).splitlines()]
    states = {line[0]: line[1] for line in lines if line and line[0].isdigit()}
    assert states["132"] == "closed"
    assert states["1"] == "open"
