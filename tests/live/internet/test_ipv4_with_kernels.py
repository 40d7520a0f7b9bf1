"""IPv4 with kernels: fragments both ways, and our router between two of them."""

import asyncio
import random
from socket import AF_INET, SOCK_DGRAM

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.afpacket import AfPacketLink
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig, Route

pytestmark = pytest.mark.live

LIMIT_S = 30.0
"""Nothing waits so long; a test that does has failed."""
DATA = random.Random(6).randbytes(60_000)


async def beside(driver, program):
    """What the program returns, while our host runs."""
    async with driver as programs, asyncio.timeout(LIMIT_S):
        return await program(programs)


class Station:
    """Our host on tap0, and the kernel at its other end."""

    def __init__(self, wire):
        self.wire = wire
        with wire.ours:
            self.link = TapLink("tap0")
        address = ipv4_bytes(wire.own_address)
        card = InterfaceConfig("tap0", self.link.mac, address, 24, self.link.mtu)
        self.host = Host(HostConfig("us", [card]), random.Random(1))
        self.driver = LiveDriver(self.host, self.link)

    def run(self, program):
        """What `program(programs)` returns."""
        return asyncio.run(beside(self.driver, program))

    def now(self):
        return self.driver.now()


@pytest.fixture
def station(tap_wire):
    station = Station(tap_wire)
    yield station
    station.link.close()


class Crossing:
    """Two kernels, 10.1.0.1 and 10.2.0.1, and our router 10.1.0.254 / 10.2.0.254 between them."""

    LEFT, RIGHT = "10.1.0.1", "10.2.0.1"
    ROUTER = ("10.1.0.254", "10.2.0.254")

    def __init__(self, lab, mtu):
        self.left, self.right = lab.namespace("left"), lab.namespace("right")
        self.ours = lab.namespace("ours")
        cards = []
        self.links = []
        for index, (kernel, near) in enumerate(((self.left, "eth0"), (self.right, "eth1"))):
            lab.veth(kernel, self.ours, "eth0", near)
            network = f"10.{index + 1}.0"
            kernel.ip(f"addr add {network}.1/24 dev eth0")
            kernel.ip(f"route add default via {network}.254")
            kernel.wait_for_queue("eth0")
            self.ours.wait_for_queue(near)
            with self.ours:
                link = AfPacketLink(near)
            self.links.append(link)
            address = ipv4_bytes(f"{network}.254")
            cards.append(InterfaceConfig(near, link.mac, address, 24, (1500, mtu)[index]))
        self.host = Host(HostConfig("router", cards, forwarding=True), random.Random(1))

    def run(self, *words, check=True):
        """A command of the left kernel, while the router runs."""

        async def program(programs):
            return await asyncio.to_thread(self.left.run, *words, check=check)

        done = asyncio.run(beside(LiveDriver(self.host, *self.links), program))
        assert self.host.counters.balanced
        return done.stdout

    def close(self):
        for link in self.links:
            link.close()


@pytest.fixture
def crossing(lab):
    """The link beyond the router carries packets of 600 bytes."""
    crossing = Crossing(lab, 600)
    yield crossing
    crossing.close()


# --- fragments -------------------------------------------------------------------------------


def test_the_kernel_s_fragmented_pings_are_answered_in_fragments(station):
    """RFC 1122 sections 3.3.2 and 3.2.2.6: four sizes, up to the largest there is."""

    async def program(programs):
        return [
            (await asyncio.to_thread(
                station.wire.ours.run, "ping", "-c", "2", "-w", "10", "-i", "0.01", "-s", str(size),
                station.wire.own_address,
            )).stdout
            for size in (1473, 4000, 20_000, 65_507)
        ]  # fmt: skip

    for text in station.run(program):
        assert "2 received" in text
        assert "wrong data" not in text


def test_our_fragmented_pings_are_answered_by_the_kernel(station):
    """RFC 791 section 3.2, as Linux reads it."""

    async def program(programs):
        sizes = (1473, 4000, 20_000, 65_507)
        return [
            (
                await programs.ping(station.wire.peer_address, payload=DATA[:size].ljust(size))
            ).payload
            for size in sizes
        ]

    answers = station.run(program)
    assert [len(answer) for answer in answers] == [1473, 4000, 20_000, 65_507]
    assert all(answer[:1000] == DATA[:1000] for answer in answers)


def test_large_datagrams_go_both_ways(station):
    """RFC 1122 section 4.1.2: what UDP is given, IP carries."""
    kernel = station.wire.ours.kernel_socket(AF_INET, SOCK_DGRAM)
    kernel.bind((station.wire.peer_address, 9000))
    kernel.setblocking(False)
    ours = station.host.socket(AF_INET, SOCK_DGRAM)

    async def program(programs):
        loop = asyncio.get_running_loop()
        ours.bind((station.wire.own_address, 9001), now=station.now())
        for size in (1473, 9000, 60_000):
            ours.sendto(DATA[:size], (station.wire.peer_address, 9000), now=station.now())
            programs.kick()
            data, sender = await loop.sock_recvfrom(kernel, 65_536)
            assert data == DATA[:size]
            await loop.sock_sendto(kernel, data[::-1], sender)
            while not ours.poll(now=station.now()) & 1:
                await asyncio.sleep(0.001)  # waits on the kernel; bounded by LIMIT_S
            assert ours.recv(65_536, now=station.now()) == DATA[:size][::-1]

    station.run(program)


# --- our router between two kernels ----------------------------------------------------------


def test_kernels_reach_each_other_through_our_router(crossing):
    """RFC 1812 section 5.3.1: the answer comes with a hop less than the kernel's 64."""
    text = crossing.run("ping", "-c", "3", "-w", "10", "-i", "0.01", crossing.RIGHT)
    assert "3 received" in text
    assert text.count("ttl=63") == 3
    assert crossing.host.counters.forwarded >= 6


def test_our_router_cuts_what_is_too_large_and_may_be_cut(crossing):
    """RFC 791 section 3.2; the kernel beyond puts it together."""
    text = crossing.run(
        "ping", "-c", "2", "-w", "10", "-i", "0.01", "-M", "dont", "-s", "4000", crossing.RIGHT
    )
    assert "2 received" in text


def test_our_router_tells_the_mtu_of_what_must_not_be_cut(crossing):
    """RFC 1191 section 4, as ping(8) reads it."""
    words = ("ping", "-c", "1", "-W", "2", "-M", "do", "-s", "1000", crossing.RIGHT)
    text = crossing.run(*words, check=False)
    assert f"From {crossing.ROUTER[0]}" in text
    assert "mtu = 600" in text


def test_our_router_tells_of_packets_out_of_hops(crossing):
    """RFC 1812 section 5.3.1, as ping(8) reads it."""
    text = crossing.run("ping", "-c", "1", "-t", "1", crossing.RIGHT, check=False)
    assert f"From {crossing.ROUTER[0]}" in text
    assert "Time to live exceeded" in text


def test_our_router_tells_of_hosts_and_networks_that_nobody_reaches(crossing):
    """RFC 1812 section 5.2.7.1, codes 0 and 1, as ping(8) reads them."""
    words = ("ping", "-c", "1", "-W", "5")
    assert "Net Unreachable" in crossing.run(*words, "10.9.9.9", check=False)
    assert "Host Unreachable" in crossing.run(*words, "10.2.0.99", check=False)


def test_our_router_writes_itself_into_recorded_routes_and_timestamps(crossing):
    """RFC 791 section 3.1, as ping(8) reads it: both ways of the packet."""
    text = crossing.run("ping", "-n", "-c", "1", "-R", crossing.RIGHT)
    route = [line.split()[-1] for line in text.split("RR:")[1].splitlines() if line.strip()]
    assert route[:4] == [crossing.LEFT, crossing.ROUTER[1], crossing.RIGHT, crossing.RIGHT]
    assert crossing.ROUTER[0] in text.split("RR:")[1]
    text = crossing.run("ping", "-n", "-c", "1", "-T", "tsandaddr", crossing.RIGHT)
    assert crossing.ROUTER[1] in text.split("TS:")[1]


def test_a_sender_with_a_nearer_router_obeys_our_redirect(crossing):
    """RFC 1812 section 5.2.7.2; the kernel shows it as its cached route."""
    for name, value in (("accept_redirects", 1), ("secure_redirects", 0)):
        crossing.left.sysctl(f"net.ipv4.conf.all.{name}", value)
        crossing.left.sysctl(f"net.ipv4.conf.eth0.{name}", value)
    crossing.left.ip("neigh add 10.1.0.7 lladdr 02:00:00:00:00:07 dev eth0")
    crossing.host.add_route(Route(ipv4_bytes("10.9.0.0"), 16, 0, ipv4_bytes("10.1.0.7")))
    crossing.run("ping", "-c", "1", "-W", "1", "10.9.0.1", check=False)
    assert "via 10.1.0.7" in crossing.left.ip("route get 10.9.0.1")


@pytest.mark.parametrize("how", ["--udp", "--icmp", "--tcp"])
def test_traceroute_shows_our_router_on_the_way(crossing, how):
    """RFC 1812 section 5.3.1, as traceroute(8) reads it."""
    text = crossing.run("traceroute", "-n", "-q", "1", "-w", "2", how, crossing.RIGHT)
    hops = [line.split()[:2] for line in text.splitlines()[1:]]
    assert hops == [["1", crossing.ROUTER[0]], ["2", crossing.RIGHT]]
