"""Socket addresses: what callers write, and what calls return.

Rule: IPv4-mapped addresses (`::ffff:10.0.0.1`, RFC 4291 section 2.5.5.2) exist in this file only.
Below, such an address is the 4 bytes that it maps, and `::` of a socket for both families is
`EVERYWHERE` (see `local_address`).
"""

import struct
from collections.abc import Mapping
from errno import EAFNOSUPPORT
from typing import Any, Final, NamedTuple, TypeAlias

from wirelab.codecs.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    AddressError,
    PackedAddress,
    ipv4_address,
    ipv4_text,
    ipv6_address,
    ipv6_text,
)
from wirelab.sim.host.sockets.constants import AF_INET, AF_INET6
from wirelab.sim.host.sockets.failures import failure, invalid

Name: TypeAlias = str | bytes | PackedAddress
"""A host: text, bytes or `ipaddress`; "" for all of ours."""

SocketAddress: TypeAlias = tuple[Name, int] | tuple[Name, int, int] | tuple[Name, int, int, int]
"""`("10.0.0.2", 80)`; with AF_INET6 also flow information and scope id: `("fe80::1", 80, 0, 2)`,
which may be said as `("fe80::1%eth1", 80)`, too."""

_SOCKADDR_IN: Final = struct.Struct("<H2s4s8x")
_SOCKADDR_IN6: Final = struct.Struct("<H2sI16sI")
_MAPPED: Final = bytes(10) + b"\xff\xff"
_FLOW_BITS: Final = 0x000F_FFFF


class Address(NamedTuple):
    """An IPv4 socket address, equal to the plain tuple `("10.0.0.2", 80)`."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Address6(NamedTuple):
    """An IPv6 socket address, equal to the plain tuple `("fe80::1", 80, 0, 2)`.

    Attributes:
        host: without a zone.
        port: a number.
        flowinfo: the flow label (RFC 6437), where one was chosen.
        scope_id: of a link-local address, the interface: its index and one (RFC 4007); else 0.
    """

    host: str
    port: int
    flowinfo: int = 0
    scope_id: int = 0

    def __str__(self) -> str:
        zone = f"%{self.scope_id}" if self.scope_id else ""
        return f"[{self.host}{zone}]:{self.port}"


AnyAddress: TypeAlias = Address | Address6


class Place(NamedTuple):
    """A socket address as the layers below want it.

    Attributes:
        host: 4 or 16 bytes.
        port: a number.
        flow: flow label, or 0.
        zone: scope id, or 0.
    """

    host: bytes
    port: int
    flow: int = 0
    zone: int = 0


def address_of(
    host: bytes, port: int, family: int = AF_INET, flow: int = 0, zone: int = 0
) -> AnyAddress:
    """The address of bytes and a port, as sockets of that family show it."""
    if family == AF_INET:
        return Address(ipv4_text(host or ANY_IPV4), port)
    return Address6(ipv6_text(in_ipv6(host)), port, flow, zone)


def in_ipv6(host: bytes) -> bytes:
    """16 bytes: IPv4 addresses mapped, and `::` for every address there is."""
    return _MAPPED + host if len(host) == 4 else host or ANY_IPV6


def socket_address(
    host: bytes, port: int, family: int = AF_INET, flow: int = 0, zone: int = 0
) -> bytes:
    """`struct sockaddr_in` or, for AF_INET6, `sockaddr_in6`; the port is big-endian in it."""
    network_port = port.to_bytes(2, "big")
    if family != AF_INET6:
        return _SOCKADDR_IN.pack(family, network_port, host)
    flow_info = int.from_bytes(flow.to_bytes(4, "big"), "little")
    return _SOCKADDR_IN6.pack(family, network_port, flow_info, in_ipv6(host), zone)


def packed(address: AnyAddress) -> bytes:
    """The C structure of an address that a call returned."""
    if isinstance(address, Address):
        return socket_address(ipv4_address(address.host), address.port)
    return socket_address(ipv6_address(address.host), *address[1:2], AF_INET6, *address[2:])


def parse(address: SocketAddress, family: int, zones: Mapping[str, int]) -> Place:
    """The bytes and the port of an address.

    Args:
        address: what the caller wrote.
        family: of the socket.
        zones: scope ids by interface name.

    Raises:
        OSError: EAFNOSUPPORT for another family, EINVAL for what is no address at all.
    """
    most = 2 if family == AF_INET else 4
    if not isinstance(address, tuple) or not 2 <= len(address) <= most:
        raise invalid(f"address is {address!r}; give a host and a port, as in ('10.0.0.2', 80)")
    host, port, *rest = address
    if not isinstance(port, int) or not 0 <= port <= 0xFFFF:
        raise invalid(f"port is {port!r}; give 0 to 65535")
    if family == AF_INET:
        return Place(_ipv4(host), port)
    flow, zone = (*rest, 0, 0)[:2]
    if not isinstance(flow, int) or not isinstance(zone, int) or flow < 0 or zone < 0:
        raise invalid(f"flow information {flow!r} and scope id {zone!r}; give numbers from 0 on")
    return _ipv6(host, port, flow & _FLOW_BITS, zone, zones)


def _ipv4(host: Any) -> bytes:
    if host == "":
        return ANY_IPV4
    if ":" in host if isinstance(host, str) else isinstance(host, bytes) and len(host) == 16:
        raise failure(EAFNOSUPPORT, f"{host!r} is an IPv6 address, and the socket is AF_INET")
    try:
        return ipv4_address(host)
    except AddressError as error:
        raise invalid(str(error)) from None


def _ipv6(host: Any, port: int, flow: int, zone: int, zones: Mapping[str, int]) -> Place:
    if isinstance(host, str):
        host, percent, name = host.partition("%")
        if percent:
            if name not in zones and not name.isdigit():
                known = ", ".join(zones)
                raise invalid(f"zone {name!r} of {host}: this host has the interfaces {known}")
            zone = zones[name] if name in zones else int(name)
    if isinstance(host, bytes) and len(host) == 4:
        return Place(host, port, flow, zone)
    try:
        address = ipv6_address(host) if host != "" else ANY_IPV6
    except AddressError as error:
        raise invalid(str(error)) from None
    if address.startswith(_MAPPED):
        address = address[len(_MAPPED) :]
    return Place(address, port, flow, zone)
