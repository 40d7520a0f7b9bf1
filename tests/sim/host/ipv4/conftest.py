"""A router between two networks, and what their hosts send through it."""

import random

import pytest

from wirelab.codecs import ARP, UDP, Ethernet, ICMPv4, IPv4
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.host import Host


class RouterRig:
    """The router 10.0.0.254/24 and 10.0.1.254/24, with the hosts 10.0.0.1 and 10.0.1.1 known."""

    MACS = (b"\x02\0\0\0\0\xa0", b"\x02\0\0\0\0\xa1")
    OWN = (ipv4_bytes("10.0.0.254"), ipv4_bytes("10.0.1.254"))
    HOSTS = (ipv4_bytes("10.0.0.1"), ipv4_bytes("10.0.1.1"))
    HOST_MACS = (b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02")
    GATEWAY = ipv4_bytes("10.0.0.253")
    GATEWAY_MAC = b"\x02\0\0\0\0\x03"
    FAR = ipv4_bytes("198.51.100.7")
    """Reached by a gateway on the first network."""

    def __init__(self, mtu=1500, **config):
        interfaces = [
            InterfaceConfig("eth0", self.MACS[0], self.OWN[0]),
            InterfaceConfig("eth1", self.MACS[1], self.OWN[1], mtu=mtu),
        ]
        routes = [Route(ipv4_bytes("198.51.100.0"), 24, 0, self.GATEWAY)]
        config.setdefault("forwarding", True)
        self.host = Host(HostConfig("router", interfaces, routes, **config), random.Random(1))
        self.now = 0
        for index in (0, 1):
            self._introduce(index, self.HOSTS[index], self.HOST_MACS[index])
        self._introduce(0, self.GATEWAY, self.GATEWAY_MAC)

    def _introduce(self, index, address, mac):
        arp = ARP(
            operation=1,
            sender_hardware_address=mac,
            sender_protocol_address=address,
            target_hardware_address=bytes(6),
            target_protocol_address=self.OWN[index],
        )
        ethernet = Ethernet(destination=b"\xff" * 6, source=mac, type=0x0806)
        assert self.host.receive_frame(index, ethernet.build(arp.build()), self.now) is None
        self.host.poll_transmit(self.now)

    def frame(self, payload=b"data", *, to=None, start=0, header=None, **ip_changes):
        """A frame from the first network's host, by default with a datagram to the second's."""
        ip_changes.setdefault("source", self.HOSTS[start])
        ip_changes.setdefault("destination", self.HOSTS[1 - start])
        ip_changes.setdefault("protocol", 17)
        ip = IPv4(**ip_changes)
        header = UDP(source_port=1, destination_port=2) if header is None else header
        body = header.build(payload, ip) if header else payload
        ethernet = Ethernet(
            destination=to or self.MACS[start], source=self.HOST_MACS[start], type=0x0800
        )
        return ethernet.build(ip.build(body))

    def receive(self, frame, interface=0):
        return self.host.receive_frame(interface, frame, self.now)

    def out(self):
        """What was sent since the last look: interface, Ethernet and IPv4 header, payload."""
        found = []
        for index, frame in self.host.poll_transmit(self.now):
            ethernet = Ethernet.parse(frame)
            if ethernet.type != 0x0800:
                continue
            ip = IPv4.parse(frame, 14)
            assert IPv4.checksum_ok(frame, 14, 14 + ip.header_length)
            found.append((index, ethernet, ip, frame[14 + ip.header_length :]))
        return found

    def error(self):
        """The only packet sent, an ICMP error: where it left, its header, and the quote."""
        [(index, _, ip, payload)] = self.out()
        assert ip.protocol == 1
        assert ICMPv4.checksum_ok(payload, 0, len(payload))
        return index, ip, ICMPv4.parse(payload), payload[8:]

    def wait(self, seconds):
        """Let time pass, from timer to timer."""
        end = self.now + int(seconds * SECOND)
        while (at := self.host.poll_at()) is not None and at <= end:
            self.now = at
            self.host.handle_timers(at)
        self.now = end


@pytest.fixture(scope="session")
def make_router():
    """The class itself, for tests that configure their router."""
    return RouterRig


@pytest.fixture
def router():
    """A router with its defaults."""
    return RouterRig()
