"""The Subnetwork Access Protocol of IEEE 802, which lets LLC carry Ethernet types (RFC 1042)."""

from construct import Int16ub, Int24ub, this

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema, Selector
from wirelab.codecs.registries.ethertypes import ETHERTYPES

SOURCE = 'RFC 1042 "Header Format"'

SNAP = HeaderSchema(
    "SNAP",
    field(
        "oui",
        Int24ub,
        "llc.oui",
        format="hex",
        default=0,
        doc="Whose numbers follow; 0: Ethernet types.",
        source=SOURCE,
    ),
    field(
        "protocol_id",
        Int16ub,
        "llc.type",
        format="hex",
        names=ETHERTYPES,
        doc="What follows, in the numbers of `oui`.",
        source=SOURCE,
    ),
    title="Subnetwork Access Protocol",
    display="llc",
    source="RFC 1042",
    carried={"llc_sap": (0xAA, 0xAB)},
    # IEEE 802.1H tunnels Ethernet types under 00-00-F8. Numbers up to 1500 would be lengths.
    selects=Selector(
        "protocol_id",
        "ethertype",
        when=((this.oui == 0) | (this.oui == 0xF8)) & (this.protocol_id > 1500),
    ),
)
