"""The body of ICMPv6 extended echo replies."""

from construct import BitsInteger, BitStruct, Flag, Int8ub, Int16ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.registries.icmp import EXTENDED_ECHO_STATES

SOURCE = "RFC 8335 section 3"

ICMPV6_EXTENDED_ECHO_REPLY = HeaderSchema(
    "ICMPv6ExtendedEchoReply",
    field(
        "identifier",
        Int16ub,
        "icmpv6.echo.identifier",
        format="hex",
        default=0,
        doc="Matches replies to requests.",
        source=SOURCE,
    ),
    field(
        "sequence_number",
        Int8ub,
        "icmpv6.ext.echo.seq",
        default=0,
        doc="Matches replies to requests.",
        source=SOURCE,
    ),
    BitStruct(
        field(
            "state",
            BitsInteger(3),
            "icmpv6.ext.echo.rsp.state",
            names=EXTENDED_ECHO_STATES,
            default=0,
            doc="Of the probed neighbour.",
            source=SOURCE,
        ),
        field("reserved", BitsInteger(2), "icmpv6.ext.echo.rsp.res", default=0, source=SOURCE),
        field(
            "active",
            Flag,
            "icmpv6.ext.echo.rsp.active",
            format="bool",
            default=False,
            doc="The probed interface works.",
            source=SOURCE,
        ),
        field(
            "runs_ipv4",
            Flag,
            "icmpv6.ext.echo.rsp.ipv4",
            format="bool",
            default=False,
            doc="IPv4 runs on the probed interface.",
            source=SOURCE,
        ),
        field(
            "runs_ipv6",
            Flag,
            "icmpv6.ext.echo.rsp.ipv6",
            format="bool",
            default=False,
            doc="IPv6 runs on the probed interface.",
            source=SOURCE,
        ),
    ),
    title="Extended Echo Reply",
    display="icmpv6",
    source=SOURCE,
    carried={"icmpv6_type": (161,)},
)
