"""Sockets bound to one interface (socket(7), SO_BINDTODEVICE), on a host that has two."""

import random

import pytest

from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    SO_BINDTODEVICE,
    SOCK_STREAM,
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
