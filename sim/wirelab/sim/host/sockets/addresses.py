"""Socket addresses: what callers write, and what calls return."""

from errno import EAFNOSUPPORT
from typing import NamedTuple, TypeAlias

from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.sim.host.sockets.failures import failure, invalid

AddressLike: TypeAlias = tuple[str | bytes, int]
"""`("10.0.0.2", 80)`; the host also as its 4 bytes, or "" for 0.0.0.0."""


class Address(NamedTuple):
    """An IPv4 socket address, equal to the plain tuple `("10.0.0.2", 80)`."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


NOWHERE = Address("0.0.0.0", 0)
"""What getsockname gives while nothing is bound."""


def address_of(host: bytes, port: int) -> Address:
    """The address of 4 bytes and a port."""
    return Address(ipv4_text(host), port)


def parse(address: AddressLike) -> tuple[bytes, int]:
    """The 4 bytes and the port of an address.

    Raises:
        OSError: EAFNOSUPPORT for another family, EINVAL for what is no address at all.
    """
    host, port = address
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 0xFFFF:
        raise invalid(f"port is {port!r}; give 0 to 65535")
    if isinstance(host, bytes | bytearray):
        if len(host) == 16:
            raise failure(EAFNOSUPPORT, "an IPv6 address on an AF_INET socket")
        if len(host) != 4:
            raise invalid(f"{len(host)} bytes of address; an IPv4 address has 4")
        return bytes(host), port
    if not host:
        return ANY_IPV4, port
    if ":" in host:
        raise failure(EAFNOSUPPORT, f"{host} on an AF_INET socket")
    parts = host.split(".")
    if len(parts) != 4 or not all(part.isdecimal() and int(part) < 256 for part in parts):
        raise invalid(f"address is {host!r}; give four numbers, such as '10.0.0.2'")
    return bytes(map(int, parts)), port
