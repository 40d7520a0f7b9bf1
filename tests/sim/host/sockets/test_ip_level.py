"""Options at level IP whose effect is on the wire: IP_MINTTL, IP_MTU_DISCOVER, IP_MTU."""

import pytest

from wirelab.sim.host.sockets import (
    IP_MINTTL,
    IP_TTL,
    SOL_IP,
)
from wirelab.sim.reasons import Reason


def test_a_connection_drops_segments_from_too_far_away(net):
    """RFC 5082 section 3: a TTL of 255 cannot come from beyond the next router."""
    client, server = net.pair()
    client.setsockopt(SOL_IP, IP_TTL, 254, now=net.now)
    server.setsockopt(SOL_IP, IP_MINTTL, 255, now=net.now)
    client.send(b"from afar", now=net.now)
    net.settle()
    with pytest.raises(BlockingIOError):
        server.recv(9, now=net.now)
    client.setsockopt(SOL_IP, IP_TTL, 255, now=net.now)
    net.settle(1_000_000_000)
    assert server.recv(9, now=net.now) == b"from afar"


def test_a_listener_drops_syns_from_too_far_away(net):
    listener = net.listener()
    listener.setsockopt(SOL_IP, IP_MINTTL, 65, now=net.now)
    client = net.stream()
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    [syn] = [frame for frame in net.frames if frame[12:14] == b"\x08\0"]
    drop = net.bob.receive_frame(0, syn, net.now)
    assert drop.reason is Reason.IP_TTL_BELOW_MINIMUM
    assert drop.detail == "TTL 64, at least 65"
    client.setsockopt(SOL_IP, IP_TTL, 65, now=net.now)
    net.settle(1_100_000_000)
    accepted, _ = listener.accept(now=net.now)
    assert accepted.getsockopt(SOL_IP, IP_MINTTL, now=net.now) == 65
