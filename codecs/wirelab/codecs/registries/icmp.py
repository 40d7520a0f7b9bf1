"""ICMP types and codes (IANA "Internet Control Message Protocol (ICMP) Parameters")."""

from wirelab.codecs.registries import Registries, Registry

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
        40: "security failure",
        42: "extended echo request",
        43: "extended echo reply",
        253: "experiment 1",
        254: "experiment 2",
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
ROUTER_ADVERTISEMENT_CODES = Registry(
    "icmp.ROUTER_ADVERTISEMENT_CODES",
    {0: "normal router advertisement", 16: "does not route common traffic"},
)
PARAMETER_PROBLEM_CODES = Registry(
    "icmp.PARAMETER_PROBLEM_CODES",
    {
        0: "pointer indicates the error",
        1: "missing a required option",
        2: "bad length",
    },
)
SECURITY_FAILURE_CODES = Registry(
    "icmp.SECURITY_FAILURE_CODES",
    {
        0: "bad SPI",
        1: "authentication failed",
        2: "decompression failed",
        3: "decryption failed",
        4: "need authentication",
        5: "need authorization",
    },
)
EXTENDED_ECHO_REPLY_CODES = Registry(
    "icmp.EXTENDED_ECHO_REPLY_CODES",
    {
        0: "no error",
        1: "malformed query",
        2: "no such interface",
        3: "no such table entry",
        4: "multiple interfaces satisfy query",
    },
)
CODES = Registries(
    "icmp.CODES",
    {
        3: UNREACHABLE_CODES,
        5: REDIRECT_CODES,
        9: ROUTER_ADVERTISEMENT_CODES,
        11: TIME_EXCEEDED_CODES,
        12: PARAMETER_PROBLEM_CODES,
        40: SECURITY_FAILURE_CODES,
        43: EXTENDED_ECHO_REPLY_CODES,
    },
)
"""Type -> what its codes mean."""
EXTENDED_ECHO_STATES = Registry(
    "icmp.EXTENDED_ECHO_STATES",
    {
        0: "reserved",
        1: "incomplete",
        2: "reachable",
        3: "stale",
        4: "delay",
        5: "probe",
        6: "failed",
    },
)
"""Of a neighbour, as an extended echo reply tells it (RFC 8335 section 3)."""
INTERFACE_ROLES = Registry(
    "icmp.INTERFACE_ROLES",
    {
        0: "incoming IP interface",
        1: "sub-IP component of the incoming interface",
        2: "outgoing IP interface",
        3: "next hop",
    },
)
"""RFC 5837 section 4.1."""
QUOTING_TYPES = frozenset({3, 4, 5, 11, 12})
"""Error messages: they quote the packet that caused them (RFC 1122 section 3.2.2)."""
EXTENSIBLE_TYPES = frozenset({3, 11, 12})
"""Those of them that may carry extensions behind the quote (RFC 4884 section 4)."""
