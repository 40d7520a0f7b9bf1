"""The routing headers of IPv6, one class for each type with a layout of its own.

Source: RFC 8200 section 4.4; type 0 RFC 2460 section 4.4 (deprecated by RFC 5095), type 2 RFC 6275
section 6.4, type 4 RFC 8754. Others, such as type 3 (RFC 6554, whose addresses are compressed),
keep their data as bytes.
"""

from construct import Array, Bytes, Construct, Int8ub, Int16ub, Int32ub, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Final, Fits, HeaderSchema, Selector
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.codecs.registries.ipv6 import ROUTING_TYPES

SOURCE = "RFC 8200 section 4.4"
TYPE_0 = "RFC 2460 section 4.4"
TYPE_2 = "RFC 6275 section 6.4.1"
SEGMENTS = "RFC 8754 section 2"
LOOPBACK = bytes(15) + b"\1"
CARRIED = {"ip_protocol": (43,)}
SELECTS = Selector("next_header", "ip_protocol")


def _head(routing_type: int) -> tuple[Construct, ...]:
    """What all routing headers begin with."""
    return (
        field("next_header", Int8ub, "ipv6.routing.nxt", names=IP_PROTOCOLS, source=SOURCE),
        field(
            "length",
            Int8ub,
            "ipv6.routing.len",
            auto=this.header_length // 8 - 1,
            doc="Bytes of this header in units of 8, less 1.",
            source=SOURCE,
        ),
        field(
            "routing_type",
            Int8ub,
            "ipv6.routing.type",
            names=ROUTING_TYPES,
            default=routing_type,
            source=SOURCE,
        ),
        field(
            "segments_left",
            Int8ub,
            "ipv6.routing.segleft",
            default=0,
            doc="Nodes that are still to be visited before the final destination.",
            source=SOURCE,
        ),
    )


IPV6_SOURCE_ROUTE = HeaderSchema(
    "IPv6SourceRoute",
    *_head(0),
    field("reserved", Int32ub, "ipv6.routing.src.reserved", format="hex", default=0, source=TYPE_0),
    field(
        "addresses",
        Array(this.length // 2, Bytes(16)),
        "ipv6.routing.src.addr",
        format="ipv6",
        doc="Nodes to visit, in this order.",
        source=TYPE_0,
    ),
    field(
        "rest",
        Bytes((this.length & 1) * 8),
        "",
        format="bytes",
        default=b"",
        doc="What an odd length leaves behind the addresses.",
        source=TYPE_0,
    ),
    title="IPv6 Routing Header, source route",
    display="ipv6.routing",
    source=TYPE_0,
    carried=CARRIED,
    fits=Fits(octets={2: 0}),
    selects=SELECTS,
    extension=True,
    final=Final("addresses", this.segments_left > 0, index=-1),
)

IPV6_MOBILITY_ROUTING = HeaderSchema(
    "IPv6MobilityRouting",
    *_head(2),
    field(
        "reserved", Int32ub, "ipv6.routing.mipv6.reserved", format="hex", default=0, source=TYPE_2
    ),
    field(
        "home_address",
        Bytes(16),
        "ipv6.routing.mipv6.home_address",
        format="ipv6",
        default=LOOPBACK,
        doc="The mobile node's address at home.",
        source=TYPE_2,
    ),
    title="IPv6 Routing Header, mobility",
    display="ipv6.routing",
    source=TYPE_2,
    carried=CARRIED,
    fits=Fits(octets={1: 2, 2: 2}),
    selects=SELECTS,
    extension=True,
    final=Final("home_address", this.segments_left > 0),
)

IPV6_SEGMENT_ROUTING = HeaderSchema(
    "IPv6SegmentRouting",
    *_head(4),
    field(
        "last_entry",
        Int8ub,
        "ipv6.routing.srh.last_entry",
        auto=len_(this.segments) - 1,
        doc="Index of the last of `segments`.",
        source=SEGMENTS,
    ),
    field("flags", Int8ub, "ipv6.routing.srh.flags", format="hex", default=0, source=SEGMENTS),
    field(
        "tag",
        Int16ub,
        "ipv6.routing.srh.tag",
        format="hex",
        default=0,
        doc="Marks packets of one class.",
        source=SEGMENTS,
    ),
    field(
        "segments",
        Array(this.last_entry + 1, Bytes(16)),
        "ipv6.routing.srh.addr",
        format="ipv6",
        default=(LOOPBACK,),
        doc="The segments, the last one first: the packet goes to `segments[segments_left]`.",
        source=SEGMENTS,
    ),
    field(
        "tlvs",
        Bytes(this.length * 8 - (this.last_entry + 1) * 16),
        "",
        format="bytes",
        default=b"",
        doc="Type-length-value objects, such as an HMAC, as they stand on the wire.",
        source="RFC 8754 section 2.1",
    ),
    title="IPv6 Segment Routing Header",
    display="ipv6.routing",
    source="RFC 8754",
    carried=CARRIED,
    fits=Fits(octets={2: 4}),
    selects=SELECTS,
    extension=True,
    final=Final("segments", this.segments_left > 0, index=0),
)

IPV6_ROUTING = HeaderSchema(
    "IPv6Routing",
    *_head(3),
    field(
        "data",
        Bytes(this.length * 8 + 4),
        "ipv6.routing.unknown_data",
        format="bytes",
        default=bytes(4),
        doc="What the routing type defines.",
        source=SOURCE,
    ),
    title="IPv6 Routing Header",
    display="ipv6.routing",
    source=SOURCE,
    carried=CARRIED,
    selects=SELECTS,
    extension=True,
)
