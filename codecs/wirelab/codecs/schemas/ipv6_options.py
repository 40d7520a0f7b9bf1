"""The headers of IPv6 that hold options: for every hop, or for the destination (RFC 8200)."""

from construct import Bytes, Construct, GreedyBytes, Int8ub, Int16ub, Int32ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.option_lists import Option, OptionList
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.codecs.registries.ipv6 import ROUTER_ALERTS
from wirelab.codecs.tlv import TlvStyle

SOURCE = "RFC 8200 section 4.2"
STYLE = TlvStyle(counts_head=False, padding=("Pad1", 0), alignment=8, before=2)

OPTIONS = (
    Option(
        "PadN",
        1,
        (field("data", GreedyBytes, "", format="bytes", default=b"", source=SOURCE),),
        source=SOURCE,
        doc="Two or more bytes of padding; the data should be zeros.",
    ),
    Option(
        "TunnelEncapsulationLimit",
        4,
        (field("limit", Int8ub, "ipv6.opt.tel", source="RFC 2473 section 4.1.1"),),
        source="RFC 2473 section 4.1.1",
        doc="How many more tunnels may be put around this packet.",
    ),
    Option(
        "IPv6RouterAlert",
        5,
        (
            field(
                "value",
                Int16ub,
                "ipv6.opt.router_alert",
                names=ROUTER_ALERTS,
                source="RFC 2711 section 2.1",
            ),
        ),
        source="RFC 2711 section 2.1",
        doc="Routers shall look into this packet.",
    ),
    Option(
        "JumboPayload",
        0xC2,
        (field("length", Int32ub, "ipv6.opt.jumbo", source="RFC 2675 section 2"),),
        source="RFC 2675 section 2",
        doc="Bytes after the IPv6 header, more than 65535; its own length field is 0 then.",
    ),
    Option(
        "IPv6HomeAddress",
        0xC9,
        (
            field(
                "address",
                Bytes(16),
                "ipv6.opt.mipv6.home_address",
                format="ipv6",
                source="RFC 6275 section 6.3",
            ),
        ),
        source="RFC 6275 section 6.3",
        doc="The home address of a mobile node that is away.",
    ),
)
LIST = OptionList(this.length * 8 + 6, OPTIONS, style=STYLE, name="ipv6_options.IPv6Option")


def _fields(display: str) -> tuple[Construct, ...]:
    """Both headers look alike; `display`: the start of Wireshark's names."""
    return (
        field("next_header", Int8ub, f"{display}.nxt", names=IP_PROTOCOLS, source=SOURCE),
        field(
            "length",
            Int8ub,
            f"{display}.len",
            auto=this.header_length // 8 - 1,
            doc="Bytes of this header in units of 8, less 1.",
            source=SOURCE,
        ),
        field("options", LIST, "ipv6.opt", format="options", source=SOURCE),
    )


IPV6_HOP_BY_HOP = HeaderSchema(
    "IPv6HopByHop",
    *_fields("ipv6.hopopts"),
    title="IPv6 Hop-by-Hop Options",
    display="ipv6.hopopts",
    source="RFC 8200 section 4.3",
    carried={"ip_protocol": (0,)},
    selects=Selector("next_header", "ip_protocol"),
    extension=True,
)

IPV6_DESTINATION = HeaderSchema(
    "IPv6Destination",
    *_fields("ipv6.dstopts"),
    title="IPv6 Destination Options",
    display="ipv6.dstopts",
    source="RFC 8200 section 4.6",
    carried={"ip_protocol": (60,)},
    selects=Selector("next_header", "ip_protocol"),
    extension=True,
)
