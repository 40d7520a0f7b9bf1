"""Internet Control Message Protocol (RFC 792), and who extended it.

Every message begins with these 8 bytes. What the last four mean depends on the type, and so does
what follows: a packet that is quoted, or a body that is a header of its own (`ICMPv4Timestamp`).

Generated from schemas/icmpv4.py by `make generate`; do not edit.
"""

# ruff: noqa: A002, C901, PLR0912

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal, set_view
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.icmp import CODES, EXTENDED_ECHO_STATES, TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!BBHI")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv4(Header):
    """Internet Control Message Protocol (RFC 792).

    Attributes:
        type: AUTO: that of the body above, or an echo request (RFC 792).
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
    WHOLE: ClassVar[Mapping[str, int]] = {
        "type": 8,
        "code": 8,
        "checksum": 16,
        "rest_of_header": 32,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (1,)}
    NEXT_FIELD = "type"
    NEXT_TABLE = "icmpv4_type"
    NEXT_OTHERWISE = 8
    FIELDS = (
        Field("type", display="icmp.type", bit_offset=0, bits=8, names=TYPES, source="RFC 792"),
        Field("code", display="icmp.code", bit_offset=8, bits=8, names_by=CODES, source="RFC 792"),
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
            when=(0, 8, 13, 14, 15, 16, 17, 18, 42, 43),
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
        Field(
            "quote_length",
            display="icmp.length",
            bit_offset=40,
            bits=8,
            source="RFC 4884 section 4",
            view_of="rest_of_header",
            when=(3, 11, 12),
        ),
        Field(
            "address_count",
            display="icmp.num_addrs",
            bit_offset=32,
            bits=8,
            source="RFC 1256 section 3",
            view_of="rest_of_header",
            when=(9,),
        ),
        Field(
            "address_entry_size",
            display="icmp.addr_entry_size",
            bit_offset=40,
            bits=8,
            source="RFC 1256 section 3",
            view_of="rest_of_header",
            when=(9,),
        ),
        Field(
            "lifetime",
            display="icmp.lifetime",
            bit_offset=48,
            bits=16,
            source="RFC 1256 section 3",
            view_of="rest_of_header",
            when=(9,),
        ),
        Field(
            "extended_sequence_number",
            display="icmp.ext.echo.seq",
            bit_offset=48,
            bits=8,
            source="RFC 8335 section 2",
            view_of="rest_of_header",
            when=(42, 43),
        ),
        Field(
            "local",
            display="icmp.ext.echo.req.local",
            bit_offset=63,
            bits=1,
            format="bool",
            source="RFC 8335 section 2",
            view_of="rest_of_header",
            when=(42,),
        ),
        Field(
            "state",
            display="icmp.ext.echo.rsp.state",
            bit_offset=56,
            bits=3,
            names=EXTENDED_ECHO_STATES,
            source="RFC 8335 section 3",
            view_of="rest_of_header",
            when=(43,),
        ),
        Field(
            "active",
            display="icmp.ext.echo.rsp.active",
            bit_offset=61,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
            view_of="rest_of_header",
            when=(43,),
        ),
        Field(
            "runs_ipv4",
            display="icmp.ext.echo.rsp.ipv4",
            bit_offset=62,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
            view_of="rest_of_header",
            when=(43,),
        ),
        Field(
            "runs_ipv6",
            display="icmp.ext.echo.rsp.ipv6",
            bit_offset=63,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
            view_of="rest_of_header",
            when=(43,),
        ),
    )

    type: int
    code: int
    checksum: int
    rest_of_header: int

    def __init__(
        self,
        type: int = AUTO,
        code: int = 0,
        checksum: int = AUTO,
        rest_of_header: int = 0,
        *,
        identifier: int | None = None,
        sequence_number: int | None = None,
        gateway: AddressLike | None = None,
        next_hop_mtu: int | None = None,
        pointer: int | None = None,
        quote_length: int | None = None,
        address_count: int | None = None,
        address_entry_size: int | None = None,
        lifetime: int | None = None,
        extended_sequence_number: int | None = None,
        local: int | None = None,
        state: int | None = None,
        active: int | None = None,
        runs_ipv4: int | None = None,
        runs_ipv6: int | None = None,
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
        if quote_length is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "quote_length", quote_length)
        if address_count is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "address_count", address_count)
        if address_entry_size is not None:
            rest_of_header = set_view(
                ICMPv4, rest_of_header, "address_entry_size", address_entry_size
            )
        if lifetime is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "lifetime", lifetime)
        if extended_sequence_number is not None:
            rest_of_header = set_view(
                ICMPv4, rest_of_header, "extended_sequence_number", extended_sequence_number
            )
        if local is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "local", local)
        if state is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "state", state)
        if active is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "active", active)
        if runs_ipv4 is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "runs_ipv4", runs_ipv4)
        if runs_ipv6 is not None:
            rest_of_header = set_view(ICMPv4, rest_of_header, "runs_ipv6", runs_ipv6)
        try:
            refused = (
                code >> 8
                or rest_of_header >> 32
                or (type >> 8 and type is not AUTO)
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
            type_ = self.type
            if type_ is AUTO:
                type_ = next_number(self, above)
            checksum = self.checksum
            if checksum is AUTO:
                total = (
                    (type_ << 8)
                    + self.code
                    + self.rest_of_header
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            return _pack(type_, self.code, checksum, self.rest_of_header) + payload
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

    @property
    def quote_length(self) -> int:
        """Units of 4 bytes of the quote, if extensions follow it.

        0: the quote is all (RFC 4884 section 4).
        """
        return self.rest_of_header >> 16 & 0xFF

    @property
    def address_count(self) -> int:
        """Routers advertised (RFC 1256 section 3)."""
        return self.rest_of_header >> 24

    @property
    def address_entry_size(self) -> int:
        """Units of 4 bytes for each of them; 2 (RFC 1256 section 3)."""
        return self.rest_of_header >> 16 & 0xFF

    @property
    def lifetime(self) -> int:
        """Seconds for which the advertisement holds (RFC 1256 section 3)."""
        return self.rest_of_header & 0xFFFF

    @property
    def extended_sequence_number(self) -> int:
        """Matches extended echo replies to requests (RFC 8335 section 2)."""
        return self.rest_of_header >> 8 & 0xFF

    @property
    def local(self) -> bool:
        """The probed interface is one of the asked node itself (RFC 8335 section 2)."""
        return self.rest_of_header & 0x1 != 0

    @property
    def state(self) -> int:
        """Of the probed neighbour (RFC 8335 section 3)."""
        return self.rest_of_header >> 5 & 0x7

    @property
    def active(self) -> bool:
        """The probed interface works (RFC 8335 section 3)."""
        return self.rest_of_header & 0x4 != 0

    @property
    def runs_ipv4(self) -> bool:
        """IPv4 runs on the probed interface (RFC 8335 section 3)."""
        return self.rest_of_header & 0x2 != 0

    @property
    def runs_ipv6(self) -> bool:
        """IPv6 runs on the probed interface (RFC 8335 section 3)."""
        return self.rest_of_header & 0x1 != 0

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.type = self.type
        copy.code = self.code
        copy.checksum = self.checksum
        copy.rest_of_header = self.rest_of_header
        return copy
