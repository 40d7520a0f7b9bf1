"""IGMP version 1: I am a member.

Generated from schemas/igmpv1_report.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, explain
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!4s")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IGMPv1Report(Header):
    """Membership Report v1 (RFC 1112 appendix I).

    Attributes:
        group: Multicast address (RFC 1112 appendix I).
    """

    __slots__ = ("group",)
    __match_args__ = ("group",)

    LAYER = "IGMPv1Report"
    TITLE = "Membership Report v1"
    DISPLAY = "igmp"
    VALUES = ("group",)
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"igmp_type": (18,)}
    FIELDS = (
        Field(
            "group",
            display="igmp.maddr",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 1112 appendix I",
        ),
    )

    group: bytes

    def __init__(
        self,
        group: AddressLike = b"\x00\x00\x00\x00",
    ) -> None:
        if not (isinstance(group, bytes) and len(group) == 4):
            group = address_argument(IGMPv1Report, "group", group, ipv4_address)
        self.group = group

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 1112 appendix I); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.group,) = _unpack(buffer, offset)
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
            return _pack(self.group) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None
