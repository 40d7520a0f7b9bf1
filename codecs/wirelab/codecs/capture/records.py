"""What a capture file holds: frames, journal entries, and the interfaces they came from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Optional

if TYPE_CHECKING:
    from wirelab.codecs.packet import Packet
    from wirelab.codecs.protocols.pcapng_blocks import InterfaceDescriptionBlock

LINK_TYPE_NULL = 0
"""BSD loopback: 4 bytes of address family, then the packet (tcpdump.org/linktypes.html)."""
LINK_TYPE_LOOP = 108
"""OpenBSD loopback: the same, the family always big-endian."""
LINK_TYPE_ETHERNET = 1
LINK_TYPE_RAW = 101
"""Raw IP: the packet begins with its IP header (tcpdump.org/linktypes.html)."""
LINK_TYPE_LINUX_SLL = 113
"""What `tcpdump -i any` writes: 16 bytes, the last two an Ethernet type."""
LINK_TYPE_IPV4 = 228
LINK_TYPE_IPV6 = 229
LINK_TYPE_LINUX_SLL2 = 276
"""The same since libpcap 1.10: 20 bytes, the first two an Ethernet type."""

DIRECTION_IN = 1
DIRECTION_OUT = 2


class Interface(NamedTuple):
    """Where frames were captured; a pcap file has one, without a name."""

    link_type: int
    snapshot_length: int = 0
    """Bytes kept of a frame; 0: all."""
    name: str | None = None
    description: str | None = None
    units_per_second: int = 1_000_000
    """Resolution of the file's time stamps."""
    time_offset_s: int = 0
    section: int = 0
    number: int = 0
    """In its section, from 0: what `frame.interface_id` shows."""
    fcs_length: int | None = None
    """Bytes of frame check sequence at the end of each frame; None: the file does not say."""
    block: Optional["InterfaceDescriptionBlock"] = None
    """The pcapng block with all options (addresses, speeds, filter, ...); None in pcap files."""


class CapturedFrame(NamedTuple):
    """A frame of a capture file."""

    number: int
    """From 1, counting journal entries and custom blocks, too, as Wireshark counts."""
    timestamp_ns: int
    """Since 1970-01-01 UTC; 0 when the file has none (see `has_timestamp`)."""
    data: bytes
    wire_length: int
    """Bytes on the wire; more than `len(data)` when the capture was cut by a snapshot length."""
    link_type: int
    interface: int = 0
    """Index into `CaptureReader.interfaces`."""
    comments: tuple[str, ...] = ()
    packet_flags: int | None = None
    """pcapng `epb_flags`; its low two bits are the direction."""
    packet_id: int | None = None
    drop_count: int | None = None
    has_timestamp: bool = True

    def packet(self, strict: bool = True) -> "Packet":
        """The frame parsed, from the header that its link type names.

        Args:
            strict: as of `wirelab.codecs.parse`; what the snapshot length cut is no contradiction.

        Raises:
            DecodeError: as of `wirelab.codecs.parse`.
        """
        from wirelab.codecs.packet import parse  # not every reader of captures parses

        return parse(
            self.data, strict=strict, wire_length=self.wire_length, link_type=self.link_type
        )

    @property
    def comment(self) -> str | None:
        """The first comment, or None."""
        return self.comments[0] if self.comments else None

    @property
    def direction(self) -> str | None:
        """`in`, `out`, or None when the file does not say."""
        return (None, "in", "out", None)[(self.packet_flags or 0) & 3]


class JournalEntry(NamedTuple):
    """A systemd journal entry of a pcapng file: a row of its own in Wireshark."""

    number: int
    timestamp_ns: int
    fields: Mapping[str, str]
    data: bytes
    """The entry as it stands, in systemd's Journal Export Format."""
    has_timestamp: bool = True
