"""The body of ICMP timestamp messages (RFC 792)."""

from construct import Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

SOURCE = 'RFC 792 "Timestamp or Timestamp Reply Message"'

ICMPV4_TIMESTAMP = HeaderSchema(
    "ICMPv4Timestamp",
    field(
        "originate",
        Int32ub,
        "icmp.originate_timestamp",
        default=0,
        doc="Milliseconds since midnight UTC when the asker last touched the message.",
        source=SOURCE,
    ),
    field(
        "receive",
        Int32ub,
        "icmp.receive_timestamp",
        default=0,
        doc="The same, when the answerer first touched it.",
        source=SOURCE,
    ),
    field(
        "transmit",
        Int32ub,
        "icmp.transmit_timestamp",
        default=0,
        doc="The same, when the answerer last touched it.",
        source=SOURCE,
    ),
    title="ICMP Timestamps",
    display="icmp",
    source="RFC 792",
    carried={"icmpv4_type": (13, 14)},
)
