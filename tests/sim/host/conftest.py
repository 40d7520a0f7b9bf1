"""One host under test, seen from outside: frames in, frames and events out."""

import random
from typing import NamedTuple

import pytest

from wirelab.codecs import ARP, TCP, UDP, Ethernet, ICMPv4, IPv4
from wirelab.codecs.header import Header
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.host import Host

TRANSPORTS: dict[int, type[ICMPv4] | type[UDP] | type[TCP]] = {1: ICMPv4, 6: TCP, 17: UDP}
NUMBERS: dict[type[Header], int] = {ICMPv4: 1, TCP: 6, UDP: 17}


class Sent(NamedTuple):
    """A frame that the host sent, taken apart."""

    ethernet: Ethernet
    ip: IPv4
    transport: ICMPv4 | UDP | TCP
    payload: bytes


class Rig:
    """The host 10.0.0.1/24 and what its neighbour 10.0.0.2 may send it."""

    ADDRESS = b"\x0a\0\0\x01"
    MAC = b"\x02\0\0\0\0\x01"
    PEER = b"\x0a\0\0\x02"
    PEER_MAC = b"\x02\0\0\0\0\x02"
    BROADCAST = b"\x0a\0\0\xff"
    EVERYBODY = b"\xff\xff\xff\xff"
    BROADCAST_MAC = b"\xff" * 6
    FAR = b"\xc6\x33\x64\x07"

    def __init__(self, seed=1, mtu=1500, observer=None, second=None, cuts_segments=False, **config):
        interfaces = [InterfaceConfig("eth0", self.MAC, self.ADDRESS, 24, mtu, cuts_segments)]
        if second is not None:
            interfaces.append(InterfaceConfig("eth1", b"\x02\0\0\0\0\x11", second))
        self.host = Host(HostConfig("alice", interfaces, **config), random.Random(seed), observer)
        self.now = 0

    # --- frames in

    def frame(self, header, payload=b"", to=None, source=None, destination=None, **ip_changes):
        """A frame from the neighbour with one transport header; `ip_changes` go into IPv4."""
        ip_changes.setdefault("protocol", NUMBERS.get(type(header), 253))
        ip = self.ip(source, destination, **ip_changes)
        body = payload if header is None else header.build(payload, ip)
        ethernet = Ethernet(destination=to or self.MAC, source=self.PEER_MAC, type=0x0800)
        return ethernet.build(ip.build(body))

    def ip(self, source=None, destination=None, **changes):
        """The IPv4 header of such a frame."""
        return IPv4(source=source or self.PEER, destination=destination or self.ADDRESS, **changes)

    def arp_frame(self, operation=1, to=None, sender=None, target=None, mac=None, **changes):
        """An ARP packet from the neighbour, by default a request for the host's address."""
        arp = ARP(
            operation=operation,
            sender_hardware_address=mac or self.PEER_MAC,
            sender_protocol_address=self.PEER if sender is None else sender,
            target_hardware_address=bytes(6),
            target_protocol_address=target or self.ADDRESS,
            **changes,
        )
        ethernet = Ethernet(
            destination=to or self.BROADCAST_MAC, source=mac or self.PEER_MAC, type=0x0806
        )
        return ethernet.build(arp.build())

    def receive(self, frame, trusted=False):
        return self.host.receive_frame(0, frame, self.now, trusted)

    def introduce(self):
        """Make the neighbour known by ARP, and forget what that caused."""
        assert self.receive(self.arp_frame()) is None
        self.host.poll_transmit(self.now)

    # --- time, frames and events out

    def wait(self, seconds):
        """Let time pass, from timer to timer."""
        end = self.now + int(seconds * SECOND)
        while (at := self.host.poll_at()) is not None and at <= end:
            self.now = at
            self.host.handle_timers(at)
        self.now = end

    def frames(self):
        return [frame for _, frame in self.host.poll_transmit(self.now)]

    def sent(self):
        """The IPv4 packets sent since the last look, checksums verified."""
        found = []
        for frame in self.frames():
            ethernet = Ethernet.parse(frame)
            if ethernet.type != 0x0800:
                continue
            ip = IPv4.parse(frame, 14)
            assert IPv4.checksum_ok(frame, 14, 34)
            offset = 14 + ip.header_length
            assert TRANSPORTS[ip.protocol].checksum_ok(frame, offset, len(frame), ip)
            transport = TRANSPORTS[ip.protocol].parse(frame, offset)
            payload = frame[offset + transport.header_length :]
            found.append(Sent(ethernet, ip, transport, payload))
        return found

    def arps(self):
        """The ARP packets sent since the last look."""
        frames = [(Ethernet.parse(frame), frame) for frame in self.frames()]
        return [(header, ARP.parse(frame, 14)) for header, frame in frames if header.type == 0x0806]

    def events(self):
        found = []
        while (event := self.host.poll_event()) is not None:
            found.append(event)
        return found


@pytest.fixture(scope="session")
def make_rig():
    """The class itself, for tests that configure their host."""
    return Rig


@pytest.fixture
def rig():
    """A host that knows nobody."""
    return Rig()


@pytest.fixture
def met():
    """A host that knows its neighbour 10.0.0.2."""
    rig = Rig()
    rig.introduce()
    return rig
