"""Sockets bound to one interface (socket(7), SO_BINDTODEVICE), on a host that has two."""

import random

import pytest

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IP_PKTINFO,
    IP_UNICAST_IF,
    IPV6_MTU,
    IPV6_UNICAST_IF,
    SO_BINDTODEVICE,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_IP,
    SOL_IPV6,
    SOL_SOCKET,
)
from wirelab.sim.reasons import Reason

PORT = 80


def card(name, n, network):
    ipv4, ipv6 = bytes((10, 0, network, n)), bytes.fromhex(f"20010db8{network:08x}{n:016x}")
    mac = bytes((2, 0, 0, 0, network, n))
    return InterfaceConfig(name, mac, ipv4, addresses=[(ipv6, 64)])


class Station:
    """Bob with eth0 and eth1, and Alice at the other end of each."""

    def __init__(self):
        self.now = 0
        cards = [card("eth0", 2, 0), card("eth1", 2, 1)]
        self.bob = Host(HostConfig("bob", cards), random.Random(1))
        self.alices = [
            Host(HostConfig(f"alice{i}", [card("eth0", 1, i)]), random.Random(2 + i))
            for i in (0, 1)
        ]
        self.settle()

    def settle(self):
        for _ in range(200):
            self.now += MILLISECOND
            moved = False
            for host in (self.bob, *self.alices):
                host.handle_timers(self.now)
            for index, alice in enumerate(self.alices):
                for _, frame in alice.poll_transmit(self.now):
                    moved = True
                    self.bob.receive_frame(index, frame, self.now)
            for index, frame in self.bob.poll_transmit(self.now):
                moved = True
                self.alices[index].receive_frame(0, frame, self.now)
            if not moved:
                return

    def bound(self, device, host="", family=AF_INET):
        socket = self.bob.socket(family, SOCK_STREAM)
        if device:
            name = device.encode()
            socket.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, name, now=self.now)
        socket.bind((host, PORT), now=self.now)
        socket.listen(8, now=self.now)
        return socket

    def connect(self, network, family=AF_INET):
        socket = self.alices[network].socket(family, SOCK_STREAM)
        text = f"10.0.{network}.2" if family == AF_INET else f"2001:db8:0:{network}::2"
        socket.connect_ex((text, PORT), now=self.now)
        self.settle()
        return socket, socket.connect_ex((text, PORT), now=self.now)


@pytest.fixture
def station():
    return Station()


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_a_listener_takes_connections_of_its_interface_alone(station, family):
    """Linux: inet_bound_dev_eq in compute_score; others are refused as on a closed port."""
    listener = station.bound("eth1", family=family)
    assert station.connect(0, family)[1] == 111
    client, told = station.connect(1, family)
    assert told == 0
    accepted, _ = listener.accept(now=station.now)
    client.send(b"text", now=station.now)
    station.settle()
    assert accepted.recv(99, now=station.now) == b"text"
    assert accepted.getsockopt(SOL_SOCKET, SO_BINDTODEVICE, 16, now=station.now) == b"eth1\0"


def test_listeners_of_two_interfaces_share_a_port(station):
    """Linux: inet_bind_conflict; sockets that hear different interfaces do not meet."""
    listeners = [station.bound("eth0"), station.bound("eth1")]
    for network, listener in enumerate(listeners):
        assert station.connect(network)[1] == 0
        assert listener.accept(now=station.now)[1].host == f"10.0.{network}.1"
    with pytest.raises(OSError, match=r"tcp\.port_in_use"):
        station.bound("")


def test_segments_of_another_interface_are_not_for_the_connection(station):
    """The same addresses and ports do not make it the same way in."""
    listener = station.bound("eth1")
    client, _ = station.connect(1)
    accepted, _ = listener.accept(now=station.now)
    client.send(b"text", now=station.now)
    [(_, frame)] = station.alices[1].poll_transmit(station.now)
    astray = station.bob.interfaces[0].mac + frame[6:]
    drop = station.bob.receive_frame(0, astray, station.now)
    assert drop is not None
    assert drop.reason is Reason.TCP_NO_CONNECTION
    assert station.bob.receive_frame(1, frame, station.now) is None
    assert accepted.recv(99, now=station.now) == b"text"


def test_a_connection_leaves_by_its_interface_whatever_routes_say(station):
    """There is no route to that network by eth1, so nothing goes; by eth0 there is."""
    for device, expected in ((b"eth1", 101), (b"eth0", 115)):
        socket = station.bob.socket(AF_INET, SOCK_STREAM)
        socket.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, device, now=station.now)
        assert socket.connect_ex(("10.0.0.1", 9), now=station.now) == expected
        assert all(index == 0 for index, _ in station.bob.poll_transmit(station.now))


def number(index):
    return index.to_bytes(4, "big")


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_datagrams_leave_by_the_interface_that_is_preferred_for_them(station, family):
    """ip(7), IP_UNICAST_IF; nothing leads to that network by eth1, and groups do not heed it."""
    socket = station.bob.socket(family, SOCK_DGRAM)
    four = family == AF_INET
    level, name = (SOL_IP, IP_UNICAST_IF) if four else (SOL_IPV6, IPV6_UNICAST_IF)
    near = ("10.0.0.1" if four else "2001:db8::1", 9)
    group = ("239.1.2.3" if four else "ff15::123", 9)
    socket.setsockopt(level, name, number(2), now=station.now)
    with pytest.raises(OSError, match=r"ip\.no_route"):
        socket.sendto(b"x", near, now=station.now)
    socket.sendto(b"x", group, now=station.now)
    [(index, _)] = station.bob.poll_transmit(station.now)
    assert index == 0
    socket.setsockopt(level, name, number(0), now=station.now)
    assert socket.sendto(b"x", near, now=station.now) == 1


def test_ipv6_datagrams_are_cut_to_the_size_that_was_set(station):
    """RFC 3542 section 11.1: IPV6_MTU; the path's MTU bounds it."""
    socket = station.bob.socket(AF_INET6, SOCK_DGRAM)
    alice = station.alices[0].socket(AF_INET6, SOCK_DGRAM)
    alice.bind(("::", 9), now=station.now)
    station.alices[0].ping(station.bob.interfaces[0].ipv6[0].address, 1, 1, b"", station.now)
    station.settle()  # so that both know each other's MAC address
    for wanted, largest in ((0, 1500), (1280, 1280), (9000, 1500)):
        socket.setsockopt(SOL_IPV6, IPV6_MTU, wanted, now=station.now)
        socket.sendto(bytes(4000), ("2001:db8::1", 9), now=station.now)
        frames = [frame for _, frame in station.bob.poll_transmit(station.now)]
        assert largest - 8 < max(map(len, frames)) - 14 <= largest
        for frame in frames:
            station.alices[0].receive_frame(0, frame, station.now)
        assert len(alice.recv(9999, now=station.now)) == 4000


def test_what_comes_by_the_loopback_interface_is_told_so(station):
    """ip(7), IP_PKTINFO: its index is that behind all others, and may be given back."""
    server, client = (station.bob.socket(AF_INET, SOCK_DGRAM) for _ in range(2))
    server.bind(("127.0.0.1", 9), now=station.now)
    server.setsockopt(SOL_IP, IP_PKTINFO, 1, now=station.now)
    client.sendto(b"x", ("127.0.0.1", 9), now=station.now)
    station.settle()
    _, [(_, _, info)], _, address = server.recvmsg(9, 99, now=station.now)
    assert info[:4] == b"\3\0\0\0"
    server.sendmsg([b"y"], [(SOL_IP, IP_PKTINFO, info)], 0, address, now=station.now)
    station.settle()
    assert client.recv(9, now=station.now) == b"y"
    with pytest.raises(OSError, match="no such"):
        server.sendmsg([b"y"], [(SOL_IP, IP_PKTINFO, info)], 0, ("10.0.0.1", 9), now=station.now)


@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_nothing_is_sent_from_an_address_that_was_taken_away(station, family):
    """RFC 1122 section 3.2.1.3: the source must be one of the host's; nobody could answer."""
    four = family == AF_INET
    text = "10.0.0.9" if four else "2001:db8::9"
    address = ip_bytes(text)
    near = "10.0.0.1" if four else "2001:db8::1"
    station.bob.add_address(address, 24 if four else 64, station.now)
    listener = station.alices[0].socket(family, SOCK_STREAM)
    listener.bind(("", PORT), now=station.now)
    listener.listen(1, now=station.now)
    datagrams, stream = (station.bob.socket(family, kind) for kind in (SOCK_DGRAM, SOCK_STREAM))
    for socket in (datagrams, stream):
        socket.bind((text, 0), now=station.now)
    stream.connect_ex((near, PORT), now=station.now)
    station.settle()
    assert stream.connect_ex((near, PORT), now=station.now) == 0
    station.bob.remove_address(address, station.now)
    with pytest.raises(OSError, match=f"from {text}, which is no address of ours"):
        datagrams.sendto(b"x", (near, 9), now=station.now)
    stream.send(b"text", now=station.now)
    assert not [one for _, one in station.bob.poll_transmit(station.now) if b"text" in one]
    station.bob.add_address(address, 24 if four else 64, station.now)
    station.now += SECOND
    station.settle()  # TCP has not given up
    accepted, _ = listener.accept(now=station.now)
    assert accepted.recv(9, now=station.now) == b"text"
