"""LLC service access points (IEEE 802.2; IANA "IEEE 802 Numbers")."""

from wirelab.codecs.registries import Registry

SAPS = Registry(
    "llc.SAPS",
    {
        0x00: "NULL LSAP",
        0x02: "LLC Sublayer Management",
        0x04: "SNA Path Control",
        0x06: "TCP/IP",
        0x0E: "PROWAY Network Management",
        0x42: "Spanning Tree",
        0x7E: "ISO 8208",
        0x80: "XNS",
        0x98: "ARP",
        0xAA: "SNAP",
        0xBC: "Banyan Vines",
        0xE0: "NetWare",
        0xF0: "NetBIOS",
        0xF4: "LAN Manager",
        0xFE: "ISO Network Layer",
        0xFF: "Global LSAP",
    },
)
