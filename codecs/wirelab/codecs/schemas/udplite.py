"""The Lightweight User Datagram Protocol (RFC 3828), whose checksum may cover a part only."""

from construct import Int16ub, this

from wirelab.codecs.constructs import Checksum, PseudoHeader, Rule, field
from wirelab.codecs.header_schema import Bound, HeaderSchema, Selector

SOURCE = "RFC 3828 section 3.1"

UDPLITE = HeaderSchema(
    "UDPLite",
    field("source_port", Int16ub, "udp.srcport", aliases=("udp.port",), default=0, source=SOURCE),
    field(
        "destination_port",
        Int16ub,
        "udp.dstport",
        aliases=("udp.port",),
        doc="AUTO: the port of the protocol above, or 0.",
        source=SOURCE,
    ),
    field(
        "checksum_coverage",
        Int16ub,
        "udp.checksum_coverage",
        default=0,
        doc="Bytes from the start of the header that the checksum covers; 0: all.",
        source=SOURCE,
    ),
    Rule(
        (this.checksum_coverage == 0) | (this.checksum_coverage >= 8),
        "checksum_coverage",
        "0 or at least 8",
        SOURCE,
    ),
    field(
        "checksum",
        Checksum(pseudo=PseudoHeader(136), never_zero=True, coverage=this.checksum_coverage),
        "udp.checksum",
        format="hex",
        source=SOURCE,
    ),
    title="Lightweight User Datagram Protocol",
    display="udplite",
    source="RFC 3828",
    carried={"ip_protocol": (136,)},
    selects=Selector(
        "destination_port", "udp_port", also="source_port", suggests=True, otherwise=0
    ),
    bound=Bound(
        this.checksum_coverage,
        "checksum_coverage",
        SOURCE,
        when=this.checksum_coverage != 0,
        trims=False,
    ),
)
