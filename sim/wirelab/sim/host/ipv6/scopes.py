"""What an IPv6 address says about itself: kind, scope, group addresses and Ethernet addresses.

Source: RFC 4291 (address architecture), RFC 4007 (scopes and zones), RFC 7346 (multicast scopes),
RFC 2464 (Ethernet).

Zones: each interface is a zone of its own of link-local scope, and all of them together are one
zone of every larger scope. A link-local address therefore means something only together with an
interface, and our own link-local addresses tell theirs: no two interfaces share one.
"""

from typing import Final

from wirelab.codecs.addresses import ipv6_bytes

UNSPECIFIED: Final = bytes(16)  # RFC 4291 section 2.5.2
LOOPBACK: Final = bytes(15) + b"\x01"  # RFC 4291 section 2.5.3
ALL_NODES: Final = ipv6_bytes("ff02::1")  # RFC 4291 section 2.7.1
ALL_ROUTERS: Final = ipv6_bytes("ff02::2")
LINK_LOCAL_PREFIX: Final = ipv6_bytes("fe80::")
LINK_LOCAL_LENGTH: Final = 64  # bits, RFC 4291 section 2.5.6
MINIMUM_MTU: Final = 1280
"""bytes of IPv6 packet that every link carries (RFC 8200 section 5)."""

INTERFACE_SCOPE: Final = 1  # RFC 7346 section 2
LINK_SCOPE: Final = 2
SITE_SCOPE: Final = 5
GLOBAL_SCOPE: Final = 14

_SOLICITED_NODE: Final = ipv6_bytes("ff02::1:ff00:0")[:13]
_IPV4_MAPPED: Final = ipv6_bytes("::ffff:0:0")[:12]


def check_address6(address: bytes) -> None:
    """Refuse what is no IPv6 address, such as a text.

    Raises:
        ValueError: not 16 bytes.
    """
    if not isinstance(address, bytes) or len(address) != 16:
        raise ValueError(
            f"IPv6 address is {address!r}; give 16 bytes "
            "(wirelab.codecs.addresses.ipv6_bytes makes them of a text)"
        )


def is_multicast6(address: bytes) -> bool:
    """Whether an address is a group, ff00::/8 (RFC 4291 section 2.7)."""
    return address[0] == 0xFF


def is_link_local(address: bytes) -> bool:
    """Whether an address is of fe80::/10 (RFC 4291 section 2.5.6)."""
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80


def is_mapped(address: bytes) -> bool:
    """Whether it is an IPv4 address in IPv6's clothes, which no packet may carry.

    Source: RFC 4291 section 2.5.5.2; draft-itojun-v6ops-v4mapped-harmful section 4.
    """
    return address[:12] == _IPV4_MAPPED


def needs_zone(address: bytes) -> bool:
    """Whether an address means something only together with an interface (RFC 4007 section 6).

    That is so for everything of link-local scope, or less.
    """
    if address[0] == 0xFF:
        return address[1] & 0x0F <= LINK_SCOPE
    return is_link_local(address)


def scope_of(address: bytes) -> int:
    """How far an address reaches, as the scope values of multicast count (RFC 6724 section 3.1).

    The loopback address counts as link-local, and so do IPv4's autoconfigured and loopback
    addresses; all other IPv4 addresses are global (RFC 6724 section 3.2).

    >>> scope_of(ipv6_bytes("ff05::1:3"))
    5
    """
    if len(address) == 4 or address[:12] == _IPV4_MAPPED:
        low = address[-4:]
        return LINK_SCOPE if low[0] == 127 or low[:2] == b"\xa9\xfe" else GLOBAL_SCOPE
    if address[0] == 0xFF:
        return address[1] & 0x0F
    if is_link_local(address) or address == LOOPBACK:
        return LINK_SCOPE
    if address[0] == 0xFE and address[1] & 0xC0 == 0xC0:  # deprecated by RFC 3879, but still seen
        return SITE_SCOPE
    return GLOBAL_SCOPE


def solicited_node(address: bytes) -> bytes:
    """The group in which the owner of an address is asked for it (RFC 4291 section 2.7.1)."""
    return _SOLICITED_NODE + address[13:]


def multicast_mac6(group: bytes) -> bytes:
    """The Ethernet address of an IPv6 group (RFC 2464 section 7).

    >>> multicast_mac6(ALL_NODES).hex(":")
    '33:33:00:00:00:01'
    """
    return b"\x33\x33" + group[12:]


def interface_identifier(mac: bytes) -> bytes:
    """The modified EUI-64 of an Ethernet address (RFC 2464 section 4, RFC 4291 appendix A).

    >>> interface_identifier(bytes.fromhex("3456789abcde")).hex("-", 2)
    '3656-78ff-fe9a-bcde'
    """
    return bytes((mac[0] ^ 0x02,)) + mac[1:3] + b"\xff\xfe" + mac[3:]


def link_local_from_mac(mac: bytes) -> bytes:
    """fe80:: with the modified EUI-64 (RFC 2464 section 5)."""
    return LINK_LOCAL_PREFIX[:8] + interface_identifier(mac)


def common_prefix(one: bytes, other: bytes) -> int:
    """How many leading bits two addresses have in common."""
    bits = 8 * len(one)
    return bits - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()
