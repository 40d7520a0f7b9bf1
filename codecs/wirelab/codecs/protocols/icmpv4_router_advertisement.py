"""The body of ICMP router advertisements: addresses with preferences (RFC 1256).

Generated from schemas/icmpv4_router_advertisement.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, explain
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import MalformedRecord, Record, encode_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

new = object.__new__

_ICMPV4_ROUTER = struct.Struct("!4sI")


class ICMPv4Router(Record):
    """A router and how much it wants to be used (RFC 1256 section 3).

    Attributes:
        preference: A signed number, two's complement; 0x80000000: not a default router (RFC 1256
            section 3).
    """

    __slots__ = (
        "address",
        "preference",
    )
    __match_args__ = (
        "address",
        "preference",
    )
    FIELDS = (
        Field(
            "address",
            display="icmp.router_address",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 1256 section 3",
        ),
        Field(
            "preference",
            display="icmp.pref_level",
            bit_offset=32,
            bits=32,
            source="RFC 1256 section 3",
        ),
    )

    def __init__(self, address: AddressLike, preference: int = 0) -> None:
        self.address = address_argument(ICMPv4Router, "address", address, ipv4_address)
        self.preference = preference

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _ICMPV4_ROUTER.pack(self.address, self.preference)


def _read_icmpv4_router(data: bytes, offset: int, stop: int) -> tuple[ICMPv4Router, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    icmpv4_router = new(ICMPv4Router)
    if stop - offset < 8:
        return None
    (
        icmpv4_router.address,
        icmpv4_router.preference,
    ) = _ICMPV4_ROUTER.unpack_from(data, offset)
    offset += 8
    return icmpv4_router, offset


ICMPv4RouterAdvertisementRouter: TypeAlias = ICMPv4Router | MalformedRecord


def decode_icmpv4_router_advertisement_routers(
    data: bytes,
) -> tuple[ICMPv4RouterAdvertisementRouter, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[ICMPv4RouterAdvertisementRouter] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_icmpv4_router(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_FIXED = struct.Struct("!")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv4RouterAdvertisement(Header):
    """ICMP Router Advertisement (RFC 1256 section 3).

    Attributes:
        routers: As many as `ICMPv4.address_count` says (RFC 1256 section 3).
    """

    __slots__ = (
        "_decoded_routers",
        "_routers",
    )
    __match_args__ = ("routers",)

    LAYER = "ICMPv4RouterAdvertisement"
    TITLE = "ICMP Router Advertisement"
    DISPLAY = "icmp"
    VALUES = ("routers",)
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv4_type": (9,)}
    FIELDS = (Field("routers", bit_offset=0, format="options", source="RFC 1256 section 3"),)

    _routers: bytes
    _decoded_routers: tuple[ICMPv4RouterAdvertisementRouter, ...] | None

    def __init__(
        self,
        routers: Iterable[Record] | bytes = (),
    ) -> None:
        encoded_routers = (
            encode_list("ICMPv4RouterAdvertisement", "routers", routers) if routers else b""
        )
        self._routers = encoded_routers
        self._decoded_routers = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 1256 section 3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            () = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 0 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if limit > offset + 0:
            header._routers = bytes(buffer[offset + 0 : limit])
            header._decoded_routers = None
        else:
            header._routers = b""
            header._decoded_routers = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 0 + len(self._routers)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        routers = self._routers
        try:
            return _pack() + routers + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def routers(self) -> tuple[ICMPv4RouterAdvertisementRouter, ...]:
        """The routers, decoded when first asked for (RFC 1256 section 3)."""
        decoded = self._decoded_routers
        if decoded is None:
            decoded = decode_icmpv4_router_advertisement_routers(self._routers)
            self._decoded_routers = decoded
        return decoded

    @property
    def router_bytes(self) -> bytes:
        """The routers as they stand on the wire."""
        return self._routers
