"""Simulated frames a second, with both hosts complete and every frame in the trace.

One program sends `SIZE` bytes to another over TCP on a link of 1 Gbit/s and 100 us each way. The
figure counts every frame of the run, handshake and acknowledgments included, over the processor
time of the run, the programs' own included: one thread does it all, and waits for nothing.
"""

import asyncio
import statistics
import time
from collections.abc import Callable

from benchmarks.harness import Row
from benchmarks.sampling import time_by_layer
from benchmarks.transfer import Transfer

from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.network import Network
from wirelab.sim.programs import loop
from wirelab.sim.programs.loop import on

SIZE = 8_000_000  # bytes
WINDOW = TcpConfig(receive_buffer=98_304, maximum_receive_buffer=98_304)
"""Ours: more than the path holds, less than its queue takes; so nothing is lost."""
PORT = 5001
REPEATS = 5
TARGET = "40k"
LIMIT = 1000  # events kept: what a long run would do


def measure() -> list[Row]:
    """Frames a second and MB a second, for programs with and without asyncio."""
    rows = []
    for name, transfer in TRANSFERS.items():
        frames, seconds = _median_run(transfer)
        rows.append(Row("simulated bulk TCP", name, frames / seconds, "frames/s", target=TARGET))
        rows.append(Row("simulated bulk TCP", name, SIZE / seconds / 1e6, "MB/s"))
    return rows + where_time_goes()


def where_time_goes() -> list[Row]:
    """Microseconds of a frame's time in each layer, of "host calls"."""

    def transfer() -> int:
        network = Network(seed=1, trace_limit=LIMIT)
        transfer_with_calls(network)
        return network.trace.sent

    shares, seconds = time_by_layer(transfer)
    each = seconds * 1e6
    group = f"where the {each:.1f} us of a simulated frame go"
    return [Row(group, layer, share * each, "us") for layer, share in shares]


def _median_run(transfer: Callable[[Network], int]) -> tuple[int, float]:
    """Frames of a run, and the median of its processor seconds."""
    frames, times = 0, []
    for _ in range(REPEATS):
        network = Network(seed=1, trace_limit=LIMIT)
        start = time.process_time()
        received = transfer(network)
        times.append(time.process_time() - start)
        if received != SIZE:
            raise RuntimeError(f"{received} of {SIZE} bytes arrived")
        network.check()
        frames = network.trace.sent
    return frames, statistics.median(times)


def transfer_with_calls(network: Network, undisturbed: bool = True, prefix: str = "10.0.0.") -> int:
    """Send and receive with calls to the hosts; returns bytes received."""
    alice = network.host("alice", f"{prefix}1")
    bob = network.host("bob", f"{prefix}2", tcp=WINDOW if undisturbed else None)
    network.link(alice, bob, latency="100us", rate="1Gbit")
    return Transfer(network, alice, bob, SIZE).run()


def transfer_with_losses(network: Network) -> int:
    """The same with windows that outgrow the link's queue: about one frame in a hundred is lost."""
    return transfer_with_calls(network, undisturbed=False)


def transfer_over_ipv6(network: Network) -> int:
    """The first one over IPv6, whose fast path is its own."""
    return transfer_with_calls(network, prefix="2001:db8::")


def transfer_with_asyncio(network: Network) -> int:
    """The same with two coroutines; returns bytes received."""
    alice = network.host("alice", "10.0.0.1")
    bob = network.host("bob", "10.0.0.2", tcp=WINDOW)
    network.link(alice, bob, latency="100us", rate="1Gbit")

    async def main() -> int:
        listener = on(bob).listen(PORT)
        sender = await on(alice).connect("10.0.0.2", PORT)
        receiver = await listener.accept()
        received = 0

        async def receive() -> None:
            nonlocal received
            while received < SIZE:
                received += len(await receiver.receive())

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sender.send(bytes(SIZE)))
            tasks.create_task(receive())
        return received

    return loop.run(main, network)


TRANSFERS = {
    "host calls": transfer_with_calls,
    "host calls, with losses": transfer_with_losses,
    "host calls, over IPv6": transfer_over_ipv6,
    "asyncio": transfer_with_asyncio,
}


if __name__ == "__main__":
    for row in measure():
        print(f"{row.group}, {row.name}: {row.value:,.0f} {row.unit}")
