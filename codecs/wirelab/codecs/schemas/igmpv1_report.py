"""IGMP version 1: I am a member."""

from construct import Bytes

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 1112 appendix I"

IGMPV1_REPORT = HeaderSchema(
    "IGMPv1Report",
    field(
        "group",
        Bytes(4),
        "igmp.maddr",
        format="ipv4",
        default=bytes(4),
        doc="Multicast address.",
        source=SOURCE,
    ),
    title="Membership Report v1",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x12,)},
)
