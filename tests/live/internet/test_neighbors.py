"""Our ARP and neighbour discovery against the kernel's, arping, nmap and ndisc6.

The kernel of a namespace is at one end of a TAP, our host at the other, in this process; commands
run in threads meanwhile, inside the namespace.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs import ARP, Ethernet
from wirelab.codecs.addresses import ANY_IPV4, ipv4_bytes, ipv6_bytes, mac_text
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.interface_address import AddressState

pytestmark = pytest.mark.live

PATIENCE_S = 30.0
"""Upper bound of a test; nothing waits longer than its answer takes."""
LOOK_S = 0.02
OURS6 = "2001:db8:5::77"
KERNELS6 = "2001:db8:5::2"


class Station:
    """Our host with an address of each family, beside the kernel of a namespace.

    It has a second interface, too, on a TAP whose other end nobody uses: 203.0.113.1/24.
    """

    def __init__(self, wire: Any) -> None:
        self.namespace = wire.ours
        self.interface: str = wire.interface
        self.address: str = wire.own_address
        self.kernels_address: str = wire.peer_address
        self.frames: list[bytes] = []
        self.namespace.sysctl(f"net.ipv6.conf.{self.interface}.disable_ipv6", 0)
        self.namespace.ip(f"addr add {KERNELS6}/64 dev {self.interface} nodad")
        self.namespace.ip("tuntap add dev tap1 mode tap")
        self.namespace.ip("link set tap1 up")
        with self.namespace:
            self.link = TapLink(self.interface)
            self.other_link = TapLink("tap1")
        self.mac = mac_text(self.link.mac)
        interface = InterfaceConfig(
            self.interface,
            self.link.mac,
            ipv4_bytes(self.address),
            24,
            addresses=[(ipv6_bytes(OURS6), 64)],
        )
        behind = InterfaceConfig("behind", self.other_link.mac, ipv4_bytes("203.0.113.1"))
        self.host = Host(HostConfig("us", [interface, behind]), random.Random(1))

    def run(self, program: Callable[[], Awaitable[Any]]) -> Any:
        """Run a program while our host runs."""
        return asyncio.run(self._run(program))

    async def _run(self, program: Callable[[], Awaitable[Any]]) -> Any:
        driver = LiveDriver(self.host, self.link, self.other_link, tap=self._tap)
        self.now = driver.now
        async with driver as programs, asyncio.timeout(PATIENCE_S):
            self.programs = programs
            return await program()

    def _tap(self, frame: bytes, now: int, is_ours: bool, drop: object) -> None:
        if is_ours:
            self.frames.append(frame)

    async def command(self, *words: str) -> CompletedProcess[str]:
        """A command of the kernel's side, to its end."""
        done: CompletedProcess[str] = await asyncio.to_thread(
            self.namespace.run, *words, check=False
        )
        return done

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that our host's traffic brings about."""
        while not condition():
            await asyncio.sleep(LOOK_S)

    def sent_arps(self) -> list[ARP]:
        """What our host has sent of ARP."""
        return [
            ARP.parse(frame, 14) for frame in self.frames if Ethernet.parse(frame).type == 0x0806
        ]

    def state(self, address: str) -> AddressState | None:
        """What our host thinks of an address of its own."""
        entry = self.host.interfaces[0].find(ipv6_bytes(address))
        return None if entry is None else entry.state


@pytest.fixture
def station(tap_wire: Any) -> Iterator[Station]:
    """See `Station`."""
    made = Station(tap_wire)
    yield made
    made.link.close()
    made.other_link.close()


# --- ARP


def test_arping_and_the_kernel_find_us_and_we_find_the_kernel(station, tool):
    """RFC 826, both ways."""

    async def program() -> None:
        answered = await station.command(
            tool("arping"), "-c", "1", "-I", station.interface, station.address
        )
        assert answered.stdout.lower().count(station.mac) == 1
        ping = await station.command("ping", "-c", "1", "-W", "5", station.address)
        assert ping.returncode == 0, ping.stdout
        neighbors = await station.command("ip", "neigh", "show", station.address)
        assert station.mac in neighbors.stdout.lower()
        station.host.resolve(ipv4_bytes(station.kernels_address), station.now())
        station.programs.kick()
        await station.until(lambda: station.host.neighbor(ipv4_bytes(station.kernels_address)))
        found = station.host.neighbor(ipv4_bytes(station.kernels_address))
        assert found == station.namespace.mac(station.interface)

    station.run(program)


def test_arping_finds_our_address_taken_and_a_free_one_free(station, tool):
    """RFC 5227 section 2.1.1, from the other side: we answer probes (`arping -D`)."""

    async def program() -> tuple[int, int]:
        words = (tool("arping"), "-D", "-c", "1", "-w", "1", "-I", station.interface)
        taken = await station.command(*words, station.address)
        free = await station.command(*words, "198.51.100.99")
        return taken.returncode, free.returncode

    assert station.run(program) == (1, 0)


def test_nmap_sees_us_by_arp_alone(station, tool):
    async def program() -> Any:
        words = (tool("nmap"), "-n", "-sn", "-PR", "--host-timeout", "10s")
        done = await station.command(*words, "198.51.100.76-79")
        return done.stdout.lower()

    report = station.run(program)
    assert "1 host up" in report
    assert f"mac address: {station.mac}" in report


def test_an_address_of_the_kernel_is_not_taken(station):
    """RFC 5227 section 2.1.1: the kernel answers our first probe."""

    async def program() -> None:
        await station.programs.acquire_address(station.kernels_address, 24)

    with pytest.raises(HostError, match=mac_text(station.namespace.mac(station.interface))):
        station.run(program)
    assert station.sent_arps()[0].sender_protocol_address == ANY_IPV4
    assert station.host.interfaces[0].find(ipv4_bytes(station.kernels_address)) is None


def test_a_free_address_is_taken_and_given_up_when_the_kernel_insists(station, tool):
    """RFC 5227 sections 2.1.1, 2.3 and 2.4 (b): probed, announced, defended once, lost."""
    wanted = "198.51.100.88"

    def about() -> list[ARP]:
        asked = [packet for packet in station.sent_arps() if packet.operation == 1]
        return [one for one in asked if one.target_protocol_address == ipv4_bytes(wanted)]

    async def insist() -> None:
        words = (tool("arping"), "-U", "-c", "1", "-w", "1", "-I", station.interface)
        await station.command(*words, "-s", wanted, wanted)

    async def program() -> None:
        await station.programs.acquire_address(wanted, 24)
        ping = await station.command("ping", "-c", "1", "-W", "5", wanted)
        assert ping.returncode == 0, ping.stdout
        await station.command("ip", "addr", "add", f"{wanted}/32", "dev", station.interface)
        before = len(about())
        await insist()
        await station.until(lambda: len(about()) > before)
        await insist()
        await station.until(lambda: station.host.interfaces[0].find(ipv4_bytes(wanted)) is None)

    station.run(program)
    probes = [packet for packet in about() if packet.sender_protocol_address == ANY_IPV4]
    assert len(probes) == 3
    assert len(about()) - len(probes) >= 2  # the announcement, and the defence


def test_we_answer_the_kernel_for_a_network_behind_us(station, tool):
    """RFC 1027: whoever is on our other network is to be sent by way of us."""

    async def program() -> Any:
        station.host.neighborhood().answer_for(ipv4_bytes("203.0.113.0"), 24)
        done = await station.command(
            tool("arping"), "-c", "1", "-I", station.interface, "203.0.113.9"
        )
        return done.stdout.lower()

    assert station.mac in station.run(program)


# --- neighbour discovery


def test_the_kernel_and_ndisc6_find_us_and_we_find_the_kernel(station, tool):
    """RFC 4861 section 7.2, both ways."""

    async def program() -> None:
        asked = await station.command(tool("ndisc6"), "-1", OURS6, station.interface)
        assert station.mac in asked.stdout.lower(), asked.stderr
        ping = await station.command("ping", "-6", "-c", "1", "-W", "5", OURS6)
        assert ping.returncode == 0, ping.stdout
        neighbors = await station.command("ip", "-6", "neigh", "show", OURS6)
        assert station.mac in neighbors.stdout.lower()
        kernel = ipv6_bytes(KERNELS6)
        station.host.resolve(kernel, station.now())
        station.programs.kick()
        await station.until(lambda: station.host.neighbor(kernel))
        assert station.host.neighbor(kernel) == station.namespace.mac(station.interface)

    station.run(program)


def test_the_kernel_does_not_take_our_address(station):
    """RFC 4862 section 5.4.3, from the other side: we answer its probe."""

    async def program() -> None:
        await station.command("ip", "addr", "add", f"{OURS6}/64", "dev", station.interface)
        for _ in range(200):
            shown = await station.command("ip", "-6", "addr", "show", "dev", station.interface)
            if "dadfailed" in shown.stdout:
                return
            await asyncio.sleep(LOOK_S)
        pytest.fail(f"the kernel took our address: {shown.stdout}")

    station.run(program)


def test_a_free_ipv6_address_is_taken(station):
    """RFC 4862 section 5.4."""
    wanted = "2001:db8:5::99"

    async def program() -> None:
        await station.programs.acquire_address(wanted, 64)
        ping = await station.command("ping", "-6", "-c", "1", "-W", "5", wanted)
        assert ping.returncode == 0, ping.stdout

    station.run(program)
    assert station.state(wanted) is AddressState.PREFERRED


def test_an_ipv6_address_of_the_kernel_is_not_taken(station):
    """RFC 4862 section 5.4.4."""

    async def program() -> None:
        await station.programs.acquire_address(KERNELS6, 64)

    with pytest.raises(HostError, match="has 2001:db8:5::2"):
        station.run(program)
    assert station.state(KERNELS6) is AddressState.DUPLICATED
