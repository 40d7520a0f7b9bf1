"""A fake host, and the smallest networks of it."""

from collections.abc import Callable
from typing import Any

import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.network import Network
from wirelab.sim.reasons import Reason

MAC = {name: bytes((2, 0, 0, 0, 0, number)) for number, name in enumerate("abcd", 1)}
BROADCAST = b"\xff" * 6


class FakeHost:
    """Takes frames for its MAC or broadcast, answers when told, sends what is queued."""

    def __init__(self, name: str, answer: Callable[[bytes], bytes | None] = lambda frame: None):
        self.mac = MAC[name]
        self.answer = answer
        self.arrived: list[tuple[int, bytes]] = []
        self.queue: list[tuple[int, bytes]] = []
        self.wake_at: int | None = None
        self.woken: list[int] = []
        self.polls = 0

    def receive_frame(self, interface: int, frame: bytes, now: int) -> Drop | None:
        if frame[:6] not in (self.mac, BROADCAST):
            return Drop(Reason.ETH_NOT_FOR_ME)
        self.arrived.append((now, frame))
        reply = self.answer(frame)
        if reply is not None:
            self.queue.append((interface, reply))
        return None

    def handle_timers(self, now: int) -> None:
        self.woken.append(now)
        self.wake_at = None

    @property
    def has_events(self) -> bool:
        return True

    def poll_transmit(self, now: int) -> list[tuple[int, bytes]]:
        self.polls += 1
        frames, self.queue = self.queue, []
        return frames

    def poll_at(self, before: int | None = None) -> int | None:
        return self.wake_at

    def send(self, destination: bytes, size: int = 100) -> bytes:
        frame = (destination + self.mac + b"\x08\x00").ljust(size, b"\0")
        self.queue.append((0, frame))
        return frame


def make_pair(**options: Any) -> tuple[Network, FakeHost, FakeHost]:
    network = Network(seed=options.pop("seed", 1))
    one, other = FakeHost("a"), FakeHost("b")
    network.attach("a", one)
    network.attach("b", other)
    network.link("a", "b", **options)
    return network, one, other


def make_star(names: str) -> tuple[Network, dict[str, FakeHost]]:
    network = Network()
    switch = network.switch()
    hosts = {name: FakeHost(name) for name in names}
    for name, host in hosts.items():
        network.attach(name, host)
        network.link(name, switch, latency="1ms")
    return network, hosts


def list_fates(network: Network) -> list[tuple[str, str]]:
    return [(record.fate.value, record.receiver) for record in network.trace.frames()]


@pytest.fixture
def fake_host() -> type[FakeHost]:
    """Make one by name: a, b, c or d."""
    return FakeHost


@pytest.fixture
def pair() -> Callable[..., tuple[Network, FakeHost, FakeHost]]:
    """Make a network of two hosts, a and b, and a link with these options."""
    return make_pair


@pytest.fixture
def star() -> Callable[[str], tuple[Network, dict[str, FakeHost]]]:
    """Make a network of hosts, a letter each, around a switch."""
    return make_star


@pytest.fixture
def fates() -> Callable[[Network], list[tuple[str, str]]]:
    """List how the frames of a network ended, and where."""
    return list_fates
