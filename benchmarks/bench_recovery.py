"""Congestion control and recovery: our goodput against Linux's on the same path, and the grid.

The kernel's transfers run in real time between two namespaces (`kernel_transfer`), ours in virtual
time (`throughput_grid`); rate, queue, delay and which segments are lost are the same. Each figure
is `SIZE` bytes over the median time of some loss schedules. Without the right to make namespaces
and TAPs only the grid is given.
"""

import statistics

from benchmarks import kernel_transfer, throughput_grid
from benchmarks.harness import Row
from benchmarks.path import Conditions

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig

SIZE = 2_000_000
SCHEDULES = 5
GROUP = "goodput over 8 Mbit/s: ours beside Linux's own TCP, cubic"
TARGET = "0.9 to 1.1"
QUEUE = 60_000
RATE = 8_000_000

CASES = ((0.0, 50), (0.0, 10), (0.005, 50), (0.01, 50), (0.03, 50), (0.01, 10), (0.05, 10))
"""Loss, and round trip in ms."""


def measure() -> list[Row]:
    """Goodput beside the kernel's, then the grid."""
    return [*_beside_the_kernel(), *_grid()]


def _beside_the_kernel() -> list[Row]:
    if not kernel_transfer.available():
        return []
    rows = []
    for loss, round_trip in CASES:
        kernel, ours = [], []
        for seed in range(SCHEDULES if loss else 1):
            path = Conditions(RATE, round_trip * MILLISECOND // 2, QUEUE, loss, seed)
            kernel.append(kernel_transfer.transfer(path, "cubic", SIZE).elapsed)
            ours.append(throughput_grid.Transfer(path, like_linux(), SIZE).run())
        goodput = [SIZE * 1_000_000 / statistics.median(times) for times in (ours, kernel)]
        name = f"{loss:.1%} lost, round trip {round_trip} ms"
        rows += [
            Row(GROUP, name, goodput[0], "kB/s", goodput[0] / goodput[1], "Linux", TARGET),
            Row(GROUP, f"Linux, {name}", goodput[1], "kB/s"),
        ]
    return rows


def like_linux() -> TcpConfig:
    """The knobs in which Linux differs from the RFCs and which matter here; large buffers."""
    return TcpConfig(
        receive_buffer=4 << 20,
        send_buffer=4 << 20,
        minimum_rto=200 * MILLISECOND,
        delayed_ack=40 * MILLISECOND,
        congestion="cubic",
        hystart="hystart",
        initial_window_limit=1 << 20,
        slow_start_limit=0,
        reduce_from_cwnd=True,
        gradual_idle_restart=True,
    )


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
