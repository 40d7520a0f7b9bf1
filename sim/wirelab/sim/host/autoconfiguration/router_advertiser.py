"""One interface of a router: it tells hosts who it is, and how they configure themselves.

Source: RFC 4861 section 6.2, whose variables have their names here; RFC 4191 section 2; RFC 8106.

    start --> a few advertisements soon --> one now and then, to all nodes
    solicitation --> one within half a second, but none within 3 s of the last
    stop --> a last one, with a router lifetime of 0
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wirelab.codecs import (
    NDMTU,
    NDPrefixInformation,
    NDRecursiveServers,
    NDRouteInformation,
    NDSearchList,
    NDSourceLinkAddress,
    RouterAdvertisement,
)
from wirelab.codecs.options import Option
from wirelab.sim.host.autoconfiguration.advertisement import (
    ADVERTISEMENT,
    FOR_EVER,
    Advertisement,
    Solicitation,
)
from wirelab.sim.host.autoconfiguration.means import Means, send_discovery
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.events import AdvertisementsDiffer
from wirelab.sim.host.interface import ALL_NODES, Interface
from wirelab.sim.host.ipv6.scopes import MINIMUM_MTU, is_link_local

MAXIMUM_INITIAL_INTERVAL: Final = 16 * SECOND  # RFC 4861 section 10, as all that follow
INITIAL_ADVERTISEMENTS: Final = 3
MINIMUM_DELAY_BETWEEN: Final = 3 * SECOND
MAXIMUM_ANSWER_DELAY: Final = 500 * MILLISECOND

DAY: Final = 86_400  # seconds

_PREFERENCES: Final = {1: 0b01, 0: 0b00, -1: 0b11}  # RFC 4191 section 2.1


@dataclass(slots=True)
class AdvertisedPrefix:
    """A prefix of the link, for hosts (RFC 4861 section 6.2.1: AdvPrefixList).

    Attributes:
        network: 16 bytes.
        length: bits.
        valid_lifetime, preferred_lifetime: of addresses made of it, s; None: for ever.
        on_link: its addresses are reached without a router.
        autonomous: hosts may make addresses of it.
    """

    network: bytes
    length: int = 64
    valid_lifetime: int | None = 30 * DAY
    preferred_lifetime: int | None = 7 * DAY
    on_link: bool = True
    autonomous: bool = True


@dataclass(slots=True)
class AdvertisedRoute:
    """A network behind this router (RFC 4191 section 2.3).

    Attributes:
        network: 16 bytes.
        length: bits.
        preference: over other routers to it: 1, 0 or -1.
        lifetime: s; None: for ever.
    """

    network: bytes
    length: int
    preference: int = 0
    lifetime: int | None = 1800


@dataclass(slots=True)
class AdvertiserConfig:
    """A router's variables (RFC 4861 section 6.2.1); times in seconds, as they are on the wire.

    Attributes:
        maximum_interval, minimum_interval: between advertisements to all, at random
            (MaxRtrAdvInterval, MinRtrAdvInterval).
        managed, other: DHCPv6 has addresses, or other things (AdvManagedFlag, AdvOtherConfigFlag).
        mtu: to tell, bytes; None: nothing (AdvLinkMTU).
        reachable_ms, retransmission_ms: to tell; 0: nothing (AdvReachableTime, AdvRetransTimer).
        hop_limit: to tell; 0: nothing (AdvCurHopLimit).
        lifetime: as a default router; 0: it is none (AdvDefaultLifetime); None: three times
            `maximum_interval`.
        preference: over other default routers: 1, 0 or -1 (RFC 4191 section 2.2).
        prefixes: None: the networks of the interface's own addresses.
        routes: networks behind this router.
        name_servers: 16 bytes each (RFC 8106).
        search: domains to look names up in.

    Raises:
        ValueError: a value out of range.
    """

    maximum_interval: int = 600
    minimum_interval: int = 200
    managed: bool = False
    other: bool = False
    mtu: int | None = None
    reachable_ms: int = 0
    retransmission_ms: int = 0
    hop_limit: int = 64
    lifetime: int | None = None
    preference: int = 0
    prefixes: Sequence[AdvertisedPrefix] | None = None
    routes: Sequence[AdvertisedRoute] = ()
    name_servers: Sequence[bytes] = ()
    search: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Check the values."""
        if not (3 <= self.minimum_interval <= 0.75 * self.maximum_interval <= 0.75 * 1800):
            raise ValueError(
                f"intervals are {self.minimum_interval} to {self.maximum_interval} s; give a "
                "maximum of 4 to 1800 and a minimum of 3 to three quarters of it "
                "(RFC 4861 section 6.2.1)"
            )
        if self.lifetime is None:
            self.lifetime = 3 * self.maximum_interval
        if self.lifetime and not self.maximum_interval <= self.lifetime <= 9000:
            raise ValueError(
                f"router lifetime is {self.lifetime} s; give 0, or {self.maximum_interval} "
                "(the maximum interval) to 9000 (RFC 4861 section 6.2.1)"
            )
        if self.mtu is not None and self.mtu < MINIMUM_MTU:
            raise ValueError(f"mtu is {self.mtu}; give {MINIMUM_MTU} or more (RFC 8200 section 5)")
        for preference in (self.preference, *(route.preference for route in self.routes)):
            if preference not in _PREFERENCES:
                raise ValueError(
                    f"preference is {preference}; give 1, 0 or -1 (RFC 4191 section 2.1)"
                )


class RouterAdvertiser:
    """See the module.

    Args:
        interface: which.
        means: the host.
        config: what to tell.
    """

    def __init__(self, interface: Interface, means: Means, config: AdvertiserConfig) -> None:
        self._interface = interface
        self._means = means
        self.config = config
        self._timer = means.timers.timer(self._advertise)
        self._sent = 0
        self._sent_at = -MINIMUM_DELAY_BETWEEN

    def start(self, now: int) -> None:
        """Begin to advertise (RFC 4861 section 6.2.4)."""
        self._sent = 0
        self._timer.start(now)

    def stop(self, now: int) -> None:
        """Cease to be a router for hosts (RFC 4861 section 6.2.5)."""
        self._timer.stop()
        self._send(0, now)

    # --- when --------------------------------------------------------------------------------

    def solicited(self, solicitation: Solicitation, now: int) -> None:
        """A host asks: tell all, since others may be about to ask (RFC 4861 section 6.2.6)."""
        if solicitation.link_address is not None:
            discovery = self._means.discoveries[self._interface.index]
            discovery.neighbors.hear(
                solicitation.source, solicitation.link_address, now, is_router=False
            )
        delay = self._random_part(0, MAXIMUM_ANSWER_DELAY)
        at = max(now, self._sent_at + MINIMUM_DELAY_BETWEEN) + delay
        if self._timer.deadline is None or at < self._timer.deadline:
            self._timer.start(at)

    def _advertise(self, now: int) -> None:
        assert self.config.lifetime is not None
        if not self._send(self.config.lifetime, now):
            return  # we have lost our link-local address, and cannot be a router
        self._sent += 1
        config = self.config
        interval = self._random_part(
            config.minimum_interval * SECOND, config.maximum_interval * SECOND
        )
        if self._sent < INITIAL_ADVERTISEMENTS:
            interval = min(interval, MAXIMUM_INITIAL_INTERVAL)
        self._timer.start(now + interval)

    def _random_part(self, least: int, most: int) -> int:
        return least + (self._means.random.getrandbits(32) * (most - least) >> 32)

    # --- what --------------------------------------------------------------------------------

    def _send(self, lifetime: int, now: int) -> bool:
        """Advertise to all nodes; False: there is no address to do it from."""
        source = self._means.output.source_for(ALL_NODES, self._interface.index)
        if source is None or not is_link_local(source):
            return False
        config = self.config
        body = RouterAdvertisement(
            hop_limit=config.hop_limit,
            managed=config.managed,
            other=config.other,
            preference=_PREFERENCES[config.preference] if lifetime else 0,  # RFC 4191 section 2.2
            router_lifetime=lifetime,
            reachable_time=config.reachable_ms,
            retransmission_timer=config.retransmission_ms,
            options=self._options(),
        ).build()
        means, interface = self._means, self._interface
        send_discovery(means, interface, ADVERTISEMENT, body, source, ALL_NODES, now)
        self._sent_at = now
        return True

    def _options(self) -> list[Option]:
        config = self.config
        options: list[Option] = [NDSourceLinkAddress(self._interface.mac)]
        if config.mtu is not None:
            options.append(NDMTU(config.mtu))
        options += [
            NDPrefixInformation(
                one.network,
                one.length,
                one.on_link,
                one.autonomous,
                valid_lifetime=_seconds(one.valid_lifetime),
                preferred_lifetime=_seconds(one.preferred_lifetime),
            )
            for one in self.prefixes
        ]
        options += [
            NDRouteInformation(
                one.length,
                one.network[: 8 * -(-one.length // 64)],
                _PREFERENCES[one.preference],
                _seconds(one.lifetime),
            )
            for one in config.routes
        ]
        names_lifetime = 3 * config.maximum_interval  # RFC 8106 section 5.1
        if config.name_servers:
            options.append(NDRecursiveServers(config.name_servers, names_lifetime))
        if config.search:
            options.append(NDSearchList(config.search, names_lifetime))
        return options

    @property
    def prefixes(self) -> Sequence[AdvertisedPrefix]:
        """What hosts are told of: those of the configuration, or of our own addresses."""
        if self.config.prefixes is not None:
            return self.config.prefixes
        own = {
            (entry.network, entry.prefix_length): None
            for entry in self._interface.ipv6
            if not is_link_local(entry.address)
        }
        return [AdvertisedPrefix(network, length) for network, length in own]

    # --- other routers -----------------------------------------------------------------------

    def heard(self, other: Advertisement, now: int) -> None:
        """Look whether another router says the same; if not, tell (RFC 4861 section 6.2.7)."""
        config = self.config
        pairs = {
            "hop limit": (config.hop_limit, other.hop_limit),
            "reachable time": (config.reachable_ms, other.reachable_ms),
            "retransmission time": (config.retransmission_ms, other.retransmission_ms),
            "mtu": (config.mtu or 0, other.mtu or 0),
        }
        differ = [name for name, (one, two) in pairs.items() if one and two and one != two]
        if (config.managed, config.other) != (other.is_managed, other.is_other):
            differ.append("flags")
        theirs = {(one.network, one.length): one for one in other.prefixes}
        for one in self.prefixes:
            same = theirs.get((one.network, one.length))
            lifetimes = (one.valid_lifetime, one.preferred_lifetime)
            if same is not None and lifetimes != (_whole(same.valid), _whole(same.preferred)):
                differ.append("prefix lifetimes")
                break
        if differ:
            index = self._interface.index
            self._means.emit(AdvertisementsDiffer(other.router, tuple(differ), index))


def _seconds(lifetime: int | None) -> int:
    return FOR_EVER if lifetime is None else lifetime


def _whole(lifetime: int | None) -> int | None:
    return None if lifetime is None else lifetime // SECOND
