"""Which interface and which next hop a packet takes: longest prefix first.

Source: RFC 1122 section 3.3.1 (local/remote decision, gateways), section 3.3.4.3 (source address).
"""

from typing import Final, NamedTuple

from wirelab.codecs.addresses import BROADCAST_IPV4, BROADCAST_MAC, ipv4_text
from wirelab.sim.host.config import Route
from wirelab.sim.host.interface import (
    Interface,
    check_address,
    is_multicast,
    multicast_mac,
)

_FULL: Final = (1 << 32) - 1


class Hop(NamedTuple):
    """The first step of a packet's way.

    Attributes:
        interface: where it leaves.
        next_hop: whose Ethernet address is needed: the destination itself or a gateway.
        group_mac: the Ethernet address of a broadcast or multicast; None: ask ARP.
    """

    interface: Interface
    next_hop: bytes
    group_mac: bytes | None


class Routes:
    """A routing table over the given interfaces, each of which brings its on-link route."""

    __slots__ = ("_by_length", "_interfaces", "_local")

    def __init__(self, interfaces: list[Interface], routes: list[Route]) -> None:
        self._interfaces = interfaces
        self._local = {interface.address: interface for interface in interfaces}
        self._by_length: dict[int, dict[int, Route]] = {}
        for interface in interfaces:
            self.add(Route(interface.network, interface.prefix_length, interface.index))
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Put a route in; an earlier one to the same network wins (it was listed first).

        Raises:
            ValueError: the interface or the gateway does not exist on this host's networks.
        """
        if not 0 <= route.interface < len(self._interfaces):
            raise ValueError(
                f"route to {ipv4_text(route.destination)}/{route.prefix_length}: there is no "
                f"interface {route.interface}; this host has {len(self._interfaces)}"
            )
        if route.gateway is not None and self._on_link(route.gateway) is None:
            raise ValueError(
                f"route to {ipv4_text(route.destination)}/{route.prefix_length}: gateway "
                f"{ipv4_text(route.gateway)} is on no connected network (RFC 1122 section 3.3.1.2)"
            )
        mask = _mask(route.prefix_length)
        table = self._by_length.setdefault(route.prefix_length, {})
        table.setdefault(int.from_bytes(route.destination, "big") & mask, route)
        self._by_length = dict(sorted(self._by_length.items(), reverse=True))

    def is_local(self, address: bytes) -> bool:
        """Whether the address is one of this host's own."""
        return address in self._local

    def hop(self, destination: bytes) -> Hop | None:
        """The first hop towards an address, or None: no route.

        Our own addresses have none, since there is no loopback interface, and neither have
        0.0.0.0/8, 127.0.0.0/8 and class E, which must not be sent (RFC 1122 section 3.2.1.3).

        Raises:
            ValueError: not an address of 4 bytes.
        """
        check_address(destination)
        if destination == BROADCAST_IPV4:
            return Hop(self._interfaces[0], destination, BROADCAST_MAC)
        if is_multicast(destination):
            route = self._route(destination)
            interface = self._interfaces[route.interface if route else 0]
            return Hop(interface, destination, multicast_mac(destination))
        if destination[0] in (0, 127) or destination[0] >= 240 or destination in self._local:
            return None
        route = self._route(destination)
        if route is None:
            return None
        interface = self._interfaces[route.interface]
        if route.gateway is not None:
            return Hop(interface, route.gateway, None)
        group_mac = BROADCAST_MAC if interface.is_broadcast(destination) else None
        return Hop(interface, destination, group_mac)

    def _route(self, destination: bytes) -> Route | None:
        value = int.from_bytes(destination, "big")
        for length, table in self._by_length.items():  # longest prefix first
            route = table.get(value & _mask(length))
            if route is not None:
                return route
        return None

    def _on_link(self, address: bytes) -> Interface | None:
        value = int.from_bytes(address, "big")
        for interface in self._interfaces:
            mask = _mask(interface.prefix_length)
            if value & mask == int.from_bytes(interface.address, "big") & mask:
                return interface
        return None


def _mask(prefix_length: int) -> int:
    return _FULL << (32 - prefix_length) & _FULL
