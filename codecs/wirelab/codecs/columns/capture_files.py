"""Capture files of any kind as `Records`, in stretches that need not fit into memory together.

A pcap or pcapng file is mapped into memory and its records are found by `scan`. What cannot be
mapped or is unusual (gzip, pipes, several sections, damage) is read by `wirelab.codecs.capture`
frame by frame instead, at about a microsecond a frame, with its errors.
"""

import mmap
import os
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from wirelab.codecs.capture import open_capture
from wirelab.codecs.columns.arrays import Bytes
from wirelab.codecs.columns.pcap_file import PcapFile
from wirelab.codecs.columns.records import Records, Unusual, no_records
from wirelab.codecs.columns.scan import follow
from wirelab.codecs.errors import DecodeError

if TYPE_CHECKING:
    from wirelab.codecs.columns.pcapng_file import PcapngFile

SEGMENT = 1 << 27
"""Bytes whose records are found at a time; ours: a thousand cursors at work."""
FRAMES_AT_A_TIME = 1 << 16
"""Handed on together, as many as a usual block: their headers are read while the processor's caches
still have what stands in front of them; ours, measured."""


def read_records(file: Any) -> Iterator[Records]:
    """The frames of a capture file, some at a time.

    Args:
        file: a path, or a binary file object.

    Raises:
        CaptureError: missing, empty, or no capture file; a cut or damaged one, after every whole
            frame before the damage.
    """
    done = 0
    if isinstance(file, str | os.PathLike):
        for records in _mapped(file):
            done += records.rows
            if records.rows:
                yield records
            else:
                break  # the end, whole and well
        else:
            yield from _sequential(file, done)
        return
    yield from _sequential(file, 0)


def _mapped(file: "str | os.PathLike[str]") -> Iterator[Records]:
    """The frames of a file in memory; then empty records, unless a reader must go on."""
    buffer = _map(file)
    if buffer is None:
        return
    form = _form(buffer)
    if form is None:
        return
    at = form.begin
    while at < len(buffer):
        chain = follow(buffer, at, min(at + SEGMENT, len(buffer)), form)
        for begin in range(0, len(chain.offsets), FRAMES_AT_A_TIME):
            try:
                records = form.records(chain.offsets[begin : begin + FRAMES_AT_A_TIME])
            except (Unusual, DecodeError):
                return
            if records.rows:
                yield records
        if chain.broken:
            return
        at = chain.after
    yield no_records()


def _form(buffer: Bytes) -> "PcapFile | PcapngFile | None":
    """What knows this kind of file, if arrays can follow it."""
    if PcapFile.recognizes(buffer):
        return PcapFile(buffer)
    from wirelab.codecs.columns.pcapng_file import PcapngFile

    return PcapngFile(buffer) if PcapngFile.recognizes(buffer) else None


def _map(file: "str | os.PathLike[str]") -> Bytes | None:
    """The bytes of a file, or None if it cannot be mapped (the reader says why)."""
    try:
        with open(file, "rb") as stream:
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # ValueError: empty
        return None
    return np.frombuffer(mapped, np.uint8)


def _sequential(file: Any, done: int) -> Iterator[Records]:
    """The frames behind the first `done`, read one by one."""
    with open_capture(file) as capture:
        frames = iter(capture)
        if sum(1 for _ in islice(frames, done)) < done:
            return
        while True:
            some: list[Any] = []
            error: DecodeError | None = None
            try:
                some.extend(islice(frames, FRAMES_AT_A_TIME))
            except DecodeError as caught:
                error = caught
            if some:
                yield _packed(some)
            if error is not None:
                raise error
            if not some:
                return


def _packed(frames: list[Any]) -> Records:
    """Frames of the sequential reader, side by side in a buffer of their own."""
    captured = np.array([len(frame.data) for frame in frames], np.intp)
    latest = np.iinfo(np.int64).max
    return Records(
        np.frombuffer(b"".join([frame.data for frame in frames]), np.uint8),
        np.cumsum(captured) - captured,
        captured,
        np.array([frame.wire_length for frame in frames], np.uint32),
        np.array([max(min(frame.timestamp_ns, latest), -latest) for frame in frames], np.int64),
        np.array([frame.link_type for frame in frames], np.uint16),
        np.array([frame.interface for frame in frames], np.uint32),
        np.array([frame.number for frame in frames], np.intp),
    )
