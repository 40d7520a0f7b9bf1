"""Frames a second through each kind of link, and the time of one frame from end to end.

Everything happens in a network namespace made for it, on a veth pair and a TAP; without the right
to make one there is nothing to measure, and no row.
"""

import ctypes
import os
import select
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.harness import Row

from wirelab.adapters.links import Link, open_link

CLONE_NEWNET = 0x40000000
BATCH, REPEATS, ECHOES = 400, 15, 300
NEAR, FAR = "near", "far"
GROUP = "link, 1514-byte frames"


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
    _ip("link add name", NEAR, "up type veth peer name", FAR)
    _ip("link set", FAR, "up")
    for kind in ("afpacket", "pcap", "tap"):
        interface = "tap0" if kind == "tap" else NEAR
        options: dict[str, Any] = {"kernel_address": bytes([10, 9, 0, 1])} if kind == "tap" else {}
        link = open_link(kind, interface, **options)
        far_end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        far_end.bind((interface if kind == "tap" else FAR, 0))
        with far_end:
            frame = link.mac + bytes(6) + b"\x88\xb5" + bytes(1500)
            yield Row(GROUP, f"{kind} receive", _receive_rate(link, far_end, frame), "frames/s")
            yield Row(GROUP, f"{kind} send", _send_rate(link, frame), "frames/s")
            yield Row(GROUP, f"{kind} wake-up", _wake_up(link, far_end, frame), "us")
        link.close()


def _receive_rate(link: Link, far_end: socket.socket, frame: bytes) -> float:
    """Frames a second out of a full queue; the filling is not timed."""
    rates = []
    for _ in range(REPEATS):
        for _ in range(BATCH):
            far_end.send(frame)
        received = 0
        start = time.perf_counter()
        while link.recv() is not None:
            received += 1
        rates.append(received / (time.perf_counter() - start))
    return statistics.median(rates)


def _send_rate(link: Link, frame: bytes) -> float:
    """Frames a second into the kernel."""
    rates = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(BATCH):
            link.send(frame)
        rates.append(BATCH / (time.perf_counter() - start))
    return statistics.median(rates)


def _wake_up(link: Link, far_end: socket.socket, frame: bytes) -> float:
    """Microseconds from the far end's send to our frame in hand, over `select`."""
    times = []
    for _ in range(ECHOES):
        start = time.perf_counter()
        far_end.send(frame)
        select.select([link], [], [], 1)
        link.recv()
        times.append((time.perf_counter() - start) * 1e6)
        link.recv()
    return statistics.median(times)


def _ip(*words: str) -> None:
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    subprocess.run(["ip", *" ".join(words).split()], check=True, env=environment)
