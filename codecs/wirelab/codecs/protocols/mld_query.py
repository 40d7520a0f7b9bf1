"""Multicast Listener Discovery, version 1: who listens?

Generated from schemas/mld_query.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
from wirelab.codecs.arguments import address_argument, explain, refusal
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!HH16s")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class MLDQuery(Header):
    """Multicast Listener Query (RFC 2710 section 3).

    Attributes:
        maximum_response_delay: Milliseconds within which listeners answer (RFC 2710 section 3).
        reserved: Reserved (RFC 2710 section 3).
        group: Multicast address; all zero in a general query (RFC 2710 section 3).
    """

    __slots__ = (
        "group",
        "maximum_response_delay",
        "reserved",
    )
    __match_args__ = (
        "maximum_response_delay",
        "reserved",
        "group",
    )

    LAYER = "MLDQuery"
    TITLE = "Multicast Listener Query"
    DISPLAY = "icmpv6"
    VALUES = (
        "maximum_response_delay",
        "reserved",
        "group",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"maximum_response_delay": 16, "reserved": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (130,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 1}
    FITS = (0, 20, ())
    FIELDS = (
        Field(
            "maximum_response_delay",
            display="icmpv6.mld.maximum_response_delay",
            bit_offset=0,
            bits=16,
            source="RFC 2710 section 3",
        ),
        Field("reserved", bit_offset=16, bits=16, format="hex", source="RFC 2710 section 3"),
        Field(
            "group",
            display="icmpv6.mld.multicast_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 2710 section 3",
        ),
    )

    maximum_response_delay: int
    reserved: int
    group: bytes

    def __init__(
        self,
        maximum_response_delay: int = 10000,
        reserved: int = 0,
        group: AddressLike = bytes(16),
    ) -> None:
        if not (isinstance(group, bytes) and len(group) == 16):
            group = address_argument(MLDQuery, "group", group, ipv6_address)
        try:
            refused = (maximum_response_delay | reserved) >> 16
        except TypeError:
            refused = True
        if refused:
            raise refusal(MLDQuery, locals())
        self.maximum_response_delay = maximum_response_delay
        self.reserved = reserved
        self.group = group

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 2710 section 3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.maximum_response_delay,
                header.reserved,
                header.group,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 20 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 20

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            return _pack(self.maximum_response_delay, self.reserved, self.group) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.maximum_response_delay = self.maximum_response_delay
        copy.reserved = self.reserved
        copy.group = self.group
        return copy
