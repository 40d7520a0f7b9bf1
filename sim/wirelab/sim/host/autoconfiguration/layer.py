"""Router discovery of one host: both sides, for every interface that has one.

ICMPv6 --> solicitation --> `RouterAdvertiser` of the interface
--> advertisement --> `RouterDiscovery` of the interface, or `RouterAdvertiser`
"""

from collections.abc import Callable

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.autoconfiguration.advertisement import (
    ADVERTISEMENT,
    SOLICITATION,
    Advertisement,
    Solicitation,
    read_advertisement,
    read_solicitation,
)
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig, Means
from wirelab.sim.host.autoconfiguration.router_advertiser import (
    AdvertiserConfig,
    RouterAdvertiser,
)
from wirelab.sim.host.autoconfiguration.router_discovery import RouterDiscovery
from wirelab.sim.host.autoconfiguration.stateless_addresses import StatelessAddresses
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.scopes import ALL_ROUTERS
from wirelab.sim.host.multicast.source_filter import EVERYBODY, NOBODY
from wirelab.sim.reasons import Reason


class Autoconfiguration:
    """See the module.

    Args:
        interfaces: the host's.
        means: the host.
        handlers: of ICMPv6, by type.

    Attributes:
        discoveries: of the interfaces that configure themselves, by index.
        advertisers: of the interfaces that advertise, by index.
    """

    def __init__(
        self,
        interfaces: list[Interface],
        means: Means,
        handlers: dict[int, Callable[[Arrival, int], Drop | None]],
    ) -> None:
        handlers[SOLICITATION] = self._solicited
        handlers[ADVERTISEMENT] = self._advertised
        self._config = AutoconfigurationConfig()  # with one secret for all interfaces
        self._interfaces = interfaces
        self._means = means
        self.discoveries: dict[int, RouterDiscovery] = {}
        self.advertisers: dict[int, RouterAdvertiser] = {}

    def start(
        self, interface: int, now: int, config: AutoconfigurationConfig | None = None
    ) -> RouterDiscovery:
        """Let an interface configure itself; see `Host.autoconfigure`."""
        found = self.discoveries.get(interface)
        if found is None:
            port = self._interfaces[interface]
            found = RouterDiscovery(port, self._means, config or self._config)
            self.discoveries[interface] = found
            self._means.discoveries[interface].router_losses.append(found.routes.lost)
        found.start(now)
        return found

    def advertise(
        self, interface: int, now: int, config: AdvertiserConfig | None = None
    ) -> RouterAdvertiser:
        """Advertise on an interface; see `Host.advertise`."""
        port = self._interfaces[interface]
        advertiser = RouterAdvertiser(port, self._means, config or AdvertiserConfig())
        before = self.advertisers.get(interface)
        if before is not None:
            before.stop(now)
        self.advertisers[interface] = advertiser
        means = self._means
        means.multicast.listen(self, interface, ALL_ROUTERS, EVERYBODY, now)
        StatelessAddresses(port, means, self._config, advertiser.start).begin(now)
        return advertiser

    def stop_advertising(self, interface: int, now: int) -> None:
        """Cease to be a router for the hosts of an interface; see `Host.advertise`."""
        self.advertisers.pop(interface).stop(now)
        self._means.multicast.listen(self, interface, ALL_ROUTERS, NOBODY, now)

    # --- in ----------------------------------------------------------------------------------

    def _solicited(self, arrival: Arrival, now: int) -> Drop | None:
        """Take a router solicitation."""
        advertiser = self.advertisers.get(arrival.interface.index)
        if advertiser is None:
            return Drop(Reason.ND_NOT_FOR_ME, "a router solicitation, and this is no router")
        read = read_solicitation(arrival)
        if isinstance(read, Solicitation):
            advertiser.solicited(read, now)
            return None
        return read

    def _advertised(self, arrival: Arrival, now: int) -> Drop | None:
        """Take a router advertisement. Routers only compare it with their own."""
        read = read_advertisement(arrival)
        if not isinstance(read, Advertisement):
            return read
        index = arrival.interface.index
        advertiser, discovery = self.advertisers.get(index), self.discoveries.get(index)
        if advertiser is None and discovery is None:
            detail = "a router advertisement, and nobody here configures itself"
            return Drop(Reason.ND_NOT_FOR_ME, detail)
        if read.link_address is not None:
            neighbors = self._means.discoveries[index].neighbors
            neighbors.hear(read.router, read.link_address, now, is_router=True)
        if advertiser is not None:
            advertiser.heard(read, now)
        elif discovery is not None:
            discovery.heard(read, now)
        return None
