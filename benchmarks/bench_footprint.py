"""What importing costs, and what parsed packets hold on to."""

import gc
import os
import resource
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable

from benchmarks.frames import DATA
from benchmarks.harness import Row

from wirelab.codecs import Packet, parse

IMPORTS = ("import wirelab.codecs", "from wirelab.codecs import parse")
REPEATS = 21
COUNT = 2000


def measure() -> list[Row]:
    """CPU time of imports over a bare interpreter; bytes a packet, the frame not counted."""
    return [*_imports(), *_memory()]


def _imports() -> list[Row]:
    seconds: dict[str, list[float]] = {statement: [] for statement in ("pass", *IMPORTS)}
    environment = dict(os.environ)
    # As an installed package is: compiled once, whatever this machine's settings are.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for statement in IMPORTS:
        subprocess.run([sys.executable, "-c", statement], check=True, env=environment)
    for _ in range(REPEATS):
        for statement, found in seconds.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", statement], check=True, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    bare = statistics.median(seconds["pass"])
    return [
        Row(
            "import, over a bare interpreter",
            statement,
            (statistics.median(seconds[statement]) - bare) * 1e3,
            "ms",
            target="at most 15",
        )
        for statement in IMPORTS
    ]


def _memory() -> list[Row]:
    group = "memory of a parsed Ethernet/IPv4/TCP packet, timestamps"
    uses: dict[str, Callable[[Packet], object]] = {
        "parsed": lambda packet: None,
        "parsed, all headers made": lambda packet: packet.layers,
        "parsed, all headers made, options decoded": lambda packet: packet.layers[2].options,  # type: ignore[attr-defined]
    }
    targets = {"parsed": "at most 800"}
    rows = [
        Row(group, name, _bytes(use), "B", target=targets.get(name, ""))
        for name, use in uses.items()
    ]
    garbage = _cyclic_garbage(uses)
    return [*rows, Row(group, "cyclic garbage", garbage, "objects", target="none")]


def _frames() -> list[bytes]:
    """Frames with numbers as large as those of real ones: small ones need no memory."""
    frames = []
    for number in range(COUNT):
        frame = bytearray(DATA)
        frame[18:20] = (1000 + number).to_bytes(2)
        frame[38:46] = (0x12345678 + number).to_bytes(4) + (0x87654321 + number).to_bytes(4)
        frames.append(bytes(frame))
    return frames


def _bytes(use: Callable[[Packet], object]) -> float:
    frames = _frames()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    packets = [parse(frame) for frame in frames]
    for packet in packets:
        use(packet)
    held = tracemalloc.get_traced_memory()[0] - before - sys.getsizeof(packets)
    tracemalloc.stop()
    return held / COUNT


def _cyclic_garbage(uses: dict[str, Callable[[Packet], object]]) -> int:
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        for frame in _frames():
            for use in uses.values():
                use(parse(frame))
        return gc.collect()
    finally:
        if enabled:
            gc.enable()
