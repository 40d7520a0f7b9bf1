"""Writing pcap.

Source: draft-ietf-opsawg-pcap sections 4 and 5.
"""

from types import TracebackType
from typing import Self

from wirelab.codecs.capture.output import Destination, Output
from wirelab.codecs.capture.pcap_reader import FCS_LENGTH_SHIFT, FCS_PRESENT, LARGEST_RECORD
from wirelab.codecs.capture.records import LINK_TYPE_ETHERNET
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols.pcap import (
    BIG,
    LITTLE,
    MAGIC_MICROSECONDS,
    MAGIC_NANOSECONDS,
    FileHeader,
    Record,
)

_SOURCE = "draft-ietf-opsawg-pcap section 4"
_ORDERS = {"little": LITTLE, "big": BIG}


class PcapWriter:
    """Writes frames of one link type.

    Args:
        destination: a path, or a binary file object (left open).
        link_type: of every frame.
        nanoseconds: resolution of the time stamps; False: microseconds, rounded down.
        snapshot_length: bytes kept of a frame; longer frames are cut. 0: all are kept.
        byte_order: `little` or `big`.
        fcs_length: bytes of frame check sequence behind each frame, an even number to 30; None:
            the file does not say.

    Raises:
        EncodeError: an argument that does not fit; nothing has been opened then.
        OSError: the path cannot be opened.
    """

    def __init__(
        self,
        destination: Destination,
        link_type: int = LINK_TYPE_ETHERNET,
        *,
        nanoseconds: bool = True,
        snapshot_length: int = 262_144,
        byte_order: str = "little",
        fcs_length: int | None = None,
    ) -> None:
        if byte_order not in _ORDERS:
            raise EncodeError("pcap", "byte_order", byte_order, "little or big", _SOURCE)
        self._order = _ORDERS[byte_order]
        self._unit = 1 if nanoseconds else 1000
        self._kept = snapshot_length or None
        magic = MAGIC_NANOSECONDS if nanoseconds else MAGIC_MICROSECONDS
        if not 0 <= snapshot_length < 1 << 32:
            expected = "bytes, in 32 bits; 0: all"
            raise EncodeError("pcap", "snapshot_length", snapshot_length, expected, _SOURCE)
        link = _link_field(link_type, fcs_length)
        header = FileHeader(magic, 2, 4, 0, 0, snapshot_length, link).build(self._order)
        self._output = Output(destination)
        self._output.write(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, data: bytes, timestamp_ns: int, *, wire_length: int | None = None) -> None:
        """Write a frame.

        Args:
            data: the bytes captured; cut at the snapshot length.
            timestamp_ns: nanoseconds since 1970-01-01 UTC.
            wire_length: bytes on the wire, if more than `data`.

        Raises:
            EncodeError: a value that does not fit, or more bytes than readers take.
        """
        seconds, fraction = divmod(timestamp_ns, 1_000_000_000)
        if not 0 <= seconds < 1 << 32:
            raise EncodeError(
                "pcap",
                "seconds",
                seconds,
                "a time from 1970 to 2106, which fits 32 bits; PcapngWriter takes later ones",
                "draft-ietf-opsawg-pcap section 5",
            )
        wire = len(data) if wire_length is None else wire_length
        if not 0 <= wire < 1 << 32:
            expected = "bytes on the wire, in 32 bits"
            raise EncodeError("pcap", "wire_length", wire, expected, _SOURCE)
        kept = bytes(data[: self._kept])
        if len(kept) > LARGEST_RECORD:
            expected = f"at most {LARGEST_RECORD} bytes, as readers do; a snapshot_length cuts them"
            raise EncodeError("pcap", "data", len(kept), expected, _SOURCE)
        record = Record(seconds, fraction // self._unit, wire, kept)
        self._output.write(record.build(self._order))

    def flush(self) -> None:
        """Hand everything written so far to the file."""
        self._output.flush()

    def close(self) -> None:
        """Flush, and close a file that was given as a path."""
        self._output.close()


def _link_field(link_type: int, fcs_length: int | None) -> int:
    """The last word of the file header: link type, and the length of the FCS if it is known."""
    if not 0 <= link_type < 1 << 16:
        raise EncodeError("pcap", "link_type", link_type, "a number of 16 bits", _SOURCE)
    if fcs_length is None:
        return link_type
    if fcs_length not in range(0, 31, 2):
        expected = "an even number of bytes from 0 to 30"
        raise EncodeError("pcap", "fcs_length", fcs_length, expected, _SOURCE)
    return link_type | FCS_PRESENT | fcs_length // 2 << FCS_LENGTH_SHIFT
