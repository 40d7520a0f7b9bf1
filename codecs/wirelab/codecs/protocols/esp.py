"""The Encapsulating Security Payload of IPsec (RFC 4303): all but its first 8 bytes is secret.

Generated from schemas/esp.py by `make generate`; do not edit.
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

_FIXED = struct.Struct("!II")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ESP(Header):
    """Encapsulating Security Payload (RFC 4303).

    Attributes:
        spi: Security parameters index: names the security association (RFC 4303 section 2.1).
        sequence_number: Sequence number (RFC 4303 section 2.2).
    """

    __slots__ = (
        "sequence_number",
        "spi",
    )
    __match_args__ = (
        "spi",
        "sequence_number",
    )

    LAYER = "ESP"
    TITLE = "Encapsulating Security Payload"
    DISPLAY = "esp"
    VALUES = (
        "spi",
        "sequence_number",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"spi": 32, "sequence_number": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (50,)}
    FIELDS = (
        Field(
            "spi",
            display="esp.spi",
            bit_offset=0,
            bits=32,
            format="hex",
            source="RFC 4303 section 2.1",
        ),
        Field(
            "sequence_number",
            display="esp.sequence",
            bit_offset=32,
            bits=32,
            source="RFC 4303 section 2.2",
        ),
    )

    spi: int
    sequence_number: int

    def __init__(
        self,
        spi: int = 0,
        sequence_number: int = 0,
    ) -> None:
        try:
            refused = (spi | sequence_number) >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(ESP, locals())
        self.spi = spi
        self.sequence_number = sequence_number

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4303); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.spi,
                header.sequence_number,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 8 > limit:
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
            return _pack(self.spi, self.sequence_number) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.spi = self.spi
        copy.sequence_number = self.sequence_number
        return copy
