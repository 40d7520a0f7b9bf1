"""The headers of IPv6 that hold options: for every hop, or for the destination (RFC 8200).

Generated from schemas/ipv6_options.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
from wirelab.codecs.arguments import address_argument, explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import MalformedOption, Option, Padding, UnknownOption, encode_list
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.codecs.registries.ipv6 import ROUTER_ALERTS
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

new = object.__new__


class Pad1(Padding):
    """Kind 0: one byte of padding."""

    __slots__ = ()
    KIND = 0


_PAD1_ = Pad1()


class PadN(Option):
    """Two or more bytes of padding; the data should be zeros (RFC 8200 section 4.2)."""

    __slots__ = ("data",)
    __match_args__ = ("data",)
    KIND = 1
    FIELDS = (Field("data", bit_offset=16, format="bytes", source="RFC 8200 section 4.2"),)

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.data


_TUNNEL_ENCAPSULATION_LIMIT = struct.Struct("!B")


class TunnelEncapsulationLimit(Option):
    """How many more tunnels may be put around this packet (RFC 2473 section 4.1.1)."""

    __slots__ = ("limit",)
    __match_args__ = ("limit",)
    KIND = 4
    FIELDS = (
        Field(
            "limit", display="ipv6.opt.tel", bit_offset=16, bits=8, source="RFC 2473 section 4.1.1"
        ),
    )

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TUNNEL_ENCAPSULATION_LIMIT.pack(self.limit)


_IPV6_ROUTER_ALERT = struct.Struct("!H")


class IPv6RouterAlert(Option):
    """Routers shall look into this packet (RFC 2711 section 2.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 5
    FIELDS = (
        Field(
            "value",
            display="ipv6.opt.router_alert",
            bit_offset=16,
            bits=16,
            names=ROUTER_ALERTS,
            source="RFC 2711 section 2.1",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _IPV6_ROUTER_ALERT.pack(self.value)


_JUMBO_PAYLOAD = struct.Struct("!I")


class JumboPayload(Option):
    """Bytes after the IPv6 header, more than 65535.

    Its own length field is 0 then (RFC 2675 section 2).
    """

    __slots__ = ("length",)
    __match_args__ = ("length",)
    KIND = 194
    FIELDS = (
        Field(
            "length", display="ipv6.opt.jumbo", bit_offset=16, bits=32, source="RFC 2675 section 2"
        ),
    )

    def __init__(self, length: int) -> None:
        self.length = length

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _JUMBO_PAYLOAD.pack(self.length)


_IPV6_HOME_ADDRESS = struct.Struct("!16s")


class IPv6HomeAddress(Option):
    """The home address of a mobile node that is away (RFC 6275 section 6.3)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 201
    FIELDS = (
        Field(
            "address",
            display="ipv6.opt.mipv6.home_address",
            bit_offset=16,
            bits=128,
            format="ipv6",
            source="RFC 6275 section 6.3",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(IPv6HomeAddress, "address", address, ipv6_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 16:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IPV6_HOME_ADDRESS.pack(self.address)


def _read_ipv6_home_address(data: bytes, offset: int, stop: int) -> IPv6HomeAddress | None:
    """The option's data, or None if it does not fit in."""
    ipv6_home_address = new(IPv6HomeAddress)
    if stop - offset < 16:
        return None
    (ipv6_home_address.address,) = _IPV6_HOME_ADDRESS.unpack_from(data, offset)
    offset += 16
    return ipv6_home_address if offset == stop else None


IPv6Option: TypeAlias = (
    PadN
    | TunnelEncapsulationLimit
    | IPv6RouterAlert
    | JumboPayload
    | IPv6HomeAddress
    | Pad1
    | UnknownOption
    | MalformedOption
)


IPV6_OPTION_STYLE = TlvStyle(
    alignment=8,
    before=2,
    counts_head=False,
    end=None,
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=("Pad1", 0),
    unit=1,
)


READ_IPV6_OPTION: dict[int, Callable[[bytes, int, int], IPv6Option | None]] = {
    201: _read_ipv6_home_address,
}


def decode_ipv6_options(data: bytes) -> tuple[IPv6Option, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[IPv6Option] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        if kind == 0:
            found.append(_PAD1_)
            offset += 1
            continue
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = body + data[offset + 1]
        if stop > end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 1 and stop - body >= 0:
            pad_n = new(PadN)
            pad_n.data = data[body:stop]
            found.append(pad_n)
        elif kind == 4 and stop - body == 1:
            tunnel_encapsulation_limit = new(TunnelEncapsulationLimit)
            (tunnel_encapsulation_limit.limit,) = _TUNNEL_ENCAPSULATION_LIMIT.unpack_from(
                data, body
            )
            found.append(tunnel_encapsulation_limit)
        elif kind == 5 and stop - body == 2:
            ipv6_router_alert = new(IPv6RouterAlert)
            (ipv6_router_alert.value,) = _IPV6_ROUTER_ALERT.unpack_from(data, body)
            found.append(ipv6_router_alert)
        elif kind == 194 and stop - body == 4:
            jumbo_payload = new(JumboPayload)
            (jumbo_payload.length,) = _JUMBO_PAYLOAD.unpack_from(data, body)
            found.append(jumbo_payload)
        else:
            read = READ_IPV6_OPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)


_FIXED_ipv6_hop_by_hop = struct.Struct("!BB")
_unpack_ipv6_hop_by_hop = _FIXED_ipv6_hop_by_hop.unpack_from
_pack_ipv6_hop_by_hop = _FIXED_ipv6_hop_by_hop.pack


class IPv6HopByHop(Header):
    """IPv6 Hop-by-Hop Options (RFC 8200 section 4.3).

    Attributes:
        next_header: Next header (RFC 8200 section 4.2).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.2).
        options: Options (RFC 8200 section 4.2).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "length",
        "next_header",
    )
    __match_args__ = (
        "next_header",
        "length",
        "options",
    )

    LAYER = "IPv6HopByHop"
    TITLE = "IPv6 Hop-by-Hop Options"
    DISPLAY = "ipv6.hopopts"
    VALUES = (
        "next_header",
        "length",
        "options",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {"next_header": 8}
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (0,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.hopopts.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.2",
        ),
        Field(
            "length",
            display="ipv6.hopopts.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.2",
        ),
        Field(
            "options",
            display="ipv6.opt",
            bit_offset=16,
            format="options",
            source="RFC 8200 section 4.2",
        ),
    )

    next_header: int
    length: int
    _options: bytes
    _decoded_options: tuple[IPv6Option, ...] | None

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_options = encode_list("IPv6HopByHop", "options", options, IPV6_OPTION_STYLE)
        if length is AUTO:
            length = (2 + len(encoded_options)) // 8 - 1
        try:
            refused = length >> 8 or (next_header >> 8 and next_header is not AUTO)
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6HopByHop, locals())
        self.next_header = next_header
        self.length = length
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8200 section 4.3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
            ) = _unpack_ipv6_hop_by_hop(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + 2 + header.length * 8 + 6
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if header_end > offset + 2:
            header._options = bytes(buffer[offset + 2 : header_end])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 2 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return _pack_ipv6_hop_by_hop(next_header, self.length) + options + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[IPv6Option, ...]:
        """The options, decoded when first asked for (RFC 8200 section 4.2)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_ipv6_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy


_FIXED_ipv6_destination = struct.Struct("!BB")
_unpack_ipv6_destination = _FIXED_ipv6_destination.unpack_from
_pack_ipv6_destination = _FIXED_ipv6_destination.pack


class IPv6Destination(Header):
    """IPv6 Destination Options (RFC 8200 section 4.6).

    Attributes:
        next_header: Next header (RFC 8200 section 4.2).
        length: Bytes of this header in units of 8, less 1 (RFC 8200 section 4.2).
        options: Options (RFC 8200 section 4.2).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "length",
        "next_header",
    )
    __match_args__ = (
        "next_header",
        "length",
        "options",
    )

    LAYER = "IPv6Destination"
    TITLE = "IPv6 Destination Options"
    DISPLAY = "ipv6.dstopts"
    VALUES = (
        "next_header",
        "length",
        "options",
    )
    COMPUTED = ("length",)
    COMPUTED_ALONE = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {"next_header": 8}
    IS_EXTENSION = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (60,)}
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FIELDS = (
        Field(
            "next_header",
            display="ipv6.dstopts.nxt",
            bit_offset=0,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 4.2",
        ),
        Field(
            "length",
            display="ipv6.dstopts.len",
            bit_offset=8,
            bits=8,
            source="RFC 8200 section 4.2",
        ),
        Field(
            "options",
            display="ipv6.opt",
            bit_offset=16,
            format="options",
            source="RFC 8200 section 4.2",
        ),
    )

    next_header: int
    length: int
    _options: bytes
    _decoded_options: tuple[IPv6Option, ...] | None

    def __init__(
        self,
        next_header: int = AUTO,
        length: int = AUTO,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_options = encode_list("IPv6Destination", "options", options, IPV6_OPTION_STYLE)
        if length is AUTO:
            length = (2 + len(encoded_options)) // 8 - 1
        try:
            refused = length >> 8 or (next_header >> 8 and next_header is not AUTO)
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6Destination, locals())
        self.next_header = next_header
        self.length = length
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8200 section 4.6); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.next_header,
                header.length,
            ) = _unpack_ipv6_destination(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + 2 + header.length * 8 + 6
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if header_end > offset + 2:
            header._options = bytes(buffer[offset + 2 : header_end])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 2 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            return _pack_ipv6_destination(next_header, self.length) + options + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[IPv6Option, ...]:
        """The options, decoded when first asked for (RFC 8200 section 4.2)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_ipv6_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"length": self.header_length // 8 - 1}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.next_header = self.next_header
        copy.length = self.length
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy
