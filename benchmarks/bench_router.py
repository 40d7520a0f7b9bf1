"""Frames a second through a simulated router, and through a router alone.

A sender puts datagrams on one link in bursts of 16, and a sink takes them from another; the router
between them is a whole host with `forwarding`, and every frame is in the trace, twice: once before
the router and once behind it. The figure counts packets that went through, over processor time.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterable

from benchmarks.harness import Row

from wirelab.codecs import ARP, UDP, Ethernet, IPv4
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.host import Host
from wirelab.sim.host.packet_hooks import PacketHook
from wirelab.sim.network import Network

PACKETS = 32_000
BURST = 16
GAP = 100_000  # ns between bursts
REPEATS = 5
TARGET = "60k"
LIMIT = 1000  # events kept: what a long run would do
SIZE = 1000  # bytes of data in each

MACS = (b"\x02\0\0\0\0\xa0", b"\x02\0\0\0\0\xa1")
HOST_MACS = (b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02")


class Transparent:
    """A hook that lets everything pass: what it costs to have one."""

    wants_whole = False

    def received(self, packet: bytes, interface: object, now: int) -> bytes:
        """Let it in."""
        return packet

    def leaving(self, packet: bytes, arrived: object, interface: object, now: int) -> bytes:
        """Let it out."""
        return packet

    def restored(self, packet: bytes, now: int) -> bytes:
        """Nothing was changed."""
        return packet


class Sender:
    """A machine that only sends; it is woken for each burst."""

    has_events = False

    def __init__(self, frame: bytes) -> None:
        self._burst = [(0, frame)] * BURST
        self._sent = 0
        self._at: int | None = 0
        self._due = False

    def receive_frame(self, interface: int, frame: bytes, now: int) -> Drop | None:
        """Take what comes."""
        return None

    def handle_timers(self, now: int) -> None:
        """The next burst is due."""
        self._due = True

    def poll_transmit(self, now: int) -> Iterable[tuple[int, bytes]]:
        """A burst, when it is due."""
        if not self._due:
            return ()
        self._due = False
        self._sent += BURST
        self._at = now + GAP if self._sent < PACKETS else None
        return self._burst

    def poll_at(self, before: int | None = None) -> int | None:
        """When the next one is."""
        return self._at


class Sink(Sender):
    """A machine that takes everything and says nothing."""

    def poll_at(self, before: int | None = None) -> int | None:
        """Never."""
        return None


def measure() -> list[Row]:
    """Packets a second: in a network, in a network with a hook, and the router by itself."""
    group = f"through a router, {SIZE} bytes of data"
    return [
        Row(group, "simulated, with links and trace", _rate(_network), "frames/s", target=TARGET),
        Row(group, "the same with a hook", _rate(_hooked), "frames/s"),
        Row(group, "the router alone", _rate(_alone), "frames/s"),
        Row(group, "the router alone, options in each", _rate(_options), "frames/s"),
    ]


def _rate(run: Callable[[], Host]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        router = run()
        times.append(time.process_time() - start)
        if router.counters.forwarded != PACKETS:
            raise RuntimeError(f"{router.counters.forwarded} of {PACKETS} packets went through")
    return PACKETS / statistics.median(times)


def _network(hook: PacketHook | None = None) -> Host:
    network = Network(trace_limit=LIMIT)
    router = _router()
    if hook is not None:
        router.hooks.add(hook)
    sender, sink = Sender(_frame()), Sink(b"")
    for name, machine, interfaces in (("router", router, 2), ("a", sender, 1), ("b", sink, 1)):
        network.attach(name, machine, interfaces)
    network.link(sender, router)
    network.link(router, sink)
    for index in (0, 1):
        _introduce(router, index)
    network.node_of(router).received += 2
    network.run_for("1s")
    network.check()
    return router


def _hooked() -> Host:
    return _network(Transparent())


def _alone(options: bytes = b"") -> Host:
    router, frame = _router(), _frame(options)
    for index in (0, 1):
        _introduce(router, index)
    for _ in range(PACKETS // BURST):
        for _ in range(BURST):
            router.receive_frame(0, frame, 0)
        router.poll_transmit(0)
    return router


def _options() -> Host:
    return _alone(bytes([7, 7, 4, 0, 0, 0, 0, 0]))  # record route


def _router() -> Host:
    interfaces = [
        InterfaceConfig(f"eth{index}", MACS[index], ipv4_bytes(f"10.0.{index}.254"))
        for index in (0, 1)
    ]
    return Host(HostConfig("router", interfaces, forwarding=True), random.Random(1))


def _introduce(router: Host, index: int) -> None:
    """Let the router know the host on one of its links, so that nothing waits for ARP."""
    arp = ARP(
        operation=1,
        sender_hardware_address=HOST_MACS[index],
        sender_protocol_address=ipv4_bytes(f"10.0.{index}.1"),
        target_hardware_address=bytes(6),
        target_protocol_address=ipv4_bytes(f"10.0.{index}.254"),
    )
    ethernet = Ethernet(destination=b"\xff" * 6, source=HOST_MACS[index], type=0x0806)
    router.receive_frame(index, ethernet.build(arp.build()), 0)
    router.poll_transmit(0)


def _frame(options: bytes = b"") -> bytes:
    ip = IPv4(source="10.0.0.1", destination="10.0.1.1", protocol=17, options=options)
    ethernet = Ethernet(destination=MACS[0], source=HOST_MACS[0], type=0x0800)
    return ethernet.build(ip.build(UDP(source_port=1, destination_port=2).build(bytes(SIZE), ip)))


if __name__ == "__main__":
    for row in measure():
        print(f"{row.name}: {row.value:,.0f} {row.unit}")
