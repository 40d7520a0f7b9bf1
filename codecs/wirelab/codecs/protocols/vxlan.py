"""Virtual eXtensible Local Area Network: Ethernet frames in UDP (RFC 7348).

Generated from schemas/vxlan.py by `make generate`; do not edit.
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


class VXLAN(Header):
    """Virtual eXtensible Local Area Network (RFC 7348).

    Attributes:
        reserved_flags: Reserved flags (RFC 7348 section 5; 4 bits).
        vni_valid: The I flag: `vni` counts, and an Ethernet frame follows (RFC 7348 section 5; 1
            bit).
        reserved_flags2: Reserved flags2 (RFC 7348 section 5; 3 bits).
        reserved: Reserved (RFC 7348 section 5; 24 bits).
        vni: VXLAN network identifier, the segment that the frame belongs to (RFC 7348 section 5; 24
            bits).
        reserved2: Reserved2 (RFC 7348 section 5; 8 bits).
    """

    __slots__ = (
        "_word0",
        "_word4",
        "reserved",
        "reserved2",
        "reserved_flags",
        "reserved_flags2",
        "vni",
        "vni_valid",
    )
    __match_args__ = (
        "reserved_flags",
        "vni_valid",
        "reserved_flags2",
        "reserved",
        "vni",
        "reserved2",
    )

    LAYER = "VXLAN"
    TITLE = "Virtual eXtensible Local Area Network"
    DISPLAY = "vxlan"
    VALUES = (
        "reserved_flags",
        "vni_valid",
        "reserved_flags2",
        "reserved",
        "vni",
        "reserved2",
    )
    IS_TUNNEL = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"udp_port": (4789,)}
    NEXT_FIELD = "vni_valid"
    NEXT_TABLE = "vxlan"
    FIELDS = (
        Field("reserved_flags", bit_offset=0, bits=4, source="RFC 7348 section 5"),
        Field(
            "vni_valid",
            display="vxlan.flag_i",
            bit_offset=4,
            bits=1,
            format="bool",
            source="RFC 7348 section 5",
        ),
        Field("reserved_flags2", bit_offset=5, bits=3, source="RFC 7348 section 5"),
        Field("reserved", bit_offset=8, bits=24, source="RFC 7348 section 5"),
        Field("vni", display="vxlan.vni", bit_offset=32, bits=24, source="RFC 7348 section 5"),
        Field(
            "reserved2",
            display="vxlan.reserved8",
            bit_offset=56,
            bits=8,
            source="RFC 7348 section 5",
        ),
    )

    _word0: int
    reserved_flags: int
    vni_valid: bool
    reserved_flags2: int
    reserved: int
    _word4: int
    vni: int
    reserved2: int

    def __init__(
        self,
        reserved_flags: int = 0,
        vni_valid: bool = True,
        reserved_flags2: int = 0,
        reserved: int = 0,
        vni: int = 0,
        reserved2: int = 0,
    ) -> None:
        try:
            refused = (
                reserved_flags >> 4
                or vni_valid >> 1
                or reserved_flags2 >> 3
                or (reserved | vni) >> 24
                or reserved2 >> 8
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(VXLAN, locals())
        self.reserved_flags = reserved_flags
        self.vni_valid = vni_valid != 0
        self.reserved_flags2 = reserved_flags2
        self.reserved = reserved
        self._word0 = reserved_flags << 28 | vni_valid << 27 | reserved_flags2 << 24 | reserved
        self.vni = vni
        self.reserved2 = reserved2
        self._word4 = vni << 8 | reserved2

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 7348); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                word4,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 8 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.reserved_flags = word0 >> 28
        header.vni_valid = word0 & 134217728 != 0
        header.reserved_flags2 = word0 >> 24 & 7
        header.reserved = word0 & 16777215
        header._word4 = word4
        header.vni = word4 >> 8
        header.reserved2 = word4 & 255
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
            return _pack(self._word0, self._word4) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None
