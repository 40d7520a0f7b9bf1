"""The VLAN tag of IEEE 802.1Q, also as the service tag of 802.1ad."""

from construct import BitsInteger, BitStruct, Flag, Int16ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
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
        doc="What follows the tag.",
        source="IEEE 802.1Q section 9.3",
    ),
    title="802.1Q Virtual LAN",
    display="vlan",
    source="IEEE 802.1Q section 9",
    carried={"ethertype": (0x8100, 0x88A8)},
    selects=Selector("type", "ethertype"),
)
