"""The fragment header of IPv6 (RFC 8200 section 4.5)."""

from construct import BitsInteger, BitStruct, Flag, Int8ub, Int32ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Pieces, Selector
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS

SOURCE = "RFC 8200 section 4.5"

IPV6_FRAGMENT = HeaderSchema(
    "IPv6Fragment",
    field("next_header", Int8ub, "ipv6.fraghdr.nxt", names=IP_PROTOCOLS, source=SOURCE),
    field(
        "reserved", Int8ub, "ipv6.fraghdr.reserved_octet", format="hex", default=0, source=SOURCE
    ),
    BitStruct(
        field(
            "fragment_offset",
            BitsInteger(13),
            "ipv6.fraghdr.offset",
            default=0,
            doc="Place of this fragment in units of 8 bytes.",
            source=SOURCE,
        ),
        field(
            "reserved_bits",
            BitsInteger(2),
            "ipv6.fraghdr.reserved_bits",
            default=0,
            source=SOURCE,
        ),
        field(
            "more_fragments",
            Flag,
            "ipv6.fraghdr.more",
            format="bool",
            default=False,
            source=SOURCE,
        ),
    ),
    field(
        "identification",
        Int32ub,
        "ipv6.fraghdr.ident",
        format="hex",
        default=0,
        source=SOURCE,
    ),
    title="IPv6 Fragment Header",
    display="ipv6.fraghdr",
    source=SOURCE,
    carried={"ip_protocol": (44,)},
    selects=Selector("next_header", "ip_protocol"),
    pieces=Pieces(starts=this.fragment_offset == 0, ends=this.more_fragments == 0),
    extension=True,
)
