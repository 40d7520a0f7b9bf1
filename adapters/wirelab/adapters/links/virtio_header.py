"""The header before each frame of a TAP with offload: what is left to do with the frame.

Source: Virtual I/O Device (VIRTIO) 1.2 section 5.1.6; Linux `include/uapi/linux/virtio_net.h`. Its
fields have the byte order of this machine.
"""

import struct
from typing import Final

from wirelab.adapters.links.link import Checksum
from wirelab.adapters.links.partial import CHECKSUM_OFFSET, TCP
from wirelab.sim.host.large_frame import LargeFrame

HEADER: Final = struct.Struct("=BBHHHH")
"""Flags, kind of segmentation, bytes of all headers, bytes of text a segment, where the sum begins,
and where behind that it goes."""

LENGTH: Final = HEADER.size  # bytes: 10
NEEDS_CHECKSUM: Final = 1
DATA_VALID: Final = 2
TCP_OVER_IPV4: Final = 1
TCP_OVER_IPV6: Final = 4

TYPE_IPV6: Final = b"\x86\xdd"  # RFC 2464 section 3

NOTHING_LEFT: Final = bytes(LENGTH)
"""Before a frame that is as it should be on a wire."""


def checksum(data: bytes) -> Checksum:
    """What to make of the transport checksum of a frame that came with its header."""
    flags = data[0] if data else 0
    if flags & NEEDS_CHECKSUM:
        return "partial-ok"
    return "trusted" if flags & DATA_VALID else "check"


def of_large_frame(frame: LargeFrame, tag: int = 0) -> bytes:
    """The header for a frame that the kernel is to take as many TCP segments.

    Args:
        frame: with the sum of the pseudo-header in place of its checksum, and without a tag.
        tag: bytes of a VLAN tag that goes in before the frame's type.
    """
    return HEADER.pack(
        NEEDS_CHECKSUM,
        TCP_OVER_IPV6 if frame[12:14] == TYPE_IPV6 else TCP_OVER_IPV4,
        frame.headers + tag,
        frame.segment_size,
        frame.transport + tag,
        CHECKSUM_OFFSET[TCP],
    )
