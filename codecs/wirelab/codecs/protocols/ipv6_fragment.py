"""The fragment header of IPv6 (RFC 8200 section 4.5).

Generated from schemas/ipv6_fragment.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!BBHI")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IPv6Fragment(Header):
    """IPv6 Fragment Header (RFC 8200 section 4.5).

    Attributes:
        next_header: Next header (RFC 8200 section 4.5).
        reserved: Reserved (RFC 8200 section 4.5).
        fragment_offset: Place of this fragment in units of 8 bytes (RFC 8200 section 4.5; 13 bits).
        reserved_bits: Reserved bits (RFC 8200 section 4.5; 2 bits).
        more_fragments: More fragments (RFC 8200 section 4.5; 1 bit).
        identification: Identification (RFC 8200 section 4.5).
    """

    __slots__ = (
        "_word2",
        "fragment_offset",
        "identification",
        "more_fragments",
        "next_header",
        "reserved",
        "reserved_bits",
    )
    __match_args__ = (
        "next_header",
        "reserved",
        "fragment_offset",
        "reserved_bits",
        "more_fragments",
        "identification",
    )

    LAYER = "IPv6Fragment"
    TITLE = "IPv6 Fragment Header"
    DISPLAY = "ipv6.fraghdr"
    VALUES = (
        "next_header",
        "reserved",
        "fragment_offset",
        "reserved_bits",
        "more_fragments",
        "identification",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"next_header": 8, "reserved": 8, "identification": 32}
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (44,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.fraghdr.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.5",
        ),
        Field(
            "reserved",
            display="ipv6.fraghdr.reserved_octet",
            bit_offset=8,
            bits=8,
            format="hex",
            source="RFC 8200 section 4.5",
        ),
        Field(
            "fragment_offset",
            display="ipv6.fraghdr.offset",
            bit_offset=16,
            bits=13,
            source="RFC 8200 section 4.5",
        ),
        Field(
            "reserved_bits",
            display="ipv6.fraghdr.reserved_bits",
            bit_offset=29,
            bits=2,
            source="RFC 8200 section 4.5",
        ),
        Field(
            "more_fragments",
            display="ipv6.fraghdr.more",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 8200 section 4.5",
        ),
        Field(
            "identification",
            display="ipv6.fraghdr.ident",
            bit_offset=32,
            bits=32,
            format="hex",
            source="RFC 8200 section 4.5",
        ),
    )

    next_header: int
    reserved: int
    _word2: int
    fragment_offset: int
    reserved_bits: int
    more_fragments: bool
    identification: int

    def __init__(
        self,
        next_header: int = AUTO,
        reserved: int = 0,
        fragment_offset: int = 0,
        reserved_bits: int = 0,
        more_fragments: bool = False,
        identification: int = 0,
    ) -> None:
        try:
            refused = (
                reserved >> 8
                or fragment_offset >> 13
                or reserved_bits >> 2
                or more_fragments >> 1
                or identification >> 32
                or (next_header >> 8 and next_header is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6Fragment, locals())
        self.next_header = next_header
        self.reserved = reserved
        self.fragment_offset = fragment_offset
        self.reserved_bits = reserved_bits
        self.more_fragments = more_fragments != 0
        self._word2 = fragment_offset << 3 | reserved_bits << 1 | more_fragments
        self.identification = identification

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8200 section 4.5); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.reserved,
                word2,
                header.identification,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 8 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word2 = word2
        header.fragment_offset = word2 >> 3
        header.reserved_bits = word2 >> 1 & 3
        header.more_fragments = word2 & 1 != 0
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
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return _pack(next_header, self.reserved, self._word2, self.identification) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def starts_payload(self) -> bool:
        """Whether the payload begins with a header."""
        return self.fragment_offset == 0

    @property
    def ends_payload(self) -> bool:
        """Whether nothing of the payload follows elsewhere."""
        return self.more_fragments == 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.reserved = self.reserved
        copy._word2 = self._word2
        copy.fragment_offset = self.fragment_offset
        copy.reserved_bits = self.reserved_bits
        copy.more_fragments = self.more_fragments
        copy.identification = self.identification
        return copy
