"""Internet Control Message Protocol (RFC 792), and who extended it.

Every message begins with these 8 bytes. What the last four mean depends on the type, and so does
what follows: a packet that is quoted, or a body that is a header of its own (`ICMPv4Timestamp`).
"""

from construct import Int8ub, Int32ub

from wirelab.codecs.constructs import Checksum, View, field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.icmp import CODES, EXTENDED_ECHO_STATES, TYPES

ECHO_AND_QUERIES = (0, 8, 13, 14, 15, 16, 17, 18)
EXTENDED_ECHO = (42, 43)
ECHO = 'RFC 792 "Echo or Echo Reply Message"'
ROUTERS = "RFC 1256 section 3"
EXTENDED = "RFC 8335 section 2"
EXTENDED_REPLY = "RFC 8335 section 3"

VIEWS = (
    View(
        "identifier",
        16,
        16,
        "icmp.ident",
        doc="Matches echo replies to requests.",
        source=ECHO,
        when=ECHO_AND_QUERIES + EXTENDED_ECHO,
        settable=True,
    ),
    View(
        "sequence_number",
        0,
        16,
        "icmp.seq",
        doc="Matches echo replies to requests.",
        source=ECHO,
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
    View(
        "quote_length",
        16,
        8,
        "icmp.length",
        doc="Units of 4 bytes of the quote, if extensions follow it; 0: the quote is all.",
        source="RFC 4884 section 4",
        when=(3, 11, 12),
        settable=True,
    ),
    View(
        "address_count",
        24,
        8,
        "icmp.num_addrs",
        doc="Routers advertised.",
        source=ROUTERS,
        when=(9,),
        settable=True,
    ),
    View(
        "address_entry_size",
        16,
        8,
        "icmp.addr_entry_size",
        doc="Units of 4 bytes for each of them; 2.",
        source=ROUTERS,
        when=(9,),
        settable=True,
    ),
    View(
        "lifetime",
        0,
        16,
        "icmp.lifetime",
        doc="Seconds for which the advertisement holds.",
        source=ROUTERS,
        when=(9,),
        settable=True,
    ),
    View(
        "extended_sequence_number",
        8,
        8,
        "icmp.ext.echo.seq",
        doc="Matches extended echo replies to requests.",
        source=EXTENDED,
        when=EXTENDED_ECHO,
        settable=True,
    ),
    View(
        "local",
        0,
        1,
        "icmp.ext.echo.req.local",
        format="bool",
        doc="The probed interface is one of the asked node itself.",
        source=EXTENDED,
        when=(42,),
        settable=True,
    ),
    View(
        "state",
        5,
        3,
        "icmp.ext.echo.rsp.state",
        names=EXTENDED_ECHO_STATES,
        doc="Of the probed neighbour.",
        source=EXTENDED_REPLY,
        when=(43,),
        settable=True,
    ),
    View(
        "active",
        2,
        1,
        "icmp.ext.echo.rsp.active",
        format="bool",
        doc="The probed interface works.",
        source=EXTENDED_REPLY,
        when=(43,),
        settable=True,
    ),
    View(
        "runs_ipv4",
        1,
        1,
        "icmp.ext.echo.rsp.ipv4",
        format="bool",
        doc="IPv4 runs on the probed interface.",
        source=EXTENDED_REPLY,
        when=(43,),
        settable=True,
    ),
    View(
        "runs_ipv6",
        0,
        1,
        "icmp.ext.echo.rsp.ipv6",
        format="bool",
        doc="IPv6 runs on the probed interface.",
        source=EXTENDED_REPLY,
        when=(43,),
        settable=True,
    ),
)

ICMPV4 = HeaderSchema(
    "ICMPv4",
    field(
        "type",
        Int8ub,
        "icmp.type",
        names=TYPES,
        doc="AUTO: that of the body above, or an echo request.",
        source="RFC 792",
    ),
    field("code", Int8ub, "icmp.code", names_by=CODES, default=0, source="RFC 792"),
    field("checksum", Checksum(), "icmp.checksum", format="hex", source="RFC 792"),
    field(
        "rest_of_header",
        Int32ub,
        "",
        format="hex",
        default=0,
        doc="Four bytes whose meaning depends on the type; see the views.",
        source="RFC 792",
        views=VIEWS,
    ),
    title="Internet Control Message Protocol",
    display="icmp",
    source="RFC 792",
    carried={"ip_protocol": (1,)},
    selects=Selector("type", "icmpv4_type", otherwise=8),
)
