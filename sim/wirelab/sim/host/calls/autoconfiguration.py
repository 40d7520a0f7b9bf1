"""Calls about IPv6 without a hand, as host and as router.

Source: RFC 4861 section 6; RFC 4862.
"""

from wirelab.sim.host.autoconfiguration.layer import Autoconfiguration
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig
from wirelab.sim.host.autoconfiguration.router_advertiser import AdvertiserConfig, RouterAdvertiser
from wirelab.sim.host.autoconfiguration.router_discovery import RouterDiscovery
from wirelab.sim.host.layers import Layers


class AutoconfigurationCalls:
    """See the module."""

    _layers: Layers

    def autoconfigure(
        self, now: int, interface: int = 0, config: AutoconfigurationConfig | None = None
    ) -> RouterDiscovery:
        """Let an interface make its IPv6 addresses, and find its routers (RFC 4861, RFC 4862).

        `AddressAcquired` follows for each address, `AddressConflict` where somebody has it.

        Args:
            now: ns.
            interface: index.
            config: how; stable identifiers (RFC 7217) without it.
        """
        return self.autoconfiguration.start(interface, now, config)

    def advertise(
        self, now: int, interface: int = 0, config: AdvertiserConfig | None = None
    ) -> RouterAdvertiser:
        """Tell the hosts of an interface's link that we are a router (RFC 4861 section 6.2).

        Args:
            now: ns.
            interface: index.
            config: what to tell them; without it, that the networks of the interface's addresses
                are theirs to make addresses of. A later call takes the place of an earlier one.
        """
        return self.autoconfiguration.advertise(interface, now, config)

    @property
    def autoconfiguration(self) -> Autoconfiguration:
        """Router discovery of this host, both sides; made when it is first needed."""
        return self._layers.autoconfiguration()
