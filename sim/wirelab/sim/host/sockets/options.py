"""getsockopt and setsockopt: from level and name to what happens."""

from errno import EINVAL, ENOPROTOOPT, EOPNOTSUPP
from typing import TYPE_CHECKING, Final, TypeAlias

from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    IPPROTO_UDPLITE,
    SOCK_DGRAM,
    SOCK_RAW,
    SOCK_STREAM,
    SOL_ICMPV6,
    SOL_IP,
    SOL_IPV6,
    SOL_RAW,
    SOL_SOCKET,
    SOL_TCP,
    SOL_UDP,
    SOL_UDPLITE,
)
from wirelab.sim.host.sockets.failures import failure
from wirelab.sim.host.sockets.ip_level import (
    IP_LEVEL,
    IP_OF_DATAGRAMS,
    IP_OF_STREAMS,
    NEVER_EMPTY,
)
from wirelab.sim.host.sockets.ipv6_level import (
    IPV6_LEVEL,
    IPV6_OF_DATAGRAMS,
    IPV6_OF_STREAMS,
    SHORT_IS_ZERO,
)
from wirelab.sim.host.sockets.option import INT_SIZE, Option, bytes_of, int_of, unknown
from wirelab.sim.host.sockets.raw_level import (
    CHECKSUM_OF_RAW,
    IP_OF_RAW,
    IPV6_OF_RAW,
    RAW_LEVEL,
)
from wirelab.sim.host.sockets.socket_level import OF_DATAGRAMS, OF_STREAMS, SOCKET_LEVEL
from wirelab.sim.host.sockets.tcp_level import TCP_LEVEL
from wirelab.sim.host.sockets.udp_level import UDP_LEVEL, UDP_LITE_LEVEL

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket

_Tables: TypeAlias = dict[int, dict[int, Option]]

_STREAMS: Final[_Tables] = {
    SOL_SOCKET: SOCKET_LEVEL | OF_STREAMS,
    SOL_IP: IP_LEVEL | IP_OF_STREAMS,
    SOL_TCP: TCP_LEVEL,
}
_DATAGRAMS: Final[_Tables] = {
    SOL_SOCKET: SOCKET_LEVEL | OF_DATAGRAMS,
    SOL_IP: IP_LEVEL | IP_OF_DATAGRAMS,
    SOL_UDP: UDP_LEVEL,
    SOL_UDPLITE: UDP_LEVEL,
}
_LITE: Final[_Tables] = _DATAGRAMS | dict.fromkeys((SOL_UDP, SOL_UDPLITE), UDP_LITE_LEVEL)
_PING: Final[_Tables] = {level: _DATAGRAMS[level] for level in (SOL_SOCKET, SOL_IP)}
_RAW: Final[dict[int, _Tables]] = {
    AF_INET: _PING | {SOL_IP: IP_LEVEL | IP_OF_DATAGRAMS | IP_OF_RAW},
    AF_INET6: {
        SOL_SOCKET: _PING[SOL_SOCKET],
        SOL_IPV6: IPV6_LEVEL | IPV6_OF_DATAGRAMS | IPV6_OF_RAW,
        SOL_RAW: CHECKSUM_OF_RAW,
    },
}
_FILTERS: Final[dict[tuple[int, int], _Tables]] = {
    (AF_INET, IPPROTO_ICMP): {SOL_RAW: RAW_LEVEL},
    (AF_INET6, IPPROTO_ICMPV6): {SOL_ICMPV6: RAW_LEVEL},
}
_IPV6_OF: Final = {
    SOCK_STREAM: {SOL_IPV6: IPV6_LEVEL | IPV6_OF_STREAMS},
    SOCK_DGRAM: {SOL_IPV6: IPV6_LEVEL | IPV6_OF_DATAGRAMS},
}
"""What sockets of AF_INET6 have besides."""


def tables_of(family: int, kind: int, protocol: int) -> _Tables:
    """The options of one sort of socket, by level and name."""
    if kind == SOCK_RAW:
        return _RAW[family] | _FILTERS.get((family, protocol), {})
    tables = _STREAMS if kind == SOCK_STREAM else _DATAGRAMS
    if protocol == IPPROTO_UDPLITE:
        tables = _LITE
    elif protocol in (IPPROTO_ICMP, IPPROTO_ICMPV6):
        tables = _PING
    return tables if family == AF_INET else tables | _IPV6_OF[kind]


def get(socket: "Socket", level: int, name: int, size: int, now: int) -> int | bytes:
    """See `Socket.getsockopt`."""
    table = _table(socket, level)
    if table is None:
        raise unknown(level, name, EOPNOTSUPP if socket.family == AF_INET else ENOPROTOOPT)
    option = table.get(name)
    if option is None or (option.get is None and option.get_sized is None):
        raise unknown(level, name)
    if size < 0:
        raise failure(EINVAL, f"getsockopt of {size} bytes; give 0 for an integer, or more")
    if option.get_sized is not None:
        value: int | bytes = option.get_sized(socket, size or INT_SIZE, now)
    else:
        assert option.get is not None
        value = option.get(socket, now)
    if isinstance(value, int):
        return _as_bytes(value, size, level) if size else int_of(bytes_of(value))
    return value[:size] if size else int_of(value.ljust(INT_SIZE, b"\0"))


def _as_bytes(value: int, size: int, level: int) -> bytes:
    """An integer, cut; at level IP a small one fits a single byte, as ip(7) has it."""
    if level == SOL_IP and size < INT_SIZE:
        return bytes([value]) if 0 <= value <= 255 else bytes_of(value)[:size]
    return bytes_of(value)[:size]


def put(
    socket: "Socket", level: int, name: int, value: int | bytes | bytearray | memoryview, now: int
) -> None:
    """See `Socket.setsockopt`."""
    table = _table(socket, level)
    if table is None:
        raise unknown(level, name)
    option = table.get(name)
    if option is not None and option.put_bytes is not None:
        given = bytes_of(value) if isinstance(value, int) else bytes(value)
        option.put_bytes(socket, given, now)
        return
    if level == SOL_IPV6 and (option is None or option.put is None):
        raise unknown(level, name)
    number = value if isinstance(value, int) else _integer(bytes(value), level, name)
    if option is None or option.put is None:
        raise unknown(level, name, ENOPROTOOPT)
    if not -(1 << 31) <= number < 1 << 32:
        raise failure(EINVAL, f"option value {number}; an int has 32 bits")
    option.put(socket, int_of(bytes_of(number)), now)


def _integer(value: bytes, level: int, name: int) -> int:
    if len(value) >= INT_SIZE:
        return int_of(value)
    if level == SOL_IPV6 and name in SHORT_IS_ZERO:
        return 0
    if level != SOL_IP or (not value and name in NEVER_EMPTY):
        text = f"option {name} at level {level} got {len(value)} bytes; an int has {INT_SIZE}"
        raise failure(EINVAL, text)
    return value[0] if value else 0  # ip(7) takes single bytes, and Linux even none


def _table(socket: "Socket", level: int) -> dict[int, Option] | None:
    return tables_of(socket.family, socket.type, socket.protocol).get(level)
