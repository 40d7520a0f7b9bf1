"""The Encapsulating Security Payload of IPsec (RFC 4303): all but its first 8 bytes is secret."""

from construct import Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema

ESP = HeaderSchema(
    "ESP",
    field(
        "spi",
        Int32ub,
        "esp.spi",
        format="hex",
        default=0,
        doc="Security parameters index: names the security association.",
        source="RFC 4303 section 2.1",
    ),
    field("sequence_number", Int32ub, "esp.sequence", default=0, source="RFC 4303 section 2.2"),
    title="Encapsulating Security Payload",
    display="esp",
    source="RFC 4303",
    carried={"ip_protocol": (50,)},
)
