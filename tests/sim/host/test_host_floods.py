"""Floods from one attacker: each is driven far beyond a cap, which holds, and others are served.

The tests of single tables are beside their modules. Here whole hosts are flooded by frames, and
before, meanwhile and afterwards Bob, who means well, gets what he asks for.
"""

import random

import pytest

from wirelab.codecs import (
    ARP,
    DHCP,
    DNS,
    IGMP,
    TCP,
    UDP,
    DHCPMessageType,
    Ethernet,
    ICMPv6,
    IGMPv2Report,
    IPv4,
    IPv6,
    IPv6Fragment,
    MLDReport,
    NDPrefixInformation,
    NDSourceLinkAddress,
    NeighborSolicitation,
    RouterAdvertisement,
)
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim import Network
from wirelab.sim.boxes import Filter, Nat, NatConfig
from wirelab.sim.host.events import Connected, EchoReply
from wirelab.sim.host.icmp.config import IcmpConfig
from wirelab.sim.host.icmp.rate_limit import MAXIMUM_DESTINATIONS
from wirelab.sim.host.multicast import querier
from wirelab.sim.host.neighbors.cache import (
    MAXIMUM_INCOMPLETE,
    MAXIMUM_NEIGHBORS,
    MAXIMUM_WAITING_IN_ALL,
)
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, State, Subnet
from wirelab.sim.services.dhcp.server import MAXIMUM_PINGS
from wirelab.sim.services.dns import A, DnsServer, Resolver

ALICE, BOB = "10.0.0.1", "10.0.0.2"
ALICE6, BOB6 = "2001:db8::1", "2001:db8::2"
EVERYBODY = b"\xff" * 6
MEMORY = 100_000
"""For fragments, bytes."""

ZONE = """
$ORIGIN lab.
$TTL 60
@ SOA ns admin 1 60 60 60 1
@ NS ns
ns A 10.0.0.1
"""


class Lan:
    """Alice, who is flooded, and Bob on one wire; the attacker is heard by Alice only."""

    def __init__(self, **settings):
        self.net = Network(seed=1)
        self.alice = self.net.host("alice", f"{ALICE}/16 {ALICE6}", **settings)
        self.bob = self.net.host("bob", f"{BOB}/16 {BOB6}")
        self.net.link(self.alice, self.bob, latency="1ms")
        self.net.run_for("3s")

    def attack(self, *layers, payload=b"", to=None, source=b"\2\0\0\0\0\x66"):
        """One frame for Alice; what she sends because of it, counted."""
        mac = self.alice.interfaces[0].mac
        packet = Ethernet(destination=to or mac, source=source)
        for layer in layers:
            packet = packet / layer
        before = self.alice.counters.frames_out
        self.alice.receive_frame(0, bytes(packet / payload), self.net.now)
        self.net.after_calls(self.alice)
        return self.alice.counters.frames_out - before

    def serves(self, size=3000):
        """Whether Alice answers Bob's pings of both families, fragments and all."""
        self.bob.ping(ip_bytes(ALICE), 7, 1, bytes(size), self.net.now)
        self.bob.ping(ip_bytes(ALICE6), 7, 1, bytes(size), self.net.now)
        self.net.run_for("100ms")
        found = [one for one in events(self.bob) if isinstance(one, EchoReply)]
        return len(found) == 2 and self.alice.counters.balanced


def events(host):
    found = []
    while (event := host.poll_event()) is not None:
        found.append(event)
    return found


def address4(number):
    """One of the many that the attacker pretends to be, on Alice's network."""
    return bytes((10, 0)) + (0x0100 + number).to_bytes(2, "big")


def address6(number):
    return ip_bytes("2001:db8::")[:12] + (0x10000 + number).to_bytes(4, "big")


@pytest.mark.parametrize("family", [4, 6])
def test_fragments_that_never_become_packets_take_bounded_memory(family):
    """RFC 1122 section 3.3.2; RFC 8200 section 4.5."""
    lan = Lan(reassembly_bytes=MEMORY)
    layer = lan.alice._layers.ipv4 if family == 4 else lan.alice._layers.ipv6
    assert layer is not None
    for number in range(600):
        if family == 4:
            ip = IPv4(source=BOB, destination=ALICE, identification=number, more_fragments=True)
            lan.attack(ip.replace(protocol=17, fragment_offset=1), payload=bytes(800))
        else:
            part = IPv6Fragment(
                next_header=17, identification=number, fragment_offset=1, more_fragments=True
            )
            lan.attack(IPv6(source=BOB6, destination=ALICE6), part, payload=bytes(800))
        assert layer.reassembly().cost <= MEMORY
        if number % 100 == 0:
            assert lan.serves()
    assert layer.reassembly().cost > MEMORY / 2
    assert sum(lan.alice.counters.given_up.values()) > 400
    assert lan.serves()
    lan.net.run_for("61s")
    assert layer.reassembly().cost == 0


def test_forged_arp_fills_the_cache_to_its_cap_and_bob_is_still_answered():
    """RFC 826, RFC 1122 section 2.3.2.1."""
    lan = Lan()
    answers = 0
    for number in range(3 * MAXIMUM_NEIGHBORS):
        arp = ARP(
            operation=1,
            sender_hardware_address=b"\2\7" + number.to_bytes(4, "big"),
            sender_protocol_address=address4(number % 0xFF00),
            target_protocol_address=ALICE,
        )
        answers += lan.attack(arp, to=EVERYBODY)
        if number % 1000 == 0:
            assert lan.serves()
    assert answers <= 3 * MAXIMUM_NEIGHBORS
    assert len(lan.alice._layers.resolution(ip_bytes(BOB), 0).neighbors) == MAXIMUM_NEIGHBORS
    assert lan.serves()


def test_claims_to_our_address_are_answered_once_in_ten_seconds_and_told_in_bounded_events():
    """RFC 5227 section 2.4: DEFEND_INTERVAL."""
    lan = Lan()
    arp = ARP(
        operation=1,
        sender_hardware_address=b"\2\0\0\0\0\x66",
        sender_protocol_address=ALICE,
        target_protocol_address=ALICE,
    )
    assert sum(lan.attack(arp, to=EVERYBODY) for _ in range(2000)) <= 1
    assert lan.serves()


@pytest.mark.parametrize("family", [4, 6])
def test_a_scan_of_a_network_through_a_router_asks_for_a_bounded_number_of_neighbours(family):
    """RFC 6583 section 4; RFC 1122 section 2.3.2.2."""
    net = Network(seed=1)
    router = net.router(
        "router", ["10.0.0.1/16 2001:db8::1", "10.9.0.1 2001:db8:9::1"], advertise=False
    )
    bob = net.host("bob", "10.0.0.2/16 2001:db8::2", gateway="10.0.0.1 2001:db8::1")
    far = net.host("far", "10.9.0.2 2001:db8:9::2", gateway="10.9.0.1 2001:db8:9::1")
    net.link(net.port("router", 0), bob, latency="1ms")
    net.link(net.port("router", 1), far, latency="1ms")
    net.run_for("3s")
    resolution = router._layers.resolution(ip_bytes("10.0.0.2" if family == 4 else BOB6), 0)

    def reached():
        far.ping(ip_bytes("10.0.0.2" if family == 4 else BOB6), 1, 1, b"", net.now)
        net.run_for("100ms")
        return any(isinstance(event, EchoReply) for event in events(far))

    assert reached()
    for number in range(3 * MAXIMUM_INCOMPLETE):
        one = address4(number) if family == 4 else address6(number)
        far.ping(one, 2, number & 0xFFFF, b"", net.now)
        net.after_calls(far)
        if number % 50 == 49:
            net.run_for("5ms")
            assert resolution.neighbors._incomplete <= MAXIMUM_INCOMPLETE
            assert resolution.neighbors._waiting <= MAXIMUM_WAITING_IN_ALL
    assert resolution.neighbors._incomplete == MAXIMUM_INCOMPLETE
    assert reached()
    net.check()


def test_forged_neighbour_solicitations_fill_the_cache_to_its_cap():
    """RFC 4861 section 7.2.3."""
    lan = Lan()
    for number in range(2 * MAXIMUM_NEIGHBORS):
        mac = b"\2\7" + number.to_bytes(4, "big")
        lan.attack(
            IPv6(source=address6(number), destination=ALICE6, hop_limit=255),
            ICMPv6(type=135),
            NeighborSolicitation(target=ALICE6, options=[NDSourceLinkAddress(mac)]),
            source=mac,
        )
        if number % 1000 == 0:
            assert lan.serves()
    assert len(lan.alice._layers.resolution(ip_bytes(BOB6), 0).neighbors) == MAXIMUM_NEIGHBORS
    assert lan.serves()


@pytest.mark.parametrize("family", [4, 6])
def test_refused_datagrams_are_answered_by_a_burst_and_then_at_a_rate(family):
    """RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 (f)."""
    limits = IcmpConfig(errors_per_second=100, burst=50)
    lan = Lan(icmp=limits)
    for number in range(2 * MAXIMUM_DESTINATIONS):
        ip = (
            IPv4(source=address4(number % 200), destination=ALICE)
            if family == 4
            else IPv6(source=address6(number % 200), destination=ALICE6)
        )
        lan.attack(ip, UDP(source_port=9, destination_port=9999), payload=b"x")
        if number == MAXIMUM_DESTINATIONS:
            assert lan.serves()
    answers = sum(lan.alice.counters.rejected.values())
    assert 50 <= answers <= 50 + 100 * lan.net.now / 10**9
    assert len(lan.alice._layers.icmp._errors._limit) <= MAXIMUM_DESTINATIONS
    assert lan.serves()


@pytest.mark.parametrize("family", [4, 6])
def test_reports_of_many_groups_fill_a_routers_table_to_its_cap(family, monkeypatch):
    """RFC 3376 section 6.2; RFC 3810 section 7.2; ours: `MAXIMUM_GROUPS`."""
    monkeypatch.setattr(querier, "MAXIMUM_GROUPS", 100)
    lan = Lan()
    asking = lan.alice.multicast.ask(0, lan.net.now, family=4 if family == 4 else 16)
    lan.net.run_for("1s")
    sent = lan.alice.counters.frames_out
    for number in range(1000):
        if family == 4:
            group = bytes((239, 1)) + number.to_bytes(2, "big")
            ip = IPv4(source=BOB, destination=group, ttl=1)
            lan.attack(ip, IGMP(type=0x16), IGMPv2Report(group), to=b"\1\0\x5e\1" + group[2:])
        else:
            group = ip_bytes("ff15::")[:14] + number.to_bytes(2, "big")
            own = lan.bob.interfaces[0].ipv6[-1].address
            report = ICMPv6(type=131)
            ip6 = IPv6(source=own, destination=group, hop_limit=1)
            mac = b"\x33\x33" + group[12:]
            lan.attack(ip6, report, MLDReport(group=group), to=mac)
    assert len(asking._groups) <= 100
    assert lan.alice.counters.frames_out - sent <= 1
    assert lan.serves()


def test_advertisements_of_many_routers_and_prefixes_leave_a_host_that_works():
    """RFC 4861 section 6.2.7; ours: 16 addresses, 16 routers, 64 routes."""
    lan = Lan(autoconfigure=True)
    lan.net.run_for("5s")
    sent = lan.alice.counters.frames_out
    for number in range(500):
        router = ip_bytes("fe80::")[:14] + (number + 256).to_bytes(2, "big")
        prefix = ip_bytes("2001:db8::")[:4] + (number + 1).to_bytes(2, "big") + bytes(10)
        lan.attack(
            IPv6(source=router, destination="ff02::1", hop_limit=255),
            ICMPv6(type=134),
            RouterAdvertisement(router_lifetime=1800, options=[NDPrefixInformation(prefix)]),
            to=b"\x33\x33\0\0\0\1",
        )
        if number % 100 == 0:
            assert lan.serves()
    lan.net.run_for("5s")
    assert len(lan.alice.interfaces[0].ipv6) <= 16 + 2
    assert len(lan.alice.routes) <= 64 + 1 + 2 * 18
    assert lan.alice.counters.frames_out - sent < 500
    assert lan.serves()


def test_discovers_of_many_clients_use_up_the_pool_and_whoever_has_a_lease_keeps_it():
    """RFC 2131 section 4.3.1."""
    lan = Lan()
    pool = Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.149", lease_time=60)
    server, client = DhcpServer([pool]), DhcpClient()
    lan.alice.start(server, lan.net.now)
    lan.bob.start(client, lan.net.now)
    lan.net.run_for("10s")
    assert client.state is State.BOUND
    had = client.lease
    assert had is not None
    sent = lan.alice.counters.frames_out
    for number in range(2000):
        mac = b"\2\x77" + number.to_bytes(4, "big")
        message = DHCP(client_hardware_address=mac, options=[DHCPMessageType(1)])
        ip = IPv4(source="0.0.0.0", destination="255.255.255.255")
        lan.attack(ip, UDP(68, 67), message, to=EVERYBODY, source=mac)
        if number % 200 == 0:
            lan.net.run_for("1s")
        assert len(server.bindings) <= 50
        assert len(server._pinging) <= MAXIMUM_PINGS
    assert lan.alice.counters.frames_out - sent < 2000
    lan.net.run_for("100s")
    assert (client.state, client.lease and client.lease.address) == (State.BOUND, had.address)
    assert lan.serves()


def test_forged_responses_do_not_reach_the_cache_of_a_resolver_and_queries_open_nothing():
    """RFC 5452 section 9: identification, port and address of the question must be those asked."""
    lan = Lan()
    lan.bob.start(DnsServer([ZONE.replace("10.0.0.1", "10.0.0.53")]), lan.net.now)
    resolver = Resolver([BOB], ["lab"], cache=10)
    lan.alice.start(resolver, lan.net.now)
    answers = []
    resolver.look_up("ns", A, lambda answer, now: answers.append(answer), lan.net.now)
    for number in range(2000):
        forged = DNS(identification=number, response=True)
        ip = IPv4(source=BOB, destination=ALICE)
        lan.attack(ip, UDP(53, 49152 + number), forged)
    lan.net.run_for("1s")
    [answer] = answers
    assert [getattr(record, "address", b"") for record in answer.records] == [bytes((10, 0, 0, 53))]
    for number in range(50):
        resolver.look_up(f"x{number}", A, lambda answer, now: None, lan.net.now)
        lan.net.run_for("10ms")
    assert len(resolver.cache) <= 10
    assert lan.serves()


def test_segments_that_open_connections_from_everywhere_leave_room_for_bob():
    """RFC 4987 section 3.6: SYN cookies beyond the backlog."""
    lan = Lan()
    lan.alice.tcp_listen(80, lan.net.now, backlog=16)
    for number in range(2000):
        lan.alice.add_neighbor(address4(1), b"\2\0\0\0\0\x66", lan.net.now)
        syn = TCP(1024 + number, 80, flags=2, sequence_number=number, window=1000)
        assert lan.attack(IPv4(source=address4(1), destination=ALICE), syn) <= 1
        assert len(lan.alice.connections) <= 16 + 1
    lan.bob.tcp_connect(ip_bytes(ALICE), 80, lan.net.now)
    lan.net.run_for("100ms")
    assert [one for one in events(lan.bob) if isinstance(one, Connected)]
    assert lan.serves()


def boxed(box_of):
    """Bob inside, Alice outside, and a box between them that remembers 100 conversations."""
    net = Network(seed=1)
    box = net.router("box", ["192.0.2.1", "10.0.0.1"])
    made = box_of(box.interfaces[0])
    box.hooks.add(made)
    alice = net.host("alice", "192.0.2.9", gateway="192.0.2.1")
    bob = net.host("bob", BOB, gateway=ALICE)
    net.link(net.port("box", 0), alice, latency="1ms")
    net.link(net.port("box", 1), bob, latency="1ms")
    return net, made, alice, bob


CAPACITY = 100
BOXES = [
    lambda outside: Nat(outside, random.Random(1), NatConfig(capacity=CAPACITY)),
    lambda outside: Filter(outside, ["out any"], capacity=CAPACITY),
]


@pytest.mark.parametrize("box_of", BOXES, ids=["nat", "filter"])
def test_conversations_without_end_do_not_end_the_one_that_goes_on(box_of):
    """RFC 4787 section 4.3, RFC 7857; ours: the capacity."""
    net, box, alice, bob = boxed(box_of)
    alice.tcp_listen(80, net.now)
    talk = bob.tcp_connect(ip_bytes("192.0.2.9"), 80, net.now)
    assert net.run_until(lambda: talk.state == "ESTABLISHED", timeout="5s")
    sockets = [bob.udp_bind(0, net.now) for _ in range(5 * CAPACITY)]
    for number, socket in enumerate(sockets):
        socket.send_to(b"x", ip_bytes("192.0.2.9"), 1 + number, net.now)
        net.run_for("5ms")
        remembered = box._table.sessions if isinstance(box, Nat) else len(box._connections)
        assert remembered <= CAPACITY
    talk.send(b"still here", net.now)
    net.run_for("1s")
    assert talk.queued_bytes == 0
    net.check()
