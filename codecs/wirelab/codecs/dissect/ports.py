"""Ports whose payload Wireshark hands to a dissector that has no counterpart here.

Such a payload is not `data` to Wireshark. Over UDP the protocol is named in `frame.protocols`;
over TCP it is not, because Wireshark names it only in the segment that completes a message.
The lists hold the usual ports only; Wireshark knows about 2,700 (`tshark -G decodes`).
"""

UDP_NAMES = {
    53: "dns",
    67: "dhcp",
    68: "dhcp",
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
    5353: "mdns",
    5355: "llmnr",
}

TCP_PORTS = frozenset(
    (
        *(20, 21, 22, 23, 25, 53, 80, 110, 139, 143, 179, 389, 443, 445, 465, 587, 636, 993, 995),
        *(1433, 1723, 1883, 3128, 3306, 3389, 5060, 5222, 5432, 5672, 5900, 6379, 8009, 8080, 8088),
    )
)
