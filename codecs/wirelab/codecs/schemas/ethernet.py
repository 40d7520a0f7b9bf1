"""Ethernet II (RFC 894; "The Ethernet", DIX version 2.0)."""

from construct import Bytes, Int16ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Bound, HeaderSchema, Selector
from wirelab.codecs.registries.ethertypes import ETHERTYPES

ETHERNET = HeaderSchema(
    "Ethernet",
    field(
        "destination",
        Bytes(6),
        "eth.dst",
        aliases=("eth.addr",),
        format="mac",
        default=b"\xff" * 6,
        source="RFC 894",
    ),
    field(
        "source",
        Bytes(6),
        "eth.src",
        aliases=("eth.addr",),
        format="mac",
        default=bytes(6),
        source="RFC 894",
    ),
    field(
        "type",
        Int16ub,
        "eth.type",
        format="hex",
        names=ETHERTYPES,
        doc="What follows; 1 to 1500 are an IEEE 802.3 length.",
        source="RFC 894; RFC 1042",
    ),
    title="Ethernet II",
    display="eth",
    source="RFC 894",
    carried={
        "link_type": (1,),
        "ethertype": (0x6558,),  # "Transparent Ethernet Bridging", RFC 1701 section 5
        "vxlan": (1,),
    },
    selects=Selector("type", "ethertype"),
    bound=Bound(
        14 + this.type,
        "type",
        "IEEE 802.3 section 3.2.6",
        when=(this.type > 0) & (this.type <= 1500),
    ),
)
