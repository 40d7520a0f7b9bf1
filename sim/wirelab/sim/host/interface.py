"""One network interface: its addresses, and which frames and packets are meant for it."""

from typing import Final

from wirelab.codecs.addresses import BROADCAST_IPV4, BROADCAST_MAC
from wirelab.sim.host.config import InterfaceConfig

ALL_HOSTS: Final = b"\xe0\x00\x00\x01"
"""224.0.0.1, the group that every host is in (RFC 1112 section 4)."""

MINIMUM_MTU: Final = 68
"""bytes of IP packet that every link carries (RFC 791 section 3.2)."""

LARGEST_PACKET: Final = 65_535
"""bytes: what the 16 bits of IPv4 total length can say (RFC 791 section 3.1)."""


def check_address(address: bytes) -> None:
    """Refuse what is no IPv4 address, such as a text.

    Raises:
        ValueError: not 4 bytes.
    """
    if not isinstance(address, bytes) or len(address) != 4:
        raise ValueError(
            f"IPv4 address is {address!r}; give 4 bytes "
            "(wirelab.codecs.addresses.ipv4_bytes makes them of a text)"
        )


def check_ttl(hops: int) -> None:
    """Refuse a time to live that is zero (RFC 1122 section 3.2.1.7) or no byte.

    Raises:
        ValueError: not 1 to 255.
    """
    if not 1 <= hops <= 255:
        raise ValueError(f"ttl is {hops}; give 1 to 255 hops")


def multicast_mac(group: bytes) -> bytes:
    """The Ethernet address of an IPv4 multicast group (RFC 1112 section 6.4).

    >>> multicast_mac(bytes([224, 129, 0, 1])).hex(":")
    '01:00:5e:01:00:01'
    """
    return b"\x01\x00\x5e" + bytes((group[1] & 0x7F,)) + group[2:]


ALL_HOSTS_MAC: Final = multicast_mac(ALL_HOSTS)


def is_multicast(address: bytes) -> bool:
    """Whether an IPv4 address is of class D, 224.0.0.0/4 (RFC 1122 section 3.2.1.3)."""
    return address[0] & 0xF0 == 0xE0


class Interface:
    """An interface with its one IPv4 address.

    Attributes:
        index: its place in `Host.interfaces`.
        mac: 6 bytes.
        address: IPv4 address, 4 bytes.
        prefix_length: bits, 0 to 32.
        mtu: largest IP packet, bytes.
        cuts_segments: the link takes a `LargeFrame`.
        broadcast: the directed broadcast address of its network (RFC 1122 section 3.2.1.3 (e)), or
            None where the prefix leaves no room for one (RFC 3021).
    """

    __slots__ = (
        "address",
        "broadcast",
        "cuts_segments",
        "index",
        "mac",
        "mtu",
        "name",
        "network",
        "prefix_length",
    )

    def __init__(self, index: int, config: InterfaceConfig) -> None:
        if len(config.mac) != 6 or config.mac[0] & 1:
            raise ValueError(
                f"interface {config.name}: mac is {config.mac.hex(':') or 'empty'}; "
                "give 6 bytes with the group bit (lowest bit of the first byte) clear"
            )
        if len(config.address) != 4 or not 0 <= config.prefix_length <= 32:
            raise ValueError(
                f"interface {config.name}: address has {len(config.address)} bytes and prefix "
                f"length {config.prefix_length}; give 4 bytes and 0 to 32"
            )
        if not MINIMUM_MTU <= config.mtu <= LARGEST_PACKET:
            raise ValueError(
                f"interface {config.name}: mtu is {config.mtu}; "
                f"give {MINIMUM_MTU} to {LARGEST_PACKET} bytes (RFC 791 section 3.2)"
            )
        self.index = index
        self.name = config.name
        self.mac = config.mac
        self.address = config.address
        self.prefix_length = config.prefix_length
        self.mtu = config.mtu
        self.cuts_segments = config.cuts_segments
        host_bits = (1 << (32 - config.prefix_length)) - 1
        value = int.from_bytes(config.address, "big")
        self.network = (value & ~host_bits).to_bytes(4, "big")
        self.broadcast = (value | host_bits).to_bytes(4, "big") if host_bits > 1 else None

    def hears_group(self, mac: bytes) -> bool:
        """Whether a frame to this group address is for us: broadcast, or a group that we are in."""
        return mac in (BROADCAST_MAC, ALL_HOSTS_MAC)

    def is_broadcast(self, address: bytes) -> bool:
        """Whether an IPv4 address means everybody on this network (RFC 1122 section 3.3.6).

        The old all-zeros forms count too, as they SHOULD.
        """
        if address == BROADCAST_IPV4 or address == self.broadcast:
            return True
        return self.broadcast is not None and address == self.network
