"""The body of ICMP router advertisements: addresses with preferences (RFC 1256)."""

from construct import Bytes, Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.option_lists import Record, RecordList

SOURCE = "RFC 1256 section 3"

ROUTER = Record(
    "ICMPv4Router",
    (
        field("address", Bytes(4), "icmp.router_address", format="ipv4", source=SOURCE),
        field(
            "preference",
            Int32ub,
            "icmp.pref_level",
            default=0,
            doc="A signed number, two's complement; 0x80000000: not a default router.",
            source=SOURCE,
        ),
    ),
    source=SOURCE,
    doc="A router and how much it wants to be used",
)

ICMPV4_ROUTER_ADVERTISEMENT = HeaderSchema(
    "ICMPv4RouterAdvertisement",
    field(
        "routers",
        RecordList(ROUTER),
        format="options",
        doc="As many as `ICMPv4.address_count` says.",
        source=SOURCE,
    ),
    title="ICMP Router Advertisement",
    display="icmp",
    source=SOURCE,
    carried={"icmpv4_type": (9,)},
)
