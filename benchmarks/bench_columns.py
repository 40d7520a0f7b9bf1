"""A capture of a million packets as columns, beside `tshark -T fields` and a loop with dpkt.

The file (about 500 MB) is made once, in a temporary directory, and deleted at the end. tshark and
dpkt get its first packets only, and their times are scaled up to the whole, without the time that
tshark takes to start. All is processor time, of whole processes for tshark and its counterpart:
each runs on one core, so that this is the wall time of a machine with nothing else to do.
"""

import os
import random
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from operator import truediv
from pathlib import Path

import dpkt
from benchmarks.harness import Row

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    Dot1Q,
    Ethernet,
    IPv4,
    NoOperation,
    Timestamps,
    columns,
)

PACKETS, TEMPLATES = 1_000_000, 4096
SAMPLE = 40_000
"""Packets for tshark and dpkt."""
REPEATS = 5
SIZES = (0, 0, 0, 0, 20, 100, 500, 900, 1448, 1448)
"""Bytes of payload."""

FIELDS = (
    *("frame.time_epoch", "frame.len", "eth.src", "eth.dst", "eth.type"),
    *("ip.src", "ip.dst", "ip.len", "ip.id", "ip.ttl", "ip.proto"),
    *("tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags"),
    *("tcp.window_size_value", "udp.srcport", "udp.dstport", "udp.length"),
)
"""What all three are asked for."""
ALL = tuple(
    name
    for name in columns.all_names()
    if name.partition(".")[0] in ("frame", "eth", "vlan", "arp", "ip", "udp", "tcp")
    and not name.endswith(".status")
)
VERDICTS = ("ip.checksum.status", "tcp.checksum.status", "udp.checksum.status")

WHOLE_PROCESS = """
import sys
from wirelab.codecs import columns
for block in columns.blocks(sys.argv[1]):
    for name in sys.argv[2:]:
        block[name]
"""


def measure() -> list[Row]:
    """Take turns; tshark only where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        whole, sample = Path(folder) / "whole.pcap", Path(folder) / "sample.pcap"
        _write(whole, sample)
        return _columns(whole, sample)


def _columns(whole: Path, sample: Path) -> list[Row]:
    group = f"{PACKETS:,} packets as columns ({whole.stat().st_size / 1e6:.0f} MB)"
    tasks: dict[str, Callable[[], float]] = {
        f"{len(FIELDS)} columns, whole process": lambda: _process(whole, FIELDS),
        f"{len(FIELDS)} columns": lambda: _blocks(whole, FIELDS),
        f"all {len(ALL)} columns": lambda: _blocks(whole, ALL),
        f"all {len(ALL)} columns, all checksums verified": lambda: _blocks(whole, ALL + VERDICTS),
        f"dpkt loop, scaled from {SAMPLE:,}": lambda: _dpkt(sample) * (PACKETS / SAMPLE),
    }
    if shutil.which("tshark"):
        tasks[f"tshark -T fields, scaled from {SAMPLE:,}"] = lambda: _tshark_scaled(sample)
    _process(sample, FIELDS)  # compiles
    turns: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(REPEATS):
        for name, task in tasks.items():
            turns[name].append(task())
    names = list(tasks)
    process, some, every, verified, dpkt_loop = names[:5]
    rows = [_row(group, process, turns, process)]
    for tshark in names[5:]:
        target = "at least 50 x tshark's speed"
        rows.append(_row(group, tshark, turns, process, target))
    rows += [
        _row(group, some, turns, some),
        _row(group, dpkt_loop, turns, some, "at least 18 x dpkt's speed"),
        _row(group, every, turns, some),
        _row(group, verified, turns, every, "at most 2 x the time without checksums"),
    ]
    return rows


def _row(
    group: str, name: str, turns: dict[str, list[float]], against: str, target: str = ""
) -> Row:
    seconds = turns[name]
    ratio = statistics.median(map(truediv, seconds, turns[against]))
    return Row(group, name, statistics.median(seconds), "s", ratio, against, target)


def _blocks(path: Path, names: tuple[str, ...]) -> float:
    start = time.process_time()
    for block in columns.blocks(path):
        for name in names:
            block[name]
    return time.process_time() - start


def _process(path: Path, names: tuple[str, ...]) -> float:
    """Of an installed package: its modules have been compiled, also where this run keeps none."""
    command = ("-X", f"pycache_prefix={path.parent}", "-c", WHOLE_PROCESS, str(path), *names)
    return _seconds(sys.executable, *command)


def _tshark_scaled(sample: Path) -> float:
    """What the whole would take: a start, and the time of the sample's packets many times."""
    start = _tshark(sample, 1)
    return start + (_tshark(sample, SAMPLE) - start) * (PACKETS / SAMPLE)


def _tshark(path: Path, packets: int) -> float:
    words = [word for name in FIELDS for word in ("-e", name)]
    return _seconds("tshark", "-n", "-c", str(packets), "-r", str(path), "-T", "fields", *words)


def _seconds(*command: str) -> float:
    start = _children()
    one_core = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    one_core.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        command, check=True, env=one_core, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return _children() - start


def _children() -> float:
    """Processor time of all processes that we have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _dpkt(path: Path) -> float:
    """The same fields, each packet's in a tuple, in a list."""
    start = time.process_time()
    found: list[object] = []
    with path.open("rb") as stream:
        for seconds, data in dpkt.pcap.Reader(stream):
            frame = dpkt.ethernet.Ethernet(data)
            row: tuple[object, ...] = (seconds, len(data), frame.src, frame.dst, frame.type)
            packet = frame.data
            if isinstance(packet, dpkt.ip.IP):
                row += (packet.src, packet.dst, packet.len, packet.id, packet.ttl, packet.p)
                above = packet.data
                if isinstance(above, dpkt.tcp.TCP):
                    row += (above.sport, above.dport, above.seq, above.ack, above.flags, above.win)
                elif isinstance(above, dpkt.udp.UDP):
                    row += (above.sport, above.dport, above.ulen)
            found.append(row)
    return time.process_time() - start


def _write(whole: Path, sample: Path) -> None:
    """Streams of TCP with and without timestamps, UDP, ARP, and a few VLAN tags, mixed."""
    chance = random.Random(9)
    frames = [_frame(chance, number) for number in range(TEMPLATES)]
    record = struct.Struct("<IIII").pack
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    with whole.open("wb") as stream:
        stream.write(header)
        for number, frame in enumerate(_picked(chance, frames)):
            if number == SAMPLE:
                stream.flush()
                shutil.copy(whole, sample)
            seconds, microseconds = divmod(number * 137, 1_000_000)
            stream.write(record(1_700_000_000 + seconds, microseconds, len(frame), len(frame)))
            stream.write(frame)


def _picked(chance: random.Random, frames: list[bytes]) -> Iterator[bytes]:
    for _ in range(PACKETS):
        yield frames[chance.getrandbits(12)]


def _frame(chance: random.Random, number: int) -> bytes:
    kind, payload = chance.random(), chance.randbytes(chance.choice(SIZES))
    link = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
    if kind > 0.97:
        return bytes(link / ARP())
    ip = IPv4(source=bytes((10, 0, number % 7, number % 250)), destination="10.1.0.1", ttl=64)
    options = (NoOperation(), NoOperation(), Timestamps(number, 1)) if kind < 0.6 else ()
    transport: TCP | UDP = UDP(50000 + number % 101, 49152)
    if kind < 0.8:
        transport = TCP(50000 + number % 1009, 80, sequence_number=number, options=options)
    if chance.random() < 0.02:
        return bytes(link / Dot1Q(vlan_id=5) / ip / transport / payload)
    return bytes(link / ip / transport / payload)
