"""`wirelab dissect` and `tshark` over the same capture: wall time of whole processes."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from operator import truediv
from pathlib import Path

from benchmarks.harness import Row

from wirelab.codecs import TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import PcapWriter

PACKETS, REPEATS = 100_000, 3
FIELDS = ("-T", "fields", "-e", "frame.number", "-e", "ip.src", "-e", "tcp.srcport")
WIRELAB = (sys.executable, "-m", "wirelab.adapters.cli", "dissect")
TSHARK = ("tshark", "-n", "-r")
TASKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "three fields": (FIELDS, FIELDS),
    "a line a packet": ((), ()),
    "JSON": (("-T", "json"), ("--json",)),
}
"""What to do -> words for tshark, words for wirelab."""
JSON_PACKETS = 10_000
"""Of the capture, because tshark writes 4 kB for each."""


def measure() -> list[Row]:
    """Take turns; without tshark there is nothing to compare with, and no row."""
    if shutil.which(TSHARK[0]) is None:
        return []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "capture.pcap"
        _write(capture)
        for task, (for_tshark, for_wirelab) in TASKS.items():
            packets = JSON_PACKETS if task == "JSON" else PACKETS
            count = ("-c", str(packets))
            group = f"dissect {packets:,} packets, {task}"
            turns = [
                (
                    _seconds(*TSHARK, str(capture), *count, *for_tshark),
                    _seconds(*WIRELAB, str(capture), *count, *for_wirelab),
                )
                for _ in range(REPEATS)
            ]
            theirs, ours = zip(*turns, strict=True)
            ratio = statistics.median(map(truediv, ours, theirs))
            rows += [
                Row(group, "tshark", statistics.median(theirs), "s", 1.0, "tshark"),
                Row(group, "wirelab", statistics.median(ours), "s", ratio, "tshark"),
            ]
    return rows


def _write(path: Path) -> None:
    """A thousand TCP streams and a hundred UDP ones, without order."""
    with PcapWriter(path) as writer:
        for number in range(PACKETS):
            stream = number % 1009
            ip = IPv4(source=bytes((10, 0, stream % 7, 1 + stream % 11)), destination="10.1.0.1")
            if number % 10:
                transport: TCP | UDP = TCP(
                    source_port=50000 + stream,
                    destination_port=8300,
                    sequence_number=number * 1000,
                    flags=0x18,
                )
            else:
                transport = UDP(source_port=50000 + number % 101, destination_port=49152)
            frame = Ethernet() / ip / transport / bytes(number * 7 % 1400)
            writer.write(bytes(frame), number * 1_000_000)


def _seconds(*command: str) -> float:
    """Wall time of a command whose output nobody reads."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start
