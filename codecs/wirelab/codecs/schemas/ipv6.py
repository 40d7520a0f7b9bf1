"""Internet Protocol version 6 (RFC 8200)."""

from construct import BitsInteger, BitStruct, Bytes, Int8ub, Int16ub, Nibble, this

from wirelab.codecs.constructs import Rule, field
from wirelab.codecs.header_schema import Bound, Fits, HeaderSchema, Selector
from wirelab.codecs.registries.ip_protocols import DSCP, ECN, IP_PROTOCOLS

SOURCE = "RFC 8200 section 3"
LOOPBACK = bytes(15) + b"\1"  # ::1, RFC 4291 section 2.5.3

IPV6 = HeaderSchema(
    "IPv6",
    BitStruct(
        field("version", Nibble, "ipv6.version", default=6, source=SOURCE),
        field(
            "dscp",
            BitsInteger(6),
            "ipv6.tclass.dscp",
            names=DSCP,
            default=0,
            source="RFC 2474",
        ),
        field(
            "ecn",
            BitsInteger(2),
            "ipv6.tclass.ecn",
            names=ECN,
            default=0,
            source="RFC 3168 section 5",
        ),
        field(
            "flow_label",
            BitsInteger(20),
            "ipv6.flow",
            format="hex",
            default=0,
            source="RFC 6437",
        ),
    ),
    Rule(this.version == 6, "version", "6", SOURCE),
    field(
        "payload_length",
        Int16ub,
        "ipv6.plen",
        auto=this.payload_size,
        doc="Bytes after this header; 0 in jumbograms and before segmentation offload.",
        source=SOURCE,
    ),
    field("next_header", Int8ub, "ipv6.nxt", names=IP_PROTOCOLS, source=SOURCE),
    field(
        "hop_limit",
        Int8ub,
        "ipv6.hlim",
        default=64,
        yields=True,
        doc="Hops left; AUTO: 64, or what Neighbor Discovery and MLD demand.",
        source=SOURCE,
    ),
    field(
        "source",
        Bytes(16),
        "ipv6.src",
        aliases=("ipv6.addr",),
        format="ipv6",
        default=LOOPBACK,
        source=SOURCE,
    ),
    field(
        "destination",
        Bytes(16),
        "ipv6.dst",
        aliases=("ipv6.addr",),
        format="ipv6",
        default=LOOPBACK,
        source=SOURCE,
    ),
    title="Internet Protocol Version 6",
    display="ipv6",
    source="RFC 8200",
    carried={
        "ethertype": (0x86DD,),
        "ip_protocol": (41,),
        "link_type": (229, 12, 14, 101),
        "bsd_family": (0x1E000000, 30, 0x18000000, 24, 0x1C000000, 28, 0x0A000000, 10),
    },
    fits=Fits(octets={0: range(0x60, 0x70)}),
    network=True,
    selects=Selector("next_header", "ip_protocol"),
    # RFC 2675 section 3: a jumbogram says 0 here, and its length in an option.
    bound=Bound(40 + this.payload_length, "payload_length", SOURCE, when=this.payload_length != 0),
)
