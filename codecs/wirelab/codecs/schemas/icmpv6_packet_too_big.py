"""The body of ICMPv6 packet too big messages; the quoted packet follows."""

from construct import Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 4443 section 3.2"

ICMPV6_PACKET_TOO_BIG = HeaderSchema(
    "ICMPv6PacketTooBig",
    field(
        "mtu",
        Int32ub,
        "icmpv6.mtu",
        default=1280,
        doc="Largest packet that passes, in bytes.",
        source=SOURCE,
    ),
    title="Packet Too Big",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (2,)},
)
