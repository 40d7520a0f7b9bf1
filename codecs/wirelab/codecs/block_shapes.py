"""What pcapng's blocks tell besides their fields and options, one class for each shape.

Source: draft-ietf-opsawg-pcapng section 4. The generated classes of `protocols/pcapng_blocks.py`
are built on these.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from wirelab.codecs.block import Block
from wirelab.codecs.block_options import Pairs, until_end
from wirelab.codecs.errors import EncodeError


class Direction(IntEnum):
    """Where a packet went, seen from the interface (section 4.3.1, bits 0 and 1)."""

    UNKNOWN = 0
    INBOUND = 1
    OUTBOUND = 2


class Reception(IntEnum):
    """How a packet was addressed (section 4.3.1, bits 2 to 4)."""

    UNSPECIFIED = 0
    UNICAST = 1
    MULTICAST = 2
    BROADCAST = 3
    PROMISCUOUS = 4


class PacketFlags(int):
    """The flags word of a packet; the 16 high bits are errors of the link layer."""

    @property
    def direction(self) -> Direction:
        """Inbound or outbound; a number that nobody assigned is unknown."""
        return Direction(self & 3) if self & 3 != 3 else Direction.UNKNOWN

    @property
    def reception(self) -> Reception:
        """Unicast, multicast, ...; a number that nobody assigned is unspecified."""
        number = self >> 2 & 7
        return Reception(number) if number <= Reception.PROMISCUOUS else Reception.UNSPECIFIED

    @property
    def fcs_length(self) -> int | None:
        """Bytes of frame check sequence; None: the block does not say."""
        return self >> 5 & 15 or None

    @property
    def errors(self) -> tuple[str, ...]:
        """The link layer's errors."""
        return tuple(name for bit, name in LINK_ERRORS.items() if self >> bit & 1)


LINK_ERRORS = {
    23: "checksum not ready",
    24: "crc",
    25: "too long",
    26: "too short",
    27: "wrong inter-frame gap",
    28: "unaligned",
    29: "start frame delimiter",
    30: "preamble",
    31: "symbol",
}
"""Bit of the flags word -> what went wrong (section 4.3.1)."""


class TimedShape(Block):
    """Blocks with a time stamp in two words."""

    __slots__ = ()

    @property
    def timestamp(self) -> int:
        """In units of the interface's time resolution."""
        high, low = self.body.timestamp_high, self.body.timestamp_low
        return int(high << 32 | low)

    def _body_of(self, values: dict[str, Any], others: Pairs) -> Any:
        _split_timestamp(values)
        return super()._body_of(values, others)

    def replace(self, **changes: Any) -> Any:
        """As of every block; `timestamp` stands for both its words."""
        _split_timestamp(changes)
        return super().replace(**changes)


def _split_timestamp(values: dict[str, Any]) -> None:
    if "timestamp" in values:
        time = values.pop("timestamp")
        values["timestamp_high"], values["timestamp_low"] = time >> 32, time & 0xFFFFFFFF


class PacketShape(TimedShape):
    """Packets with a time stamp."""

    __slots__ = ()

    @property
    def flags(self) -> PacketFlags:
        """The flags word in words; 0 where there is none."""
        return PacketFlags(getattr(self, "packet_flags", None) or 0)

    @property
    def direction(self) -> Direction:
        """Inbound or outbound, seen from the interface."""
        return self.flags.direction


class SimplePacketShape(Block):
    """A packet whose length depends on its interface."""

    __slots__ = ()

    def data(self, snapshot_length: int = 0) -> bytes:
        """The packet, for the snapshot length of the section's first interface (0: none)."""
        wire: int = self.body.wire_length
        padded: bytes = self.body.padded_data
        return padded[: min(wire, snapshot_length or wire)]


class InterfaceShape(Block):
    """An interface."""

    __slots__ = ()

    @property
    def units_per_second(self) -> int:
        """Resolution of time stamps; microseconds where the block does not say (section 4.2)."""
        resolution = getattr(self, "time_resolution", None)
        if resolution is None:
            return 1_000_000
        return int((2 if resolution & 0x80 else 10) ** (resolution & 0x7F))


class NamesShape(Block):
    """Names of addresses; the options follow the record of type 0 (section 4.5)."""

    __slots__ = ()

    @classmethod
    def _field_names(cls) -> tuple[str, ...]:
        return ("records",)

    @property
    def records(self) -> Pairs:
        """Type and value of each record."""
        return until_end(self.body.records)

    @property
    def names(self) -> dict[bytes, list[str]]:
        """Address -> names: 4 bytes are IPv4, 16 IPv6, 6 and 8 link-layer addresses."""
        found: dict[bytes, list[str]] = {}
        for kind, value in self.records:
            size = NAMED_SIZES.get(kind)
            if size is not None and len(value) > size:
                texts = [text.decode("utf-8", "replace") for text in value[size:].split(b"\0")]
                found.setdefault(value[:size], []).extend(text for text in texts if text)
        return found

    def _pairs(self) -> Pairs:
        whole: Pairs = self.body.records
        return whole[len(self.records) + 1 :]

    def _make(self, fields: Mapping[str, Any], pairs: Pairs) -> Any:
        return self.BODY((*fields["records"], (0, b""), *pairs))


NAMED_SIZES = {1: 4, 2: 16, 3: 6, 4: 8}
"""Type of a name record -> bytes of the address."""


class JournalShape(Block):
    """An event of systemd's journal."""

    __slots__ = ()

    @property
    def entry(self) -> Any:
        """The entry's fields and time, as a `JournalEntry` without a number."""
        from wirelab.codecs.capture.journal import parse_entry

        return parse_entry(0, self.body.padded_entry)


class SecretsShape(Block):
    """Keys."""

    __slots__ = ()

    @property
    def key_log(self) -> str:
        """The secrets as text, which they are for TLS and SSH."""
        return bytes(self.body.data).decode("utf-8", "replace")


class CustomShape(Block):
    """A block with an owner."""

    __slots__ = ()

    @property
    def is_copied(self) -> bool:
        """Whether a program that does not know the block may copy it into another file."""
        return self.type == self.TYPES[0]

    def _no_more(self, values: Mapping[str, Any]) -> None:
        if self.type not in self.TYPES:
            raise EncodeError(type(self).__name__, "type", self.type, f"one of {self.TYPES}")
        super()._no_more(values)
