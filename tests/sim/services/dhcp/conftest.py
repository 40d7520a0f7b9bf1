"""DHCP from outside: a server that hears hand-made messages, and a network of box and phone."""

import random
from typing import Any, NamedTuple

import pytest

from wirelab.codecs import DHCP, UDP, Ethernet, IPv4
from wirelab.codecs.dhcp_messages import effective_options
from wirelab.codecs.protocols.dhcp_options import (
    DHCPMessageType,
    DHCPRequestedAddress,
    DHCPServerIdentifier,
)
from wirelab.sim import Network
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, Subnet
from wirelab.sim.services.dhcp.messages import ACK, DISCOVER, NAK, OFFER

SERVER, SERVER_MAC = bytes([10, 0, 0, 1]), b"\x02\0\0\0\0\x01"
CLIENT_MAC = b"\x02\0\0\0\0\xc1"
EVERYBODY = b"\xff" * 4


class Reply(NamedTuple):
    """What the server sent, taken apart."""

    kind: int
    header: DHCP
    options: tuple[object, ...]
    mac: bytes
    address: bytes
    port: int

    def option(self, wanted):
        return next((one for one in self.options if isinstance(one, wanted)), None)


class Office:
    """The server 10.0.0.1 with the pool .100 to .102, and whoever talks to it."""

    SERVER, SERVER_MAC = SERVER, SERVER_MAC
    CLIENT_MAC, EVERYBODY = CLIENT_MAC, EVERYBODY
    ACK, NAK, OFFER = ACK, NAK, OFFER

    def __init__(self, subnets=None, **settings):
        settings.setdefault("ping", False)
        card = InterfaceConfig("eth0", SERVER_MAC, SERVER, 24)
        self.host = Host(HostConfig("box", [card]), random.Random(1))
        self.now = 0
        self.told: list[tuple[str, bytes]] = []
        self.subnet = Subnet(
            "10.0.0.0/24", "10.0.0.100", "10.0.0.102", routers=["10.0.0.1"], domain="lab"
        )
        self.server = DhcpServer(
            subnets or [self.subnet],
            told=lambda what, binding, now: self.told.append((what, binding.address)),
            **settings,
        )
        self.host.start(self.server, 0)

    def say(self, kind, *options, **header):
        """One message of a client; returns what the server sends at once."""
        self.put(kind, *options, **header)
        return self.sent()

    def put(self, kind, *options, mac=CLIENT_MAC, source=None, to=EVERYBODY, **header):
        """One message of a client."""
        header.setdefault("transaction_id", 7)
        message = DHCP(
            client_hardware_address=mac, options=[DHCPMessageType(kind), *options], **header
        )
        ip = IPv4(source=source or bytes(4), destination=to, protocol=17)
        to_mac = b"\xff" * 6 if to == EVERYBODY else SERVER_MAC
        port = 67 if header.get("relay_address") else 68
        datagram = UDP(source_port=port, destination_port=67).build(message.build(), ip)
        frame = Ethernet(destination=to_mac, source=mac, type=0x0800).build(ip.build(datagram))
        assert self.host.receive_frame(0, frame, self.now) is None

    def sent(self):
        """DHCP replies that the server has put on the wire since."""
        replies = []
        for _, frame in self.host.poll_transmit(self.now):
            ethernet = Ethernet.parse(frame)
            if ethernet.type != 0x0800:
                continue
            ip = IPv4.parse(frame, 14)
            if ip.protocol != 17:
                continue
            udp = UDP.parse(frame, 34)
            header = DHCP.parse(frame, 42)
            options = effective_options(header)
            kind = next(one.value for one in options if isinstance(one, DHCPMessageType))
            where = (ethernet.destination, ip.destination, udp.destination_port)
            replies.append(Reply(kind, header, options, *where))
        return replies

    def wait(self, seconds):
        """Let time pass, timers included; returns what was sent meanwhile."""
        until = self.now + round(seconds * SECOND)
        replies = []
        while (due := self.host.poll_at()) is not None and due <= until:
            self.now = max(self.now, due)
            self.host.handle_timers(self.now)
            replies += self.sent()
        self.now = until
        return replies

    def lease(self, mac=CLIENT_MAC, **header):
        """DISCOVER and REQUEST; returns the ACK."""
        (offer,) = self.say(DISCOVER, mac=mac, **header)
        chosen = DHCPServerIdentifier(SERVER)
        wanted = DHCPRequestedAddress(offer.header.your_address)
        (ack,) = self.say(3, wanted, chosen, mac=mac, **header)
        return ack


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def make_office() -> type[Office]:
    return Office


class Home:
    """Box 10.0.0.1 with a server, and phone without an address, on a link."""

    def __init__(self, seed=1, **subnet):
        self.net = Network(seed=seed)
        self.box = self.net.host("box", "10.0.0.1/24")
        self.phone = self.net.host("phone", "0.0.0.0")
        self.link = self.net.link(self.box, self.phone, latency="1ms")
        subnet.setdefault("routers", ["10.0.0.1"])
        subnet.setdefault("name_servers", ["10.0.0.1"])
        self.subnet = Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.109", **subnet)
        self.server = DhcpServer([self.subnet], ping=False)
        self.box.start(self.server, 0)
        self.states: list[str] = []

    def client(self, **settings: Any) -> DhcpClient:
        """A client on the phone, started now."""
        settings.setdefault("probe", False)
        client = DhcpClient(
            changed=lambda one, now: self.states.append(one.state.value), **settings
        )
        self.phone.start(client, self.net.now)
        return client

    def bound(self, **settings: Any) -> DhcpClient:
        """A client that has its lease."""
        client = self.client(**settings)
        assert self.net.run_until(lambda: bool(client.state.value == "BOUND"))
        return client


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def make_home() -> type[Home]:
    return Home
