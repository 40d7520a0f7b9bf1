import contextlib
import errno
import struct
from typing import Any

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import Accepted, Connected, Readable
from wirelab.sim.host.sockets.constants import (
    MSG_PEEK,
    POLLERR,
    POLLHUP,
    POLLIN,
    POLLOUT,
    POLLRDHUP,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SO_ERROR,
    SO_LINGER,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.failures import SocketCallError
from wirelab.sim.reasons import Reason


def test_a_connection_is_made_and_carries_bytes_both_ways(net):
    listener = net.listener(80)
    client = net.stream()
    with pytest.raises(BlockingIOError) as caught:
        client.connect((net.BOB, 80), now=net.now)
    assert caught.value.errno == errno.EINPROGRESS
    assert client.poll(now=net.now) == 0
    net.settle()
    assert client.poll(now=net.now) == POLLOUT
    client.connect((net.BOB, 80), now=net.now)
    assert client.connect_ex((net.BOB, 80), now=net.now) == errno.EISCONN
    assert listener.poll(now=net.now) == POLLIN
    server, peer = listener.accept(now=net.now)
    assert peer == client.getsockname() == server.getpeername()
    assert client.getpeername() == server.getsockname() == (net.BOB, 80)
    assert client.send(b"hello", now=net.now) == 5
    net.settle()
    assert server.poll(now=net.now) == POLLIN | POLLOUT
    assert server.recv(2, now=net.now) == b"he"
    assert server.recv(9, MSG_PEEK, now=net.now) == b"llo"
    assert server.recv(9, now=net.now) == b"llo"
    with pytest.raises(BlockingIOError):
        server.recv(9, now=net.now)
    server.sendall(b"bye", now=net.now)
    net.settle()
    assert client.recv(100, now=net.now) == b"bye"


def test_the_end_of_the_stream_is_no_error(net):
    client, server = net.pair()
    client.send(b"last", now=net.now)
    client.shutdown(SHUT_WR, now=net.now)
    net.settle()
    assert server.poll(now=net.now) == POLLIN | POLLOUT | POLLRDHUP
    assert [server.recv(9, now=net.now) for _ in range(3)] == [b"last", b"", b""]
    server.close(now=net.now)
    net.settle()
    assert client.poll(now=net.now) == POLLIN | POLLOUT | POLLRDHUP | POLLHUP
    assert client.recv(9, now=net.now) == b""


def test_a_refused_connection_says_so_once(net):
    client = net.stream()
    client.connect_ex((net.BOB, 9), now=net.now)
    net.settle()
    assert client.poll(now=net.now) == POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP
    assert client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now) == errno.ECONNREFUSED
    assert client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now) == 0
    assert client.recv(1, now=net.now) == b""
    with pytest.raises(BrokenPipeError):
        client.send(b"x", now=net.now)
    assert client.connect_ex((net.BOB, 9), now=net.now) == errno.ECONNABORTED


def test_an_error_tells_what_happened_to_whom(net):
    client = net.stream()
    client.connect_ex((net.BOB, 9), now=net.now)
    net.settle()
    with pytest.raises(ConnectionRefusedError, match=r"2:9 CLOSED.*tcp\.no_listener") as caught:
        client.connect((net.BOB, 9), now=net.now)
    assert isinstance(caught.value, SocketCallError)
    assert caught.value.reason is Reason.TCP_NO_LISTENER


def test_a_socket_that_was_refused_may_try_again(net):
    client = net.stream()
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    assert client.connect_ex((net.BOB, 80), now=net.now) == errno.ECONNREFUSED
    assert client.poll(now=net.now) == POLLOUT | POLLHUP
    net.listener(80)
    assert client.connect_ex((net.BOB, 80), now=net.now) == errno.EINPROGRESS
    net.settle()
    assert client.connect_ex((net.BOB, 80), now=net.now) == 0


def test_connecting_to_nowhere_disconnects(net):
    """connect(2): AF_UNSPEC."""
    client, server = net.pair()
    client.connect(None, now=net.now)
    assert client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now) == errno.ECONNRESET
    assert client.poll(now=net.now) == POLLOUT | POLLHUP
    net.settle()
    with pytest.raises(ConnectionResetError):
        server.recv(1, now=net.now)
    assert server.recv(1, now=net.now) == b""


@pytest.mark.parametrize("how", [SHUT_RD, SHUT_WR, SHUT_RDWR])
def test_shutting_down_before_there_is_a_connection_is_an_error(net, how):
    with pytest.raises(OSError, match="shutdown of") as caught:
        net.stream().shutdown(how, now=net.now)
    assert caught.value.errno == errno.ENOTCONN


def test_no_call_works_on_a_closed_socket(net):
    client, _ = net.pair()
    client.close(now=net.now)
    client.close(now=net.now)
    for call in (
        lambda: client.recv(1, now=net.now),
        lambda: client.send(b"x", now=net.now),
        lambda: client.poll(now=net.now),
        lambda: client.getsockname(),
        lambda: client.getpeername(),
        lambda: client.shutdown(SHUT_RD, now=net.now),
        lambda: client.listen(now=net.now),
        lambda: client.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now),
    ):
        with pytest.raises(OSError, match="closed socket") as caught:
            call()
        assert caught.value.errno == errno.EBADF


def test_events_carry_the_sockets(net):
    listener: Any = net.listener(80)
    client = net.stream()
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    assert Connected(client) in net.events()
    [accepted] = [event for event in net.events(net.bob) if isinstance(event, Accepted)]
    assert accepted.listener == listener
    server, _ = listener.accept(now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    assert Readable(server) in net.events(net.bob)


def test_a_send_buffer_that_is_full_says_how_much_it_took(net):
    client, _ = net.pair()
    net.cut = True
    with pytest.raises(BlockingIOError) as caught:
        client.sendall(bytes(10_000_000), now=net.now)
    assert 0 < caught.value.characters_written < 10_000_000
    assert client.poll(now=net.now) == 0
    with pytest.raises(BlockingIOError):
        client.send(b"x", now=net.now)


def test_a_repr_shows_both_ends_and_the_state(net):
    client, _ = net.pair()
    port = client.getsockname().port
    assert repr(client).startswith(f"<StreamSocket 10.0.0.1:{port} - 10.0.0.2:")
    assert repr(client).endswith(" ESTABLISHED>")
    assert repr(net.stream()) == "<StreamSocket 0.0.0.0:0 CLOSED>"


def test_activity_changes_when_an_edge_triggered_epoll_would_wake(net):
    """epoll(7)."""
    listener: Any = net.listener(80)
    client: Any = net.stream()
    seen = {listener.activity(now=net.now)}
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    seen.add(listener.activity(now=net.now))
    server, _ = listener.accept(now=net.now)
    assert len(seen) == 2
    before = server.activity(now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    after_text = server.activity(now=net.now)
    client.shutdown(SHUT_WR, now=net.now)
    net.settle()
    assert len({before, after_text, server.activity(now=net.now)}) == 3


def test_room_after_there_was_none_is_activity(net):
    client, server = net.pair()
    while client.poll(now=net.now) & POLLOUT:
        client.send(bytes(100_000), now=net.now)
    before = client.activity(now=net.now)
    for _ in range(40):
        net.settle()
        with contextlib.suppress(BlockingIOError):
            server.recv(1_000_000, now=net.now)
    assert client.poll(now=net.now) & POLLOUT
    assert client.activity(now=net.now) != before


def test_a_close_that_lingers_waits_for_the_peer_to_acknowledge(net):
    """socket(7), SO_LINGER."""
    client, _ = net.pair()
    client.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("<ii", 1, 5), now=net.now)
    net.cut = True
    client.send(b"data", now=net.now)
    client.close(now=net.now)
    net.settle(4 * SECOND)
    assert client.lingering(now=net.now)
    net.cut = False
    net.settle(60 * SECOND)
    assert not client.lingering(now=net.now)


def test_a_close_that_lingers_for_no_time_resets(net):
    client, server = net.pair()
    client.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("<ii", 1, 0), now=net.now)
    client.close(now=net.now)
    net.settle()
    with pytest.raises(ConnectionResetError):
        server.recv(1, now=net.now)


def test_what_is_no_bytes_is_refused_before_anything_changes(net):
    client, server = net.pair()
    for socket in (client, net.datagram()):
        with pytest.raises(TypeError, match="got str; give bytes"):
            socket.send("text", now=net.now)
        with pytest.raises(TypeError, match="got str; give bytes"):
            socket.setsockopt(6, 13, "reno", now=net.now)
        with pytest.raises(TypeError, match="got 0 arguments behind the data; give an address"):
            socket.sendto(b"text", now=net.now)
    client.send(b"text", now=net.now)
    net.settle()
    with pytest.raises(ValueError, match="recv_into of 10 bytes; the buffer has 3"):
        server.recv_into(bytearray(3), 10, now=net.now)
    with pytest.raises(TypeError, match="got bytes, which cannot be written"):
        server.recv_into(b"four", now=net.now)
    buffer = bytearray(8)
    assert server.recv_into(buffer, 3, now=net.now) == 3
    assert server.recv_into(memoryview(buffer)[3:], now=net.now) == 1
    assert buffer == b"text\0\0\0\0"
