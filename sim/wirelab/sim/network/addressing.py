"""The addresses of a network's hosts: read from text, handed out, each owned by one host.

Rule 1: two hosts with one address are a mistake, unless the test says that it is what it tests.
Rule 2: nothing is remembered of a host that was refused.
"""

from collections.abc import Iterable

from wirelab.codecs.addresses import ANY_IPV4, ip_bytes, ip_text, mac_bytes, mac_text
from wirelab.sim.host.config import InterfaceConfig, Route
from wirelab.sim.host.interface_address import InterfaceAddress
from wirelab.sim.network.errors import SimulationError

DEFAULT_PREFIX = {4: 24, 16: 64}
"""bits, by bytes of an address; ours for IPv4, what a small network has; RFC 4291 section 2.5.1."""
SMALLEST_MTU = 68  # bytes; RFC 791 section 3.2 "Fragmentation and Reassembly"
LARGEST_MTU = 65_535  # bytes; RFC 791 section 3.1: total length has 16 bits
MOST_INTERFACES = 256  # ours: one byte of an automatic MAC address counts them


class AddressBook:
    """Which host owns which address."""

    def __init__(self) -> None:
        self._owners: dict[bytes, str] = {}  # by IP address (4 or 16 bytes) and by MAC (6)
        self._hosts = 0

    def assign(
        self,
        texts: Iterable[str],
        mac: str | None,
        mtu: int | list[int] | tuple[int, ...],
        *,
        allow_conflict: bool,
    ) -> list[InterfaceConfig]:
        """The interfaces of a host to be; `add` makes their addresses its own.

        Raises:
            SimulationError: no address at all, a prefix or an MTU out of range, an address that
                another host has.
            AddressError: an address cannot be read.
        """
        texts = list(texts)
        if not 0 < len(texts) <= MOST_INTERFACES:
            raise SimulationError(
                f"a host with {len(texts)} addresses; give it 1 to {MOST_INTERFACES}, "
                "one for each interface"
            )
        mtus = mtu if isinstance(mtu, list | tuple) else [mtu] * len(texts)
        if len(mtus) != len(texts):
            raise SimulationError(
                f"{len(mtus)} mtus for {len(texts)} interfaces; give one for each"
            )
        interfaces: list[InterfaceConfig] = []
        for index, (text, own_mtu) in enumerate(zip(texts, mtus, strict=True)):
            check_mtu(own_mtu)
            addresses = [_read(one) for one in text.split()]
            address, prefix_length = ANY_IPV4, DEFAULT_PREFIX[4]
            if addresses and len(addresses[0][0]) == 4:
                address, prefix_length = addresses.pop(0)
            own_mac = mac_bytes(mac) if mac and index == 0 else self._free_mac(index)
            interfaces.append(
                InterfaceConfig(
                    f"eth{index}", own_mac, address, prefix_length, own_mtu, addresses=addresses
                )
            )
        if not allow_conflict:
            self._refuse_conflicts(interfaces)
        return interfaces

    def add(self, host: str, interfaces: Iterable[InterfaceConfig]) -> None:
        """These addresses are this host's."""
        self._hosts += 1
        for interface in interfaces:
            for address in _all(interface):
                self._owners.setdefault(address, host)

    def _free_mac(self, index: int) -> bytes:
        """02:00:00:00:00:01 for the first host; further interfaces count in the second byte."""
        number = self._hosts + 1
        while (mac := bytes((2, index)) + number.to_bytes(4, "big")) in self._owners:
            number += 1
        return mac

    def _refuse_conflicts(self, interfaces: list[InterfaceConfig]) -> None:
        own: set[bytes] = set()
        for interface in interfaces:
            for address in _all(interface):
                owner = "this host itself" if address in own else self._owners.get(address)
                if owner is not None:
                    text = mac_text(address) if len(address) == 6 else ip_text(address)
                    raise SimulationError(
                        f"{text} is an address of {owner} already; choose another, "
                        "or say allow_conflict=True if a conflict is what you want to see"
                    )
                own.add(address)


def default_route(gateway: bytes, interfaces: list[InterfaceConfig]) -> Route:
    """By the interface on the gateway's network; by the first when there is none: it is refused."""
    anywhere = bytes(len(gateway))
    for index, interface in enumerate(interfaces):
        own = ((interface.address, interface.prefix_length), *interface.addresses)
        if any(InterfaceAddress(*one).contains(gateway) for one in own):
            return Route(anywhere, 0, index, gateway)
    return Route(anywhere, 0, 0, gateway)


def check_mtu(mtu: int) -> None:
    """Refuse what no IPv4 packet would fit.

    Raises:
        SimulationError: not a number of bytes in the range.
    """
    if not isinstance(mtu, int) or not SMALLEST_MTU <= mtu <= LARGEST_MTU:
        raise SimulationError(
            f"mtu {mtu!r}: use {SMALLEST_MTU} (RFC 791 section 3.2) to {LARGEST_MTU} bytes"
        )


def _all(interface: InterfaceConfig) -> list[bytes]:
    """Every address that must be one host's alone."""
    none_yet = interface.address == ANY_IPV4  # it will ask DHCP, or not need one
    own = [] if none_yet else [interface.address]
    return [*own, *(address for address, _ in interface.addresses), interface.mac]


def _read(text: str) -> tuple[bytes, int]:
    """`10.0.0.1/16`, `10.0.0.1` meaning /24, `2001:db8::1` meaning /64."""
    plain, slash, prefix = text.partition("/")
    address = ip_bytes(plain)
    usual = DEFAULT_PREFIX[len(address)]
    longest = 8 * len(address)
    if not slash:
        return address, usual
    if not (prefix.isascii() and prefix.isdigit()) or int(prefix) > longest:
        raise SimulationError(
            f"{text!r}: the prefix length {prefix!r} is no number from 0 to {longest}; "
            f"write {plain}/{usual}"
        )
    return address, int(prefix)
