"""Iterating over the records of capture files, ours beside dpkt's readers."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import dpkt
from benchmarks.harness import Row, compare

from wirelab.codecs.capture import PcapngWriter, PcapWriter, open_capture, read_frames

FRAMES = 20_000
SIZES = (60, 66, 1514, 590)
"""Bytes; about what a capture of file transfers and their acknowledgements holds."""


def measure() -> list[Row]:
    """Whole files in turns."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        pcap, pcapng = Path(folder) / "capture.pcap", Path(folder) / "capture.pcapng"
        _write(PcapWriter(pcap))
        writer = PcapngWriter(pcapng)
        writer.add_interface("eth0")
        _write(writer)
        for path, reader in ((pcap, dpkt.pcap.Reader), (pcapng, dpkt.pcapng.Reader)):
            rows += _compare(path, reader)
    return rows


def _write(writer: PcapWriter | PcapngWriter) -> None:
    with writer:
        for number in range(FRAMES):
            writer.write(bytes(SIZES[number % len(SIZES)]), number * 1_000_000)


def _compare(path: Path, reader: Callable[..., Iterable[object]]) -> list[Row]:
    def theirs() -> None:
        with path.open("rb") as stream:
            for _time, _data in reader(stream):  # type: ignore[misc]
                pass

    def frames() -> None:
        for _time, _data in read_frames(path):
            pass

    def records() -> None:
        with open_capture(path) as capture:
            for _frame in capture:
                pass

    name = f"dpkt.{path.suffix[1:]}.Reader"
    rows = compare(
        f"iterate over {path.suffix[1:]}, a record",
        {"read_frames": frames, "open_capture": records, name: theirs},
        against=name,
        targets={"read_frames": "<= 0.33"},
        repeats=9,
        slice_s=0.02,
    )
    return [
        Row(row.group, row.name, row.value / FRAMES, "us", row.ratio, row.against, row.target)
        for row in rows
    ]
