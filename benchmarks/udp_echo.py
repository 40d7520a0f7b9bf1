"""UDP echoes a second over a TAP: the kernel asks, our echo service answers.

The whole path of the command line is measured: TAP, driver, trace, host, the service, transmit
policy, TAP. The kernel's client is another process, so that it has a processor of its own, and
keeps many datagrams in flight, so that nobody waits for a wake-up. Everything happens in a network
namespace made for it; without the right to make one there is no row.
"""

import asyncio
import ctypes
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.harness import Row

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links import open_link
from wirelab.adapters.policy import TransmitPolicy
from wirelab.adapters.system import InterfaceAddress
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.services.small_services import Echo
from wirelab.sim.trace import Trace

CLONE_NEWNET = 0x40000000
KERNEL, OURS = "10.9.0.1", "10.9.0.2"
KERNEL6, OURS6 = "fd00:9::1", "fd00:9::2"
ECHOES, IN_FLIGHT, SIZE, REPEATS = 40_000, 64, 64, 5
GROUP = f"UDP echo over TAP, {SIZE} bytes, {IN_FLIGHT} in flight"
TARGET = "20k"

CLIENT = """
import socket, sys, time
address, echoes, in_flight, size = sys.argv[1], *map(int, sys.argv[2:])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
peer = socket.socket(family, socket.SOCK_DGRAM)
peer.settimeout(5)
peer.connect((address, 7))
data = bytes(size)
peer.send(data)
peer.recv(2048)  # now both know each other
start = time.perf_counter()
for _ in range(in_flight):
    peer.send(data)
for _ in range(echoes - in_flight):
    peer.recv(2048)
    peer.send(data)
for _ in range(in_flight):
    peer.recv(2048)
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
    for name, address in (("IPv4", OURS), ("IPv6", OURS6)):
        speeds = [_run(address) for _ in range(REPEATS)]
        wall, processor = (median(speed) for speed in zip(*speeds, strict=True))
        yield Row(GROUP, name, wall, "echoes/s", target=TARGET)
        yield Row(GROUP, f"{name}, a second of our processor", processor, "echoes")


def _run(address: str) -> tuple[float, float]:
    """Echoes a second on the client's clock, and of our processor time."""
    link = open_link("tap", "tap0", kernel_address=ip_bytes(KERNEL), prefix_length=24)
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    words = f"ip -6 address add {KERNEL6}/64 dev tap0 nodad".split()
    subprocess.run(words, check=True, env=environment)
    own = ip_bytes(OURS)
    interface = InterfaceConfig("tap0", link.mac, own, 24, link.mtu)
    interface.addresses = [(ip_bytes(OURS6), 64)]
    trace = Trace(1000)
    host = Host(HostConfig("us", [interface]), random.Random(1), trace.observer("us"))
    held = [InterfaceAddress(own, 24), InterfaceAddress(ip_bytes(OURS6), 64)]
    policy = TransmitPolicy(link.mac, held)
    driver = LiveDriver(host, link, trace=trace, gate=policy.refusal)
    host.start(Echo(), driver.now())
    try:
        return asyncio.run(_echo(driver, address))
    finally:
        link.close()


async def _echo(driver: LiveDriver, address: str) -> tuple[float, float]:
    """Let the client ask until it has had all its answers."""
    words = ["-c", CLIENT, address, *map(str, (ECHOES, IN_FLIGHT, SIZE))]
    async with driver:
        client = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdout=subprocess.PIPE
        )
        start = time.thread_time()
        output, _ = await client.communicate()
        processor = time.thread_time() - start
        if client.returncode:
            stats = driver.stats
            raise RuntimeError(
                f"the client failed: {stats.frames_in} frames came, {stats.frames_out} went, "
                f"{stats.gated} were held back ({stats.gated_text})"
            )
        return ECHOES / float(output), ECHOES / processor


if __name__ == "__main__":
    for row in measure():
        print(f"{row.group}, {row.name}: {row.value:,.0f} {row.unit}")
