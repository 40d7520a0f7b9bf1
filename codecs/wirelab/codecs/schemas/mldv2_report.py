"""Multicast Listener Discovery, version 2: what I listen to."""

from construct import Array, Bytes, Int8ub, Int16ub, len_, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.option_lists import Record, RecordList
from wirelab.codecs.registries.icmpv6 import MULTICAST_RECORD_TYPES

SOURCE = "RFC 3810 section 5.2"

GROUP = Record(
    "MLDv2GroupRecord",
    (
        field(
            "type",
            Int8ub,
            "icmpv6.mldr.mar.record_type",
            names=MULTICAST_RECORD_TYPES,
            default=4,
            source="RFC 3810 section 5.2",
        ),
        field(
            "auxiliary_length",
            Int8ub,
            "icmpv6.mldr.mar.aux_data_len",
            default=0,
            doc="Units of 4 bytes of auxiliary data.",
            source="RFC 3810 section 5.2",
        ),
        field(
            "number_of_sources",
            Int16ub,
            "icmpv6.mldr.mar.nb_sources",
            auto=len_(this.sources),
            source="RFC 3810 section 5.2",
        ),
        field(
            "group",
            Bytes(16),
            "icmpv6.mldr.mar.multicast_address",
            format="ipv6",
            doc="Multicast address.",
            source="RFC 3810 section 5.2",
        ),
        field(
            "sources",
            Array(this.number_of_sources, Bytes(16)),
            "icmpv6.mldr.mar.source_address",
            format="ipv6",
            default=(),
            source="RFC 3810 section 5.2",
        ),
        field(
            "auxiliary_data",
            Bytes(this.auxiliary_length * 4),
            "icmpv6.mldr.mar.auxiliary_data",
            format="bytes",
            default=b"",
            source="RFC 3810 section 5.2",
        ),
    ),
    source="RFC 3810 section 5.2",
    doc="What a host wants to hear of one group",
)

MLDV2_REPORT = HeaderSchema(
    "MLDv2Report",
    field("reserved", Int16ub, format="hex", default=0, source=SOURCE),
    field(
        "number_of_records",
        Int16ub,
        "icmpv6.mldr.nb_mcast_records",
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
    title="Multicast Listener Report v2",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (143,)},
    demands={"hop_limit": 1},  # RFC 3810 section 5
)
