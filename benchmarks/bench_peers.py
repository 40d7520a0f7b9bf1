"""PyTCP, the other TCP/IP stack in Python, on the same path as ours in `bench_live`.

It is not installed by anything of ours (its licence is the GPL, and it runs as a process of its
own): `pip install PyTCP` into the environment, or a folder in PYTHONPATH, and there are figures.
"""

import ctypes
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from benchmarks.harness import Row

CLONE_NEWNET = 0x40000000
KERNEL, PEER, PORT = "10.9.0.1", "10.9.0.2", 4242
TO_PEER, FROM_PEER, CONNECTIONS = 1_000_000, 30_000, 20
PATIENCE_S = 20.0
GROUP = "TCP over TAP against the kernel: PyTCP"

PROGRAM = """
import sys
from pytcp import config
config.LOG_CHANEL = set()
from pytcp import TcpIpStack
from pytcp.lib import socket
stack = TcpIpStack(
    interface="tap7", mac_address="02:00:00:77:77:77",
    ip4_address="10.9.0.2/24", ip6_address="fe80::7/64",
)
print("open", flush=True)
sys.stdin.readline()
stack.start()
listener = socket.socket(family=socket.AF_INET4, type=socket.SOCK_STREAM)
listener.bind(("10.9.0.2", 4242))
listener.listen()
print("ready", flush=True)
while True:
    peer, _ = listener.accept()
    try:
        order = peer.recv()
        if order and order[:1] == b"g":
            peer.send(bytes(int(order[1:])))
        while order:
            order = peer.recv()
    except Exception:
        pass
    peer.close()
"""


def measure() -> list[Row]:
    """Figures of PyTCP where it installs; else a row that says so."""
    if find_spec("pytcp") is None:
        return [Row(GROUP, "not installed (pip install PyTCP)", 0.0, "")]
    rows: list[Row] = []
    thread = threading.Thread(target=lambda: rows.extend(_measured()))
    thread.start()
    thread.join()
    return rows


def _measured() -> Iterator[Row]:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        return
    with _peer() as started:
        if not started:
            yield Row(GROUP, "did not start", 0.0, "")
            return
        for name, task, unit in TASKS:
            try:
                yield Row(GROUP, name, task(), unit)
            except OSError as error:
                yield Row(GROUP, f"{name}: {error}", 0.0, unit)


@contextmanager
def _peer() -> Iterator[bool]:
    """PyTCP behind a TAP of its own."""
    words = [sys.executable, "-c", PROGRAM]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=nothing, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            opened = "open" in process.stdout.readline()
            if opened:
                for command in (f"addr add {KERNEL}/24 dev tap7", "link set tap7 up"):
                    subprocess.run(["ip", *command.split()], check=True)
                process.stdin.write("go\n")
                process.stdin.flush()
            yield opened and "ready" in process.stdout.readline()
        finally:
            process.kill()


def _connected() -> socket.socket:
    return socket.create_connection((PEER, PORT), PATIENCE_S)


def from_kernel() -> float:
    """MB/s that it takes."""
    with _connected() as connection:
        start = time.perf_counter()
        connection.sendall(bytes(TO_PEER))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1000):
            pass
        return TO_PEER / (time.perf_counter() - start) / 1e6


def to_kernel() -> float:
    """MB/s that it sends."""
    with _connected() as connection:
        start = time.perf_counter()
        connection.sendall(b"g%d" % FROM_PEER)
        left = FROM_PEER
        while left and (data := connection.recv(min(left, 100_000))):
            left -= len(data)
        return (FROM_PEER - left) / (time.perf_counter() - start) / 1e6


def connections() -> float:
    """Connections a second that it accepts and closes."""
    start = time.perf_counter()
    for _ in range(CONNECTIONS):
        with _connected() as connection:
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(100):
                pass
    return CONNECTIONS / (time.perf_counter() - start)


TASKS: tuple[tuple[str, Callable[[], float], str], ...] = (
    ("from the kernel", from_kernel, "MB/s"),
    ("to the kernel", to_kernel, "MB/s"),
    ("accept and close", connections, "connections/s"),
)
