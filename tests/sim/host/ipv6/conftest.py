"""A host, or a router between two links, that speaks IPv6; seen from its neighbours."""

import random
from typing import NamedTuple

import pytest

from wirelab.codecs import (
    Ethernet,
    ICMPv6,
    IPv6,
    NDSourceLinkAddress,
    NeighborSolicitation,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.ipv6.extension_headers import upper_layer
from wirelab.sim.host.ipv6.scopes import multicast_mac6, solicited_node

ND_TYPES = (*range(130, 138), 143)


class Sent(NamedTuple):
    """A packet that the host sent: where, its headers, and what follows IPv6."""

    interface: int
    ethernet: Ethernet
    ip: IPv6
    kind: int
    payload: bytes
    packet: bytes


class Bench:
    """The host 2001:db8::1 on one link and 2001:db8:1::1 on another, with a peer on each."""

    OWN = (ipv6_bytes("2001:db8::1"), ipv6_bytes("2001:db8:1::1"))
    MACS = (b"\x02\0\0\0\0\xa0", b"\x02\0\0\0\0\xa1")
    PEERS = (ipv6_bytes("2001:db8::2"), ipv6_bytes("2001:db8:1::2"))
    PEER_MACS = (b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02")
    GATEWAY = ipv6_bytes("2001:db8::fe")
    FAR = ipv6_bytes("2001:db8:ffff::1")

    def __init__(self, mtu=1500, links=1, **config):
        interfaces = [
            InterfaceConfig(
                f"eth{index}", self.MACS[index], mtu=mtu, addresses=[(self.OWN[index], 64)]
            )
            for index in range(links)
        ]
        routes = [Route(bytes(16), 0, 0, self.GATEWAY)]
        self.host = Host(HostConfig("bench", interfaces, routes, **config), random.Random(1))
        self.now = 0
        for index in range(links):
            self.introduce(self.PEERS[index], self.PEER_MACS[index], index)
        self.introduce(self.GATEWAY, b"\x02\0\0\0\0\xfe", 0)

    def introduce(self, address, mac, index):
        """Let a neighbour ask for the host, which then knows it."""
        own = self.OWN[index]
        group = solicited_node(own)
        ip = IPv6(source=address, destination=group, next_header=58, hop_limit=255)
        body = NeighborSolicitation(target=own, options=[NDSourceLinkAddress(mac)]).build()
        packet = ip.build(ICMPv6(type=135).build(body, ip))
        frame = Ethernet(destination=multicast_mac6(group), source=mac, type=0x86DD).build(packet)
        assert self.host.receive_frame(index, frame, self.now) is None
        self.host.poll_transmit(self.now)

    def receive(self, packet, index=0, to=None):
        """Give the host a packet from its peer."""
        ethernet = Ethernet(
            destination=to or self.MACS[index], source=self.PEER_MACS[index], type=0x86DD
        )
        return self.host.receive_frame(index, ethernet.build(packet), self.now)

    def ip(self, **changes):
        """The header of a packet from the peer to the host."""
        changes.setdefault("source", self.PEERS[0])
        changes.setdefault("destination", self.OWN[0])
        return IPv6(**changes)

    def wait(self, seconds):
        """Let time pass, from timer to timer."""
        end = self.now + int(seconds * SECOND)
        while (at := self.host.poll_at()) is not None and at <= end:
            self.now = at
            self.host.handle_timers(at)
        self.now = end

    def sent(self):
        """The packets sent since the last look, but for those that keep the link going."""
        found = []
        for index, frame in self.host.poll_transmit(self.now):
            ethernet, packet = Ethernet.parse(frame), frame[14:]
            place = upper_layer(packet, 0, len(packet))
            assert place is not None
            payload = packet[place.at :]
            if place.kind == 58 and payload[0] in ND_TYPES:
                continue
            found.append(Sent(index, ethernet, IPv6.parse(packet), place.kind, payload, packet))
        return found


@pytest.fixture
def bench():
    made = Bench()
    yield made
    assert made.host.counters.balanced


@pytest.fixture
def router():
    made = Bench(links=2, forwarding=True)
    yield made
    assert made.host.counters.balanced


@pytest.fixture(scope="session")
def make_bench():
    return Bench
