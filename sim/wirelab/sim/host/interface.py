"""One network interface: its addresses, and which frames and packets are meant for it."""

from typing import Final

from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, BROADCAST_IPV4, BROADCAST_MAC, ip_text
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.interface_address import InterfaceAddress
from wirelab.sim.host.ipv6.scopes import LOOPBACK as _LOOPBACK6
from wirelab.sim.host.ipv6.scopes import MINIMUM_MTU as MINIMUM_MTU6
from wirelab.sim.host.ipv6.scopes import is_mapped
from wirelab.sim.host.multicast.source_filter import NOBODY, SourceFilter

ALL_HOSTS: Final = b"\xe0\x00\x00\x01"
"""224.0.0.1, the group that every host is in (RFC 1112 section 4)."""

CLASS_D: Final = 224
"""First byte of the first address that is no single host's (RFC 1112 section 4)."""

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


def check_own(address: bytes) -> None:
    """Refuse what no interface can have: nobody's address, a group's or everybody's.

    Source: RFC 1122 section 3.2.1.3; RFC 4291 sections 2.5.2, 2.5.3, 2.5.5.2 and 2.7.

    Raises:
        ValueError: it is one of these.
    """
    if len(address) == 4:
        refused = not address[0] or address[0] >= CLASS_D
    else:
        refused = address[0] == 0xFF or address in (ANY_IPV6, _LOOPBACK6) or is_mapped(address)
    if refused:
        raise ValueError(f"{ip_text(address)} is no address of one interface")


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

ALL_NODES: Final = b"\xff\x02" + bytes(13) + b"\x01"
"""ff02::1, likewise for IPv6 (RFC 4291 section 2.7.1)."""

_NO_GROUPS: Final[dict[bytes, SourceFilter]] = {}  # what most interfaces share


def is_multicast(address: bytes) -> bool:
    """Whether an IPv4 address is of class D, 224.0.0.0/4 (RFC 1122 section 3.2.1.3)."""
    return address[0] & 0xF0 == 0xE0


def is_group(address: bytes) -> bool:
    """Whether an address of either family is a group (also RFC 4291 section 2.7)."""
    return is_multicast(address) if len(address) == 4 else address[0] == 0xFF


def group_mac(group: bytes) -> bytes:
    """The Ethernet address of a group (RFC 1112 section 6.4, RFC 2464 section 7)."""
    return multicast_mac(group) if len(group) == 4 else b"\x33\x33" + group[12:]


class Interface:
    """An interface with its addresses.

    Attributes:
        index: its place in `Host.interfaces`.
        mac: 6 bytes.
        mtu: largest IP packet, bytes.
        ipv6_mtu: largest IPv6 packet; routers may say that it is less (RFC 4861 section 6.3.4).
        cuts_segments: the link takes a `LargeFrame`.
        ipv4, ipv6: its addresses; the first one of IPv4 is what is sent from.
        address: that first one, 4 bytes; 0.0.0.0 while there is none.
        prefix_length: bits, of `address`.
        group_macs: link-layer groups that are heard, each with how many want it.
        groups: what is wanted of each multicast group; `Multicast` keeps it.
        hears_all_groups: a querier has to hear the reports of all groups (RFC 3376 section 6).
    """

    __slots__ = (
        "_broadcasts",
        "address",
        "cuts_segments",
        "group_macs",
        "groups",
        "hears_all_groups",
        "index",
        "ipv4",
        "ipv6",
        "ipv6_mtu",
        "mac",
        "mtu",
        "name",
        "prefix_length",
    )

    def __init__(self, index: int, config: InterfaceConfig) -> None:
        if len(config.mac) != 6 or config.mac[0] & 1:
            raise ValueError(
                f"interface {config.name}: mac is {config.mac.hex(':') or 'empty'}; "
                "give 6 bytes with the group bit (lowest bit of the first byte) clear"
            )
        if not MINIMUM_MTU <= config.mtu <= LARGEST_PACKET:
            raise ValueError(
                f"interface {config.name}: mtu is {config.mtu}; "
                f"give {MINIMUM_MTU} to {LARGEST_PACKET} bytes (RFC 791 section 3.2)"
            )
        self.index = index
        self.name = config.name
        self.mac = config.mac
        self.mtu = self.ipv6_mtu = config.mtu
        self.cuts_segments = config.cuts_segments
        self.ipv4: list[InterfaceAddress] = []
        self.ipv6: list[InterfaceAddress] = []
        self.group_macs = {BROADCAST_MAC: 1, ALL_HOSTS_MAC: 1}
        self.groups = _NO_GROUPS
        self.hears_all_groups = False
        self._settle()
        if config.address != ANY_IPV4:
            self.add(config.address, config.prefix_length)
        for address, prefix_length in config.addresses:
            self.add(address, prefix_length)

    def addresses(self, size: int) -> list[InterfaceAddress]:
        """The addresses of a family: of 4 or of 16 bytes."""
        return self.ipv4 if size == 4 else self.ipv6

    def find(self, address: bytes) -> InterfaceAddress | None:
        """Our entry for exactly this address."""
        for entry in self.addresses(len(address)):
            if entry.address == address:
                return entry
        return None

    def add(self, address: bytes, prefix_length: int) -> InterfaceAddress:
        """Take one more address.

        Raises:
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        try:
            check_own(address)
            entry = InterfaceAddress(address, prefix_length)
        except ValueError as error:
            raise ValueError(f"interface {self.name}: {error}") from None
        if len(address) == 16 and self.ipv6_mtu < MINIMUM_MTU6:
            raise ValueError(
                f"interface {self.name}: mtu is {self.ipv6_mtu}; IPv6 needs {MINIMUM_MTU6} or more "
                "(RFC 8200 section 5)"
            )
        if self.find(address) is not None:
            raise ValueError(f"interface {self.name} has {ip_text(address)} already")
        self.addresses(len(address)).append(entry)
        self._settle()
        return entry

    def remove(self, address: bytes) -> InterfaceAddress:
        """Give an address up.

        Raises:
            ValueError: it is not there.
        """
        entry = self.find(address)
        if entry is None:
            raise ValueError(f"interface {self.name} has no address {ip_text(address)}")
        self.addresses(len(address)).remove(entry)
        self._settle()
        return entry

    def on_link(self, address: bytes) -> InterfaceAddress | None:
        """Our entry whose network an address is on."""
        for entry in self.addresses(len(address)):
            if entry.contains(address):
                return entry
        return None

    def hears_group(self, mac: bytes) -> bool:
        """Whether a frame to this group address is for us: broadcast, or a group that we are in."""
        return mac in self.group_macs or (self.hears_all_groups and bool(mac[0] & 1))

    def hear_group(self, mac: bytes) -> None:
        """One more here wants the frames to a link-layer group."""
        self.group_macs[mac] = self.group_macs.get(mac, 0) + 1

    def unhear_group(self, mac: bytes) -> None:
        """One fewer here wants them."""
        self.group_macs[mac] -= 1
        if not self.group_macs[mac]:
            del self.group_macs[mac]

    def hears(self, group: bytes) -> bool:
        """Whether packets to a multicast group are for us, whoever sent them."""
        return group in self.groups or group in (ALL_HOSTS, ALL_NODES)

    def listen(self, group: bytes, wanted: SourceFilter) -> None:
        """Hear a group, or no longer (`NOBODY`). Routers are not told here: see `Multicast`."""
        if wanted == NOBODY:
            del self.groups[group]
            self.unhear_group(group_mac(group))
            return
        if group not in self.groups:
            self.hear_group(group_mac(group))
            if not self.groups:
                self.groups = {}
        self.groups[group] = wanted

    def is_broadcast(self, address: bytes) -> bool:
        """Whether an IPv4 address means everybody on this network (RFC 1122 section 3.3.6).

        The old all-zeros forms count too, as they SHOULD.
        """
        return address in self._broadcasts

    def _settle(self) -> None:
        """Work out what follows from the addresses, since frames ask for it far more often."""
        first = self.ipv4[0] if self.ipv4 else None
        self.address = first.address if first is not None else ANY_IPV4
        self.prefix_length = first.prefix_length if first is not None else 0
        directed = [
            address
            for entry in self.ipv4
            if entry.broadcast is not None
            for address in (entry.broadcast, entry.network)
        ]
        self._broadcasts = (BROADCAST_IPV4, *directed)
