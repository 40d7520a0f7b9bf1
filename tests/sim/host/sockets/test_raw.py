"""Raw sockets: raw(7), icmp(7), RFC 3542 section 3."""

import errno

import pytest

from wirelab.codecs import ICMPv4, ICMPv6, IPv4
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    ICMP_FILTER,
    IP_HDRINCL,
    IP_RECVERR,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    IPPROTO_RAW,
    IPV6_CHECKSUM,
    MSG_ERRQUEUE,
    POLLIN,
    SOCK_RAW,
    SOL_IP,
    SOL_IPV6,
    SOL_RAW,
)

EXPERIMENT = 253  # RFC 3692 section 2.1


def raw(host, protocol=IPPROTO_ICMP, family=AF_INET):
    return host.socket(family, SOCK_RAW, protocol)


def ping(net):
    net.alice.ping(b"\x0a\0\0\2", 7, 1, b"data", net.now)
    net.settle()


def test_whoever_listens_sees_requests_and_they_are_answered_all_the_same(net):
    """raw(7): a copy, with the IP header."""
    first, second, there = raw(net.alice), raw(net.alice), raw(net.bob)
    ping(net)
    request, sender = there.recvfrom(99, now=net.now)
    assert (IPv4.parse(request).protocol, request[20], sender) == (1, 8, (net.ALICE, 0))
    for socket in (first, second):
        assert socket.recv(99, now=net.now)[20:22] == b"\0\0"


def test_a_filter_keeps_types_out(net):
    """icmp(7): a bit that is set blocks its type."""
    socket = raw(net.alice)
    socket.setsockopt(SOL_RAW, ICMP_FILTER, (1 << 0).to_bytes(4, "little"), now=net.now)
    ping(net)
    assert not socket.poll(now=net.now) & POLLIN


def test_a_bound_or_connected_socket_hears_less(net):
    bound, connected = raw(net.bob), raw(net.bob)
    bound.bind((net.BOB, 0), now=net.now)
    connected.connect(("10.0.0.9", 0), now=net.now)
    ping(net)
    assert bound.recv(99, now=net.now)
    assert not connected.poll(now=net.now) & POLLIN


def test_a_protocol_that_nobody_speaks_is_spoken_by_raw_sockets(net):
    """RFC 1122 section 3.2.2.1: no protocol unreachable while somebody takes it."""
    sender, taker = raw(net.alice, EXPERIMENT), raw(net.bob, EXPERIMENT)
    sender.sendto(b"hello", (net.BOB, 0), now=net.now)
    net.settle()
    assert taker.recv(99, now=net.now)[20:] == b"hello"
    assert not net.bob.counters.rejected
    taker.close(now=net.now)
    sender.setsockopt(SOL_IP, IP_RECVERR, 1, now=net.now)
    sender.sendto(b"again and again", (net.BOB, 0), now=net.now)
    net.settle()
    data, _, _, where = sender.recvmsg(99, 99, MSG_ERRQUEUE, now=net.now)
    assert (data, where[0]) == (b"again and again", net.BOB)
    assert sum(net.bob.counters.rejected.values()) == 1


@pytest.mark.parametrize("protocol", [IPPROTO_RAW, IPPROTO_ICMP])
def test_the_header_may_come_with_the_data(net, protocol):
    """raw(7), IP_HDRINCL: length and checksum are filled in, source and identification if 0."""
    socket, there = raw(net.alice, protocol), raw(net.bob)
    if protocol != IPPROTO_RAW:
        socket.setsockopt(SOL_IP, IP_HDRINCL, 1, now=net.now)
    ip = IPv4(source=bytes(4), destination=b"\x0a\0\0\2", protocol=1, ttl=9, total_length=0)
    message = ICMPv4(8, identifier=5, sequence_number=6).build(b"mine")
    socket.sendto(ip.build(message), (net.BOB, 0), now=net.now)
    net.settle()
    received = IPv4.parse(there.recv(99, now=net.now))
    assert (received.ttl, received.source, received.total_length) == (9, b"\x0a\0\0\1", 32)
    assert received.identification


def test_a_header_that_is_none_is_refused(net):
    socket = raw(net.alice, IPPROTO_RAW)
    with pytest.raises(OSError, match="an IPv4 header has 20") as caught:
        socket.sendto(b"short", (net.BOB, 0), now=net.now)
    assert caught.value.errno == errno.EINVAL


def test_over_ipv6_checksums_are_computed_and_no_header_comes(make_net):
    """RFC 3542 section 3.1: always for ICMPv6, elsewhere where IPV6_CHECKSUM says."""
    net = make_net(ipv6=True)
    there = raw(net.bob, IPPROTO_ICMPV6, AF_INET6)
    socket = raw(net.alice, IPPROTO_ICMPV6, AF_INET6)
    socket.sendto(ICMPv6(128, checksum=0).build(b"\0\1\0\2data"), (net.BOB6, 0), now=net.now)
    net.settle()
    seen = []
    while there.poll(now=net.now) & POLLIN:
        seen.append(there.recv(99, now=net.now))
    assert [one[4:] for one in seen if one[0] == 128] == [b"\0\1\0\2data"]
    plain, taker = (raw(host, EXPERIMENT, AF_INET6) for host in (net.alice, net.bob))
    for one in (plain, taker):
        one.setsockopt(SOL_IPV6, IPV6_CHECKSUM, 2, now=net.now)
    plain.sendto(b"ab\0\0cd", (net.BOB6, 0), now=net.now)
    net.settle()
    data = taker.recv(99, now=net.now)
    assert data[:2] + data[4:] == b"abcd"
    assert data[2:4] != b"\0\0"
