"""Generic Routing Encapsulation (RFC 2784, RFC 2890); what others put there is kept (RFC 2637)."""

from construct import BitsInteger, BitStruct, Flag, If, Int16ub, Int32ub, this

from wirelab.codecs.constructs import Checksum, field, present
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.ethertypes import ETHERTYPES

CHECKSUM = this.checksum_present | this.routing_present
FIRST = "RFC 1701"

GRE = HeaderSchema(
    "GRE",
    BitStruct(
        field(
            "checksum_present",
            Flag,
            "gre.flags.checksum",
            format="bool",
            auto=present(this.checksum) | present(this.offset),
            source="RFC 2784 section 2.2",
        ),
        field(
            "routing_present", Flag, "gre.flags.routing", format="bool", default=False, source=FIRST
        ),
        field(
            "key_present",
            Flag,
            "gre.flags.key",
            format="bool",
            auto=present(this.key),
            source="RFC 2890 section 2",
        ),
        field(
            "sequence_present",
            Flag,
            "gre.flags.sequence_number",
            format="bool",
            auto=present(this.sequence_number),
            source="RFC 2890 section 2",
        ),
        field(
            "strict_source_route",
            Flag,
            "gre.flags.strict_source_route",
            format="bool",
            default=False,
            source=FIRST,
        ),
        field(
            "recursion_control",
            BitsInteger(3),
            "gre.flags.recursion_control",
            default=0,
            source=FIRST,
        ),
        field(
            "acknowledgment_present",
            Flag,
            "gre.flags.ack",
            format="bool",
            auto=present(this.acknowledgment_number),
            source="RFC 2637 section 4.1",
        ),
        field("reserved", BitsInteger(4), "gre.flags.reserved", default=0, source=FIRST),
        field(
            "version",
            BitsInteger(3),
            "gre.flags.version",
            default=0,
            doc="0, or 1 in PPTP's tunnels.",
            source="RFC 2784 section 2.3.1",
        ),
    ),
    field(
        "protocol_type",
        Int16ub,
        "gre.proto",
        format="hex",
        names=ETHERTYPES,
        doc="What follows.",
        source="RFC 2784 section 2.4",
    ),
    field(
        "checksum",
        If(CHECKSUM, Checksum()),
        "gre.checksum",
        format="hex",
        doc="Over header and payload; None: there is none.",
        source="RFC 2784 section 2.5",
    ),
    field(
        "offset",
        If(CHECKSUM, Int16ub),
        "gre.offset",
        doc="Reserved; there if the checksum is.",
        source="RFC 2784 section 2.6",
    ),
    field(
        "key",
        If(this.key_present, Int32ub),
        "gre.key",
        format="hex",
        doc="Names a flow within the tunnel; None: there is none.",
        source="RFC 2890 section 2.1",
    ),
    field(
        "sequence_number",
        If(this.sequence_present, Int32ub),
        "gre.sequence_number",
        doc="Counts the packets; None: there is none.",
        source="RFC 2890 section 2.2",
    ),
    field(
        "acknowledgment_number",
        If(this.acknowledgment_present & (this.version == 1), Int32ub),
        "gre.ack_number",
        doc="PPTP's; None: there is none.",
        source="RFC 2637 section 4.1",
    ),
    title="Generic Routing Encapsulation",
    display="gre",
    source="RFC 2784; RFC 2890",
    carried={"ip_protocol": (47,)},
    # RFC 2784 section 2.2: a receiver that knows no source routes cannot read what follows them.
    selects=Selector(
        "protocol_type",
        "ethertype",
        when=(this.version == 0) & (this.routing_present == 0) & (this.protocol_type > 1500),
    ),
    tunnel=True,
)
