"""The body of ICMPv6 extended echo requests; extensions follow that say which interface.

Generated from schemas/icmpv6_extended_echo_request.py by `make generate`; do not edit.
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

_FIXED = struct.Struct("!HBB")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6ExtendedEchoRequest(Header):
    """Extended Echo Request (RFC 8335 section 2).

    Attributes:
        identifier: Matches replies to requests (RFC 8335 section 2).
        sequence_number: Matches replies to requests (RFC 8335 section 2).
        reserved: Reserved (RFC 8335 section 2; 7 bits).
        local: The probed interface is one of the asked node itself (RFC 8335 section 2; 1 bit).
    """

    __slots__ = (
        "_word3",
        "identifier",
        "local",
        "reserved",
        "sequence_number",
    )
    __match_args__ = (
        "identifier",
        "sequence_number",
        "reserved",
        "local",
    )

    LAYER = "ICMPv6ExtendedEchoRequest"
    TITLE = "Extended Echo Request"
    DISPLAY = "icmpv6"
    VALUES = (
        "identifier",
        "sequence_number",
        "reserved",
        "local",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"identifier": 16, "sequence_number": 8}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (160,)}
    FIELDS = (
        Field(
            "identifier",
            display="icmpv6.echo.identifier",
            bit_offset=0,
            bits=16,
            format="hex",
            source="RFC 8335 section 2",
        ),
        Field(
            "sequence_number",
            display="icmpv6.ext.echo.seq",
            bit_offset=16,
            bits=8,
            source="RFC 8335 section 2",
        ),
        Field(
            "reserved",
            display="icmpv6.ext.echo.req.res",
            bit_offset=24,
            bits=7,
            source="RFC 8335 section 2",
        ),
        Field(
            "local",
            display="icmpv6.ext.echo.req.local",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 8335 section 2",
        ),
    )

    identifier: int
    sequence_number: int
    _word3: int
    reserved: int
    local: bool

    def __init__(
        self,
        identifier: int = 0,
        sequence_number: int = 0,
        reserved: int = 0,
        local: bool = True,
    ) -> None:
        try:
            refused = identifier >> 16 or sequence_number >> 8 or reserved >> 7 or local >> 1
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6ExtendedEchoRequest, locals())
        self.identifier = identifier
        self.sequence_number = sequence_number
        self.reserved = reserved
        self.local = local != 0
        self._word3 = reserved << 1 | local

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8335 section 2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.identifier,
                header.sequence_number,
                word3,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word3 = word3
        header.reserved = word3 >> 1
        header.local = word3 & 1 != 0
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
            return _pack(self.identifier, self.sequence_number, self._word3) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.identifier = self.identifier
        copy.sequence_number = self.sequence_number
        copy._word3 = self._word3
        copy.reserved = self.reserved
        copy.local = self.local
        return copy
