"""Networks and the ways to them: longest prefix first, then the lowest metric; either family.

Source: RFC 1122 section 3.3.1.2 (routes of a host), RFC 1812 section 5.2.4.3 (longest match).
"""

from collections.abc import Iterator

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import Route
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.interface_address import LONGEST_PREFIX, InterfaceAddress


class RoutingTable:
    """A table over the given interfaces, each address of which brings its on-link route.

    Args:
        interfaces: of the host.
        routes: those of this table's family are taken.
        size: bytes of an address, 4 or 16.
        dead: gateways that do not answer; None: all do.
    """

    __slots__ = (
        "_by_length",
        "_connected",
        "_dead",
        "_local",
        "_masks",
        "_size",
        "_via",
        "interfaces",
    )

    def __init__(
        self,
        interfaces: list[Interface],
        routes: list[Route],
        size: int,
        dead: DeadGateways | None = None,
    ) -> None:
        self.interfaces = interfaces
        self._size = size
        self._dead = dead
        self._via: list[Route] = []  # those by a gateway
        self._local: dict[bytes, Interface] = {}
        self._by_length: dict[int, dict[int, list[Route]]] = {}
        self._masks: list[tuple[int, dict[int, list[Route]]]] = []  # longest prefix first
        self._connected: list[tuple[InterfaceAddress, Route | None]] = []
        for interface in interfaces:
            for entry in interface.addresses(size):
                self.connect(interface, entry)
        for route in routes:
            if len(route.destination) == size:
                self.add(route)

    def __iter__(self) -> Iterator[Route]:
        """Every route, in the order in which they are considered."""
        for _, table in self._masks:
            for routes in table.values():
                yield from routes

    def add(self, route: Route) -> None:
        """Put a route in; of equal metrics an earlier one to the same network wins.

        Raises:
            ValueError: the interface or the gateway does not exist on this host's networks.
        """
        text = f"route to {ip_text(route.destination)}/{route.prefix_length}"
        for address in (route.destination, route.gateway):
            if address is not None and len(address) != self._size:
                raise ValueError(
                    f"{text}: {ip_text(address)} has {len(address)} bytes; give destination and "
                    f"gateway {self._size} each"
                )
        if not 0 <= route.interface < len(self.interfaces):
            raise ValueError(
                f"{text}: there is no interface {route.interface}; "
                f"this host has {len(self.interfaces)}"
            )
        if route.gateway is not None and not self._reaches(route):
            raise ValueError(
                f"{text}: gateway {ip_text(route.gateway)} is on no network of interface "
                f"{self.interfaces[route.interface].name} (RFC 1122 section 3.3.1.2)"
            )
        if route.gateway in self._local:
            raise ValueError(f"{text}: gateway {ip_text(route.gateway)} is this host itself")
        length = route.prefix_length
        if not 0 <= length <= LONGEST_PREFIX[self._size]:
            raise ValueError(f"{text}: give a prefix length of 0 to {LONGEST_PREFIX[self._size]}")
        if length not in self._by_length:
            self._by_length[length] = {}
            self._masks = [(self._mask(one), self._by_length[one]) for one in self._lengths()]
        routes = self._by_length[length].setdefault(self._network(route), [])
        routes.append(route)
        routes.sort(key=lambda one: one.metric)  # stable
        if route.gateway is not None:
            self._via.append(route)

    def remove(self, route: Route) -> None:
        """Take a route out.

        Raises:
            ValueError: it is not there.
        """
        network = self._network(route)
        table = self._by_length.get(route.prefix_length, {})
        try:
            table[network].remove(route)
        except (KeyError, ValueError):
            text = f"{ip_text(route.destination)}/{route.prefix_length}"
            raise ValueError(f"this host has no such route to {text}: {route}") from None
        if not table[network]:
            del table[network]
        if route.gateway is not None:
            self._via.remove(route)

    def connect(self, interface: Interface, entry: InterfaceAddress, on_link: bool = True) -> None:
        """An interface has a new address: it is ours, and its network is on-link if it is said so.

        That an address is ours says nothing about its neighbours in IPv6 (RFC 5942 section 4).
        """
        self._local.setdefault(entry.address, interface)
        route = Route(entry.network, entry.prefix_length, interface.index) if on_link else None
        self._connected.append((entry, route))
        if route is not None:
            self.add(route)

    def disconnect(self, entry: InterfaceAddress) -> None:
        """An address is given up, with its on-link route and the gateways that only it reached."""
        at = next(i for i, (one, _) in enumerate(self._connected) if one is entry)
        _, connected = self._connected.pop(at)
        if connected is not None and connected in self:  # else somebody has removed it before
            self.remove(connected)
        del self._local[entry.address]
        for interface in self.interfaces:
            if interface.find(entry.address) is not None:
                self._local[entry.address] = interface
        for route in list(self):
            if not self._reaches(route):
                self.remove(route)

    def is_local(self, address: bytes) -> bool:
        """Whether the address is one of this host's own."""
        return address in self._local

    def local_interface(self, address: bytes) -> Interface | None:
        """The interface that has an address of ours."""
        return self._local.get(address)

    def lookup(self, destination: bytes, interface: int | None = None) -> Route | None:
        """The best route to an address, or None.

        Args:
            destination: of this table's family.
            interface: only routes that leave there count.
        """
        value = int.from_bytes(destination, "big")
        for mask, table in self._masks:
            routes = table.get(value & mask)
            if routes is not None:
                if interface is None and not self._dead:
                    return routes[0]
                route = self._best(routes, interface)
                if route is not None:
                    return route
        return None

    def _best(self, routes: list[Route], interface: int | None) -> Route | None:
        """Of the routes to one network the first that will do; rather a dead gateway than none."""
        fitting = [one for one in routes if interface is None or one.interface == interface]
        dead = self._dead or ()
        living = [one for one in fitting if one.gateway is None or one.gateway not in dead]
        return next(iter(living or fitting), None)

    def gateway_failed(self, gateway: bytes, now: int) -> None:
        """A neighbour does not answer; if it is a gateway, another is taken where there is one.

        RFC 1122 section 3.3.1.5.
        """
        if self._dead is not None and any(one.gateway == gateway for one in self._via):
            self._dead.add(gateway, now)

    def _reaches(self, route: Route) -> bool:
        """Whether the gateway, if there is one, is on a network of the route's interface."""
        gateway = route.gateway
        return gateway is None or self.interfaces[route.interface].on_link(gateway) is not None

    def _lengths(self) -> list[int]:
        return sorted(self._by_length, reverse=True)

    def _mask(self, prefix_length: int) -> int:
        longest = LONGEST_PREFIX[self._size]
        return ((1 << longest) - 1) >> (longest - prefix_length) << (longest - prefix_length)

    def _network(self, route: Route) -> int:
        return int.from_bytes(route.destination, "big") & self._mask(route.prefix_length)
