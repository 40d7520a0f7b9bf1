"""Internet Control Message Protocol for IPv6 (RFC 4443).

Every message begins with these 4 bytes; the rest is a header of its own, named by the type.
"""

from construct import Int8ub

from wirelab.codecs.constructs import Checksum, PseudoHeader, field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.icmpv6 import CODES, TYPES

SOURCE = "RFC 4443 section 2.1"

ICMPV6 = HeaderSchema(
    "ICMPv6",
    field(
        "type",
        Int8ub,
        "icmpv6.type",
        names=TYPES,
        doc="AUTO: that of the body above.",
        source=SOURCE,
    ),
    field("code", Int8ub, "icmpv6.code", names_by=CODES, default=0, source=SOURCE),
    field(
        "checksum",
        Checksum(pseudo=PseudoHeader(58)),
        "icmpv6.checksum",
        format="hex",
        source="RFC 4443 section 2.3",
    ),
    title="Internet Control Message Protocol v6",
    display="icmpv6",
    source="RFC 4443",
    carried={"ip_protocol": (58,)},
    selects=Selector("type", "icmpv6_type"),
)
