"""Ethernet types (IANA "IEEE 802 Numbers")."""

from wirelab.codecs.registries import Registry

ETHERTYPES = Registry(
    "ethertypes.ETHERTYPES",
    {
        0x0800: "IPv4",
        0x0806: "ARP",
        0x0842: "Wake-on-LAN",
        0x6558: "Ethernet bridging",
        0x8035: "RARP",
        0x8100: "802.1Q Virtual LAN",
        0x8137: "IPX",
        0x86DD: "IPv6",
        0x8808: "MAC Control",
        0x8809: "Slow Protocols",
        0x880B: "PPP",
        0x8847: "MPLS",
        0x8848: "MPLS multicast",
        0x8863: "PPPoE Discovery",
        0x8864: "PPPoE Session",
        0x888E: "802.1X Authentication",
        0x88A8: "802.1ad Provider Bridge",
        0x88B5: "Local Experimental 1",
        0x88B6: "Local Experimental 2",
        0x88CC: "LLDP",
        0x88E5: "MACsec",
        0x88F7: "PTP",
        0x9000: "Loopback",
        0x9100: "802.1Q tag, old",
    },
)
