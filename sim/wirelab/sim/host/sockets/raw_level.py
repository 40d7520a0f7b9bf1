"""Options of raw sockets: levels SOL_RAW and SOL_ICMPV6, and what they have at level IP and IPv6.

Source: raw(7), icmp(7); RFC 3542 sections 3.1 and 3.2.
"""

from typing import Any, Final

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.failures import invalid
from wirelab.sim.host.sockets.option import Option, stored_flag
from wirelab.sim.host.sockets.raw_table import NOT_COMPUTED

_FILTER_SIZE: Final = {c.AF_INET: 4, c.AF_INET6: 32}
"""bytes of struct icmp_filter and icmp6_filter: a bit for each type."""


def _get_filter(socket: Any, now: int) -> bytes:
    """The types that do not come."""
    blocked: int = socket.mailbox.blocked
    return blocked.to_bytes(_FILTER_SIZE[socket.family], "little")


def _put_filter(socket: Any, value: bytes, now: int) -> None:
    """What is left out of a short value stays as it is."""
    size = _FILTER_SIZE[socket.family]
    new = value[:size] + _get_filter(socket, now)[len(value) :]
    socket.mailbox.blocked = int.from_bytes(new, "little")


def _get_checksum(socket: Any, now: int) -> int:
    return int(socket.mailbox.checksum_at)


def _put_checksum(socket: Any, value: int, now: int) -> None:
    if value > 0 and value & 1:
        raise invalid(f"IPV6_CHECKSUM is {value}; give an even offset, or -1 for none")
    socket.mailbox.checksum_at = NOT_COMPUTED if value < 0 else value


def _put_checksum_unless_icmp(socket: Any, value: int, now: int) -> None:
    if socket.protocol == c.IPPROTO_ICMPV6:
        raise invalid("IPV6_CHECKSUM of a socket of ICMPv6: it is at 2 (RFC 3542 section 3.1)")
    _put_checksum(socket, value, now)


def _get_header(socket: Any, now: int) -> int:
    return int(socket.has_header)


def _put_header(socket: Any, value: int, now: int) -> None:
    socket.has_header = bool(value)


IP_OF_RAW: Final[dict[int, Option]] = {
    c.IP_HDRINCL: Option(_get_header, _put_header),
    c.IP_NODEFRAG: stored_flag((c.SOL_IP, c.IP_NODEFRAG)),
    c.IP_PROTOCOL: Option(lambda socket, now: socket.protocol),
}
IPV6_OF_RAW: Final[dict[int, Option]] = {
    c.IPV6_CHECKSUM: Option(_get_checksum, _put_checksum_unless_icmp)
}
CHECKSUM_OF_RAW: Final[dict[int, Option]] = {c.IPV6_CHECKSUM: Option(_get_checksum, _put_checksum)}
"""The same at SOL_RAW, where Linux does not look at the protocol."""

RAW_LEVEL: Final[dict[int, Option]] = {c.ICMP_FILTER: Option(_get_filter, None, _put_filter)}
"""At SOL_RAW for ICMP, at SOL_ICMPV6 for ICMPv6."""
