"""The body of ICMPv6 echo requests and replies; data follows."""

from construct import Int16ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 4443 section 4.1"

ICMPV6_ECHO = HeaderSchema(
    "ICMPv6Echo",
    field(
        "identifier",
        Int16ub,
        "icmpv6.echo.identifier",
        format="hex",
        default=0,
        doc="Matches replies to requests.",
        source=SOURCE,
    ),
    field(
        "sequence_number",
        Int16ub,
        "icmpv6.echo.sequence_number",
        default=0,
        doc="Matches replies to requests.",
        source=SOURCE,
    ),
    title="Echo",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (128, 129)},
)
