"""What an address means to a socket of its family: where it binds, whom it reaches, which way.

Source: ipv6(7); RFC 3493 sections 3.7 and 5.3 (IPv4 over AF_INET6 sockets, IPV6_V6ONLY); RFC 4007
section 6 (a link-local address means nothing without its zone); Linux, __inet6_bind and
__ip6_datagram_connect, for the errnos.
"""

from errno import EINVAL, ENETUNREACH, ENODEV
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, ip_text
from wirelab.sim.host.local_address import EVERYWHERE
from wirelab.sim.host.sockets.addresses import Place
from wirelab.sim.host.sockets.constants import AF_INET, IPV6_V6ONLY, SOL_IPV6
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket

_LOOPBACK: Final = {ANY_IPV4: b"\x7f\0\0\1", ANY_IPV6: bytes(15) + b"\1"}
"""Linux takes the unspecified address as a destination for this host."""

INTERFACE_LOCAL: Final = 1
LINK_LOCAL: Final = 2
"""Scopes of IPv6 multicast that need a zone (RFC 4291 section 2.7)."""


def needs_zone(host: bytes) -> bool:
    """Whether an address means something else on every link.

    >>> needs_zone(bytes.fromhex("fe80") + bytes(14)), needs_zone(bytes([169, 254, 0, 1]))
    (True, False)
    """
    if len(host) != 16:
        return False
    if host[0] == 0xFF:
        return host[1] & 0x0F in (INTERFACE_LOCAL, LINK_LOCAL)
    return host[0] == 0xFE and host[1] & 0xC0 == 0x80


def is_only_ipv6(socket: "Socket") -> bool:
    """Whether a socket of AF_INET6 hears and reaches nothing of IPv4 (IPV6_V6ONLY)."""
    return bool(socket.settings.get((SOL_IPV6, IPV6_V6ONLY)))


def everywhere(socket: "Socket") -> bytes:
    """All addresses that a socket may be bound to."""
    if socket.family == AF_INET:
        return ANY_IPV4
    return ANY_IPV6 if is_only_ipv6(socket) else EVERYWHERE


def local_of(socket: "Socket", place: Place, call: str) -> bytes:
    """What to bind to; a zone is taken as the socket's interface.

    Raises:
        OSError: EINVAL: a link-local address without a zone, or IPv4 on a socket of IPv6 alone;
            ENODEV: no such zone.
    """
    if place.host == ANY_IPV6:
        return everywhere(socket)
    if len(place.host) == 4:
        if socket.family != AF_INET and is_only_ipv6(socket):
            raise invalid(f"{call} to {ip_text(place.host)}: the socket has IPV6_V6ONLY")
        return place.host
    if needs_zone(place.host):
        socket.device = way_of(socket, place, call)
    return place.host


def remote_of(socket: "Socket", place: Place, call: str) -> bytes:
    """Whom to send to.

    Raises:
        OSError: ENETUNREACH: IPv4 from a socket of IPv6 alone.
    """
    if len(place.host) == 4 and socket.family != AF_INET and is_only_ipv6(socket):
        text = f"{call} to {ip_text(place.host)}: the socket has IPV6_V6ONLY"
        raise failure(ENETUNREACH, text, Reason.IP_NO_ROUTE)
    if place.host in _LOOPBACK:
        return _LOOPBACK[place.host]
    return place.host


def way_of(socket: "Socket", place: Place, call: str) -> int | None:
    """Index of the interface that an address, or SO_BINDTODEVICE, names; None: as routed.

    Raises:
        OSError: EINVAL: a link-local address without a zone, or with another than the socket's;
            ENODEV: no such zone.
    """
    device = socket.device
    if not needs_zone(place.host):
        return device
    if not place.zone:
        if device is None and place.host[0] != 0xFF:
            text = f"{call} to {ip_text(place.host)}: which link? Say it as in fe80::1%eth0"
            raise invalid(text)
        return device
    if not 1 <= place.zone <= len(socket.hub.interfaces):
        raise failure(ENODEV, f"{call}: this host has no interface {place.zone}")
    if device not in (None, place.zone - 1):
        raise failure(EINVAL, f"{call}: zone {place.zone}, but the socket is bound to another")
    return place.zone - 1


def zone_of(host: bytes, interface: int | None) -> int:
    """The scope id of an address that is known from an interface."""
    return interface + 1 if interface is not None and needs_zone(host) else 0
