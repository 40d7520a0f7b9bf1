"""Small worlds of whole hosts of every kind, and what must hold of all of them at any time.

A subject stands between the hosts Left and Right, each on a wire of its own. Nothing is delivered
by itself: frames wait until a story says what becomes of them.

Rule 1: every frame that any host sends is read strictly, and its checksums are looked at. What a
box only passes on is not its own, so of that the IP header alone must be right.
Rule 2: tables that the network can fill have tiny caps here (`small_tables`), so that short stories
reach them. They are found by walking over everything that belongs to a host, not by a list.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator, Sized
from contextlib import ExitStack, contextmanager, suppress
from itertools import product
from types import MethodType
from typing import Any
from unittest.mock import patch

from wirelab.codecs import IPv4, IPv6, parse
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.boxes import Filter, Nat, NatConfig
from wirelab.sim.host import forwarding_ways, path_mtu, redirects
from wirelab.sim.host.autoconfiguration import advertised_names, advertised_routes
from wirelab.sim.host.autoconfiguration import stateless_addresses as stateless
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.host import Host
from wirelab.sim.host.icmp import pings, rate_limit
from wirelab.sim.host.ipv4 import identification
from wirelab.sim.host.ipv4 import output as output4
from wirelab.sim.host.ipv6 import output as output6
from wirelab.sim.host.multicast import group_state, listener, querier
from wirelab.sim.host.neighbors import arp, cache, claims
from wirelab.sim.host.service import desk
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, Subnet
from wirelab.sim.services.dns import A, DnsServer, Resolver
from wirelab.sim.services.small_services import Chargen, Daytime, Discard, Echo, TimeOfDay

ZONE = """
$ORIGIN lab.
$TTL 60
@ SOA ns admin 1 60 60 60 1
@ NS ns
ns A 10.0.0.1
left A 10.0.0.2
left AAAA 2001:db8::2
*.wild CNAME left
"""

KINDS = ("plain", "router", "nat", "filter", "services", "clients", "group member")
GROUP4, GROUP6 = ip_bytes("239.1.2.3"), ip_bytes("ff15::1234")
BROADCAST_MAC = b"\xff" * 6
SUBJECT, LEFT, RIGHT = 0, 1, 2
IPS = (IPv4, IPv6)
PASSED_ON_LAYERS = ("Ethernet", "IPv4")
OWN_LAYERS = (*PASSED_ON_LAYERS, "ARP", "IPv6", "ICMPv4", "ICMPv6", "IGMP", "UDP", "TCP")


class BrokenPromiseError(AssertionError):
    """Something does not hold of a host."""


def demand(promise: bool, what: str) -> None:
    """Raise unless it holds."""
    if not promise:
        raise BrokenPromiseError(what)


# Tables.

SMALL: dict[str, tuple[Any, str, int]] = {
    "Neighbors._entries": (cache, "MAXIMUM_NEIGHBORS", 6),
    "Neighbors._incomplete": (cache, "MAXIMUM_INCOMPLETE", 3),
    "Neighbor.waiting": (cache, "MAXIMUM_WAITING", 2),
    "Neighbors._waiting": (cache, "MAXIMUM_WAITING_IN_ALL", 3),
    "Arp._probes": (arp, "MAXIMUM_PROBES", 2),
    "Claims._claims": (claims, "MAXIMUM_CLAIMS", 6),
    "Ipv4Output._paths": (output4, "MAXIMUM_PATHS", 3),
    "Ipv6Output._paths": (output6, "MAXIMUM_PATHS", 3),
    "PathMtus._estimates": (path_mtu, "MAXIMUM_PATHS", 2),
    "Redirects._gateways": (redirects, "MAXIMUM_REDIRECTS", 2),
    "Identifications._counters": (identification, "MOST_COUNTERS", 3),
    "FastForwarding._ways": (forwarding_ways, "MOST_WAYS", 2),
    "RateLimit._destinations": (rate_limit, "MAXIMUM_DESTINATIONS", 2),
    "Pings._waiting": (pings, "MAXIMUM_PINGS", 3),
    "Pings._answered": (pings, "MAXIMUM_ANSWERS", 2),
    "Querier._groups": (querier, "MAXIMUM_GROUPS", 3),
    "GroupState.requested": (group_state, "MAXIMUM_SOURCES", 4),
    "_Group.asked": (listener, "MAXIMUM_ASKED_SOURCES", 4),
    "StatelessAddresses._formed": (stateless, "MAXIMUM_ADDRESSES", 3),
    "AdvertisedNames._ends": (advertised_names, "MAXIMUM_NAMES", 3),
    "AdvertisedRoutes._routers": (advertised_routes, "MAXIMUM_ROUTERS", 2),
    "AdvertisedRoutes._routes": (advertised_routes, "MAXIMUM_ROUTES", 3),
    "Desk._streams": (desk, "MAXIMUM_STREAMS", 3),
}
"""Each table and counter, and its cap: module, constant, and what it is here."""

BOX_CAPACITY = 6
REASSEMBLY_BYTES = 20_000
UDP_BUFFER = 4_000
CAPS = {name: size for name, (_, _, size) in SMALL.items()} | {
    "Connections._table": BOX_CAPACITY,
    "NatTable._sessions": BOX_CAPACITY,
    "NatTable._inner": BOX_CAPACITY,
    "NatTable._outer": BOX_CAPACITY,
    "Cache._entries": 3,
    "StatelessAddresses._formed": 3 + 1,  # and the link-local one
}


@contextmanager
def small_tables() -> Iterator[None]:
    """Tiny caps for all hosts made and used within."""
    with ExitStack() as patches:
        for module, constant, size in SMALL.values():
            patches.enter_context(patch.object(module, constant, size))
        yield


def sizes(root: object) -> Iterator[tuple[str, int]]:
    """Every container and counter of `root`, and of what belongs to it: class and name, size."""
    waiting, seen = [root], {id(root)}
    while waiting:
        one = waiting.pop()
        for name, value in _attributes(one):
            where = f"{type(one).__name__}.{name}"
            if isinstance(value, Sized):
                yield where, len(value)
            elif isinstance(value, int):
                yield where, value
            for found in _parts(value):
                if id(found) not in seen and type(found).__module__.startswith("wirelab.sim"):
                    seen.add(id(found))
                    waiting.append(found)


def _attributes(one: object) -> Iterator[tuple[str, object]]:
    for kind in type(one).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(one, name):
                yield name, getattr(one, name)
    yield from getattr(one, "__dict__", {}).items()


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _parts(item)]
    if isinstance(value, (list, tuple, set, deque)):
        return [part for item in value for part in _parts(item)]
    return [value.__self__] if isinstance(value, MethodType) else [value]


# Worlds.


class World:
    """One of `KINDS`.

    Attributes:
        hosts: SUBJECT, LEFT, RIGHT.
        wire: what is under way: the receiver, its interface, the frame.
        sent: how many frames there were.
        pure: nothing was under way but what hosts had made.
    """

    def __init__(self, kind: str) -> None:
        self.now = 0
        self.sent = 0
        self.pure = True
        self.wire: list[tuple[Host, int, bytes]] = []
        self.kind = kind
        boxes = ("router", "nat", "filter")
        clients = kind == "clients"
        cards = [
            _card(number, *_own(number) if not clients else (bytes(4), b""))
            for number in ((0, 1) if kind in boxes else (0,))
        ]
        config = HostConfig(
            "subject",
            cards,
            forwarding=kind in boxes,
            autoconfigure=clients,
            reassembly_bytes=REASSEMBLY_BYTES,
            udp_receive_buffer=UDP_BUFFER,
        )
        self.hosts = [Host(config, random.Random(1)), _neighbor(0), _neighbor(1)]
        self.subject = self.hosts[SUBJECT]
        self._prepare(clients)
        self.look()

    def _prepare(self, clients: bool) -> None:
        subject, left, _ = self.hosts
        self._be(self.kind)
        server, client = (left, subject) if clients else (subject, left)
        if clients or self.kind == "services":
            pool = Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.103", routers=["10.0.0.1"])
            small = (Echo(), Discard(), Chargen(), Daytime(), TimeOfDay())
            for service in (DhcpServer([pool]), DnsServer([ZONE]), *small):
                server.start(service, 0)
            if clients:
                left.advertise(0)
                client.start(DhcpClient(), 0)
        for card in subject.interfaces:
            peer = self.hosts[LEFT + card.index].interfaces[0]
            subject.add_neighbor(peer.address, peer.mac, 0, card.index)
            self.hosts[LEFT + card.index].add_neighbor(card.address, card.mac, 0)
        self.resolver = Resolver(["10.0.0.1"], ["lab"], cache=3)
        client.start(self.resolver, 0)
        for host in self.hosts:
            host.udp_bind(4000, 0)
            host.tcp_listen(80, 0, backlog=3)

    def _be(self, kind: str) -> None:
        subject, left, _ = self.hosts
        if kind == "nat":
            config = NatConfig(capacity=BOX_CAPACITY)
            nat = Nat(subject.interfaces[0], random.Random(2), config)
            nat.forward("tcp", 80, ip_bytes("10.1.0.2"), 80)
            subject.hooks.add(nat)
        elif kind == "filter":
            rules = ["out any", "in tcp to port 80", "in icmp"]
            subject.hooks.add(Filter(subject.interfaces[0], rules, capacity=BOX_CAPACITY))
        elif kind == "router":
            for index, family in product((0, 1), (4, 16)):
                subject.advertise(0, index)
                subject.multicast.ask(index, 0, family)
        elif kind == "group member":
            for group in (GROUP4, GROUP6):
                subject.join_group(group, 0)
                left.multicast.ask(0, 0, len(group))

    # What happens.

    def look(self) -> None:
        """Let every host transmit, and look at what it sends."""
        for host in self.hosts:
            for index, frame in host.poll_transmit(self.now):
                self.sent += 1
                demand_sound(frame, self.pure or self._is_own(host, frame))
                self.wire += self._across(host, index, frame)

    def _across(self, sender: Host, index: int, frame: bytes) -> list[tuple[Host, int, bytes]]:
        if sender is self.subject:
            return [(self.hosts[LEFT + index], 0, frame)]
        interface = 0 if sender is self.hosts[LEFT] else 1
        return (
            [(self.subject, interface, frame)] if interface < len(self.subject.interfaces) else []
        )

    def _is_own(self, host: Host, frame: bytes) -> bool:
        """Whether the host made all of a frame; behind a NAT nobody can tell."""
        ip = next((one for one in parse(frame, strict=False).layers if isinstance(one, IPS)), None)
        if ip is None or host is not self.subject:
            return True
        return self.kind != "nat" and host._layers.is_local(ip.source)

    def receive(self, host: Host, interface: int, frame: bytes) -> None:
        """Let one frame come in."""
        host.receive_frame(interface, frame, self.now)
        demand(host.counters.balanced, f"{host.name}: not balanced: {host.counters}")

    def deliver(self, count: int) -> None:
        """The oldest frames under way arrive."""
        for _ in range(count):
            if not self.wire:
                return
            self.receive(*self.wire.pop(0))
            self.look()

    def wait(self, duration: int) -> None:
        """Time passes, and timers fire."""
        end = self.now + duration
        for _ in range(200):
            due = [at for host in self.hosts if (at := host.poll_at()) is not None and at <= end]
            if not due:
                break
            demand(min(due) >= 0, "a timer before the beginning")
            self.now = max(self.now, min(due))
            for host in self.hosts:
                host.handle_timers(self.now)
            self.look()
            self.deliver(50)
        self.now = max(self.now, end)

    def call(self, action: Callable[[], object]) -> None:
        """An application calls; it may be told no."""
        with suppress(OSError, ValueError):  # HostError is an OSError
            action()
        self.look()

    def look_up(self, name: str) -> None:
        """Ask the name server."""
        self.resolver.look_up(name, A, lambda answer, now: None, self.now)

    # What must hold.

    def demand_bounded(self) -> None:
        """No table is larger than its cap."""
        for host in self.hosts:
            for where, size in sizes(host):
                cap = CAPS.get(where)
                if cap is not None:
                    demand(size <= cap, f"{host.name}: {where} is {size}, more than {cap}")
            layers: list[Any] = [host._layers.ipv4] + (
                [host._layers.ipv6] if host._layers.ipv6 else []
            )
            for layer in layers:
                cost = layer.reassembly().cost
                demand(cost <= REASSEMBLY_BYTES, f"{host.name}: fragments take {cost} bytes")


def _own(number: int) -> tuple[bytes, bytes]:
    return bytes((10, number, 0, 1)), ip_bytes(f"2001:db8:{number}::1")


def _card(number: int, address: bytes, address6: bytes, host: int = 1) -> InterfaceConfig:
    further = [(address6, 64)] if address6 else []
    mac = bytes((2, 0, 0, 0, number, host))
    return InterfaceConfig(f"eth{number}", mac, address, 24, addresses=further)


def _neighbor(number: int) -> Host:
    """Left (10.0.0.2) or Right (10.1.0.2); all else is behind the subject."""
    router, router6 = _own(number)
    card = _card(number, router[:3] + b"\2", router6[:15] + b"\2", host=2)
    card.name = "eth0"
    routes = [Route(bytes(4), 0, 0, router), Route(bytes(16), 0, 0, router6)]
    config = HostConfig(["left", "right"][number], [card], routes, udp_receive_buffer=UDP_BUFFER,
                        reassembly_bytes=REASSEMBLY_BYTES)  # fmt: skip
    return Host(config, random.Random(10 + number))


def demand_sound(frame: bytes, own: bool) -> None:
    """It can be read, and nothing in it is wrong; if it is not `own`, up to its IP header."""
    packet = parse(frame, strict=own)
    demand(len(packet.layers) > 1, f"nobody can read {frame.hex()}")
    problems = [
        problem
        for problem in packet.verify()
        if problem.layer in (OWN_LAYERS if own else PASSED_ON_LAYERS)
    ]
    demand(not problems, f"{problems} in {packet!r}")
