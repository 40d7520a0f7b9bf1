"""IGMP version 2: I am a member."""

from construct import Bytes

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 2236 section 2"

IGMPV2_REPORT = HeaderSchema(
    "IGMPv2Report",
    field(
        "group",
        Bytes(4),
        "igmp.maddr",
        format="ipv4",
        default=bytes(4),
        doc="Multicast address.",
        source=SOURCE,
    ),
    title="Membership Report v2",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x16,)},
)
