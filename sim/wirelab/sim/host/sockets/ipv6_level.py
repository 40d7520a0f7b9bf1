"""Options at level IPPROTO_IPV6; see ipv6(7) and RFC 3542.

Rule: what a socket wants of IPv4 it wants of IPv6: hops, class, path MTU discovery, errors and
multicast are kept once, so IP_TTL and IPV6_UNICAST_HOPS are two names of one wish.
"""

from errno import EADDRNOTAVAIL, EINVAL, ENODEV, ENOTCONN
from typing import TYPE_CHECKING, Any, Final

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.memberships import OF_IPV6
from wirelab.sim.host.sockets.option import (
    INT_SIZE,
    Option,
    flag,
    number,
    require,
    stored,
    stored_flag,
)

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket

MINIMUM_MTU: Final = 1280
"""bytes (RFC 8200 section 5)."""

_ECN: Final = 0x03
"""RFC 3168 section 5: the lower two bits belong to the transport, if it does ECN."""

_DEFAULT_PREFERENCES: Final = 0x500  # PREFER_SRC_PUBTMP_DEFAULT and PREFER_SRC_HOME


def _key(name: int) -> tuple[int, int]:
    return c.SOL_IPV6, name


def _get_hops(socket: Any, now: int) -> int:
    ttl: int | None = socket.options.ttl
    return socket.hub.ttl if ttl is None else ttl


def _put_hops(socket: Any, value: int, now: int) -> None:
    require(-1 <= value <= 255, "IPV6_UNICAST_HOPS", value, "0 to 255, or -1 for the default")
    socket.set_option("ttl", None if value == -1 else value, now)


def _put_multicast_hops(socket: Any, value: int, now: int) -> None:
    require(-1 <= value <= 255, "IPV6_MULTICAST_HOPS", value, "0 to 255, or -1 for the default")
    socket.set_option("multicast_ttl", 1 if value == -1 else value, now)


def _put_class(socket: Any, value: int, now: int) -> None:
    require(-1 <= value <= 255, "IPV6_TCLASS", value, "0 to 255, or -1 for the default")
    kept = 0 if value == -1 else value
    if socket.type == c.SOCK_STREAM:
        kept &= ~_ECN
    socket.set_option("tos", kept, now)


def _put_only_ipv6(socket: Any, value: int, now: int) -> None:
    if socket.getsockname().port:
        raise invalid(f"IPV6_V6ONLY of {socket!r}: it is bound; set it before")
    socket.settings[_key(c.IPV6_V6ONLY)] = int(bool(value))
    socket.families_changed()


def _get_mtu(socket: "Socket", now: int) -> int:
    mtu = socket.path_mtu
    if mtu is None:
        raise failure(ENOTCONN, f"IPV6_MTU of {socket!r}: only a connection has a path")
    return mtu


def _put_mtu(socket: "Socket", value: int, now: int) -> None:
    if value and value < MINIMUM_MTU:
        raise invalid(f"IPV6_MTU is {value}; give 0, or {MINIMUM_MTU} bytes and more")
    if socket.type == c.SOCK_STREAM:  # has no datagrams to cut
        socket.settings[_key(c.IPV6_MTU)] = value
    else:
        socket.set_option("largest_packet", value, now)


def _get_path_mtu(socket: "Socket", size: int, now: int) -> bytes:
    """Struct ip6_mtuinfo: an address that means nothing here, and the MTU."""
    if size < 32:
        raise invalid(f"struct ip6_mtuinfo has 32 bytes; there is room for {size}")
    if socket.path_mtu is None:
        raise failure(ENOTCONN, f"IPV6_PATHMTU of {socket!r}: only a connection has a path")
    return bytes(28) + socket.path_mtu.to_bytes(4, "little")


def _put_multicast_interface(socket: Any, value: int, now: int) -> None:
    if not 0 <= value <= len(socket.hub.interfaces):
        raise failure(ENODEV, f"IPV6_MULTICAST_IF {value}: this host has no such interface")
    if value and socket.device not in (None, value - 1):
        raise failure(EINVAL, f"IPV6_MULTICAST_IF {value}: the socket is bound to another")
    socket.set_option("multicast_interface", value - 1 if value else None, now)


def _get_multicast_interface(socket: Any, now: int) -> int:
    interface: int | None = socket.options.multicast_interface
    return 0 if interface is None else interface + 1


def _put_unicast_interface(socket: "Socket", value: bytes, now: int) -> None:
    require(len(value) == INT_SIZE, "size of IPV6_UNICAST_IF", len(value), "4 bytes")
    index = int.from_bytes(value, "big")
    if index > len(socket.hub.interfaces):
        raise failure(EADDRNOTAVAIL, f"IPV6_UNICAST_IF {index}: this host has no such interface")
    socket.settings[_key(c.IPV6_UNICAST_IF)] = int.from_bytes(value, "little")
    if socket.type != c.SOCK_STREAM:  # Linux takes it of streams, too, and does not heed it
        socket.set_option("unicast_interface", index - 1 if index else None, now)


def _get_hop_by_hop(socket: Any, now: int) -> bytes:
    options: bytes = socket.options.header_options
    if not options:
        return b""
    return bytes((0, (len(options) + 2) // 8 - 1)) + options


def _put_hop_by_hop(socket: Any, value: bytes, now: int) -> None:
    """The whole header; its first byte is filled in on the way."""
    whole = 8 + value[1] * 8 if len(value) >= 8 else 0
    if value and (len(value) % 8 or len(value) > 8 * 255 or whole > len(value)):
        raise invalid(f"IPV6_HOPOPTS got {len(value)} bytes; a header has a multiple of 8")
    socket.set_option("header_options", value[2:whole], now)


def _kept_header(name: int) -> Option:
    """An extension header that may be taken off, and is not sent by us."""

    def put(socket: "Socket", value: bytes, now: int) -> None:
        if value:
            raise invalid(f"extension header {name} of {len(value)} bytes: it is not sent here")

    return Option(lambda socket, now: b"", None, put)


def _put_preferences(socket: "Socket", value: int, now: int) -> None:
    """RFC 5014 section 4: which of our addresses to send from.

    Kept only: our hosts have neither temporary nor home nor cryptographic addresses to prefer, so
    every preference leaves the same choice.
    """
    named = value & 0x107
    if (value & 0x7).bit_count() > 1 and value & 0x7 not in (0x5, 0x6):
        raise invalid(f"IPV6_ADDR_PREFERENCES {value:#x}: preferences that exclude each other")
    home = value & 0x404
    kept = (named & 0x103 or 0x100) if value & 0x103 else 0x100
    socket.settings[_key(c.IPV6_ADDR_PREFERENCES)] = kept | (home if home & 0x4 else 0x400)


def _needs_bytes(socket: "Socket", value: bytes, now: int) -> None:
    require(len(value) >= 20, "size of struct in6_pktinfo", len(value), "20 bytes")


IPV6_LEVEL: Final[dict[int, Option]] = {
    c.IPV6_2292PKTINFO: stored_flag(_key(c.IPV6_2292PKTINFO)),
    c.IPV6_2292HOPOPTS: stored_flag(_key(c.IPV6_2292HOPOPTS)),
    c.IPV6_2292DSTOPTS: stored_flag(_key(c.IPV6_2292DSTOPTS)),
    c.IPV6_2292RTHDR: stored_flag(_key(c.IPV6_2292RTHDR)),
    c.IPV6_2292HOPLIMIT: stored_flag(_key(c.IPV6_2292HOPLIMIT)),
    c.IPV6_FLOWINFO: stored_flag(_key(c.IPV6_FLOWINFO)),
    c.IPV6_UNICAST_HOPS: Option(_get_hops, _put_hops),
    c.IPV6_MULTICAST_LOOP: stored(_key(c.IPV6_MULTICAST_LOOP), 1, 0, 1),
    c.IPV6_MTU_DISCOVER: number("mtu_discover", c.IP_PMTUDISC_DONT, c.IP_PMTUDISC_OMIT),
    c.IPV6_MTU: Option(_get_mtu, _put_mtu),
    c.IPV6_RECVERR: flag("receive_errors"),
    c.IPV6_V6ONLY: Option(
        lambda socket, now: socket.settings.get(_key(c.IPV6_V6ONLY), 0), _put_only_ipv6
    ),
    c.IPV6_MULTICAST_ALL: stored_flag(_key(c.IPV6_MULTICAST_ALL), 1),
    c.IPV6_ROUTER_ALERT_ISOLATE: stored_flag(_key(c.IPV6_ROUTER_ALERT_ISOLATE)),
    c.IPV6_RECVERR_RFC4884: stored(_key(c.IPV6_RECVERR_RFC4884), 0, 0, 1),
    c.IPV6_FLOWINFO_SEND: stored_flag(_key(c.IPV6_FLOWINFO_SEND)),
    c.IPV6_RECVPKTINFO: stored_flag(_key(c.IPV6_RECVPKTINFO)),
    c.IPV6_PKTINFO: Option(None, None, _needs_bytes),
    c.IPV6_RECVHOPLIMIT: stored_flag(_key(c.IPV6_RECVHOPLIMIT)),
    c.IPV6_RECVHOPOPTS: stored_flag(_key(c.IPV6_RECVHOPOPTS)),
    c.IPV6_RTHDRDSTOPTS: _kept_header(c.IPV6_RTHDRDSTOPTS),
    c.IPV6_RECVRTHDR: stored_flag(_key(c.IPV6_RECVRTHDR)),
    c.IPV6_RTHDR: _kept_header(c.IPV6_RTHDR),
    c.IPV6_RECVDSTOPTS: stored_flag(_key(c.IPV6_RECVDSTOPTS)),
    c.IPV6_DSTOPTS: _kept_header(c.IPV6_DSTOPTS),
    c.IPV6_RECVPATHMTU: stored_flag(_key(c.IPV6_RECVPATHMTU)),
    c.IPV6_PATHMTU: Option(None, None, None, _get_path_mtu),
    c.IPV6_RECVTCLASS: stored_flag(_key(c.IPV6_RECVTCLASS)),
    c.IPV6_TCLASS: Option(lambda socket, now: socket.options.tos, _put_class),
    c.IPV6_AUTOFLOWLABEL: stored_flag(_key(c.IPV6_AUTOFLOWLABEL), 1),
    c.IPV6_ADDR_PREFERENCES: Option(
        lambda socket, now: socket.settings.get(
            _key(c.IPV6_ADDR_PREFERENCES), _DEFAULT_PREFERENCES
        ),
        _put_preferences,
    ),
    c.IPV6_MINHOPCOUNT: number("minimum_ttl", 0, 255),
    c.IPV6_ORIGDSTADDR: stored_flag(_key(c.IPV6_ORIGDSTADDR)),
    c.IPV6_TRANSPARENT: stored_flag(_key(c.IPV6_TRANSPARENT)),
    c.IPV6_UNICAST_IF: Option(
        lambda socket, now: socket.settings.get(_key(c.IPV6_UNICAST_IF), 0),
        None,
        _put_unicast_interface,
    ),
    c.IPV6_RECVFRAGSIZE: stored_flag(_key(c.IPV6_RECVFRAGSIZE)),
    c.IPV6_FREEBIND: stored_flag(_key(c.IPV6_FREEBIND)),
}

IPV6_OF_STREAMS: Final[dict[int, Option]] = {
    c.IPV6_MULTICAST_IF: Option(lambda socket, now: 0),
    c.IPV6_MULTICAST_HOPS: Option(lambda socket, now: 1),
    c.IPV6_DONTFRAG: stored_flag(_key(c.IPV6_DONTFRAG)),
    c.IPV6_HOPOPTS: _kept_header(c.IPV6_HOPOPTS),
}

IPV6_OF_DATAGRAMS: Final[dict[int, Option]] = {
    **OF_IPV6,
    c.IPV6_MULTICAST_IF: Option(_get_multicast_interface, _put_multicast_interface),
    c.IPV6_MULTICAST_HOPS: Option(
        lambda socket, now: socket.options.multicast_ttl, _put_multicast_hops
    ),
    c.IPV6_MULTICAST_LOOP: number("multicast_loop", 0, 1, convert=bool),
    c.IPV6_MULTICAST_ALL: flag("multicast_all"),
    c.IPV6_DONTFRAG: flag("whole"),
    c.IPV6_HOPOPTS: Option(_get_hop_by_hop, None, _put_hop_by_hop),
}

SHORT_IS_ZERO: Final = frozenset({c.IPV6_AUTOFLOWLABEL, c.IPV6_RECVFRAGSIZE, c.IPV6_DONTFRAG})
"""Linux takes less than an int for 0 here, and refuses it elsewhere."""
