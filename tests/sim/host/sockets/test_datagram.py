import errno

import pytest

from wirelab.sim.host.events import Readable
from wirelab.sim.host.sockets.constants import (
    IP_MTU,
    IP_MTU_DISCOVER,
    IP_PMTUDISC_DO,
    IP_RECVERR,
    MSG_ERRQUEUE,
    POLLERR,
    POLLIN,
    POLLOUT,
    POLLPRI,
    SO_BROADCAST,
    SO_NO_CHECK,
    SO_REUSEADDR,
    SO_REUSEPORT,
    SO_SELECT_ERR_QUEUE,
    SOL_IP,
    SOL_SOCKET,
)


@pytest.fixture
def server(net):
    socket = net.datagram(net.bob)
    socket.bind(("", 4000), now=net.now)
    return socket


def say(net, socket, data, port=4000):
    socket.sendto(data, (net.BOB, port), now=net.now)
    net.settle()


def test_a_question_and_its_answer(net, server):
    client = net.datagram()
    client.connect((net.BOB, 4000), now=net.now)
    client.send(b"question", now=net.now)
    net.settle()
    assert net.events(net.bob)[-1] == Readable(server)
    data, sender = server.recvfrom(100, now=net.now)
    assert (data, sender) == (b"question", client.getsockname())
    server.sendto(b"answer", sender, now=net.now)
    net.settle()
    assert client.poll(now=net.now) == POLLIN | POLLOUT
    assert client.recv(100, now=net.now) == b"answer"


def test_a_connected_socket_hears_its_peer_only(net, server):
    """udp(7)."""
    friend, stranger = net.datagram(), net.datagram()
    friend.bind(("", 7), now=net.now)
    server.connect((net.ALICE, 7), now=net.now)
    say(net, stranger, b"who are you")
    assert stranger.poll(now=net.now) == POLLOUT  # it is not connected: nobody tells it
    say(net, friend, b"it is me")
    assert server.recv(100, now=net.now) == b"it is me"
    with pytest.raises(BlockingIOError):
        server.recv(100, now=net.now)


def test_the_socket_that_fits_best_hears(net, server):
    """A peer counts more than an address, an address more than none."""
    exact, connected = net.datagram(net.bob), net.datagram(net.bob)
    client = net.datagram()
    client.bind(("", 7), now=net.now)
    for socket in (server, exact, connected):
        socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1, now=net.now)
    exact.bind((net.BOB, 4000), now=net.now)
    say(net, client, b"one")
    assert exact.recv(9, now=net.now) == b"one"
    connected.bind(("", 4000), now=net.now)
    connected.connect((net.ALICE, 7), now=net.now)
    say(net, client, b"two")
    assert connected.recv(9, now=net.now) == b"two"


def test_a_broadcast_needs_leave_and_reaches_everybody(net, server):
    """socket(7), SO_BROADCAST; RFC 1122 section 4.1.3.6."""
    server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1, now=net.now)
    other, client = net.datagram(net.bob), net.datagram()
    other.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1, now=net.now)
    other.bind(("", 4000), now=net.now)
    with pytest.raises(PermissionError, match="set SO_BROADCAST first"):
        client.sendto(b"all", ("10.0.0.255", 4000), now=net.now)
    client.setsockopt(SOL_SOCKET, SO_BROADCAST, 1, now=net.now)
    client.sendto(b"all", ("10.0.0.255", 4000), now=net.now)
    net.settle()
    assert [socket.recv(9, now=net.now) for socket in (server, other)] == [b"all", b"all"]


def test_a_group_of_sockets_shares_the_peers(net):
    """socket(7), SO_REUSEPORT: one peer always meets the same socket."""
    group = [net.datagram(net.bob) for _ in range(3)]
    for socket in group:
        socket.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1, now=net.now)
        socket.bind(("", 4000), now=net.now)
    clients = [net.datagram() for _ in range(30)]
    for _ in range(2):
        for client in clients:
            say(net, client, b"x")
    heard: list[object] = []
    for socket in group:
        peers = []
        while socket.poll(now=net.now) & POLLIN:
            peers.append(socket.recvfrom(9, now=net.now)[1])
        assert len(peers) == 2 * len(set(peers)) > 0
        heard += set(peers)
    assert len(heard) == 30


def test_a_datagram_too_big_for_the_path_is_an_entry_of_the_error_queue(net, server):
    """ip(7), IP_RECVERR: locally generated errors; IP_MTU tells what would fit."""
    client = net.datagram()
    client.setsockopt(SOL_IP, IP_RECVERR, 1, now=net.now)
    client.setsockopt(SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, now=net.now)
    client.setsockopt(SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1, now=net.now)
    client.connect((net.BOB, 4000), now=net.now)
    with pytest.raises(OSError, match=r"path MTU 1500.*ip\.too_big_df") as caught:
        client.send(bytes(1473), now=net.now)
    assert caught.value.errno == errno.EMSGSIZE
    assert client.poll(now=net.now) == POLLOUT | POLLERR | POLLPRI
    _, [(_, _, entry)], _, destination = client.recvmsg(10, 100, MSG_ERRQUEUE, now=net.now)
    assert (entry[4], int.from_bytes(entry[8:12], "little")) == (1, 1500)
    assert destination == (net.BOB, 4000)
    assert client.getsockopt(SOL_IP, IP_MTU, now=net.now) == 1500


def test_a_checksum_may_be_left_out(net, server):
    """socket(7), SO_NO_CHECK; RFC 768: zero means none."""
    client = net.datagram()
    client.setsockopt(SOL_SOCKET, SO_NO_CHECK, 1, now=net.now)
    say(net, client, b"x")
    [frame] = [f for f in net.frames if f[12:14] == b"\x08\0" and f[23] == 17]
    assert frame[40:42] == b"\0\0"
    assert server.recv(9, now=net.now) == b"x"


def test_what_nobody_reads_is_bounded(make_net):
    net = make_net(udp_receive_buffer=1000)
    server, client = net.datagram(net.bob), net.datagram()
    server.bind(("", 4000), now=net.now)
    for _ in range(5):
        say(net, client, bytes(400))
    taken = 0
    while server.poll(now=net.now) & POLLIN:
        taken += len(server.recv(1000, now=net.now))
    assert taken == 800


def test_disconnecting_gives_back_what_bind_did_not_ask_for(net, server):
    """connect(2), AF_UNSPEC."""
    client = net.datagram()
    client.connect((net.BOB, 4000), now=net.now)
    assert client.getsockname().host == net.ALICE
    client.connect(None, now=net.now)
    assert client.getsockname() == ("0.0.0.0", 0)
    server.connect((net.ALICE, 1), now=net.now)
    server.connect(None, now=net.now)
    assert server.getsockname() == ("0.0.0.0", 4000)


def test_a_repr_shows_both_ends(net, server):
    assert repr(server) == "<DatagramSocket 0.0.0.0:4000>"
    server.connect((net.ALICE, 1), now=net.now)
    assert repr(server) == "<DatagramSocket 10.0.0.2:4000 - 10.0.0.1:1>"
    server.close(now=net.now)
    assert repr(server) == "<DatagramSocket closed>"
