"""Numbers of DHCP (IANA, "Dynamic Host Configuration Protocol (DHCP) and BOOTP Parameters")."""

from wirelab.codecs.registries import Registry

OPERATIONS = Registry("dhcp.OPERATIONS", {1: "request", 2: "reply"})
"""RFC 951 section 3."""

MESSAGE_TYPES = Registry(
    "dhcp.MESSAGE_TYPES",
    {
        1: "DISCOVER",
        2: "OFFER",
        3: "REQUEST",
        4: "DECLINE",
        5: "ACK",
        6: "NAK",
        7: "RELEASE",
        8: "INFORM",
        9: "FORCERENEW",
        10: "LEASEQUERY",
        11: "LEASEUNASSIGNED",
        12: "LEASEUNKNOWN",
        13: "LEASEACTIVE",
    },
)
"""RFC 2132 section 9.6; RFC 3203 section 4; RFC 4388 section 6.1."""

OVERLOADS = Registry("dhcp.OVERLOADS", {1: "file", 2: "server name", 3: "both"})
"""RFC 2132 section 9.3."""

OPTION_CODES = Registry(
    "dhcp.OPTION_CODES",
    {
        1: "subnet mask",
        3: "router",
        6: "domain name server",
        12: "host name",
        15: "domain name",
        28: "broadcast address",
        33: "static route",
        42: "NTP servers",
        43: "vendor specific",
        44: "NetBIOS name server",
        46: "NetBIOS node type",
        47: "NetBIOS scope",
        50: "requested address",
        51: "lease time",
        53: "message type",
        54: "server identifier",
        55: "parameter request list",
        57: "maximum message size",
        58: "renewal time",
        59: "rebinding time",
        60: "vendor class",
        61: "client identifier",
        66: "TFTP server name",
        67: "boot file name",
        81: "client FQDN",
        82: "relay agent information",
        119: "domain search",
        121: "classless static route",
        252: "proxy autodiscovery",
    },
)
"""RFC 2132 and later; those that clients ask for most."""
