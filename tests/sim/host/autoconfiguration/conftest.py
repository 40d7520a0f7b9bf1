"""Hosts on one link, and routers whose advertisements are written by hand."""

import random

import pytest

from wirelab.codecs import (
    Ethernet,
    ICMPv6,
    IPv6,
    RouterAdvertisement,
    RouterSolicitation,
)
from wirelab.codecs.addresses import ip_text, ipv6_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.interface import group_mac

ROUTER = ipv6_bytes("fe80::1")
ROUTER_MAC = b"\x02\0\0\0\0\xf1"
ALL_NODES = ipv6_bytes("ff02::1")


class Link:
    """An Ethernet segment without delay; what is sent on it is kept."""

    def __init__(self):
        self.hosts = []
        self.now = 0
        self.heard = []

    def host(self, name, number, *, address=None, seed=None, mtu=1500, **config):
        """Put a host on the link; `number` is the end of its MAC address."""
        mac = bytes((2, 0, 0, 0, 0, number))
        addresses = [(ipv6_bytes(address), 64)] if address else []
        interface = InterfaceConfig("eth0", mac, addresses=addresses, mtu=mtu)
        made = Host(HostConfig(name, [interface], **config), random.Random(seed or number))
        self.hosts.append(made)
        return made

    def settle(self):
        """Until nobody has anything to send at this instant."""
        busy = True
        while busy:
            busy = False
            for host in self.hosts:
                for _, frame in host.poll_transmit(self.now):
                    busy = True
                    self.send(frame, host)

    def send(self, frame, sender=None):
        """Let everybody but the sender receive a frame."""
        self.heard.append((self.now, frame))
        for host in self.hosts:
            if host is not sender:
                host.receive_frame(0, frame, self.now)

    def wait(self, seconds):
        """Let time pass, from timer to timer."""
        end = self.now + int(seconds * SECOND)
        self.settle()
        while True:
            due = [at for host in self.hosts if (at := host.poll_at()) is not None]
            if not due or min(due) > end:
                break
            self.now = max(self.now, min(due))
            for host in self.hosts:
                host.handle_timers(self.now)
            self.settle()
        self.now = end

    def packets(self, *kinds):
        """ICMPv6 messages of these types since the last look: time, IPv6 header, bytes."""
        found = []
        for at, frame in self.heard:
            ip = IPv6.parse(frame, 14) if frame[12:14] == b"\x86\xdd" else None
            if ip is not None and ip.next_header == 58 and frame[54] in kinds:
                assert ICMPv6.checksum_ok(frame, 54, len(frame), ip)
                found.append((at / SECOND, ip, frame[54:]))
        self.heard.clear()
        return found

    def solicitations(self):
        return [
            (at, ip, RouterSolicitation.parse(message, 4)) for at, ip, message in self.packets(133)
        ]

    def advertisements(self):
        return [
            (at, ip, RouterAdvertisement.parse(message, 4)) for at, ip, message in self.packets(134)
        ]


def addresses(host):
    """Texts of a host's addresses with their states."""
    return {ip_text(one.address): one.state.value for one in host.interfaces[0].ipv6}


def events(host, kind):
    """The host's events of one class."""
    found = []
    while (event := host.poll_event()) is not None:
        if isinstance(event, kind):
            found.append(event)
    return found


def frame_of(body, kind=134, source=ROUTER, to=ALL_NODES, mac=ROUTER_MAC, hop_limit=255, code=0):
    """A frame with a message of router discovery from a router by hand."""
    ip = IPv6(source=source, destination=to, next_header=58, hop_limit=hop_limit)
    text = body if isinstance(body, bytes) else body.build()
    packet = ip.build(ICMPv6(kind, code).build(text, ip))
    return Ethernet(destination=group_mac(to), source=mac, type=0x86DD).build(packet)


@pytest.fixture
def link():
    """An empty link."""
    return Link()


@pytest.fixture(scope="session")
def make_link():
    """The class itself, for tests that make many."""
    return Link


@pytest.fixture
def client(link):
    """A host that has configured its link-local address, and that nobody has answered."""
    host = link.host("client", 1)
    host.autoconfigure(0)
    link.wait(30)
    link.heard.clear()
    return host


@pytest.fixture
def advertise(link, client):
    """Let a router say something: `advertise(RouterAdvertisement(...), source=..., mac=...)`."""

    def send(*options, source=ROUTER, mac=ROUTER_MAC, **fields):
        body = RouterAdvertisement(options=options, **fields)
        link.send(frame_of(body, source=source, mac=mac))
        link.settle()

    return send


@pytest.fixture(scope="session")
def make_frame():
    """The function itself."""
    return frame_of


@pytest.fixture(scope="session")
def addresses_of():
    """The function itself."""
    return addresses


@pytest.fixture(scope="session")
def events_of():
    """The function itself."""
    return events
