"""The multicast groups of a socket: joining, leaving, and choosing whom to hear.

Source: ip(7), ipv6(7); RFC 3678 sections 4 and 5 (source filters); the errnos are those of Linux,
ip_mc_join_group and ip_mc_source.

    (none) --join--> everybody --block--> everybody but some
       |                      <-unblock--
       +-- join source --> some --leave the last--> (none)
"""

import struct
from errno import EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENODEV
from typing import TYPE_CHECKING, Any, Final

from wirelab.codecs.addresses import ANY_IPV4, ip_text
from wirelab.sim.host.interface import is_group
from wirelab.sim.host.multicast.source_filter import (
    EVERYBODY,
    NOBODY,
    FilterMode,
    SourceFilter,
)
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.option import Option

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.datagram_state import DatagramState

_IP_MREQ: Final = struct.Struct("<4s4s")  # group, our address
_IP_MREQN: Final = struct.Struct("<4s4si")  # group, our address, interface
_IP_MREQ_SOURCE: Final = struct.Struct("<4s4s4s")  # group, our address, source
_IP_MSFILTER: Final = struct.Struct("<4s4sII")  # group, our address, mode, number of sources
_IPV6_MREQ: Final = struct.Struct("<16si")  # group, interface
_GROUP_REQ: Final = struct.Struct("<I4x128s")  # interface, group
_GROUP_SOURCE_REQ: Final = struct.Struct("<I4x128s128s")  # interface, group, source
_IPV4_OF_SOCKADDR: Final = slice(4, 8)
_IPV6_OF_SOCKADDR: Final = slice(8, 24)

MOST_SOURCES: Final = 64
"""ours: what one socket may list of a group (Linux: igmp_max_msf, 10, and mld_max_msf, 64)."""

_INCLUDE: Final = FilterMode.INCLUDE
_EXCLUDE: Final = FilterMode.EXCLUDE


# --- what may be done ------------------------------------------------------------------------


def join(socket: "DatagramState", group: bytes, interface: int, now: int) -> None:
    """Hear everybody.

    Raises:
        OSError: EADDRINUSE: it does already; EINVAL: no group.
    """
    _check_group(group)
    if _wish(socket, group, interface) != NOBODY:
        raise failure(EADDRINUSE, f"{socket!r} is in {ip_text(group)} already")
    socket.source_lists.discard((interface, group))
    _listen(socket, group, interface, EVERYBODY, now)


def leave(socket: "DatagramState", group: bytes, interface: int, now: int) -> None:
    """Hear nobody.

    Raises:
        OSError: EADDRNOTAVAIL: it never joined.
    """
    if _wish(socket, group, interface) == NOBODY:
        raise _not_there(socket, f"{ip_text(group)} on interface {interface}")
    _listen(socket, group, interface, NOBODY, now)


def change_source(
    socket: "DatagramState",
    group: bytes,
    source: bytes,
    interface: int,
    now: int,
    mode: FilterMode,
    add: bool,
) -> None:
    """Put one source into the list of a membership, or take it out.

    Args:
        socket: whose membership.
        group: which.
        source: whom.
        interface: where.
        now: ns.
        mode: INCLUDE for (un)joining a source, EXCLUDE for (un)blocking it.
        add: into the list.

    Raises:
        OSError: EADDRNOTAVAIL: no such source, or it is listed already; EINVAL: no membership, or
            one whose list means the opposite.
    """
    _check_group(group)
    wish = _wish(socket, group, interface)
    if wish == NOBODY:
        if not (add and mode is _INCLUDE):
            raise failure(EINVAL, f"{socket!r} is not in {ip_text(group)}; join it first")
        socket.source_lists.discard((interface, group))
    elif wish.mode is not mode:
        if (interface, group) in socket.source_lists or not add:
            raise failure(EINVAL, f"{socket!r} lists whom to {wish.mode.value} of the group")
        wish = SourceFilter(mode)
    if (source in wish.sources) == add or (add and len(wish.sources) >= MOST_SOURCES):
        raise _not_there(socket, f"room for, or an entry of, source {ip_text(source)}")
    sources = wish.sources | {source} if add else wish.sources - {source}
    _listen(socket, group, interface, SourceFilter(mode, sources), now)
    socket.source_lists.add((interface, group))


def hears(socket: "DatagramState", group: bytes, source: bytes, interface: int) -> bool:
    """Whether a packet to a group is for this socket (Linux: ip_mc_sf_allow)."""
    if not is_group(group):
        return True
    wish = _wish(socket, group, interface) if socket.has_joined else NOBODY
    return socket.options.multicast_all if wish == NOBODY else wish.admits(source)


def _wish(socket: "DatagramState", group: bytes, interface: int) -> SourceFilter:
    return socket.hub.multicast.wish(socket, interface, group)


def _listen(
    socket: "DatagramState", group: bytes, interface: int, wanted: SourceFilter, now: int
) -> None:
    try:
        socket.hub.multicast.listen(socket, interface, group, wanted, now)
    except ValueError as error:
        raise invalid(str(error)) from None
    socket.has_joined = True


def _check_group(group: bytes) -> None:
    if not is_group(group):
        raise invalid(
            f"{ip_text(group)} is no multicast group; give one of 224.0.0.0/4 or ff00::/8"
        )


def _not_there(socket: "DatagramState", what: str) -> OSError:
    return failure(EADDRNOTAVAIL, f"{socket!r} has no {what}")


# --- how the options say it ------------------------------------------------------------------


def _interface(socket: "DatagramState", group: bytes, index: int, own: bytes = ANY_IPV4) -> int:
    """Which interface is meant: by index from 1 on, by an address of ours, or as routed."""
    hub = socket.hub
    if index:
        if not 1 <= index <= len(hub.interfaces):
            raise failure(ENODEV, f"no interface {index}; this host has {len(hub.interfaces)}")
        return index - 1
    if own != ANY_IPV4:
        found = hub.interface_of(own)
        if found is None:
            raise failure(ENODEV, f"no interface has the address {ip_text(own)}")
        return found
    return socket.device if socket.device is not None else hub.way_to_group(group)


def _request(value: bytes, name: str) -> tuple[bytes, int, bytes]:
    """Group, index and our address of `struct ip_mreq` or `ip_mreqn`."""
    if len(value) >= _IP_MREQN.size:
        group, own, index = _IP_MREQN.unpack_from(value)
    elif len(value) >= _IP_MREQ.size:
        (group, own), index = _IP_MREQ.unpack_from(value), 0
    else:
        raise invalid(f"{name} got {len(value)} bytes; struct ip_mreq has {_IP_MREQ.size}")
    return group, index, own


def _put_join(socket: "DatagramState", value: bytes, now: int) -> None:
    group, index, own = _request(value, "IP_ADD_MEMBERSHIP")
    _check_group(group)
    join(socket, group, _interface(socket, group, index, own), now)


def _put_leave(socket: "DatagramState", value: bytes, now: int) -> None:
    group, index, own = _request(value, "IP_DROP_MEMBERSHIP")
    if not is_group(group) or (not index and own != ANY_IPV4 and not socket.hub.may_bind(own)):
        raise _not_there(socket, f"membership in {ip_text(group)}")
    leave(socket, group, _interface(socket, group, index, own), now)


def _put_membership6(act: Any) -> Option:
    def put(socket: "DatagramState", value: bytes, now: int) -> None:
        if len(value) < _IPV6_MREQ.size:
            raise invalid(f"struct ipv6_mreq got {len(value)} bytes of {_IPV6_MREQ.size}")
        group, index = _IPV6_MREQ.unpack_from(value)
        _check_group(group)
        act(socket, group, _interface(socket, group, index), now)

    return Option(None, None, put)


def _put_source(mode: FilterMode, add: bool) -> Option:
    def put(socket: "DatagramState", value: bytes, now: int) -> None:
        if len(value) < _IP_MREQ_SOURCE.size:
            raise invalid(f"struct ip_mreq_source got {len(value)} bytes of 12")
        group, own, source = _IP_MREQ_SOURCE.unpack_from(value)
        _check_group(group)
        interface = _interface(socket, group, 0, own)
        change_source(socket, group, source, interface, now, mode, add)

    return Option(None, None, put)


def _put_group(act: Any) -> Option:
    def put(socket: "DatagramState", value: bytes, now: int) -> None:
        if len(value) < _GROUP_REQ.size:
            raise invalid(f"struct group_req got {len(value)} bytes of {_GROUP_REQ.size}")
        index, sockaddr = _GROUP_REQ.unpack_from(value)
        group = _host_of(sockaddr)
        _check_group(group)
        act(socket, group, _interface(socket, group, index), now)

    return Option(None, None, put)


def _put_group_source(mode: FilterMode, add: bool) -> Option:
    def put(socket: "DatagramState", value: bytes, now: int) -> None:
        if len(value) < _GROUP_SOURCE_REQ.size:
            size = _GROUP_SOURCE_REQ.size
            raise invalid(f"struct group_source_req got {len(value)} bytes of {size}")
        index, first, second = _GROUP_SOURCE_REQ.unpack_from(value)
        group, source = _host_of(first), _host_of(second)
        _check_group(group)
        if len(source) != len(group):
            raise failure(EADDRNOTAVAIL, "a source of another family than its group")
        interface = _interface(socket, group, index)
        change_source(socket, group, source, interface, now, mode, add)

    return Option(None, None, put)


def _put_filter(socket: "DatagramState", value: bytes, now: int) -> None:
    """IP_MSFILTER: the whole list at once (RFC 3678 section 4.2)."""
    if len(value) < _IP_MSFILTER.size:
        raise invalid(f"struct ip_msfilter got {len(value)} bytes of {_IP_MSFILTER.size} and more")
    group, own, mode, count = _IP_MSFILTER.unpack_from(value)
    sources = value[_IP_MSFILTER.size : _IP_MSFILTER.size + 4 * count]
    if len(sources) < 4 * count or mode not in (c.MCAST_INCLUDE, c.MCAST_EXCLUDE):
        raise invalid(f"struct ip_msfilter: mode {mode}, {count} sources in {len(value)} bytes")
    _check_group(group)
    interface = _interface(socket, group, 0, own)
    if _wish(socket, group, interface) == NOBODY:
        raise failure(EINVAL, f"{socket!r} is not in {ip_text(group)}; join first")
    wanted = frozenset(sources[at : at + 4] for at in range(0, 4 * count, 4))
    _listen(socket, group, interface, SourceFilter(_MODES[mode], wanted), now)


def _get_filter(socket: "DatagramState", now: int) -> bytes:
    raise invalid(
        "IP_MSFILTER is read by the group in the buffer, which getsockopt cannot say here"
    )


_MODES: Final = {c.MCAST_INCLUDE: _INCLUDE, c.MCAST_EXCLUDE: _EXCLUDE}


def _host_of(sockaddr: bytes) -> bytes:
    family = int.from_bytes(sockaddr[:2], "little")
    if family == c.AF_INET:
        return sockaddr[_IPV4_OF_SOCKADDR]
    if family == c.AF_INET6:
        return sockaddr[_IPV6_OF_SOCKADDR]
    raise failure(EADDRNOTAVAIL, f"an address of family {family}; give AF_INET or AF_INET6")


_PROTOCOL_INDEPENDENT: Final = {
    c.MCAST_JOIN_GROUP: _put_group(join),
    c.MCAST_LEAVE_GROUP: _put_group(leave),
    c.MCAST_BLOCK_SOURCE: _put_group_source(_EXCLUDE, True),
    c.MCAST_UNBLOCK_SOURCE: _put_group_source(_EXCLUDE, False),
    c.MCAST_JOIN_SOURCE_GROUP: _put_group_source(_INCLUDE, True),
    c.MCAST_LEAVE_SOURCE_GROUP: _put_group_source(_INCLUDE, False),
}
"""RFC 3678 section 5.1, of both levels."""

OF_IP: Final[dict[int, Option]] = {
    c.IP_ADD_MEMBERSHIP: Option(None, None, _put_join),
    c.IP_DROP_MEMBERSHIP: Option(None, None, _put_leave),
    c.IP_BLOCK_SOURCE: _put_source(_EXCLUDE, True),
    c.IP_UNBLOCK_SOURCE: _put_source(_EXCLUDE, False),
    c.IP_ADD_SOURCE_MEMBERSHIP: _put_source(_INCLUDE, True),
    c.IP_DROP_SOURCE_MEMBERSHIP: _put_source(_INCLUDE, False),
    c.IP_MSFILTER: Option(_get_filter, None, _put_filter),
    **_PROTOCOL_INDEPENDENT,
}

OF_IPV6: Final[dict[int, Option]] = {
    c.IPV6_JOIN_GROUP: _put_membership6(join),
    c.IPV6_LEAVE_GROUP: _put_membership6(leave),
    **_PROTOCOL_INDEPENDENT,
}
