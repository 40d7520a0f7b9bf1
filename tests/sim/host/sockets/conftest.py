"""Two hosts on one wire, and the Berkeley sockets of both, in virtual time."""

import random

import pytest

from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.sockets.constants import AF_INET, SOCK_DGRAM, SOCK_STREAM


class Net:
    """Alice (10.0.0.1) and Bob (10.0.0.2), and a wire that can be cut."""

    ALICE = "10.0.0.1"
    BOB = "10.0.0.2"

    def __init__(self, seed=1, **config):
        self.now = 0
        self.cut = False
        self.frames = []
        self.alice, self.bob = (
            Host(
                HostConfig(
                    name,
                    [InterfaceConfig("eth0", bytes((2, 0, 0, 0, 0, n)), bytes((10, 0, 0, n)))],
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
        """Bob listens."""
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


@pytest.fixture
def make_net():
    return Net


@pytest.fixture
def net():
    return Net()
