"""Control messages of level IPPROTO_IPV6: what comes with a packet, and what is asked for with one.

Source: RFC 3542 sections 4 to 6; Linux, ip6_datagram_recv_ctl and ip6_datagram_send_ctl.
"""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.addresses import in_ipv6, socket_address
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.families import zone_of
from wirelab.sim.host.sockets.wishes import INT, Wishes

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import ControlMessage
    from wirelab.sim.host.sockets.mailboxes import Arrived

_PACKET_INFO: Final = struct.Struct("<16si")  # struct in6_pktinfo: address, index
_IPV6_HEADER: Final = 40  # bytes, RFC 8200 section 3

_HOP_BY_HOP: Final = 0
_ROUTING: Final = 43
_DESTINATION: Final = 60
_FRAGMENT: Final = 44
"""Extension headers (RFC 8200 section 4.1)."""

_WANTED_BY: Final = {
    _HOP_BY_HOP: (c.IPV6_RECVHOPOPTS, c.IPV6_HOPOPTS),
    _DESTINATION: (c.IPV6_RECVDSTOPTS, c.IPV6_DSTOPTS),
    _ROUTING: (c.IPV6_RECVRTHDR, c.IPV6_RTHDR),
}
"""Which option asks for an extension header, and what its message is called."""

HEADERS_WANTED: Final = frozenset((c.SOL_IPV6, option) for option, _ in _WANTED_BY.values())


def of_datagram(
    datagram: "Arrived", settings: dict[tuple[int, int], int]
) -> "Iterator[ControlMessage]":
    """What the options of an AF_INET6 socket ask to be told, in Linux's order."""

    def wanted(name: int) -> bool:
        return bool(settings.get((c.SOL_IPV6, name), 0))

    if wanted(c.IPV6_RECVPKTINFO):
        info = _PACKET_INFO.pack(in_ipv6(datagram.destination), datagram.interface + 1)
        yield c.SOL_IPV6, c.IPV6_PKTINFO, info
    if len(datagram.destination) == 4:
        return
    if wanted(c.IPV6_RECVHOPLIMIT):
        yield c.SOL_IPV6, c.IPV6_HOPLIMIT, INT.pack(datagram.ttl)
    if wanted(c.IPV6_RECVTCLASS):
        yield c.SOL_IPV6, c.IPV6_TCLASS, INT.pack(datagram.tos)
    if wanted(c.IPV6_FLOWINFO) and datagram.flow:
        yield c.SOL_IPV6, c.IPV6_FLOWINFO, datagram.flow.to_bytes(4, "big")
    for kind, header in extension_headers(datagram.headers):
        option, name = _WANTED_BY.get(kind, (0, 0))
        if option and wanted(option):
            yield c.SOL_IPV6, name, header
    if wanted(c.IPV6_ORIGDSTADDR):
        zone = zone_of(datagram.destination, datagram.interface)
        where = socket_address(
            datagram.destination, datagram.local_port, c.AF_INET6, datagram.flow, zone
        )
        yield c.SOL_IPV6, c.IPV6_ORIGDSTADDR, where


def extension_headers(headers: bytes) -> Iterator[tuple[int, bytes]]:
    """The extension headers between an IPv6 header and its payload, each with its number."""
    if not headers or headers[0] >> 4 != 6:
        return
    kind, at = headers[6], _IPV6_HEADER
    while at + 8 <= len(headers):
        size = 8 if kind == _FRAGMENT else 8 + headers[at + 1] * 8
        yield kind, headers[at : at + size]
        kind, at = headers[at], at + size


def wish(wishes: Wishes, kind: int, data: bytes) -> Wishes:
    """Read one message of sendmsg.

    Raises:
        OSError: EINVAL for what is not known, or a value that cannot be; EPERM for extension
            headers that take a privilege on Linux and are not sent here.
    """
    if kind in (c.IPV6_PKTINFO, c.IPV6_2292PKTINFO) and len(data) == _PACKET_INFO.size:
        source, index = _PACKET_INFO.unpack(data)
        source = source[12:] if source.startswith(in_ipv6(bytes(4))[:12]) else source
        interface = index - 1 if index else None
        return wishes._replace(source=source if any(source) else None, interface=interface)
    if kind in (c.IPV6_HOPLIMIT, c.IPV6_2292HOPLIMIT) and len(data) == INT.size:
        return wishes._replace(ttl=_number("IPV6_HOPLIMIT", data))
    if kind == c.IPV6_TCLASS and len(data) == INT.size:
        return wishes._replace(tos=_number("IPV6_TCLASS", data))
    if kind == c.IPV6_DONTFRAG and len(data) == INT.size and INT.unpack(data)[0] in (0, 1):
        return wishes._replace(whole=bool(INT.unpack(data)[0]))
    if kind == c.IPV6_FLOWINFO and len(data) >= 4:
        return wishes._replace(flow=int.from_bytes(data[:4], "big") & 0xF_FFFF)
    if kind == c.IPV6_HOPOPTS and len(data) >= 8 and len(data) >= 8 + data[1] * 8:
        return wishes._replace(options=data[2 : 8 + data[1] * 8])
    if kind in (c.IPV6_DSTOPTS, c.IPV6_RTHDR, c.IPV6_RTHDRDSTOPTS):
        raise failure(1, f"control message {kind} of level IPV6: hop-by-hop options are sent only")
    known = "IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS, IPV6_DONTFRAG, IPV6_FLOWINFO, IPV6_HOPOPTS"
    raise invalid(f"control message {kind} of level IPV6 with {len(data)} bytes; {known} are known")


def _number(name: str, data: bytes) -> int | None:
    value: int = INT.unpack(data)[0]
    if not -1 <= value <= 255:
        raise invalid(f"{name} of a message is {value}; give 0 to 255, or -1 for the default")
    return None if value == -1 else value
