"""Protocols that Wireshark 4.0 knows and wirelab has no codec for: they are named, not shown.

A name here counts only while no header class has that number, so nothing is to be removed when a
protocol gets its codec.
"""

FOREIGN: dict[str, dict[int, str]] = {
    "ethertype": {
        0x0842: "wol",
        0x8808: "macc",
        0x8809: "slow",
        0x8847: "mpls",
        0x8863: "pppoed",
        0x8864: "pppoes",
        0x888E: "eapol",
        0x88CC: "lldp",
        0x88E5: "macsec",
        0x88F7: "ptp",
        0x9000: "loop",
    },
    "null_family": {7: "osi"},
    "llc_sap": {
        0x04: "sna",
        0x08: "sna",
        0x0C: "sna",
        0x14: "osi",
        0x20: "osi",
        0x34: "osi",
        0x40: "sna",
        0x42: "stp",
        0x54: "osi",
        0x7E: "x25",
        0x80: "3comxns",
        0x82: "bacnet",
        0xBC: "vines_llc",
        0xC8: "sna",
        0xF0: "netbios",
        0xF8: "hpext",
        0xFC: "rpl",
        0xFE: "osi",
    },
    "ipx_type": {5: "spx", 17: "ncp"},
    "ip_protocol": {
        33: "dccp",
        46: "rsvp",
        89: "ospf",
        103: "pim",
        112: "vrrp",
        115: "l2tp",
        132: "sctp",
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
