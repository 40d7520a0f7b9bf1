"""Neighbor Discovery: the five messages that IPv6 nodes of a link exchange (RFC 4861 section 4).

They are bodies of ICMPv6 messages and share their options (`nd_options`).

Generated from schemas/nd.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
from wirelab.codecs.arguments import address_argument, explain, refusal
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import Option, encode_list
from wirelab.codecs.registries.icmpv6 import ROUTER_PREFERENCES
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass
    from wirelab.codecs.protocols.nd_options import NDOption


def _load_decode_nd_options(data: bytes) -> tuple[NDOption, ...]:
    """Load the decoder, and put it in the place of this function."""
    global decode_nd_options
    from wirelab.codecs.protocols import nd_options

    decode_nd_options = nd_options.decode_nd_options
    return decode_nd_options(data)


decode_nd_options: Callable[[bytes], tuple[NDOption, ...]] = _load_decode_nd_options
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


_FIXED_router_solicitation = struct.Struct("!I")
_unpack_router_solicitation = _FIXED_router_solicitation.unpack_from
_pack_router_solicitation = _FIXED_router_solicitation.pack


class RouterSolicitation(Header):
    """Router Solicitation (RFC 4861 section 4.1).

    Attributes:
        reserved: Reserved (RFC 4861 section 4.1).
        options: Options (RFC 4861 section 4.6).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "reserved",
    )
    __match_args__ = (
        "reserved",
        "options",
    )

    LAYER = "RouterSolicitation"
    TITLE = "Router Solicitation"
    DISPLAY = "icmpv6"
    VALUES = (
        "reserved",
        "options",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"reserved": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (133,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 255}
    FIELDS = (
        Field("reserved", bit_offset=0, bits=32, format="hex", source="RFC 4861 section 4.1"),
        Field(
            "options",
            display="icmpv6.opt",
            bit_offset=32,
            format="options",
            source="RFC 4861 section 4.6",
        ),
    )

    reserved: int
    _options: bytes
    _decoded_options: tuple[NDOption, ...] | None

    def __init__(
        self,
        reserved: int = 0,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_options = (
            encode_list("RouterSolicitation", "options", options, ND_OPTION_STYLE)
            if options
            else b""
        )
        try:
            refused = reserved >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(RouterSolicitation, locals())
        self.reserved = reserved
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4861 section 4.1); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.reserved,) = _unpack_router_solicitation(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if limit > offset + 4:
            header._options = bytes(buffer[offset + 4 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return _pack_router_solicitation(self.reserved) + options + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[NDOption, ...]:
        """The options, decoded when first asked for (RFC 4861 section 4.6)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_nd_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.reserved = self.reserved
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy


_FIXED_router_advertisement = struct.Struct("!BBHII")
_unpack_router_advertisement = _FIXED_router_advertisement.unpack_from
_pack_router_advertisement = _FIXED_router_advertisement.pack


class RouterAdvertisement(Header):
    """Router Advertisement (RFC 4861 section 4.2).

    Attributes:
        hop_limit: What hosts should begin with; 0: the router does not say (RFC 4861 section 4.2).
        managed: Addresses come from DHCPv6 (RFC 4861 section 4.2; 1 bit).
        other: Other configuration comes from DHCPv6 (RFC 4861 section 4.2; 1 bit).
        home_agent: The router is a Mobile IPv6 home agent (RFC 6275 section 7.1; 1 bit).
        preference: Over other default routers (RFC 4191 section 2.2; 2 bits).
        proxy: Made by a Neighbor Discovery proxy (RFC 4389 section 4.1.3.3; 1 bit).
        reserved: Reserved (RFC 4861 section 4.2; 2 bits).
        router_lifetime: Seconds as a default router; 0: it is none (RFC 4861 section 4.2).
        reachable_time: Milliseconds for which a confirmed neighbour counts as reachable; 0: not
            said (RFC 4861 section 4.2).
        retransmission_timer: Milliseconds between solicitations; 0: not said (RFC 4861 section
            4.2).
        options: Options (RFC 4861 section 4.6).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "_word1",
        "home_agent",
        "hop_limit",
        "managed",
        "other",
        "preference",
        "proxy",
        "reachable_time",
        "reserved",
        "retransmission_timer",
        "router_lifetime",
    )
    __match_args__ = (
        "hop_limit",
        "managed",
        "other",
        "home_agent",
        "preference",
        "proxy",
        "reserved",
        "router_lifetime",
        "reachable_time",
        "retransmission_timer",
        "options",
    )

    LAYER = "RouterAdvertisement"
    TITLE = "Router Advertisement"
    DISPLAY = "icmpv6"
    VALUES = (
        "hop_limit",
        "managed",
        "other",
        "home_agent",
        "preference",
        "proxy",
        "reserved",
        "router_lifetime",
        "reachable_time",
        "retransmission_timer",
        "options",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "hop_limit": 8,
        "router_lifetime": 16,
        "reachable_time": 32,
        "retransmission_timer": 32,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (134,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 255}
    FIELDS = (
        Field(
            "hop_limit",
            display="icmpv6.nd.ra.cur_hop_limit",
            bit_offset=0,
            bits=8,
            source="RFC 4861 section 4.2",
        ),
        Field(
            "managed",
            display="icmpv6.nd.ra.flag.m",
            bit_offset=8,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.2",
        ),
        Field(
            "other",
            display="icmpv6.nd.ra.flag.o",
            bit_offset=9,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.2",
        ),
        Field(
            "home_agent",
            display="icmpv6.nd.ra.flag.h",
            bit_offset=10,
            bits=1,
            format="bool",
            source="RFC 6275 section 7.1",
        ),
        Field(
            "preference",
            display="icmpv6.nd.ra.flag.prf",
            bit_offset=11,
            bits=2,
            names=ROUTER_PREFERENCES,
            source="RFC 4191 section 2.2",
        ),
        Field(
            "proxy",
            display="icmpv6.nd.ra.flag.p",
            bit_offset=13,
            bits=1,
            format="bool",
            source="RFC 4389 section 4.1.3.3",
        ),
        Field(
            "reserved",
            display="icmpv6.nd.ra.flag.rsv",
            bit_offset=14,
            bits=2,
            source="RFC 4861 section 4.2",
        ),
        Field(
            "router_lifetime",
            display="icmpv6.nd.ra.router_lifetime",
            bit_offset=16,
            bits=16,
            source="RFC 4861 section 4.2",
        ),
        Field(
            "reachable_time",
            display="icmpv6.nd.ra.reachable_time",
            bit_offset=32,
            bits=32,
            source="RFC 4861 section 4.2",
        ),
        Field(
            "retransmission_timer",
            display="icmpv6.nd.ra.retrans_timer",
            bit_offset=64,
            bits=32,
            source="RFC 4861 section 4.2",
        ),
        Field(
            "options",
            display="icmpv6.opt",
            bit_offset=96,
            format="options",
            source="RFC 4861 section 4.6",
        ),
    )

    hop_limit: int
    _word1: int
    managed: bool
    other: bool
    home_agent: bool
    preference: int
    proxy: bool
    reserved: int
    router_lifetime: int
    reachable_time: int
    retransmission_timer: int
    _options: bytes
    _decoded_options: tuple[NDOption, ...] | None

    def __init__(
        self,
        hop_limit: int = 64,
        managed: bool = False,
        other: bool = False,
        home_agent: bool = False,
        preference: int = 0,
        proxy: bool = False,
        reserved: int = 0,
        router_lifetime: int = 1800,
        reachable_time: int = 0,
        retransmission_timer: int = 0,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_options = (
            encode_list("RouterAdvertisement", "options", options, ND_OPTION_STYLE)
            if options
            else b""
        )
        try:
            refused = (
                hop_limit >> 8
                or (managed | other | home_agent | proxy) >> 1
                or (preference | reserved) >> 2
                or router_lifetime >> 16
                or (reachable_time | retransmission_timer) >> 32
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(RouterAdvertisement, locals())
        self.hop_limit = hop_limit
        self.managed = managed != 0
        self.other = other != 0
        self.home_agent = home_agent != 0
        self.preference = preference
        self.proxy = proxy != 0
        self.reserved = reserved
        self._word1 = (
            managed << 7 | other << 6 | home_agent << 5 | preference << 3 | proxy << 2 | reserved
        )
        self.router_lifetime = router_lifetime
        self.reachable_time = reachable_time
        self.retransmission_timer = retransmission_timer
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4861 section 4.2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.hop_limit,
                word1,
                header.router_lifetime,
                header.reachable_time,
                header.retransmission_timer,
            ) = _unpack_router_advertisement(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 12 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word1 = word1
        header.managed = word1 & 128 != 0
        header.other = word1 & 64 != 0
        header.home_agent = word1 & 32 != 0
        header.preference = word1 >> 3 & 3
        header.proxy = word1 & 4 != 0
        header.reserved = word1 & 3
        if limit > offset + 12:
            header._options = bytes(buffer[offset + 12 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 12 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return (
                _pack_router_advertisement(
                    self.hop_limit,
                    self._word1,
                    self.router_lifetime,
                    self.reachable_time,
                    self.retransmission_timer,
                )
                + options
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[NDOption, ...]:
        """The options, decoded when first asked for (RFC 4861 section 4.6)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_nd_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.hop_limit = self.hop_limit
        copy._word1 = self._word1
        copy.managed = self.managed
        copy.other = self.other
        copy.home_agent = self.home_agent
        copy.preference = self.preference
        copy.proxy = self.proxy
        copy.reserved = self.reserved
        copy.router_lifetime = self.router_lifetime
        copy.reachable_time = self.reachable_time
        copy.retransmission_timer = self.retransmission_timer
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy


_FIXED_neighbor_solicitation = struct.Struct("!I16s")
_unpack_neighbor_solicitation = _FIXED_neighbor_solicitation.unpack_from
_pack_neighbor_solicitation = _FIXED_neighbor_solicitation.pack


class NeighborSolicitation(Header):
    """Neighbor Solicitation (RFC 4861 section 4.3).

    Attributes:
        reserved: Reserved (RFC 4861 section 4.3).
        target: The neighbour that this is about (RFC 4861 section 4.3).
        options: Options (RFC 4861 section 4.6).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "reserved",
        "target",
    )
    __match_args__ = (
        "reserved",
        "target",
        "options",
    )

    LAYER = "NeighborSolicitation"
    TITLE = "Neighbor Solicitation"
    DISPLAY = "icmpv6"
    VALUES = (
        "reserved",
        "target",
        "options",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"reserved": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (135,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 255}
    FIELDS = (
        Field("reserved", bit_offset=0, bits=32, format="hex", source="RFC 4861 section 4.3"),
        Field(
            "target",
            display="icmpv6.nd.ns.target_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 4861 section 4.3",
        ),
        Field(
            "options",
            display="icmpv6.opt",
            bit_offset=160,
            format="options",
            source="RFC 4861 section 4.6",
        ),
    )

    reserved: int
    target: bytes
    _options: bytes
    _decoded_options: tuple[NDOption, ...] | None

    def __init__(
        self,
        reserved: int = 0,
        target: AddressLike = bytes(16),
        options: Iterable[Option] | bytes = (),
    ) -> None:
        if not (isinstance(target, bytes) and len(target) == 16):
            target = address_argument(NeighborSolicitation, "target", target, ipv6_address)
        encoded_options = (
            encode_list("NeighborSolicitation", "options", options, ND_OPTION_STYLE)
            if options
            else b""
        )
        try:
            refused = reserved >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(NeighborSolicitation, locals())
        self.reserved = reserved
        self.target = target
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4861 section 4.3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.reserved,
                header.target,
            ) = _unpack_neighbor_solicitation(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 20 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if limit > offset + 20:
            header._options = bytes(buffer[offset + 20 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 20 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return _pack_neighbor_solicitation(self.reserved, self.target) + options + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[NDOption, ...]:
        """The options, decoded when first asked for (RFC 4861 section 4.6)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_nd_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.reserved = self.reserved
        copy.target = self.target
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy


_FIXED_neighbor_advertisement = struct.Struct("!I16s")
_unpack_neighbor_advertisement = _FIXED_neighbor_advertisement.unpack_from
_pack_neighbor_advertisement = _FIXED_neighbor_advertisement.pack


class NeighborAdvertisement(Header):
    """Neighbor Advertisement (RFC 4861 section 4.4).

    Attributes:
        router: The sender is a router (RFC 4861 section 4.4; 1 bit).
        solicited: The answer to a solicitation (RFC 4861 section 4.4; 1 bit).
        override: Replace what the cache knows (RFC 4861 section 4.4; 1 bit).
        reserved: Reserved (RFC 4861 section 4.4; 29 bits).
        target: The neighbour that this is about (RFC 4861 section 4.4).
        options: Options (RFC 4861 section 4.6).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "_word0",
        "override",
        "reserved",
        "router",
        "solicited",
        "target",
    )
    __match_args__ = (
        "router",
        "solicited",
        "override",
        "reserved",
        "target",
        "options",
    )

    LAYER = "NeighborAdvertisement"
    TITLE = "Neighbor Advertisement"
    DISPLAY = "icmpv6"
    VALUES = (
        "router",
        "solicited",
        "override",
        "reserved",
        "target",
        "options",
    )
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (136,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 255}
    FIELDS = (
        Field(
            "router",
            display="icmpv6.nd.na.flag.r",
            bit_offset=0,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.4",
        ),
        Field(
            "solicited",
            display="icmpv6.nd.na.flag.s",
            bit_offset=1,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.4",
        ),
        Field(
            "override",
            display="icmpv6.nd.na.flag.o",
            bit_offset=2,
            bits=1,
            format="bool",
            source="RFC 4861 section 4.4",
        ),
        Field(
            "reserved",
            display="icmpv6.nd.na.flag.rsv",
            bit_offset=3,
            bits=29,
            source="RFC 4861 section 4.4",
        ),
        Field(
            "target",
            display="icmpv6.nd.na.target_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 4861 section 4.4",
        ),
        Field(
            "options",
            display="icmpv6.opt",
            bit_offset=160,
            format="options",
            source="RFC 4861 section 4.6",
        ),
    )

    _word0: int
    router: bool
    solicited: bool
    override: bool
    reserved: int
    target: bytes
    _options: bytes
    _decoded_options: tuple[NDOption, ...] | None

    def __init__(
        self,
        router: bool = False,
        solicited: bool = False,
        override: bool = False,
        reserved: int = 0,
        target: AddressLike = bytes(16),
        options: Iterable[Option] | bytes = (),
    ) -> None:
        if not (isinstance(target, bytes) and len(target) == 16):
            target = address_argument(NeighborAdvertisement, "target", target, ipv6_address)
        encoded_options = (
            encode_list("NeighborAdvertisement", "options", options, ND_OPTION_STYLE)
            if options
            else b""
        )
        try:
            refused = (router | solicited | override) >> 1 or reserved >> 29
        except TypeError:
            refused = True
        if refused:
            raise refusal(NeighborAdvertisement, locals())
        self.router = router != 0
        self.solicited = solicited != 0
        self.override = override != 0
        self.reserved = reserved
        self._word0 = router << 31 | solicited << 30 | override << 29 | reserved
        self.target = target
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4861 section 4.4); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.target,
            ) = _unpack_neighbor_advertisement(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 20 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.router = word0 & 2147483648 != 0
        header.solicited = word0 & 1073741824 != 0
        header.override = word0 & 536870912 != 0
        header.reserved = word0 & 536870911
        if limit > offset + 20:
            header._options = bytes(buffer[offset + 20 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 20 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return _pack_neighbor_advertisement(self._word0, self.target) + options + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[NDOption, ...]:
        """The options, decoded when first asked for (RFC 4861 section 4.6)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_nd_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options


_FIXED_nd_redirect = struct.Struct("!I16s16s")
_unpack_nd_redirect = _FIXED_nd_redirect.unpack_from
_pack_nd_redirect = _FIXED_nd_redirect.pack


class NDRedirect(Header):
    """Redirect (RFC 4861 section 4.5).

    Attributes:
        reserved: Reserved (RFC 4861 section 4.5).
        target: The better first hop (RFC 4861 section 4.5).
        destination: Packets to this address should go there (RFC 4861 section 4.5).
        options: Options (RFC 4861 section 4.6).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "destination",
        "reserved",
        "target",
    )
    __match_args__ = (
        "reserved",
        "target",
        "destination",
        "options",
    )

    LAYER = "NDRedirect"
    TITLE = "Redirect"
    DISPLAY = "icmpv6"
    VALUES = (
        "reserved",
        "target",
        "destination",
        "options",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"reserved": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (137,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 255}
    FIELDS = (
        Field("reserved", bit_offset=0, bits=32, format="hex", source="RFC 4861 section 4.5"),
        Field(
            "target",
            display="icmpv6.nd.rd.target_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 4861 section 4.5",
        ),
        Field(
            "destination",
            display="icmpv6.rd.na.destination_address",
            bit_offset=160,
            bits=128,
            format="ipv6",
            source="RFC 4861 section 4.5",
        ),
        Field(
            "options",
            display="icmpv6.opt",
            bit_offset=288,
            format="options",
            source="RFC 4861 section 4.6",
        ),
    )

    reserved: int
    target: bytes
    destination: bytes
    _options: bytes
    _decoded_options: tuple[NDOption, ...] | None

    def __init__(
        self,
        reserved: int = 0,
        target: AddressLike = bytes(16),
        destination: AddressLike = bytes(16),
        options: Iterable[Option] | bytes = (),
    ) -> None:
        if not (isinstance(target, bytes) and len(target) == 16):
            target = address_argument(NDRedirect, "target", target, ipv6_address)
        if not (isinstance(destination, bytes) and len(destination) == 16):
            destination = address_argument(NDRedirect, "destination", destination, ipv6_address)
        encoded_options = (
            encode_list("NDRedirect", "options", options, ND_OPTION_STYLE) if options else b""
        )
        try:
            refused = reserved >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(NDRedirect, locals())
        self.reserved = reserved
        self.target = target
        self.destination = destination
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4861 section 4.5); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.reserved,
                header.target,
                header.destination,
            ) = _unpack_nd_redirect(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 36 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if limit > offset + 36:
            header._options = bytes(buffer[offset + 36 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 36 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return (
                _pack_nd_redirect(self.reserved, self.target, self.destination) + options + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[NDOption, ...]:
        """The options, decoded when first asked for (RFC 4861 section 4.6)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_nd_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.reserved = self.reserved
        copy.target = self.target
        copy.destination = self.destination
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy
