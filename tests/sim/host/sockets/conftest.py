"""Two hosts on one wire, and the Berkeley sockets of both, in virtual time; and the kernel's."""

import ctypes
import errno
import fcntl
import random
import select
import socket as kernel
import struct
import sys
from typing import Any, ClassVar

import pytest

from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.profiles import linux
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IP_RECVERR,
    IPV6_RECVERR,
    POLLIN,
    POLLOUT,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_IP,
    SOL_IPV6,
)


class Net:
    """Alice (10.0.0.1) and Bob (10.0.0.2), and a wire that can be cut."""

    ALICE = "10.0.0.1"
    BOB = "10.0.0.2"
    ALICE6 = "2001:db8::1"
    BOB6 = "2001:db8::2"

    def __init__(self, seed=1, ipv6=False, **config):
        self.now = 0
        self.cut = False
        self.frames = []
        self.alice, self.bob = (
            Host(
                HostConfig(
                    name,
                    [
                        InterfaceConfig(
                            "eth0",
                            bytes((2, 0, 0, 0, 0, n)),
                            bytes((10, 0, 0, n)),
                            addresses=[(bytes.fromhex(f"20010db8{n:024x}"), 64)] if ipv6 else [],
                        )
                    ],
                    **config,
                ),
                random.Random(seed + n),
            )
            for name, n in (("alice", 1), ("bob", 2))
        )

    def _exchange(self):
        """Deliver everything that is on the way now, and what comes of it."""
        for _ in range(1000):
            moved = False
            for host, other in ((self.alice, self.bob), (self.bob, self.alice)):
                for _, frame in host.poll_transmit(self.now):
                    moved = True
                    self.frames.append(frame)
                    if not self.cut:
                        other.receive_frame(0, frame, self.now)
            if not moved:
                return
        raise AssertionError("the hosts never stop talking")

    def settle(self, duration=10 * MILLISECOND):
        """Let time pass, from timer to timer."""
        end = self.now + duration
        self._exchange()
        for _ in range(100_000):
            due = [at for host in (self.alice, self.bob) if (at := host.poll_at()) is not None]
            if not due or min(due) > end:
                break
            self.now = max(self.now, min(due))
            for host in (self.alice, self.bob):
                host.handle_timers(self.now)
            self._exchange()
        self.now = end

    def stream(self, host=None):
        return (host or self.alice).socket(AF_INET, SOCK_STREAM)

    def datagram(self, host=None):
        return (host or self.alice).socket(AF_INET, SOCK_DGRAM)

    def listener(self, port=80, backlog=8):
        """Bob listens, on IPv4."""
        socket = self.stream(self.bob)
        socket.bind(("", port), now=self.now)
        socket.listen(backlog, now=self.now)
        return socket

    def pair(self):
        """A connection: Alice's socket and Bob's."""
        listener = self.listener(0)
        client = self.stream()
        client.connect_ex((self.BOB, listener.getsockname().port), now=self.now)
        self.settle()
        assert client.connect_ex((self.BOB, 1), now=self.now) == 0
        server, _ = listener.accept(now=self.now)
        listener.close(now=self.now)
        return client, server

    def events(self, host=None):
        host = host or self.alice
        found = []
        while (event := host.poll_event()) is not None:
            found.append(event)
        return found


# --- the same calls on the kernel's sockets and on ours

EVERYTHING = 0x23FF
_libc = ctypes.CDLL(None, use_errno=True)
PATIENCE = 5000
"""ms; how long the kernel may take for what happens at once."""


class KernelSocket:
    """The kernel's, with what Python's socket module does not offer."""

    CALLS: ClassVar[dict[str, Any]] = {}

    def __init__(self, world, socket):
        self.world, self.socket = world, socket
        socket.setblocking(False)

    def poll(self):
        poller = select.poll()
        poller.register(self.socket, EVERYTHING)
        found = poller.poll(0)
        return found[0][1] if found else 0

    def ioctl(self, request):
        return struct.unpack("i", fcntl.ioctl(self.socket, request, struct.pack("i", 0)))[0]

    def accept(self):
        accepted, address = self.socket.accept()
        return self.world.keep(KernelSocket(self.world, accepted)), address

    def __getattr__(self, name):
        return getattr(self.socket, name)


class OurSocket:
    """Ours, with `now` filled in; whatever a call causes happens before the next."""

    TIMELESS = ("getsockname", "getpeername")

    def __init__(self, world, socket):
        self.world, self.socket = world, socket

    def poll(self):
        return self.socket.poll(EVERYTHING, now=self.world.net.now)

    def accept(self):
        accepted, address = self.socket.accept(now=self.world.net.now)
        return self.world.keep(OurSocket(self.world, accepted)), address

    def setblocking(self, blocking):
        self.socket.setblocking(blocking)

    def __getattr__(self, name):
        method = getattr(self.socket, name)
        if name in self.TIMELESS:
            return method

        def call(*arguments):
            try:
                return method(*arguments, now=self.world.net.now)
            finally:
                self.world.net.settle()

        return call


class World:
    """Makes sockets, and writes down what every call gave."""

    host = ""
    anywhere = ("0.0.0.0", "::")

    def __init__(self, family=AF_INET):
        self.family = family
        self.foreign = "192.0.2.1" if family == AF_INET else "2001:db8:1::1"
        self.receive_errors = (
            (SOL_IP, IP_RECVERR) if family == AF_INET else (SOL_IPV6, IPV6_RECVERR)
        )
        self.log = []
        self.kept = []
        self.named = {}

    def keep(self, socket):
        self.kept.append(socket)
        return socket

    def do(self, label, call, *arguments):
        """Call, and log the result or the errno; returns the result."""
        try:
            result = call(*arguments)
        except OSError as error:
            self.log.append((label, errno.errorcode[error.errno or 0]))
            return None
        self.log.append((label, self._shown(result)))
        return result

    def _shown(self, result):
        """Without what differs from run to run: ports, and the objects themselves."""
        if isinstance(result, tuple) and len(result) in (2, 4) and isinstance(result[0], str):
            zero = "any" if result[0] in self.anywhere else "ours"
            return (zero, self.named.get(result[1], "port" if result[1] else 0), *result[2:])
        if isinstance(result, tuple | list):
            return tuple(self._shown(one) for one in result)
        if result is None or isinstance(result, int | bytes | str):
            return result
        return type(result).__name__.replace("Kernel", "").replace("Our", "")

    def look(self, socket):
        """Log what can be seen of a socket without changing it."""
        self.do("poll", socket.poll)
        self.do("name", socket.getsockname)
        self.do("peer", socket.getpeername)

    def stream(self, side: str = "client") -> Any:
        raise NotImplementedError

    def wait(self, socket, mask):
        raise NotImplementedError

    def disconnect(self, socket):
        raise NotImplementedError

    def listener(self, backlog=8):
        listener = self.stream("server")
        listener.bind((self.host, 0))
        listener.listen(backlog)
        self.named[listener.getsockname()[1]] = "listener"
        return listener, listener.getsockname()

    def pair(self):
        """Two connected streams, logging nothing."""
        listener, address = self.listener()
        client = self.stream()
        client.connect_ex(address)
        self.wait(listener, POLLIN)
        server, _ = listener.accept()
        self.wait(client, POLLOUT)
        client.connect_ex(address)
        return client, server

    def closed_port(self):
        """An address where nobody listens."""
        probe = self.stream("server")
        probe.bind((self.host, 0))
        address = probe.getsockname()
        probe.close()
        return address


class KernelWorld(World):
    def __init__(self, family=AF_INET):
        super().__init__(family)
        self.host = "127.0.0.1" if family == AF_INET else "::1"
        self.host4 = self.own4 = "127.0.0.1"
        self.host6 = "::1"

    def stream(self, side="client"):
        return self.socket(self.family, SOCK_STREAM)

    def datagram(self, side="client"):
        return self.socket(self.family, SOCK_DGRAM)

    def socket(self, family, kind, protocol=0, side="client"):
        return self.keep(KernelSocket(self, kernel.socket(family, kind, protocol)))

    def wait(self, socket, mask):
        poller = select.poll()
        poller.register(socket.socket, mask)
        assert poller.poll(PATIENCE), f"the kernel never said {mask:#x}"

    def disconnect(self, socket):
        """Connect with AF_UNSPEC, which Python has no address for."""
        address = struct.pack("H14x", kernel.AF_UNSPEC)
        if _libc.connect(socket.fileno(), address, len(address)):
            raise OSError(ctypes.get_errno(), "connect")

    def end(self):
        for socket in self.kept:
            socket.close()
        self.kept.clear()
        self.named.clear()  # the kernel may give the port to somebody else


class OurWorld(World):
    def __init__(self, net, family=AF_INET):
        super().__init__(family)
        self.host = net.BOB if family == AF_INET else net.BOB6
        self.host4, self.host6, self.own4 = net.BOB, net.BOB6, net.ALICE
        self.net = net

    def _host(self, side):
        return self.net.alice if side == "client" else self.net.bob

    def stream(self, side="client"):
        return self.socket(self.family, SOCK_STREAM, 0, side)

    def datagram(self, side="client"):
        return self.socket(self.family, SOCK_DGRAM, 0, side)

    def socket(self, family, kind, protocol=0, side="client"):
        made = self._host(side).socket(family, kind, protocol)
        made.setblocking(False)
        return self.keep(OurSocket(self, made))

    def wait(self, socket, mask):
        self.net.settle()

    def disconnect(self, socket):
        socket.connect(None)

    def end(self):
        for socket in self.kept:
            socket.close()
        self.kept.clear()
        self.named.clear()  # the kernel may give the port to somebody else


def log_of(world, scenario):
    """What a scenario sees in a world."""
    try:
        scenario(world)
    finally:
        world.end()
    return world.log


@pytest.fixture
def make_net():
    return Net


@pytest.fixture
def net():
    return Net()


@pytest.fixture
def worlds():
    """The kernel's world (loopback) and ours."""
    if sys.platform != "linux":
        pytest.skip("compares with Linux")
    made = KernelWorld(), OurWorld(Net(tcp=linux()))
    yield made
    for world in made:
        world.end()


def comparison(family, ipv6):
    """Runs a scenario in both worlds, and ends them afterwards."""
    if sys.platform != "linux":
        pytest.skip("compares with Linux")
    made = KernelWorld(family), OurWorld(Net(ipv6=ipv6, tcp=linux()), family)
    if ipv6:
        try:
            made[0].socket(AF_INET6, SOCK_DGRAM).bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"this kernel has no IPv6 loopback: {error}")

    def compare(scenario):
        kernels, ours = made
        assert log_of(ours, scenario) == log_of(kernels, scenario)

    yield compare
    for world in made:
        world.end()


@pytest.fixture(params=[AF_INET, AF_INET6], ids=["ipv4", "ipv6"])
def assert_as_linux(request):
    """Over either family: every call of a scenario gives what the kernel gives."""
    yield from comparison(request.param, request.param == AF_INET6)


@pytest.fixture
def assert_as_linux_with_both_families():
    """The same, for scenarios that use both families at once."""
    yield from comparison(AF_INET6, True)
