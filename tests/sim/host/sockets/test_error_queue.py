"""IP_RECVERR of streams, and what sockets hear without it."""

import errno
import struct

import pytest

from wirelab.codecs import ICMPv4, IPv4, IPv6
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.sockets.constants import (
    IP_RECVERR,
    MSG_ERRQUEUE,
    POLLERR,
    SO_EE_ORIGIN_ICMP,
    SO_ERROR,
    SOL_IP,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.error_queue import errno_of_icmp
from wirelab.sim.reasons import Reason

ROUTER = b"\x0a\0\0\x09"


def unreachable(net, frame, code):
    """A router's ICMP destination unreachable about a frame that Alice sent."""
    ip = IPv4(source=ROUTER, destination=b"\x0a\0\0\x01", protocol=1)
    body = ICMPv4(type=3, code=code).build(frame[14:62], ip)
    answer = net.alice.interfaces[0].mac + b"\2\0\0\0\0\x09" + b"\x08\0" + ip.build(body)
    assert net.alice.receive_frame(0, answer, net.now) is None


def syn_of(net, client):
    """Alice's SYN to Bob, whose MAC address she knows by now."""
    net.listener(7)
    warm = net.stream()
    warm.connect_ex((net.BOB, 7), now=net.now)
    net.settle()
    client.connect_ex((net.BOB, 80), now=net.now)
    [(_, frame)] = net.alice.poll_transmit(net.now)
    return frame


@pytest.mark.parametrize(
    ("code", "number"), [(2, errno.ENOPROTOOPT), (3, errno.ECONNREFUSED)]
)  # fmt: skip
def test_a_refused_attempt_says_what_the_router_said(net, code, number):
    """RFC 9293 section 3.9.2.2; Linux: icmp_err_convert."""
    client = net.stream()
    unreachable(net, syn_of(net, client), code)
    assert client.poll(now=net.now) & POLLERR
    assert client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now) == number
    assert client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now) == 0


@pytest.mark.parametrize(
    ("kind", "code", "number"),
    [
        (1, 0, errno.EHOSTUNREACH),
        (1, 1, errno.ECONNREFUSED),
        (1, 2, errno.ENOPROTOOPT),
        (1, 3, errno.EHOSTUNREACH),
        (1, 4, errno.ECONNREFUSED),
        (2, 0, errno.EMSGSIZE),
        (3, 0, errno.EHOSTUNREACH),
        (4, 0, errno.ENOPROTOOPT),
        (4, 1, errno.ECONNREFUSED),
    ],
)
def test_icmpv6_errors_have_numbers_of_their_own_on_freebsd(kind, code, number):
    """FreeBSD 14: icmp6_errmap."""
    trouble = Trouble(bytes(16), Reason.ICMP_HOST_UNREACHABLE, IPv6(), 6, b"", 0, kind, code, 0)
    assert errno_of_icmp(trouble, as_bsd=True) == (number, number != errno.EHOSTUNREACH)


def test_a_refused_attempt_leaves_an_entry_in_the_error_queue(net):
    """ip(7), IP_RECVERR."""
    client = net.stream()
    client.setsockopt(SOL_IP, IP_RECVERR, 1, now=net.now)
    unreachable(net, syn_of(net, client), 3)
    data, [(level, kind, body)], flags, destination = client.recvmsg(
        100, 100, MSG_ERRQUEUE, now=net.now
    )
    assert (level, kind, flags, destination) == (SOL_IP, IP_RECVERR, MSG_ERRQUEUE, (net.BOB, 80))
    number, origin, type_, code, info, _ = struct.unpack_from("<IBBBxII", body)
    assert (number, origin, type_, code) == (errno.ECONNREFUSED, SO_EE_ORIGIN_ICMP, 3, 3)
    assert (info, body[16:], data[2:4]) == (0, b"\2\0\0\0" + ROUTER + bytes(8), b"\0\x50")
    with pytest.raises(BlockingIOError):
        client.recvmsg(100, 100, MSG_ERRQUEUE, now=net.now)


@pytest.mark.parametrize("asked", [False, True])
def test_a_living_connection_hears_of_errors_only_if_it_asked(net, asked):
    """SHLD-20; Linux: tcp_v4_err. The connection goes on in either case (RFC 5927 section 5.2)."""
    client, server = net.pair()
    client.setsockopt(SOL_IP, IP_RECVERR, asked, now=net.now)
    client.send(b"data", now=net.now)
    [(_, frame)] = net.alice.poll_transmit(net.now)
    unreachable(net, frame, 1)
    if asked:
        assert client.poll(now=net.now) & POLLERR
        with pytest.raises(OSError, match="send on") as caught:
            client.send(b"more", now=net.now)
        assert caught.value.errno == errno.EHOSTUNREACH
    assert client.send(b" and more", now=net.now) == 9
    net.bob.receive_frame(0, frame, net.now)
    net.settle(SECOND)  # Nagle's algorithm waits for a delayed ACK
    assert server.recv(100, now=net.now) == b"data and more"
