"""Goodput of one transfer in virtual time: buffer x loss x round trip x algorithm.

    python -m benchmarks.throughput_grid

Whole hosts on a `Path`. All is deterministic, so the table is a snapshot (`tests/sim/tcp_grid.txt`,
`tests/sim/test_tcp_grid.py`): a change in recovery shows as a changed number.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from random import Random
from typing import Any, NamedTuple

from benchmarks.path import SECOND, Conditions, Path, text_length

from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp.config import TcpConfig

SIZE = 1_000_000
"""Bytes of a transfer."""

PORT = 5001
ADDRESSES = b"\x0a\0\0\1", b"\x0a\0\0\2"
LONGEST = 3600 * SECOND
"""Virtual time after which a transfer counts as hanging."""

BUFFERS = (16_384, 65_536, 524_288)
LOSSES = (0.0, 0.01, 0.05)
ROUND_TRIPS = (10, 80)
ALGORITHMS = ("reno", "cubic")


class Cell(NamedTuple):
    """One row of the grid; `round_trip` in ms, `goodput` in kB/s."""

    algorithm: str
    buffer: int
    loss: float
    round_trip: int
    goodput: int
    lost: int
    sent_again: int


def grid() -> Iterator[Cell]:
    """All cells."""
    for algorithm in ALGORITHMS:
        for buffer in BUFFERS:
            for loss in LOSSES:
                for round_trip in ROUND_TRIPS:
                    conditions = Conditions(delay=round_trip * 500_000, loss=loss)
                    config = TcpConfig(
                        congestion=algorithm,
                        receive_buffer=buffer,
                        maximum_receive_buffer=buffer,
                        send_buffer=buffer,
                    )
                    yield _cell(algorithm, buffer, loss, round_trip, conditions, config)


def _cell(
    algorithm: str,
    buffer: int,
    loss: float,
    round_trip: int,
    conditions: Conditions,
    config: TcpConfig,
) -> Cell:
    transfer = Transfer(conditions, config)
    elapsed = transfer.run()
    goodput = SIZE * 1_000_000 // elapsed
    needed = -(-SIZE // transfer.largest)
    lost = transfer.path.lost + transfer.path.overflowed
    again = transfer.path.texts - needed
    return Cell(algorithm, buffer, loss, round_trip, goodput, lost, again)


class Transfer:
    """`SIZE` bytes from one host to another.

    Attributes:
        path: what became of the segments.
        largest: the longest text of a segment, bytes.
    """

    def __init__(self, conditions: Conditions, config: TcpConfig, size: int = SIZE) -> None:
        self.path = Path(conditions)
        self.size = size
        self.largest = 1
        self.now = 0
        self._queue: list[tuple[int, int, int, bytes]] = []
        self._count = 0
        self._hosts = [self._host(number, config) for number in range(2)]

    @staticmethod
    def _host(number: int, config: TcpConfig) -> Host:
        mac = bytes((2, 0, 0, 0, 0, number + 1))
        interface = InterfaceConfig("eth0", mac, ADDRESSES[number])
        return Host(HostConfig(f"end {number}", [interface], tcp=config), Random(number))

    def run(self) -> int:
        """Send it all; how long it took from the first SYN until the end was read, ns."""
        sender, receiver = self._hosts
        listener = receiver.tcp_listen(PORT, self.now)
        sender.resolve(ADDRESSES[1], self.now)  # ARP is not what is measured
        self._settle(lambda: not self._queue)
        start = self.now
        connection = sender.tcp_connect(ADDRESSES[1], PORT, self.now)
        accepted: Any = WOULD_BLOCK
        left = memoryview(bytes(self.size))
        received = 0

        def work() -> bool:
            nonlocal accepted, left, received
            while connection.state == "ESTABLISHED" and left:
                taken = connection.send(left, self.now)
                if taken is WOULD_BLOCK:
                    break
                left = left[taken:]
                if not left:
                    connection.shutdown(self.now)
            if accepted is WOULD_BLOCK:
                accepted = listener.accept(self.now)
            while accepted is not WOULD_BLOCK:
                data = accepted.receive(1 << 20, self.now)
                if data is WOULD_BLOCK:
                    return False
                received += len(data)
                if not data:
                    return True
            return False

        self._settle(work)
        if received != self.size:
            raise RuntimeError(f"{received} of {self.size} bytes arrived")
        return self.now - start

    def _settle(self, done: Any) -> None:
        """Let time pass until `done()`, which is asked after each instant."""
        while True:
            self._transmit()
            if done():
                self._transmit()
                return
            self._transmit()
            times = [at for host in self._hosts if (at := host.poll_at()) is not None]
            times += [self._queue[0][0]] if self._queue else []
            self.now = max(self.now, min(times))
            if self.now > LONGEST:
                raise RuntimeError("the transfer hangs")
            while self._queue and self._queue[0][0] <= self.now:
                _, _, end, frame = heappop(self._queue)
                self._hosts[end].receive_frame(0, frame, self.now)
            for host in self._hosts:
                host.handle_timers(self.now)
                while host.poll_event() is not None:
                    pass

    def _transmit(self) -> None:
        for end, host in enumerate(self._hosts):
            for _, frame in host.poll_transmit(self.now):
                self.largest = max(self.largest, text_length(frame))
                arrival = self.path.carry(end, frame, self.now)
                if arrival is not None:
                    self._count += 1
                    heappush(self._queue, (arrival, self._count, 1 - end, frame))


def table(cells: list[Cell]) -> str:
    """The grid as Markdown."""
    lines = [
        f"{SIZE:,} bytes over 10 Mbit/s (1,250 kB/s) with a queue of 64 KiB; virtual time.",
        "",
        "| algorithm | buffer | loss | round trip | goodput | segments lost | sent again |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {cell.algorithm} | {cell.buffer // 1024} KiB | {cell.loss:.0%} | {cell.round_trip} ms "
        f"| {cell.goodput:,} kB/s | {cell.lost} | {cell.sent_again} |"
        for cell in cells
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(list(grid())), end="")
