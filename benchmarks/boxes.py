"""Frames a second through a switch, a router, a NAT and a filter of a simulated network.

Two ends that do nothing but send and count stand on either side, so that the figure is that of the
box: its processor time with the two links, the event queue and the trace, per frame that arrived.
"""

import statistics
import time
from collections.abc import Callable

from benchmarks.harness import Row

from wirelab.codecs import UDP, Ethernet, IPv4, IPv6
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.host import Host
from wirelab.sim.network import Network

FRAMES = 20_000  # a run
BURST = 64  # at one instant, as from a fast sender
REPEATS = 5
PAYLOAD = bytes(512)
LIMIT = 1000  # events kept: what a long run would do
NEAR_MAC, FAR_MAC = b"\x02\xee\0\0\0\x01", b"\x02\xee\0\0\0\x02"
NEAR, FAR = "10.0.0.5", "203.0.113.9"
NEAR6, FAR6 = "2001:db8:a::5", "2001:db8:b::9"


class End:
    """Sends what is queued, and counts what comes."""

    has_events = False

    def __init__(self) -> None:
        self.queue: list[tuple[int, bytes]] = []
        self.arrived = 0

    def receive_frame(self, interface: int, frame: bytes, now: int) -> Drop | None:
        """Count it."""
        self.arrived += 1
        return None

    def handle_timers(self, now: int) -> None:
        """There are none."""

    def poll_transmit(self, now: int) -> list[tuple[int, bytes]]:
        """What was queued."""
        frames, self.queue = self.queue, []
        return frames

    def poll_at(self, before: int | None = None) -> int | None:
        """Never."""
        return None


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


def datagram(next_mac: bytes, *, ipv6: bool = False, options: bytes = b"") -> bytes:
    """From the near end to the far one, by whoever has this MAC address."""
    below: IPv4 | IPv6 = IPv4(source=NEAR, destination=FAR, options=options)
    if ipv6:
        below = IPv6(source=NEAR6, destination=FAR6)
    ethernet = Ethernet(destination=next_mac, source=NEAR_MAC)
    return bytes(ethernet / below / UDP(5000, 6000) / PAYLOAD)


def through_switch(network: Network) -> bytes:
    """A switch that has learned where the far end is."""
    switch = network.switch()
    network.link("near", switch)
    network.link("far", switch)
    far = network.nodes["far"].machine
    assert isinstance(far, End)
    far.queue.append((0, NEAR_MAC + FAR_MAC + b"\x88\xb5" + bytes(46)))
    return datagram(FAR_MAC)


def through(make: Callable[[Network, list[str]], Host]) -> Callable[[Network], bytes]:
    """A router, made so; its first interface is towards the far end."""

    def build(network: Network) -> bytes:
        box = make(network, ["203.0.113.1 2001:db8:b::1", "10.0.0.1 2001:db8:a::1"])
        network.link(network.port(box, 0), "far")
        network.link(network.port(box, 1), "near")
        for address in (FAR, FAR6):
            box.add_neighbor(ip_bytes(address), FAR_MAC, network.now, 0)
        return datagram(box.interfaces[1].mac)

    return build


def router(network: Network, addresses: list[str]) -> Host:
    """One without anything."""
    return network.router("box", addresses)


def hooked(network: Network, addresses: list[str]) -> Host:
    """One with a hook, which has no short way."""
    box = router(network, addresses)
    box.hooks.add(Transparent())
    return box


def with_options(network: Network) -> bytes:
    """The router, with datagrams that record the route."""
    mac = through(router)(network)[:6]
    return datagram(mac, options=bytes((7, 7, 4, 0, 0, 0, 0, 0)))


def over_ipv6(network: Network) -> bytes:
    """The router, with datagrams of IPv6."""
    return datagram(through(router)(network)[:6], ipv6=True)


PATHS = {
    "switch": (through_switch, "100k"),
    "router": (through(router), "60k"),
    "router, IPv6": (over_ipv6, "60k"),
    "router, record route in each": (with_options, ""),
    "router with a hook": (through(hooked), ""),
    "NAT": (through(lambda network, addresses: network.nat("box", addresses)), ""),
    "filter": (through(lambda network, addresses: network.filter("box", addresses)), ""),
}


def measure() -> list[Row]:
    """Frames a second through each."""
    return [
        Row("through a simulated box", name, _frames_per_second(build), "frames/s", target=target)
        for name, (build, target) in PATHS.items()
    ]


def _frames_per_second(build: Callable[[Network], bytes]) -> float:
    rates = []
    for _ in range(REPEATS):
        network = Network(seed=1, trace_limit=LIMIT)
        near, far = End(), End()
        network.attach("near", near)
        network.attach("far", far)
        frame = build(network)
        network.run_for("1s")
        near.queue = [(0, frame)]
        network.run_for("1s")  # what is learned once is learned now
        before = far.arrived
        start = time.process_time()
        for _ in range(FRAMES // BURST):
            near.queue = [(0, frame)] * BURST
            network.run_for("1ms")
        seconds = time.process_time() - start
        arrived = far.arrived - before
        if arrived != FRAMES // BURST * BURST:
            raise RuntimeError(f"{arrived} of {FRAMES} frames arrived: {network.trace.reasons}")
        rates.append(arrived / seconds)
    return statistics.median(rates)


if __name__ == "__main__":
    for row in measure():
        print(f"{row.group}, {row.name}: {row.value:,.0f} {row.unit}")
