"""IPv6 with kernels: fragments both ways, extension headers, and our router between two of them."""

import asyncio
import random
import socket

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.afpacket import AfPacketLink
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.events import EchoReply

pytestmark = pytest.mark.live

LIMIT_S = 30.0
"""Nothing waits so long; a test that does has failed."""
KERNEL, OURS = "2001:db8:7::2", "2001:db8:7::77"
LARGEST = 65_527  # bytes of echo data: 65,535 of payload, less ICMPv6's eight
DATA = random.Random(6).randbytes(LARGEST)


async def beside(driver, program):
    """What the program returns, while our host runs."""
    async with driver as programs, asyncio.timeout(LIMIT_S):
        return await program(programs)


class Station:
    """Our host on tap0, and the kernel at its other end."""

    def __init__(self, wire):
        self.wire = wire
        wire.peer.sysctl("net.ipv6.conf.tap0.disable_ipv6", 0)
        wire.peer.ip(f"addr add {KERNEL}/64 dev tap0 nodad")
        with wire.ours:
            self.link = TapLink("tap0")
        card = InterfaceConfig(
            "tap0", self.link.mac, mtu=self.link.mtu, addresses=[(ipv6_bytes(OURS), 64)]
        )
        self.host = Host(HostConfig("us", [card]), random.Random(1))
        self.driver = LiveDriver(self.host, self.link)

    def run(self, program):
        """What `program(programs)` returns."""
        found = asyncio.run(beside(self.driver, program))
        assert self.host.counters.balanced
        return found


@pytest.fixture
def station(tap_wire):
    station = Station(tap_wire)
    yield station
    station.link.close()


class Crossing:
    """Two kernels, 2001:db8:1::1 and 2001:db8:2::1, and our router ::fe between them."""

    def __init__(self, lab, mtu):
        self.left, self.right = lab.namespace("left"), lab.namespace("right")
        self.ours = lab.namespace("ours")
        cards = []
        self.links = []
        for index, (kernel, near) in enumerate(((self.left, "eth0"), (self.right, "eth1"))):
            lab.veth(kernel, self.ours, "eth0", near)
            network = f"2001:db8:{index + 1}"
            kernel.sysctl("net.ipv6.conf.eth0.accept_dad", 0)
            kernel.sysctl("net.ipv6.conf.eth0.disable_ipv6", 0)
            kernel.ip(f"addr add {network}::1/64 dev eth0 nodad")
            kernel.ip(f"-6 route add default via {network}::fe")
            kernel.wait_for_queue("eth0")
            self.ours.wait_for_queue(near)
            with self.ours:
                link = AfPacketLink(near)
            self.links.append(link)
            address = (ipv6_bytes(f"{network}::fe"), 64)
            cards.append(
                InterfaceConfig(near, link.mac, mtu=(1500, mtu)[index], addresses=[address])
            )
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
    """The link beyond the router carries packets of 1280 bytes."""
    crossing = Crossing(lab, 1280)
    yield crossing
    crossing.close()


# --- fragments -------------------------------------------------------------------------------


def test_the_kernel_s_fragmented_pings_are_answered_in_fragments(station):
    """RFC 8200 section 4.5, RFC 4443 section 4.2: four sizes, up to the largest that ping sends."""

    async def program(programs):
        return [
            (await asyncio.to_thread(
                station.wire.peer.run,
                "ping", "-6", "-c", "2", "-w", "10", "-i", "0.01", "-s", str(size), OURS,
            )).stdout
            for size in (1453, 4000, 20_000, 65_507)
        ]  # fmt: skip

    for text in station.run(program):
        assert "2 received" in text
        assert "wrong data" not in text


def test_our_fragmented_pings_are_answered_by_the_kernel(station):
    """RFC 8200 section 4.5, as Linux reads it."""
    sizes = (1453, 4000, 20_000, LARGEST)

    async def program(programs):
        replies = []
        for number, size in enumerate(sizes):
            station.host.ping(ipv6_bytes(KERNEL), 1, number, DATA[:size], station.driver.now())
            programs.kick()
            replies.append(await programs.waits.readable((1, number), "ping", KERNEL))
        return replies

    replies = station.run(program)
    assert all(isinstance(reply, EchoReply) for reply in replies)
    assert [len(reply.payload) for reply in replies] == list(sizes)
    assert all(reply.payload == DATA[: len(reply.payload)] for reply in replies)


# --- extension headers -------------------------------------------------------------------------


@pytest.mark.parametrize("option", [socket.IPV6_DSTOPTS, socket.IPV6_HOPOPTS])
def test_what_the_kernel_sends_behind_options_is_read(station, option):
    """RFC 8200 sections 4.3 and 4.6: padding alone, before a datagram of the kernel's."""
    ours = station.host.udp_bind(7, 0)

    async def program(programs):
        sender = station.wire.peer.kernel_socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sender.setsockopt(socket.IPPROTO_IPV6, option, bytes((0, 0, 1, 4, 0, 0, 0, 0)))
        sender.sendto(b"behind options", (OURS, 7))
        while not ours.waiting:
            await asyncio.sleep(0.01)  # another kernel; bounded by LIMIT_S
        return ours.receive_from(station.driver.now())

    assert station.run(program).data == b"behind options"


# --- our router --------------------------------------------------------------------------------


def test_a_ping_crosses_our_router_with_one_hop_less(crossing):
    """RFC 8200 section 3."""
    text = crossing.run("ping", "-6", "-c", "3", "-w", "10", "-i", "0.01", "2001:db8:2::1")
    assert "3 received" in text
    assert "ttl=63" in text


def test_the_kernel_learns_the_path_mtu_from_our_router(crossing):
    """RFC 8201 section 4: packet too big, and then it cuts."""
    text = crossing.run(
        "ping",
        "-6",
        "-c",
        "3",
        "-i",
        "0.2",
        "-M",
        "want",
        "-s",
        "1400",
        "2001:db8:2::1",
        check=False,
    )
    assert "2 received" in text or "3 received" in text
    assert "mtu 1280" in crossing.left.ip("-6 route get 2001:db8:2::1")


def test_traceroute_shows_our_router_and_the_end(crossing):
    """RFC 4443 sections 3.1 and 3.3."""
    text = crossing.run("traceroute", "-6", "-n", "-q", "1", "2001:db8:2::1")
    hops = [line.split()[1] for line in text.splitlines()[1:]]
    assert hops == ["2001:db8:1::fe", "2001:db8:2::1"]
