"""Calls about neighbours: who is where on a link.

Source: RFC 826 (ARP); RFC 5227 (probes, announcements); RFC 4861 section 7 (neighbour discovery).
"""

from wirelab.sim.host.layers import Layers
from wirelab.sim.host.neighbors.neighborhood import Neighborhood


class NeighborCalls:
    """See the module."""

    _layers: Layers

    def resolve(self, address: bytes, now: int, interface: int = 0) -> None:
        """Find the MAC address of a neighbour.

        `NeighborResolved` or `NeighborFailed` follows, also when the answer is known already.
        """
        self._layers.resolution(address, interface).resolve(address, now)

    def probe(self, address: bytes, now: int, interface: int = 0) -> None:
        """Ask whether anybody uses an address, telling nobody ours (RFC 5227 section 2.1.1).

        An answer shows as `NeighborResolved`; silence is silence. Each call sends one request: to
        wait 1 to 2 s between them (RFC 5227 section 1.1) is the caller's part.
        """
        self._layers.neighborhoods[interface].arp.probe(address, now)

    def neighbor(self, address: bytes, interface: int = 0) -> bytes | None:
        """The MAC address of a neighbour as far as it is known now; asks nobody."""
        entry = self._layers.resolution(address, interface).neighbors.get(address)
        return entry.mac or None if entry is not None else None

    def add_neighbor(self, address: bytes, mac: bytes, now: int, interface: int = 0) -> None:
        """Believe that a neighbour is at `mac`, as if it had said so itself.

        A DHCP server answers clients so, which cannot answer ARP yet (RFC 2131 section 4.1).
        """
        self._layers.resolution(address, interface).neighbors.add(address, mac, now)

    def announce(self, now: int, interface: int = 0) -> None:
        """Tell everybody where our addresses are: gratuitous ARP (RFC 5227 section 2.3).

        For IPv6: unsolicited neighbour advertisements (RFC 4861 section 7.2.6).
        """
        self._layers.neighborhoods[interface].arp.announce(now)
        if self._layers.ipv6 is not None:
            self._layers.ipv6.discoveries[interface].announce(now)

    def neighborhood(self, interface: int = 0) -> Neighborhood:
        """All else that has to do with neighbours: claims, link-local addresses, RARP, proxies."""
        return self._layers.neighborhoods[interface]
