"""All names that schemas define, and which number names which header.

Generated from schemas/ by `make generate`; do not edit.
"""

from wirelab.codecs.number_spaces import NumberSpace, load

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from wirelab.codecs.header import Header
    from wirelab.codecs.protocols.arp import ARP
    from wirelab.codecs.protocols.dot1q import Dot1Q
    from wirelab.codecs.protocols.ethernet import Ethernet
    from wirelab.codecs.protocols.icmpv4 import ICMPv4
    from wirelab.codecs.protocols.icmpv4_timestamp import ICMPv4Timestamp
    from wirelab.codecs.protocols.ipv4 import (
        InternetTimestamp,
        IPv4,
        IPv4Option,
        LooseSourceRoute,
        RecordRoute,
        RouterAlert,
        StreamIdentifier,
        StrictSourceRoute,
    )
    from wirelab.codecs.protocols.ipv6 import IPv6
    from wirelab.codecs.protocols.tcp import (
        SACK,
        TCP,
        MaximumSegmentSize,
        SACKPermitted,
        TCPFlags,
        TCPOption,
        Timestamps,
        WindowScale,
    )
    from wirelab.codecs.protocols.udp import UDP

    HEADERS: tuple[type[Header], ...]
    """Every header, by module name."""

HOMES = {
    "ARP": "arp",
    "SACK": "tcp",
    "TCP": "tcp",
    "UDP": "udp",
    "Dot1Q": "dot1q",
    "Ethernet": "ethernet",
    "ICMPv4": "icmpv4",
    "ICMPv4Timestamp": "icmpv4_timestamp",
    "IPv4": "ipv4",
    "IPv4Option": "ipv4",
    "IPv6": "ipv6",
    "InternetTimestamp": "ipv4",
    "LooseSourceRoute": "ipv4",
    "MaximumSegmentSize": "tcp",
    "RecordRoute": "ipv4",
    "RouterAlert": "ipv4",
    "SACKPermitted": "tcp",
    "StreamIdentifier": "ipv4",
    "StrictSourceRoute": "ipv4",
    "TCPFlags": "tcp",
    "TCPOption": "tcp",
    "Timestamps": "tcp",
    "WindowScale": "tcp",
}
"""Public name -> the module that defines it."""

_HEADERS = (
    "ARP",
    "Dot1Q",
    "Ethernet",
    "ICMPv4",
    "ICMPv4Timestamp",
    "IPv4",
    "IPv6",
    "TCP",
    "UDP",
)

TABLES: dict[str, NumberSpace] = {
    "ethertype": NumberSpace(
        {
            0x0800: "IPv4",
            0x0806: "ARP",
            0x8100: "Dot1Q",
            0x86DD: "IPv6",
            0x88A8: "Dot1Q",
        },
        HOMES,
    ),
    "icmpv4_type": NumberSpace(
        {
            13: "ICMPv4Timestamp",
            14: "ICMPv4Timestamp",
        },
        HOMES,
    ),
    "ip_protocol": NumberSpace(
        {
            1: "ICMPv4",
            4: "IPv4",
            6: "TCP",
            17: "UDP",
            41: "IPv6",
        },
        HOMES,
    ),
}
"""Number space -> number -> the header that it names."""

__all__ = [
    "ARP",
    "HEADERS",
    "HOMES",
    "SACK",
    "TABLES",
    "TCP",
    "UDP",
    "Dot1Q",
    "Ethernet",
    "ICMPv4",
    "ICMPv4Timestamp",
    "IPv4",
    "IPv4Option",
    "IPv6",
    "InternetTimestamp",
    "LooseSourceRoute",
    "MaximumSegmentSize",
    "RecordRoute",
    "RouterAlert",
    "SACKPermitted",
    "StreamIdentifier",
    "StrictSourceRoute",
    "TCPFlags",
    "TCPOption",
    "Timestamps",
    "WindowScale",
]


def __getattr__(name: str) -> object:
    """Load a class from its home (PEP 562), once; `HEADERS` loads all of them."""
    if name == "HEADERS":
        value: object = tuple([load(HOMES, one) for one in _HEADERS])
    elif name in HOMES:
        value = load(HOMES, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
