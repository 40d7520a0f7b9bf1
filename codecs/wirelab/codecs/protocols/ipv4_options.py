"""Options of IPv4: those of IANA's registry that have a specification (RFC 791, RFC 1108, ...).

Generated from schemas/ipv4_options.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, text_argument
from wirelab.codecs.field import Field
from wirelab.codecs.options import (
    NO_OPERATION,
    EndOfOptions,
    MalformedOption,
    MalformedRecord,
    NoOperation,
    Option,
    Record,
    UnknownOption,
    encode_list,
    items_argument,
    list_argument,
)
from wirelab.codecs.registries.ip_protocols import CLASSIFICATIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from wirelab.codecs.addresses import AddressLike

new = object.__new__

_IPV4_TIMESTAMP_ENTRY = struct.Struct("!4sI")


class IPv4TimestampEntry(Record):
    """The timestamp of one router (RFC 791 section 3.1).

    Attributes:
        timestamp: Milliseconds since midnight UTC (RFC 791 section 3.1).
    """

    __slots__ = (
        "address",
        "timestamp",
    )
    __match_args__ = (
        "address",
        "timestamp",
    )
    FIELDS = (
        Field(
            "address",
            display="ip.opt.time_stamp_addr",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 791 section 3.1",
        ),
        Field(
            "timestamp",
            display="ip.opt.time_stamp",
            bit_offset=32,
            bits=32,
            source="RFC 791 section 3.1",
        ),
    )

    def __init__(self, address: AddressLike, timestamp: int) -> None:
        self.address = address_argument(IPv4TimestampEntry, "address", address, ipv4_address)
        self.timestamp = timestamp

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IPV4_TIMESTAMP_ENTRY.pack(self.address, self.timestamp)


def _read_ipv4_timestamp_entry(
    data: bytes, offset: int, stop: int
) -> tuple[IPv4TimestampEntry, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    ipv4_timestamp_entry = new(IPv4TimestampEntry)
    if stop - offset < 8:
        return None
    (
        ipv4_timestamp_entry.address,
        ipv4_timestamp_entry.timestamp,
    ) = _IPV4_TIMESTAMP_ENTRY.unpack_from(data, offset)
    offset += 8
    return ipv4_timestamp_entry, offset


InternetTimestampWithAddressesEntry: TypeAlias = IPv4TimestampEntry | MalformedRecord


def decode_internet_timestamp_with_addresses_entries(
    data: bytes,
) -> tuple[InternetTimestampWithAddressesEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[InternetTimestampWithAddressesEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_ipv4_timestamp_entry(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


InternetTimestampPrespecifiedEntry: TypeAlias = IPv4TimestampEntry | MalformedRecord


def decode_internet_timestamp_prespecified_entries(
    data: bytes,
) -> tuple[InternetTimestampPrespecifiedEntry, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[InternetTimestampPrespecifiedEntry] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_ipv4_timestamp_entry(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_RECORD_ROUTE = struct.Struct("!B")
_RECORD_ROUTE_ROUTE = struct.Struct("!4s")


class RecordRoute(Option):
    """Routers write their addresses at `pointer` (counted from 1) (RFC 791 section 3.1)."""

    __slots__ = (
        "pointer",
        "route",
    )
    __match_args__ = (
        "pointer",
        "route",
    )
    KIND = 7
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "route", display="ip.rec_rt", bit_offset=24, format="ipv4", source="RFC 791 section 3.1"
        ),
    )

    def __init__(self, pointer: int, route: Iterable[AddressLike]) -> None:
        self.pointer = pointer
        self.route = tuple(
            [
                address_argument(RecordRoute, "route", one, ipv4_address)
                for one in items_argument(RecordRoute, "route", route)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _RECORD_ROUTE.pack(self.pointer) + b"".join(
            [_RECORD_ROUTE_ROUTE.pack(one) for one in self.route]
        )


_INTERNET_TIMESTAMP = struct.Struct("!BB")
_INTERNET_TIMESTAMP_TIMESTAMPS = struct.Struct("!I")


class InternetTimestamp(Option):
    """Routers write their timestamps, milliseconds since midnight UTC (RFC 791 section 3.1).

    Attributes:
        pointer: Where the next router writes, from 1 (RFC 791 section 3.1).
        overflow: Routers that found no room (RFC 791 section 3.1).
    """

    __slots__ = (
        "overflow",
        "pointer",
        "timestamps",
    )
    __match_args__ = (
        "pointer",
        "timestamps",
        "overflow",
    )
    KIND = 68
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "overflow",
            display="ip.opt.overflow",
            bit_offset=24,
            bits=4,
            source="RFC 791 section 3.1",
        ),
        Field(
            "timestamps", display="ip.opt.time_stamp", bit_offset=32, source="RFC 791 section 3.1"
        ),
    )

    def __init__(self, pointer: int, timestamps: Iterable[int], overflow: int = 0) -> None:
        self.pointer = pointer
        self.timestamps = items_argument(InternetTimestamp, "timestamps", timestamps)
        self.overflow = overflow

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.overflow >> 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _INTERNET_TIMESTAMP.pack(self.pointer, self.overflow << 4 | 0x0) + b"".join(
            [_INTERNET_TIMESTAMP_TIMESTAMPS.pack(one) for one in self.timestamps]
        )


def _read_internet_timestamp(data: bytes, offset: int, stop: int) -> InternetTimestamp | None:
    """The option's data, or None if it does not fit in."""
    internet_timestamp = new(InternetTimestamp)
    if stop - offset < 2:
        return None
    (
        internet_timestamp.pointer,
        raw1,
    ) = _INTERNET_TIMESTAMP.unpack_from(data, offset)
    internet_timestamp.overflow = raw1 >> 4
    if raw1 & 0xF != 0x0:
        return None
    offset += 2
    if (stop - offset) % 4:
        return None
    internet_timestamp.timestamps = tuple(
        [item for (item,) in _INTERNET_TIMESTAMP_TIMESTAMPS.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return internet_timestamp


_INTERNET_TIMESTAMP_WITH_ADDRESSES = struct.Struct("!BB")


class InternetTimestampWithAddresses(Option):
    """Routers write address and timestamp (RFC 791 section 3.1).

    Attributes:
        pointer: Where the next router writes, from 1 (RFC 791 section 3.1).
        overflow: Routers that found no room (RFC 791 section 3.1).
    """

    __slots__ = (
        "entries",
        "overflow",
        "pointer",
    )
    __match_args__ = (
        "pointer",
        "entries",
        "overflow",
    )
    KIND = 68
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "overflow",
            display="ip.opt.overflow",
            bit_offset=24,
            bits=4,
            source="RFC 791 section 3.1",
        ),
        Field("entries", bit_offset=32, format="options", source="RFC 791 section 3.1"),
    )

    def __init__(
        self,
        pointer: int,
        entries: Iterable[InternetTimestampWithAddressesEntry] | bytes,
        overflow: int = 0,
    ) -> None:
        self.pointer = pointer
        self.entries = list_argument(
            "InternetTimestampWithAddresses",
            "entries",
            entries,
            decode_internet_timestamp_with_addresses_entries,
        )
        self.overflow = overflow

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.overflow >> 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _INTERNET_TIMESTAMP_WITH_ADDRESSES.pack(
            self.pointer, self.overflow << 4 | 0x1
        ) + encode_list("InternetTimestampWithAddresses", "entries", self.entries)


def _read_internet_timestamp_with_addresses(
    data: bytes, offset: int, stop: int
) -> InternetTimestampWithAddresses | None:
    """The option's data, or None if it does not fit in."""
    internet_timestamp_with_addresses = new(InternetTimestampWithAddresses)
    if stop - offset < 2:
        return None
    (
        internet_timestamp_with_addresses.pointer,
        raw1,
    ) = _INTERNET_TIMESTAMP_WITH_ADDRESSES.unpack_from(data, offset)
    internet_timestamp_with_addresses.overflow = raw1 >> 4
    if raw1 & 0xF != 0x1:
        return None
    offset += 2
    internet_timestamp_with_addresses.entries = decode_internet_timestamp_with_addresses_entries(
        data[offset:stop]
    )
    offset = stop
    return internet_timestamp_with_addresses


_INTERNET_TIMESTAMP_PRESPECIFIED = struct.Struct("!BB")


class InternetTimestampPrespecified(Option):
    """The routers named write their timestamps (RFC 791 section 3.1).

    Attributes:
        pointer: Where the next router writes, from 1 (RFC 791 section 3.1).
        overflow: Routers that found no room (RFC 791 section 3.1).
    """

    __slots__ = (
        "entries",
        "overflow",
        "pointer",
    )
    __match_args__ = (
        "pointer",
        "entries",
        "overflow",
    )
    KIND = 68
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "overflow",
            display="ip.opt.overflow",
            bit_offset=24,
            bits=4,
            source="RFC 791 section 3.1",
        ),
        Field("entries", bit_offset=32, format="options", source="RFC 791 section 3.1"),
    )

    def __init__(
        self,
        pointer: int,
        entries: Iterable[InternetTimestampPrespecifiedEntry] | bytes,
        overflow: int = 0,
    ) -> None:
        self.pointer = pointer
        self.entries = list_argument(
            "InternetTimestampPrespecified",
            "entries",
            entries,
            decode_internet_timestamp_prespecified_entries,
        )
        self.overflow = overflow

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.overflow >> 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _INTERNET_TIMESTAMP_PRESPECIFIED.pack(
            self.pointer, self.overflow << 4 | 0x3
        ) + encode_list("InternetTimestampPrespecified", "entries", self.entries)


def _read_internet_timestamp_prespecified(
    data: bytes, offset: int, stop: int
) -> InternetTimestampPrespecified | None:
    """The option's data, or None if it does not fit in."""
    internet_timestamp_prespecified = new(InternetTimestampPrespecified)
    if stop - offset < 2:
        return None
    (
        internet_timestamp_prespecified.pointer,
        raw1,
    ) = _INTERNET_TIMESTAMP_PRESPECIFIED.unpack_from(data, offset)
    internet_timestamp_prespecified.overflow = raw1 >> 4
    if raw1 & 0xF != 0x3:
        return None
    offset += 2
    internet_timestamp_prespecified.entries = decode_internet_timestamp_prespecified_entries(
        data[offset:stop]
    )
    offset = stop
    return internet_timestamp_prespecified


_LOOSE_SOURCE_ROUTE = struct.Struct("!B")
_LOOSE_SOURCE_ROUTE_ROUTE = struct.Struct("!4s")


class LooseSourceRoute(Option):
    """Routers to pass by, with others in between (RFC 791 section 3.1)."""

    __slots__ = (
        "pointer",
        "route",
    )
    __match_args__ = (
        "pointer",
        "route",
    )
    KIND = 131
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "route", display="ip.rec_rt", bit_offset=24, format="ipv4", source="RFC 791 section 3.1"
        ),
    )

    def __init__(self, pointer: int, route: Iterable[AddressLike]) -> None:
        self.pointer = pointer
        self.route = tuple(
            [
                address_argument(LooseSourceRoute, "route", one, ipv4_address)
                for one in items_argument(LooseSourceRoute, "route", route)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _LOOSE_SOURCE_ROUTE.pack(self.pointer) + b"".join(
            [_LOOSE_SOURCE_ROUTE_ROUTE.pack(one) for one in self.route]
        )


_STRICT_SOURCE_ROUTE = struct.Struct("!B")
_STRICT_SOURCE_ROUTE_ROUTE = struct.Struct("!4s")


class StrictSourceRoute(Option):
    """Routers to pass by, and no others (RFC 791 section 3.1)."""

    __slots__ = (
        "pointer",
        "route",
    )
    __match_args__ = (
        "pointer",
        "route",
    )
    KIND = 137
    FIELDS = (
        Field("pointer", display="ip.opt.ptr", bit_offset=16, bits=8, source="RFC 791 section 3.1"),
        Field(
            "route", display="ip.rec_rt", bit_offset=24, format="ipv4", source="RFC 791 section 3.1"
        ),
    )

    def __init__(self, pointer: int, route: Iterable[AddressLike]) -> None:
        self.pointer = pointer
        self.route = tuple(
            [
                address_argument(StrictSourceRoute, "route", one, ipv4_address)
                for one in items_argument(StrictSourceRoute, "route", route)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _STRICT_SOURCE_ROUTE.pack(self.pointer) + b"".join(
            [_STRICT_SOURCE_ROUTE_ROUTE.pack(one) for one in self.route]
        )


_STREAM_IDENTIFIER = struct.Struct("!H")


class StreamIdentifier(Option):
    """SATNET stream; obsolete (RFC 6814) (RFC 791 section 3.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 136
    FIELDS = (
        Field("value", display="ip.opt.sid", bit_offset=16, bits=16, source="RFC 791 section 3.1"),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _STREAM_IDENTIFIER.pack(self.value)


def _read_stream_identifier(data: bytes, offset: int, stop: int) -> StreamIdentifier | None:
    """The option's data, or None if it does not fit in."""
    stream_identifier = new(StreamIdentifier)
    if stop - offset < 2:
        return None
    (stream_identifier.value,) = _STREAM_IDENTIFIER.unpack_from(data, offset)
    offset += 2
    return stream_identifier if offset == stop else None


_ROUTER_ALERT = struct.Struct("!H")


class RouterAlert(Option):
    """Routers shall look into this packet (RFC 2113 section 2.1)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 148
    FIELDS = (
        Field("value", display="ip.opt.ra", bit_offset=16, bits=16, source="RFC 2113 section 2.1"),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ROUTER_ALERT.pack(self.value)


def _read_router_alert(data: bytes, offset: int, stop: int) -> RouterAlert | None:
    """The option's data, or None if it does not fit in."""
    router_alert = new(RouterAlert)
    if stop - offset < 2:
        return None
    (router_alert.value,) = _ROUTER_ALERT.unpack_from(data, offset)
    offset += 2
    return router_alert if offset == stop else None


_IPV4_SECURITY = struct.Struct("!HH2s3s")


class IPv4Security(Option):
    """Security as RFC 791 had it.

    9 bytes of data tell it from the basic option (RFC 791 section 3.1).
    """

    __slots__ = (
        "compartments",
        "handling_restrictions",
        "level",
        "transmission_control_code",
    )
    __match_args__ = (
        "level",
        "compartments",
        "handling_restrictions",
        "transmission_control_code",
    )
    KIND = 130
    FIELDS = (
        Field(
            "level",
            display="ip.opt.sec_rfc791_sec",
            bit_offset=16,
            bits=16,
            source="RFC 791 section 3.1",
        ),
        Field(
            "compartments",
            display="ip.opt.sec_rfc791_comp",
            bit_offset=32,
            bits=16,
            source="RFC 791 section 3.1",
        ),
        Field(
            "handling_restrictions",
            display="ip.opt.sec_rfc791_hr",
            bit_offset=48,
            bits=16,
            format="text",
            source="RFC 791 section 3.1",
        ),
        Field(
            "transmission_control_code",
            display="ip.opt.sec_rfc791_tcc",
            bit_offset=64,
            bits=24,
            format="text",
            source="RFC 791 section 3.1",
        ),
    )

    def __init__(
        self,
        level: int,
        compartments: int,
        handling_restrictions: bytes | str,
        transmission_control_code: bytes | str,
    ) -> None:
        self.level = level
        self.compartments = compartments
        self.handling_restrictions = text_argument(
            IPv4Security, "handling_restrictions", handling_restrictions
        )
        self.transmission_control_code = text_argument(
            IPv4Security, "transmission_control_code", transmission_control_code
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.handling_restrictions) != 2 or len(self.transmission_control_code) != 3:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IPV4_SECURITY.pack(
            self.level,
            self.compartments,
            self.handling_restrictions,
            self.transmission_control_code,
        )


def _read_ipv4_security(data: bytes, offset: int, stop: int) -> IPv4Security | None:
    """The option's data, or None if it does not fit in."""
    ipv4_security = new(IPv4Security)
    if stop - offset < 9:
        return None
    (
        ipv4_security.level,
        ipv4_security.compartments,
        ipv4_security.handling_restrictions,
        ipv4_security.transmission_control_code,
    ) = _IPV4_SECURITY.unpack_from(data, offset)
    offset += 9
    return ipv4_security if offset == stop else None


_IPV4_BASIC_SECURITY = struct.Struct("!B")


class IPv4BasicSecurity(Option):
    """U.S. Department of Defense basic security (RFC 1108 section 2).

    Attributes:
        authorities: Protection authorities, 7 bits a byte; the last bit says that one follows (RFC
            1108 section 2).
    """

    __slots__ = (
        "authorities",
        "classification",
    )
    __match_args__ = (
        "classification",
        "authorities",
    )
    KIND = 130
    FIELDS = (
        Field(
            "classification",
            display="ip.opt.sec_cl",
            bit_offset=16,
            bits=8,
            format="hex",
            names=CLASSIFICATIONS,
            source="RFC 1108 section 2",
        ),
        Field("authorities", bit_offset=24, format="bytes", source="RFC 1108 section 2"),
    )

    def __init__(self, classification: int, authorities: bytes) -> None:
        self.classification = classification
        self.authorities = authorities

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _IPV4_BASIC_SECURITY.pack(self.classification) + self.authorities


def _read_ipv4_basic_security(data: bytes, offset: int, stop: int) -> IPv4BasicSecurity | None:
    """The option's data, or None if it does not fit in."""
    ipv4_basic_security = new(IPv4BasicSecurity)
    if stop - offset < 1:
        return None
    (ipv4_basic_security.classification,) = _IPV4_BASIC_SECURITY.unpack_from(data, offset)
    offset += 1
    ipv4_basic_security.authorities = data[offset:stop]
    offset = stop
    return ipv4_basic_security


_IPV4_EXTENDED_SECURITY = struct.Struct("!B")


class IPv4ExtendedSecurity(Option):
    """Additional security information (RFC 1108 section 3).

    Attributes:
        format_code: Its owner (RFC 1108 section 3).
    """

    __slots__ = (
        "format_code",
        "information",
    )
    __match_args__ = (
        "format_code",
        "information",
    )
    KIND = 133
    FIELDS = (
        Field(
            "format_code",
            display="ip.opt.ext_sec_add_sec_info_format_code",
            bit_offset=16,
            bits=8,
            source="RFC 1108 section 3",
        ),
        Field(
            "information",
            display="ip.opt.ext_sec_add_sec_info",
            bit_offset=24,
            format="bytes",
            source="RFC 1108 section 3",
        ),
    )

    def __init__(self, format_code: int, information: bytes) -> None:
        self.format_code = format_code
        self.information = information

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _IPV4_EXTENDED_SECURITY.pack(self.format_code) + self.information


def _read_ipv4_extended_security(
    data: bytes, offset: int, stop: int
) -> IPv4ExtendedSecurity | None:
    """The option's data, or None if it does not fit in."""
    ipv4_extended_security = new(IPv4ExtendedSecurity)
    if stop - offset < 1:
        return None
    (ipv4_extended_security.format_code,) = _IPV4_EXTENDED_SECURITY.unpack_from(data, offset)
    offset += 1
    ipv4_extended_security.information = data[offset:stop]
    offset = stop
    return ipv4_extended_security


_IPV4_COMMERCIAL_SECURITY = struct.Struct("!I")


class IPv4CommercialSecurity(Option):
    """CIPSO: a security label (FIPS 188 section 4).

    Attributes:
        domain: Of interpretation (FIPS 188 section 4).
    """

    __slots__ = (
        "domain",
        "tags",
    )
    __match_args__ = (
        "domain",
        "tags",
    )
    KIND = 134
    FIELDS = (
        Field(
            "domain", display="ip.cipso.doi", bit_offset=16, bits=32, source="FIPS 188 section 4"
        ),
        Field("tags", bit_offset=48, format="bytes", source="FIPS 188 section 4"),
    )

    def __init__(self, domain: int, tags: bytes) -> None:
        self.domain = domain
        self.tags = tags

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _IPV4_COMMERCIAL_SECURITY.pack(self.domain) + self.tags


def _read_ipv4_commercial_security(
    data: bytes, offset: int, stop: int
) -> IPv4CommercialSecurity | None:
    """The option's data, or None if it does not fit in."""
    ipv4_commercial_security = new(IPv4CommercialSecurity)
    if stop - offset < 4:
        return None
    (ipv4_commercial_security.domain,) = _IPV4_COMMERCIAL_SECURITY.unpack_from(data, offset)
    offset += 4
    ipv4_commercial_security.tags = data[offset:stop]
    offset = stop
    return ipv4_commercial_security


_MTU_PROBE = struct.Struct("!H")


class MTUProbe(Option):
    """Routers write the lowest MTU on the way; obsolete (RFC 1191) (RFC 1063 section 2).

    Attributes:
        mtu: Bytes (RFC 1063 section 2).
    """

    __slots__ = ("mtu",)
    __match_args__ = ("mtu",)
    KIND = 11
    FIELDS = (
        Field("mtu", display="ip.opt.mtu", bit_offset=16, bits=16, source="RFC 1063 section 2"),
    )

    def __init__(self, mtu: int) -> None:
        self.mtu = mtu

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _MTU_PROBE.pack(self.mtu)


def _read_mtu_probe(data: bytes, offset: int, stop: int) -> MTUProbe | None:
    """The option's data, or None if it does not fit in."""
    mtu_probe = new(MTUProbe)
    if stop - offset < 2:
        return None
    (mtu_probe.mtu,) = _MTU_PROBE.unpack_from(data, offset)
    offset += 2
    return mtu_probe if offset == stop else None


_MTU_REPLY = struct.Struct("!H")


class MTUReply(Option):
    """The MTU that a probe found; obsolete (RFC 1191) (RFC 1063 section 2).

    Attributes:
        mtu: Bytes (RFC 1063 section 2).
    """

    __slots__ = ("mtu",)
    __match_args__ = ("mtu",)
    KIND = 12
    FIELDS = (
        Field("mtu", display="ip.opt.mtu", bit_offset=16, bits=16, source="RFC 1063 section 2"),
    )

    def __init__(self, mtu: int) -> None:
        self.mtu = mtu

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _MTU_REPLY.pack(self.mtu)


def _read_mtu_reply(data: bytes, offset: int, stop: int) -> MTUReply | None:
    """The option's data, or None if it does not fit in."""
    mtu_reply = new(MTUReply)
    if stop - offset < 2:
        return None
    (mtu_reply.mtu,) = _MTU_REPLY.unpack_from(data, offset)
    offset += 2
    return mtu_reply if offset == stop else None


_IPV4_TRACEROUTE = struct.Struct("!HHH4s")


class IPv4Traceroute(Option):
    """Each router reports to the originator; obsolete (RFC 6814) (RFC 1393 section 2.2).

    Attributes:
        identifier: Of the trace (RFC 1393 section 2.2).
        outbound_hops: Hops so far (RFC 1393 section 2.2).
        return_hops: Hops of the answer (RFC 1393 section 2.2).
    """

    __slots__ = (
        "identifier",
        "originator",
        "outbound_hops",
        "return_hops",
    )
    __match_args__ = (
        "identifier",
        "outbound_hops",
        "return_hops",
        "originator",
    )
    KIND = 82
    FIELDS = (
        Field(
            "identifier",
            display="ip.opt.id_number",
            bit_offset=16,
            bits=16,
            source="RFC 1393 section 2.2",
        ),
        Field(
            "outbound_hops",
            display="ip.opt.ohc",
            bit_offset=32,
            bits=16,
            source="RFC 1393 section 2.2",
        ),
        Field(
            "return_hops",
            display="ip.opt.rhc",
            bit_offset=48,
            bits=16,
            source="RFC 1393 section 2.2",
        ),
        Field(
            "originator",
            display="ip.opt.originator",
            bit_offset=64,
            bits=32,
            format="ipv4",
            source="RFC 1393 section 2.2",
        ),
    )

    def __init__(
        self, identifier: int, outbound_hops: int, return_hops: int, originator: AddressLike
    ) -> None:
        self.identifier = identifier
        self.outbound_hops = outbound_hops
        self.return_hops = return_hops
        self.originator = address_argument(IPv4Traceroute, "originator", originator, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.originator) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IPV4_TRACEROUTE.pack(
            self.identifier, self.outbound_hops, self.return_hops, self.originator
        )


def _read_ipv4_traceroute(data: bytes, offset: int, stop: int) -> IPv4Traceroute | None:
    """The option's data, or None if it does not fit in."""
    ipv4_traceroute = new(IPv4Traceroute)
    if stop - offset < 10:
        return None
    (
        ipv4_traceroute.identifier,
        ipv4_traceroute.outbound_hops,
        ipv4_traceroute.return_hops,
        ipv4_traceroute.originator,
    ) = _IPV4_TRACEROUTE.unpack_from(data, offset)
    offset += 10
    return ipv4_traceroute if offset == stop else None


_IPV4_QUICK_START = struct.Struct("!BBI")


class IPv4QuickStart(Option):
    """Ask all routers on the way to approve of a rate (RFC 4782 section 3.1).

    Attributes:
        function: 0: rate request, 8: report of an approved rate (RFC 4782 section 3.1).
        rate: N: 40,000 * 2**N bits per second (RFC 4782 section 3.1).
        ttl: Decremented as the header's; hops (RFC 4782 section 3.1).
    """

    __slots__ = (
        "function",
        "nonce",
        "rate",
        "reserved",
        "ttl",
    )
    __match_args__ = (
        "function",
        "rate",
        "ttl",
        "nonce",
        "reserved",
    )
    KIND = 25
    FIELDS = (
        Field(
            "function",
            display="ip.opt.qs_func",
            bit_offset=16,
            bits=4,
            source="RFC 4782 section 3.1",
        ),
        Field(
            "rate", display="ip.opt.qs_rate", bit_offset=20, bits=4, source="RFC 4782 section 3.1"
        ),
        Field("ttl", display="ip.opt.qs_ttl", bit_offset=24, bits=8, source="RFC 4782 section 3.1"),
        Field(
            "nonce",
            display="ip.opt.qs_nonce",
            bit_offset=32,
            bits=30,
            format="hex",
            source="RFC 4782 section 3.1",
        ),
        Field("reserved", bit_offset=62, bits=2, source="RFC 4782 section 3.1"),
    )

    def __init__(self, function: int, rate: int, ttl: int, nonce: int, reserved: int = 0) -> None:
        self.function = function
        self.rate = rate
        self.ttl = ttl
        self.nonce = nonce
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.function >> 4 or self.rate >> 4 or self.nonce >> 30 or self.reserved >> 2:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IPV4_QUICK_START.pack(
            self.function << 4 | self.rate, self.ttl, self.nonce << 2 | self.reserved
        )


def _read_ipv4_quick_start(data: bytes, offset: int, stop: int) -> IPv4QuickStart | None:
    """The option's data, or None if it does not fit in."""
    ipv4_quick_start = new(IPv4QuickStart)
    if stop - offset < 6:
        return None
    (
        raw0,
        ipv4_quick_start.ttl,
        raw2,
    ) = _IPV4_QUICK_START.unpack_from(data, offset)
    ipv4_quick_start.function = raw0 >> 4
    ipv4_quick_start.rate = raw0 & 0xF
    ipv4_quick_start.nonce = raw2 >> 2
    ipv4_quick_start.reserved = raw2 & 0x3
    offset += 6
    return ipv4_quick_start if offset == stop else None


_SELECTIVE_DIRECTED_BROADCAST_ADDRESSES = struct.Struct("!4s")


class SelectiveDirectedBroadcast(Option):
    """The networks that a broadcast is for; obsolete (RFC 6814) (RFC 1770)."""

    __slots__ = ("addresses",)
    __match_args__ = ("addresses",)
    KIND = 149
    FIELDS = (
        Field("addresses", display="ip.opt.addr", bit_offset=16, format="ipv4", source="RFC 1770"),
    )

    def __init__(self, addresses: Iterable[AddressLike]) -> None:
        self.addresses = tuple(
            [
                address_argument(SelectiveDirectedBroadcast, "addresses", one, ipv4_address)
                for one in items_argument(SelectiveDirectedBroadcast, "addresses", addresses)
            ]
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join(
            [_SELECTIVE_DIRECTED_BROADCAST_ADDRESSES.pack(one) for one in self.addresses]
        )


def _read_selective_directed_broadcast(
    data: bytes, offset: int, stop: int
) -> SelectiveDirectedBroadcast | None:
    """The option's data, or None if it does not fit in."""
    selective_directed_broadcast = new(SelectiveDirectedBroadcast)
    if (stop - offset) % 4:
        return None
    selective_directed_broadcast.addresses = tuple(
        [item for (item,) in _SELECTIVE_DIRECTED_BROADCAST_ADDRESSES.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return selective_directed_broadcast


IPv4Option: TypeAlias = (
    RecordRoute
    | InternetTimestamp
    | InternetTimestampWithAddresses
    | InternetTimestampPrespecified
    | LooseSourceRoute
    | StrictSourceRoute
    | StreamIdentifier
    | RouterAlert
    | IPv4Security
    | IPv4BasicSecurity
    | IPv4ExtendedSecurity
    | IPv4CommercialSecurity
    | MTUProbe
    | MTUReply
    | IPv4Traceroute
    | IPv4QuickStart
    | SelectiveDirectedBroadcast
    | EndOfOptions
    | NoOperation
    | UnknownOption
    | MalformedOption
)


def _read_ipv4_option_68(data: bytes, offset: int, stop: int) -> IPv4Option | None:
    """The first option of kind 68 whose fields fit."""
    return (
        _read_internet_timestamp(data, offset, stop)
        or _read_internet_timestamp_with_addresses(data, offset, stop)
        or _read_internet_timestamp_prespecified(data, offset, stop)
    )


def _read_ipv4_option_130(data: bytes, offset: int, stop: int) -> IPv4Option | None:
    """The first option of kind 130 whose fields fit."""
    return _read_ipv4_security(data, offset, stop) or _read_ipv4_basic_security(data, offset, stop)


READ_IPV4_OPTION: dict[int, Callable[[bytes, int, int], IPv4Option | None]] = {
    68: _read_ipv4_option_68,
    136: _read_stream_identifier,
    148: _read_router_alert,
    130: _read_ipv4_option_130,
    133: _read_ipv4_extended_security,
    134: _read_ipv4_commercial_security,
    11: _read_mtu_probe,
    12: _read_mtu_reply,
    82: _read_ipv4_traceroute,
    25: _read_ipv4_quick_start,
    149: _read_selective_directed_broadcast,
}


def decode_ipv4_options(data: bytes) -> tuple[IPv4Option, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[IPv4Option] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        if kind == 1:
            found.append(NO_OPERATION)
            offset += 1
            continue
        if kind == 0:
            found.append(EndOfOptions(data[offset + 1 :]))
            break
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = offset + data[offset + 1]
        if not body <= stop <= end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 7 and (stop - body - 1) % 4 == 0 and stop - body >= 1:
            record_route = new(RecordRoute)
            (record_route.pointer,) = _RECORD_ROUTE.unpack_from(data, body)
            record_route.route = tuple(
                [item for (item,) in _RECORD_ROUTE_ROUTE.iter_unpack(data[body + 1 : stop])]
            )
            found.append(record_route)
        elif kind == 131 and (stop - body - 1) % 4 == 0 and stop - body >= 1:
            loose_source_route = new(LooseSourceRoute)
            (loose_source_route.pointer,) = _LOOSE_SOURCE_ROUTE.unpack_from(data, body)
            loose_source_route.route = tuple(
                [item for (item,) in _LOOSE_SOURCE_ROUTE_ROUTE.iter_unpack(data[body + 1 : stop])]
            )
            found.append(loose_source_route)
        elif kind == 137 and (stop - body - 1) % 4 == 0 and stop - body >= 1:
            strict_source_route = new(StrictSourceRoute)
            (strict_source_route.pointer,) = _STRICT_SOURCE_ROUTE.unpack_from(data, body)
            strict_source_route.route = tuple(
                [item for (item,) in _STRICT_SOURCE_ROUTE_ROUTE.iter_unpack(data[body + 1 : stop])]
            )
            found.append(strict_source_route)
        else:
            read = READ_IPV4_OPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)
