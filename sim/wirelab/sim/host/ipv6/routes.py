"""Which interface and which next hop an IPv6 packet takes.

Source: RFC 4861 section 5.2 (next-hop determination); RFC 4007 section 9 (a packet stays in its
zone); RFC 4291 section 2.5 (addresses that are never sent to).
"""

from wirelab.sim.host.config import Route
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.scopes import (
    LINK_LOCAL_PREFIX,
    LOOPBACK,
    UNSPECIFIED,
    check_address6,
    is_link_local,
    is_mapped,
    is_multicast6,
    multicast_mac6,
)
from wirelab.sim.host.loopback import LOOPBACK as LOOPBACK_INTERFACE
from wirelab.sim.host.loopback import LOOPBACK_MAC
from wirelab.sim.host.routing import Hop
from wirelab.sim.host.routing_table import RoutingTable


class Ipv6Routes(RoutingTable):
    """The IPv6 routing table of a host."""

    __slots__ = ()

    def __init__(
        self,
        interfaces: list[Interface],
        routes: list[Route],
        dead: DeadGateways | None = None,
    ) -> None:
        super().__init__(interfaces, routes, 16, dead)

    def is_local(self, address: bytes) -> bool:
        """Whether the address is this host's own, or ::1, which every host has."""
        return address in self._local or address == LOOPBACK

    def hop(self, destination: bytes, interface: int | None = None) -> Hop | None:
        """The first hop towards an address, or None: no route.

        Our own addresses and ::1 are reached by the loopback interface, and nothing else is.

        A group or a link-local address without `interface` is looked for where the first route to
        it says, and every interface with IPv6 has one to fe80::/64.

        Args:
            destination: 16 bytes.
            interface: the only one it may leave by: the zone of the address, or a wish.

        Raises:
            ValueError: not an address of 16 bytes.
        """
        check_address6(destination)
        if is_multicast6(destination):
            if interface is None:
                route = self.lookup(destination) or self.lookup(LINK_LOCAL_PREFIX)
                if route is None:
                    return None
                interface = route.interface
            return Hop(self.interfaces[interface], destination, multicast_mac6(destination))
        if self.is_local(destination):
            return Hop(LOOPBACK_INTERFACE, destination, LOOPBACK_MAC)
        if destination == UNSPECIFIED or is_mapped(destination):
            return None
        route = self.lookup(destination, interface)
        if route is None:
            return None
        next_hop = destination if route.gateway is None else route.gateway
        return Hop(self.interfaces[route.interface], next_hop, None)

    def speaks(self, interface: Interface) -> bool:
        """Whether an interface has IPv6 at all: a link-local address (RFC 4291 section 2.1)."""
        return any(is_link_local(entry.address) for entry in interface.ipv6)
