"""All names that schemas define, and which number names which header.

Generated from schemas/ by `make generate`; do not edit.
"""

from wirelab.codecs.number_spaces import NumberSpace, load

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from wirelab.codecs.header import Header
    from wirelab.codecs.protocols.arp import ARP
    from wirelab.codecs.protocols.dns import (
        DNS,
        DNSA,
        DNSAAAA,
        DNSCAA,
        DNSCNAME,
        DNSMX,
        DNSNS,
        DNSOPT,
        DNSPTR,
        DNSSOA,
        DNSSRV,
        DNSTXT,
        DNSAnyRecord,
        EDNSClientSubnet,
        EDNSCookie,
        EDNSExtendedError,
        EDNSOption,
        EDNSPadding,
    )
    from wirelab.codecs.protocols.dot1q import Dot1Q
    from wirelab.codecs.protocols.ethernet import Ethernet
    from wirelab.codecs.protocols.icmp_extensions import (
        ICMPExtensionObject,
        ICMPExtensions,
        ICMPInterface,
        ICMPLabelStack,
        ICMPLabelStackLabel,
        ICMPNamedInterface,
        ICMPProbeAddress,
        ICMPProbeIndex,
        ICMPProbeName,
        MPLSLabel,
    )
    from wirelab.codecs.protocols.icmpv4 import ICMPv4
    from wirelab.codecs.protocols.icmpv4_router_advertisement import (
        ICMPv4Router,
        ICMPv4RouterAdvertisement,
        ICMPv4RouterAdvertisementRouter,
    )
    from wirelab.codecs.protocols.icmpv4_timestamp import ICMPv4Timestamp
    from wirelab.codecs.protocols.icmpv6 import ICMPv6
    from wirelab.codecs.protocols.icmpv6_echo import ICMPv6Echo
    from wirelab.codecs.protocols.icmpv6_extended_echo_reply import ICMPv6ExtendedEchoReply
    from wirelab.codecs.protocols.icmpv6_extended_echo_request import ICMPv6ExtendedEchoRequest
    from wirelab.codecs.protocols.icmpv6_packet_too_big import ICMPv6PacketTooBig
    from wirelab.codecs.protocols.icmpv6_parameter_problem import ICMPv6ParameterProblem
    from wirelab.codecs.protocols.icmpv6_time_exceeded import ICMPv6TimeExceeded
    from wirelab.codecs.protocols.icmpv6_unreachable import ICMPv6Unreachable
    from wirelab.codecs.protocols.igmp import IGMP
    from wirelab.codecs.protocols.igmp_leave import IGMPLeave
    from wirelab.codecs.protocols.igmp_query import IGMPQuery
    from wirelab.codecs.protocols.igmpv1_report import IGMPv1Report
    from wirelab.codecs.protocols.igmpv2_report import IGMPv2Report
    from wirelab.codecs.protocols.igmpv3_query import IGMPv3Query, IGMPv3QuerySource, IGMPv3Source
    from wirelab.codecs.protocols.igmpv3_report import (
        IGMPv3GroupRecord,
        IGMPv3Report,
        IGMPv3ReportRecord,
    )
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
    from wirelab.codecs.protocols.mldv2_query import MLDv2Query, MLDv2QuerySource, MLDv2Source
    from wirelab.codecs.protocols.mldv2_report import (
        MLDv2GroupRecord,
        MLDv2Report,
        MLDv2ReportRecord,
    )
    from wirelab.codecs.protocols.nd import (
        NDRedirect,
        NeighborAdvertisement,
        NeighborSolicitation,
        RouterAdvertisement,
        RouterSolicitation,
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
        TCPOption,
        Timestamps,
        WindowScale,
    )
    from wirelab.codecs.protocols.tcp_flags import TCPFlags
    from wirelab.codecs.protocols.udp import UDP

    HEADERS: tuple[type[Header], ...]
    """Every header, by module name."""

HOMES = {
    "ARP": "arp",
    "DNS": "dns",
    "DNSA": "dns",
    "DNSAAAA": "dns",
    "DNSCAA": "dns",
    "DNSCNAME": "dns",
    "DNSMX": "dns",
    "DNSNS": "dns",
    "DNSOPT": "dns",
    "DNSPTR": "dns",
    "DNSSOA": "dns",
    "DNSSRV": "dns",
    "DNSTXT": "dns",
    "IGMP": "igmp",
    "NDMTU": "nd_options",
    "NDPREF64": "nd_options",
    "SACK": "tcp",
    "TCP": "tcp",
    "UDP": "udp",
    "DNSAnyRecord": "dns",
    "Dot1Q": "dot1q",
    "EDNSClientSubnet": "dns",
    "EDNSCookie": "dns",
    "EDNSExtendedError": "dns",
    "EDNSOption": "dns",
    "EDNSPadding": "dns",
    "Ethernet": "ethernet",
    "ICMPExtensionObject": "icmp_extensions",
    "ICMPExtensions": "icmp_extensions",
    "ICMPInterface": "icmp_extensions",
    "ICMPLabelStack": "icmp_extensions",
    "ICMPLabelStackLabel": "icmp_extensions",
    "ICMPNamedInterface": "icmp_extensions",
    "ICMPProbeAddress": "icmp_extensions",
    "ICMPProbeIndex": "icmp_extensions",
    "ICMPProbeName": "icmp_extensions",
    "ICMPv4": "icmpv4",
    "ICMPv4Router": "icmpv4_router_advertisement",
    "ICMPv4RouterAdvertisement": "icmpv4_router_advertisement",
    "ICMPv4RouterAdvertisementRouter": "icmpv4_router_advertisement",
    "ICMPv4Timestamp": "icmpv4_timestamp",
    "ICMPv6": "icmpv6",
    "ICMPv6Echo": "icmpv6_echo",
    "ICMPv6ExtendedEchoReply": "icmpv6_extended_echo_reply",
    "ICMPv6ExtendedEchoRequest": "icmpv6_extended_echo_request",
    "ICMPv6PacketTooBig": "icmpv6_packet_too_big",
    "ICMPv6ParameterProblem": "icmpv6_parameter_problem",
    "ICMPv6TimeExceeded": "icmpv6_time_exceeded",
    "ICMPv6Unreachable": "icmpv6_unreachable",
    "IGMPLeave": "igmp_leave",
    "IGMPQuery": "igmp_query",
    "IGMPv1Report": "igmpv1_report",
    "IGMPv2Report": "igmpv2_report",
    "IGMPv3GroupRecord": "igmpv3_report",
    "IGMPv3Query": "igmpv3_query",
    "IGMPv3QuerySource": "igmpv3_query",
    "IGMPv3Report": "igmpv3_report",
    "IGMPv3ReportRecord": "igmpv3_report",
    "IGMPv3Source": "igmpv3_query",
    "IPv4": "ipv4",
    "IPv4Option": "ipv4",
    "IPv6": "ipv6",
    "InternetTimestamp": "ipv4",
    "LooseSourceRoute": "ipv4",
    "MLDDone": "mld_done",
    "MLDQuery": "mld_query",
    "MLDReport": "mld_report",
    "MLDv2GroupRecord": "mldv2_report",
    "MLDv2Query": "mldv2_query",
    "MLDv2QuerySource": "mldv2_query",
    "MLDv2Report": "mldv2_report",
    "MLDv2ReportRecord": "mldv2_report",
    "MLDv2Source": "mldv2_query",
    "MPLSLabel": "icmp_extensions",
    "MaximumSegmentSize": "tcp",
    "NDCaptivePortal": "nd_options",
    "NDNonce": "nd_options",
    "NDOption": "nd_options",
    "NDPrefixInformation": "nd_options",
    "NDRecursiveServers": "nd_options",
    "NDRedirect": "nd",
    "NDRedirectedHeader": "nd_options",
    "NDRouteInformation": "nd_options",
    "NDSearchList": "nd_options",
    "NDSourceLinkAddress": "nd_options",
    "NDTargetLinkAddress": "nd_options",
    "NeighborAdvertisement": "nd",
    "NeighborSolicitation": "nd",
    "RecordRoute": "ipv4",
    "RouterAdvertisement": "nd",
    "RouterAlert": "ipv4",
    "RouterSolicitation": "nd",
    "SACKPermitted": "tcp",
    "StreamIdentifier": "ipv4",
    "StrictSourceRoute": "ipv4",
    "TCPFlags": "tcp_flags",
    "TCPOption": "tcp",
    "Timestamps": "tcp",
    "WindowScale": "tcp",
}
"""Public name -> the module that defines it."""

_HEADERS = (
    "ARP",
    "DNS",
    "Dot1Q",
    "Ethernet",
    "ICMPExtensions",
    "ICMPv4",
    "ICMPv4RouterAdvertisement",
    "ICMPv4Timestamp",
    "ICMPv6",
    "ICMPv6Echo",
    "ICMPv6ExtendedEchoReply",
    "ICMPv6ExtendedEchoRequest",
    "ICMPv6PacketTooBig",
    "ICMPv6ParameterProblem",
    "ICMPv6TimeExceeded",
    "ICMPv6Unreachable",
    "IGMP",
    "IGMPLeave",
    "IGMPQuery",
    "IGMPv1Report",
    "IGMPv2Report",
    "IGMPv3Query",
    "IGMPv3Report",
    "IPv4",
    "IPv6",
    "MLDDone",
    "MLDQuery",
    "MLDReport",
    "MLDv2Query",
    "MLDv2Report",
    "RouterSolicitation",
    "RouterAdvertisement",
    "NeighborSolicitation",
    "NeighborAdvertisement",
    "NDRedirect",
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
            9: "ICMPv4RouterAdvertisement",
            13: "ICMPv4Timestamp",
            14: "ICMPv4Timestamp",
            42: "ICMPExtensions",
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
            130: "MLDQuery MLDv2Query",
            131: "MLDReport",
            132: "MLDDone",
            133: "RouterSolicitation",
            134: "RouterAdvertisement",
            135: "NeighborSolicitation",
            136: "NeighborAdvertisement",
            137: "NDRedirect",
            143: "MLDv2Report",
            160: "ICMPv6ExtendedEchoRequest",
            161: "ICMPv6ExtendedEchoReply",
        },
        HOMES,
    ),
    "igmp_type": NumberSpace(
        {
            17: "IGMPQuery IGMPv3Query",
            18: "IGMPv1Report",
            22: "IGMPv2Report",
            23: "IGMPLeave",
            34: "IGMPv3Report",
        },
        HOMES,
    ),
    "ip_protocol": NumberSpace(
        {
            1: "ICMPv4",
            2: "IGMP",
            4: "IPv4",
            6: "TCP",
            17: "UDP",
            41: "IPv6",
            58: "ICMPv6",
        },
        HOMES,
    ),
    "udp_port": NumberSpace(
        {
            53: "DNS",
            5353: "DNS",
        },
        HOMES,
    ),
}
"""Number space -> number -> the header that it names."""

__all__ = [
    "ARP",
    "DNS",
    "DNSA",
    "DNSAAAA",
    "DNSCAA",
    "DNSCNAME",
    "DNSMX",
    "DNSNS",
    "DNSOPT",
    "DNSPTR",
    "DNSSOA",
    "DNSSRV",
    "DNSTXT",
    "HEADERS",
    "HOMES",
    "IGMP",
    "NDMTU",
    "NDPREF64",
    "SACK",
    "TABLES",
    "TCP",
    "UDP",
    "DNSAnyRecord",
    "Dot1Q",
    "EDNSClientSubnet",
    "EDNSCookie",
    "EDNSExtendedError",
    "EDNSOption",
    "EDNSPadding",
    "Ethernet",
    "ICMPExtensionObject",
    "ICMPExtensions",
    "ICMPInterface",
    "ICMPLabelStack",
    "ICMPLabelStackLabel",
    "ICMPNamedInterface",
    "ICMPProbeAddress",
    "ICMPProbeIndex",
    "ICMPProbeName",
    "ICMPv4",
    "ICMPv4Router",
    "ICMPv4RouterAdvertisement",
    "ICMPv4RouterAdvertisementRouter",
    "ICMPv4Timestamp",
    "ICMPv6",
    "ICMPv6Echo",
    "ICMPv6ExtendedEchoReply",
    "ICMPv6ExtendedEchoRequest",
    "ICMPv6PacketTooBig",
    "ICMPv6ParameterProblem",
    "ICMPv6TimeExceeded",
    "ICMPv6Unreachable",
    "IGMPLeave",
    "IGMPQuery",
    "IGMPv1Report",
    "IGMPv2Report",
    "IGMPv3GroupRecord",
    "IGMPv3Query",
    "IGMPv3QuerySource",
    "IGMPv3Report",
    "IGMPv3ReportRecord",
    "IGMPv3Source",
    "IPv4",
    "IPv4Option",
    "IPv6",
    "InternetTimestamp",
    "LooseSourceRoute",
    "MLDDone",
    "MLDQuery",
    "MLDReport",
    "MLDv2GroupRecord",
    "MLDv2Query",
    "MLDv2QuerySource",
    "MLDv2Report",
    "MLDv2ReportRecord",
    "MLDv2Source",
    "MPLSLabel",
    "MaximumSegmentSize",
    "NDCaptivePortal",
    "NDNonce",
    "NDOption",
    "NDPrefixInformation",
    "NDRecursiveServers",
    "NDRedirect",
    "NDRedirectedHeader",
    "NDRouteInformation",
    "NDSearchList",
    "NDSourceLinkAddress",
    "NDTargetLinkAddress",
    "NeighborAdvertisement",
    "NeighborSolicitation",
    "RecordRoute",
    "RouterAdvertisement",
    "RouterAlert",
    "RouterSolicitation",
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
