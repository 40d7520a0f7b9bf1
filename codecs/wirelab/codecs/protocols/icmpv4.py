"""Internet Control Message Protocol (RFC 792).

Generated from schemas/icmpv4.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

import struct
from collections.abc import Mapping
from typing import ClassVar, Self

from wirelab.codecs.addresses import AddressLike
from wirelab.codecs.header import (
    AUTO,
    Addressed,
    Buffer,
    Field,
    Header,
    HeaderClass,
    explain,
    refusal,
    set_view,
)
from wirelab.codecs.registries.icmp import TYPES

from_bytes = int.from_bytes

_FIXED = struct.Struct("!BBHI")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv4(Header):
    """Internet Control Message Protocol (RFC 792).

    Attributes:
        type: Type (RFC 792).
        code: Code (RFC 792).
        checksum: Checksum (RFC 792).
        rest_of_header: Four bytes whose meaning depends on the type; see the views (RFC 792).
    """

    __slots__ = (
        "checksum",
        "code",
        "rest_of_header",
        "type",
    )
    __match_args__ = (
        "type",
        "code",
        "checksum",
        "rest_of_header",
    )

    LAYER = "ICMPv4"
    TITLE = "Internet Control Message Protocol"
    DISPLAY = "icmp"
    VALUES = (
        "type",
        "code",
        "checksum",
        "rest_of_header",
    )
    COMPUTED = ("checksum",)
    NUMBERS: ClassVar[Mapping[str, tuple[int, ...]]] = {"ip_protocol": (1,)}
    FIELDS = (
        Field("type", display="icmp.type", bit_offset=0, bits=8, names=TYPES, source="RFC 792"),
        Field("code", display="icmp.code", bit_offset=8, bits=8, source="RFC 792"),
        Field(
            "checksum",
            display="icmp.checksum",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 792",
        ),
        Field("rest_of_header", bit_offset=32, bits=32, format="hex", source="RFC 792"),
        Field(
            "identifier",
            display="icmp.ident",
            bit_offset=32,
            bits=16,
            source='RFC 792 "Echo or Echo Reply Message"',
            view_of="rest_of_header",
            when=(0, 8, 13, 14, 15, 16, 17, 18),
        ),
        Field(
            "sequence_number",
            display="icmp.seq",
            bit_offset=48,
            bits=16,
            source='RFC 792 "Echo or Echo Reply Message"',
            view_of="rest_of_header",
            when=(0, 8, 13, 14, 15, 16, 17, 18),
        ),
        Field(
            "gateway",
            display="icmp.redir_gw",
            bit_offset=32,
            bits=32,
            format="ipv4",
            source='RFC 792 "Redirect Message"',
            view_of="rest_of_header",
            when=(5,),
        ),
        Field(
            "next_hop_mtu",
            display="icmp.mtu",
            bit_offset=48,
            bits=16,
            source="RFC 1191 section 4",
            view_of="rest_of_header",
            when=(3,),
        ),
        Field(
            "pointer",
            display="icmp.pointer",
            bit_offset=32,
            bits=8,
            source='RFC 792 "Parameter Problem Message"',
            view_of="rest_of_header",
            when=(12,),
        ),
    )

    type: int
    code: int
    checksum: int
    rest_of_header: int

    def __init__(
        self,
        type: int = 8,
        code: int = 0,
        checksum: int = AUTO,
        rest_of_header: int = 0,
        *,
        identifier: int | None = None,
        sequence_number: int | None = None,
        gateway: AddressLike | None = None,
        next_hop_mtu: int | None = None,
        pointer: int | None = None,
    ) -> None:
        if identifier is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "identifier", identifier)
        if sequence_number is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "sequence_number", sequence_number)
        if gateway is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "gateway", gateway)
        if next_hop_mtu is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "next_hop_mtu", next_hop_mtu)
        if pointer is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "pointer", pointer)
        try:
            refused = (
                (type | code) >> 8
                or rest_of_header >> 32
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv4, locals())
        self.type = type
        self.code = code
        self.checksum = checksum
        self.rest_of_header = rest_of_header

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 792); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.type,
                header.code,
                header.checksum,
                header.rest_of_header,
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
            checksum = self.checksum
            if checksum is AUTO:
                total = (
                    (self.type << 8)
                    + self.code
                    + self.rest_of_header
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            return _pack(self.type, self.code, checksum, self.rest_of_header) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 8:
            return False
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        return total > 0 and total % 0xFFFF == 0

    @property
    def identifier(self) -> int:
        """Matches echo replies to requests (RFC 792 "Echo or Echo Reply Message")."""
        return self.rest_of_header >> 16

    @property
    def sequence_number(self) -> int:
        """Matches echo replies to requests (RFC 792 "Echo or Echo Reply Message")."""
        return self.rest_of_header & 0xFFFF

    @property
    def gateway(self) -> bytes:
        """Where to send such packets instead (RFC 792 "Redirect Message")."""
        return self.rest_of_header.to_bytes(4)

    @property
    def next_hop_mtu(self) -> int:
        """Largest packet that passes, in bytes; 0 from old routers (RFC 1191 section 4)."""
        return self.rest_of_header & 0xFFFF

    @property
    def pointer(self) -> int:
        """Byte of the quoted packet where the problem is (RFC 792 "Parameter Problem Message")."""
        return self.rest_of_header >> 24
