"""Our TCP against the kernel's, over a TAP: megabytes a second each way, connections a second.

The whole path of the command line is measured: host, driver, trace, transmit policy, TAP. The
kernel's end is another process, so that it has a processor of its own. Everything happens in a
network namespace made for it; without the right to make one there is no row.
"""

import asyncio
import ctypes
import random
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from benchmarks.harness import Row

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links import open_link
from wirelab.adapters.policy import TransmitPolicy
from wirelab.adapters.system import InterfaceAddress
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.trace import Trace

CLONE_NEWNET = 0x40000000
KERNEL, OURS, PORT = "10.9.0.1", "10.9.0.2", 4242
MEGABYTES, CONNECTIONS, REPEATS = 24, 300, 3
LONG_RUN = 10_000  # connections
BUFFER = 4 << 20
"""bytes; ours: about what the kernel's own buffers grow to."""
GROUP = "TCP over TAP against the kernel"

SINK = """
while True:
    peer, _ = listener.accept()
    while peer.recv(1 << 20): pass
    peer.close()
"""
SOURCE = """
block = bytes(1 << 20)
while True:
    peer, _ = listener.accept()
    for _ in range(int(sys.argv[2])): peer.sendall(block)
    peer.close()
"""
LISTEN = """
import socket, sys
listener = socket.create_server(("0.0.0.0", int(sys.argv[1])), backlog=512)
print("ready", flush=True)
"""
CLIENT = """
import socket, sys, time
start = time.perf_counter()
for _ in range(int(sys.argv[3])):
    peer = socket.create_connection((sys.argv[2], int(sys.argv[1])))
    peer.shutdown(socket.SHUT_WR)
    while peer.recv(100): pass
    peer.close()
print(time.perf_counter() - start, flush=True)
"""


def measure() -> list[Row]:
    """Measure in a thread, which alone enters the namespace; it vanishes with the thread."""
    rows: list[Row] = []
    thread = threading.Thread(target=lambda: rows.extend(_measured()))
    thread.start()
    thread.join()
    return rows


class Speed(NamedTuple):
    """How much was done in a second on the clock, and of our processor time."""

    wall: float
    processor: float


class Watch:
    """Running since it was made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def speed(self, amount: float) -> Speed:
        """Of that much until now."""
        return Speed(
            amount / (time.perf_counter() - self._wall),
            amount / (time.process_time() - self._processor),
        )


Task = Callable[[AsyncHost], Awaitable[Speed]]


def _measured() -> Iterator[Row]:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return
    yield from _best("to the kernel", SINK, upload, "MB", 30)
    yield from _best("from the kernel", SOURCE, download, "MB", 50)
    yield from _best("to the kernel, offload", SINK, upload, "MB", 150, offload=True)
    yield from _best("from the kernel, offload", SOURCE, download, "MB", 150, offload=True)
    yield from _best("connect and close", SINK, connect_often, "connections", 1000)
    yield from _best("accept and close", "", accept_often, "connections", 1000)
    yield _long_run()


def _best(
    name: str, peer: str, task: Task, unit: str, target: int, offload: bool = False
) -> Iterator[Row]:
    """The best of some runs: a busy moment of the machine is not ours."""
    speeds = [_run(peer, task, offload) for _ in range(REPEATS)]
    yield Row(GROUP, name, max(speeds).wall, f"{unit}/s", target=f">= {target}")
    processor = max(speed.processor for speed in speeds)
    yield Row(GROUP, f"{name}, a second of our processor", processor, unit)


def _long_run() -> Row:
    """The first thousand connections of a host, and those after ten thousand."""
    speeds: list[Speed] = []

    async def connect_very_often(host: AsyncHost) -> Speed:
        for _ in range(LONG_RUN // 1000 + 1):
            speeds.append(await connect_often(host, 1000))
        return speeds[-1]

    _run(SINK, connect_very_often, offload=False)
    first, last = speeds[0].processor, speeds[-1].processor
    name = f"connect and close, after {LONG_RUN:,}, a second of our processor"
    return Row(GROUP, name, last, "connections", last / first, "the first 1,000", "at least 0.9")


def _run(peer: str, task: Task, offload: bool) -> Speed:
    address, own = ipv4_bytes(KERNEL), ipv4_bytes(OURS)
    link = open_link("tap", "tap0", kernel_address=address, prefix_length=24, offload=offload)
    trace = Trace(1000)
    interface = InterfaceConfig("tap0", link.mac, own, 24, link.mtu, offload)
    config = HostConfig("us", [interface], tcp=TcpConfig(receive_buffer=BUFFER, send_buffer=BUFFER))
    host = Host(config, random.Random(1), trace.observer("us"))
    policy = TransmitPolicy(link.mac, [InterfaceAddress(own, 24)])
    driver = LiveDriver(host, link, trace=trace, gate=policy.refusal)

    async def main() -> Speed:
        async with driver as programs:
            return await task(programs)

    try:
        with _process(peer):
            return asyncio.run(main())
    finally:
        link.close()


@contextmanager
def _process(program: str) -> Iterator[None]:
    """The kernel's side."""
    if not program:
        yield
        return
    words = [sys.executable, "-c", LISTEN + program, str(PORT), str(MEGABYTES)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


async def upload(host: AsyncHost) -> Speed:
    """MB, from the first byte to the kernel's FIN."""
    block = bytes(1 << 20)
    stream = await host.connect(KERNEL, PORT)
    watch = Watch()
    for _ in range(MEGABYTES):
        await stream.send(block)
    stream.shutdown()
    await stream.receive()
    speed = watch.speed(MEGABYTES * len(block) / 1e6)
    stream.close()
    return speed


async def download(host: AsyncHost) -> Speed:
    """MB, from the first byte to the kernel's FIN."""
    stream = await host.connect(KERNEL, PORT)
    watch = Watch()
    size = 0
    while data := await stream.receive():
        size += len(data)
    speed = watch.speed(size / 1e6)
    stream.close()
    await stream.wait_closed()
    return speed


async def connect_often(host: AsyncHost, count: int = CONNECTIONS) -> Speed:
    """Connections, one after the other, each closed by both sides."""
    watch = Watch()
    for _ in range(count):
        stream = await host.connect(KERNEL, PORT)
        stream.close()
        await stream.wait_closed()
    return watch.speed(count)


async def accept_often(host: AsyncHost) -> Speed:
    """Connections of one kernel client; it closes first, and keeps the time."""
    listener = host.listen(PORT)
    words = [sys.executable, "-c", CLIENT, str(PORT), OURS, str(CONNECTIONS)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        watch = Watch()
        for _ in range(CONNECTIONS):
            stream = await listener.accept()
            await stream.receive()
            stream.close()
            await stream.wait_closed()
        processor = watch.speed(CONNECTIONS).processor
        assert process.stdout is not None
        return Speed(CONNECTIONS / float(process.stdout.readline()), processor)
