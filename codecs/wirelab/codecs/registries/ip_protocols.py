"""Protocol numbers and header code points of IPv4 (IANA "Protocol Numbers", "DSCP")."""

from wirelab.codecs.registries import Registry

IP_PROTOCOLS = Registry(
    "ip_protocols.IP_PROTOCOLS",
    {
        0: "HOPOPT",
        1: "ICMP",
        2: "IGMP",
        4: "IPv4",
        6: "TCP",
        8: "EGP",
        17: "UDP",
        33: "DCCP",
        41: "IPv6",
        43: "IPv6-Route",
        44: "IPv6-Frag",
        46: "RSVP",
        47: "GRE",
        50: "ESP",
        51: "AH",
        58: "IPv6-ICMP",
        59: "IPv6-NoNxt",
        60: "IPv6-Opts",
        88: "EIGRP",
        89: "OSPFIGP",
        103: "PIM",
        112: "VRRP",
        132: "SCTP",
        136: "UDPLite",
        253: "experimentation 1",
        254: "experimentation 2",
    },
)
DSCP = Registry(
    "ip_protocols.DSCP",
    {
        0: "CS0",
        8: "CS1",
        10: "AF11",
        12: "AF12",
        14: "AF13",
        16: "CS2",
        18: "AF21",
        20: "AF22",
        22: "AF23",
        24: "CS3",
        26: "AF31",
        28: "AF32",
        30: "AF33",
        32: "CS4",
        34: "AF41",
        36: "AF42",
        38: "AF43",
        40: "CS5",
        44: "VOICE-ADMIT",
        46: "EF",
        48: "CS6",
        56: "CS7",
    },
)
ECN = Registry("ip_protocols.ECN", {0: "Not-ECT", 1: "ECT(1)", 2: "ECT(0)", 3: "CE"})

CLASSIFICATIONS = Registry(
    "ip_protocols.CLASSIFICATIONS",
    {
        0x01: "reserved 4",
        0x3D: "top secret",
        0x5A: "secret",
        0x96: "confidential",
        0x66: "reserved 3",
        0xCC: "reserved 2",
        0xAB: "unclassified",
        0xF1: "reserved 1",
    },
)
"""Levels of the basic security option (RFC 1108 section 2.3)."""
