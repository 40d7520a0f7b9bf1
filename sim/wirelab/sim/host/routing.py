"""Which interface and which next hop an IPv4 packet takes.

Source: RFC 1122 section 3.3.1 (local/remote decision, gateways), section 3.3.4.3 (source address).
"""

from typing import Final, NamedTuple

from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_IPV4, BROADCAST_MAC
from wirelab.sim.host.config import Route
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.interface import Interface, check_address, is_multicast, multicast_mac
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.loopback import LOOPBACK, LOOPBACK_MAC
from wirelab.sim.host.routing_table import RoutingTable

LOOPBACK_NETWORK: Final = 127
"""First byte of the addresses that never leave a host (RFC 1122 section 3.2.1.3 (g))."""

LINK_LOCAL: Final = b"\xa9\xfe"
"""169.254.0.0/16 (RFC 3927 section 2.1)."""

CLASS_E: Final = 240
"""First byte of the first address that is no unicast and no multicast (RFC 1112 section 4)."""


class Hop(NamedTuple):
    """The first step of a packet's way.

    Attributes:
        interface: where it leaves.
        next_hop: whose Ethernet address is needed: the destination itself or a gateway.
        group_mac: the Ethernet address of a broadcast or multicast, or that of the loopback
            interface; None: ask ARP.
    """

    interface: Interface
    next_hop: bytes
    group_mac: bytes | None

    @property
    def is_group(self) -> bool:
        """Whether it leads to more than one host."""
        return self.group_mac is not None and self.interface is not LOOPBACK


class Routes(RoutingTable):
    """The IPv4 routing table of a host."""

    __slots__ = ()

    def __init__(
        self,
        interfaces: list[Interface],
        routes: list[Route],
        dead: DeadGateways | None = None,
    ) -> None:
        super().__init__(interfaces, routes, 4, dead)

    def is_local(self, address: bytes) -> bool:
        """Whether the address is this host's own, or one of those that every host has."""
        return address in self._local or address[0] == LOOPBACK_NETWORK

    def source_for(self, hop: Hop) -> bytes:
        """The address to send from by a way (RFC 1122 section 3.3.4.3).

        Of our addresses on the next hop's network the first that is fit for use; 0.0.0.0: none.
        """
        interface, next_hop = hop.interface, hop.next_hop
        if interface is LOOPBACK:
            return next_hop if next_hop in self._local else LOOPBACK.address
        usable = [one for one in interface.ipv4 if one.is_usable]
        if len(usable) > 1:
            deprecated = AddressState.DEPRECATED
            usable.sort(key=lambda one: (not one.contains(next_hop), one.state is deprecated))
        return usable[0].address if usable else ANY_IPV4

    def hop(self, destination: bytes, interface: int | None = None) -> Hop | None:
        """The first hop towards an address, or None: no route.

        Our own addresses and 127.0.0.0/8 are reached by the loopback interface, and nothing else
        is; 0.0.0.0/8 and class E must not be sent (RFC 1122 section 3.2.1.3).

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
        if self.is_local(destination):
            return Hop(LOOPBACK, destination, LOOPBACK_MAC)
        route = self.lookup(destination, interface)
        if route is None or destination[0] == 0 or destination[0] >= CLASS_E:
            return None
        leaves = self.interfaces[route.interface]
        if route.gateway is not None and destination[:2] != LINK_LOCAL:
            return Hop(leaves, route.gateway, None)
        group_mac = BROADCAST_MAC if leaves.is_broadcast(destination) else None
        return Hop(leaves, destination, group_mac)
