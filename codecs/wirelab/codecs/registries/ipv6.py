"""Numbers of IPv6's extension headers (IANA "IPv6 Parameters", "IPv6 Router Alert Values")."""

from wirelab.codecs.registries import Registry

ROUTING_TYPES = Registry(
    "ipv6.ROUTING_TYPES",
    {
        0: "source route (deprecated)",
        1: "Nimrod (deprecated)",
        2: "type 2 (mobility)",
        3: "RPL source route",
        4: "segment routing",
        5: "CRH-16",
        6: "CRH-32",
    },
)
ROUTER_ALERTS = Registry(
    "ipv6.ROUTER_ALERTS",
    {0: "MLD", 1: "RSVP", 2: "active networks", 3: "reserved", 67: "NSIS", 68: "NSIS", 69: "MPLS"},
)
