"""The Authentication Header of IPsec (RFC 4302).

Generated from schemas/ah.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!BBHII")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class AH(Header):
    """Authentication Header (RFC 4302).

    Attributes:
        next_header: Next header (RFC 4302 section 2.1).
        length: Bytes of this header in units of 4, less 2 (RFC 4302 section 2.2).
        reserved: Reserved (RFC 4302 section 2.3).
        spi: Security parameters index: names the security association (RFC 4302 section 2.4).
        sequence_number: Sequence number (RFC 4302 section 2.5).
        icv: Integrity check value, computed with a key; here it is opaque (RFC 4302 section 2.6).
    """

    __slots__ = (
        "icv",
        "length",
        "next_header",
        "reserved",
        "sequence_number",
        "spi",
    )
    __match_args__ = (
        "next_header",
        "length",
        "reserved",
        "spi",
        "sequence_number",
        "icv",
    )

    LAYER = "AH"
    TITLE = "Authentication Header"
    DISPLAY = "ah"
    VALUES = (
        "next_header",
        "length",
        "reserved",
        "spi",
        "sequence_number",
        "icv",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "next_header": 8,
        "reserved": 16,
        "spi": 32,
        "sequence_number": 32,
    }
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (51,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FIELDS = (
        Field(
            "next_header",
            display="ah.next_header",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 4302 section 2.1",
        ),
        Field("length", display="ah.length", bit_offset=8, bits=8, source="RFC 4302 section 2.2"),
        Field(
            "reserved",
            display="ah.reserved",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 4302 section 2.3",
        ),
        Field(
            "spi",
            display="ah.spi",
            bit_offset=32,
            bits=32,
            format="hex",
            source="RFC 4302 section 2.4",
        ),
        Field(
            "sequence_number",
            display="ah.sequence",
            bit_offset=64,
            bits=32,
            source="RFC 4302 section 2.5",
        ),
        Field(
            "icv", display="ah.icv", bit_offset=96, format="bytes", source="RFC 4302 section 2.6"
        ),
    )

    next_header: int
    length: int
    reserved: int
    spi: int
    sequence_number: int
    icv: bytes

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        reserved: int = 0,
        spi: int = 0,
        sequence_number: int = 0,
        icv: bytes = bytes(12),
    ) -> None:
        if not (isinstance(icv, (bytes, bytearray, memoryview))):
            raise refusal(AH, locals())
        icv = bytes(icv)
        if length is AUTO:
            length = (12 + len(icv)) // 4 - 2
        try:
            refused = (
                length >> 8
                or reserved >> 16
                or (spi | sequence_number) >> 32
                or (next_header >> 8 and next_header is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(AH, locals())
        self.next_header = next_header
        self.length = length
        self.reserved = reserved
        self.spi = spi
        self.sequence_number = sequence_number
        self.icv = icv

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4302); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
                header.reserved,
                header.spi,
                header.sequence_number,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + 12 + header.length * 4 - 4
        if not (header.length >= 1 and offset + 12 <= header_end and header_end <= limit):
            raise explain(cls, buffer, offset, limit, strict)
        header.icv = bytes(buffer[offset + 12 : header_end])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 12 + len(self.icv)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if len(self.icv) != self.length * 4 - 4:
            raise EncodeError(
                self.LAYER,
                "icv",
                self.icv,
                f"{self.length * 4 - 4} bytes, as earlier fields say",
                "RFC 4302 section 2.6",
            )
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return (
                _pack(next_header, self.length, self.reserved, self.spi, self.sequence_number)
                + self.icv
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 4 - 2}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy.reserved = self.reserved
        copy.spi = self.spi
        copy.sequence_number = self.sequence_number
        copy.icv = self.icv
        return copy
