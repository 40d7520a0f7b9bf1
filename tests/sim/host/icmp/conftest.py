"""ICMP of a host by itself: what it sends is written down instead of sent."""

from typing import NamedTuple

import pytest

from wirelab.codecs import ICMPv4, ICMPv6, IPv4, IPv6
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.counters import Counters
from wirelab.sim.host.events import Event
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.layer import Icmp
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.timers import Timers

ADDRESSES = (b"\x0a\0\0\x01", bytes.fromhex("20010db8000000000000000000000001"))


class Message(NamedTuple):
    header: ICMPv4 | ICMPv6
    payload: bytes
    source: bytes
    destination: bytes
    manner: Manner


class Workbench:
    """The ICMP of 10.0.0.1 and 2001:db8::1, on a link whose broadcast is 10.0.0.255."""

    IPV4, IPV6 = ADDRESSES
    BROADCAST = b"\x0a\0\0\xff"
    PEER = b"\xc6\x33\x64\x07"
    PEER6 = bytes.fromhex("20010db8000000000000000000000002")
    GROUP6 = bytes.fromhex("ff020000000000000000000000000001")

    def __init__(self, config=None, answer_errors=True, forwarding=False):
        self.sent: list[Message] = []
        self.events: list[Event] = []
        self.counters = Counters()
        self.mtu = 1500
        self.interface = Interface(0, InterfaceConfig("eth0", b"\2\0\0\0\0\1", self.IPV4))
        timers = Timers()
        self.path_mtus = PathMtus(timers, lambda destination: None)
        self.redirects = Redirects(timers, lambda destination: None)
        self.icmp = Icmp(
            self,
            self.events.append,
            self.counters,
            config or IcmpConfig(),
            True,
            answer_errors,
            forwarding,
            ADDRESSES.__contains__,
            self._is_group,
            lambda destination: None,
            self.path_mtus,
            self.redirects,
        )

    # --- the way down

    def send(self, header, payload, source, destination, now, manner=USUAL):
        self.sent.append(Message(header, payload, source, destination, manner))

    def source_for(self, destination, interface=None):
        return self.IPV4 if len(destination) == 4 else self.IPV6

    def mtu_for(self, destination, interface=None):
        return self.mtu

    def _is_group(self, address):
        return address[0] >= 0xE0 if len(address) == 4 else address[0] == 0xFF

    # --- packets

    def packet6(self, header, body=b"", protocol=58, source=None, destination=None, **changes):
        """An IPv6 packet from the peer, checksum right."""
        ip = IPv6(
            source=source or self.PEER6,
            destination=destination or self.IPV6,
            next_header=protocol,
            **changes,
        )
        return ip.build(body if header is None else header.build(body, ip))

    def packet4(self, header, body=b"", protocol=17, source=None, destination=None, **changes):
        """An IPv4 packet from the peer."""
        ip = IPv4(
            source=source or self.PEER,
            destination=destination or self.IPV4,
            protocol=protocol,
            **changes,
        )
        return ip.build(body if header is None else header.build(body, ip))

    def arrived(self, packet, unicast=True):
        """A packet that passed IP's checks; an IPv6 one has no extension headers."""
        ip = IPv6.parse(packet) if packet[0] >> 4 == 6 else IPv4.parse(packet)
        at = ip.header_length
        protocol = ip.next_header if isinstance(ip, IPv6) else ip.protocol
        values = {
            "ip": ip,
            "frame": packet,
            "start": 0,
            "offset": at,
            "end": len(packet),
            "interface": self.interface,
            "unicast": unicast,
            "trusted": False,
            "protocol": protocol,
        }
        return Arrival(**{name: values[name] for name in Arrival._fields if name in values})


@pytest.fixture(scope="session")
def make_bench():
    """The class itself, for tests that configure their ICMP."""
    return Workbench


@pytest.fixture
def bench():
    """With the usual configuration."""
    return Workbench()
