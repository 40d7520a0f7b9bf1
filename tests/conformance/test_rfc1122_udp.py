"""What RFC 1122 section 4.1 demands of UDP where more than one host is needed to see it.

The rest is in `tests/sim/host/sockets/test_datagram_requirements.py`.
"""

import pytest

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim import Network
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IP_OPTIONS,
    IP_RECVOPTS,
    IP_RETOPTS,
    SOCK_DGRAM,
    SOL_IP,
)

LOOSE, STRICT = 131, 137
FIRST, SECOND = ipv4_bytes("10.0.0.254"), ipv4_bytes("10.0.1.253")


@pytest.fixture
def net():
    """Alice, two routers in a row, Bob; all of them follow source routes."""
    net = Network(seed=1)
    alice = net.host("alice", "10.0.0.1", gateway="10.0.0.254", source_routes=True)
    first = net.router("first", ["10.0.0.254", "10.0.1.254"], source_routes=True)
    second = net.router("second", ["10.0.1.253", "10.0.2.254"], source_routes=True)
    bob = net.host("bob", "10.0.2.1", gateway="10.0.2.254", source_routes=True)
    net.link(alice, first)
    net.link(first, second)
    net.link(second, bob)
    return net


@pytest.fixture
def sockets(net):
    """Alice's socket, and Bob's, which is told the options that come."""
    made = []
    for name in ("alice", "bob"):
        socket = net.nodes[name].machine.socket(AF_INET, SOCK_DGRAM)
        socket.bind(("", 4000), now=net.now)
        socket.setsockopt(SOL_IP, IP_RECVOPTS, 1, now=net.now)
        socket.setsockopt(SOL_IP, IP_RETOPTS, 1, now=net.now)
        made.append(socket)
    return made


def route(kind, *stops, pointer=4):
    """Options that begin with a source route; one that does nothing fills them up."""
    return bytes([kind, 3 + 4 * len(stops), pointer]) + b"".join(stops) + b"\1"


@pytest.mark.parametrize("kind", [LOOSE, STRICT])
def test_a_datagram_goes_by_its_source_route_and_its_answer_comes_back_by_it(net, sockets, kind):
    """1122-3.2.1.8-e, 1122-3.2.1.8-f, 1122-3.2.1.8-g, 1122-4.1.3.2-a, 1122-4.1.3.2-c.

    No routing table of the two routers leads to the networks of both ends: the route does.
    """
    alice, bob = sockets
    alice.setsockopt(SOL_IP, IP_OPTIONS, route(kind, FIRST, SECOND), now=net.now)
    alice.sendto(b"question", ("10.0.2.1", 4000), now=net.now)
    net.run_for("1s")
    data, told, _, sender = bob.recvmsg(99, 999, now=net.now)
    came = route(kind, b"\x0a\0\1\xfe", b"\x0a\0\2\xfe", pointer=12)
    back = route(kind, b"\x0a\0\2\xfe", b"\x0a\0\1\xfe")[:-1] + b"\0"
    assert (data, sender) == (b"question", ("10.0.0.1", 4000))
    assert told == [(SOL_IP, IP_RECVOPTS, came), (SOL_IP, IP_RETOPTS, back)]
    bob.sendmsg([b"answer"], [(SOL_IP, IP_RETOPTS, back)], 0, sender, now=net.now)
    net.run_for("1s")
    data, told, _, sender = alice.recvmsg(99, 999, now=net.now)
    assert (data, sender) == (b"answer", ("10.0.2.1", 4000))
    assert told[0][2][:3] == bytes([kind, 11, 12])


def test_without_the_route_nothing_arrives(net, sockets):
    """What the test above relies on."""
    alice, bob = sockets
    alice.sendto(b"question", ("10.0.2.1", 4000), now=net.now)
    net.run_for("1s")
    with pytest.raises(BlockingIOError):
        bob.recv(99, now=net.now)


def test_a_second_source_route_is_refused_when_it_is_set(net, sockets):
    """1122-3.2.1.8-h."""
    both = route(LOOSE, FIRST) + route(STRICT, SECOND)
    with pytest.raises(OSError, match="a second source route"):
        sockets[0].setsockopt(SOL_IP, IP_OPTIONS, both, now=net.now)
