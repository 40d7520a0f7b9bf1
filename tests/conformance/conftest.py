"""Hosts seen from outside: the fixtures of the tests of TCP, and a peer that talks frames."""

import pytest
from tests.sim.host.conftest import make_rig, met, rig
from tests.sim.host.ipv4.conftest import make_router
from tests.sim.host.tcp.conftest import make_script, make_transfer, script, transfer, wire

from wirelab.codecs import TCP, UDP, ICMPv4
from wirelab.sim.host.config import Route
from wirelab.sim.host.manner import Manner

__all__ = [
    "make_rig",
    "make_router",
    "make_script",
    "make_transfer",
    "met",
    "rig",
    "script",
    "transfer",
    "wire",
]

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32}


class Peer:
    """The neighbour of a `Rig`, port 5000, against the host's port 80; numbers from 1000 on."""

    def __init__(self, rig):
        self.rig = rig
        self.sequence = 1000
        self.acknowledgment = 0
        rig.introduce()

    def send(self, flags, text=b"", *, window=65535, options=b"", ip_options=b"", **ip):
        """A segment arrives; what the host says about it."""
        if ip_options:
            ip["options"] = ip_options
        header = TCP(
            source_port=5000,
            destination_port=80,
            sequence_number=self.sequence,
            acknowledgment_number=self.acknowledgment if "." in flags else 0,
            flags=sum(FLAGS[letter] for letter in flags),
            window=window,
            options=options,
        )
        drop = self.rig.receive(self.rig.frame(header, text, **ip))
        if drop is None:
            self.sequence += len(text) + ("S" in flags) + ("F" in flags)
        return drop

    def hear(self):
        """What the host sends, taken apart; the peer acknowledges it from now on."""
        sent = self.rig.sent()
        for one in sent:
            length = len(one.payload) + one.transport.syn + one.transport.fin
            self.acknowledgment = one.transport.sequence_number + length
        return sent

    def open(self, **ip):
        """The three-way handshake; the listener's new connection."""
        listener = self.rig.host.tcp_listen(80, self.rig.now)
        assert self.send("S", options=b"\x02\x04\x05\xb4", **ip) is None
        [syn_ack] = self.hear()
        assert (syn_ack.transport.syn, syn_ack.transport.ack) == (True, True)
        assert self.send(".", **ip) is None
        return listener.accept(self.rig.now)


@pytest.fixture
def make_peer(make_rig):
    """A peer of a host that is configured so."""

    def make(**config):
        return Peer(make_rig(**config))

    return make


@pytest.fixture
def peer(make_peer):
    """A peer of a host as it is by default."""
    return make_peer()


@pytest.fixture
def options_of():
    """A function that takes the bytes of options apart by their length fields alone."""

    def walk(data):
        found, at = [], 0
        while at < len(data) and data[at]:
            length = 1 if data[at] == 1 else data[at + 1]
            assert length >= (1 if data[at] == 1 else 2)
            assert at + length <= len(data)
            found.append(data[at : at + length])
            at += length
        return found, data[at:]

    return walk


@pytest.fixture
def text_of():
    """A function that gives (relative SEQ, length) of the segments that carry text."""

    def spans(segments):
        return [(seq, len(text)) for _, seq, _, text in segments if text]

    return spans


@pytest.fixture
def said(make_rig):
    """The frames of a host that was asked all that there is over IPv4, and says it to everybody."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)])
    rig.host.announce(rig.now)
    rig.host.probe(rig.PEER, rig.now)
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"waits for ARP", rig.PEER, 9, rig.now)
    frames = rig.frames()
    rig.receive(rig.arp_frame())
    places = (rig.PEER, rig.FAR, rig.EVERYBODY, rig.BROADCAST, b"\xe0\0\0\x09", b"\xef\1\2\3")
    for destination in places:
        for size in (0, 512, 1024, 1472, 3000):  # multiples of 512 are what trailers were for
            manner = Manner(dont_fragment=False)
            socket.send_to(bytes(size), destination, 9, rig.now, manner)
        rig.host.ping(destination, 1, 1, bytes(512), rig.now)
    rig.host.join_group(b"\xef\1\2\3", rig.now)
    rig.host.tcp_listen(80, rig.now)
    rig.host.tcp_connect(rig.FAR, 80, rig.now)
    questions = [
        ICMPv4(type=8),
        ICMPv4(type=13),
        UDP(source_port=9, destination_port=4000),
        UDP(source_port=9, destination_port=4001),
        TCP(source_port=9, destination_port=80, flags=2),
        TCP(source_port=9, destination_port=81, flags=2),
        None,
    ]
    for question in questions:
        rig.receive(rig.frame(question, bytes(12)))
        for group in (rig.EVERYBODY, rig.BROADCAST, b"\xe0\0\0\1"):
            for mac in (rig.MAC, rig.BROADCAST_MAC):
                rig.receive(rig.frame(question, bytes(12), to=mac, destination=group))
    frames += rig.frames()
    for _ in range(20):
        rig.wait(1)
        frames += rig.frames()
    return frames
