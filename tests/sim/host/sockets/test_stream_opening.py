"""Fast Open as applications use it (RFC 7413 section 4 and appendix A)."""

import errno
from typing import Any

import pytest

from wirelab.sim.host.sockets.constants import (
    MSG_FASTOPEN,
    POLLIN,
    POLLOUT,
    SOL_TCP,
    TCP_FASTOPEN,
    TCP_FASTOPEN_CONNECT,
)


def fast_listener(net):
    listener: Any = net.stream(net.bob)
    listener.bind(("", 80), now=net.now)
    listener.setsockopt(SOL_TCP, TCP_FASTOPEN, 5, now=net.now)
    listener.listen(now=net.now)
    return listener


@pytest.fixture
def known(net):
    """Alice has a cookie of Bob's; his listener."""
    listener = fast_listener(net)
    client = net.stream()
    with pytest.raises(BlockingIOError) as caught:
        client.sendto(b"first", MSG_FASTOPEN, (net.BOB, 80), now=net.now)
    assert caught.value.errno == errno.EINPROGRESS
    net.settle()
    assert client.send(b"first", now=net.now) == 5
    net.settle()
    listener.accept(now=net.now)[0].close(now=net.now)
    client.close(now=net.now)
    net.settle()
    return listener


def test_a_send_may_carry_the_connection(net, known):
    """RFC 7413 section 4.2: the server reads before the handshake is over."""
    client = net.stream()
    assert client.sendto(b"GET /", MSG_FASTOPEN, (net.BOB, 80), now=net.now) == 5
    [(_, syn)] = net.alice.poll_transmit(net.now)
    net.bob.receive_frame(0, syn, net.now)
    server, peer = known.accept(now=net.now)
    assert peer == client.getsockname()
    assert server.poll(now=net.now) == POLLIN | POLLOUT
    assert server.recv(100, now=net.now) == b"GET /"
    assert server.send(b"200 OK", now=net.now) == 6
    net.settle()
    assert client.recv(100, now=net.now) == b"200 OK"


def test_a_connect_may_wait_for_text(net, known):
    """tcp(7), TCP_FASTOPEN_CONNECT: with a cookie, connect succeeds at once and sends nothing."""
    client = net.stream()
    client.setsockopt(SOL_TCP, TCP_FASTOPEN_CONNECT, 1, now=net.now)
    client.connect((net.BOB, 80), now=net.now)
    assert net.alice.poll_transmit(net.now) == []
    assert client.poll(now=net.now) == POLLOUT
    assert client.connect_ex((net.BOB, 80), now=net.now) == errno.EISCONN
    with pytest.raises(BlockingIOError):
        client.recv(1, now=net.now)
    port = client.getsockname().port
    assert client.send(b"hello", now=net.now) == 5
    net.settle()
    server, peer = known.accept(now=net.now)
    assert peer == (net.ALICE, port)
    assert server.recv(9, now=net.now) == b"hello"
    assert client.connect_ex((net.BOB, 80), now=net.now) == 0


def test_without_a_cookie_a_connect_asks_for_one(net):
    """tcp(7), TCP_FASTOPEN_CONNECT."""
    fast_listener(net)
    client = net.stream()
    client.setsockopt(SOL_TCP, TCP_FASTOPEN_CONNECT, 1, now=net.now)
    assert client.connect_ex((net.BOB, 80), now=net.now) == errno.EINPROGRESS
    net.settle()
    assert client.connect_ex((net.BOB, 80), now=net.now) == 0


def test_a_deferred_connection_that_is_closed_was_never_there(net, known):
    client = net.stream()
    client.setsockopt(SOL_TCP, TCP_FASTOPEN_CONNECT, 1, now=net.now)
    client.connect((net.BOB, 80), now=net.now)
    client.close(now=net.now)
    net.settle()
    assert known.poll(now=net.now) == 0


def test_a_fast_send_comes_too_late_on_a_connection(net):
    """tcp_sendmsg_fastopen."""
    client, _ = net.pair()
    with pytest.raises(OSError, match="MSG_FASTOPEN on") as caught:
        client.sendto(b"x", MSG_FASTOPEN, (net.BOB, 80), now=net.now)
    assert caught.value.errno == errno.EISCONN


def test_a_fast_send_needs_an_address(net):
    with pytest.raises(OSError, match="without an address") as caught:
        net.stream().send(b"x", MSG_FASTOPEN, now=net.now)
    assert caught.value.errno == errno.EINVAL
