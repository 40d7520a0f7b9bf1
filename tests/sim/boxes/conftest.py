"""A box between two interfaces, and packets written as `"10.0.0.5:4000 > 192.0.2.9:53"`."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6, IPv4, IPv6, UDPLite, parse
from wirelab.codecs.addresses import ip_bytes, ip_text
from wirelab.sim.boxes.nat import Nat
from wirelab.sim.boxes.nat_config import NatConfig
from wirelab.sim.boxes.reading import Kind, read
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.packet_hooks import PacketHook

UPPER = {"udp": UDP, "tcp": TCP, "udplite": UDPLite}
QUERIES = {"ping": 8, "pong": 0}


def interface_of(index: int, *addresses: str) -> Interface:
    pairs = [(ip_bytes(text), 24 if "." in text else 64) for text in addresses]
    mac = bytes((2, 0, 0, 0, 0, index))
    return Interface(index, InterfaceConfig(f"eth{index}", mac, addresses=pairs))


def endpoint(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


def packet_of(kind: str, way: str, payload: bytes = b"text", *, flags: int = 0x18) -> bytes:
    """`kind`: udp, tcp, udplite, ping, pong; of a ping the source's port is its identifier."""
    (source, source_port), (destination, destination_port) = map(endpoint, way.split(" > "))
    below = (IPv6 if ":" in source else IPv4)(source=source, destination=destination)
    if kind in QUERIES:
        identifier = source_port if kind == "ping" else destination_port
        if ":" in source:
            number = 128 if kind == "ping" else 129
            return bytes(below / ICMPv6(type=number) / (identifier.to_bytes(2) + b"\0\1" + payload))
        return bytes(below / ICMPv4(type=QUERIES[kind], identifier=identifier) / payload)
    upper = UPPER[kind](source_port, destination_port)
    if kind == "tcp":
        upper = upper.replace(flags=flags)
    return bytes(below / upper / payload)


def error_of(
    way: str, quote: bytes, type_: int = 3, code: int = 3, rest: int = 0, cut: int = 28
) -> bytes:
    """An ICMPv4 error `A > B` that quotes the first bytes of a packet."""
    source, destination = way.split(" > ")
    below = IPv4(source=source, destination=destination)
    return bytes(below / ICMPv4(type=type_, code=code, rest_of_header=rest) / quote[:cut])


def way_of(packet: bytes | Drop) -> str:
    """What `packet_of` was given; a refusal is its reason. Every checksum must be right."""
    if isinstance(packet, Drop):
        return packet.reason.value
    first = IPv4 if packet[0] >> 4 == 4 else IPv6
    assert parse(packet, first=first, strict=False).verify() == []
    reading = read(packet)
    assert reading is not None
    ends = [
        (reading.source, reading.source_port),
        (reading.destination, reading.destination_port),
    ]
    if reading.kind in (Kind.ERROR, Kind.OTHER):
        return " > ".join(ip_text(address) for address, _ in ends)
    return " > ".join(
        f"{ip_text(address)}:{port}" if len(address) == 4 else f"[{ip_text(address)}]:{port}"
        for address, port in ends
    )


class Between:
    """A box with its inner and its outer interface, and a clock in seconds.

    `out` and `home` carry a packet through as a router would; what comes out is told by its way.
    """

    def __init__(self, box: PacketHook, inside: Interface, outside: Interface) -> None:
        self.box = box
        self.inside = inside
        self.outside = outside
        self.time_s = 0.0

    @property
    def now(self) -> int:
        return int(self.time_s * 1e9)

    def out(self, packet: bytes) -> bytes | Drop:
        """From an inner host, to wherever it is routed then."""
        entered = self.box.received(packet, self.inside, self.now)
        if isinstance(entered, Drop):
            return entered
        reading = read(entered)
        assert reading is not None
        turned = self.inside.on_link(reading.destination)
        way_out = self.inside if turned else self.outside
        return self.box.leaving(entered, self.inside, way_out, self.now)

    def home(self, packet: bytes) -> bytes | Drop:
        """From outside; what is not translated is for the router itself."""
        return self.box.received(packet, self.outside, self.now)

    def own(self, packet: bytes) -> bytes | Drop:
        """From the router itself towards outside."""
        return self.box.leaving(packet, None, self.outside, self.now)


@pytest.fixture
def nat() -> Callable[..., Between]:
    """Make a NAT between 10.0.0.1 and 203.0.113.1, with these settings."""

    def make(**settings: Any) -> Between:
        inside, outside = interface_of(0, "10.0.0.1"), interface_of(1, "203.0.113.1")
        box = Nat(outside, random.Random(1), NatConfig(**settings))
        return Between(box, inside, outside)

    return make


@pytest.fixture
def between() -> Callable[..., Between]:
    """Put any box between inside (10.0.0.1, 2001:db8:a::1) and outside (203.0.113.1, ...)."""

    def make(box: PacketHook) -> Between:
        inside = interface_of(0, "10.0.0.1", "2001:db8:a::1")
        outside = interface_of(1, "203.0.113.1", "2001:db8:b::1")
        return Between(box, inside, outside)

    return make


@pytest.fixture(scope="session")
def packet() -> Callable[..., bytes]:
    """Make a packet: `packet("udp", "10.0.0.5:4000 > 192.0.2.9:53")`."""
    return packet_of


@pytest.fixture(scope="session")
def error() -> Callable[..., bytes]:
    """Make an ICMPv4 error: `error("192.0.2.9 > 203.0.113.1", quote)`."""
    return error_of


@pytest.fixture(scope="session")
def port_of() -> Callable[[bytes | Drop], int]:
    """Tell the source port of a packet."""

    def tell(packet: bytes | Drop) -> int:
        assert isinstance(packet, bytes)
        reading = read(packet)
        assert reading is not None
        return reading.source_port

    return tell


@pytest.fixture(scope="session")
def way() -> Callable[[bytes | Drop], str]:
    """Tell the endpoints of a packet, or why there is none."""
    return way_of
