"""IGMP version 3: who is a member, and whom does he hear?"""

from construct import BitsInteger, BitStruct, Bytes, Flag, Int8ub, Int16ub, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Fits, HeaderSchema
from wirelab.codecs.option_lists import Record, RecordList

SOURCE = "RFC 3376 section 4.1"

SOURCE_ADDRESS = Record(
    "IGMPv3Source",
    (field("address", Bytes(4), "igmp.saddr", format="ipv4", source="RFC 3376 section 4.1.9"),),
    source="RFC 3376 section 4.1.9",
    doc="A sender that a query asks about",
)

IGMPV3_QUERY = HeaderSchema(
    "IGMPv3Query",
    field(
        "group",
        Bytes(4),
        "igmp.maddr",
        format="ipv4",
        default=bytes(4),
        doc="Multicast address; all zero in a general query.",
        source=SOURCE,
    ),
    BitStruct(
        field("reserved", BitsInteger(4), default=0, source=SOURCE),
        field(
            "suppress",
            Flag,
            "igmp.s",
            format="bool",
            default=False,
            doc="Other routers leave their timers as they are.",
            source=SOURCE,
        ),
        field(
            "robustness",
            BitsInteger(3),
            "igmp.qrv",
            default=2,
            doc="The querier's robustness variable; 0: more than 7.",
            source=SOURCE,
        ),
    ),
    field(
        "query_interval_code",
        Int8ub,
        "igmp.qqic",
        default=125,
        doc="Seconds between queries, up to 127; above, a floating point number.",
        source=SOURCE,
    ),
    field(
        "number_of_sources",
        Int16ub,
        "igmp.num_src",
        auto=len_(this.sources),
        source=SOURCE,
    ),
    field(
        "sources",
        RecordList(SOURCE_ADDRESS, length=None, count=this.number_of_sources),
        format="options",
        doc="Whose packets to the group are asked about.",
        source=SOURCE,
    ),
    title="Membership Query v3",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x11,)},
    demands={"maximum_response_code": 100},  # 10 s, RFC 3376 section 8.3
    fits=Fits(minimum=8),
)
