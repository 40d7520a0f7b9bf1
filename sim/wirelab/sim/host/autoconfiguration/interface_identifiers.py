"""The last 64 bits of an address that a host makes itself.

Source: RFC 7217 (stable, and different on every network); RFC 4291 appendix A (of the Ethernet
address); RFC 5453 (those that nobody may take).
"""

from enum import Enum
from hashlib import sha256
from typing import Final

IDENTIFIER_BITS: Final = 64
"""Bits of an interface identifier (RFC 4291 section 2.5.1); the prefix has the rest."""

_SUBNET_ROUTERS: Final = bytes(8)  # RFC 4291 section 2.6.1
_IANA_ETHERNET: Final = range(0x0200_5EFF_FE00_0000, 0x0200_5EFF_FE00_5213)  # RFC 5453 section 2
_PROXY_MOBILE: Final = 0x0200_5EFF_FE00_5213  # RFC 6543 section 6.1
_SUBNET_ANYCAST: Final = range(0xFDFF_FFFF_FFFF_FF80, 0xFDFF_FFFF_FFFF_FFFF + 1)  # RFC 2526


class IdentifierKind(Enum):
    """How identifiers are made."""

    STABLE = "stable"
    """Of the prefix, the interface and a secret: tells nobody who we are elsewhere (RFC 7217)."""
    EUI64 = "eui64"
    """Of the Ethernet address: the same everywhere (RFC 4291 appendix A)."""


def eui64(mac: bytes) -> bytes:
    """The modified EUI-64 of an Ethernet address (RFC 4291 appendix A).

    >>> eui64(bytes.fromhex("3456789abcde")).hex()
    '365678fffe9abcde'
    """
    return bytes((mac[0] ^ 0x02,)) + mac[1:3] + b"\xff\xfe" + mac[3:]


def stable(prefix: bytes, interface: str, dad_counter: int, secret: bytes) -> bytes:
    """An identifier that nobody can tell from a random one (RFC 7217 section 5).

    Those that are reserved are stepped over, by counting on as after a conflict.

    Args:
        prefix: the first 8 bytes of the address.
        interface: what the interface is called (Net_Iface; appendix A.1 allows the name).
        dad_counter: how many identifiers somebody else had already.
        secret: at least 16 bytes (section 5).
    """
    while True:
        words = (prefix, interface.encode(), dad_counter.to_bytes(4, "big"), secret)
        digest = sha256(b"".join(len(word).to_bytes(2, "big") + word for word in words)).digest()
        identifier = digest[-8:]  # the least significant bits
        if not is_reserved(identifier):
            return identifier
        dad_counter += 1


def is_reserved(identifier: bytes) -> bool:
    """Whether nobody may use an identifier for an address of its own (RFC 5453)."""
    value = int.from_bytes(identifier, "big")
    return (
        identifier == _SUBNET_ROUTERS
        or value in _IANA_ETHERNET
        or value == _PROXY_MOBILE
        or value in _SUBNET_ANYCAST
    )
