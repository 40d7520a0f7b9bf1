"""The body of ICMPv6 time exceeded messages; the quoted packet follows."""

from construct import BitsInteger, BitStruct

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 4443 section 3.3"

ICMPV6_TIME_EXCEEDED = HeaderSchema(
    "ICMPv6TimeExceeded",
    BitStruct(
        field(
            "quote_length",
            BitsInteger(8),
            "icmpv6.length",
            default=0,
            doc="Units of 8 bytes of the quote, if extensions follow it; 0: the quote is all.",
            source="RFC 4884 section 4",
        ),
        field("reserved", BitsInteger(24), format="hex", default=0, source=SOURCE),
    ),
    title="Time Exceeded",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (3,)},
)
