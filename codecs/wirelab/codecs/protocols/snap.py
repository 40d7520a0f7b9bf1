"""The Subnetwork Access Protocol of IEEE 802, which lets LLC carry Ethernet types (RFC 1042).

Generated from schemas/snap.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ethertypes import ETHERTYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!3sH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class SNAP(Header):
    """Subnetwork Access Protocol (RFC 1042).

    Attributes:
        oui: Whose numbers follow; 0: Ethernet types (RFC 1042 "Header Format").
        protocol_id: What follows, in the numbers of `oui` (RFC 1042 "Header Format").
    """

    __slots__ = (
        "oui",
        "protocol_id",
    )
    __match_args__ = (
        "oui",
        "protocol_id",
    )

    LAYER = "SNAP"
    TITLE = "Subnetwork Access Protocol"
    DISPLAY = "llc"
    VALUES = (
        "oui",
        "protocol_id",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"oui": 24, "protocol_id": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"llc_sap": (170, 171)}
    NEXT_FIELD = "protocol_id"
    NEXT_TABLE = "ethertype"
    FIELDS = (
        Field(
            "oui",
            display="llc.oui",
            bit_offset=0,
            bits=24,
            format="hex",
            source='RFC 1042 "Header Format"',
        ),
        Field(
            "protocol_id",
            display="llc.type",
            bit_offset=24,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source='RFC 1042 "Header Format"',
        ),
    )

    oui: int
    protocol_id: int

    def __init__(
        self,
        oui: int = 0,
        protocol_id: int = AUTO,
    ) -> None:
        try:
            refused = oui >> 24 or (protocol_id >> 16 and protocol_id is not AUTO)
        except TypeError:
            refused = True
        if refused:
            raise refusal(SNAP, locals())
        self.oui = oui
        self.protocol_id = protocol_id

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 1042); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                oui_bytes,
                header.protocol_id,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header.oui = from_bytes(oui_bytes)
        if offset + 5 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 5

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            protocol_id = self.protocol_id
            if protocol_id is AUTO:
                protocol_id = next_number(self, above)
            return _pack(self.oui.to_bytes(3), protocol_id) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def next_table(self) -> str:
        """The number space of what follows."""
        return (
            "ethertype" if ((self.oui == 0) | (self.oui == 248)) & (self.protocol_id > 1500) else ""
        )

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.oui = self.oui
        copy.protocol_id = self.protocol_id
        return copy
