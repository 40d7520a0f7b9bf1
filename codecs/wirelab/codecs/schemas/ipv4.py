"""Internet Protocol version 4 (RFC 791), with its options."""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Flag,
    Int8ub,
    Int16ub,
    Nibble,
    this,
)

from wirelab.codecs.constructs import Checksum, Rule, field
from wirelab.codecs.header_schema import Bound, Fits, HeaderSchema, Pieces, Selector
from wirelab.codecs.registries.ip_protocols import DSCP, ECN, IP_PROTOCOLS
from wirelab.codecs.schemas.ipv4_options import IPV4_OPTIONS

SOURCE = "RFC 791 section 3.1"


IPV4 = HeaderSchema(
    "IPv4",
    BitStruct(
        field("version", Nibble, "ip.version", default=4, source=SOURCE),
        field(
            "ihl",
            Nibble,
            "ip.hdr_len",
            auto=this.header_length // 4,
            scale=4,
            doc="Header length in units of 4 bytes.",
            source=SOURCE,
        ),
        field("dscp", BitsInteger(6), "ip.dsfield.dscp", names=DSCP, default=0, source="RFC 2474"),
        field(
            "ecn",
            BitsInteger(2),
            "ip.dsfield.ecn",
            names=ECN,
            default=0,
            source="RFC 3168 section 5",
        ),
    ),
    Rule(this.version == 4, "version", "4", SOURCE),
    Rule(this.ihl >= 5, "ihl", "at least 5", SOURCE),
    field(
        "total_length",
        Int16ub,
        "ip.len",
        auto=this.header_length + this.payload_size,
        doc="Bytes of header and payload; 0 in captures taken before segmentation offload.",
        source=SOURCE,
    ),
    field("identification", Int16ub, "ip.id", format="hex", default=0, source="RFC 6864"),
    BitStruct(
        field("reserved_flag", Flag, "ip.flags.rb", format="bool", default=False, source=SOURCE),
        field("dont_fragment", Flag, "ip.flags.df", format="bool", default=False, source=SOURCE),
        field("more_fragments", Flag, "ip.flags.mf", format="bool", default=False, source=SOURCE),
        field(
            "fragment_offset",
            BitsInteger(13),
            "ip.frag_offset",
            default=0,
            doc="Place of this fragment in units of 8 bytes.",
            source=SOURCE,
        ),
    ),
    field("ttl", Int8ub, "ip.ttl", default=64, doc="Hops left.", source=SOURCE),
    field("protocol", Int8ub, "ip.proto", names=IP_PROTOCOLS, source=SOURCE),
    field("checksum", Checksum(covers_payload=False), "ip.checksum", format="hex", source=SOURCE),
    field(
        "source",
        Bytes(4),
        "ip.src",
        aliases=("ip.addr",),
        format="ipv4",
        default=b"\x7f\0\0\1",
        source=SOURCE,
    ),
    field(
        "destination",
        Bytes(4),
        "ip.dst",
        aliases=("ip.addr",),
        format="ipv4",
        default=b"\x7f\0\0\1",
        source=SOURCE,
    ),
    field(
        "options",
        IPV4_OPTIONS.within(this.ihl * 4 - 20),
        "ip.options",
        format="options",
        source=SOURCE,
    ),
    title="Internet Protocol Version 4",
    display="ip",
    source="RFC 791",
    carried={
        "ethertype": (0x0800,),
        "ip_protocol": (4,),
        "llc_sap": (0x06,),
        "link_type": (228, 12, 14, 101),
        "bsd_family": (0x02000000, 2),
    },
    fits=Fits(octets={0: range(0x40, 0x50)}),
    selects=Selector("protocol", "ip_protocol"),
    bound=Bound(this.total_length, "total_length", SOURCE),
    network=True,
    pieces=Pieces(starts=this.fragment_offset == 0, ends=this.more_fragments == 0),
)
