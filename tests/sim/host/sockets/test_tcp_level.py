"""TCP_INFO, and options whose effect is on the wire."""

import struct
import sys

import pytest

from wirelab.codecs import TCP, IPv4
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.sockets.constants import (
    IP_TOS,
    IP_TTL,
    MSG_MORE,
    POLLIN,
    SOL_IP,
    SOL_TCP,
    TCP_CORK,
    TCP_INFO,
    TCP_MAXSEG,
    TCP_NODELAY,
    TCP_USER_TIMEOUT,
)
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.tcp_info import TcpInfo

ESTABLISHED = 1
CLOSED = 7


def sent(net, port):
    """Alice's segments from `port` so far: IP header, TCP header, length of text."""
    found = []
    for frame in net.frames:
        if frame[12:14] != b"\x08\0" or frame[23] != 6:
            continue
        ip = IPv4.parse(frame, 14)
        tcp = TCP.parse(frame, 34)
        if tcp.source_port == port:
            found.append((ip, tcp, len(frame) - 34 - tcp.header_length))
    return found


def texts(net, port):
    return [length for _, _, length in sent(net, port) if length]


def test_info_counts_what_went_each_way(net):
    client, server = net.pair()
    client.send(bytes(4000), now=net.now)
    net.settle()
    server.send(bytes(100), now=net.now)
    net.settle(SECOND)
    info = client.tcp_info(now=net.now)
    assert info.state == ESTABLISHED
    assert (info.bytes_sent, info.bytes_acked) == (4000, 4000)
    assert (info.data_segs_out, info.data_segs_in) == (3, 1)
    assert (info.bytes_received, info.delivered) == (100, 4)
    assert info.segs_out == len(sent(net, client.getsockname().port))
    assert info.total_retrans == info.unacked == info.notsent_bytes == 0


def test_info_has_the_layout_of_the_kernel(net):
    """linux/tcp.h, struct tcp_info: offsets of fields that programs look at."""
    client, _ = net.pair()
    client.send(bytes(1000), now=net.now)
    net.settle(SECOND)
    info = client.tcp_info(now=net.now)
    packed = client.getsockopt(SOL_TCP, TCP_INFO, 248, now=net.now)
    assert len(packed) == 248
    assert packed[0] == ESTABLISHED
    names = (("rto", 8), ("snd_mss", 16), ("pmtu", 60), ("rtt", 68), ("snd_cwnd", 80))
    for name, at in names:
        assert struct.unpack_from("<I", packed, at)[0] == getattr(info, name)
    assert struct.unpack_from("<Q", packed, 120)[0] == info.bytes_acked == 1000
    assert client.getsockopt(SOL_TCP, TCP_INFO, 8, now=net.now) == packed[:8]
    assert net.stream().getsockopt(SOL_TCP, TCP_INFO, now=net.now) == CLOSED


def test_info_is_unpacked_as_it_was_packed(net):
    """Also where a program gave room for the fields of an older kernel only."""
    client, _ = net.pair()
    client.send(bytes(1000), now=net.now)
    net.settle(SECOND)
    info = client.tcp_info(now=net.now)
    packed = client.getsockopt(SOL_TCP, TCP_INFO, 248, now=net.now)
    assert TcpInfo.unpack(packed) == info
    assert (info.state_name, info.snd_wscale, info.rcv_wscale) == ("ESTABLISHED", 7, 7)
    assert TcpInfo.unpack(packed[:104]).snd_cwnd == info.snd_cwnd
    assert TcpInfo.unpack(packed[:104]).bytes_acked == 0
    assert repr(TcpInfo(state=1, rtt=5, lost=2)) == "<TcpInfo ESTABLISHED lost=2 rtt=5>"


@pytest.mark.skipif(sys.platform != "linux", reason="compares with Linux")
def test_info_of_the_kernel_can_be_read(worlds):
    kernels, _ = worlds
    client, server = kernels.pair()
    client.send(bytes(1000))
    kernels.wait(server, POLLIN)
    info = TcpInfo.unpack(client.getsockopt(SOL_TCP, TCP_INFO, 248))
    assert (info.state_name, info.bytes_sent, info.data_segs_out) == ("ESTABLISHED", 1000, 1)


@pytest.mark.parametrize("corked", [True, False])
def test_a_cork_holds_back_what_fills_no_segment(make_net, corked):
    """tcp(7), TCP_CORK; without it, and with TCP_NODELAY, each send is a segment."""
    net = make_net(tcp=TcpConfig(tail_loss_probe=False))
    client, _ = net.pair()
    client.setsockopt(SOL_TCP, TCP_NODELAY, 1, now=net.now)
    client.setsockopt(SOL_TCP, TCP_CORK, corked, now=net.now)
    for _ in range(3):
        client.send(bytes(100), now=net.now)
        net.settle()
    port = client.getsockname().port
    assert texts(net, port) == ([] if corked else [100, 100, 100])
    client.setsockopt(SOL_TCP, TCP_CORK, 0, now=net.now)
    net.settle()
    assert texts(net, port) == ([300] if corked else [100, 100, 100])


def test_more_waits_for_the_rest(net):
    """send(2), MSG_MORE."""
    client, _ = net.pair()
    client.send(b"head", MSG_MORE, now=net.now)
    net.settle()
    port = client.getsockname().port
    assert texts(net, port) == []
    client.send(b"body", now=net.now)
    net.settle()
    assert texts(net, port) == [8]


def test_what_is_set_before_the_connection_holds_for_it(net):
    """ip(7), tcp(7)."""
    net.listener(80)
    client = net.stream()
    for level, name, value in (
        (SOL_IP, IP_TTL, 5),
        (SOL_IP, IP_TOS, 0x28),
        (SOL_TCP, TCP_MAXSEG, 500),
    ):
        client.setsockopt(level, name, value, now=net.now)
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    client.send(bytes(2000), now=net.now)
    net.settle()
    segments = sent(net, client.getsockname().port)
    assert {(ip.ttl, ip.dscp << 2) for ip, _, _ in segments} == {(5, 0x28)}
    assert max(length for _, _, length in segments) <= 500


def test_a_ttl_may_change_while_the_connection_lives(net):
    client, _ = net.pair()
    client.setsockopt(SOL_IP, IP_TTL, 7, now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    assert sent(net, client.getsockname().port)[-1][0].ttl == 7


def test_a_user_timeout_ends_a_connection_that_makes_no_progress(net):
    """RFC 5482 section 3."""
    client, _ = net.pair()
    client.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, 5000, now=net.now)
    net.cut = True
    client.send(b"x", now=net.now)
    net.settle(20 * SECOND)
    with pytest.raises(TimeoutError):
        client.send(b"y", now=net.now)


def test_accepted_sockets_inherit_their_options(net):
    """accept(2)."""
    listener = net.listener(80)
    listener.setsockopt(SOL_TCP, TCP_NODELAY, 1, now=net.now)
    listener.setsockopt(SOL_IP, IP_TTL, 9, now=net.now)
    client = net.stream()
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    server, _ = listener.accept(now=net.now)
    listener.setsockopt(SOL_TCP, TCP_NODELAY, 0, now=net.now)
    assert server.getsockopt(SOL_TCP, TCP_NODELAY, now=net.now) == 1
    assert server.getsockopt(SOL_IP, IP_TTL, now=net.now) == 9
