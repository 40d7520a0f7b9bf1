"""Ten thousand hosts on one switch: what making them takes, and what it costs that they are there.

The first host of the LAN talks to the second one while all others have nothing to do: bulk TCP, and
actions that a program has put on the network's clock. What each costs is to be the same among ten
hosts and among ten thousand.
"""

import os
import statistics
import subprocess
import sys
import time
from operator import truediv

from benchmarks.bench_scaling import WINDOW
from benchmarks.harness import Row
from benchmarks.transfer import Transfer

from wirelab.sim.host import Host
from wirelab.sim.network import Network

HOSTS = 10_000
COUNTS = (10, 1_000, HOSTS)
SIZE = 2_000_000  # bytes of a transfer
ACTIONS = 200
TURNS, SETUPS = 5, 3
GROUP = f"{HOSTS:,} hosts on a LAN"


def measure() -> list[Row]:
    """Setup and memory in processes of their own; then the cost of what few of them do."""
    rows = [*_setup()]
    lans = {f"among {count:,} hosts": BusyLan(count) for count in COUNTS}
    turns = [[(one.frame(), one.action()) for one in lans.values()] for _ in range(TURNS)]
    for which, kind in enumerate(("a frame of bulk TCP", "an action of a program")):
        times = [[turn[column][which] for turn in turns] for column in range(len(lans))]
        for name, own in zip(lans, times, strict=True):
            ratio = statistics.median(map(truediv, own, times[0]))
            value, against = statistics.median(own), f"{kind}, {next(iter(lans))}"
            rows.append(Row(GROUP, f"{kind}, {name}", value, "us", ratio, against, "about 1"))
    return rows


def build(count: int) -> tuple[Network, list[Host]]:
    """A LAN, ready to run."""
    network = Network(seed=1, trace_limit=1000)
    switch = network.switch(capacity=2 * count)
    hosts = []
    for number in range(1, count + 1):
        host = network.host(f"host {number}", f"10.0.{number >> 8}.{number & 255}/16", tcp=WINDOW)
        network.link(host, switch, rate="1Gbit")
        hosts.append(host)
    return network, hosts


def _setup() -> list[Row]:
    """Time and memory of a process that does nothing else."""
    found = [
        subprocess.run(
            [sys.executable, "-m", "benchmarks.lan"], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(SETUPS)
    ]
    seconds, resident = (
        statistics.median(map(float, column)) for column in zip(*found, strict=True)
    )
    return [
        Row(GROUP, "set up", seconds, "s", target="at most 5"),
        Row(GROUP, "resident memory", resident / 1e6, "MB", target="at most 250"),
        Row(GROUP, "resident memory of a host with its link", resident / HOSTS / 1e3, "kB"),
    ]


def _resident() -> int:
    """Bytes of this process in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class BusyLan:
    """Two busy hosts among others that are idle."""

    def __init__(self, count: int) -> None:
        self._network, hosts = build(count)
        self._one, self._other = hosts[:2]
        self._port = 5000
        self._network.run_for("1s")

    def frame(self) -> float:
        """Microseconds of processor time that a frame takes, the switch's copy included."""
        self._port += 1
        transfer = Transfer(self._network, self._one, self._other, SIZE, self._port)
        before, start = self._network.trace.sent, time.process_time()
        transfer.run()
        seconds = time.process_time() - start
        transfer.close()
        return seconds / (self._network.trace.sent - before) * 1e6

    def action(self) -> float:
        """Microseconds that a ping takes which the network's clock began."""
        network, one = self._network, self._one
        address = self._other.interfaces[0].address
        for number in range(ACTIONS):
            network.after(number * 1_000_000, lambda: one.ping(address, 1, 1, b"", network.now))
        start = time.process_time()
        network.run_for("1s")
        return (time.process_time() - start) / ACTIONS * 1e6


if __name__ == "__main__":
    before, start = _resident(), time.process_time()
    made = build(HOSTS)
    made[0].run_for("1s")
    print(time.process_time() - start, _resident() - before)
