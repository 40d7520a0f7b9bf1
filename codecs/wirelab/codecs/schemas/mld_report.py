"""Multicast Listener Discovery, version 1: I listen."""

from construct import Bytes, Int16ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 2710 section 3"

MLD_REPORT = HeaderSchema(
    "MLDReport",
    field(
        "maximum_response_delay",
        Int16ub,
        "icmpv6.mld.maximum_response_delay",
        default=0,
        doc="0.",
        source=SOURCE,
    ),
    field("reserved", Int16ub, format="hex", default=0, source=SOURCE),
    field(
        "group",
        Bytes(16),
        "icmpv6.mld.multicast_address",
        format="ipv6",
        default=bytes(16),
        doc="Multicast address; all zero in a general query.",
        source=SOURCE,
    ),
    title="Multicast Listener Report",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (131,)},
    demands={"hop_limit": 1},  # RFC 2710 section 3
)
