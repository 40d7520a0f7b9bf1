"""User Datagram Protocol (RFC 768).

Generated from schemas/udp.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, missing_below, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!HHHH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class UDP(Header):
    """User Datagram Protocol (RFC 768).

    Attributes:
        source_port: Source port (RFC 768 page 1).
        destination_port: AUTO: the port of the protocol above, or 0 (RFC 768 page 1).
        length: Bytes of header and payload, at least 8 (RFC 768 page 2).
        checksum: 0 means that the sender computed none (RFC 768 page 2).
    """

    __slots__ = (
        "checksum",
        "destination_port",
        "length",
        "source_port",
    )
    __match_args__ = (
        "source_port",
        "destination_port",
        "length",
        "checksum",
    )

    LAYER = "UDP"
    TITLE = "User Datagram Protocol"
    DISPLAY = "udp"
    VALUES = (
        "source_port",
        "destination_port",
        "length",
        "checksum",
    )
    COMPUTED = (
        "length",
        "checksum",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "source_port": 16,
        "destination_port": 16,
        "length": 16,
        "checksum": 16,
    }
    NEEDS_BELOW = True
    ZERO_MEANS_NONE = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (17,)}
    NEXT_FIELD = "destination_port"
    NEXT_TABLE = "udp_port"
    NEXT_OTHERWISE = 0
    NEXT_ALSO = "source_port"
    NEXT_SUGGESTS = True
    FIELDS = (
        Field(
            "source_port",
            display="udp.srcport",
            aliases=("udp.port",),
            bit_offset=0,
            bits=16,
            source="RFC 768 page 1",
        ),
        Field(
            "destination_port",
            display="udp.dstport",
            aliases=("udp.port",),
            bit_offset=16,
            bits=16,
            source="RFC 768 page 1",
        ),
        Field("length", display="udp.length", bit_offset=32, bits=16, source="RFC 768 page 2"),
        Field(
            "checksum",
            display="udp.checksum",
            bit_offset=48,
            bits=16,
            format="hex",
            source="RFC 768 page 2",
        ),
    )

    source_port: int
    destination_port: int
    length: int
    checksum: int

    def __init__(
        self,
        source_port: int = 0,
        destination_port: int = AUTO,
        length: int = AUTO,
        checksum: int = AUTO,
    ) -> None:
        try:
            refused = (
                source_port >> 16
                or (destination_port >> 16 and destination_port is not AUTO)
                or (length >> 16 and length is not AUTO)
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(UDP, locals())
        self.source_port = source_port
        self.destination_port = destination_port
        self.length = length
        self.checksum = checksum

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 768); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.source_port,
                header.destination_port,
                header.length,
                header.checksum,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (offset + 8 <= limit and (not strict or 8 <= header.length <= limit - offset)):
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 8

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `length` says, unless it cannot be right."""
        stop = offset + self.length
        return stop if offset + 8 <= stop <= end else end

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            destination_port = self.destination_port
            if destination_port is AUTO:
                destination_port = next_number(self, above)
            length = self.length
            if length is AUTO:
                length = 8 + len(payload)
            checksum = self.checksum
            if checksum is AUTO:
                if below is None:
                    raise missing_below(UDP)
                total = (
                    self.source_port
                    + destination_port
                    + length
                    + from_bytes(below.source)
                    + from_bytes(below.destination)
                    + 8
                    + len(payload)
                    + 17
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF or 0xFFFF
            return _pack(self.source_port, destination_port, length, checksum) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 8:
            return False
        if buffer[offset + 6] == 0 == buffer[offset + 6 + 1]:
            return below is None or len(below.source) == 4
        if below is None:
            raise missing_below(UDP)
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        total += from_bytes(below.source) + from_bytes(below.destination) + end - offset + 17
        return total > 0 and total % 0xFFFF == 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.source_port = self.source_port
        copy.destination_port = self.destination_port
        copy.length = self.length
        copy.checksum = self.checksum
        return copy
