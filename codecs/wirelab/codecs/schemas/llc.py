"""Logical link control (IEEE 802.2), which follows the length of an IEEE 802.3 frame."""

from construct import If, Int8ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.llc import SAPS

SOURCE = "IEEE 802.2 section 3.2"
SNAP_SAP = 0xAA
UNNUMBERED_INFORMATION = 0x03

LLC = HeaderSchema(
    "LLC",
    field(
        "dsap",
        Int8ub,
        "llc.dsap",
        format="hex",
        names=SAPS,
        doc="Destination service access point; the lowest bit says that it is a group's.",
        source=SOURCE,
    ),
    field(
        "ssap",
        Int8ub,
        "llc.ssap",
        format="hex",
        names=SAPS,
        default=SNAP_SAP,
        doc="Source service access point; the lowest bit says that this is a response.",
        source=SOURCE,
    ),
    field(
        "control",
        Int8ub,
        "",
        format="hex",
        default=UNNUMBERED_INFORMATION,
        doc="Kind of the frame by its lowest bits: 0 information, 01 supervisory, 11 unnumbered.",
        source="IEEE 802.2 section 5.2",
    ),
    field(
        "control_extension",
        If(this.control & 3 != 3, Int8ub),
        "",
        format="hex",
        doc="Second octet of information and supervisory frames: N(R) and the P/F bit.",
        source="IEEE 802.2 section 5.2",
    ),
    title="Logical Link Control",
    display="llc",
    source="IEEE 802.2",
    carried={"ethertype": range(1, 1501), "linux_sll_protocol": (4,)},
    # Only unnumbered information frames (with or without the P/F bit) carry another protocol.
    selects=Selector(
        "dsap",
        "llc_sap",
        when=(this.dsap == SNAP_SAP) | (this.control & 0xEF == UNNUMBERED_INFORMATION),
    ),
)
