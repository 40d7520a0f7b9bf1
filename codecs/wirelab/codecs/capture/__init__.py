"""Capture files: pcap and pcapng, read and written as a stream.

>>> import io
>>> stream = io.BytesIO()
>>> with PcapngWriter(stream, comment="seed 1") as writer:
...     _ = writer.add_interface("eth0")
...     writer.write(bytes(60), 1_500, comment="the first", direction="out")
>>> _ = stream.seek(0)
>>> [(frame.number, frame.timestamp_ns, frame.comment) for frame in open_capture(stream)]
[(1, 1500, 'the first')]
"""

from wirelab.codecs.capture.blocks import BlockWriter, read_blocks
from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.pcap_writer import PcapWriter
from wirelab.codecs.capture.pcapng_writer import PcapngWriter
from wirelab.codecs.capture.reading import CaptureReader, open_capture, read_frames
from wirelab.codecs.capture.records import (
    DIRECTION_IN,
    DIRECTION_OUT,
    LINK_TYPE_ETHERNET,
    LINK_TYPE_IPV4,
    LINK_TYPE_NULL,
    LINK_TYPE_RAW,
    CapturedFrame,
    Interface,
    JournalEntry,
)

__all__ = [
    "DIRECTION_IN",
    "DIRECTION_OUT",
    "LINK_TYPE_ETHERNET",
    "LINK_TYPE_IPV4",
    "LINK_TYPE_NULL",
    "LINK_TYPE_RAW",
    "BlockWriter",
    "CaptureError",
    "CaptureReader",
    "CapturedFrame",
    "Interface",
    "JournalEntry",
    "PcapWriter",
    "PcapngWriter",
    "open_capture",
    "read_blocks",
    "read_frames",
]
