"""ICMPv6 types, codes and options (IANA "ICMPv6 Parameters")."""

from wirelab.codecs.registries import Registries, Registry

TYPES = Registry(
    "icmpv6.TYPES",
    {
        1: "destination unreachable",
        2: "packet too big",
        3: "time exceeded",
        4: "parameter problem",
        100: "experiment 1 (error)",
        101: "experiment 2 (error)",
        128: "echo request",
        129: "echo reply",
        130: "multicast listener query",
        131: "multicast listener report",
        132: "multicast listener done",
        133: "router solicitation",
        134: "router advertisement",
        135: "neighbor solicitation",
        136: "neighbor advertisement",
        137: "redirect",
        138: "router renumbering",
        139: "node information query",
        140: "node information response",
        141: "inverse neighbor discovery solicitation",
        142: "inverse neighbor discovery advertisement",
        143: "multicast listener report v2",
        144: "home agent address discovery request",
        145: "home agent address discovery reply",
        146: "mobile prefix solicitation",
        147: "mobile prefix advertisement",
        148: "certification path solicitation",
        149: "certification path advertisement",
        151: "multicast router advertisement",
        152: "multicast router solicitation",
        153: "multicast router termination",
        155: "RPL control",
        157: "duplicate address request",
        158: "duplicate address confirmation",
        160: "extended echo request",
        161: "extended echo reply",
        200: "experiment 1",
        201: "experiment 2",
    },
)
UNREACHABLE_CODES = Registry(
    "icmpv6.UNREACHABLE_CODES",
    {
        0: "no route",
        1: "administratively prohibited",
        2: "beyond scope of source address",
        3: "address unreachable",
        4: "port unreachable",
        5: "source address failed policy",
        6: "route rejected",
        7: "error in source routing header",
        8: "headers too long",
    },
)
TIME_EXCEEDED_CODES = Registry(
    "icmpv6.TIME_EXCEEDED_CODES", {0: "in transit", 1: "during fragment reassembly"}
)
PARAMETER_PROBLEM_CODES = Registry(
    "icmpv6.PARAMETER_PROBLEM_CODES",
    {
        0: "erroneous header field",
        1: "unrecognized next header",
        2: "unrecognized option",
        3: "incomplete header chain in first fragment",
        4: "error in segment routing upper-layer header",
        5: "unrecognized next header at intermediate node",
        6: "extension header too big",
        7: "extension header chain too long",
        8: "too many extension headers",
        9: "too many options in extension header",
        10: "option too big",
    },
)
EXTENDED_ECHO_REPLY_CODES = Registry(
    "icmpv6.EXTENDED_ECHO_REPLY_CODES",
    {
        0: "no error",
        1: "malformed query",
        2: "no such interface",
        3: "no such table entry",
        4: "multiple interfaces satisfy query",
    },
)
CODES = Registries(
    "icmpv6.CODES",
    {
        1: UNREACHABLE_CODES,
        3: TIME_EXCEEDED_CODES,
        4: PARAMETER_PROBLEM_CODES,
        161: EXTENDED_ECHO_REPLY_CODES,
    },
)
"""Type -> what its codes mean."""
ROUTER_PREFERENCES = Registry(
    "icmpv6.ROUTER_PREFERENCES", {0: "medium", 1: "high", 2: "reserved", 3: "low"}
)
"""RFC 4191 section 2.1: a signed number of two bits."""
MULTICAST_RECORD_TYPES = Registry(
    "icmpv6.MULTICAST_RECORD_TYPES",
    {
        1: "mode is include",
        2: "mode is exclude",
        3: "change to include",
        4: "change to exclude",
        5: "allow new sources",
        6: "block old sources",
    },
)
"""RFC 3810 section 5.2.12; IGMP's are the same (RFC 3376 section 4.2.12)."""
PREFIX_LENGTH_CODES = Registry(
    "icmpv6.PREFIX_LENGTH_CODES", {0: "/96", 1: "/64", 2: "/56", 3: "/48", 4: "/40", 5: "/32"}
)
"""Of a PREF64 option (RFC 8781 section 4)."""
QUOTING_TYPES = frozenset({1, 2, 3, 4})
"""Error messages: they quote the packet that caused them (RFC 4443 section 2.4)."""
