"""The VLAN tag of IEEE 802.1Q, also as the service tag of 802.1ad."""

from construct import BitsInteger, BitStruct, Flag, Int16ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Bound, HeaderSchema, Selector
from wirelab.codecs.registries.ethertypes import ETHERTYPES

DOT1Q = HeaderSchema(
    "Dot1Q",
    BitStruct(
        field(
            "priority",
            BitsInteger(3),
            "vlan.priority",
            default=0,
            doc="Priority code point.",
            source="IEEE 802.1Q section 9.6",
        ),
        field(
            "drop_eligible",
            Flag,
            "vlan.dei",
            format="bool",
            default=False,
            source="IEEE 802.1Q section 9.6",
        ),
        field("vlan_id", BitsInteger(12), "vlan.id", default=0, source="IEEE 802.1Q section 9.6"),
    ),
    field(
        "type",
        Int16ub,
        "vlan.etype",
        format="hex",
        names=ETHERTYPES,
        doc="What follows the tag; 1 to 1500 are an IEEE 802.3 length.",
        source="IEEE 802.1Q section 9.3",
    ),
    title="802.1Q Virtual LAN",
    display="vlan",
    source="IEEE 802.1Q section 9",
    # 802.1Q's own number, 802.1ad's, and the one that others used before it.
    carried={"ethertype": (0x8100, 0x88A8, 0x9100)},
    selects=Selector("type", "ethertype"),
    bound=Bound(
        4 + this.type,
        "type",
        "IEEE 802.3 section 3.2.6",
        when=(this.type > 0) & (this.type <= 1500),
    ),
)
