"""Capture files: pcap and pcapng, read and written as a stream.

>>> import io
>>> stream = io.BytesIO()
>>> with PcapngWriter(stream, comment="seed 1") as writer:
...     _ = writer.add_interface("eth0")
...     writer.write(bytes(60), 1_500, comment="the first", direction="out")
>>> _ = stream.seek(0)
>>> [(frame.number, frame.timestamp_ns, frame.comment) for frame in open_capture(stream)]
[(1, 1500, 'the first')]
>>> _ = stream.seek(0)
>>> for timestamp_ns, data in read_frames(stream):  # the leanest loop
...     print(timestamp_ns, len(data))
1500 60

`read_blocks` gives every block of a pcapng file as a value, and `BlockWriter` writes it back.
The names are loaded when they are first used: reading a pcap file needs none of pcapng's blocks.
"""

from importlib import import_module

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` would cost 10 ms
if TYPE_CHECKING:
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

_HOMES = {
    "blocks": (
        "BlockWriter",
        "read_blocks",
    ),
    "errors": ("CaptureError",),
    "pcap_writer": ("PcapWriter",),
    "pcapng_writer": ("PcapngWriter",),
    "reading": (
        "CaptureReader",
        "open_capture",
        "read_frames",
    ),
    "records": (
        "DIRECTION_IN",
        "DIRECTION_OUT",
        "LINK_TYPE_ETHERNET",
        "LINK_TYPE_IPV4",
        "LINK_TYPE_NULL",
        "LINK_TYPE_RAW",
        "CapturedFrame",
        "Interface",
        "JournalEntry",
    ),
}
"""Module -> the public names that it defines."""

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> object:
    """Load a public name from its home (PEP 562), once."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
