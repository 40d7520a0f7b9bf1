"""One interface of a host: it asks for routers, and does what they advertise.

Source: RFC 4861 section 6.3; RFC 4862 section 5; RFC 7559 (asking on).

    start --> link-local address --ours alone--> solicit, a few times --> advertisement -->
    routes, addresses, name servers, each until its lifetime is over; MTU, hop limit, times
"""

from typing import Final

from wirelab.codecs import NDSourceLinkAddress, RouterSolicitation
from wirelab.codecs.addresses import ANY_IPV6
from wirelab.sim.host.autoconfiguration.advertised_names import AdvertisedNames
from wirelab.sim.host.autoconfiguration.advertised_routes import AdvertisedRoutes
from wirelab.sim.host.autoconfiguration.advertisement import SOLICITATION, Advertisement
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig, Means, send_discovery
from wirelab.sim.host.autoconfiguration.stateless_addresses import StatelessAddresses
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.scopes import ALL_ROUTERS, MINIMUM_MTU

MAXIMUM_SOLICITATION_DELAY: Final = 1 * SECOND
"""ns that the first one waits at most, at random (RFC 4861 section 10)."""

SOLICITATION_INTERVAL: Final = 4 * SECOND
"""ns between two (RFC 4861 section 10: RTR_SOLICITATION_INTERVAL; RFC 7559 section 2: IRT)."""

MAXIMUM_INTERVAL: Final = 3600 * SECOND
"""ns, where they never end (RFC 7559 section 2: MRT)."""


class RouterDiscovery:
    """See the module.

    Args:
        interface: which.
        means: the host.
        config: how it configures itself.

    Attributes:
        addresses: those that it makes.
        routes: those that routers advertise.
        is_managed: the last advertisement says that DHCPv6 has addresses.
        is_other: likewise, that it has other things.
    """

    def __init__(self, interface: Interface, means: Means, config: AutoconfigurationConfig) -> None:
        self._interface = interface
        self._means = means
        self._config = config
        self.addresses = StatelessAddresses(interface, means, config, self._begin_to_solicit)
        self.routes = AdvertisedRoutes(interface.index, means)
        self._names = AdvertisedNames(interface, means)
        self.is_managed = self.is_other = False
        self._sent = 0
        self._interval = SOLICITATION_INTERVAL
        self._timer = means.timers.timer(self._solicit)

    def start(self, now: int) -> None:
        """Make a link-local address, and ask for routers when it is ours."""
        self.addresses.begin(now)

    # --- solicitations -----------------------------------------------------------------------

    def _begin_to_solicit(self, now: int) -> None:
        self._sent = 0
        self._interval = SOLICITATION_INTERVAL
        if self._config.solicitations != 0:
            self._timer.start(now + self._random_part(MAXIMUM_SOLICITATION_DELAY))

    def _solicit(self, now: int) -> None:
        """Ask, and again if nobody answers (RFC 4861 section 6.3.7)."""
        source = self._means.output.source_for(ALL_ROUTERS, self._interface.index) or ANY_IPV6
        options = [NDSourceLinkAddress(self._interface.mac)] if source != ANY_IPV6 else []
        body = RouterSolicitation(options=options).build()
        send_discovery(self._means, self._interface, SOLICITATION, body, source, ALL_ROUTERS, now)
        self._sent += 1
        limit = self._config.solicitations
        if limit is None:  # RFC 7559 section 2, as RFC 8415 section 15 has it
            tenth = self._interval // 10
            self._timer.start(now + self._interval + self._random_part(2 * tenth) - tenth)
            self._interval = min(2 * self._interval, MAXIMUM_INTERVAL)
        elif self._sent < limit:
            self._timer.start(now + SOLICITATION_INTERVAL)

    def _random_part(self, limit: int) -> int:
        return self._means.random.getrandbits(32) * limit >> 32

    # --- advertisements ----------------------------------------------------------------------

    def heard(self, advertisement: Advertisement, now: int) -> None:
        """Do what a router says (RFC 4861 section 6.3.4)."""
        if advertisement.lifetime:
            self._timer.stop()
        self.is_managed, self.is_other = advertisement.is_managed, advertisement.is_other
        if advertisement.hop_limit:
            self._means.output.hop_limit = advertisement.hop_limit
        self._means.discoveries[self._interface.index].set_times(
            advertisement.reachable_ms, advertisement.retransmission_ms
        )
        mtu = advertisement.mtu
        if mtu is not None and MINIMUM_MTU <= mtu <= self._interface.mtu:
            self._interface.ipv6_mtu = mtu
            self._means.output.forget_paths()
        self.routes.heard(advertisement, now)
        for prefix in advertisement.prefixes:
            if prefix.is_autonomous:
                self.addresses.offer(prefix, now)
        self._names.heard(advertisement, now)
