"""Reverse Address Resolution Protocol (RFC 903): ARP's layout under a number of its own."""

from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.schemas.arp import arp_fields

RARP = HeaderSchema(
    "RARP",
    *arp_fields(operation=3),
    title="Reverse Address Resolution Protocol",
    display="arp",
    source="RFC 903",
    carried={"ethertype": (0x8035,)},
)
