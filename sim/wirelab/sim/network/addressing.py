"""The addresses of a network's hosts: read from text, handed out, each owned by one host.

Rule 1: two hosts with one address are a mistake, unless the test says that it is what it tests.
Rule 2: nothing is remembered of a host that was refused.
"""

from collections.abc import Iterable

from wirelab.codecs.addresses import ANY_IPV4, ipv4_bytes, ipv4_text, mac_bytes, mac_text
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.network.errors import SimulationError

DEFAULT_PREFIX = 24  # bits; ours: what a small network has
SMALLEST_MTU = 68  # bytes; RFC 791 section 3.2 "Fragmentation and Reassembly"
LARGEST_MTU = 65_535  # bytes; RFC 791 section 3.1: total length has 16 bits
MOST_INTERFACES = 256  # ours: one byte of an automatic MAC address counts them


class AddressBook:
    """Which host owns which address."""

    def __init__(self) -> None:
        self._owners: dict[bytes, str] = {}  # by IPv4 address (4 bytes) and by MAC (6 bytes)
        self._hosts = 0

    def assign(
        self, texts: Iterable[str], mac: str | None, mtu: int, *, allow_conflict: bool
    ) -> list[InterfaceConfig]:
        """The interfaces of a host to be; `add` makes their addresses its own.

        Raises:
            SimulationError: no address at all, a prefix or an MTU out of range, an address that
                another host has.
            AddressError: an address cannot be read.
        """
        check_mtu(mtu)
        texts = list(texts)
        if not 0 < len(texts) <= MOST_INTERFACES:
            raise SimulationError(
                f"a host with {len(texts)} addresses; give it 1 to {MOST_INTERFACES}, "
                "one for each interface"
            )
        interfaces: list[InterfaceConfig] = []
        for index, text in enumerate(texts):
            address, prefix_length = _read(text)
            own_mac = mac_bytes(mac) if mac and index == 0 else self._free_mac(index)
            interfaces.append(InterfaceConfig(f"eth{index}", own_mac, address, prefix_length, mtu))
        if not allow_conflict:
            self._refuse_conflicts(interfaces)
        return interfaces

    def add(self, host: str, interfaces: Iterable[InterfaceConfig]) -> None:
        """These addresses are this host's."""
        self._hosts += 1
        for interface in interfaces:
            self._owners.setdefault(interface.address, host)
            self._owners.setdefault(interface.mac, host)

    def _free_mac(self, index: int) -> bytes:
        """02:00:00:00:00:01 for the first host; further interfaces count in the second byte."""
        number = self._hosts + 1
        while (mac := bytes((2, index)) + number.to_bytes(4, "big")) in self._owners:
            number += 1
        return mac

    def _refuse_conflicts(self, interfaces: list[InterfaceConfig]) -> None:
        own: set[bytes] = set()
        for interface in interfaces:
            for address in (interface.address, interface.mac):
                if address == ANY_IPV4:  # it will ask DHCP, or not need one
                    continue
                owner = "this host itself" if address in own else self._owners.get(address)
                if owner is not None:
                    text = ipv4_text(address) if len(address) == 4 else mac_text(address)
                    raise SimulationError(
                        f"{text} is an address of {owner} already; choose another, "
                        "or say allow_conflict=True if a conflict is what you want to see"
                    )
                own.add(address)


def check_mtu(mtu: int) -> None:
    """Refuse what no IPv4 packet would fit.

    Raises:
        SimulationError: not a number of bytes in the range.
    """
    if not isinstance(mtu, int) or not SMALLEST_MTU <= mtu <= LARGEST_MTU:
        raise SimulationError(
            f"mtu {mtu!r}: use {SMALLEST_MTU} (RFC 791 section 3.2) to {LARGEST_MTU} bytes"
        )


def _read(text: str) -> tuple[bytes, int]:
    """`10.0.0.1/16`, or `10.0.0.1` meaning /24."""
    address, slash, prefix = text.partition("/")
    if not slash:
        return ipv4_bytes(address), DEFAULT_PREFIX
    if not (prefix.isascii() and prefix.isdigit()) or int(prefix) > 32:
        raise SimulationError(
            f"{text!r}: the prefix length {prefix!r} is no number from 0 to 32; write {address}/24"
        )
    return ipv4_bytes(address), int(prefix)
