"""IPX packet types and sockets (Novell IPX Router Specification)."""

from wirelab.codecs.registries import Registry

PACKET_TYPES = Registry(
    "ipx.PACKET_TYPES",
    {0: "unknown", 1: "RIP", 2: "echo", 3: "error", 4: "PEP", 5: "SPX", 17: "NCP", 20: "NetBIOS"},
)
SOCKETS = Registry(
    "ipx.SOCKETS",
    {
        0x0451: "NCP",
        0x0452: "SAP",
        0x0453: "RIP",
        0x0455: "NetBIOS",
        0x0456: "diagnostics",
        0x0457: "serialization",
        0x9001: "NLSP",
        0x9004: "IPXWAN",
    },
)
