"""What hosts and connections cost that do nothing: memory, and time of those that do something."""

import gc
import statistics
import time
import tracemalloc
from operator import truediv

from benchmarks.harness import Row
from benchmarks.transfer import Transfer

from wirelab.sim.host import Host
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.network import Network

HOSTS = 1000
SIZE = 2_000_000  # bytes of a busy transfer
COUNTS = (10, 1_000, 10_000)
TURNS = 7
WINDOW = TcpConfig(receive_buffer=98_304, maximum_receive_buffer=98_304)
PORT = 80


def measure() -> list[Row]:
    """Memory of a host, and the cost of a frame beside idle hosts and idle connections."""
    name = f"{HOSTS:,} hosts, each with an open connection"
    rows = [Row("memory", name, megabytes(), "MB", target="at most 25")]
    for kind, make in (("hosts", among_hosts), ("connections", among_connections)):
        rows += _compared(kind, {f"{count:,} idle {kind}": make(count) for count in COUNTS})
    return rows


def _compared(kind: str, busy: dict[str, "Busy"]) -> list[Row]:
    """The same transfers in turns; ratios within a turn, as the machine has moods."""
    gc.collect()
    gc.freeze()  # what is idle is not to be looked at by the collector, either
    turns = [[each.microseconds() for each in busy.values()] for _ in range(TURNS)]
    gc.unfreeze()
    first = [turn[0] for turn in turns]
    rows = []
    for name, times in zip(busy, zip(*turns, strict=True), strict=True):
        ratio = statistics.median(map(truediv, times, first))
        value = statistics.median(times)
        against, target = next(iter(busy)), "about 1"
        rows.append(Row(f"a frame beside idle {kind}", name, value, "us", ratio, against, target))
    return rows


def megabytes() -> float:
    """What `HOSTS` hosts take, links included, when pairs of them are connected."""
    gc.collect()
    tracemalloc.start()
    network = Network(seed=1, trace_limit=0)
    pairs = linked_pairs(network, HOSTS // 2)
    held = [connect(network, one, other) for one, other in pairs]
    network.run_for("1s")
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    check(held)
    return size / 1e6


def linked_pairs(network: Network, count: int) -> list[tuple[Host, Host]]:
    """Twice as many hosts, each linked with another."""
    pairs = []
    for number in range(count):
        one = network.host(f"one {number}", _address(number, 1))
        other = network.host(f"other {number}", _address(number, 2))
        network.link(one, other, latency="10us")
        pairs.append((one, other))
    return pairs


def _address(number: int, which: int) -> str:
    return f"10.{number >> 8}.{number & 255}.{which}/24"


def connect(network: Network, one: Host, other: Host, listener: bool = True) -> Connection:
    """An open connection, soon."""
    if listener:
        other.tcp_listen(PORT, network.now, backlog=2 * max(COUNTS))
    return one.tcp_connect(other.interfaces[0].address, PORT, network.now)


def check(connections: list[Connection]) -> None:
    """Refuse to count what is not there."""
    if any(connection.state != "ESTABLISHED" for connection in connections):
        raise RuntimeError("a connection was not made")


class Busy:
    """A network with two busy hosts, among others that are idle."""

    def __init__(self) -> None:
        self.network = network = Network(seed=1, trace_limit=0)
        self.alice = network.host("alice", "192.168.0.1")
        self.bob = network.host("bob", "192.168.0.2", tcp=WINDOW)
        network.link(self.alice, self.bob, latency="100us", rate="1Gbit")
        self._port = 5000

    def microseconds(self) -> float:
        """Processor time of a frame in one more transfer."""
        self._port += 1
        transfer = Transfer(self.network, self.alice, self.bob, SIZE, self._port)
        before = self.network.trace.sent
        start = time.process_time()
        transfer.run()
        elapsed = time.process_time() - start
        frames = self.network.trace.sent - before
        transfer.close()
        return elapsed / frames * 1e6


def among_hosts(count: int) -> Busy:
    """Busy hosts among `count` others."""
    busy = Busy()
    linked_pairs(busy.network, count // 2)
    return busy


def among_connections(count: int) -> Busy:
    """Busy hosts with `count` more connections between them."""
    busy = Busy()
    network = busy.network
    busy.bob.tcp_listen(PORT, network.now, backlog=2 * count)
    busy.alice.resolve(busy.bob.interfaces[0].address, network.now)
    held = []
    for _ in range(count):
        network.run_for("20us")
        held.append(connect(network, busy.alice, busy.bob, listener=False))
    network.run_for("5s")
    check(held)
    return busy
