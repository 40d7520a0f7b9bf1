"""Calls about addresses, routes and name servers: what a host is configured with.

Source: RFC 4291 section 2 and RFC 1122 section 3.3.1 (what they mean); RFC 5227 and RFC 4862 (found
free before they are used).
"""

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import Route
from wirelab.sim.host.interface_address import AddressState, InterfaceAddress
from wirelab.sim.host.layers import Layers
from wirelab.sim.host.name_servers import NameServerBook
from wirelab.sim.host.neighbors.claims import Claim, Defence


class AddressCalls:
    """See the module."""

    _layers: Layers
    _name_servers: NameServerBook | None = None

    def add_address(
        self,
        address: bytes,
        prefix_length: int,
        now: int,
        interface: int = 0,
        on_link: bool = True,
    ) -> InterfaceAddress:
        """Give an interface one more address, at once and without asking who else has it.

        Args:
            address: 4 or 16 bytes.
            prefix_length: bits.
            now: ns.
            interface: index.
            on_link: its network is reached without a router; only IPv6 can do without
                (RFC 5942 section 4).

        Raises:
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        layers = self._layers
        owner = layers.interfaces[interface]
        if len(address) == 16:
            entry = layers.speak_ipv6().add_address(address, prefix_length, owner, now, on_link)
        else:
            entry = owner.add(address, prefix_length)
            layers.routes.connect(owner, entry)
        layers.forget_ways()
        return entry

    def acquire_address(
        self,
        address: bytes,
        prefix_length: int,
        now: int,
        interface: int = 0,
        defence: Defence = Defence.ONCE,
    ) -> Claim:
        """Give an interface one more address, if nobody else has it (RFC 5227, RFC 4862).

        `AddressAcquired` or `AddressConflict` follows, for IPv4 after 4 to 7 s; when somebody takes
        it from us later, `AddressConflict` or `AddressLost`, as `defence` will have it.

        Raises:
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        return self._layers.neighborhoods[interface].take(address, prefix_length, now, defence)

    def remove_address(self, address: bytes, now: int, interface: int = 0) -> None:
        """Take an address from an interface, and with it the routes that only it made possible.

        Raises:
            ValueError: the interface does not have it.
        """
        layers = self._layers
        owner = layers.interfaces[interface]
        if len(address) == 16:
            layers.speak_ipv6().remove_address(address, owner, now)
        else:
            layers.routes.disconnect(owner.remove(address))
            layers.neighborhoods[interface].forget(address)
        layers.forget_ways()

    def set_address_state(self, address: bytes, state: AddressState, interface: int = 0) -> None:
        """Say what an address may be used for: what is TENTATIVE, say, is not sent from.

        Raises:
            ValueError: the interface does not have it.
        """
        owner = self._layers.interfaces[interface]
        entry = owner.find(address)
        if entry is None:
            raise ValueError(f"interface {owner.name} has no address {ip_text(address)}")
        entry.state = state
        self._layers.forget_ways()

    @property
    def routes(self) -> list[Route]:
        """The routing tables, IPv4 first, in the order in which routes are considered."""
        ipv6 = self._layers.ipv6
        return [*self._layers.routes, *(ipv6.routes if ipv6 is not None else ())]

    def add_route(self, route: Route) -> None:
        """Put a route in, as `ip route append` does.

        Raises:
            ValueError: the interface or the gateway does not exist on this host's networks.
        """
        self._layers.routes_for(route.destination).add(route)
        self._layers.forget_ways()

    def remove_route(self, route: Route) -> None:
        """Take a route out.

        Raises:
            ValueError: it is not there.
        """
        self._layers.routes_for(route.destination).remove(route)
        self._layers.forget_ways()

    def leads_elsewhere(self, address: bytes, interface: int) -> bool:
        """Whether packets for an address leave, by another interface than this one (index)."""
        hop = self._layers.routes.hop(address)
        return hop is not None and hop.group_mac is None and hop.interface.index != interface

    @property
    def name_servers(self) -> NameServerBook:
        """Whom to ask for names, as DHCP, routers and people have told."""
        if self._name_servers is None:
            self._name_servers = NameServerBook()
        return self._name_servers
