"""The VLAN tag of IEEE 802.1Q, also as the service tag of 802.1ad.

Generated from schemas/dot1q.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

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

_FIXED = struct.Struct("!HH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class Dot1Q(Header):
    """802.1Q Virtual LAN (IEEE 802.1Q section 9).

    Attributes:
        priority: Priority code point (IEEE 802.1Q section 9.6; 3 bits).
        drop_eligible: Drop eligible (IEEE 802.1Q section 9.6; 1 bit).
        vlan_id: Vlan id (IEEE 802.1Q section 9.6; 12 bits).
        type: What follows the tag; 1 to 1500 are an IEEE 802.3 length (IEEE 802.1Q section 9.3).
    """

    __slots__ = (
        "_word0",
        "drop_eligible",
        "priority",
        "type",
        "vlan_id",
    )
    __match_args__ = (
        "priority",
        "drop_eligible",
        "vlan_id",
        "type",
    )

    LAYER = "Dot1Q"
    TITLE = "802.1Q Virtual LAN"
    DISPLAY = "vlan"
    VALUES = (
        "priority",
        "drop_eligible",
        "vlan_id",
        "type",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"type": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ethertype": (33024, 34984, 37120)}
    NEXT_FIELD = "type"
    NEXT_TABLE = "ethertype"
    FIELDS = (
        Field(
            "priority",
            display="vlan.priority",
            bit_offset=0,
            bits=3,
            source="IEEE 802.1Q section 9.6",
        ),
        Field(
            "drop_eligible",
            display="vlan.dei",
            bit_offset=3,
            bits=1,
            format="bool",
            source="IEEE 802.1Q section 9.6",
        ),
        Field(
            "vlan_id", display="vlan.id", bit_offset=4, bits=12, source="IEEE 802.1Q section 9.6"
        ),
        Field(
            "type",
            display="vlan.etype",
            bit_offset=16,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source="IEEE 802.1Q section 9.3",
        ),
    )

    _word0: int
    priority: int
    drop_eligible: bool
    vlan_id: int
    type: int

    def __init__(
        self,
        priority: int = 0,
        drop_eligible: bool = False,
        vlan_id: int = 0,
        type: int = AUTO,
    ) -> None:
        try:
            refused = (
                priority >> 3
                or drop_eligible >> 1
                or vlan_id >> 12
                or (type >> 16 and type is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(Dot1Q, locals())
        self.priority = priority
        self.drop_eligible = drop_eligible != 0
        self.vlan_id = vlan_id
        self._word0 = priority << 13 | drop_eligible << 12 | vlan_id
        self.type = type

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (IEEE 802.1Q section 9); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.type,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (
            offset + 4 <= limit
            and (
                not (strict and (header.type > 0) & (header.type <= 1500))
                or 4 <= 4 + header.type <= limit - offset
            )
        ):
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.priority = word0 >> 13
        header.drop_eligible = word0 & 4096 != 0
        header.vlan_id = word0 & 4095
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `type` says, unless it cannot be right."""
        stop = end
        if (self.type > 0) & (self.type <= 1500):
            stop = offset + 4 + self.type
        return stop if offset + 4 <= stop <= end else end

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
            return _pack(self._word0, type_) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy._word0 = self._word0
        copy.priority = self.priority
        copy.drop_eligible = self.drop_eligible
        copy.vlan_id = self.vlan_id
        copy.type = self.type
        return copy
