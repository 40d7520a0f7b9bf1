"""The body of ICMPv6 time exceeded messages; the quoted packet follows.

Generated from schemas/icmpv6_time_exceeded.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, refusal
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!I")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6TimeExceeded(Header):
    """Time Exceeded (RFC 4443 section 3.3).

    Attributes:
        quote_length: Units of 8 bytes of the quote, if extensions follow it; 0: the quote is all
            (RFC 4884 section 4; 8 bits).
        reserved: Reserved (RFC 4443 section 3.3; 24 bits).
    """

    __slots__ = (
        "_word0",
        "quote_length",
        "reserved",
    )
    __match_args__ = (
        "quote_length",
        "reserved",
    )

    LAYER = "ICMPv6TimeExceeded"
    TITLE = "Time Exceeded"
    DISPLAY = "icmpv6"
    VALUES = (
        "quote_length",
        "reserved",
    )
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (3,)}
    FIELDS = (
        Field(
            "quote_length",
            display="icmpv6.length",
            bit_offset=0,
            bits=8,
            source="RFC 4884 section 4",
        ),
        Field("reserved", bit_offset=8, bits=24, format="hex", source="RFC 4443 section 3.3"),
    )

    _word0: int
    quote_length: int
    reserved: int

    def __init__(
        self,
        quote_length: int = 0,
        reserved: int = 0,
    ) -> None:
        try:
            refused = quote_length >> 8 or reserved >> 24
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6TimeExceeded, locals())
        self.quote_length = quote_length
        self.reserved = reserved
        self._word0 = quote_length << 24 | reserved

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4443 section 3.3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (word0,) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.quote_length = word0 >> 24
        header.reserved = word0 & 16777215
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
            return _pack(self._word0) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None
