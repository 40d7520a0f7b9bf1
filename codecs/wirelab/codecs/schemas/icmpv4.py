"""Internet Control Message Protocol (RFC 792)."""

from construct import Int8ub, Int32ub

from wirelab.codecs.constructs import Checksum, View, field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.registries.icmp import TYPES

ECHO_AND_QUERIES = (0, 8, 13, 14, 15, 16, 17, 18)

ICMPV4 = HeaderSchema(
    "ICMPv4",
    field("type", Int8ub, "icmp.type", names=TYPES, default=8, source="RFC 792"),
    field("code", Int8ub, "icmp.code", default=0, source="RFC 792"),
    field("checksum", Checksum(), "icmp.checksum", format="hex", source="RFC 792"),
    field(
        "rest_of_header",
        Int32ub,
        "",
        format="hex",
        default=0,
        doc="Four bytes whose meaning depends on the type; see the views.",
        source="RFC 792",
        views=(
            View(
                "identifier",
                16,
                16,
                "icmp.ident",
                doc="Matches echo replies to requests.",
                source='RFC 792 "Echo or Echo Reply Message"',
                when=ECHO_AND_QUERIES,
                settable=True,
            ),
            View(
                "sequence_number",
                0,
                16,
                "icmp.seq",
                doc="Matches echo replies to requests.",
                source='RFC 792 "Echo or Echo Reply Message"',
                when=ECHO_AND_QUERIES,
                settable=True,
            ),
            View(
                "gateway",
                0,
                32,
                "icmp.redir_gw",
                format="ipv4",
                doc="Where to send such packets instead.",
                source='RFC 792 "Redirect Message"',
                when=(5,),
                settable=True,
            ),
            View(
                "next_hop_mtu",
                0,
                16,
                "icmp.mtu",
                doc="Largest packet that passes, in bytes; 0 from old routers.",
                source="RFC 1191 section 4",
                when=(3,),
                settable=True,
            ),
            View(
                "pointer",
                24,
                8,
                "icmp.pointer",
                doc="Byte of the quoted packet where the problem is.",
                source='RFC 792 "Parameter Problem Message"',
                when=(12,),
                settable=True,
            ),
        ),
    ),
    title="Internet Control Message Protocol",
    display="icmp",
    source="RFC 792",
    carried={"ip_protocol": (1,)},
)
