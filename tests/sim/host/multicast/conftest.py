"""A listener with a wire that only remembers, and a host whose IGMP is read back."""

import random

import pytest

from wirelab.codecs import (
    IGMP,
    Ethernet,
    ICMPv6,
    IGMPLeave,
    IGMPQuery,
    IGMPv1Report,
    IGMPv2Report,
    IGMPv3Query,
    IGMPv3Report,
    IPv4,
    IPv6,
    IPv6HopByHop,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2Query,
    MLDv2Report,
)
from wirelab.codecs.addresses import ipv6_bytes
from wirelab.codecs.header import Header
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.multicast.listener import Listener
from wirelab.sim.host.multicast.messages import Query
from wirelab.sim.host.timers import Timers

BODIES: dict[int, type[Header]] = {
    0x12: IGMPv1Report,
    0x16: IGMPv2Report,
    0x17: IGMPLeave,
    0x22: IGMPv3Report,
}

MLD_BODIES: dict[int, type[Header]] = {131: MLDReport, 132: MLDDone, 143: MLDv2Report}
MLD_ROUTER = ipv6_bytes("fe80::9")


class Wire:
    """Remembers what is said, and when."""

    newest = 3
    address_size = 4
    group_room = 1468
    source = b"\x0a\0\0\x05"

    def __init__(self):
        self.said = []

    def is_reported(self, group):
        return group != b"\xe0\0\0\x01"

    def send_records(self, records, now):
        self.said.append((now, [(one.type.name, one.group, set(one.sources)) for one in records]))

    def send_report(self, generation, group, now):
        self.said.append((now, f"v{generation} report", group))

    def send_leave(self, group, now):
        self.said.append((now, "leave", group))

    def send_query(self, query, now):
        self.said.append((now, query))


class Desk:
    """One state machine with its timers, and time that passes."""

    def __init__(self, seed=1):
        self.wire = Wire()
        self.timers = Timers()
        self.random = random.Random(seed)
        self.now = 0

    def wait(self, seconds):
        end = self.now + int(seconds * SECOND)
        while (at := self.timers.next_deadline()) is not None and at <= end:
            self.now = at
            self.timers.run(at)
        self.now = end

    def said(self):
        """What was said since the last look, with the times."""
        said = self.wire.said[:]
        self.wire.said.clear()
        return said

    def words(self):
        """What was said since the last look, without the times."""
        return [one[1] if len(one) == 2 else one[1:] for one in self.said()]


class ListenerDesk(Desk):
    """A listener."""

    def __init__(self, newest=3, seed=1):
        super().__init__(seed)
        self.listener = Listener(self.wire, self.timers, self.random, newest)

    def change(self, group, wanted):
        self.listener.change(group, wanted, self.now)

    def query(self, generation=3, group=None, sources=(), response=10, **more):
        query = Query(generation, group, frozenset(sources), int(response * SECOND), **more)
        self.listener.query(query, self.now)


@pytest.fixture
def make_listener():
    """The class itself, for tests that speak an older version."""
    return ListenerDesk


@pytest.fixture
def desk():
    """A listener of the newest version."""
    return ListenerDesk()


@pytest.fixture(scope="session")
def igmp_frame():
    """Make a frame with an IGMP message from the rig's neighbour."""

    def make(rig, header, body, to=b"\xe0\0\0\x01", options=b"\x94\x04\0\0", **changes):
        mac = b"\x01\0\x5e" + bytes((to[1] & 0x7F,)) + to[2:]
        message = header.build(body if isinstance(body, bytes) else body.build())
        changes = {"ttl": 1, **changes}
        return rig.frame(
            None, message, to=mac, destination=to, protocol=2, options=options, **changes
        )

    return make


@pytest.fixture(scope="session")
def igmp_query(igmp_frame):
    """Make a frame with a query of a version from the rig's neighbour."""

    def make(rig, version=3, group=bytes(4), code=None, to=None, **changes):
        if code is None:
            code = 0 if version == 1 else 100
        body = IGMPv3Query(group) if version == 3 else IGMPQuery(group)
        to = to or (group if group != bytes(4) else b"\xe0\0\0\x01")
        return igmp_frame(rig, IGMP(0x11, code), body, to, **changes)

    return make


@pytest.fixture(scope="session")
def read_igmp():
    """Take the IGMP messages that a rig's host sent apart: IPv4 header, IGMP header, body."""

    def read(rig):
        found = []
        for frame in rig.frames():
            ip = IPv4.parse(frame, 14)
            if ip.protocol != 2:
                continue
            at = 14 + ip.header_length
            assert IGMP.checksum_ok(frame, at, len(frame))
            header = IGMP.parse(frame, at)
            if header.type == 0x11:
                kind: type[Header] = IGMPQuery if len(frame) - at == 8 else IGMPv3Query
            else:
                kind = BODIES[header.type]
            found.append((ip, header, kind.parse(frame, at + 4)))
        return found

    return read


@pytest.fixture
def make_rig6(make_rig):
    """Make the host 2001:db8::1, whose link-local address is fe80::ff:fe00:1."""

    def make(**config):
        rig = make_rig()
        addresses = [(ipv6_bytes("2001:db8::1"), 64)]
        interface = InterfaceConfig("eth0", rig.MAC, addresses=addresses)
        rig.host = Host(HostConfig("alice", [interface], **config), random.Random(1))
        return rig

    return make


@pytest.fixture
def rig6(make_rig6):
    """Such a host with the defaults."""
    return make_rig6()


@pytest.fixture(scope="session")
def mld_frame():
    """Make a frame with an MLD message from a router of the rig's link; bytes are of a query."""

    def make(rig, body, to="ff02::1", source=MLD_ROUTER, hop_limit=1, alert=True):
        destination = ipv6_bytes(to)
        ip = IPv6(source=source, destination=destination, next_header=0, hop_limit=hop_limit)
        kind, text = 130, body
        if not isinstance(body, bytes):
            (kind,), text = body.NUMBERS["icmpv6_type"], body.build()
        options = b"\x05\x02\0\0\x01\0" if alert else b"\x01\x04\0\0\0\0"
        message = ICMPv6(kind, 0).build(text, ip.replace(next_header=58))
        packet = ip.build(IPv6HopByHop(58, options=options).build(message))
        mac = b"\x33\x33" + destination[12:]
        return Ethernet(destination=mac, source=rig.PEER_MAC, type=0x86DD).build(packet)

    return make


@pytest.fixture(scope="session")
def read_mld():
    """Take the MLD messages that a rig's host sent apart: IPv6 header, options, type, body."""

    def read(rig):
        found = []
        for frame in rig.frames():
            ip = IPv6.parse(frame, 14)
            if ip.next_header != 0:
                continue
            alert = IPv6HopByHop.parse(frame, 54)
            at = 54 + alert.header_length
            assert ICMPv6.checksum_ok(frame, at, len(frame), ip)
            kind = frame[at]
            if kind == 130:
                body: type[Header] = MLDQuery if len(frame) - at == 24 else MLDv2Query
            else:
                body = MLD_BODIES[kind]
            found.append((ip, alert.options[0], kind, body.parse(frame, at + 4)))
        return found

    return read
