"""Options at level IP whose effect is on the wire: IP_MINTTL, IP_MTU_DISCOVER, IP_MTU."""

import errno

import pytest

from wirelab.codecs import ICMPv4, IPv4
from wirelab.sim.host.sockets import (
    IP_MINTTL,
    IP_MTU,
    IP_MTU_DISCOVER,
    IP_PMTUDISC_DO,
    IP_PMTUDISC_DONT,
    IP_PMTUDISC_INTERFACE,
    IP_PMTUDISC_OMIT,
    IP_PMTUDISC_PROBE,
    IP_PMTUDISC_WANT,
    IP_TTL,
    SO_ERROR,
    SOL_IP,
    SOL_SOCKET,
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


def fragmentation_needed(net, frame, mtu):
    """A router's answer to a frame that Alice sent."""
    ip = IPv4(source=b"\x0a\0\0\x09", destination=b"\x0a\0\0\x01", protocol=1)
    body = ICMPv4(type=3, code=4, next_hop_mtu=mtu).build(frame[14:62], ip)
    answer = net.alice.interfaces[0].mac + b"\2\0\0\0\0\x09" + b"\x08\0" + ip.build(body)
    assert net.alice.receive_frame(0, answer, net.now) is None


def datagrams(net):
    """Those that Alice has sent: Don't Fragment, and the length of the IP packet."""
    found = []
    for frame in net.frames:
        if frame[12:14] == b"\x08\0" and frame[23] == 17 and frame[29] == 1:
            ip = IPv4.parse(frame, 14)
            found.append((ip.dont_fragment, ip.total_length))
    return found


# Fragments of 1200 and of 1501 bytes: 20 bytes of header, and data in units of 8 bytes.
CUT_AT_1000 = [(False, 996), (False, 224), (False, 996), (False, 525)]

MODES = {  # Don't Fragment; what goes over a path of 1000 bytes of 500, 1200 and 1501 bytes
    IP_PMTUDISC_DONT: (False, [(False, 500), *CUT_AT_1000]),
    IP_PMTUDISC_WANT: (True, [(True, 500), *CUT_AT_1000]),
    IP_PMTUDISC_DO: (True, [(True, 500)]),
    IP_PMTUDISC_PROBE: (True, [(True, 500), (True, 1200)]),
    IP_PMTUDISC_INTERFACE: (False, [(False, 500), (False, 1200)]),
    IP_PMTUDISC_OMIT: (False, [(False, 500), (False, 1200), (False, 1500), (False, 21)]),
}
REFUSED = {
    IP_PMTUDISC_DO: [1200, 1501],
    IP_PMTUDISC_PROBE: [1501],
    IP_PMTUDISC_INTERFACE: [1501],
}


@pytest.mark.parametrize("mode", MODES)
def test_datagrams_may_be_cut_or_are_refused_as_the_mode_says(net, mode):
    """ip(7), IP_MTU_DISCOVER; who lets datagrams be cut has us cut them."""
    before, after = MODES[mode]
    socket = net.datagram()
    socket.connect((net.BOB, 9), now=net.now)
    socket.setsockopt(SOL_IP, IP_MTU_DISCOVER, mode, now=net.now)
    socket.send(bytes(1172), now=net.now)
    net.settle()
    assert datagrams(net) == [(before, 1200)]
    [long] = [frame for frame in net.frames if len(frame) == 1214]
    socket.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now)  # nobody listens
    fragmentation_needed(net, long, 1000)
    told = socket.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now)
    assert told == (0 if mode == IP_PMTUDISC_DONT else errno.EMSGSIZE)
    assert socket.getsockopt(SOL_IP, IP_MTU, now=net.now) == 1000
    net.frames.clear()
    refused = []
    for size in (500, 1200, 1501):
        try:
            socket.send(bytes(size - 28), now=net.now)
        except OSError as error:
            refused.append((size, error.errno))
        net.settle()
        socket.getsockopt(SOL_SOCKET, SO_ERROR, now=net.now)
    assert datagrams(net) == after
    assert refused == [(size, errno.EMSGSIZE) for size in REFUSED.get(mode, [])]


@pytest.mark.parametrize("mode", MODES)
def test_segments_forbid_fragmentation_where_the_path_is_to_be_found_out(net, mode):
    """Linux: ip_dont_fragment. A change counts for what is sent from then on."""
    client, _ = net.pair()
    net.frames.clear()
    client.setsockopt(SOL_IP, IP_MTU_DISCOVER, mode, now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    sent = [frame for frame in net.frames if frame.endswith(b"x")]
    flags = [IPv4.parse(frame, 14).dont_fragment for frame in sent]
    assert flags == [mode in (IP_PMTUDISC_WANT, IP_PMTUDISC_DO)]


def test_a_connection_is_opened_in_the_mode_that_was_set_before(net):
    net.listener()
    client = net.stream()
    client.setsockopt(SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, now=net.now)
    client.connect_ex((net.BOB, 80), now=net.now)
    net.settle()
    syn, *_ = [frame for frame in net.frames if frame[12:14] == b"\x08\0"]
    assert not IPv4.parse(syn, 14).dont_fragment
