"""IGMP versions 1 and 2: who is a member?"""

from construct import Bytes

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Fits, HeaderSchema

SOURCE = "RFC 2236 section 2"

IGMP_QUERY = HeaderSchema(
    "IGMPQuery",
    field(
        "group",
        Bytes(4),
        "igmp.maddr",
        format="ipv4",
        default=bytes(4),
        doc="Multicast address; all zero in a general query.",
        source=SOURCE,
    ),
    title="Membership Query",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x11,)},
    demands={"maximum_response_code": 100},  # 10 s, RFC 2236 section 8.3
    fits=Fits(maximum=4),
)
