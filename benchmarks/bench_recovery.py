"""Congestion control and recovery: our goodput against Linux's on the same path, and the grid.

The kernel's transfers run in real time between two namespaces (`kernel_transfer`), ours in virtual
time (`throughput_grid`); rate, queue, delay and which segments are lost are the same, and what the
relay was late on average is part of our delay, too. Each figure is all bytes over all time of some
loss schedules. Without the right to make namespaces and TAPs only the grid is given.
"""

from dataclasses import replace

from benchmarks import kernel_transfer, throughput_grid
from benchmarks.harness import Row
from benchmarks.path import Conditions

from wirelab.sim.host import profiles
from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig

SIZE = 2_000_000
SCHEDULES = 5
GROUP = "goodput over 8 Mbit/s: ours beside Linux's own TCP, cubic"
TARGET = "0.9 to 1.1"
QUEUE = 60_000
RATE = 8_000_000

CASES = ((0.0, 50), (0.0, 20), (0.005, 50), (0.01, 50), (0.03, 50), (0.01, 20), (0.05, 20))
"""Loss, and round trip in ms."""


def measure() -> list[Row]:
    """Goodput beside the kernel's, then the grid."""
    return [*_beside_the_kernel(), *_grid()]


def _beside_the_kernel() -> list[Row]:
    if not kernel_transfer.available():
        return []
    rows = []
    for loss, round_trip in CASES:
        kernel, ours = 0, 0
        schedules = SCHEDULES if loss else 1
        for seed in range(schedules):
            path = Conditions(RATE, round_trip * MILLISECOND // 2, QUEUE, loss, seed)
            outcome = kernel_transfer.transfer(path, "cubic", SIZE)
            kernel += outcome.elapsed
            path = replace(path, delay=path.delay + outcome.late)
            ours += throughput_grid.Transfer(path, like_linux(), SIZE).run()
        goodput = [schedules * SIZE * 1_000_000 / elapsed for elapsed in (ours, kernel)]
        name = f"{loss:.1%} lost, round trip {round_trip} ms"
        rows += [
            Row(GROUP, name, goodput[0], "kB/s", goodput[0] / goodput[1], "Linux", TARGET),
            Row(GROUP, f"Linux, {name}", goodput[1], "kB/s"),
        ]
    return rows


def like_linux() -> TcpConfig:
    """Linux's knobs; buffers so large that they limit nothing."""
    return replace(profiles.linux(), receive_buffer=4 << 20, send_buffer=4 << 20)


def _grid() -> list[Row]:
    return [
        Row(
            "throughput grid, virtual time (10 Mbit/s, queue 64 KiB)",
            f"{cell.algorithm}, buffer {cell.buffer // 1024} KiB, {cell.loss:.0%} lost, "
            f"round trip {cell.round_trip} ms",
            cell.goodput,
            "kB/s",
        )
        for cell in throughput_grid.grid()
    ]


if __name__ == "__main__":
    for row in measure():
        ratio = "" if row.ratio is None else f" ({row.ratio:.2f})"
        print(f"{row.group}, {row.name}: {row.value:,.0f} {row.unit}{ratio}")
