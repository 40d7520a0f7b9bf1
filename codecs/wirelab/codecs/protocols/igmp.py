"""Internet Group Management Protocol, what all versions share (RFC 3376 section 4).

Every message begins with these 4 bytes; the rest is a header of its own, named by the type, and for
queries by the length (RFC 3376 section 7.1).

Generated from schemas/igmp.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.igmp import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!BBH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IGMP(Header):
    """Internet Group Management Protocol (RFC 3376).

    Attributes:
        type: AUTO: that of the body above (RFC 3376 section 4).
        maximum_response_code: In queries: tenths of a second, above 127 a floating point number; 0:
            version 1 (RFC 3376 section 4.1.1).
        checksum: Checksum (RFC 3376 section 4.1.2).
    """

    __slots__ = (
        "checksum",
        "maximum_response_code",
        "type",
    )
    __match_args__ = (
        "type",
        "maximum_response_code",
        "checksum",
    )

    LAYER = "IGMP"
    TITLE = "Internet Group Management Protocol"
    DISPLAY = "igmp"
    VALUES = (
        "type",
        "maximum_response_code",
        "checksum",
    )
    COMPUTED = ("checksum",)
    WHOLE: ClassVar[Mapping[str, int]] = {"type": 8, "maximum_response_code": 8, "checksum": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (2,)}
    NEXT_FIELD = "type"
    NEXT_TABLE = "igmp_type"
    FIELDS = (
        Field(
            "type",
            display="igmp.type",
            bit_offset=0,
            bits=8,
            format="hex",
            names=TYPES,
            source="RFC 3376 section 4",
        ),
        Field(
            "maximum_response_code",
            display="igmp.max_resp",
            bit_offset=8,
            bits=8,
            source="RFC 3376 section 4.1.1",
        ),
        Field(
            "checksum",
            display="igmp.checksum",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 3376 section 4.1.2",
        ),
    )

    type: int
    maximum_response_code: int
    checksum: int

    def __init__(
        self,
        type: int = AUTO,
        maximum_response_code: int = AUTO,
        checksum: int = AUTO,
    ) -> None:
        try:
            refused = (
                (type >> 8 and type is not AUTO)
                or (maximum_response_code >> 8 and maximum_response_code is not AUTO)
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IGMP, locals())
        self.type = type
        self.maximum_response_code = maximum_response_code
        self.checksum = checksum

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 3376); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.type,
                header.maximum_response_code,
                header.checksum,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            type_ = self.type
            if type_ is AUTO:
                type_ = next_number(self, above)
            maximum_response_code = self.maximum_response_code
            if maximum_response_code is AUTO:
                maximum_response_code = 0
            checksum = self.checksum
            if checksum is AUTO:
                total = (
                    (type_ << 8)
                    + maximum_response_code
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            return _pack(type_, maximum_response_code, checksum) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 4:
            return False
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        return total > 0 and total % 0xFFFF == 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.type = self.type
        copy.maximum_response_code = self.maximum_response_code
        copy.checksum = self.checksum
        return copy
