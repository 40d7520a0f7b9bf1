"""Fast Open as applications use it (RFC 7413 section 4 and appendix A)."""

import errno
from typing import Any

import pytest

from wirelab.sim.host.sockets.constants import (
    IP_BIND_ADDRESS_NO_PORT,
    IP_LOCAL_PORT_RANGE,
    MSG_FASTOPEN,
    POLLIN,
    POLLOUT,
    SOL_IP,
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


def test_a_port_is_chosen_from_the_range_that_was_set(net):
    """ip(7), IP_LOCAL_PORT_RANGE."""
    net.listener(80)
    clients = [net.stream() for _ in range(3)]
    for client in clients:
        client.setsockopt(SOL_IP, IP_LOCAL_PORT_RANGE, 60_001 << 16 | 60_000, now=net.now)
    found = [client.connect_ex((net.BOB, 80), now=net.now) for client in clients]
    assert found == [errno.EINPROGRESS, errno.EINPROGRESS, errno.EADDRNOTAVAIL]
    assert {client.getsockname().port for client in clients[:2]} == {60_000, 60_001}


def test_an_address_may_be_bound_without_a_port(net):
    """ip(7), IP_BIND_ADDRESS_NO_PORT: the port is chosen by connect, or by listen."""
    net.listener(80)
    client, server = net.stream(), net.stream()
    for socket in (client, server):
        socket.setsockopt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1, now=net.now)
        socket.bind((net.ALICE, 0), now=net.now)
        assert socket.getsockname() == (net.ALICE, 0)
    client.connect_ex((net.BOB, 80), now=net.now)
    assert client.getsockname().port > 0
    server.listen(now=net.now)
    assert server.getsockname().port > 0
