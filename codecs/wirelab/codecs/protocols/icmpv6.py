"""Internet Control Message Protocol for IPv6 (RFC 4443).

Every message begins with these 4 bytes; the rest is a header of its own, named by the type.

Generated from schemas/icmpv6.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, missing_below, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.icmpv6 import CODES, TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!BBH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6(Header):
    """Internet Control Message Protocol v6 (RFC 4443).

    Attributes:
        type: AUTO: that of the body above (RFC 4443 section 2.1).
        code: Code (RFC 4443 section 2.1).
        checksum: Checksum (RFC 4443 section 2.3).
    """

    __slots__ = (
        "checksum",
        "code",
        "type",
    )
    __match_args__ = (
        "type",
        "code",
        "checksum",
    )

    LAYER = "ICMPv6"
    TITLE = "Internet Control Message Protocol v6"
    DISPLAY = "icmpv6"
    VALUES = (
        "type",
        "code",
        "checksum",
    )
    COMPUTED = ("checksum",)
    WHOLE: ClassVar[Mapping[str, int]] = {"type": 8, "code": 8, "checksum": 16}
    NEEDS_BELOW = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (58,)}
    NEXT_FIELD = "type"
    NEXT_TABLE = "icmpv6_type"
    FIELDS = (
        Field(
            "type",
            display="icmpv6.type",
            bit_offset=0,
            bits=8,
            names=TYPES,
            source="RFC 4443 section 2.1",
        ),
        Field(
            "code",
            display="icmpv6.code",
            bit_offset=8,
            bits=8,
            names_by=CODES,
            source="RFC 4443 section 2.1",
        ),
        Field(
            "checksum",
            display="icmpv6.checksum",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 4443 section 2.3",
        ),
    )

    type: int
    code: int
    checksum: int

    def __init__(
        self,
        type: int = AUTO,
        code: int = 0,
        checksum: int = AUTO,
    ) -> None:
        try:
            refused = (
                code >> 8
                or (type >> 8 and type is not AUTO)
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6, locals())
        self.type = type
        self.code = code
        self.checksum = checksum

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4443); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.type,
                header.code,
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
            checksum = self.checksum
            if checksum is AUTO:
                if below is None:
                    raise missing_below(ICMPv6)
                total = (
                    (type_ << 8)
                    + self.code
                    + from_bytes(below.source)
                    + from_bytes(below.destination)
                    + 4
                    + len(payload)
                    + 58
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF
            return _pack(type_, self.code, checksum) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 4:
            return False
        if below is None:
            raise missing_below(ICMPv6)
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        total += from_bytes(below.source) + from_bytes(below.destination) + end - offset + 58
        return total > 0 and total % 0xFFFF == 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.type = self.type
        copy.code = self.code
        copy.checksum = self.checksum
        return copy
