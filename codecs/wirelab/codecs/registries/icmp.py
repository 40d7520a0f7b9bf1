"""ICMP types and codes (IANA "Internet Control Message Protocol (ICMP) Parameters")."""

from wirelab.codecs.registries import Registry

TYPES = Registry(
    "icmp.TYPES",
    {
        0: "echo reply",
        3: "destination unreachable",
        4: "source quench",
        5: "redirect",
        8: "echo request",
        9: "router advertisement",
        10: "router solicitation",
        11: "time exceeded",
        12: "parameter problem",
        13: "timestamp request",
        14: "timestamp reply",
        15: "information request",
        16: "information reply",
        17: "address mask request",
        18: "address mask reply",
        42: "extended echo request",
        43: "extended echo reply",
    },
)
UNREACHABLE_CODES = Registry(
    "icmp.UNREACHABLE_CODES",
    {
        0: "network unreachable",
        1: "host unreachable",
        2: "protocol unreachable",
        3: "port unreachable",
        4: "fragmentation needed",
        5: "source route failed",
        6: "destination network unknown",
        7: "destination host unknown",
        8: "source host isolated",
        9: "network administratively prohibited",
        10: "host administratively prohibited",
        11: "network unreachable for type of service",
        12: "host unreachable for type of service",
        13: "communication administratively prohibited",
        14: "host precedence violation",
        15: "precedence cutoff in effect",
    },
)
REDIRECT_CODES = Registry(
    "icmp.REDIRECT_CODES",
    {
        0: "for the network",
        1: "for the host",
        2: "for the type of service and network",
        3: "for the type of service and host",
    },
)
TIME_EXCEEDED_CODES = Registry(
    "icmp.TIME_EXCEEDED_CODES", {0: "in transit", 1: "during fragment reassembly"}
)
QUOTING_TYPES = frozenset({3, 4, 5, 11, 12})
"""Error messages: they quote the packet that caused them (RFC 1122 section 3.2.2)."""
