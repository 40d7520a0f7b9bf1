"""A name server, a host that asks it, and a zone."""

import random

import pytest

from wirelab.codecs import DNS, UDP, Ethernet, IPv4
from wirelab.codecs.dns_sections import DNSQuestion
from wirelab.sim import Network
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.services.dns import DnsServer, Resolver, parse_zone

ZONE = """
$ORIGIN lab.
$TTL 60
@       SOA   box root (7 1h 15m 1d 30)
        NS    box
        MX    10 mail
box     A     10.0.0.1
mail    A     10.0.0.3
        AAAA  fd00::3
www     CNAME box
far     CNAME www.example.
loop    CNAME pool
pool    CNAME loop
*.dyn   TXT   "hello ; there" "you\\"s"
a.b.c   A     10.0.0.4
big     TXT   {big}
sub     NS    ns.sub
ns.sub  A     10.0.0.9
""".format(big=" ".join(f'"{"x" * 200}"' for _ in range(9)))

SERVER_MAC, CLIENT_MAC = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"
SERVER, CLIENT = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])


class Lab:
    """Box 10.0.0.1 serves names, phone 10.0.0.2 asks."""

    def __init__(self):
        self.net = Network(seed=1)
        self.box = self.net.host("box", "10.0.0.1")
        self.phone = self.net.host("phone", "10.0.0.2")
        self.other = self.net.host("other", "10.0.0.5")
        lan = self.net.switch("lan")
        for host in (self.box, self.phone, self.other):
            self.net.link(host, lan, latency="1ms")
        self.zone = parse_zone(ZONE)
        self.server = DnsServer([self.zone])
        self.box.start(self.server, 0)

    def resolver(self, servers=("10.0.0.1",), search=("lab",), **settings):
        """A resolver on the phone."""
        resolver = Resolver(servers, search, **settings)
        self.phone.start(resolver, self.net.now)
        return resolver

    def wait(self, begin):
        """What `begin(done)` leads to."""
        answers = []
        begin(lambda answer, now: answers.append(answer))
        assert self.net.run_until(lambda: bool(answers))
        return answers[0]

    def ask(self, resolver, name, kind):
        """The answer to a lookup."""
        return self.wait(lambda done: resolver.look_up(name, kind, done, self.net.now))

    def addresses(self, resolver, name, families=()):
        """What getaddrinfo gives."""
        return self.wait(lambda done: resolver.addresses(name, done, self.net.now, families))


@pytest.fixture
def lab():
    return Lab()


class Wire:
    """The host 10.0.0.2 under test, and what 10.0.0.1 may send it, byte by byte."""

    def __init__(self, service):
        card = InterfaceConfig("eth0", CLIENT_MAC, CLIENT, 24)
        self.host = Host(HostConfig("phone", [card]), random.Random(1))
        self.host.add_neighbor(SERVER, SERVER_MAC, 0)
        self.host.start(service, 0)
        self.now = 0

    def queries(self):
        """Port and message of each query that was sent."""
        found = []
        for _, frame in self.host.poll_transmit(self.now):
            if frame[23:24] == b"\x11":
                found.append((UDP.parse(frame, 34).source_port, DNS.parse(frame, 42)))
        return found

    def say(self, message, port, source=SERVER, source_port=53):
        """A datagram for the host."""
        ip = IPv4(source=source, destination=CLIENT, protocol=17)
        datagram = UDP(source_port=source_port, destination_port=port).build(bytes(message), ip)
        ethernet = Ethernet(destination=CLIENT_MAC, source=SERVER_MAC, type=0x0800)
        return self.host.receive_frame(0, ethernet.build(ip.build(datagram)), self.now)

    def timers(self):
        """Let the next timer fire."""
        due = self.host.poll_at()
        assert due is not None
        self.now = due
        self.host.handle_timers(self.now)


@pytest.fixture
def wire():
    return Wire


@pytest.fixture
def question():
    return lambda name, kind, **header: DNS(0x1234, questions=[DNSQuestion(name, kind)], **header)
