"""The extension structure behind the quote of an ICMP error (RFC 4884), for both versions of ICMP.

Extended echo requests carry it, too (RFC 8335 section 2).

Generated from schemas/icmp_extensions.py by `make generate`; do not edit.
"""

# ruff: noqa: C901, PLR0911, PLR0912

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, refusal, text_argument
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import (
    MalformedOption,
    MalformedRecord,
    Option,
    Record,
    UnknownOption,
    encode_list,
    list_argument,
)
from wirelab.codecs.registries.icmp import INTERFACE_ROLES
from wirelab.codecs.shown_bytes import any_address_argument
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes
new = object.__new__

_MPLS_LABEL = struct.Struct("!I")


class MPLSLabel(Record):
    """An entry of an MPLS label stack (RFC 4950 section 3).

    Attributes:
        bottom: The last of the stack (RFC 4950 section 3).
    """

    __slots__ = (
        "bottom",
        "label",
        "traffic_class",
        "ttl",
    )
    __match_args__ = (
        "label",
        "traffic_class",
        "bottom",
        "ttl",
    )
    FIELDS = (
        Field(
            "label", display="icmp.mpls.label", bit_offset=0, bits=20, source="RFC 4950 section 3"
        ),
        Field("traffic_class", display="icmp.mpls.exp", bit_offset=20, bits=3, source="RFC 5462"),
        Field(
            "bottom",
            display="icmp.mpls.s",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 4950 section 3",
        ),
        Field("ttl", display="icmp.mpls.ttl", bit_offset=24, bits=8, source="RFC 4950 section 3"),
    )

    def __init__(
        self, label: int, traffic_class: int = 0, bottom: bool = True, ttl: int = 1
    ) -> None:
        self.label = label
        self.traffic_class = traffic_class
        self.bottom = bottom
        self.ttl = ttl

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.label >> 20 or self.traffic_class >> 3 or self.bottom >> 1 or self.ttl >> 8:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MPLS_LABEL.pack(
            self.label << 12 | self.traffic_class << 9 | self.bottom << 8 | self.ttl
        )


def _read_mpls_label(data: bytes, offset: int, stop: int) -> tuple[MPLSLabel, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    mpls_label = new(MPLSLabel)
    if stop - offset < 4:
        return None
    (raw0,) = _MPLS_LABEL.unpack_from(data, offset)
    mpls_label.label = raw0 >> 12
    mpls_label.traffic_class = raw0 >> 9 & 0x7
    mpls_label.bottom = raw0 & 0x100 != 0
    mpls_label.ttl = raw0 & 0xFF
    offset += 4
    return mpls_label, offset


ICMPLabelStackLabel: TypeAlias = MPLSLabel | MalformedRecord


def decode_icmp_label_stack_labels(data: bytes) -> tuple[ICMPLabelStackLabel, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[ICMPLabelStackLabel] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_mpls_label(data, offset, end)
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
    return tuple(found)


_ICMP_LABEL_STACK = struct.Struct("!B")


class ICMPLabelStack(Option):
    """The MPLS labels that the packet came with (RFC 4950 section 3)."""

    __slots__ = ("labels",)
    __match_args__ = ("labels",)
    KIND = 1
    FIELDS = (Field("labels", bit_offset=32, format="options", source="RFC 4950 section 3"),)

    def __init__(self, labels: Iterable[ICMPLabelStackLabel] | bytes) -> None:
        self.labels = list_argument(
            "ICMPLabelStack", "labels", labels, decode_icmp_label_stack_labels
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ICMP_LABEL_STACK.pack(0x1) + encode_list("ICMPLabelStack", "labels", self.labels)


def _read_icmp_label_stack(data: bytes, offset: int, stop: int) -> ICMPLabelStack | None:
    """The option's data, or None if it does not fit in."""
    icmp_label_stack = new(ICMPLabelStack)
    if stop - offset < 1:
        return None
    (raw0,) = _ICMP_LABEL_STACK.unpack_from(data, offset)
    if raw0 != 0x1:
        return None
    offset += 1
    icmp_label_stack.labels = decode_icmp_label_stack_labels(data[offset:stop])
    offset = stop
    return icmp_label_stack


_ICMP_INTERFACE = struct.Struct("!B")


class ICMPInterface(Option):
    """An interface that the packet had to do with (RFC 5837 section 4.1).

    Attributes:
        index: As SNMP's ifIndex (RFC 5837 section 4.1).
        address_family: 1: IPv4, 2: IPv6 (RFC 5837 section 4.2).
        mtu: Bytes (RFC 5837 section 4.1).
    """

    __slots__ = (
        "address",
        "address_family",
        "has_address",
        "has_index",
        "has_mtu",
        "index",
        "mtu",
        "reserved1",
        "reserved2",
        "role",
    )
    __match_args__ = (
        "role",
        "has_index",
        "has_address",
        "has_mtu",
        "index",
        "address_family",
        "address",
        "mtu",
        "reserved1",
        "reserved2",
    )
    KIND = 2
    FIELDS = (
        Field(
            "role",
            display="icmp.int_info.role",
            bit_offset=24,
            bits=2,
            names=INTERFACE_ROLES,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "reserved1",
            display="icmp.int_info.reserved",
            bit_offset=26,
            bits=2,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_index",
            display="icmp.int_info.ifindex",
            bit_offset=28,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_address",
            display="icmp.int_info.ipaddr",
            bit_offset=29,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_mtu",
            display="icmp.int_info.mtu_present",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "index",
            display="icmp.int_info.index",
            bit_offset=32,
            bits=32,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "address_family", display="icmp.int_info.afi", bits=16, source="RFC 5837 section 4.2"
        ),
        Field("reserved2", bits=16, source="RFC 5837 section 4.2"),
        Field("address", format="bytes", source="RFC 5837 section 4.2", shown="address"),
        Field("mtu", display="icmp.int_info.mtu", bits=32, source="RFC 5837 section 4.1"),
    )

    def __init__(
        self,
        role: int = 0,
        has_index: bool = False,
        has_address: bool = False,
        has_mtu: bool = False,
        index: int | None = None,
        address_family: int | None = None,
        address: AddressLike | None = None,
        mtu: int | None = None,
        reserved1: int = 0,
        reserved2: int | None = None,
    ) -> None:
        self.role = role
        self.has_index = has_index
        self.has_address = has_address
        self.has_mtu = has_mtu
        self.index = index
        self.address_family = address_family
        self.address = (
            None if address is None else any_address_argument(ICMPInterface, "address", address)
        )
        self.mtu = mtu
        self.reserved1 = reserved1
        self.reserved2 = reserved2

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.role >> 2
            or self.reserved1 >> 2
            or self.has_index >> 1
            or self.has_address >> 1
            or self.has_mtu >> 1
            or (self.index is None) != ((4 if self.has_index else 0) == 0)
            or (self.address_family is None) != ((2 if self.has_address else 0) == 0)
            or (self.reserved2 is None) != ((2 if self.has_address else 0) == 0)
            or (self.address is None)
            != (((16 if self.address_family == 2 else 4) if self.has_address else 0) == 0)
            or (
                self.address is not None
                and len(self.address)
                != ((16 if self.address_family == 2 else 4) if self.has_address else 0)
            )
            or (self.mtu is None) != ((4 if self.has_mtu else 0) == 0)
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _ICMP_INTERFACE.pack(
                self.role << 6
                | self.reserved1 << 4
                | self.has_index << 3
                | self.has_address << 2
                | 0x0
                | self.has_mtu
            )
            + (b"" if self.index is None else self.index.to_bytes(4 if self.has_index else 0))
            + (
                b""
                if self.address_family is None
                else self.address_family.to_bytes(2 if self.has_address else 0)
            )
            + (
                b""
                if self.reserved2 is None
                else self.reserved2.to_bytes(2 if self.has_address else 0)
            )
            + (self.address or b"")
            + (b"" if self.mtu is None else self.mtu.to_bytes(4 if self.has_mtu else 0))
        )


def _read_icmp_interface(data: bytes, offset: int, stop: int) -> ICMPInterface | None:
    """The option's data, or None if it does not fit in."""
    icmp_interface = new(ICMPInterface)
    if stop - offset < 1:
        return None
    (raw0,) = _ICMP_INTERFACE.unpack_from(data, offset)
    icmp_interface.role = raw0 >> 6
    icmp_interface.reserved1 = raw0 >> 4 & 0x3
    icmp_interface.has_index = raw0 & 0x8 != 0
    icmp_interface.has_address = raw0 & 0x4 != 0
    if raw0 & 0x2:
        return None
    icmp_interface.has_mtu = raw0 & 0x1 != 0
    offset += 1
    icmp_interface.index = None
    size = 4 if icmp_interface.has_index else 0
    if size:
        if stop - offset < size:
            return None
        icmp_interface.index = from_bytes(data[offset : offset + size])
        offset += size
    icmp_interface.address_family = None
    size = 2 if icmp_interface.has_address else 0
    if size:
        if stop - offset < size:
            return None
        icmp_interface.address_family = from_bytes(data[offset : offset + size])
        offset += size
    icmp_interface.reserved2 = None
    size = 2 if icmp_interface.has_address else 0
    if size:
        if stop - offset < size:
            return None
        icmp_interface.reserved2 = from_bytes(data[offset : offset + size])
        offset += size
    icmp_interface.address = None
    size = (16 if icmp_interface.address_family == 2 else 4) if icmp_interface.has_address else 0
    if size:
        if stop - offset < size:
            return None
        icmp_interface.address = data[offset : offset + size]
        offset += size
    icmp_interface.mtu = None
    size = 4 if icmp_interface.has_mtu else 0
    if size:
        if stop - offset < size:
            return None
        icmp_interface.mtu = from_bytes(data[offset : offset + size])
        offset += size
    return icmp_interface if offset == stop else None


_ICMP_NAMED_INTERFACE = struct.Struct("!B")
_ICMP_NAMED_INTERFACE_2 = struct.Struct("!B")


class ICMPNamedInterface(Option):
    """The same, with the interface's name (RFC 5837 section 4.1).

    Attributes:
        index: As SNMP's ifIndex (RFC 5837 section 4.1).
        address_family: 1: IPv4, 2: IPv6 (RFC 5837 section 4.2).
        name_length: Bytes of the name and of this length (RFC 5837 section 4.3).
        name: Filled up with zeros, so that it and its length are a multiple of 4 bytes (RFC 5837
            section 4.3).
        mtu: Bytes (RFC 5837 section 4.1).
    """

    __slots__ = (
        "address",
        "address_family",
        "has_address",
        "has_index",
        "has_mtu",
        "index",
        "mtu",
        "name",
        "name_length",
        "reserved1",
        "reserved2",
        "role",
    )
    __match_args__ = (
        "name",
        "role",
        "has_index",
        "has_address",
        "has_mtu",
        "index",
        "address_family",
        "address",
        "name_length",
        "mtu",
        "reserved1",
        "reserved2",
    )
    KIND = 2
    FIELDS = (
        Field(
            "role",
            display="icmp.int_info.role",
            bit_offset=24,
            bits=2,
            names=INTERFACE_ROLES,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "reserved1",
            display="icmp.int_info.reserved",
            bit_offset=26,
            bits=2,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_index",
            display="icmp.int_info.ifindex",
            bit_offset=28,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_address",
            display="icmp.int_info.ipaddr",
            bit_offset=29,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "has_mtu",
            display="icmp.int_info.mtu_present",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 5837 section 4.1",
        ),
        Field(
            "index",
            display="icmp.int_info.index",
            bit_offset=32,
            bits=32,
            source="RFC 5837 section 4.1",
        ),
        Field(
            "address_family", display="icmp.int_info.afi", bits=16, source="RFC 5837 section 4.2"
        ),
        Field("reserved2", bits=16, source="RFC 5837 section 4.2"),
        Field("address", format="bytes", source="RFC 5837 section 4.2", shown="address"),
        Field(
            "name_length",
            display="icmp.int_info.name_length",
            bits=8,
            source="RFC 5837 section 4.3",
        ),
        Field("name", display="icmp.int_info.name", format="text", source="RFC 5837 section 4.3"),
        Field("mtu", display="icmp.int_info.mtu", bits=32, source="RFC 5837 section 4.1"),
    )

    def __init__(
        self,
        name: bytes | str,
        role: int = 0,
        has_index: bool = False,
        has_address: bool = False,
        has_mtu: bool = False,
        index: int | None = None,
        address_family: int | None = None,
        address: AddressLike | None = None,
        name_length: int = AUTO,
        mtu: int | None = None,
        reserved1: int = 0,
        reserved2: int | None = None,
    ) -> None:
        self.name = text_argument(ICMPNamedInterface, "name", name)
        self.role = role
        self.has_index = has_index
        self.has_address = has_address
        self.has_mtu = has_mtu
        self.index = index
        self.address_family = address_family
        self.address = (
            None
            if address is None
            else any_address_argument(ICMPNamedInterface, "address", address)
        )
        self.mtu = mtu
        self.reserved1 = reserved1
        self.reserved2 = reserved2
        self.name_length = len(self.name) + 1 if name_length is AUTO else name_length

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.role >> 2
            or self.reserved1 >> 2
            or self.has_index >> 1
            or self.has_address >> 1
            or self.has_mtu >> 1
            or (self.index is None) != ((4 if self.has_index else 0) == 0)
            or (self.address_family is None) != ((2 if self.has_address else 0) == 0)
            or (self.reserved2 is None) != ((2 if self.has_address else 0) == 0)
            or (self.address is None)
            != (((16 if self.address_family == 2 else 4) if self.has_address else 0) == 0)
            or (
                self.address is not None
                and len(self.address)
                != ((16 if self.address_family == 2 else 4) if self.has_address else 0)
            )
            or len(self.name) != self.name_length - 1
            or (self.mtu is None) != ((4 if self.has_mtu else 0) == 0)
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _ICMP_NAMED_INTERFACE.pack(
                self.role << 6
                | self.reserved1 << 4
                | self.has_index << 3
                | self.has_address << 2
                | 0x2
                | self.has_mtu
            )
            + (b"" if self.index is None else self.index.to_bytes(4 if self.has_index else 0))
            + (
                b""
                if self.address_family is None
                else self.address_family.to_bytes(2 if self.has_address else 0)
            )
            + (
                b""
                if self.reserved2 is None
                else self.reserved2.to_bytes(2 if self.has_address else 0)
            )
            + (self.address or b"")
            + _ICMP_NAMED_INTERFACE_2.pack(self.name_length)
            + self.name
            + (b"" if self.mtu is None else self.mtu.to_bytes(4 if self.has_mtu else 0))
        )


def _read_icmp_named_interface(data: bytes, offset: int, stop: int) -> ICMPNamedInterface | None:
    """The option's data, or None if it does not fit in."""
    icmp_named_interface = new(ICMPNamedInterface)
    if stop - offset < 1:
        return None
    (raw0,) = _ICMP_NAMED_INTERFACE.unpack_from(data, offset)
    icmp_named_interface.role = raw0 >> 6
    icmp_named_interface.reserved1 = raw0 >> 4 & 0x3
    icmp_named_interface.has_index = raw0 & 0x8 != 0
    icmp_named_interface.has_address = raw0 & 0x4 != 0
    if not raw0 & 0x2:
        return None
    icmp_named_interface.has_mtu = raw0 & 0x1 != 0
    offset += 1
    icmp_named_interface.index = None
    size = 4 if icmp_named_interface.has_index else 0
    if size:
        if stop - offset < size:
            return None
        icmp_named_interface.index = from_bytes(data[offset : offset + size])
        offset += size
    icmp_named_interface.address_family = None
    size = 2 if icmp_named_interface.has_address else 0
    if size:
        if stop - offset < size:
            return None
        icmp_named_interface.address_family = from_bytes(data[offset : offset + size])
        offset += size
    icmp_named_interface.reserved2 = None
    size = 2 if icmp_named_interface.has_address else 0
    if size:
        if stop - offset < size:
            return None
        icmp_named_interface.reserved2 = from_bytes(data[offset : offset + size])
        offset += size
    icmp_named_interface.address = None
    size = (
        (16 if icmp_named_interface.address_family == 2 else 4)
        if icmp_named_interface.has_address
        else 0
    )
    if size:
        if stop - offset < size:
            return None
        icmp_named_interface.address = data[offset : offset + size]
        offset += size
    if stop - offset < 1:
        return None
    (icmp_named_interface.name_length,) = _ICMP_NAMED_INTERFACE_2.unpack_from(data, offset)
    offset += 1
    end = offset + icmp_named_interface.name_length - 1
    if not offset <= end <= stop:
        return None
    icmp_named_interface.name = data[offset:end]
    offset = end
    icmp_named_interface.mtu = None
    size = 4 if icmp_named_interface.has_mtu else 0
    if size:
        if stop - offset < size:
            return None
        icmp_named_interface.mtu = from_bytes(data[offset : offset + size])
        offset += size
    return icmp_named_interface if offset == stop else None


_ICMP_PROBE_NAME = struct.Struct("!B")


class ICMPProbeName(Option):
    """The interface to probe, by name (RFC 8335 section 2.1).

    Attributes:
        name: Filled up with zeros to a multiple of 4 bytes (RFC 8335 section 2.1).
    """

    __slots__ = ("name",)
    __match_args__ = ("name",)
    KIND = 3
    FIELDS = (
        Field(
            "name",
            display="icmp.int_ident.name",
            bit_offset=32,
            format="text",
            source="RFC 8335 section 2.1",
        ),
    )

    def __init__(self, name: bytes | str) -> None:
        self.name = text_argument(ICMPProbeName, "name", name)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ICMP_PROBE_NAME.pack(0x1) + self.name


def _read_icmp_probe_name(data: bytes, offset: int, stop: int) -> ICMPProbeName | None:
    """The option's data, or None if it does not fit in."""
    icmp_probe_name = new(ICMPProbeName)
    if stop - offset < 1:
        return None
    (raw0,) = _ICMP_PROBE_NAME.unpack_from(data, offset)
    if raw0 != 0x1:
        return None
    offset += 1
    icmp_probe_name.name = data[offset:stop]
    offset = stop
    return icmp_probe_name


_ICMP_PROBE_INDEX = struct.Struct("!BI")


class ICMPProbeIndex(Option):
    """The interface to probe, by SNMP's ifIndex (RFC 8335 section 2.1)."""

    __slots__ = ("index",)
    __match_args__ = ("index",)
    KIND = 3
    FIELDS = (
        Field(
            "index",
            display="icmp.int_ident.index",
            bit_offset=32,
            bits=32,
            source="RFC 8335 section 2.1",
        ),
    )

    def __init__(self, index: int) -> None:
        self.index = index

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ICMP_PROBE_INDEX.pack(0x2, self.index)


def _read_icmp_probe_index(data: bytes, offset: int, stop: int) -> ICMPProbeIndex | None:
    """The option's data, or None if it does not fit in."""
    icmp_probe_index = new(ICMPProbeIndex)
    if stop - offset < 5:
        return None
    (
        raw0,
        icmp_probe_index.index,
    ) = _ICMP_PROBE_INDEX.unpack_from(data, offset)
    if raw0 != 0x2:
        return None
    offset += 5
    return icmp_probe_index if offset == stop else None


_ICMP_PROBE_ADDRESS = struct.Struct("!BHBB")


class ICMPProbeAddress(Option):
    """The interface to probe, by address (RFC 8335 section 2.1).

    Attributes:
        address_family: 1: IPv4, 2: IPv6, 6: MAC (RFC 8335 section 2.1).
        padding: Zeros up to a multiple of 4 bytes (RFC 8335 section 2.1).
    """

    __slots__ = (
        "address",
        "address_family",
        "address_length",
        "padding",
        "reserved",
    )
    __match_args__ = (
        "address",
        "address_family",
        "address_length",
        "padding",
        "reserved",
    )
    KIND = 3
    FIELDS = (
        Field(
            "address_family",
            display="icmp.int_ident.afi",
            bit_offset=32,
            bits=16,
            source="RFC 8335 section 2.1",
        ),
        Field(
            "address_length",
            display="icmp.int_ident.addr_length",
            bit_offset=48,
            bits=8,
            source="RFC 8335 section 2.1",
        ),
        Field("reserved", bit_offset=56, bits=8, source="RFC 8335 section 2.1"),
        Field(
            "address", bit_offset=64, format="bytes", source="RFC 8335 section 2.1", shown="address"
        ),
        Field("padding", format="bytes", source="RFC 8335 section 2.1"),
    )

    def __init__(
        self,
        address: AddressLike,
        address_family: int = 1,
        address_length: int = AUTO,
        padding: bytes = b"",
        reserved: int = 0,
    ) -> None:
        self.address = any_address_argument(ICMPProbeAddress, "address", address)
        self.address_family = address_family
        self.padding = padding
        self.reserved = reserved
        self.address_length = len(self.address) if address_length is AUTO else address_length

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != self.address_length:
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _ICMP_PROBE_ADDRESS.pack(0x3, self.address_family, self.address_length, self.reserved)
            + self.address
            + self.padding
        )


def _read_icmp_probe_address(data: bytes, offset: int, stop: int) -> ICMPProbeAddress | None:
    """The option's data, or None if it does not fit in."""
    icmp_probe_address = new(ICMPProbeAddress)
    if stop - offset < 5:
        return None
    (
        raw0,
        icmp_probe_address.address_family,
        icmp_probe_address.address_length,
        icmp_probe_address.reserved,
    ) = _ICMP_PROBE_ADDRESS.unpack_from(data, offset)
    if raw0 != 0x3:
        return None
    offset += 5
    end = offset + icmp_probe_address.address_length
    if not offset <= end <= stop:
        return None
    icmp_probe_address.address = data[offset:end]
    offset = end
    icmp_probe_address.padding = data[offset:stop]
    offset = stop
    return icmp_probe_address


ICMPExtensionObject: TypeAlias = (
    ICMPLabelStack
    | ICMPInterface
    | ICMPNamedInterface
    | ICMPProbeName
    | ICMPProbeIndex
    | ICMPProbeAddress
    | UnknownOption
    | MalformedOption
)


ICMP_EXTENSION_OBJECT_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=True,
    end=None,
    kind_bytes=1,
    length_bytes=2,
    length_first=True,
    padding=None,
    unit=1,
)


def _read_icmp_extension_object_2(
    data: bytes, offset: int, stop: int
) -> ICMPExtensionObject | None:
    """The first option of kind 2 whose fields fit."""
    return _read_icmp_interface(data, offset, stop) or _read_icmp_named_interface(
        data, offset, stop
    )


def _read_icmp_extension_object_3(
    data: bytes, offset: int, stop: int
) -> ICMPExtensionObject | None:
    """The first option of kind 3 whose fields fit."""
    return (
        _read_icmp_probe_name(data, offset, stop)
        or _read_icmp_probe_index(data, offset, stop)
        or _read_icmp_probe_address(data, offset, stop)
    )


READ_ICMP_EXTENSION_OBJECT: dict[int, Callable[[bytes, int, int], ICMPExtensionObject | None]] = {
    1: _read_icmp_label_stack,
    2: _read_icmp_extension_object_2,
    3: _read_icmp_extension_object_3,
}


def decode_icmp_extension_objects(data: bytes) -> tuple[ICMPExtensionObject, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[ICMPExtensionObject] = []
    offset, end = 0, len(data)
    while offset < end:
        body = offset + 3
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        kind = data[offset + 2]
        stop = offset + from_bytes(data[offset : offset + 2])
        if not body <= stop <= end:
            found.append(MalformedOption(data[offset:]))
            break
        read = READ_ICMP_EXTENSION_OBJECT.get(kind)
        option = read(data, body, stop) if read is not None else None
        if option is None:
            option = UnknownOption(kind, data[body:stop])
        found.append(option)
        offset = stop
    return tuple(found)


_FIXED = struct.Struct("!HH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPExtensions(Header):
    """ICMP Extensions (RFC 4884).

    Attributes:
        version: Version (RFC 4884 section 7; 4 bits).
        reserved: Reserved (RFC 4884 section 7; 12 bits).
        checksum: Of the extensions alone; 0: none computed (RFC 4884 section 7).
        objects: Objects (RFC 4884 section 8).
    """

    __slots__ = (
        "_decoded_objects",
        "_objects",
        "_word0",
        "checksum",
        "reserved",
        "version",
    )
    __match_args__ = (
        "version",
        "reserved",
        "checksum",
        "objects",
    )

    LAYER = "ICMPExtensions"
    TITLE = "ICMP Extensions"
    DISPLAY = "icmp"
    VALUES = (
        "version",
        "reserved",
        "checksum",
        "objects",
    )
    COMPUTED = ("checksum",)
    WHOLE: ClassVar[Mapping[str, int]] = {"checksum": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv4_type": (42,)}
    FIELDS = (
        Field(
            "version", display="icmp.ext.version", bit_offset=0, bits=4, source="RFC 4884 section 7"
        ),
        Field(
            "reserved",
            display="icmp.ext.res",
            bit_offset=4,
            bits=12,
            format="hex",
            source="RFC 4884 section 7",
        ),
        Field(
            "checksum",
            display="icmp.ext.checksum",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 4884 section 7",
        ),
        Field(
            "objects",
            display="icmp.ext",
            bit_offset=32,
            format="options",
            source="RFC 4884 section 8",
        ),
    )

    _word0: int
    version: int
    reserved: int
    checksum: int
    _objects: bytes
    _decoded_objects: tuple[ICMPExtensionObject, ...] | None

    def __init__(
        self,
        version: int = 2,
        reserved: int = 0,
        checksum: int = AUTO,
        objects: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_objects = (
            encode_list("ICMPExtensions", "objects", objects, ICMP_EXTENSION_OBJECT_STYLE)
            if objects
            else b""
        )
        try:
            refused = version >> 4 or reserved >> 12 or (checksum >> 16 and checksum is not AUTO)
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPExtensions, locals())
        self.version = version
        self.reserved = reserved
        self._word0 = version << 12 | reserved
        self.checksum = checksum
        self._objects = encoded_objects
        self._decoded_objects = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4884); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.checksum,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (word0 >> 12 == 2 and offset + 4 <= limit):
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.version = word0 >> 12
        header.reserved = word0 & 4095
        if limit > offset + 4:
            header._objects = bytes(buffer[offset + 4 : limit])
            header._decoded_objects = None
        else:
            header._objects = b""
            header._decoded_objects = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4 + len(self._objects)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        objects = self._objects
        try:
            checksum = self.checksum
            if checksum is AUTO:
                covered = objects + payload
                total = self._word0 + (
                    from_bytes(covered) << 8 if len(covered) & 1 else from_bytes(covered)
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            return _pack(self._word0, checksum) + objects + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 4:
            return False
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        return total > 0 and total % 0xFFFF == 0

    @property
    def objects(self) -> tuple[ICMPExtensionObject, ...]:
        """The objects, decoded when first asked for (RFC 4884 section 8)."""
        decoded = self._decoded_objects
        if decoded is None:
            decoded = decode_icmp_extension_objects(self._objects)
            self._decoded_objects = decoded
        return decoded

    @property
    def object_bytes(self) -> bytes:
        """The objects as they stand on the wire."""
        return self._objects

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy._word0 = self._word0
        copy.version = self.version
        copy.reserved = self.reserved
        copy.checksum = self.checksum
        copy._objects = self._objects
        copy._decoded_objects = self._decoded_objects
        return copy
