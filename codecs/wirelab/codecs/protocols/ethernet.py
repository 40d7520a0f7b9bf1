"""Ethernet II (RFC 894; "The Ethernet", DIX version 2.0).

Generated from schemas/ethernet.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

from __future__ import annotations

import struct

from wirelab.codecs.addresses import mac_address
from wirelab.codecs.arguments import address_argument, explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ethertypes import ETHERTYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!6s6sH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class Ethernet(Header):
    """Ethernet II (RFC 894).

    Attributes:
        destination: Destination (RFC 894).
        source: Source (RFC 894).
        type: What follows; 1 to 1500 are an IEEE 802.3 length (RFC 894; RFC 1042).
    """

    __slots__ = (
        "destination",
        "source",
        "type",
    )
    __match_args__ = (
        "destination",
        "source",
        "type",
    )

    LAYER = "Ethernet"
    TITLE = "Ethernet II"
    DISPLAY = "eth"
    VALUES = (
        "destination",
        "source",
        "type",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"type": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {
        "link_type": (1,),
        "ethertype": (25944,),
        "vxlan": (1,),
    }
    NEXT_FIELD = "type"
    NEXT_TABLE = "ethertype"
    FIELDS = (
        Field(
            "destination",
            display="eth.dst",
            aliases=("eth.addr",),
            bit_offset=0,
            bits=48,
            format="mac",
            source="RFC 894",
        ),
        Field(
            "source",
            display="eth.src",
            aliases=("eth.addr",),
            bit_offset=48,
            bits=48,
            format="mac",
            source="RFC 894",
        ),
        Field(
            "type",
            display="eth.type",
            bit_offset=96,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source="RFC 894; RFC 1042",
        ),
    )

    destination: bytes
    source: bytes
    type: int

    def __init__(
        self,
        destination: AddressLike = b"\xff\xff\xff\xff\xff\xff",
        source: AddressLike = b"\x00\x00\x00\x00\x00\x00",
        type: int = AUTO,
    ) -> None:
        if not (isinstance(destination, bytes) and len(destination) == 6):
            destination = address_argument(Ethernet, "destination", destination, mac_address)
        if not (isinstance(source, bytes) and len(source) == 6):
            source = address_argument(Ethernet, "source", source, mac_address)
        try:
            refused = type >> 16 and type is not AUTO
        except TypeError:
            refused = True
        if refused:
            raise refusal(Ethernet, locals())
        self.destination = destination
        self.source = source
        self.type = type

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 894); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.destination,
                header.source,
                header.type,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (
            offset + 14 <= limit
            and (
                not (strict and (header.type > 0) & (header.type <= 1500))
                or 14 <= 14 + header.type <= limit - offset
            )
        ):
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 14

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `type` says, unless it cannot be right."""
        stop = end
        if (self.type > 0) & (self.type <= 1500):
            stop = offset + 14 + self.type
        return stop if offset + 14 <= stop <= end else end

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
                if (type_ > 0) & (type_ <= 1500):
                    type_ = len(payload)
            return _pack(self.destination, self.source, type_) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.destination = self.destination
        copy.source = self.source
        copy.type = self.type
        return copy
