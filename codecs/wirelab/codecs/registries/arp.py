"""ARP parameters (IANA "Address Resolution Protocol (ARP) Parameters")."""

from wirelab.codecs.registries import Registry

HARDWARE_TYPES = Registry(
    "arp.HARDWARE_TYPES",
    {1: "Ethernet", 6: "IEEE 802", 7: "ARCNET", 15: "Frame Relay", 16: "ATM", 20: "Serial Line"},
)
OPERATIONS = Registry(
    "arp.OPERATIONS",
    {
        1: "request",
        2: "reply",
        3: "reverse request",
        4: "reverse reply",
        8: "inverse request",
        9: "inverse reply",
        10: "nak",
    },
)
