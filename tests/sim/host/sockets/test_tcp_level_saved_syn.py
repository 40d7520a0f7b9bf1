"""TCP_SAVE_SYN and TCP_SAVED_SYN; TCP_TIMESTAMP."""

import pytest

from wirelab.codecs import TCP, IPv4
from wirelab.sim.host.sockets import SOL_TCP, TCP_SAVE_SYN, TCP_SAVED_SYN, TCP_TIMESTAMP


def accepted(w, mode):
    listener, address = w.listener()
    listener.setsockopt(SOL_TCP, TCP_SAVE_SYN, mode)
    client = w.stream()
    client.connect_ex(address)
    w.wait(listener, 1)
    return client, listener.accept()[0]


def test_the_headers_of_a_syn_are_kept_and_given_once(worlds):
    for world in worlds:
        client, server = accepted(world, 1)
        with pytest.raises(OSError, match="22"):
            server.getsockopt(SOL_TCP, TCP_SAVED_SYN, 20)
        headers = server.getsockopt(SOL_TCP, TCP_SAVED_SYN, 200)
        ip = IPv4.parse(headers, 0, strict=False)
        tcp = TCP.parse(headers, ip.header_length)
        assert (tcp.syn, tcp.ack, tcp.source_port) == (True, False, client.getsockname()[1])
        assert len(headers) == ip.header_length + tcp.header_length
        assert server.getsockopt(SOL_TCP, TCP_SAVED_SYN, 200) == b""
        assert client.getsockopt(SOL_TCP, TCP_SAVED_SYN, 200) == b""
        assert server.getsockopt(SOL_TCP, TCP_SAVE_SYN) == 1


def test_the_header_of_the_link_is_kept_if_asked_for(worlds):
    for world in worlds:
        _, server = accepted(world, 2)
        headers = server.getsockopt(SOL_TCP, TCP_SAVED_SYN, 200)
        assert headers[12:14] == b"\x08\0"
        assert TCP.parse(headers, 34).syn


def test_no_headers_are_kept_unasked(worlds):
    for world in worlds:
        _, server = accepted(world, 0)
        assert server.getsockopt(SOL_TCP, TCP_SAVED_SYN, 200) == b""


def test_the_time_stamp_is_the_one_that_segments_carry(net):
    """RFC 7323 section 3.2."""
    client, _ = net.pair()
    told = client.getsockopt(SOL_TCP, TCP_TIMESTAMP, now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    [sent] = [TCP.parse(frame, 34) for frame in net.frames if frame.endswith(b"x")]
    [stamps] = [option for option in sent.options if hasattr(option, "value")]
    assert stamps.value == told & 0xFFFF_FFFF
    with pytest.raises(PermissionError):
        client.setsockopt(SOL_TCP, TCP_TIMESTAMP, 5, now=net.now)
