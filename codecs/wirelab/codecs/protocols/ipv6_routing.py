"""The routing headers of IPv6, one class for each type with a layout of its own.

Source: RFC 8200 section 4.4; type 0 RFC 2460 section 4.4 (deprecated by RFC 5095), type 2 RFC 6275
section 6.4, type 4 RFC 8754. Others, such as type 3 (RFC 6554, whose addresses are compressed),
keep their data as bytes.

Generated from schemas/ipv6_routing.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
from wirelab.codecs.arguments import (
    address_argument,
    address_arguments,
    explain,
    next_number,
    refusal,
)
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.codecs.registries.ipv6 import ROUTING_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED_ipv6_source_route = struct.Struct("!BBBBI")
_unpack_ipv6_source_route = _FIXED_ipv6_source_route.unpack_from
_pack_ipv6_source_route = _FIXED_ipv6_source_route.pack


class IPv6SourceRoute(Header):
    """IPv6 Routing Header, source route (RFC 2460 section 4.4).

    Attributes:
        next_header: Next header (RFC 8200 section 4.4).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.4).
        routing_type: Routing type (RFC 8200 section 4.4).
        segments_left: Nodes that are still to be visited before the final destination (RFC 8200
            section 4.4).
        reserved: Reserved (RFC 2460 section 4.4).
        addresses: Nodes to visit, in this order (RFC 2460 section 4.4).
        rest: What an odd length leaves behind the addresses (RFC 2460 section 4.4).
    """

    __slots__ = (
        "addresses",
        "length",
        "next_header",
        "reserved",
        "rest",
        "routing_type",
        "segments_left",
    )
    __match_args__ = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "reserved",
        "addresses",
        "rest",
    )

    LAYER = "IPv6SourceRoute"
    TITLE = "IPv6 Routing Header, source route"
    DISPLAY = "ipv6.routing"
    VALUES = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "reserved",
        "addresses",
        "rest",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "next_header": 8,
        "routing_type": 8,
        "segments_left": 8,
        "reserved": 32,
    }
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (43,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FITS = (0, -1, ((2, 0, 0),))
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.routing.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "length",
            display="ipv6.routing.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "routing_type",
            display="ipv6.routing.type",
            bit_offset=16,
            bits=8,
            names=ROUTING_TYPES,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "segments_left",
            display="ipv6.routing.segleft",
            bit_offset=24,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "reserved",
            display="ipv6.routing.src.reserved",
            bit_offset=32,
            bits=32,
            format="hex",
            source="RFC 2460 section 4.4",
        ),
        Field(
            "addresses",
            display="ipv6.routing.src.addr",
            bit_offset=64,
            format="ipv6",
            source="RFC 2460 section 4.4",
        ),
        Field("rest", format="bytes", source="RFC 2460 section 4.4"),
    )

    next_header: int
    length: int
    routing_type: int
    segments_left: int
    reserved: int
    addresses: tuple[bytes, ...]
    rest: bytes

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        routing_type: int = 0,
        segments_left: int = 0,
        reserved: int = 0,
        addresses: Iterable[AddressLike] = (),
        rest: bytes = b"",
    ) -> None:
        addresses = address_arguments(IPv6SourceRoute, "addresses", addresses, ipv6_address)
        if not (isinstance(rest, (bytes, bytearray, memoryview))):
            raise refusal(IPv6SourceRoute, locals())
        rest = bytes(rest)
        if length is AUTO:
            length = (8 + 16 * len(addresses) + len(rest)) // 8 - 1
        try:
            refused = (
                (length | routing_type | segments_left) >> 8
                or reserved >> 32
                or (next_header >> 8 and next_header is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6SourceRoute, locals())
        self.next_header = next_header
        self.length = length
        self.routing_type = routing_type
        self.segments_left = segments_left
        self.reserved = reserved
        self.addresses = addresses
        self.rest = rest

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 2460 section 4.4); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
                header.routing_type,
                header.segments_left,
                header.reserved,
            ) = _unpack_ipv6_source_route(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        addresses_end = offset + 8 + header.length // 2 * 16
        header_end = addresses_end + (header.length & 1) * 8
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header.addresses = tuple(
            [bytes(buffer[at : at + 16]) for at in range(offset + 8, addresses_end, 16)]
        )
        header.rest = bytes(buffer[addresses_end:header_end])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 8 + 16 * len(self.addresses) + len(self.rest)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if len(self.addresses) != self.length // 2:
            raise EncodeError(
                self.LAYER,
                "addresses",
                self.addresses,
                f"{self.length // 2} addresses, as earlier fields say",
                "RFC 2460 section 4.4",
            )
        if len(self.rest) != (self.length & 1) * 8:
            raise EncodeError(
                self.LAYER,
                "rest",
                self.rest,
                f"{(self.length & 1) * 8} bytes, as earlier fields say",
                "RFC 2460 section 4.4",
            )
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return (
                _pack_ipv6_source_route(
                    next_header, self.length, self.routing_type, self.segments_left, self.reserved
                )
                + b"".join(self.addresses)
                + self.rest
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def final_destination(self) -> bytes | None:
        """Where it sends the packet in the end, while that is not the destination below."""
        return self.addresses[-1] if self.segments_left > 0 and self.addresses else None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy.routing_type = self.routing_type
        copy.segments_left = self.segments_left
        copy.reserved = self.reserved
        copy.addresses = self.addresses
        copy.rest = self.rest
        return copy


_FIXED_ipv6_mobility_routing = struct.Struct("!BBBBI16s")
_unpack_ipv6_mobility_routing = _FIXED_ipv6_mobility_routing.unpack_from
_pack_ipv6_mobility_routing = _FIXED_ipv6_mobility_routing.pack


class IPv6MobilityRouting(Header):
    """IPv6 Routing Header, mobility (RFC 6275 section 6.4.1).

    Attributes:
        next_header: Next header (RFC 8200 section 4.4).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.4).
        routing_type: Routing type (RFC 8200 section 4.4).
        segments_left: Nodes that are still to be visited before the final destination (RFC 8200
            section 4.4).
        reserved: Reserved (RFC 6275 section 6.4.1).
        home_address: The mobile node's address at home (RFC 6275 section 6.4.1).
    """

    __slots__ = (
        "home_address",
        "length",
        "next_header",
        "reserved",
        "routing_type",
        "segments_left",
    )
    __match_args__ = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "reserved",
        "home_address",
    )

    LAYER = "IPv6MobilityRouting"
    TITLE = "IPv6 Routing Header, mobility"
    DISPLAY = "ipv6.routing"
    VALUES = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "reserved",
        "home_address",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "next_header": 8,
        "routing_type": 8,
        "segments_left": 8,
        "reserved": 32,
    }
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (43,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FITS = (0, -1, ((1, 2, 2), (2, 2, 2)))
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.routing.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "length",
            display="ipv6.routing.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "routing_type",
            display="ipv6.routing.type",
            bit_offset=16,
            bits=8,
            names=ROUTING_TYPES,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "segments_left",
            display="ipv6.routing.segleft",
            bit_offset=24,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "reserved",
            display="ipv6.routing.mipv6.reserved",
            bit_offset=32,
            bits=32,
            format="hex",
            source="RFC 6275 section 6.4.1",
        ),
        Field(
            "home_address",
            display="ipv6.routing.mipv6.home_address",
            bit_offset=64,
            bits=128,
            format="ipv6",
            source="RFC 6275 section 6.4.1",
        ),
    )

    next_header: int
    length: int
    routing_type: int
    segments_left: int
    reserved: int
    home_address: bytes

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        routing_type: int = 2,
        segments_left: int = 0,
        reserved: int = 0,
        home_address: AddressLike = bytes(15) + b"\x01",
    ) -> None:
        if not (isinstance(home_address, bytes) and len(home_address) == 16):
            home_address = address_argument(
                IPv6MobilityRouting, "home_address", home_address, ipv6_address
            )
        if length is AUTO:
            length = 24 // 8 - 1
        try:
            refused = (
                (length | routing_type | segments_left) >> 8
                or reserved >> 32
                or (next_header >> 8 and next_header is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6MobilityRouting, locals())
        self.next_header = next_header
        self.length = length
        self.routing_type = routing_type
        self.segments_left = segments_left
        self.reserved = reserved
        self.home_address = home_address

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 6275 section 6.4.1); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
                header.routing_type,
                header.segments_left,
                header.reserved,
                header.home_address,
            ) = _unpack_ipv6_mobility_routing(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 24 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 24

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return (
                _pack_ipv6_mobility_routing(
                    next_header,
                    self.length,
                    self.routing_type,
                    self.segments_left,
                    self.reserved,
                    self.home_address,
                )
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def final_destination(self) -> bytes | None:
        """Where it sends the packet in the end, while that is not the destination below."""
        return self.home_address if self.segments_left > 0 else None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy.routing_type = self.routing_type
        copy.segments_left = self.segments_left
        copy.reserved = self.reserved
        copy.home_address = self.home_address
        return copy


_FIXED_ipv6_segment_routing = struct.Struct("!BBBBBBH")
_unpack_ipv6_segment_routing = _FIXED_ipv6_segment_routing.unpack_from
_pack_ipv6_segment_routing = _FIXED_ipv6_segment_routing.pack


class IPv6SegmentRouting(Header):
    """IPv6 Segment Routing Header (RFC 8754).

    Attributes:
        next_header: Next header (RFC 8200 section 4.4).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.4).
        routing_type: Routing type (RFC 8200 section 4.4).
        segments_left: Nodes that are still to be visited before the final destination (RFC 8200
            section 4.4).
        last_entry: Index of the last of `segments` (RFC 8754 section 2).
        flags: Flags (RFC 8754 section 2).
        tag: Marks packets of one class (RFC 8754 section 2).
        segments: The segments, the last one first: the packet goes to `segments[segments_left]`
            (RFC 8754 section 2).
        tlvs: Type-length-value objects, such as an HMAC, as they stand on the wire (RFC 8754
            section 2.1).
    """

    __slots__ = (
        "flags",
        "last_entry",
        "length",
        "next_header",
        "routing_type",
        "segments",
        "segments_left",
        "tag",
        "tlvs",
    )
    __match_args__ = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "last_entry",
        "flags",
        "tag",
        "segments",
        "tlvs",
    )

    LAYER = "IPv6SegmentRouting"
    TITLE = "IPv6 Segment Routing Header"
    DISPLAY = "ipv6.routing"
    VALUES = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "last_entry",
        "flags",
        "tag",
        "segments",
        "tlvs",
    )
    COMPUTED = (
        "length",
        "last_entry",
    )
    COMPUTED_ALONE = (
        "length",
        "last_entry",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "next_header": 8,
        "routing_type": 8,
        "segments_left": 8,
        "flags": 8,
        "tag": 16,
    }
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (43,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FITS = (0, -1, ((2, 4, 4),))
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.routing.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "length",
            display="ipv6.routing.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "routing_type",
            display="ipv6.routing.type",
            bit_offset=16,
            bits=8,
            names=ROUTING_TYPES,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "segments_left",
            display="ipv6.routing.segleft",
            bit_offset=24,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "last_entry",
            display="ipv6.routing.srh.last_entry",
            bit_offset=32,
            bits=8,
            source="RFC 8754 section 2",
        ),
        Field(
            "flags",
            display="ipv6.routing.srh.flags",
            bit_offset=40,
            bits=8,
            format="hex",
            source="RFC 8754 section 2",
        ),
        Field(
            "tag",
            display="ipv6.routing.srh.tag",
            bit_offset=48,
            bits=16,
            format="hex",
            source="RFC 8754 section 2",
        ),
        Field(
            "segments",
            display="ipv6.routing.srh.addr",
            bit_offset=64,
            format="ipv6",
            source="RFC 8754 section 2",
        ),
        Field("tlvs", format="bytes", source="RFC 8754 section 2.1"),
    )

    next_header: int
    length: int
    routing_type: int
    segments_left: int
    last_entry: int
    flags: int
    tag: int
    segments: tuple[bytes, ...]
    tlvs: bytes

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        routing_type: int = 4,
        segments_left: int = 0,
        last_entry: int = AUTO,
        flags: int = 0,
        tag: int = 0,
        segments: Iterable[AddressLike] = (bytes(15) + b"\x01",),
        tlvs: bytes = b"",
    ) -> None:
        segments = address_arguments(IPv6SegmentRouting, "segments", segments, ipv6_address)
        if not (isinstance(tlvs, (bytes, bytearray, memoryview))):
            raise refusal(IPv6SegmentRouting, locals())
        tlvs = bytes(tlvs)
        if length is AUTO:
            length = (8 + 16 * len(segments) + len(tlvs)) // 8 - 1
        if last_entry is AUTO:
            last_entry = len(segments) - 1
        try:
            refused = (
                (length | routing_type | segments_left | last_entry | flags) >> 8
                or tag >> 16
                or (next_header >> 8 and next_header is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6SegmentRouting, locals())
        self.next_header = next_header
        self.length = length
        self.routing_type = routing_type
        self.segments_left = segments_left
        self.last_entry = last_entry
        self.flags = flags
        self.tag = tag
        self.segments = segments
        self.tlvs = tlvs

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8754); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
                header.routing_type,
                header.segments_left,
                header.last_entry,
                header.flags,
                header.tag,
            ) = _unpack_ipv6_segment_routing(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        segments_end = offset + 8 + (header.last_entry + 1) * 16
        header_end = segments_end + header.length * 8 - (header.last_entry + 1) * 16
        if not (segments_end <= header_end and header_end <= limit):
            raise explain(cls, buffer, offset, limit, strict)
        header.segments = tuple(
            [bytes(buffer[at : at + 16]) for at in range(offset + 8, segments_end, 16)]
        )
        header.tlvs = bytes(buffer[segments_end:header_end])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 8 + 16 * len(self.segments) + len(self.tlvs)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if len(self.segments) != self.last_entry + 1:
            raise EncodeError(
                self.LAYER,
                "segments",
                self.segments,
                f"{self.last_entry + 1} addresses, as earlier fields say",
                "RFC 8754 section 2",
            )
        if len(self.tlvs) != self.length * 8 - (self.last_entry + 1) * 16:
            raise EncodeError(
                self.LAYER,
                "tlvs",
                self.tlvs,
                f"{self.length * 8 - (self.last_entry + 1) * 16} bytes, as earlier fields say",
                "RFC 8754 section 2.1",
            )
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return (
                _pack_ipv6_segment_routing(
                    next_header,
                    self.length,
                    self.routing_type,
                    self.segments_left,
                    self.last_entry,
                    self.flags,
                    self.tag,
                )
                + b"".join(self.segments)
                + self.tlvs
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def final_destination(self) -> bytes | None:
        """Where it sends the packet in the end, while that is not the destination below."""
        return self.segments[0] if self.segments_left > 0 and self.segments else None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1, "last_entry": len(self.segments) - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy.routing_type = self.routing_type
        copy.segments_left = self.segments_left
        copy.last_entry = self.last_entry
        copy.flags = self.flags
        copy.tag = self.tag
        copy.segments = self.segments
        copy.tlvs = self.tlvs
        return copy


_FIXED_ipv6_routing = struct.Struct("!BBBB")
_unpack_ipv6_routing = _FIXED_ipv6_routing.unpack_from
_pack_ipv6_routing = _FIXED_ipv6_routing.pack


class IPv6Routing(Header):
    """IPv6 Routing Header (RFC 8200 section 4.4).

    Attributes:
        next_header: Next header (RFC 8200 section 4.4).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.4).
        routing_type: Routing type (RFC 8200 section 4.4).
        segments_left: Nodes that are still to be visited before the final destination (RFC 8200
            section 4.4).
        data: What the routing type defines (RFC 8200 section 4.4).
    """

    __slots__ = (
        "data",
        "length",
        "next_header",
        "routing_type",
        "segments_left",
    )
    __match_args__ = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "data",
    )

    LAYER = "IPv6Routing"
    TITLE = "IPv6 Routing Header"
    DISPLAY = "ipv6.routing"
    VALUES = (
        "next_header",
        "length",
        "routing_type",
        "segments_left",
        "data",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {"next_header": 8, "routing_type": 8, "segments_left": 8}
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (43,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.routing.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "length",
            display="ipv6.routing.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "routing_type",
            display="ipv6.routing.type",
            bit_offset=16,
            bits=8,
            names=ROUTING_TYPES,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "segments_left",
            display="ipv6.routing.segleft",
            bit_offset=24,
            bits=8,
            source="RFC 8200 section 4.4",
        ),
        Field(
            "data",
            display="ipv6.routing.unknown_data",
            bit_offset=32,
            format="bytes",
            source="RFC 8200 section 4.4",
        ),
    )

    next_header: int
    length: int
    routing_type: int
    segments_left: int
    data: bytes

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        routing_type: int = 3,
        segments_left: int = 0,
        data: bytes = b"\x00\x00\x00\x00",
    ) -> None:
        if not (isinstance(data, (bytes, bytearray, memoryview))):
            raise refusal(IPv6Routing, locals())
        data = bytes(data)
        if length is AUTO:
            length = (4 + len(data)) // 8 - 1
        try:
            refused = (length | routing_type | segments_left) >> 8 or (
                next_header >> 8 and next_header is not AUTO
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6Routing, locals())
        self.next_header = next_header
        self.length = length
        self.routing_type = routing_type
        self.segments_left = segments_left
        self.data = data

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8200 section 4.4); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
                header.routing_type,
                header.segments_left,
            ) = _unpack_ipv6_routing(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + 4 + header.length * 8 + 4
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header.data = bytes(buffer[offset + 4 : header_end])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4 + len(self.data)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if len(self.data) != self.length * 8 + 4:
            raise EncodeError(
                self.LAYER,
                "data",
                self.data,
                f"{self.length * 8 + 4} bytes, as earlier fields say",
                "RFC 8200 section 4.4",
            )
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return (
                _pack_ipv6_routing(next_header, self.length, self.routing_type, self.segments_left)
                + self.data
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy.routing_type = self.routing_type
        copy.segments_left = self.segments_left
        copy.data = self.data
        return copy
