"""User Datagram Protocol (RFC 768)."""

from construct import Int16ub, this

from wirelab.codecs.constructs import Checksum, PseudoHeader, field
from wirelab.codecs.header_schema import Bound, HeaderSchema, Selector

UDP = HeaderSchema(
    "UDP",
    field(
        "source_port",
        Int16ub,
        "udp.srcport",
        aliases=("udp.port",),
        default=0,
        source="RFC 768 page 1",
    ),
    field(
        "destination_port",
        Int16ub,
        "udp.dstport",
        aliases=("udp.port",),
        doc="AUTO: the port of the protocol above, or 0.",
        source="RFC 768 page 1",
    ),
    field(
        "length",
        Int16ub,
        "udp.length",
        auto=this.header_length + this.payload_size,
        doc="Bytes of header and payload, at least 8.",
        source="RFC 768 page 2",
    ),
    field(
        "checksum",
        Checksum(pseudo=PseudoHeader(17), zero_means_none=True),
        "udp.checksum",
        format="hex",
        doc="0 means that the sender computed none.",
        source="RFC 768 page 2",
    ),
    title="User Datagram Protocol",
    display="udp",
    source="RFC 768",
    carried={"ip_protocol": (17,)},
    selects=Selector(
        "destination_port", "udp_port", also="source_port", suggests=True, otherwise=0
    ),
    bound=Bound(this.length, "length", "RFC 768 page 2"),
)
