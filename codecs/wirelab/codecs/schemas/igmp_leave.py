"""IGMP version 2: I leave a group."""

from construct import Bytes

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = "RFC 2236 section 2"

IGMP_LEAVE = HeaderSchema(
    "IGMPLeave",
    field(
        "group",
        Bytes(4),
        "igmp.maddr",
        format="ipv4",
        default=bytes(4),
        doc="Multicast address.",
        source=SOURCE,
    ),
    title="Leave Group",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x17,)},
)
