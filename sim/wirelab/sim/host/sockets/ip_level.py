"""Options at level IPPROTO_IP; see ip(7)."""

from errno import EADDRNOTAVAIL, EINVAL, ENOTCONN
from typing import TYPE_CHECKING, Any, Final

from wirelab.codecs.addresses import ANY_IPV4, ip_text
from wirelab.sim.host.ipv4.options import BadOption, read
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.control import LARGEST_OPTIONS, padded_options
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.memberships import OF_IP
from wirelab.sim.host.sockets.option import (
    INT_SIZE,
    Option,
    flag,
    number,
    refusing,
    require,
    stored,
    stored_flag,
)

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket

END_OF_OPTIONS: Final = 0
NO_OPERATION: Final = 1
"""Options of one byte (RFC 791 section 3.1)."""

_ECN: Final = 0x03
"""RFC 3168 section 5: the lower two bits belong to the transport, if it does ECN."""


def _key(name: int) -> tuple[int, int]:
    return c.SOL_IP, name


def _put_tos(socket: Any, value: int, now: int) -> None:
    socket.set_option("tos", value & 0xFF & ~_ECN, now)


def _put_whole_tos(socket: Any, value: int, now: int) -> None:
    socket.set_option("tos", value & 0xFF, now)


def _get_ttl(socket: Any, now: int) -> int:
    ttl: int | None = socket.options.ttl
    return socket.hub.ttl if ttl is None else ttl


def _put_ttl(socket: Any, value: int, now: int) -> None:
    require(value == -1 or 1 <= value <= 255, "IP_TTL", value, "1 to 255, or -1 for the default")
    socket.set_option("ttl", None if value == -1 else value, now)


def _put_multicast_ttl(socket: Any, value: int, now: int) -> None:
    require(-1 <= value <= 255, "IP_MULTICAST_TTL", value, "0 to 255, or -1 for the default")
    socket.set_option("multicast_ttl", 1 if value == -1 else value, now)


def _get_mtu(socket: "Socket", now: int) -> int:
    mtu = socket.path_mtu
    if mtu is None:
        raise failure(ENOTCONN, f"IP_MTU of {socket!r}: only a connection has a path")
    return mtu


def _put_port_range(socket: Any, value: bytes, now: int) -> None:
    require(len(value) == INT_SIZE, "size of IP_LOCAL_PORT_RANGE", len(value), "4 bytes")
    port_range = int.from_bytes(value, "little")
    lowest, highest = port_range & 0xFFFF, port_range >> 16
    require(not highest or lowest <= highest, "lowest port", lowest, f"at most {highest}")
    socket.set_option("port_range", port_range, now)


def _put_multicast_interface(socket: Any, value: bytes, now: int) -> None:
    """Its address, `struct ip_mreq`, or `struct ip_mreqn` with an index."""
    require(len(value) >= INT_SIZE, "size of IP_MULTICAST_IF", len(value), "4, 8 or 12 bytes")
    index = int.from_bytes(value[8:12], "little") if len(value) >= 12 else 0
    own = value[4:8] if len(value) >= 8 else value[:4]
    hub = socket.hub
    if index:
        found = index - 1 if 0 < index <= len(hub.interfaces) else None
    elif own == ANY_IPV4:
        socket.set_option("multicast_source", own, now)
        socket.set_option("multicast_interface", None, now)
        return
    else:
        found = hub.interface_of(own)
    if found is None:
        text = f"IP_MULTICAST_IF {index or ip_text(own)}: this host has no such interface"
        raise failure(EADDRNOTAVAIL, text)
    socket.set_option("multicast_source", own, now)
    socket.set_option("multicast_interface", found, now)


def _put_header_options(socket: Any, value: bytes, now: int) -> None:
    """The options of every packet sent, as they go on the wire (RFC 791 section 3.1)."""
    length = len(value)
    require(length <= LARGEST_OPTIONS, "size of IP_OPTIONS", length, "40 bytes at most")
    value = padded_options(value)
    at, length = 0, len(value)
    while at < length and value[at] != END_OF_OPTIONS:
        if value[at] == NO_OPERATION:
            at += 1
            continue
        size = value[at + 1] if at + 1 < length else 0
        require(2 <= size <= length - at, f"length of option {value[at]}", size, "2 and more")
        at += size
    found = read(value)
    if isinstance(found, BadOption):  # a second source route, say: RFC 1122 section 3.2.1.8 (c)
        raise invalid(f"IP_OPTIONS: {found.detail}")
    socket.set_option("header_options", value, now)


def _put_unicast_interface(socket: "Socket", value: bytes, now: int) -> None:
    """In network byte order; getsockopt gives it as it was given."""
    require(len(value) == INT_SIZE, "size of IP_UNICAST_IF", len(value), "4 bytes")
    index = int.from_bytes(value, "big")
    if index > len(socket.hub.interfaces):
        raise failure(EADDRNOTAVAIL, f"IP_UNICAST_IF {index}: this host has no such interface")
    socket.settings[_key(c.IP_UNICAST_IF)] = int.from_bytes(value, "little")
    socket.set_option("unicast_interface", index - 1 if index else None, now)


IP_LEVEL: Final[dict[int, Option]] = {
    c.IP_TTL: Option(_get_ttl, _put_ttl),
    c.IP_RECVOPTS: stored_flag(_key(c.IP_RECVOPTS)),
    c.IP_PKTINFO: stored_flag(_key(c.IP_PKTINFO)),
    c.IP_MTU_DISCOVER: number("mtu_discover", c.IP_PMTUDISC_DONT, c.IP_PMTUDISC_OMIT),
    c.IP_RECVERR: flag("receive_errors"),
    c.IP_RECVTTL: stored_flag(_key(c.IP_RECVTTL)),
    c.IP_RECVTOS: stored_flag(_key(c.IP_RECVTOS)),
    c.IP_MTU: Option(_get_mtu),
    c.IP_FREEBIND: stored_flag(_key(c.IP_FREEBIND)),
    c.IP_TRANSPARENT: stored_flag(_key(c.IP_TRANSPARENT)),
    c.IP_RECVORIGDSTADDR: stored_flag(_key(c.IP_RECVORIGDSTADDR)),
    c.IP_MINTTL: number("minimum_ttl", 0, 255),
    c.IP_NODEFRAG: Option(lambda socket, now: 0),
    c.IP_BIND_ADDRESS_NO_PORT: stored_flag(_key(c.IP_BIND_ADDRESS_NO_PORT)),
    c.IP_RECVERR_RFC4884: stored(_key(c.IP_RECVERR_RFC4884), 0, 0, 1),
    c.IP_PROTOCOL: Option(lambda socket, now: 0),
}

IP_OF_STREAMS: Final[dict[int, Option]] = {
    c.IP_TOS: Option(lambda socket, now: socket.options.tos, _put_tos),
    c.IP_LOCAL_PORT_RANGE: Option(
        lambda socket, now: socket.options.port_range, None, _put_port_range
    ),
    c.IP_MULTICAST_IF: Option(lambda socket, now: bytes(4), refusing(EINVAL).put),
    c.IP_MULTICAST_TTL: refusing(EINVAL, 1),
    c.IP_MULTICAST_LOOP: stored_flag(_key(c.IP_MULTICAST_LOOP), 1),
    c.IP_MULTICAST_ALL: stored(_key(c.IP_MULTICAST_ALL), 1, 0, 1),
}

IP_OF_DATAGRAMS: Final[dict[int, Option]] = {
    c.IP_TOS: Option(lambda socket, now: socket.options.tos, _put_whole_tos),
    c.IP_MULTICAST_TTL: Option(
        lambda socket, now: socket.options.multicast_ttl, _put_multicast_ttl
    ),
    c.IP_MULTICAST_LOOP: flag("multicast_loop"),
    c.IP_MULTICAST_ALL: number("multicast_all", 0, 1, convert=bool),
    c.IP_MULTICAST_IF: Option(
        lambda socket, now: socket.options.multicast_source, None, _put_multicast_interface
    ),
    c.IP_OPTIONS: Option(
        lambda socket, now: socket.options.header_options, None, _put_header_options
    ),
    c.IP_RETOPTS: stored_flag(_key(c.IP_RETOPTS)),
    c.IP_UNICAST_IF: Option(
        lambda socket, now: socket.settings.get(_key(c.IP_UNICAST_IF), 0),
        None,
        _put_unicast_interface,
    ),
    **OF_IP,
}

NEVER_EMPTY: Final = frozenset(
    {
        c.IP_FREEBIND,
        c.IP_TRANSPARENT,
        c.IP_MINTTL,
        c.IP_MULTICAST_TTL,
        c.IP_MULTICAST_LOOP,
        c.IP_MULTICAST_ALL,
    }
)
"""Linux takes no bytes at all for 0, but not for these."""
