"""All header classes, and which number names which.

Generated from schemas/ by `make generate`; do not edit.
"""

from wirelab.codecs.header import Header
from wirelab.codecs.protocols.arp import ARP
from wirelab.codecs.protocols.dot1q import Dot1Q
from wirelab.codecs.protocols.ethernet import Ethernet
from wirelab.codecs.protocols.icmpv4 import ICMPv4
from wirelab.codecs.protocols.icmpv4_timestamp import ICMPv4Timestamp
from wirelab.codecs.protocols.ipv4 import IPv4
from wirelab.codecs.protocols.ipv6 import IPv6
from wirelab.codecs.protocols.tcp import TCP
from wirelab.codecs.protocols.udp import UDP

HEADERS: tuple[type[Header], ...] = (
    ARP,
    Dot1Q,
    Ethernet,
    ICMPv4,
    ICMPv4Timestamp,
    IPv4,
    IPv6,
    TCP,
    UDP,
)
"""Every header, by module name."""

TABLES: dict[str, dict[int, type[Header]]] = {
    "ethertype": {
        0x0806: ARP,
        0x8100: Dot1Q,
        0x88A8: Dot1Q,
        0x0800: IPv4,
        0x86DD: IPv6,
    },
    "icmpv4_type": {
        13: ICMPv4Timestamp,
        14: ICMPv4Timestamp,
    },
    "ip_protocol": {
        1: ICMPv4,
        4: IPv4,
        41: IPv6,
        6: TCP,
        17: UDP,
    },
}
"""Number space -> number -> the header that it names."""

__all__ = [
    "ARP",
    "HEADERS",
    "TABLES",
    "TCP",
    "UDP",
    "Dot1Q",
    "Ethernet",
    "ICMPv4",
    "ICMPv4Timestamp",
    "IPv4",
    "IPv6",
]
