"""IGMP types (IANA "Internet Group Management Protocol (IGMP) Type Numbers")."""

from wirelab.codecs.registries import Registry

TYPES = Registry(
    "igmp.TYPES",
    {
        0x11: "membership query",
        0x12: "v1 membership report",
        0x13: "DVMRP",
        0x14: "PIM v1",
        0x16: "v2 membership report",
        0x17: "leave group",
        0x1E: "multicast traceroute response",
        0x1F: "multicast traceroute",
        0x22: "v3 membership report",
        0x30: "multicast router advertisement",
        0x31: "multicast router solicitation",
        0x32: "multicast router termination",
    },
)
