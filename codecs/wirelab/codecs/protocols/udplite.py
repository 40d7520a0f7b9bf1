"""The Lightweight User Datagram Protocol (RFC 3828), whose checksum may cover a part only.

Generated from schemas/udplite.py by `make generate`; do not edit.
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


class UDPLite(Header):
    """Lightweight User Datagram Protocol (RFC 3828).

    Attributes:
        source_port: Source port (RFC 3828 section 3.1).
        destination_port: AUTO: the port of the protocol above, or 0 (RFC 3828 section 3.1).
        checksum_coverage: Bytes from the start of the header that the checksum covers; 0: all (RFC
            3828 section 3.1).
        checksum: Checksum (RFC 3828 section 3.1).
    """

    __slots__ = (
        "checksum",
        "checksum_coverage",
        "destination_port",
        "source_port",
    )
    __match_args__ = (
        "source_port",
        "destination_port",
        "checksum_coverage",
        "checksum",
    )

    LAYER = "UDPLite"
    TITLE = "Lightweight User Datagram Protocol"
    DISPLAY = "udplite"
    VALUES = (
        "source_port",
        "destination_port",
        "checksum_coverage",
        "checksum",
    )
    COMPUTED = ("checksum",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "source_port": 16,
        "destination_port": 16,
        "checksum_coverage": 16,
        "checksum": 16,
    }
    NEEDS_BELOW = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (136,)}
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
            source="RFC 3828 section 3.1",
        ),
        Field(
            "destination_port",
            display="udp.dstport",
            aliases=("udp.port",),
            bit_offset=16,
            bits=16,
            source="RFC 3828 section 3.1",
        ),
        Field(
            "checksum_coverage",
            display="udp.checksum_coverage",
            bit_offset=32,
            bits=16,
            source="RFC 3828 section 3.1",
        ),
        Field(
            "checksum",
            display="udp.checksum",
            bit_offset=48,
            bits=16,
            format="hex",
            source="RFC 3828 section 3.1",
        ),
    )

    source_port: int
    destination_port: int
    checksum_coverage: int
    checksum: int

    def __init__(
        self,
        source_port: int = 0,
        destination_port: int = AUTO,
        checksum_coverage: int = 0,
        checksum: int = AUTO,
    ) -> None:
        try:
            refused = (
                (source_port | checksum_coverage) >> 16
                or (destination_port >> 16 and destination_port is not AUTO)
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(UDPLite, locals())
        self.source_port = source_port
        self.destination_port = destination_port
        self.checksum_coverage = checksum_coverage
        self.checksum = checksum

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 3828); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.source_port,
                header.destination_port,
                header.checksum_coverage,
                header.checksum,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (
            (header.checksum_coverage == 0) | (header.checksum_coverage >= 8)
            and offset + 8 <= limit
            and (
                not (strict and header.checksum_coverage != 0)
                or 8 <= header.checksum_coverage <= limit - offset
            )
        ):
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 8

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
            checksum = self.checksum
            if checksum is AUTO:
                if below is None:
                    raise missing_below(UDPLite)
                covered = payload
                if self.checksum_coverage:
                    covered = payload[: max(self.checksum_coverage - 8, 0)]
                total = (
                    self.source_port
                    + destination_port
                    + self.checksum_coverage
                    + from_bytes(below.source)
                    + from_bytes(below.destination)
                    + 8
                    + len(payload)
                    + 136
                    + (from_bytes(covered) << 8 if len(covered) & 1 else from_bytes(covered))
                )
                checksum = -total % 0xFFFF or 0xFFFF
            return (
                _pack(self.source_port, destination_port, self.checksum_coverage, checksum)
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 8:
            return False
        if buffer[offset + 6] == 0 == buffer[offset + 6 + 1]:
            return False
        if below is None:
            raise missing_below(UDPLite)
        stop = min(offset + (from_bytes(buffer[offset + 4 : offset + 6]) or end), end)
        total = from_bytes(buffer[offset:stop])
        if stop - offset & 1:
            total <<= 8
        total += from_bytes(below.source) + from_bytes(below.destination) + end - offset + 136
        return total > 0 and total % 0xFFFF == 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.source_port = self.source_port
        copy.destination_port = self.destination_port
        copy.checksum_coverage = self.checksum_coverage
        copy.checksum = self.checksum
        return copy
