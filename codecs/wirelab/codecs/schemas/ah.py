"""The Authentication Header of IPsec (RFC 4302)."""

from construct import Bytes, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.constructs import Rule, field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS

AH = HeaderSchema(
    "AH",
    field(
        "next_header",
        Int8ub,
        "ah.next_header",
        names=IP_PROTOCOLS,
        source="RFC 4302 section 2.1",
    ),
    field(
        "length",
        Int8ub,
        "ah.length",
        auto=this.header_length // 4 - 2,
        doc="Bytes of this header in units of 4, less 2.",
        source="RFC 4302 section 2.2",
    ),
    Rule(this.length >= 1, "length", "at least 1", "RFC 4302 section 2.2"),
    field(
        "reserved", Int16ub, "ah.reserved", format="hex", default=0, source="RFC 4302 section 2.3"
    ),
    field(
        "spi",
        Int32ub,
        "ah.spi",
        format="hex",
        default=0,
        doc="Security parameters index: names the security association.",
        source="RFC 4302 section 2.4",
    ),
    field("sequence_number", Int32ub, "ah.sequence", default=0, source="RFC 4302 section 2.5"),
    field(
        "icv",
        Bytes(this.length * 4 - 4),
        "ah.icv",
        format="bytes",
        default=bytes(12),
        doc="Integrity check value, computed with a key; here it is opaque.",
        source="RFC 4302 section 2.6",
    ),
    title="Authentication Header",
    display="ah",
    source="RFC 4302",
    carried={"ip_protocol": (51,)},
    selects=Selector("next_header", "ip_protocol"),
    extension=True,
)
