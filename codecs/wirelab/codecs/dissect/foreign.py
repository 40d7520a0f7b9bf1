"""Protocols that Wireshark 4.0 knows and wirelab has no codec for: they are named, not shown.

A name here counts only while no header class has that number, so nothing is to be removed when a
protocol gets its codec.
"""

FOREIGN: dict[str, dict[int, str]] = {
    "link_type": {229: "ipv6"},
    "ethertype": {
        0x0842: "wol",
        0x86DD: "ipv6",
        0x8137: "ipx",
        0x8808: "macc",
        0x8809: "slow",
        0x8847: "mpls",
        0x8863: "pppoed",
        0x8870: "llc",
        0x8864: "pppoes",
        0x888E: "eapol",
        0x88CC: "lldp",
        0x88E5: "macsec",
        0x88F7: "ptp",
        0x9000: "loop",
    },
    "ip_protocol": {
        33: "dccp",
        41: "ipv6",
        46: "rsvp",
        47: "gre",
        50: "esp",
        51: "ah",
        89: "ospf",
        103: "pim",
        112: "vrrp",
        115: "l2tp",
        132: "sctp",
        136: "udplite",
    },
    "udp_port": {
        69: "tftp",
        123: "ntp",
        137: "nbns",
        138: "nbdgm",
        161: "snmp",
        162: "snmp",
        500: "isakmp",
        514: "syslog",
        520: "rip",
        1900: "ssdp",
        5355: "llmnr",
    },
}
"""Number space -> number -> name in `frame.protocols`."""
