"""One transfer from Linux to Linux over a `Path`, in real time: what our TCP is compared with.

Two network namespaces, a TAP in each, and this process between them, which carries every frame as
the path says. The kernels do no offload on a plain TAP, so that a frame is a segment. Sender and
receiver are processes of their own, started in their namespace.
"""

import ctypes
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import NamedTuple

from benchmarks.path import Conditions, Path

from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ipv4_bytes

CLONE_NEWNET = 0x40000000
ADDRESSES = "10.9.0.1", "10.9.0.2"
PORT = 5001
PATIENCE_S = 120
BUFFER = 4 << 20
"""SO_SNDBUF and SO_RCVBUF, forced: large enough for never being what limits."""

SENDER = f"""
import socket, sys, time
peer = socket.socket()
peer.setsockopt(socket.IPPROTO_TCP, 13, sys.argv[1].encode())     # TCP_CONGESTION
peer.setsockopt(socket.SOL_SOCKET, 32, {BUFFER})                  # SO_SNDBUFFORCE
begin = time.monotonic_ns()
peer.connect(({ADDRESSES[1]!r}, {PORT}))
peer.sendall(bytes(int(sys.argv[2])))
peer.shutdown(socket.SHUT_WR)
peer.recv(1)
print(begin, flush=True)
"""
RECEIVER = f"""
import socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, 33, {BUFFER})              # SO_RCVBUFFORCE
listener.bind(({ADDRESSES[1]!r}, {PORT}))
listener.listen()
print("ready", flush=True)
peer, _ = listener.accept()
count = 0
while data := peer.recv(1 << 20): count += len(data)
print(time.monotonic_ns(), count, flush=True)
"""


class Outcome(NamedTuple):
    """What a transfer came to.

    Attributes:
        elapsed: ns from connect until the end was read.
        texts: segments with text that were sent; lost: of which this many did not arrive.
        late: ns that a frame was delivered after its time on average, as the machine was busy.
    """

    elapsed: int
    texts: int
    lost: int
    late: int


def available() -> bool:
    """Whether namespaces and TAPs can be made here."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return False
    possible: list[bool] = []
    thread = threading.Thread(target=lambda: possible.append(_new_namespace()))
    thread.start()
    thread.join()
    return any(possible)


def transfer(conditions: Conditions, algorithm: str, size: int) -> Outcome:
    """Send `size` bytes; in a thread, whose namespaces vanish with it.

    Raises:
        RuntimeError: it did not end in time, or bytes are missing.
    """
    outcomes: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(_transfer(Path(conditions), algorithm, size))
    )
    thread.start()
    thread.join()
    if not outcomes:
        raise RuntimeError("the transfer between kernels failed; see the exception above")
    return outcomes[0]


def _new_namespace() -> bool:
    return bool(ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) == 0)


def _transfer(path: Path, algorithm: str, size: int) -> Outcome:
    """Receiver's namespace first, then the sender's, in which this thread stays."""
    with _end(1) as far, _process(RECEIVER) as receiver:
        assert receiver.stdout is not None
        receiver.stdout.readline()
        with _end(0) as near, _process(SENDER, algorithm, str(size)) as sender:
            relay = Relay(path, (near, far))
            relay.run(until=lambda: receiver.poll() is not None and sender.poll() is not None)
            assert sender.stdout is not None
            begin = int(sender.stdout.read())
        end, count = map(int, receiver.stdout.read().split())
    if count != size:
        raise RuntimeError(f"{count} of {size} bytes arrived")
    return Outcome(end - begin, path.texts, path.lost + path.overflowed, relay.late // relay.count)


@contextmanager
def _end(number: int) -> Iterator[TapLink]:
    """A new namespace with a TAP; this thread is in it from now on."""
    if not _new_namespace():
        raise RuntimeError("no network namespace can be made; see `available`")
    link = TapLink("tap0", kernel_address=ipv4_bytes(ADDRESSES[number]), prefix_length=24)
    try:
        yield link
    finally:
        link.close()


@contextmanager
def _process(program: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    words = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class Relay:
    """Carries frames between two TAPs as a path says.

    Attributes:
        count: frames carried; late: ns after their time, of all of them together.
    """

    def __init__(self, path: Path, ends: tuple[TapLink, TapLink]) -> None:
        self.path = path
        self.ends = ends
        self.late = 0
        self.count = 0
        self._queue: list[tuple[int, int, int, bytes]] = []

    def run(self, until: Callable[[], bool]) -> None:
        """Until `until()` holds, which is asked every 50 ms."""
        poll = select.poll()
        for link in self.ends:
            poll.register(link.fileno(), select.POLLIN)
        give_up = asked = time.monotonic_ns()
        give_up += PATIENCE_S * 1_000_000_000
        while True:
            now = time.monotonic_ns()
            self._deliver(now)
            if now - asked > 50_000_000:
                asked = now
                if until():
                    return
                if now > give_up:
                    raise RuntimeError(f"not done after {PATIENCE_S} s")
            due = self._queue[0][0] if self._queue else asked + 51_000_000
            poll.poll(max(due - time.monotonic_ns(), 0) / 1_000_000)
            self._take()

    def _take(self) -> None:
        """What the kernels have sent."""
        for end, link in enumerate(self.ends):
            while (frame := link.recv()) is not None:
                arrival = self.path.carry(end, frame.data, time.monotonic_ns())
                if arrival is not None:
                    self.count += 1
                    heappush(self._queue, (arrival, self.count, 1 - end, frame.data))

    def _deliver(self, now: int) -> None:
        while self._queue and self._queue[0][0] <= now:
            due, _, end, frame = heappop(self._queue)
            self.late += now - due
            self.ends[end].send(frame)
