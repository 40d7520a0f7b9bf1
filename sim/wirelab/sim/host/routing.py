"""Which interface and which next hop an IPv4 packet takes.

Source: RFC 1122 section 3.3.1 (local/remote decision, gateways), section 3.3.4.3 (source address).
"""

from typing import NamedTuple

from wirelab.codecs.addresses import BROADCAST_IPV4, BROADCAST_MAC
from wirelab.sim.host.config import Route
from wirelab.sim.host.interface import Interface, check_address, is_multicast, multicast_mac
from wirelab.sim.host.routing_table import RoutingTable


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


class Routes(RoutingTable):
    """The IPv4 routing table of a host."""

    __slots__ = ()

    def __init__(self, interfaces: list[Interface], routes: list[Route]) -> None:
        super().__init__(interfaces, routes, 4)

    def hop(self, destination: bytes, interface: int | None = None) -> Hop | None:
        """The first hop towards an address, or None: no route.

        Our own addresses have none, since there is no loopback interface, and neither have
        0.0.0.0/8, 127.0.0.0/8 and class E, which must not be sent (RFC 1122 section 3.2.1.3).

        Args:
            destination: 4 bytes.
            interface: the only one it may leave by.

        Raises:
            ValueError: not an address of 4 bytes.
        """
        check_address(destination)
        if destination == BROADCAST_IPV4:
            return Hop(self.interfaces[interface or 0], destination, BROADCAST_MAC)
        if is_multicast(destination):
            if interface is None:
                route = self.lookup(destination)
                interface = route.interface if route is not None else 0
            return Hop(self.interfaces[interface], destination, multicast_mac(destination))
        if destination[0] in (0, 127) or destination[0] >= 240 or destination in self._local:
            return None
        route = self.lookup(destination, interface)
        if route is None:
            return None
        leaves = self.interfaces[route.interface]
        if route.gateway is not None:
            return Hop(leaves, route.gateway, None)
        group_mac = BROADCAST_MAC if leaves.is_broadcast(destination) else None
        return Hop(leaves, destination, group_mac)
