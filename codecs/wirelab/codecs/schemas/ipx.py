"""Novell's Internetwork Packet Exchange: directly, and in UDP (RFC 1234; NetWare/IP, RFC 2241)."""

from construct import Bytes, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Bound, HeaderSchema
from wirelab.codecs.registries.ipx import PACKET_TYPES, SOCKETS

SOURCE = "Novell IPX Router Specification section 3"

IPX = HeaderSchema(
    "IPX",
    field(
        "checksum",
        Int16ub,
        "ipx.checksum",
        format="hex",
        default=0xFFFF,
        doc="0xffff means that the sender computed none, as nearly all do.",
        source=SOURCE,
    ),
    field(
        "length",
        Int16ub,
        "ipx.len",
        auto=this.header_length + this.payload_size,
        doc="Bytes of header and payload, at least 30.",
        source=SOURCE,
    ),
    field("hops", Int8ub, "ipx.hops", default=0, doc="Routers passed.", source=SOURCE),
    field(
        "packet_type",
        Int8ub,
        "ipx.packet_type",
        format="hex",
        names=PACKET_TYPES,
        default=4,
        source=SOURCE,
    ),
    field(
        "destination_network",
        Int32ub,
        "ipx.dst.net",
        aliases=("ipx.net",),
        format="hex",
        default=0,
        source=SOURCE,
    ),
    field(
        "destination_node",
        Bytes(6),
        "ipx.dst.node",
        aliases=("ipx.node",),
        format="mac",
        default=b"\xff" * 6,
        source=SOURCE,
    ),
    field(
        "destination_socket",
        Int16ub,
        "ipx.dst.socket",
        aliases=("ipx.socket",),
        format="hex",
        names=SOCKETS,
        default=0,
        source=SOURCE,
    ),
    field(
        "source_network",
        Int32ub,
        "ipx.src.net",
        aliases=("ipx.net",),
        format="hex",
        default=0,
        source=SOURCE,
    ),
    field(
        "source_node",
        Bytes(6),
        "ipx.src.node",
        aliases=("ipx.node",),
        format="mac",
        default=bytes(6),
        source=SOURCE,
    ),
    field(
        "source_socket",
        Int16ub,
        "ipx.src.socket",
        aliases=("ipx.socket",),
        format="hex",
        names=SOCKETS,
        default=0,
        source=SOURCE,
    ),
    title="Internetwork Packet Exchange",
    display="ipx",
    source="RFC 1234; RFC 2241",
    # RFC 1234 gives UDP port 213; NetWare/IP uses 43981 and 43982.
    carried={"ethertype": (0x8137,), "llc_sap": (0xE0,), "udp_port": (213, 43981, 43982)},
    bound=Bound(this.length, "length", SOURCE),
)
