"""Multicast Listener Discovery, version 2: who listens, to whom?"""

from construct import BitsInteger, BitStruct, Bytes, Flag, Int8ub, Int16ub, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Fits, HeaderSchema
from wirelab.codecs.option_lists import Record, RecordList

SOURCE = "RFC 3810 section 5.1"

SOURCE_ADDRESS = Record(
    "MLDv2Source",
    (
        field(
            "address",
            Bytes(16),
            "icmpv6.mld.source_address",
            format="ipv6",
            source="RFC 3810 section 5.1.10",
        ),
    ),
    source="RFC 3810 section 5.1.10",
    doc="A sender that a query asks about",
)

MLDV2_QUERY = HeaderSchema(
    "MLDv2Query",
    field(
        "maximum_response_code",
        Int16ub,
        "icmpv6.mld.maximum_response_code",
        default=10000,
        doc="Milliseconds up to 32767; above, a floating point number.",
        source=SOURCE,
    ),
    field("reserved1", Int16ub, format="hex", default=0, source=SOURCE),
    field(
        "group",
        Bytes(16),
        "icmpv6.mld.multicast_address",
        format="ipv6",
        default=bytes(16),
        doc="Multicast address; all zero in a general query.",
        source=SOURCE,
    ),
    BitStruct(
        field("reserved", BitsInteger(4), "icmpv6.mld.flag.reserved", default=0, source=SOURCE),
        field(
            "suppress",
            Flag,
            "icmpv6.mld.flag.s",
            format="bool",
            default=False,
            doc="Other routers leave their timers as they are.",
            source=SOURCE,
        ),
        field(
            "robustness",
            BitsInteger(3),
            "icmpv6.mld.flag.qrv",
            default=2,
            doc="The querier's robustness variable; 0: more than 7.",
            source=SOURCE,
        ),
    ),
    field(
        "query_interval_code",
        Int8ub,
        "icmpv6.mld.qqi",
        default=125,
        doc="Seconds between queries, up to 127; above, a floating point number.",
        source=SOURCE,
    ),
    field(
        "number_of_sources",
        Int16ub,
        "icmpv6.mld.nb_sources",
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
    title="Multicast Listener Query v2",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (130,)},
    demands={"hop_limit": 1},  # RFC 3810 section 5
    fits=Fits(minimum=24),
)
