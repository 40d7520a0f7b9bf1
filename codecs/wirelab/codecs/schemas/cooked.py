"""Linux's cooked captures, as of the interface `any` (LINKTYPE_LINUX_SLL and SLL2)."""

from construct import Bytes, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.arp import HARDWARE_TYPES
from wirelab.codecs.registries.cooked import PACKET_TYPES
from wirelab.codecs.registries.ethertypes import ETHERTYPES

SLL = "tcpdump.org, LINKTYPE_LINUX_SLL"
SLL2 = "tcpdump.org, LINKTYPE_LINUX_SLL2"

LINUX_COOKED = HeaderSchema(
    "LinuxCooked",
    field("packet_type", Int16ub, "sll.pkttype", names=PACKET_TYPES, default=0, source=SLL),
    field("hardware_type", Int16ub, "sll.hatype", names=HARDWARE_TYPES, default=1, source=SLL),
    field(
        "address_length",
        Int16ub,
        "sll.halen",
        default=6,
        doc="Bytes of `address` that count.",
        source=SLL,
    ),
    field(
        "address",
        Bytes(8),
        "",
        format="bytes",
        default=bytes(8),
        doc="The sender's link-layer address, filled up with zeros.",
        source=SLL,
    ),
    field(
        "protocol",
        Int16ub,
        "sll.etype",
        format="hex",
        names=ETHERTYPES,
        doc="What follows: an Ethernet type, or below 0x0600 a number of Linux's own.",
        source=SLL,
    ),
    title="Linux cooked capture v1",
    display="sll",
    source=SLL,
    carried={"link_type": (113,)},
    selects=Selector(
        "protocol", "ethertype", when=this.protocol > 1500, or_else="linux_sll_protocol"
    ),
)

LINUX_COOKED2 = HeaderSchema(
    "LinuxCooked2",
    field(
        "protocol",
        Int16ub,
        "sll.etype",
        format="hex",
        names=ETHERTYPES,
        doc="What follows: an Ethernet type, or below 0x0600 a number of Linux's own.",
        source=SLL2,
    ),
    field("reserved", Int16ub, "sll.unused", default=0, source=SLL2),
    field("interface_index", Int32ub, "sll.ifindex", default=0, source=SLL2),
    field("hardware_type", Int16ub, "sll.hatype", names=HARDWARE_TYPES, default=1, source=SLL2),
    field("packet_type", Int8ub, "sll.pkttype", names=PACKET_TYPES, default=0, source=SLL2),
    field(
        "address_length",
        Int8ub,
        "sll.halen",
        default=6,
        doc="Bytes of `address` that count.",
        source=SLL2,
    ),
    field(
        "address",
        Bytes(8),
        "",
        format="bytes",
        default=bytes(8),
        doc="The sender's link-layer address, filled up with zeros.",
        source=SLL2,
    ),
    title="Linux cooked capture v2",
    display="sll",
    source=SLL2,
    carried={"link_type": (276,)},
    selects=Selector(
        "protocol", "ethertype", when=this.protocol > 1500, or_else="linux_sll_protocol"
    ),
)
