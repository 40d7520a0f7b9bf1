"""The body of ICMPv6 echo requests and replies; data follows.

Generated from schemas/icmpv6_echo.py by `make generate`; do not edit.
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

_FIXED = struct.Struct("!HH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6Echo(Header):
    """Echo (RFC 4443 section 4.1).

    Attributes:
        identifier: Matches replies to requests (RFC 4443 section 4.1).
        sequence_number: Matches replies to requests (RFC 4443 section 4.1).
    """

    __slots__ = (
        "identifier",
        "sequence_number",
    )
    __match_args__ = (
        "identifier",
        "sequence_number",
    )

    LAYER = "ICMPv6Echo"
    TITLE = "Echo"
    DISPLAY = "icmpv6"
    VALUES = (
        "identifier",
        "sequence_number",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"identifier": 16, "sequence_number": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (128, 129)}
    FIELDS = (
        Field(
            "identifier",
            display="icmpv6.echo.identifier",
            bit_offset=0,
            bits=16,
            format="hex",
            source="RFC 4443 section 4.1",
        ),
        Field(
            "sequence_number",
            display="icmpv6.echo.sequence_number",
            bit_offset=16,
            bits=16,
            source="RFC 4443 section 4.1",
        ),
    )

    identifier: int
    sequence_number: int

    def __init__(
        self,
        identifier: int = 0,
        sequence_number: int = 0,
    ) -> None:
        try:
            refused = (identifier | sequence_number) >> 16
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6Echo, locals())
        self.identifier = identifier
        self.sequence_number = sequence_number

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4443 section 4.1); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.identifier,
                header.sequence_number,
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
            return _pack(self.identifier, self.sequence_number) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.identifier = self.identifier
        copy.sequence_number = self.sequence_number
        return copy
