"""The body of ICMPv6 extended echo requests; extensions follow that say which interface."""

from construct import BitsInteger, BitStruct, Flag, Int8ub, Int16ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 8335 section 2"

ICMPV6_EXTENDED_ECHO_REQUEST = HeaderSchema(
    "ICMPv6ExtendedEchoRequest",
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
        Int8ub,
        "icmpv6.ext.echo.seq",
        default=0,
        doc="Matches replies to requests.",
        source=SOURCE,
    ),
    BitStruct(
        field("reserved", BitsInteger(7), "icmpv6.ext.echo.req.res", default=0, source=SOURCE),
        field(
            "local",
            Flag,
            "icmpv6.ext.echo.req.local",
            format="bool",
            default=True,
            doc="The probed interface is one of the asked node itself.",
            source=SOURCE,
        ),
    ),
    title="Extended Echo Request",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (160,)},
)
