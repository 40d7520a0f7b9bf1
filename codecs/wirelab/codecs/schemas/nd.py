"""Neighbor Discovery: the five messages that IPv6 nodes of a link exchange (RFC 4861 section 4).

They are bodies of ICMPv6 messages and share their options (`nd_options`).
"""

from construct import BitsInteger, BitStruct, Bytes, Flag, Int8ub, Int16ub, Int32ub

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.registries.icmpv6 import ROUTER_PREFERENCES
from wirelab.codecs.schemas.nd_options import ND_OPTIONS

SOLICIT_ROUTERS = "RFC 4861 section 4.1"
ADVERTISE_ROUTER = "RFC 4861 section 4.2"
SOLICIT_NEIGHBOR = "RFC 4861 section 4.3"
ADVERTISE_NEIGHBOR = "RFC 4861 section 4.4"
REDIRECT = "RFC 4861 section 4.5"

HOPS = {"hop_limit": 255}
"""Receivers take nothing that a router may have forwarded (RFC 4861 section 7.1)."""
OPTIONS = field(
    "options",
    ND_OPTIONS,
    "icmpv6.opt",
    format="options",
    source="RFC 4861 section 4.6",
)

ROUTER_SOLICITATION = HeaderSchema(
    "RouterSolicitation",
    field("reserved", Int32ub, format="hex", default=0, source=SOLICIT_ROUTERS),
    OPTIONS,
    title="Router Solicitation",
    display="icmpv6",
    source=SOLICIT_ROUTERS,
    carried={"icmpv6_type": (133,)},
    demands=HOPS,
)

ROUTER_ADVERTISEMENT = HeaderSchema(
    "RouterAdvertisement",
    field(
        "hop_limit",
        Int8ub,
        "icmpv6.nd.ra.cur_hop_limit",
        default=64,
        doc="What hosts should begin with; 0: the router does not say.",
        source=ADVERTISE_ROUTER,
    ),
    BitStruct(
        field(
            "managed",
            Flag,
            "icmpv6.nd.ra.flag.m",
            format="bool",
            default=False,
            doc="Addresses come from DHCPv6.",
            source=ADVERTISE_ROUTER,
        ),
        field(
            "other",
            Flag,
            "icmpv6.nd.ra.flag.o",
            format="bool",
            default=False,
            doc="Other configuration comes from DHCPv6.",
            source=ADVERTISE_ROUTER,
        ),
        field(
            "home_agent",
            Flag,
            "icmpv6.nd.ra.flag.h",
            format="bool",
            default=False,
            doc="The router is a Mobile IPv6 home agent.",
            source="RFC 6275 section 7.1",
        ),
        field(
            "preference",
            BitsInteger(2),
            "icmpv6.nd.ra.flag.prf",
            names=ROUTER_PREFERENCES,
            default=0,
            doc="Over other default routers.",
            source="RFC 4191 section 2.2",
        ),
        field(
            "proxy",
            Flag,
            "icmpv6.nd.ra.flag.p",
            format="bool",
            default=False,
            doc="Made by a Neighbor Discovery proxy.",
            source="RFC 4389 section 4.1.3.3",
        ),
        field(
            "reserved", BitsInteger(2), "icmpv6.nd.ra.flag.rsv", default=0, source=ADVERTISE_ROUTER
        ),
    ),
    field(
        "router_lifetime",
        Int16ub,
        "icmpv6.nd.ra.router_lifetime",
        default=1800,
        doc="Seconds as a default router; 0: it is none.",
        source=ADVERTISE_ROUTER,
    ),
    field(
        "reachable_time",
        Int32ub,
        "icmpv6.nd.ra.reachable_time",
        default=0,
        doc="Milliseconds for which a confirmed neighbour counts as reachable; 0: not said.",
        source=ADVERTISE_ROUTER,
    ),
    field(
        "retransmission_timer",
        Int32ub,
        "icmpv6.nd.ra.retrans_timer",
        default=0,
        doc="Milliseconds between solicitations; 0: not said.",
        source=ADVERTISE_ROUTER,
    ),
    OPTIONS,
    title="Router Advertisement",
    display="icmpv6",
    source=ADVERTISE_ROUTER,
    carried={"icmpv6_type": (134,)},
    demands=HOPS,
)

NEIGHBOR_SOLICITATION = HeaderSchema(
    "NeighborSolicitation",
    field("reserved", Int32ub, format="hex", default=0, source=SOLICIT_NEIGHBOR),
    field(
        "target",
        Bytes(16),
        "icmpv6.nd.ns.target_address",
        format="ipv6",
        default=bytes(16),
        doc="The neighbour that this is about.",
        source=SOLICIT_NEIGHBOR,
    ),
    OPTIONS,
    title="Neighbor Solicitation",
    display="icmpv6",
    source=SOLICIT_NEIGHBOR,
    carried={"icmpv6_type": (135,)},
    demands=HOPS,
)

NEIGHBOR_ADVERTISEMENT = HeaderSchema(
    "NeighborAdvertisement",
    BitStruct(
        field(
            "router",
            Flag,
            "icmpv6.nd.na.flag.r",
            format="bool",
            default=False,
            doc="The sender is a router.",
            source=ADVERTISE_NEIGHBOR,
        ),
        field(
            "solicited",
            Flag,
            "icmpv6.nd.na.flag.s",
            format="bool",
            default=False,
            doc="The answer to a solicitation.",
            source=ADVERTISE_NEIGHBOR,
        ),
        field(
            "override",
            Flag,
            "icmpv6.nd.na.flag.o",
            format="bool",
            default=False,
            doc="Replace what the cache knows.",
            source=ADVERTISE_NEIGHBOR,
        ),
        field(
            "reserved",
            BitsInteger(29),
            "icmpv6.nd.na.flag.rsv",
            default=0,
            source=ADVERTISE_NEIGHBOR,
        ),
    ),
    field(
        "target",
        Bytes(16),
        "icmpv6.nd.na.target_address",
        format="ipv6",
        default=bytes(16),
        doc="The neighbour that this is about.",
        source=ADVERTISE_NEIGHBOR,
    ),
    OPTIONS,
    title="Neighbor Advertisement",
    display="icmpv6",
    source=ADVERTISE_NEIGHBOR,
    carried={"icmpv6_type": (136,)},
    demands=HOPS,
)

ND_REDIRECT = HeaderSchema(
    "NDRedirect",
    field("reserved", Int32ub, format="hex", default=0, source=REDIRECT),
    field(
        "target",
        Bytes(16),
        "icmpv6.nd.rd.target_address",
        format="ipv6",
        default=bytes(16),
        doc="The better first hop.",
        source=REDIRECT,
    ),
    field(
        "destination",
        Bytes(16),
        "icmpv6.rd.na.destination_address",
        format="ipv6",
        default=bytes(16),
        doc="Packets to this address should go there.",
        source=REDIRECT,
    ),
    OPTIONS,
    title="Redirect",
    display="icmpv6",
    source=REDIRECT,
    carried={"icmpv6_type": (137,)},
    demands=HOPS,
)
