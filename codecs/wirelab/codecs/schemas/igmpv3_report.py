"""IGMP version 3: which groups I hear, and whom."""

from construct import Array, Bytes, Int8ub, Int16ub, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.option_lists import Record, RecordList
from wirelab.codecs.registries.icmpv6 import MULTICAST_RECORD_TYPES

SOURCE = "RFC 3376 section 4.2"

GROUP = Record(
    "IGMPv3GroupRecord",
    (
        field(
            "type",
            Int8ub,
            "igmp.record_type",
            names=MULTICAST_RECORD_TYPES,
            default=4,
            source="RFC 3376 section 4.2",
        ),
        field(
            "auxiliary_length",
            Int8ub,
            "igmp.aux_data_len",
            default=0,
            doc="Units of 4 bytes of auxiliary data.",
            source="RFC 3376 section 4.2",
        ),
        field(
            "number_of_sources",
            Int16ub,
            "igmp.num_src",
            auto=len_(this.sources),
            source="RFC 3376 section 4.2",
        ),
        field(
            "group",
            Bytes(4),
            "igmp.maddr",
            format="ipv4",
            doc="Multicast address.",
            source="RFC 3376 section 4.2",
        ),
        field(
            "sources",
            Array(this.number_of_sources, Bytes(4)),
            "igmp.saddr",
            format="ipv4",
            default=(),
            source="RFC 3376 section 4.2",
        ),
        field(
            "auxiliary_data",
            Bytes(this.auxiliary_length * 4),
            "igmp.aux_data",
            format="bytes",
            default=b"",
            source="RFC 3376 section 4.2",
        ),
    ),
    source="RFC 3376 section 4.2",
    doc="What a host wants to hear of one group",
)

IGMPV3_REPORT = HeaderSchema(
    "IGMPv3Report",
    field("reserved", Int16ub, format="hex", default=0, source=SOURCE),
    field(
        "number_of_records",
        Int16ub,
        "igmp.num_grp_recs",
        auto=len_(this.records),
        source=SOURCE,
    ),
    field(
        "records",
        RecordList(GROUP, length=None, count=this.number_of_records),
        format="options",
        doc="One for each group.",
        source=SOURCE,
    ),
    title="Membership Report v3",
    display="igmp",
    source=SOURCE,
    carried={"igmp_type": (0x22,)},
)
