"""Address Resolution Protocol (RFC 826)."""

from construct import Bytes, Int8ub, Int16ub, Renamed, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.registries.arp import HARDWARE_TYPES, OPERATIONS
from wirelab.codecs.registries.ethertypes import ETHERTYPES

SOURCE = 'RFC 826 "Packet format"'


def arp_fields(operation: int) -> tuple[Renamed, ...]:
    """The layout that ARP and RARP share; `operation`: the default."""
    return (
        field(
            "hardware_type",
            Int16ub,
            "arp.hw.type",
            names=HARDWARE_TYPES,
            default=1,
            source=SOURCE,
        ),
        field(
            "protocol_type",
            Int16ub,
            "arp.proto.type",
            format="hex",
            names=ETHERTYPES,
            default=0x0800,
            source=SOURCE,
        ),
        field(
            "hardware_length",
            Int8ub,
            "arp.hw.size",
            auto=len_(this.sender_hardware_address),
            doc="Bytes of each hardware address.",
            source=SOURCE,
        ),
        field(
            "protocol_length",
            Int8ub,
            "arp.proto.size",
            auto=len_(this.sender_protocol_address),
            doc="Bytes of each protocol address.",
            source=SOURCE,
        ),
        field(
            "operation",
            Int16ub,
            "arp.opcode",
            names=OPERATIONS,
            default=operation,
            source=SOURCE,
        ),
        field(
            "sender_hardware_address",
            Bytes(this.hardware_length),
            "arp.src.hw_mac",
            format="mac",
            default=bytes(6),
            source=SOURCE,
        ),
        field(
            "sender_protocol_address",
            Bytes(this.protocol_length),
            "arp.src.proto_ipv4",
            format="ipv4",
            default=bytes(4),
            source=SOURCE,
        ),
        field(
            "target_hardware_address",
            Bytes(this.hardware_length),
            "arp.dst.hw_mac",
            format="mac",
            default=bytes(6),
            source=SOURCE,
        ),
        field(
            "target_protocol_address",
            Bytes(this.protocol_length),
            "arp.dst.proto_ipv4",
            format="ipv4",
            default=bytes(4),
            source=SOURCE,
        ),
    )


ARP = HeaderSchema(
    "ARP",
    *arp_fields(operation=1),
    title="Address Resolution Protocol",
    display="arp",
    source="RFC 826",
    carried={"ethertype": (0x0806,)},
)
