"""Puts a lease into effect on one interface of a host, and takes it back."""

from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.config import Route
from wirelab.sim.host.host import Host
from wirelab.sim.services.dhcp.lease import Lease


class Configuration:
    """What DHCP has changed on an interface.

    Args:
        host: the host.
        interface: index.
    """

    def __init__(self, host: Host, interface: int) -> None:
        self._host = host
        self._interface = interface
        self._source = f"dhcp {interface}"
        self._address = ANY_IPV4
        self._routes: list[Route] = []
        self._old_mtu: int | None = None

    def apply(self, lease: Lease, now: int) -> None:
        """Make the interface as the lease says, and change only what is different."""
        if lease.address != self._address:
            self.remove(now)
            if self._host.interfaces[self._interface].find(lease.address) is None:
                self._host.add_address(lease.address, lease.prefix_length, now, self._interface)
            self._address = lease.address
        self.apply_parameters(lease)

    def apply_parameters(self, lease: Lease) -> None:
        """All but the address (DHCPINFORM)."""
        host = self._host
        routes = lease.routes_by(self._interface)
        if routes != self._routes:
            self._remove_routes()
            for route in routes:
                try:
                    host.add_route(route)
                except ValueError:
                    continue  # a router that is on no network of ours: unusable
                self._routes.append(route)
        host.name_servers.put(self._source, lease.name_servers, lease.search)
        interface = host.interfaces[self._interface]
        if lease.mtu is not None and lease.mtu < interface.mtu:
            if self._old_mtu is None:
                self._old_mtu = interface.mtu
            interface.mtu = lease.mtu

    def remove(self, now: int) -> None:
        """Take everything back; nothing left is fine."""
        host, interface = self._host, self._host.interfaces[self._interface]
        self._remove_routes()
        host.name_servers.remove(self._source)
        if self._old_mtu is not None:
            interface.mtu, self._old_mtu = self._old_mtu, None
        if self._address != ANY_IPV4:
            if interface.find(self._address) is not None:
                host.remove_address(self._address, now, self._interface)
            self._address = ANY_IPV4

    def _remove_routes(self) -> None:
        for route in self._routes:
            if route in self._host.routes:
                self._host.remove_route(route)
        self._routes.clear()
