"""Ping sockets: Linux, net/ipv4/ping.c and net/ipv6/ping.c."""

import errno

import pytest

from wirelab.codecs import ICMPv4, IPv4
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IP_RECVERR,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    MSG_ERRQUEUE,
    SOCK_DGRAM,
    SOL_IP,
)

FAMILIES = {
    AF_INET: (IPPROTO_ICMP, "10.0.0.2", 8, 0),
    AF_INET6: (IPPROTO_ICMPV6, "2001:db8::2", 128, 129),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_reply_comes_with_our_identifier_and_the_same_data(make_net, family):
    net = make_net(ipv6=True)
    protocol, peer, request, reply = FAMILIES[family]
    socket = net.alice.socket(family, SOCK_DGRAM, protocol)
    socket.sendto(bytes([request, 0, 0, 0, 9, 9, 0, 7]) + b"data", (peer, 0), now=net.now)
    net.settle()
    message, sender = socket.recvfrom(99, now=net.now)
    identifier = socket.getsockname().port
    assert message[:2] == bytes([reply, 0])
    assert message[4:] == identifier.to_bytes(2, "big") + b"\0\7data"
    assert sender[:2] == (peer, 0)


def test_an_identifier_belongs_to_one_socket(net):
    first, second = (net.alice.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) for _ in range(2))
    first.bind(("", 77), now=net.now)
    with pytest.raises(OSError, match="bind to") as caught:
        second.bind(("", 77), now=net.now)
    assert caught.value.errno == errno.EADDRINUSE
    first.close(now=net.now)
    second.bind(("", 77), now=net.now)


@pytest.mark.parametrize("message", [b"", b"\x08\0\0\0\0\0\0", b"\0" * 8, b"\x08\1" + bytes(6)])
def test_only_echo_requests_are_sent(net, message):
    socket = net.alice.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
    with pytest.raises(OSError, match="give an ICMP echo request") as caught:
        socket.sendto(message, (net.BOB, 0), now=net.now)
    assert caught.value.errno == errno.EINVAL


def test_an_error_quotes_the_request(net):
    """ip(7), IP_RECVERR: how traceroute(8) without privileges learns of routers."""
    socket = net.alice.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
    socket.setsockopt(SOL_IP, IP_RECVERR, 1, now=net.now)
    socket.sendto(b"\x08\0" + bytes(6) + b"data", (net.BOB, 0), now=net.now)
    ip = IPv4(source=b"\x0a\0\0\x09", destination=b"\x0a\0\0\x01", protocol=1)
    own = IPv4(source=b"\x0a\0\0\x01", destination=b"\x0a\0\0\x02", protocol=1)
    identifier = socket.getsockname().port
    quoted = own.build(ICMPv4(8, identifier=identifier).build(b"data"))
    body = ICMPv4(type=11, code=0).build(quoted, ip)
    answer = net.alice.interfaces[0].mac + b"\2\0\0\0\0\x09\x08\0" + ip.build(body)
    assert net.alice.receive_frame(0, answer, net.now) is None
    data, [(_, _, entry)], _, _ = socket.recvmsg(99, 99, MSG_ERRQUEUE, now=net.now)
    assert data[:1] + data[8:] == b"\x08data"
    assert (entry[5], entry[20:24]) == (11, b"\x0a\0\0\x09")
