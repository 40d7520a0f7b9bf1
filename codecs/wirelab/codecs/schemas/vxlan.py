"""Virtual eXtensible Local Area Network: Ethernet frames in UDP (RFC 7348)."""

from construct import BitsInteger, BitStruct, Flag

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector

SOURCE = "RFC 7348 section 5"

VXLAN = HeaderSchema(
    "VXLAN",
    BitStruct(
        field("reserved_flags", BitsInteger(4), "", default=0, source=SOURCE),
        field(
            "vni_valid",
            Flag,
            "vxlan.flag_i",
            format="bool",
            default=True,
            doc="The I flag: `vni` counts, and an Ethernet frame follows.",
            source=SOURCE,
        ),
        field("reserved_flags2", BitsInteger(3), "", default=0, source=SOURCE),
        field("reserved", BitsInteger(24), "", default=0, source=SOURCE),
    ),
    BitStruct(
        field(
            "vni",
            BitsInteger(24),
            "vxlan.vni",
            default=0,
            doc="VXLAN network identifier, the segment that the frame belongs to.",
            source=SOURCE,
        ),
        field("reserved2", BitsInteger(8), "vxlan.reserved8", default=0, source=SOURCE),
    ),
    title="Virtual eXtensible Local Area Network",
    display="vxlan",
    source="RFC 7348",
    carried={"udp_port": (4789,)},
    selects=Selector("vni_valid", "vxlan"),
    tunnel=True,
)
