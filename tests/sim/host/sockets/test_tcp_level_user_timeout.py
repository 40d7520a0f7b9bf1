"""RFC 5482: the user timeout on the wire, between two hosts that both have it on."""

import pytest

from wirelab.codecs import TCP
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.sockets import SOL_TCP, TCP_USER_TIMEOUT
from wirelab.sim.host.tcp.config import TcpConfig

ADVERTISED = 300 * SECOND


@pytest.fixture
def told(make_net):
    return make_net(tcp=TcpConfig(user_timeout_option=ADVERTISED))


def options_sent(net, port, kind=28):
    """Values of the option in Alice's segments from `port`; None where there is none."""
    found = []
    for frame in net.frames:
        if frame[12:14] != b"\x08\0":
            continue
        header = TCP.parse(frame, 34)
        if header.source_port == port:
            at, data, value = 0, header.option_bytes, None
            while at < len(data) and data[at]:
                length = 1 if data[at] == 1 else data[at + 1]
                if data[at] == kind:
                    assert length == 4
                    value = int.from_bytes(data[at + 2 : at + 4], "big")
                at += length
            found.append(value)
    return found


def survives(net, client):
    """How long a connection with text on the way lasts once the wire is cut, ns."""
    net.cut = True
    began = net.now
    client.send(b"nobody hears this", now=net.now)
    while client.connection.error is None:
        assert net.now - began < 7200 * SECOND
        net.settle(SECOND)
    return net.now - began


def test_a_syn_and_the_first_segment_behind_it_tell_the_timeout(told):
    """Section 3."""
    client, _ = told.pair()
    client.send(b"text", now=told.now)
    told.settle()
    assert options_sent(told, client.getsockname().port) == [300, 300, None]


def test_nothing_is_told_unless_it_is_switched_on(net):
    client, server = net.pair()
    client.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, 200_000, now=net.now)
    client.send(b"text", now=net.now)
    net.settle()
    assert options_sent(net, client.getsockname().port) == [None, None, None]
    assert server.connection.tcb.told_timeout is None


def test_a_new_timeout_is_told_with_the_next_segment_and_heeded(told):
    """Sections 3 and 3.1: the longer one of both counts."""
    client, server = told.pair()
    server.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, 900_000, now=told.now)
    server.send(b"text", now=told.now)
    told.settle()
    assert 900 * SECOND <= survives(told, client) <= 902 * SECOND


def test_who_has_set_a_timeout_keeps_to_it(told):
    """Section 3.1: CHANGEABLE is false then."""
    client, _ = told.pair()
    client.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, 20_000, now=told.now)
    assert 20 * SECOND <= survives(told, client) <= 22 * SECOND


@pytest.mark.parametrize(("asked", "lasts"), [(1_000, ADVERTISED), (100_000_000, 3600 * SECOND)])
def test_a_peer_cannot_make_us_give_up_too_soon_or_wait_forever(told, asked, lasts):
    """Section 3.2, L_LIMIT and U_LIMIT."""
    client, server = told.pair()
    server.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, asked, now=told.now)
    server.send(b"text", now=told.now)
    told.settle()
    assert lasts <= survives(told, client) <= lasts + 2 * SECOND


def test_full_segments_leave_room_for_it(told):
    """The segment with the option is shorter, and still fits the link."""
    client, server = told.pair()
    server.setsockopt(SOL_TCP, TCP_USER_TIMEOUT, 500_000, now=told.now)
    server.send(bytes(100_000), now=told.now)
    told.settle(SECOND)
    assert client.connection.readable_bytes > 60_000
    assert max(map(len, told.frames)) <= 1514
    assert client.connection.tcb.told_timeout.heard == 500 * SECOND
