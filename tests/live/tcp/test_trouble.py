"""What a network does to connections: ICMP errors, smaller MTUs, silence."""

import asyncio
import errno
import random
import socket

import pytest

from wirelab.sim.host import TcpConfig, profiles
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.sockets.constants import (
    IPPROTO_TCP,
    SO_KEEPALIVE,
    SOL_SOCKET,
    TCP_USER_TIMEOUT,
)
from wirelab.sim.reasons import Reason

pytestmark = pytest.mark.live

PORT = 4242
DATA = random.Random(3).randbytes(300_000)
MILLISECOND = 1_000_000

REJECTIONS = {
    "net-unreachable": (Reason.ICMP_NET_UNREACHABLE, errno.ENETUNREACH),
    "host-unreachable": (Reason.ICMP_HOST_UNREACHABLE, errno.EHOSTUNREACH),
    "prot-unreachable": (Reason.ICMP_PROTOCOL_UNREACHABLE, errno.ENOPROTOOPT),
    "port-unreachable": (Reason.ICMP_PORT_UNREACHABLE, errno.ECONNREFUSED),
    "net-prohibited": (Reason.ICMP_PROHIBITED, errno.ENETUNREACH),
    "host-prohibited": (Reason.ICMP_PROHIBITED, errno.EHOSTUNREACH),
    "admin-prohibited": (Reason.ICMP_PROHIBITED, errno.EHOSTUNREACH),
}
REJECTIONS_IPV6 = {
    "no-route": (Reason.ICMP_NET_UNREACHABLE, errno.ENETUNREACH),
    "admin-prohibited": (Reason.ICMP_PROHIBITED, errno.EACCES),
    "addr-unreachable": (Reason.ICMP_HOST_UNREACHABLE, errno.EHOSTUNREACH),
    "port-unreachable": (Reason.ICMP_PORT_UNREACHABLE, errno.ECONNREFUSED),
}
"""Linux, net/ipv6/icmp.c: tab_unreach."""


def test_a_rejected_connection_fails_with_the_errno_of_linux(station):
    """RFC 1122 section 4.2.3.9; which are fatal while connecting is the profile's."""
    ip, icmp, rejections = "ip", "icmp", REJECTIONS
    if station.family == 6:
        ip, icmp, rejections = "ip6", "icmpv6", REJECTIONS_IPV6
    rules = "".join(
        f"  tcp dport {8000 + number} reject with {icmp} type {kind}\n"
        for number, kind in enumerate(rejections)
    )
    station.wire.peer.nft(
        f"table {ip} t {{\n chain in {{\n  type filter hook input priority 0;\n{rules} }}\n}}\n"
    )
    station.wire.peer.sysctl("net.ipv4.icmp_ratelimit", 0)

    async def program():
        for number, (kind, (reason, expected)) in enumerate(rejections.items()):
            with pytest.raises(HostError) as caught:
                await station.programs.connect(station.peer_address, 8000 + number)
            assert caught.value.reason is reason, kind
            ours = station.socket()
            with pytest.raises(OSError, match="connect") as failed:
                await ours.connect(station.peer_address, 8000 + number)
            assert failed.value.errno == expected, kind

    station.run(program, tcp=profiles.linux())


def test_a_route_that_is_prohibited_or_gone_is_told_by_the_router(routed_station):
    """RFC 1812 sections 5.2.7.1 and 5.3.9."""
    router = routed_station.wire.middle
    router.sysctl("net.ipv4.icmp_ratelimit", 0)
    routes = {"prohibit": Reason.ICMP_PROHIBITED, "unreachable": Reason.ICMP_HOST_UNREACHABLE}
    for number, kind in enumerate(routes):
        router.ip(f"route add {kind} 192.0.2.{number}/32")

    async def program():
        reasons = []
        for number, _ in enumerate(routes):
            with pytest.raises(HostError) as caught:
                await routed_station.programs.connect(f"192.0.2.{number}", PORT)
            reasons.append(caught.value.reason)
        return reasons

    reasons = routed_station.run(program, tcp=profiles.linux())
    assert reasons == list(routes.values())


def test_an_established_connection_outlives_an_icmp_error(routed_station):
    """RFC 1122 section 4.2.3.9, RFC 5461: soft errors do not abort."""
    router = routed_station.wire.middle

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await routed_station.joined()
        router.ip(f"route add unreachable {routed_station.peer_address}/32")
        await stream.send(b"through?")
        await routed_station.wait_until(lambda: icmp_errors(routed_station))
        router.ip(f"route del unreachable {routed_station.peer_address}/32")
        return await loop.sock_recv(peer, 100)

    assert routed_station.run(program, tcp=profiles.linux()) == b"through?"


def icmp_errors(station):
    """ICMP destination unreachable for us, so far: their codes."""
    return [
        frame.data[35]
        for frame in station.trace.frames()
        if frame.data[12:14] == b"\x08\x00" and frame.data[23] == 1 and frame.data[34] == 3
    ]


def test_a_path_that_narrows_makes_our_segments_smaller(routed_station):
    """RFC 1191: by the router's ICMP, and DF in all we send."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await routed_station.joined()
        got = b""
        await stream.send(DATA[:10_000])
        while len(got) < 10_000:
            got += await loop.sock_recv(peer, 1 << 20)
        routed_station.wire.middle.ip("link set eth0 mtu 1280")
        sending = asyncio.ensure_future(stream.send(DATA[10_000:]))
        while len(got) < len(DATA):
            got += await loop.sock_recv(peer, 1 << 20)
        await sending
        return got

    assert routed_station.run(program, tcp=profiles.linux()) == DATA
    assert 4 in icmp_errors(routed_station)
    last = [seen.ip for seen in routed_station.packets() if seen.ours][-50:]
    assert max(ip.total_length for ip in last) == 1280
    assert all(ip.dont_fragment for ip in last)


def test_a_path_that_narrows_towards_us_makes_the_kernels_segments_smaller(routed_station):
    """The same for the kernel: what we offered as MSS does not keep it from learning."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await routed_station.called()
        await loop.sock_sendall(peer, DATA[:10_000])
        assert await stream.receive_exactly(10_000) == DATA[:10_000]
        routed_station.wire.middle.ip("link set tap0 mtu 1280")
        sending = asyncio.ensure_future(loop.sock_sendall(peer, DATA[10_000:]))
        rest = await stream.receive_exactly(len(DATA) - 10_000)
        await sending
        return rest

    assert routed_station.run(program) == DATA[10_000:]
    last = [seen.ip for seen in routed_station.packets() if not seen.ours][-50:]
    assert max(ip.total_length for ip in last) == 1280


def test_a_black_hole_is_left_by_smaller_segments(routed_station):
    """RFC 2923 section 2.1, RFC 4821: the router's ICMP never reaches us."""
    router = routed_station.wire.middle
    router.nft(
        "table ip t {\n chain out {\n  type filter hook output priority 0;\n"
        "  icmp type destination-unreachable drop\n }\n}\n"
    )
    tcp = TcpConfig(minimum_rto=50 * MILLISECOND, initial_rto=100 * MILLISECOND)

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await routed_station.joined()
        router.ip("link set eth0 mtu 1280")
        sending = asyncio.ensure_future(stream.send(DATA[:30_000]))
        got = b""
        while len(got) < 30_000:
            got += await loop.sock_recv(peer, 1 << 20)
        await sending
        return got

    assert routed_station.run(program, tcp=tcp) == DATA[:30_000]


def cut(station):
    """The cable ends in nothing, both ways."""
    station.link.incoming.is_cut = station.link.outgoing.is_cut = True


def test_keepalive_finds_a_peer_that_died(station):
    """RFC 9293 section 3.8.4; ETIMEDOUT."""
    tcp = TcpConfig(keep_idle=100 * MILLISECOND, keep_interval=100 * MILLISECOND, keep_count=2)

    async def program():
        station.listen(PORT)
        ours = station.socket()
        await ours.connect(station.peer_address, PORT)
        ours.call("setsockopt", SOL_SOCKET, SO_KEEPALIVE, 1)
        await station.wait_until(lambda: station.timers()["keepalive"] >= 2)
        assert ours.call("poll") & 0x1 == 0  # answered so far
        cut(station)
        with pytest.raises(TimeoutError):
            await ours.recv(100)

    station.run(program, tcp=tcp)


def test_the_kernels_keepalive_finds_us_alive(station):
    """RFC 9293 section 3.8.4: a probe wants an ACK."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in ((4, 1), (5, 1), (6, 1)):  # TCP_KEEPIDLE, _KEEPINTVL, _KEEPCNT
            peer.setsockopt(socket.IPPROTO_TCP, name, value)
        before = len(station.packets())
        await station.wait_until(lambda: len(station.packets()) >= before + 4)
        await loop.sock_sendall(peer, b"still here")
        return await stream.receive()

    assert station.run(program) == b"still here"


def test_the_user_timeout_ends_a_wait_for_a_dead_peer(station):
    """RFC 5482; ETIMEDOUT long before the retransmissions are over."""

    async def program():
        station.listen(PORT)
        ours = station.socket()
        await ours.connect(station.peer_address, PORT)
        ours.call("setsockopt", IPPROTO_TCP, TCP_USER_TIMEOUT, 300)
        cut(station)
        await ours.sendall(b"anybody?")
        with pytest.raises(TimeoutError):
            await ours.recv(100)

    station.run(program, tcp=profiles.linux())


def test_retransmissions_end_with_a_timeout(station):
    """RFC 9293 section 3.8.3: MUST-20, R2."""

    async def program():
        stream, _ = await station.joined()
        cut(station)
        await stream.send(b"anybody?")
        with pytest.raises(HostError) as caught:
            await stream.receive()
        return caught.value.reason

    tcp = TcpConfig(retries=3, minimum_rto=50 * MILLISECOND)
    assert station.run(program, tcp=tcp) is Reason.TCP_TIMEOUT
    assert station.timers()["RTO"] >= 3


def test_a_short_silence_is_survived(station):
    """A cable pulled out and put back: retransmission mends it, on both sides."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined()
        cut(station)
        await stream.send(b"one")
        await loop.sock_sendall(peer, b"two")
        await station.wait_until(lambda: station.timers()["RTO"])
        station.link.incoming.is_cut = station.link.outgoing.is_cut = False
        assert await loop.sock_recv(peer, 100) == b"one"
        return await stream.receive()

    assert station.run(program, tcp=profiles.linux()) == b"two"
