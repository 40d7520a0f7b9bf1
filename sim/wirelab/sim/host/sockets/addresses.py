"""Socket addresses: what callers write, and what calls return."""

import struct
from errno import EAFNOSUPPORT
from typing import Final, NamedTuple, TypeAlias

from wirelab.codecs.addresses import ANY_IPV4, AddressError, PackedAddress, ipv4_address, ipv4_text
from wirelab.sim.host.sockets.constants import AF_INET
from wirelab.sim.host.sockets.failures import failure, invalid

SocketAddress: TypeAlias = tuple[str | bytes | PackedAddress, int]
"""Host and port: `("10.0.0.2", 80)`; the host also as bytes or `ipaddress`, "" for 0.0.0.0."""


_SOCKADDR_IN: Final = struct.Struct("<H2s4s8x")


class Address(NamedTuple):
    """An IPv4 socket address, equal to the plain tuple `("10.0.0.2", 80)`."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


NOWHERE: Final = Address("0.0.0.0", 0)
"""What getsockname gives while nothing is bound."""


def address_of(host: bytes, port: int) -> Address:
    """The address of 4 bytes and a port."""
    return Address(ipv4_text(host), port)


def socket_address(host: bytes, port: int, family: int = AF_INET) -> bytes:
    """`struct sockaddr_in` of 4 bytes and a port: the port is big-endian in it."""
    return _SOCKADDR_IN.pack(family, port.to_bytes(2, "big"), host)


def parse(address: SocketAddress) -> tuple[bytes, int]:
    """The 4 bytes and the port of an address.

    Raises:
        OSError: EAFNOSUPPORT for another family, EINVAL for what is no address at all.
    """
    if not isinstance(address, tuple) or len(address) != 2:
        raise invalid(f"address is {address!r}; give a host and a port, as in ('10.0.0.2', 80)")
    host, port = address
    if not isinstance(port, int) or not 0 <= port <= 0xFFFF:
        raise invalid(f"port is {port!r}; give 0 to 65535")
    if host == "":
        return ANY_IPV4, port
    if ":" in host if isinstance(host, str) else isinstance(host, bytes) and len(host) == 16:
        raise failure(EAFNOSUPPORT, f"{host!r} is an IPv6 address, and the socket is AF_INET")
    try:
        return ipv4_address(host), port
    except AddressError as error:
        raise invalid(str(error)) from None
