"""Linux's cooked captures, as of the interface `any` (LINKTYPE_LINUX_SLL and SLL2).

Generated from schemas/cooked.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.arp import HARDWARE_TYPES
from wirelab.codecs.registries.cooked import PACKET_TYPES
from wirelab.codecs.registries.ethertypes import ETHERTYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED_linux_cooked = struct.Struct("!HHH8sH")
_unpack_linux_cooked = _FIXED_linux_cooked.unpack_from
_pack_linux_cooked = _FIXED_linux_cooked.pack


class LinuxCooked(Header):
    """Linux cooked capture v1 (tcpdump.org, LINKTYPE_LINUX_SLL).

    Attributes:
        packet_type: Packet type (tcpdump.org, LINKTYPE_LINUX_SLL).
        hardware_type: Hardware type (tcpdump.org, LINKTYPE_LINUX_SLL).
        address_length: Bytes of `address` that count (tcpdump.org, LINKTYPE_LINUX_SLL).
        address: The sender's link-layer address, filled up with zeros (tcpdump.org,
            LINKTYPE_LINUX_SLL).
        protocol: What follows: an Ethernet type, or below 0x0600 a number of Linux's own
            (tcpdump.org, LINKTYPE_LINUX_SLL).
    """

    __slots__ = (
        "address",
        "address_length",
        "hardware_type",
        "packet_type",
        "protocol",
    )
    __match_args__ = (
        "packet_type",
        "hardware_type",
        "address_length",
        "address",
        "protocol",
    )

    LAYER = "LinuxCooked"
    TITLE = "Linux cooked capture v1"
    DISPLAY = "sll"
    VALUES = (
        "packet_type",
        "hardware_type",
        "address_length",
        "address",
        "protocol",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "packet_type": 16,
        "hardware_type": 16,
        "address_length": 16,
        "protocol": 16,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"link_type": (113,)}
    NEXT_FIELD = "protocol"
    NEXT_TABLE = "ethertype"
    NEXT_ELSE = "linux_sll_protocol"
    FIELDS = (
        Field(
            "packet_type",
            display="sll.pkttype",
            bit_offset=0,
            bits=16,
            names=PACKET_TYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL",
        ),
        Field(
            "hardware_type",
            display="sll.hatype",
            bit_offset=16,
            bits=16,
            names=HARDWARE_TYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL",
        ),
        Field(
            "address_length",
            display="sll.halen",
            bit_offset=32,
            bits=16,
            source="tcpdump.org, LINKTYPE_LINUX_SLL",
        ),
        Field(
            "address",
            bit_offset=48,
            bits=64,
            format="bytes",
            source="tcpdump.org, LINKTYPE_LINUX_SLL",
        ),
        Field(
            "protocol",
            display="sll.etype",
            bit_offset=112,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL",
        ),
    )

    packet_type: int
    hardware_type: int
    address_length: int
    address: bytes
    protocol: int

    def __init__(
        self,
        packet_type: int = 0,
        hardware_type: int = 1,
        address_length: int = 6,
        address: bytes = b"\x00\x00\x00\x00\x00\x00\x00\x00",
        protocol: int = AUTO,
    ) -> None:
        if not (isinstance(address, (bytes, bytearray, memoryview)) and len(address) == 8):
            raise refusal(LinuxCooked, locals())
        address = bytes(address)
        try:
            refused = (packet_type | hardware_type | address_length) >> 16 or (
                protocol >> 16 and protocol is not AUTO
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(LinuxCooked, locals())
        self.packet_type = packet_type
        self.hardware_type = hardware_type
        self.address_length = address_length
        self.address = address
        self.protocol = protocol

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (tcpdump.org, LINKTYPE_LINUX_SLL); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.packet_type,
                header.hardware_type,
                header.address_length,
                header.address,
                header.protocol,
            ) = _unpack_linux_cooked(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 16 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 16

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            protocol = self.protocol
            if protocol is AUTO:
                protocol = next_number(self, above)
            return (
                _pack_linux_cooked(
                    self.packet_type,
                    self.hardware_type,
                    self.address_length,
                    self.address,
                    protocol,
                )
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def next_table(self) -> str:
        """The number space of what follows."""
        return "ethertype" if self.protocol > 1500 else "linux_sll_protocol"

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.packet_type = self.packet_type
        copy.hardware_type = self.hardware_type
        copy.address_length = self.address_length
        copy.address = self.address
        copy.protocol = self.protocol
        return copy


_FIXED_linux_cooked2 = struct.Struct("!HHIHBB8s")
_unpack_linux_cooked2 = _FIXED_linux_cooked2.unpack_from
_pack_linux_cooked2 = _FIXED_linux_cooked2.pack


class LinuxCooked2(Header):
    """Linux cooked capture v2 (tcpdump.org, LINKTYPE_LINUX_SLL2).

    Attributes:
        protocol: What follows: an Ethernet type, or below 0x0600 a number of Linux's own
            (tcpdump.org, LINKTYPE_LINUX_SLL2).
        reserved: Reserved (tcpdump.org, LINKTYPE_LINUX_SLL2).
        interface_index: Interface index (tcpdump.org, LINKTYPE_LINUX_SLL2).
        hardware_type: Hardware type (tcpdump.org, LINKTYPE_LINUX_SLL2).
        packet_type: Packet type (tcpdump.org, LINKTYPE_LINUX_SLL2).
        address_length: Bytes of `address` that count (tcpdump.org, LINKTYPE_LINUX_SLL2).
        address: The sender's link-layer address, filled up with zeros (tcpdump.org,
            LINKTYPE_LINUX_SLL2).
    """

    __slots__ = (
        "address",
        "address_length",
        "hardware_type",
        "interface_index",
        "packet_type",
        "protocol",
        "reserved",
    )
    __match_args__ = (
        "protocol",
        "reserved",
        "interface_index",
        "hardware_type",
        "packet_type",
        "address_length",
        "address",
    )

    LAYER = "LinuxCooked2"
    TITLE = "Linux cooked capture v2"
    DISPLAY = "sll"
    VALUES = (
        "protocol",
        "reserved",
        "interface_index",
        "hardware_type",
        "packet_type",
        "address_length",
        "address",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "protocol": 16,
        "reserved": 16,
        "interface_index": 32,
        "hardware_type": 16,
        "packet_type": 8,
        "address_length": 8,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"link_type": (276,)}
    NEXT_FIELD = "protocol"
    NEXT_TABLE = "ethertype"
    NEXT_ELSE = "linux_sll_protocol"
    FIELDS = (
        Field(
            "protocol",
            display="sll.etype",
            bit_offset=0,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "reserved",
            display="sll.unused",
            bit_offset=16,
            bits=16,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "interface_index",
            display="sll.ifindex",
            bit_offset=32,
            bits=32,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "hardware_type",
            display="sll.hatype",
            bit_offset=64,
            bits=16,
            names=HARDWARE_TYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "packet_type",
            display="sll.pkttype",
            bit_offset=80,
            bits=8,
            names=PACKET_TYPES,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "address_length",
            display="sll.halen",
            bit_offset=88,
            bits=8,
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
        Field(
            "address",
            bit_offset=96,
            bits=64,
            format="bytes",
            source="tcpdump.org, LINKTYPE_LINUX_SLL2",
        ),
    )

    protocol: int
    reserved: int
    interface_index: int
    hardware_type: int
    packet_type: int
    address_length: int
    address: bytes

    def __init__(
        self,
        protocol: int = AUTO,
        reserved: int = 0,
        interface_index: int = 0,
        hardware_type: int = 1,
        packet_type: int = 0,
        address_length: int = 6,
        address: bytes = b"\x00\x00\x00\x00\x00\x00\x00\x00",
    ) -> None:
        if not (isinstance(address, (bytes, bytearray, memoryview)) and len(address) == 8):
            raise refusal(LinuxCooked2, locals())
        address = bytes(address)
        try:
            refused = (
                (reserved | hardware_type) >> 16
                or interface_index >> 32
                or (packet_type | address_length) >> 8
                or (protocol >> 16 and protocol is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(LinuxCooked2, locals())
        self.protocol = protocol
        self.reserved = reserved
        self.interface_index = interface_index
        self.hardware_type = hardware_type
        self.packet_type = packet_type
        self.address_length = address_length
        self.address = address

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (tcpdump.org, LINKTYPE_LINUX_SLL2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.protocol,
                header.reserved,
                header.interface_index,
                header.hardware_type,
                header.packet_type,
                header.address_length,
                header.address,
            ) = _unpack_linux_cooked2(buffer, offset)
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
            protocol = self.protocol
            if protocol is AUTO:
                protocol = next_number(self, above)
            return (
                _pack_linux_cooked2(
                    protocol,
                    self.reserved,
                    self.interface_index,
                    self.hardware_type,
                    self.packet_type,
                    self.address_length,
                    self.address,
                )
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def next_table(self) -> str:
        """The number space of what follows."""
        return "ethertype" if self.protocol > 1500 else "linux_sll_protocol"

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.protocol = self.protocol
        copy.reserved = self.reserved
        copy.interface_index = self.interface_index
        copy.hardware_type = self.hardware_type
        copy.packet_type = self.packet_type
        copy.address_length = self.address_length
        copy.address = self.address
        return copy
