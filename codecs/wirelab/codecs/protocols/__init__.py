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
    from wirelab.codecs.protocols.icmpv6 import ICMPv6
    from wirelab.codecs.protocols.icmpv6_echo import ICMPv6Echo
    from wirelab.codecs.protocols.icmpv6_extended_echo_reply import ICMPv6ExtendedEchoReply
    from wirelab.codecs.protocols.icmpv6_extended_echo_request import ICMPv6ExtendedEchoRequest
    from wirelab.codecs.protocols.icmpv6_packet_too_big import ICMPv6PacketTooBig
    from wirelab.codecs.protocols.icmpv6_parameter_problem import ICMPv6ParameterProblem
    from wirelab.codecs.protocols.icmpv6_time_exceeded import ICMPv6TimeExceeded
    from wirelab.codecs.protocols.icmpv6_unreachable import ICMPv6Unreachable
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
    from wirelab.codecs.protocols.mld_done import MLDDone
    from wirelab.codecs.protocols.mld_query import MLDQuery
    from wirelab.codecs.protocols.mld_report import MLDReport
    from wirelab.codecs.protocols.mldv2_report import (
        MLDv2GroupRecord,
        MLDv2Report,
        MLDv2ReportRecord,
    )
    from wirelab.codecs.protocols.nd_options import (
        NDMTU,
        NDPREF64,
        NDCaptivePortal,
        NDNonce,
        NDOption,
        NDPrefixInformation,
        NDRecursiveServers,
        NDRedirectedHeader,
        NDRouteInformation,
        NDSearchList,
        NDSourceLinkAddress,
        NDTargetLinkAddress,
    )
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
    "NDMTU": "nd_options",
    "NDPREF64": "nd_options",
    "SACK": "tcp",
    "TCP": "tcp",
    "UDP": "udp",
    "Dot1Q": "dot1q",
    "Ethernet": "ethernet",
    "ICMPv4": "icmpv4",
    "ICMPv4Timestamp": "icmpv4_timestamp",
    "ICMPv6": "icmpv6",
    "ICMPv6Echo": "icmpv6_echo",
    "ICMPv6ExtendedEchoReply": "icmpv6_extended_echo_reply",
    "ICMPv6ExtendedEchoRequest": "icmpv6_extended_echo_request",
    "ICMPv6PacketTooBig": "icmpv6_packet_too_big",
    "ICMPv6ParameterProblem": "icmpv6_parameter_problem",
    "ICMPv6TimeExceeded": "icmpv6_time_exceeded",
    "ICMPv6Unreachable": "icmpv6_unreachable",
    "IPv4": "ipv4",
    "IPv4Option": "ipv4",
    "IPv6": "ipv6",
    "InternetTimestamp": "ipv4",
    "LooseSourceRoute": "ipv4",
    "MLDDone": "mld_done",
    "MLDQuery": "mld_query",
    "MLDReport": "mld_report",
    "MLDv2GroupRecord": "mldv2_report",
    "MLDv2Report": "mldv2_report",
    "MLDv2ReportRecord": "mldv2_report",
    "MaximumSegmentSize": "tcp",
    "NDCaptivePortal": "nd_options",
    "NDNonce": "nd_options",
    "NDOption": "nd_options",
    "NDPrefixInformation": "nd_options",
    "NDRecursiveServers": "nd_options",
    "NDRedirectedHeader": "nd_options",
    "NDRouteInformation": "nd_options",
    "NDSearchList": "nd_options",
    "NDSourceLinkAddress": "nd_options",
    "NDTargetLinkAddress": "nd_options",
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
    "ICMPv6",
    "ICMPv6Echo",
    "ICMPv6ExtendedEchoReply",
    "ICMPv6ExtendedEchoRequest",
    "ICMPv6PacketTooBig",
    "ICMPv6ParameterProblem",
    "ICMPv6TimeExceeded",
    "ICMPv6Unreachable",
    "IPv4",
    "IPv6",
    "MLDDone",
    "MLDQuery",
    "MLDReport",
    "MLDv2Report",
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
    "icmpv6_type": NumberSpace(
        {
            1: "ICMPv6Unreachable",
            2: "ICMPv6PacketTooBig",
            3: "ICMPv6TimeExceeded",
            4: "ICMPv6ParameterProblem",
            128: "ICMPv6Echo",
            129: "ICMPv6Echo",
            130: "MLDQuery",
            131: "MLDReport",
            132: "MLDDone",
            143: "MLDv2Report",
            160: "ICMPv6ExtendedEchoRequest",
            161: "ICMPv6ExtendedEchoReply",
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
            58: "ICMPv6",
        },
        HOMES,
    ),
}
"""Number space -> number -> the header that it names."""

__all__ = [
    "ARP",
    "HEADERS",
    "HOMES",
    "NDMTU",
    "NDPREF64",
    "SACK",
    "TABLES",
    "TCP",
    "UDP",
    "Dot1Q",
    "Ethernet",
    "ICMPv4",
    "ICMPv4Timestamp",
    "ICMPv6",
    "ICMPv6Echo",
    "ICMPv6ExtendedEchoReply",
    "ICMPv6ExtendedEchoRequest",
    "ICMPv6PacketTooBig",
    "ICMPv6ParameterProblem",
    "ICMPv6TimeExceeded",
    "ICMPv6Unreachable",
    "IPv4",
    "IPv4Option",
    "IPv6",
    "InternetTimestamp",
    "LooseSourceRoute",
    "MLDDone",
    "MLDQuery",
    "MLDReport",
    "MLDv2GroupRecord",
    "MLDv2Report",
    "MLDv2ReportRecord",
    "MaximumSegmentSize",
    "NDCaptivePortal",
    "NDNonce",
    "NDOption",
    "NDPrefixInformation",
    "NDRecursiveServers",
    "NDRedirectedHeader",
    "NDRouteInformation",
    "NDSearchList",
    "NDSourceLinkAddress",
    "NDTargetLinkAddress",
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
