"""Multicast sockets: who hears what (RFC 1112 section 6, RFC 3678); errnos: see the comparison."""

import pytest

from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IP_ADD_MEMBERSHIP,
    IP_ADD_SOURCE_MEMBERSHIP,
    IP_BLOCK_SOURCE,
    IP_DROP_MEMBERSHIP,
    IP_MULTICAST_ALL,
    IP_MULTICAST_IF,
    IP_MULTICAST_LOOP,
    IP_MULTICAST_TTL,
    IPV6_JOIN_GROUP,
    IPV6_MULTICAST_HOPS,
    POLLIN,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOL_IP,
    SOL_IPV6,
    SOL_SOCKET,
)

GROUP, TEXT = bytes((239, 1, 2, 3)), "239.1.2.3"
GROUP6, TEXT6 = bytes.fromhex("ff150000000000000000000000000123"), "ff15::123"
ALICE = b"\x0a\0\0\1"


def member(net, host, port=5000, group=GROUP):
    socket = net.datagram(host)
    socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1, now=net.now)
    socket.bind(("", port), now=net.now)
    if group is not None:
        socket.setsockopt(SOL_IP, IP_ADD_MEMBERSHIP, group + bytes(4), now=net.now)
    return socket


def say(net, socket, text=TEXT, port=5000):
    socket.sendto(b"all", (text, port), now=net.now)
    net.settle()


def hears(net, socket):
    heard = bool(socket.poll(now=net.now) & POLLIN)
    while socket.poll(now=net.now) & POLLIN:
        socket.recv(99, now=net.now)
    return heard


def test_only_members_hear(net):
    socket, client = member(net, net.bob), net.datagram()
    say(net, client)
    assert hears(net, socket)
    say(net, client, "239.1.2.4")
    assert not hears(net, socket)
    socket.setsockopt(SOL_IP, IP_DROP_MEMBERSHIP, GROUP + bytes(4), now=net.now)
    say(net, client)
    assert not hears(net, socket)


def test_closing_leaves(net):
    socket = member(net, net.bob)
    assert GROUP in net.bob.multicast.groups(0)
    socket.close(now=net.now)
    assert GROUP not in net.bob.multicast.groups(0)


@pytest.mark.parametrize("asked", [True, False])
def test_groups_that_others_joined_are_heard_unless_refused(net, asked):
    """ip(7), IP_MULTICAST_ALL."""
    member(net, net.bob)
    other = member(net, net.bob, group=None)
    other.setsockopt(SOL_IP, IP_MULTICAST_ALL, asked, now=net.now)
    say(net, net.datagram())
    assert hears(net, other) is asked


@pytest.mark.parametrize(
    ("option", "source", "heard"),
    [(IP_BLOCK_SOURCE, ALICE, False), (IP_BLOCK_SOURCE, b"\x0a\0\0\7", True),
     (IP_ADD_SOURCE_MEMBERSHIP, ALICE, True), (IP_ADD_SOURCE_MEMBERSHIP, b"\x0a\0\0\7", False)],
)  # fmt: skip
def test_each_socket_hears_the_sources_that_it_wants(net, option, source, heard):
    """RFC 3376 section 3.1: the filter of one socket is not that of another."""
    plain = member(net, net.bob)
    choosy = member(net, net.bob, group=GROUP if option == IP_BLOCK_SOURCE else None)
    choosy.setsockopt(SOL_IP, option, GROUP + bytes(4) + source, now=net.now)
    say(net, net.datagram())
    assert (hears(net, plain), hears(net, choosy)) == (True, heard)


@pytest.mark.parametrize("loops", [True, False])
def test_a_sender_hears_itself_unless_it_says_otherwise(net, loops):
    """RFC 1112 section 6.1; ip(7), IP_MULTICAST_LOOP."""
    socket, client = member(net, net.alice), net.datagram()
    client.setsockopt(SOL_IP, IP_MULTICAST_LOOP, loops, now=net.now)
    say(net, client)
    assert hears(net, socket) is loops


def test_hops_are_one_unless_said_otherwise(net):
    """RFC 1112 section 6.1."""
    client = net.datagram()
    say(net, client)
    client.setsockopt(SOL_IP, IP_MULTICAST_TTL, 5, now=net.now)
    say(net, client)
    sent = [frame for frame in net.frames if frame[30:34] == GROUP and frame[23] == 17]
    assert [frame[22] for frame in sent] == [1, 5]


def test_the_interface_is_chosen_by_its_address(make_rig):
    """ip(7), IP_MULTICAST_IF."""
    rig = make_rig(second=b"\xc0\0\2\1")
    socket = rig.host.socket(AF_INET, SOCK_DGRAM)
    for own in (bytes(4), b"\xc0\0\2\1"):
        socket.setsockopt(SOL_IP, IP_MULTICAST_IF, own, now=rig.now)
        socket.sendto(b"x", (TEXT, 9), now=rig.now)
    sent = [(i, frame[26:30]) for i, frame in rig.host.poll_transmit(0) if frame[23] == 17]
    assert sent == [(0, ALICE), (1, b"\xc0\0\2\1")]


def test_ipv6_groups_are_joined_by_index(make_net):
    """RFC 3493 section 5.2."""
    net = make_net(ipv6=True)
    socket = net.bob.socket(AF_INET6, SOCK_DGRAM)
    socket.bind(("::", 5000), now=net.now)
    client = net.alice.socket(AF_INET6, SOCK_DGRAM)
    say(net, client, TEXT6)
    assert not hears(net, socket)
    socket.setsockopt(SOL_IPV6, IPV6_JOIN_GROUP, GROUP6 + b"\1\0\0\0", now=net.now)
    say(net, client, TEXT6)
    assert hears(net, socket)


def test_sockets_that_share_a_port_all_hear(net):
    """RFC 1122 section 4.1.3.6; socket(7), SO_REUSEADDR."""
    sockets = [member(net, net.bob) for _ in range(3)]
    say(net, net.datagram())
    assert all(hears(net, socket) for socket in sockets)


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_multicasts_without_hops_stay_on_the_host(make_net, family):
    """RFC 1112 section 6.1: a TTL of 0 reaches members here, and nobody else."""
    net = make_net(ipv6=True)
    here, there = (member(net, host, group=None) for host in (net.alice, net.bob))
    text, level, hops = (TEXT, SOL_IP, IP_MULTICAST_TTL)
    if family == AF_INET6:
        text, level, hops = (TEXT6, SOL_IPV6, IPV6_MULTICAST_HOPS)
        for socket in (here, there):
            socket.close(now=net.now)
        here, there = (host.socket(AF_INET6, SOCK_DGRAM) for host in (net.alice, net.bob))
    for socket in (here, there):
        if family == AF_INET6:
            socket.bind(("::", 5000), now=net.now)
            socket.setsockopt(SOL_IPV6, IPV6_JOIN_GROUP, GROUP6 + b"\1\0\0\0", now=net.now)
        else:
            socket.setsockopt(SOL_IP, IP_ADD_MEMBERSHIP, GROUP + bytes(4), now=net.now)
    client = net.alice.socket(family, SOCK_DGRAM)
    client.setsockopt(level, hops, 0, now=net.now)
    say(net, client, text)
    assert (hears(net, here), hears(net, there)) == (True, False)
    client.setsockopt(level, hops, 1, now=net.now)
    say(net, client, text)
    assert (hears(net, here), hears(net, there)) == (True, True)
