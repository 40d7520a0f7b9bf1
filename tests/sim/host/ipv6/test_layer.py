"""Two simulated hosts that have nothing but IPv6 between them."""

import pytest

from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.events import Accepted, Connected, EchoReply
from wirelab.sim.host.ipv6.scopes import link_local_from_mac
from wirelab.sim.network.network import Network

BOB = ipv6_bytes("2001:db8::2")


@pytest.fixture
def pair():
    network = Network(seed=1)
    alice = network.host("alice", "2001:db8::1")
    bob = network.host("bob", "2001:db8::2")
    network.link(alice, bob, latency="1ms")
    yield network, alice, bob
    network.check()


def events(host, kind):
    found = []
    while (event := host.poll_event()) is not None:
        if isinstance(event, kind):
            found.append(event)
    return found


@pytest.mark.parametrize("destination", [BOB, link_local_from_mac(b"\x02\0\0\0\0\x02")])
def test_a_ping_is_answered(pair, destination):
    """RFC 4443 section 4; RFC 4861 section 7.2 finds the neighbour."""
    network, alice, _ = pair
    alice.ping(destination, 7, 1, b"hello", network.now)
    network.run_for("1s")
    (reply,) = events(alice, EchoReply)
    assert (reply.source, reply.payload, reply.ttl) == (destination, b"hello", 64)


def test_a_ping_to_all_nodes_is_answered_by_all_of_them(pair):
    """RFC 4291 section 2.7.1; RFC 4443 section 4.2; we are one of them."""
    network, alice, bob = pair
    alice.ping(ipv6_bytes("ff02::1"), 7, 1, b"", network.now)
    network.run_for("1s")
    own, others = (link_local_from_mac(b"\x02\0\0\0\0" + last) for last in (b"\x01", b"\x02"))
    assert {reply.source for reply in events(alice, EchoReply)} == {own, others}
    assert bob.counters.balanced


def test_a_datagram_arrives(pair):
    """RFC 8200 section 8.1: the checksum covers IPv6's pseudo-header."""
    network, alice, bob = pair
    receiver = bob.udp_bind(7, network.now)
    alice.udp_bind(9, network.now).send_to(b"data", BOB, 7, network.now)
    network.run_for("1s")
    assert receiver.receive_from(network.now) == (b"data", ipv6_bytes("2001:db8::1"), 9)


def test_a_connection_carries_text_both_ways(pair):
    """RFC 9293 over RFC 8200: MSS 1440 in an MTU of 1500."""
    network, alice, bob = pair
    listener = bob.tcp_listen(80, network.now)
    client = alice.tcp_connect(BOB, 80, network.now)
    network.run_for("1s")
    assert events(alice, Connected)
    assert events(bob, Accepted)
    server = listener.accept(network.now)
    sent = bytes(range(256)) * 400
    received = {client: b"", server: b""}
    client.send(sent, network.now)
    server.send(sent, network.now)
    for _ in range(20):
        network.run_for("50ms")
        for one in received:
            piece = one.receive(1_000_000, network.now)
            received[one] += piece if isinstance(piece, bytes) else b""
    assert received == {client: sent, server: sent}


def test_a_host_without_an_ipv6_address_has_no_way_to_one():
    """Nothing of IPv6 is done where nobody wants it."""
    network = Network(seed=1)
    plain = network.host("plain", "10.0.0.1")
    assert plain.interfaces[0].ipv6 == []
    with pytest.raises(Exception, match=r"ip\.no_route"):
        plain.ping(BOB, 1, 1, b"", network.now)


def test_an_address_that_comes_later_brings_a_link_local_one():
    """RFC 4291 section 2.1."""
    network = Network(seed=1)
    host = network.host("late", "10.0.0.1")
    host.add_address(BOB, 64, network.now)
    owned = {entry.address for entry in host.interfaces[0].ipv6}
    assert owned == {BOB, link_local_from_mac(host.interfaces[0].mac)}
    host.remove_address(BOB, network.now)
    assert BOB not in {entry.address for entry in host.interfaces[0].ipv6}
