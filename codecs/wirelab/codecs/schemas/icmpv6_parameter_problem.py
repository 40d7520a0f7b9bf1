"""The body of ICMPv6 parameter problem messages; the quoted packet follows."""

from construct import Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 4443 section 3.4"

ICMPV6_PARAMETER_PROBLEM = HeaderSchema(
    "ICMPv6ParameterProblem",
    field(
        "pointer",
        Int32ub,
        "icmpv6.pointer",
        default=0,
        doc="Byte of the quoted packet where the problem is.",
        source=SOURCE,
    ),
    title="Parameter Problem",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (4,)},
)
