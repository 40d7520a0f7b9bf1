"""The options of Neighbor Discovery as Wireshark shows them (RFC 4861 section 4.6)."""

from collections.abc import Callable

from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.layers.dns_names import read_name, text_of
from wirelab.codecs.errors import DecodeError

UNIT = 8
"""bytes that an option's length counts."""
ETHERNET_OPTION = 8
"""bytes of an option with a link address of 6 bytes."""
SOURCE_LINK, TARGET_LINK, PREFIX, REDIRECTED, MTU, NONCE = 1, 2, 3, 4, 5, 14
ROUTE, SERVERS, SEARCH, PORTAL, PREF64 = 24, 25, 31, 37, 38

declare("icmpv6.opt.type", Kind.NUMBER, "Option type")
declare("icmpv6.opt.length", Kind.NUMBER, "Option length (units of 8 bytes)")
declare("icmpv6.opt.linkaddr", Kind.MAC, "Link address")
declare("icmpv6.opt.prefix.flag", Kind.HEX, "Flags", digits=2)
declare("icmpv6.opt.prefix.flag.reserved", Kind.NUMBER, "Reserved")
declare("icmpv6.opt.prefix", Kind.IPV6, "Prefix")
declare("icmpv6.opt.route_info.flag", Kind.HEX, "Flags", digits=2)
declare("icmpv6.opt.route_info.flag.reserved", Kind.NUMBER, "Reserved")
declare("icmpv6.opt.dnssl", Kind.STRING, "Domain name")
declare("icmpv6.opt.captive_portal", Kind.STRING, "Captive portal")
declare("icmpv6.opt.pref64.plc", Kind.HEX, "Prefix length code", digits=4)
declare("icmpv6.opt.pref64.prefix", Kind.IPV6, "Prefix")
declare("icmpv6.data", Kind.BYTES, "Data")


def show_options(
    cursor: Cursor, buffer: bytes, limit: int, quote: Callable[[int, int], None]
) -> None:
    """Add the fields of all options up to `limit`.

    Args:
        cursor: where the options begin.
        buffer: the frame.
        limit: where they ended on the wire.
        quote: shows the packet from one place to another, for redirects.

    Raises:
        DecodeError: not all of them were captured, or a length of 0.
    """
    while cursor.offset < limit:
        start = cursor.offset
        cursor.need(2)
        kind = cursor.number("icmpv6.opt.type", 1)
        length = cursor.number("icmpv6.opt.length", 1) * UNIT
        stop = start + length
        if not length:
            raise DecodeError("NDOption", "length", start + 1, "1 or more", "0", "RFC 4861")
        if kind == REDIRECTED:
            cursor.bytes("", 6)
            quote(cursor.offset, stop)
        elif kind in _OPTIONS:
            _OPTIONS[kind](cursor, buffer, stop)
        elif stop > cursor.offset:
            cursor.bytes("icmpv6.data", stop - cursor.offset)
        cursor.need(max(stop - cursor.offset, 0))
        cursor.offset = stop


def _link_address(name: str) -> Callable[[Cursor, bytes, int], None]:
    def show(cursor: Cursor, buffer: bytes, stop: int) -> None:
        address = cursor.bytes("", stop - cursor.offset)
        if len(address) == 6:  # as on Ethernet (RFC 2464 section 6)
            cursor.add("icmpv6.opt.linkaddr", address)
            cursor.add(name, address)

    return show


def _prefix(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.number("icmpv6.opt.prefix.length", 1)
    flags = cursor.bits(
        1,
        ("icmpv6.opt.prefix.flag.l", 1),
        ("icmpv6.opt.prefix.flag.a", 1),
        ("icmpv6.opt.prefix.flag.r", 1),
        ("icmpv6.opt.prefix.flag.reserved", 5),
    )
    cursor.add("icmpv6.opt.prefix.flag", flags)
    cursor.number("icmpv6.opt.prefix.valid_lifetime", 4)
    cursor.number("icmpv6.opt.prefix.preferred_lifetime", 4)
    cursor.bytes("", 4)
    cursor.bytes("icmpv6.opt.prefix", 16)


def _mtu(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.bytes("", 2)
    cursor.number("icmpv6.opt.mtu", 4)


def _nonce(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.bytes("icmpv6.opt.nonce", stop - cursor.offset)


def _route(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.number("icmpv6.opt.prefix.length", 1)
    flags = cursor.number("icmpv6.opt.route_info.flag", 1)
    cursor.add("icmpv6.opt.route_info.flag.route_preference", flags >> 3 & 3)
    cursor.add("icmpv6.opt.route_info.flag.reserved", flags & 0xE7)
    cursor.number("icmpv6.opt.route_lifetime", 4)
    size = stop - cursor.offset
    if size in (8, 16):
        cursor.add("icmpv6.opt.prefix", cursor.bytes("", size).ljust(16, b"\0"))


def _servers(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.bytes("", 2)
    cursor.number("icmpv6.opt.rdnss.lifetime", 4)
    while cursor.offset < stop:
        cursor.bytes("icmpv6.opt.rdnss", 16)


def _search(cursor: Cursor, buffer: bytes, stop: int) -> None:
    cursor.bytes("", 2)
    cursor.number("icmpv6.opt.dnssl.lifetime", 4)
    start = cursor.offset
    while cursor.offset < stop:
        cursor.need(1)
        if not buffer[cursor.offset]:
            break  # the rest is padding
        part = buffer[start : cursor.end]
        name, after = read_name(part, cursor.offset - start, len(part))
        cursor.add("icmpv6.opt.dnssl", text_of(name))
        cursor.offset = start + after


def _portal(cursor: Cursor, buffer: bytes, stop: int) -> None:
    uri = cursor.bytes("", stop - cursor.offset)
    cursor.add("icmpv6.opt.captive_portal", text_of(uri))


def _pref64(cursor: Cursor, buffer: bytes, stop: int) -> None:
    number = cursor.number("", 2)
    cursor.add("icmpv6.opt.pref64.scaled_lifetime", number >> 3)
    cursor.add("icmpv6.opt.pref64.plc", number & 7)
    cursor.add("icmpv6.opt.pref64.prefix", cursor.bytes("", 12).ljust(16, b"\0"))


_OPTIONS: dict[int, Callable[[Cursor, bytes, int], None]] = {
    SOURCE_LINK: _link_address("icmpv6.opt.src_linkaddr"),
    TARGET_LINK: _link_address("icmpv6.opt.target_linkaddr"),
    PREFIX: _prefix,
    MTU: _mtu,
    NONCE: _nonce,
    ROUTE: _route,
    SERVERS: _servers,
    SEARCH: _search,
    PORTAL: _portal,
    PREF64: _pref64,
}
