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


def _measured() -> Iterator[Row]:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return
    yield Row(GROUP, "to the kernel", _best(SINK, upload), "MB/s", target=">= 30")
    yield Row(GROUP, "from the kernel", _best(SOURCE, download), "MB/s", target=">= 50")
    yield Row(GROUP, "to the kernel, offload", _best(SINK, upload, True), "MB/s", target=">= 150")
    yield Row(
        GROUP, "from the kernel, offload", _best(SOURCE, download, True), "MB/s", target=">= 150"
    )
    yield Row(GROUP, "connect and close", _best(SINK, connect_often), "connections/s")
    yield Row(GROUP, "accept and close", _best("", accept_often), "connections/s")


Task = Callable[[AsyncHost], Awaitable[float]]


def _best(peer: str, task: Task, offload: bool = False) -> float:
    """The best of some runs: a busy moment of the machine is not ours."""
    return max(_run(peer, task, offload) for _ in range(REPEATS))


def _run(peer: str, task: Task, offload: bool) -> float:
    address, own = ipv4_bytes(KERNEL), ipv4_bytes(OURS)
    link = open_link("tap", "tap0", kernel_address=address, prefix_length=24, offload=offload)
    trace = Trace(1000)
    interface = InterfaceConfig("tap0", link.mac, own, 24, link.mtu, offload)
    config = HostConfig("us", [interface], tcp=TcpConfig(receive_buffer=BUFFER, send_buffer=BUFFER))
    host = Host(config, random.Random(1), trace.observer("us"))
    policy = TransmitPolicy(link.mac, [InterfaceAddress(own, 24)])
    driver = LiveDriver(host, link, trace=trace, gate=policy.refusal)

    async def main() -> float:
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


async def upload(host: AsyncHost) -> float:
    """MB/s, from the first byte to the kernel's FIN."""
    block = bytes(1 << 20)
    stream = await host.connect(KERNEL, PORT)
    start = time.perf_counter()
    for _ in range(MEGABYTES):
        await stream.send(block)
    stream.shutdown()
    await stream.receive()
    elapsed = time.perf_counter() - start
    stream.close()
    return MEGABYTES * len(block) / elapsed / 1e6


async def download(host: AsyncHost) -> float:
    """MB/s, from the first byte to the kernel's FIN."""
    stream = await host.connect(KERNEL, PORT)
    start = time.perf_counter()
    size = 0
    while data := await stream.receive():
        size += len(data)
    elapsed = time.perf_counter() - start
    stream.close()
    await stream.wait_closed()
    return size / elapsed / 1e6


async def connect_often(host: AsyncHost) -> float:
    """Connections a second, one after the other, each closed by both sides."""
    start = time.perf_counter()
    for _ in range(CONNECTIONS):
        stream = await host.connect(KERNEL, PORT)
        stream.close()
        await stream.wait_closed()
    return CONNECTIONS / (time.perf_counter() - start)


async def accept_often(host: AsyncHost) -> float:
    """Connections a second of one kernel client; it closes first."""
    listener = host.listen(PORT)
    words = [sys.executable, "-c", CLIENT, str(PORT), OURS, str(CONNECTIONS)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(CONNECTIONS):
            stream = await listener.accept()
            await stream.receive()
            stream.close()
            await stream.wait_closed()
        assert process.stdout is not None
        return CONNECTIONS / float(process.stdout.readline())
