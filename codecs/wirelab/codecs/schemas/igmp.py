"""Internet Group Management Protocol, what all versions share (RFC 3376 section 4).

Every message begins with these 4 bytes; the rest is a header of its own, named by the type, and for
queries by the length (RFC 3376 section 7.1).
"""

from construct import Int8ub

from wirelab.codecs.constructs import Checksum, field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.igmp import TYPES

IGMP = HeaderSchema(
    "IGMP",
    field(
        "type",
        Int8ub,
        "igmp.type",
        format="hex",
        names=TYPES,
        doc="AUTO: that of the body above.",
        source="RFC 3376 section 4",
    ),
    field(
        "maximum_response_code",
        Int8ub,
        "igmp.max_resp",
        default=0,
        yields=True,
        doc="In queries: tenths of a second, above 127 a floating point number; 0: version 1.",
        source="RFC 3376 section 4.1.1",
    ),
    field("checksum", Checksum(), "igmp.checksum", format="hex", source="RFC 3376 section 4.1.2"),
    title="Internet Group Management Protocol",
    display="igmp",
    source="RFC 3376",
    carried={"ip_protocol": (2,)},
    selects=Selector("type", "igmp_type"),
)
