"""Address Resolution Protocol (RFC 826).

Generated from schemas/arp.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address, mac_address
from wirelab.codecs.arguments import address_argument, explain, refusal
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.arp import HARDWARE_TYPES, OPERATIONS
from wirelab.codecs.registries.ethertypes import ETHERTYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!HHBBH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ARP(Header):
    """Address Resolution Protocol (RFC 826).

    Attributes:
        hardware_type: Hardware type (RFC 826 "Packet format").
        protocol_type: Protocol type (RFC 826 "Packet format").
        hardware_length: Bytes of each hardware address (RFC 826 "Packet format").
        protocol_length: Bytes of each protocol address (RFC 826 "Packet format").
        operation: Operation (RFC 826 "Packet format").
        sender_hardware_address: Sender hardware address (RFC 826 "Packet format").
        sender_protocol_address: Sender protocol address (RFC 826 "Packet format").
        target_hardware_address: Target hardware address (RFC 826 "Packet format").
        target_protocol_address: Target protocol address (RFC 826 "Packet format").
    """

    __slots__ = (
        "hardware_length",
        "hardware_type",
        "operation",
        "protocol_length",
        "protocol_type",
        "sender_hardware_address",
        "sender_protocol_address",
        "target_hardware_address",
        "target_protocol_address",
    )
    __match_args__ = (
        "hardware_type",
        "protocol_type",
        "hardware_length",
        "protocol_length",
        "operation",
        "sender_hardware_address",
        "sender_protocol_address",
        "target_hardware_address",
        "target_protocol_address",
    )

    LAYER = "ARP"
    TITLE = "Address Resolution Protocol"
    DISPLAY = "arp"
    VALUES = (
        "hardware_type",
        "protocol_type",
        "hardware_length",
        "protocol_length",
        "operation",
        "sender_hardware_address",
        "sender_protocol_address",
        "target_hardware_address",
        "target_protocol_address",
    )
    COMPUTED = (
        "hardware_length",
        "protocol_length",
    )
    COMPUTED_ALONE = (
        "hardware_length",
        "protocol_length",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"hardware_type": 16, "protocol_type": 16, "operation": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ethertype": (2054,)}
    FIELDS = (
        Field(
            "hardware_type",
            display="arp.hw.type",
            bit_offset=0,
            bits=16,
            names=HARDWARE_TYPES,
            source='RFC 826 "Packet format"',
        ),
        Field(
            "protocol_type",
            display="arp.proto.type",
            bit_offset=16,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source='RFC 826 "Packet format"',
        ),
        Field(
            "hardware_length",
            display="arp.hw.size",
            bit_offset=32,
            bits=8,
            source='RFC 826 "Packet format"',
        ),
        Field(
            "protocol_length",
            display="arp.proto.size",
            bit_offset=40,
            bits=8,
            source='RFC 826 "Packet format"',
        ),
        Field(
            "operation",
            display="arp.opcode",
            bit_offset=48,
            bits=16,
            names=OPERATIONS,
            source='RFC 826 "Packet format"',
        ),
        Field(
            "sender_hardware_address",
            display="arp.src.hw_mac",
            bit_offset=64,
            format="mac",
            source='RFC 826 "Packet format"',
        ),
        Field(
            "sender_protocol_address",
            display="arp.src.proto_ipv4",
            format="ipv4",
            source='RFC 826 "Packet format"',
        ),
        Field(
            "target_hardware_address",
            display="arp.dst.hw_mac",
            format="mac",
            source='RFC 826 "Packet format"',
        ),
        Field(
            "target_protocol_address",
            display="arp.dst.proto_ipv4",
            format="ipv4",
            source='RFC 826 "Packet format"',
        ),
    )

    hardware_type: int
    protocol_type: int
    hardware_length: int
    protocol_length: int
    operation: int
    sender_hardware_address: bytes
    sender_protocol_address: bytes
    target_hardware_address: bytes
    target_protocol_address: bytes

    def __init__(
        self,
        hardware_type: int = 1,
        protocol_type: int = 2048,
        hardware_length: int = AUTO,
        protocol_length: int = AUTO,
        operation: int = 1,
        sender_hardware_address: AddressLike = b"\x00\x00\x00\x00\x00\x00",
        sender_protocol_address: AddressLike = b"\x00\x00\x00\x00",
        target_hardware_address: AddressLike = b"\x00\x00\x00\x00\x00\x00",
        target_protocol_address: AddressLike = b"\x00\x00\x00\x00",
    ) -> None:
        if not isinstance(sender_hardware_address, bytes):
            sender_hardware_address = address_argument(
                ARP, "sender_hardware_address", sender_hardware_address, mac_address
            )
        if not isinstance(sender_protocol_address, bytes):
            sender_protocol_address = address_argument(
                ARP, "sender_protocol_address", sender_protocol_address, ipv4_address
            )
        if not isinstance(target_hardware_address, bytes):
            target_hardware_address = address_argument(
                ARP, "target_hardware_address", target_hardware_address, mac_address
            )
        if not isinstance(target_protocol_address, bytes):
            target_protocol_address = address_argument(
                ARP, "target_protocol_address", target_protocol_address, ipv4_address
            )
        if hardware_length is AUTO:
            hardware_length = len(sender_hardware_address)
        if protocol_length is AUTO:
            protocol_length = len(sender_protocol_address)
        try:
            refused = (hardware_type | protocol_type | operation) >> 16 or (
                hardware_length | protocol_length
            ) >> 8
        except TypeError:
            refused = True
        if refused:
            raise refusal(ARP, locals())
        self.hardware_type = hardware_type
        self.protocol_type = protocol_type
        self.hardware_length = hardware_length
        self.protocol_length = protocol_length
        self.operation = operation
        self.sender_hardware_address = sender_hardware_address
        self.sender_protocol_address = sender_protocol_address
        self.target_hardware_address = target_hardware_address
        self.target_protocol_address = target_protocol_address

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 826); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.hardware_type,
                header.protocol_type,
                header.hardware_length,
                header.protocol_length,
                header.operation,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        sender_hardware_address_end = offset + 8 + header.hardware_length
        sender_protocol_address_end = sender_hardware_address_end + header.protocol_length
        target_hardware_address_end = sender_protocol_address_end + header.hardware_length
        header_end = target_hardware_address_end + header.protocol_length
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header.sender_hardware_address = bytes(buffer[offset + 8 : sender_hardware_address_end])
        header.sender_protocol_address = bytes(
            buffer[sender_hardware_address_end:sender_protocol_address_end]
        )
        header.target_hardware_address = bytes(
            buffer[sender_protocol_address_end:target_hardware_address_end]
        )
        header.target_protocol_address = bytes(buffer[target_hardware_address_end:header_end])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return (
            8
            + len(self.sender_hardware_address)
            + len(self.sender_protocol_address)
            + len(self.target_hardware_address)
            + len(self.target_protocol_address)
        )

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if len(self.sender_hardware_address) != self.hardware_length:
            raise EncodeError(
                self.LAYER,
                "sender_hardware_address",
                self.sender_hardware_address,
                f"{self.hardware_length} bytes, as earlier fields say",
                'RFC 826 "Packet format"',
            )
        if len(self.sender_protocol_address) != self.protocol_length:
            raise EncodeError(
                self.LAYER,
                "sender_protocol_address",
                self.sender_protocol_address,
                f"{self.protocol_length} bytes, as earlier fields say",
                'RFC 826 "Packet format"',
            )
        if len(self.target_hardware_address) != self.hardware_length:
            raise EncodeError(
                self.LAYER,
                "target_hardware_address",
                self.target_hardware_address,
                f"{self.hardware_length} bytes, as earlier fields say",
                'RFC 826 "Packet format"',
            )
        if len(self.target_protocol_address) != self.protocol_length:
            raise EncodeError(
                self.LAYER,
                "target_protocol_address",
                self.target_protocol_address,
                f"{self.protocol_length} bytes, as earlier fields say",
                'RFC 826 "Packet format"',
            )
        try:
            return (
                _pack(
                    self.hardware_type,
                    self.protocol_type,
                    self.hardware_length,
                    self.protocol_length,
                    self.operation,
                )
                + self.sender_hardware_address
                + self.sender_protocol_address
                + self.target_hardware_address
                + self.target_protocol_address
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {
            "hardware_length": len(self.sender_hardware_address),
            "protocol_length": len(self.sender_protocol_address),
        }

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.hardware_type = self.hardware_type
        copy.protocol_type = self.protocol_type
        copy.hardware_length = self.hardware_length
        copy.protocol_length = self.protocol_length
        copy.operation = self.operation
        copy.sender_hardware_address = self.sender_hardware_address
        copy.sender_protocol_address = self.sender_protocol_address
        copy.target_hardware_address = self.target_hardware_address
        copy.target_protocol_address = self.target_protocol_address
        return copy
