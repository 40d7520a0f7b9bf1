"""The options of Neighbor Discovery messages (RFC 4861 section 4.6), for all five of them.

Generated from schemas/nd_options.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address, mac_address
from wirelab.codecs.arguments import address_argument, text_argument
from wirelab.codecs.field import Field
from wirelab.codecs.options import MalformedOption, Option, UnknownOption, items_argument
from wirelab.codecs.registries.icmpv6 import PREFIX_LENGTH_CODES, ROUTER_PREFERENCES
from wirelab.codecs.shown_bytes import names_argument, names_in, prefix_argument
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from wirelab.codecs.addresses import AddressLike

new = object.__new__

_ND_SOURCE_LINK_ADDRESS = struct.Struct("!6s")


class NDSourceLinkAddress(Option):
    """Link address of the sender (RFC 4861 section 4.6.1)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 1
    FIELDS = (
        Field(
            "address",
            display="icmpv6.opt.src_linkaddr",
            bit_offset=16,
            bits=48,
            format="mac",
            source="RFC 4861 section 4.6.1",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(NDSourceLinkAddress, "address", address, mac_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 6:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _ND_SOURCE_LINK_ADDRESS.pack(self.address)


def _read_nd_source_link_address(data: bytes, offset: int, stop: int) -> NDSourceLinkAddress | None:
    """The option's data, or None if it does not fit in."""
    nd_source_link_address = new(NDSourceLinkAddress)
    if stop - offset < 6:
        return None
    (nd_source_link_address.address,) = _ND_SOURCE_LINK_ADDRESS.unpack_from(data, offset)
    offset += 6
    return nd_source_link_address if offset == stop else None


_ND_TARGET_LINK_ADDRESS = struct.Struct("!6s")


class NDTargetLinkAddress(Option):
    """Link address of the target (RFC 4861 section 4.6.1)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    KIND = 2
    FIELDS = (
        Field(
            "address",
            display="icmpv6.opt.target_linkaddr",
            bit_offset=16,
            bits=48,
            format="mac",
            source="RFC 4861 section 4.6.1",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(NDTargetLinkAddress, "address", address, mac_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 6:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _ND_TARGET_LINK_ADDRESS.pack(self.address)


def _read_nd_target_link_address(data: bytes, offset: int, stop: int) -> NDTargetLinkAddress | None:
    """The option's data, or None if it does not fit in."""
    nd_target_link_address = new(NDTargetLinkAddress)
    if stop - offset < 6:
        return None
    (nd_target_link_address.address,) = _ND_TARGET_LINK_ADDRESS.unpack_from(data, offset)
    offset += 6
    return nd_target_link_address if offset == stop else None


_ND_PREFIX_INFORMATION = struct.Struct("!BBIII16s")


class NDPrefixInformation(Option):
    """A prefix of the link, and what hosts may do with it (RFC 4861 section 4.6.2).

    Attributes:
        prefix_length: Bits of the prefix (RFC 4861 section 4.6.2).
        on_link: Addresses with this prefix are on the link (RFC 4861 section 4.6.2).
        autonomous: Hosts may make addresses of it (RFC 4861 section 4.6.2).
        router_address: The prefix is a whole address, the router's (RFC 6275 section 7.2).
        valid_lifetime: Seconds; all ones: for ever (RFC 4861 section 4.6.2).
        preferred_lifetime: Seconds; all ones: for ever (RFC 4861 section 4.6.2).
    """

    __slots__ = (
        "autonomous",
        "on_link",
        "preferred_lifetime",
        "prefix",
        "prefix_length",
        "reserved1",
        "reserved2",
        "router_address",
        "valid_lifetime",
    )
    __match_args__ = (
        "prefix",
        "prefix_length",
        "on_link",
        "autonomous",
        "router_address",
        "valid_lifetime",
        "preferred_lifetime",
        "reserved1",
        "reserved2",
    )
    KIND = 3
    FIELDS = (
        Field(
            "prefix_length",
            display="icmpv6.opt.prefix.length",
            bit_offset=16,
            bits=8,
            source="RFC 4861 section 4.6.2",
        ),
        Field(
            "on_link",
            display="icmpv6.opt.prefix.flag.l",
            bit_offset=24,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.6.2",
        ),
        Field(
            "autonomous",
            display="icmpv6.opt.prefix.flag.a",
            bit_offset=25,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.6.2",
        ),
        Field(
            "router_address",
            display="icmpv6.opt.prefix.flag.r",
            bit_offset=26,
            bits=1,
            format="bool",
            source="RFC 6275 section 7.2",
        ),
        Field("reserved1", bit_offset=27, bits=5, source="RFC 4861 section 4.6.2"),
        Field(
            "valid_lifetime",
            display="icmpv6.opt.prefix.valid_lifetime",
            bit_offset=32,
            bits=32,
            source="RFC 4861 section 4.6.2",
        ),
        Field(
            "preferred_lifetime",
            display="icmpv6.opt.prefix.preferred_lifetime",
            bit_offset=64,
            bits=32,
            source="RFC 4861 section 4.6.2",
        ),
        Field("reserved2", bit_offset=96, bits=32, format="hex", source="RFC 4861 section 4.6.2"),
        Field(
            "prefix",
            display="icmpv6.opt.prefix",
            bit_offset=128,
            bits=128,
            format="ipv6",
            source="RFC 4861 section 4.6.2",
        ),
    )

    def __init__(
        self,
        prefix: AddressLike,
        prefix_length: int = 64,
        on_link: bool = True,
        autonomous: bool = True,
        router_address: bool = False,
        valid_lifetime: int = 2592000,
        preferred_lifetime: int = 604800,
        reserved1: int = 0,
        reserved2: int = 0,
    ) -> None:
        self.prefix = address_argument(NDPrefixInformation, "prefix", prefix, ipv6_address)
        self.prefix_length = prefix_length
        self.on_link = on_link
        self.autonomous = autonomous
        self.router_address = router_address
        self.valid_lifetime = valid_lifetime
        self.preferred_lifetime = preferred_lifetime
        self.reserved1 = reserved1
        self.reserved2 = reserved2

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.on_link >> 1
            or self.autonomous >> 1
            or self.router_address >> 1
            or self.reserved1 >> 5
            or len(self.prefix) != 16
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return _ND_PREFIX_INFORMATION.pack(
            self.prefix_length,
            self.on_link << 7 | self.autonomous << 6 | self.router_address << 5 | self.reserved1,
            self.valid_lifetime,
            self.preferred_lifetime,
            self.reserved2,
            self.prefix,
        )


def _read_nd_prefix_information(data: bytes, offset: int, stop: int) -> NDPrefixInformation | None:
    """The option's data, or None if it does not fit in."""
    nd_prefix_information = new(NDPrefixInformation)
    if stop - offset < 30:
        return None
    (
        nd_prefix_information.prefix_length,
        raw1,
        nd_prefix_information.valid_lifetime,
        nd_prefix_information.preferred_lifetime,
        nd_prefix_information.reserved2,
        nd_prefix_information.prefix,
    ) = _ND_PREFIX_INFORMATION.unpack_from(data, offset)
    nd_prefix_information.on_link = raw1 & 0x80 != 0
    nd_prefix_information.autonomous = raw1 & 0x40 != 0
    nd_prefix_information.router_address = raw1 & 0x20 != 0
    nd_prefix_information.reserved1 = raw1 & 0x1F
    offset += 30
    return nd_prefix_information if offset == stop else None


_ND_REDIRECTED_HEADER = struct.Struct("!6s")


class NDRedirectedHeader(Option):
    """The packet that was redirected, as far as it fits (RFC 4861 section 4.6.3)."""

    __slots__ = (
        "packet",
        "reserved",
    )
    __match_args__ = (
        "packet",
        "reserved",
    )
    KIND = 4
    FIELDS = (
        Field("reserved", bit_offset=16, bits=48, format="bytes", source="RFC 4861 section 4.6.3"),
        Field("packet", bit_offset=64, format="bytes", source="RFC 4861 section 4.6.3"),
    )

    def __init__(self, packet: bytes, reserved: bytes = b"\x00\x00\x00\x00\x00\x00") -> None:
        self.packet = packet
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.reserved) != 6:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _ND_REDIRECTED_HEADER.pack(self.reserved) + self.packet


def _read_nd_redirected_header(data: bytes, offset: int, stop: int) -> NDRedirectedHeader | None:
    """The option's data, or None if it does not fit in."""
    nd_redirected_header = new(NDRedirectedHeader)
    if stop - offset < 6:
        return None
    (nd_redirected_header.reserved,) = _ND_REDIRECTED_HEADER.unpack_from(data, offset)
    offset += 6
    nd_redirected_header.packet = data[offset:stop]
    offset = stop
    return nd_redirected_header


_NDMTU = struct.Struct("!HI")


class NDMTU(Option):
    """What all on the link should use as its MTU (RFC 4861 section 4.6.4).

    Attributes:
        mtu: Bytes (RFC 4861 section 4.6.4).
    """

    __slots__ = (
        "mtu",
        "reserved",
    )
    __match_args__ = (
        "mtu",
        "reserved",
    )
    KIND = 5
    FIELDS = (
        Field("reserved", bit_offset=16, bits=16, format="hex", source="RFC 4861 section 4.6.4"),
        Field(
            "mtu", display="icmpv6.opt.mtu", bit_offset=32, bits=32, source="RFC 4861 section 4.6.4"
        ),
    )

    def __init__(self, mtu: int, reserved: int = 0) -> None:
        self.mtu = mtu
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _NDMTU.pack(self.reserved, self.mtu)


class NDNonce(Option):
    """Matches advertisements to solicitations (RFC 3971 section 5.3.2)."""

    __slots__ = ("nonce",)
    __match_args__ = ("nonce",)
    KIND = 14
    FIELDS = (
        Field(
            "nonce",
            display="icmpv6.opt.nonce",
            bit_offset=16,
            format="bytes",
            source="RFC 3971 section 5.3.2",
        ),
    )

    def __init__(self, nonce: bytes) -> None:
        self.nonce = nonce

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.nonce


_ND_ROUTE_INFORMATION = struct.Struct("!BBI")


class NDRouteInformation(Option):
    """A prefix that the router leads to (RFC 4191 section 2.3).

    Attributes:
        prefix_length: Bits of the prefix (RFC 4191 section 2.3).
        preference: Over other routers with the same prefix (RFC 4191 section 2.3).
        lifetime: Seconds; all ones: for ever (RFC 4191 section 2.3).
        prefix: The first 0, 8 or 16 bytes of the prefix (RFC 4191 section 2.3).
    """

    __slots__ = (
        "lifetime",
        "preference",
        "prefix",
        "prefix_length",
        "reserved1",
        "reserved2",
    )
    __match_args__ = (
        "prefix_length",
        "prefix",
        "preference",
        "lifetime",
        "reserved1",
        "reserved2",
    )
    KIND = 24
    FIELDS = (
        Field(
            "prefix_length",
            display="icmpv6.opt.prefix.length",
            bit_offset=16,
            bits=8,
            source="RFC 4191 section 2.3",
        ),
        Field("reserved1", bit_offset=24, bits=3, source="RFC 4191 section 2.3"),
        Field(
            "preference",
            display="icmpv6.opt.route_info.flag.route_preference",
            bit_offset=27,
            bits=2,
            names=ROUTER_PREFERENCES,
            source="RFC 4191 section 2.3",
        ),
        Field("reserved2", bit_offset=29, bits=3, source="RFC 4191 section 2.3"),
        Field(
            "lifetime",
            display="icmpv6.opt.route_lifetime",
            bit_offset=32,
            bits=32,
            source="RFC 4191 section 2.3",
        ),
        Field(
            "prefix",
            bit_offset=64,
            format="bytes",
            source="RFC 4191 section 2.3",
            shown="ipv6 prefix",
        ),
    )

    def __init__(
        self,
        prefix_length: int,
        prefix: AddressLike,
        preference: int = 0,
        lifetime: int = 1800,
        reserved1: int = 0,
        reserved2: int = 0,
    ) -> None:
        self.prefix_length = prefix_length
        self.prefix = prefix_argument(NDRouteInformation, "prefix", prefix, 16, -1)
        self.preference = preference
        self.lifetime = lifetime
        self.reserved1 = reserved1
        self.reserved2 = reserved2

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved1 >> 3 or self.preference >> 2 or self.reserved2 >> 3:
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _ND_ROUTE_INFORMATION.pack(
                self.prefix_length,
                self.reserved1 << 5 | self.preference << 3 | self.reserved2,
                self.lifetime,
            )
            + self.prefix
        )


def _read_nd_route_information(data: bytes, offset: int, stop: int) -> NDRouteInformation | None:
    """The option's data, or None if it does not fit in."""
    nd_route_information = new(NDRouteInformation)
    if stop - offset < 6:
        return None
    (
        nd_route_information.prefix_length,
        raw1,
        nd_route_information.lifetime,
    ) = _ND_ROUTE_INFORMATION.unpack_from(data, offset)
    nd_route_information.reserved1 = raw1 >> 5
    nd_route_information.preference = raw1 >> 3 & 0x3
    nd_route_information.reserved2 = raw1 & 0x7
    offset += 6
    nd_route_information.prefix = data[offset:stop]
    offset = stop
    return nd_route_information


_ND_RECURSIVE_SERVERS = struct.Struct("!HI")
_ND_RECURSIVE_SERVERS_SERVERS = struct.Struct("!16s")


class NDRecursiveServers(Option):
    """Recursive DNS servers (RDNSS) (RFC 8106 section 5.1).

    Attributes:
        lifetime: Seconds; all ones: for ever (RFC 8106 section 5.1).
    """

    __slots__ = (
        "lifetime",
        "reserved",
        "servers",
    )
    __match_args__ = (
        "servers",
        "lifetime",
        "reserved",
    )
    KIND = 25
    FIELDS = (
        Field("reserved", bit_offset=16, bits=16, format="hex", source="RFC 8106 section 5.1"),
        Field(
            "lifetime",
            display="icmpv6.opt.rdnss.lifetime",
            bit_offset=32,
            bits=32,
            source="RFC 8106 section 5.1",
        ),
        Field(
            "servers",
            display="icmpv6.opt.rdnss",
            bit_offset=64,
            format="ipv6",
            source="RFC 8106 section 5.1",
        ),
    )

    def __init__(
        self, servers: Iterable[AddressLike], lifetime: int = 1800, reserved: int = 0
    ) -> None:
        self.servers = tuple(
            [
                address_argument(NDRecursiveServers, "servers", one, ipv6_address)
                for one in items_argument(NDRecursiveServers, "servers", servers)
            ]
        )
        self.lifetime = lifetime
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ND_RECURSIVE_SERVERS.pack(self.reserved, self.lifetime) + b"".join(
            [_ND_RECURSIVE_SERVERS_SERVERS.pack(one) for one in self.servers]
        )


def _read_nd_recursive_servers(data: bytes, offset: int, stop: int) -> NDRecursiveServers | None:
    """The option's data, or None if it does not fit in."""
    nd_recursive_servers = new(NDRecursiveServers)
    if stop - offset < 6:
        return None
    (
        nd_recursive_servers.reserved,
        nd_recursive_servers.lifetime,
    ) = _ND_RECURSIVE_SERVERS.unpack_from(data, offset)
    offset += 6
    if (stop - offset) % 16:
        return None
    nd_recursive_servers.servers = tuple(
        [item for (item,) in _ND_RECURSIVE_SERVERS_SERVERS.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return nd_recursive_servers


_ND_SEARCH_LIST = struct.Struct("!HI")


class NDSearchList(Option):
    """Domains to look names up in (DNSSL) (RFC 8106 section 5.2).

    Attributes:
        lifetime: Seconds; all ones: for ever (RFC 8106 section 5.2).
        data: Domain names, then zeros; `names` are the names alone (RFC 8106 section 5.2).
    """

    __slots__ = (
        "data",
        "lifetime",
        "reserved",
    )
    __match_args__ = (
        "data",
        "lifetime",
        "reserved",
    )
    KIND = 31
    FIELDS = (
        Field("reserved", bit_offset=16, bits=16, format="hex", source="RFC 8106 section 5.2"),
        Field(
            "lifetime",
            display="icmpv6.opt.dnssl.lifetime",
            bit_offset=32,
            bits=32,
            source="RFC 8106 section 5.2",
        ),
        Field("data", bit_offset=64, format="bytes", source="RFC 8106 section 5.2", shown="names"),
    )

    def __init__(
        self, data: Iterable[str] | bytes, lifetime: int = 1800, reserved: int = 0
    ) -> None:
        self.data = names_argument(data, compress=False)
        self.lifetime = lifetime
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ND_SEARCH_LIST.pack(self.reserved, self.lifetime) + self.data

    @property
    def names(self) -> tuple[str, ...]:
        """The domain names in `data`; DecodeError if there are none."""
        return names_in(self.data)


def _read_nd_search_list(data: bytes, offset: int, stop: int) -> NDSearchList | None:
    """The option's data, or None if it does not fit in."""
    nd_search_list = new(NDSearchList)
    if stop - offset < 6:
        return None
    (
        nd_search_list.reserved,
        nd_search_list.lifetime,
    ) = _ND_SEARCH_LIST.unpack_from(data, offset)
    offset += 6
    nd_search_list.data = data[offset:stop]
    offset = stop
    return nd_search_list


class NDCaptivePortal(Option):
    """Where the API of the captive portal is.

    Zeros at the end are padding (RFC 8910 section 2.3).
    """

    __slots__ = ("uri",)
    __match_args__ = ("uri",)
    KIND = 37
    FIELDS = (Field("uri", bit_offset=16, format="text", source="RFC 8910 section 2.3"),)

    def __init__(self, uri: bytes | str) -> None:
        self.uri = text_argument(NDCaptivePortal, "uri", uri)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.uri


def _read_nd_captive_portal(data: bytes, offset: int, stop: int) -> NDCaptivePortal | None:
    """The option's data, or None if it does not fit in."""
    nd_captive_portal = new(NDCaptivePortal)
    nd_captive_portal.uri = data[offset:stop]
    offset = stop
    return nd_captive_portal


_NDPREF_64 = struct.Struct("!H12s")


class NDPREF64(Option):
    """The prefix of a NAT64 (RFC 8781 section 4).

    Attributes:
        scaled_lifetime: In units of 8 seconds (RFC 8781 section 4).
        prefix: The first 96 bits of the prefix (RFC 8781 section 4).
    """

    __slots__ = (
        "prefix",
        "prefix_length_code",
        "scaled_lifetime",
    )
    __match_args__ = (
        "prefix",
        "scaled_lifetime",
        "prefix_length_code",
    )
    KIND = 38
    FIELDS = (
        Field(
            "scaled_lifetime",
            display="icmpv6.opt.pref64.scaled_lifetime",
            bit_offset=16,
            bits=13,
            source="RFC 8781 section 4",
        ),
        Field(
            "prefix_length_code",
            display="icmpv6.opt.pref64.plc",
            bit_offset=29,
            bits=3,
            names=PREFIX_LENGTH_CODES,
            source="RFC 8781 section 4",
        ),
        Field(
            "prefix",
            bit_offset=32,
            bits=96,
            format="bytes",
            source="RFC 8781 section 4",
            shown="ipv6 prefix",
        ),
    )

    def __init__(
        self, prefix: AddressLike, scaled_lifetime: int = 225, prefix_length_code: int = 0
    ) -> None:
        self.prefix = prefix_argument(NDPREF64, "prefix", prefix, 16, 12)
        self.scaled_lifetime = scaled_lifetime
        self.prefix_length_code = prefix_length_code

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.scaled_lifetime >> 13 or self.prefix_length_code >> 3 or len(self.prefix) != 12:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _NDPREF_64.pack(self.scaled_lifetime << 3 | self.prefix_length_code, self.prefix)


def _read_ndpref_64(data: bytes, offset: int, stop: int) -> NDPREF64 | None:
    """The option's data, or None if it does not fit in."""
    ndpref_64 = new(NDPREF64)
    if stop - offset < 14:
        return None
    (
        raw0,
        ndpref_64.prefix,
    ) = _NDPREF_64.unpack_from(data, offset)
    ndpref_64.scaled_lifetime = raw0 >> 3
    ndpref_64.prefix_length_code = raw0 & 0x7
    offset += 14
    return ndpref_64 if offset == stop else None


NDOption: TypeAlias = (
    NDSourceLinkAddress
    | NDTargetLinkAddress
    | NDPrefixInformation
    | NDRedirectedHeader
    | NDMTU
    | NDNonce
    | NDRouteInformation
    | NDRecursiveServers
    | NDSearchList
    | NDCaptivePortal
    | NDPREF64
    | UnknownOption
    | MalformedOption
)


ND_OPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=True,
    end=None,
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=None,
    unit=8,
)


READ_ND_OPTION: dict[int, Callable[[bytes, int, int], NDOption | None]] = {
    1: _read_nd_source_link_address,
    2: _read_nd_target_link_address,
    3: _read_nd_prefix_information,
    4: _read_nd_redirected_header,
    24: _read_nd_route_information,
    25: _read_nd_recursive_servers,
    31: _read_nd_search_list,
    37: _read_nd_captive_portal,
    38: _read_ndpref_64,
}


def decode_nd_options(data: bytes) -> tuple[NDOption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[NDOption] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = offset + data[offset + 1] * 8
        if not body <= stop <= end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 5 and stop - body == 6:
            ndmtu = new(NDMTU)
            (
                ndmtu.reserved,
                ndmtu.mtu,
            ) = _NDMTU.unpack_from(data, body)
            found.append(ndmtu)
        elif kind == 14 and stop - body >= 0:
            nd_nonce = new(NDNonce)
            nd_nonce.nonce = data[body:stop]
            found.append(nd_nonce)
        else:
            read = READ_ND_OPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)
