"""The options of Neighbor Discovery messages (RFC 4861 section 4.6), for all five of them."""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Flag,
    GreedyBytes,
    GreedyRange,
    Int8ub,
    Int16ub,
    Int32ub,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList
from wirelab.codecs.registries.icmpv6 import PREFIX_LENGTH_CODES, ROUTER_PREFERENCES
from wirelab.codecs.tlv import TlvStyle

ND_STYLE = TlvStyle(unit=8)

LINK_ADDRESS = "RFC 4861 section 4.6.1"
PREFIX = "RFC 4861 section 4.6.2"
REDIRECTED = "RFC 4861 section 4.6.3"
MTU = "RFC 4861 section 4.6.4"
ROUTE = "RFC 4191 section 2.3"
NONCE = "RFC 3971 section 5.3.2"
SERVERS = "RFC 8106 section 5.1"
SEARCH = "RFC 8106 section 5.2"
PORTAL = "RFC 8910 section 2.3"
PREF64 = "RFC 8781 section 4"


def _link_address(name: str, kind: int, display: str, whose: str) -> Option:
    """Both have 6 bytes on Ethernet (RFC 2464 section 6); of other lengths they stay unknown."""
    address = field("address", Bytes(6), display, format="mac", source=LINK_ADDRESS)
    return Option(name, kind, (address,), source=LINK_ADDRESS, doc=f"Link address of {whose}")


OPTIONS = (
    _link_address("NDSourceLinkAddress", 1, "icmpv6.opt.src_linkaddr", "the sender"),
    _link_address("NDTargetLinkAddress", 2, "icmpv6.opt.target_linkaddr", "the target"),
    Option(
        "NDPrefixInformation",
        3,
        (
            field(
                "prefix_length",
                Int8ub,
                "icmpv6.opt.prefix.length",
                default=64,
                doc="Bits of the prefix.",
                source=PREFIX,
            ),
            BitStruct(
                field(
                    "on_link",
                    Flag,
                    "icmpv6.opt.prefix.flag.l",
                    format="bool",
                    default=True,
                    doc="Addresses with this prefix are on the link.",
                    source=PREFIX,
                ),
                field(
                    "autonomous",
                    Flag,
                    "icmpv6.opt.prefix.flag.a",
                    format="bool",
                    default=True,
                    doc="Hosts may make addresses of it.",
                    source=PREFIX,
                ),
                field(
                    "router_address",
                    Flag,
                    "icmpv6.opt.prefix.flag.r",
                    format="bool",
                    default=False,
                    doc="The prefix is a whole address, the router's.",
                    source="RFC 6275 section 7.2",
                ),
                field("reserved1", BitsInteger(5), default=0, source=PREFIX),
            ),
            field(
                "valid_lifetime",
                Int32ub,
                "icmpv6.opt.prefix.valid_lifetime",
                default=2592000,
                doc="Seconds; all ones: for ever.",
                source=PREFIX,
            ),
            field(
                "preferred_lifetime",
                Int32ub,
                "icmpv6.opt.prefix.preferred_lifetime",
                default=604800,
                doc="Seconds; all ones: for ever.",
                source=PREFIX,
            ),
            field("reserved2", Int32ub, format="hex", default=0, source=PREFIX),
            field("prefix", Bytes(16), "icmpv6.opt.prefix", format="ipv6", source=PREFIX),
        ),
        source=PREFIX,
        doc="A prefix of the link, and what hosts may do with it",
    ),
    Option(
        "NDRedirectedHeader",
        4,
        (
            field("reserved", Bytes(6), format="bytes", default=bytes(6), source=REDIRECTED),
            field("packet", GreedyBytes, format="bytes", source=REDIRECTED),
        ),
        source=REDIRECTED,
        doc="The packet that was redirected, as far as it fits",
    ),
    Option(
        "NDMTU",
        5,
        (
            field("reserved", Int16ub, format="hex", default=0, source=MTU),
            field("mtu", Int32ub, "icmpv6.opt.mtu", doc="Bytes.", source=MTU),
        ),
        source=MTU,
        doc="What all on the link should use as its MTU",
    ),
    Option(
        "NDNonce",
        14,
        (field("nonce", GreedyBytes, "icmpv6.opt.nonce", format="bytes", source=NONCE),),
        source=NONCE,
        doc="Matches advertisements to solicitations",
    ),
    Option(
        "NDRouteInformation",
        24,
        (
            field(
                "prefix_length",
                Int8ub,
                "icmpv6.opt.prefix.length",
                doc="Bits of the prefix.",
                source=ROUTE,
            ),
            BitStruct(
                field("reserved1", BitsInteger(3), default=0, source=ROUTE),
                field(
                    "preference",
                    BitsInteger(2),
                    "icmpv6.opt.route_info.flag.route_preference",
                    names=ROUTER_PREFERENCES,
                    default=0,
                    doc="Over other routers with the same prefix.",
                    source=ROUTE,
                ),
                field("reserved2", BitsInteger(3), default=0, source=ROUTE),
            ),
            field(
                "lifetime",
                Int32ub,
                "icmpv6.opt.route_lifetime",
                default=1800,
                doc="Seconds; all ones: for ever.",
                source=ROUTE,
            ),
            field(
                "prefix",
                GreedyBytes,
                format="bytes",
                shown="ipv6 prefix",
                doc="The first 0, 8 or 16 bytes of the prefix.",
                source=ROUTE,
            ),
        ),
        source=ROUTE,
        doc="A prefix that the router leads to",
    ),
    Option(
        "NDRecursiveServers",
        25,
        (
            field("reserved", Int16ub, format="hex", default=0, source=SERVERS),
            field(
                "lifetime",
                Int32ub,
                "icmpv6.opt.rdnss.lifetime",
                default=1800,
                doc="Seconds; all ones: for ever.",
                source=SERVERS,
            ),
            field(
                "servers",
                GreedyRange(Bytes(16)),
                "icmpv6.opt.rdnss",
                format="ipv6",
                source=SERVERS,
            ),
        ),
        source=SERVERS,
        doc="Recursive DNS servers (RDNSS)",
    ),
    Option(
        "NDSearchList",
        31,
        (
            field("reserved", Int16ub, format="hex", default=0, source=SEARCH),
            field(
                "lifetime",
                Int32ub,
                "icmpv6.opt.dnssl.lifetime",
                default=1800,
                doc="Seconds; all ones: for ever.",
                source=SEARCH,
            ),
            field(
                "data",
                GreedyBytes,
                format="bytes",
                shown="names",
                doc="Domain names, then zeros; `names` are the names alone.",
                source=SEARCH,
            ),
        ),
        source=SEARCH,
        doc="Domains to look names up in (DNSSL)",
    ),
    Option(
        "NDCaptivePortal",
        37,
        (field("uri", GreedyBytes, format="text", source=PORTAL),),
        source=PORTAL,
        doc="Where the API of the captive portal is; zeros at the end are padding",
    ),
    Option(
        "NDPREF64",
        38,
        (
            BitStruct(
                field(
                    "scaled_lifetime",
                    BitsInteger(13),
                    "icmpv6.opt.pref64.scaled_lifetime",
                    default=225,
                    doc="In units of 8 seconds.",
                    source=PREF64,
                ),
                field(
                    "prefix_length_code",
                    BitsInteger(3),
                    "icmpv6.opt.pref64.plc",
                    names=PREFIX_LENGTH_CODES,
                    default=0,
                    source=PREF64,
                ),
            ),
            field(
                "prefix",
                Bytes(12),
                format="bytes",
                shown="ipv6 prefix",
                doc="The first 96 bits of the prefix.",
                source=PREF64,
            ),
        ),
        source=PREF64,
        doc="The prefix of a NAT64",
    ),
)

ND_OPTIONS = OptionList(None, OPTIONS, style=ND_STYLE, name="nd_options.NDOption")
