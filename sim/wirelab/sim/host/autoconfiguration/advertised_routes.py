"""The routes that routers of one interface advertise: by themselves, and to the link's networks.

Source: RFC 4861 sections 6.3.4 to 6.3.6; RFC 4191 section 3; RFC 5942 (what is on the link).

Rule 1: of the routers that advertise themselves, one is the default router: the one of the highest
preference among those that are not known to be dead; if all are, the next one in turn.
Rule 2: a router that did not answer neighbour discovery is dead until it advertises again, or until
no other lives.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.autoconfiguration.advertisement import Advertisement, Prefix
from wirelab.sim.host.autoconfiguration.expiries import Expiries
from wirelab.sim.host.autoconfiguration.means import Means
from wirelab.sim.host.config import Route

METRICS: Final = {1: 512, 0: 1024, -1: 2048}
"""Of routes by preference; ours, so that a route given by hand (0) is always better."""

MAXIMUM_ROUTERS: Final = 16
MAXIMUM_ROUTES: Final = 64
"""ours, of each kind: forged advertisements cannot fill the tables."""

ANYWHERE: Final = bytes(16)  # ::/0


class _Key(NamedTuple):
    """A route that was advertised; without router: a prefix on the link."""

    network: bytes
    length: int
    router: bytes | None


class AdvertisedRoutes:
    """See the module.

    Args:
        interface: index.
        means: the host.
    """

    def __init__(self, interface: int, means: Means) -> None:
        self._interface = interface
        self._means = means
        self._routers = Expiries[bytes](means.timers, self._router_over)
        self._preferences: dict[bytes, int] = {}
        self._dead: set[bytes] = set()
        self._default: Route | None = None
        self._routes: dict[_Key, Route] = {}
        self._ends = Expiries[_Key](means.timers, self._route_over)

    @property
    def default_router(self) -> bytes | None:
        """By whom packets to other links go; None: nobody."""
        return None if self._default is None else self._default.gateway

    @property
    def routers(self) -> list[bytes]:
        """All that advertise themselves as default routers."""
        return list(self._routers)

    # --- what is advertised ------------------------------------------------------------------

    def heard(self, advertisement: Advertisement, now: int) -> None:
        """Take the router, its preference and its routes (RFC 4861 section 6.3.4, RFC 4191)."""
        router = advertisement.router
        if advertisement.lifetime == 0:
            self._routers.discard(router)
            self._forget_router(router)
        elif router in self._routers or len(self._routers) < MAXIMUM_ROUTERS:
            self._preferences[router] = advertisement.preference
            self._dead.discard(router)
            self._routers.put(router, now + advertisement.lifetime)
        for network, length, preference, lifetime in advertisement.routes:
            metric = METRICS[preference]
            self._put(_Key(network, length, router), lifetime, now, metric)
        for prefix in advertisement.prefixes:
            if prefix.is_on_link:
                self._put_prefix(prefix, now)
        self._choose()

    def _put_prefix(self, prefix: Prefix, now: int) -> None:
        """RFC 4861 section 6.3.4: the prefix is reached without a router."""
        self._put(_Key(prefix.network, prefix.length, None), prefix.valid, now, METRICS[1] // 2)

    def _put(self, key: _Key, lifetime: int | None, now: int, metric: int) -> None:
        route = self._routes.get(key)
        if lifetime == 0 or (route is not None and route.metric != metric):
            self._ends.discard(key)
            self._take_out(key)
            route = None
        if lifetime == 0:
            return
        if route is None:
            if len(self._routes) >= MAXIMUM_ROUTES:
                return
            route = Route(key.network, key.length, self._interface, key.router, metric)
            if not self._add(route):
                return
            self._routes[key] = route
        self._ends.put(key, None if lifetime is None else now + lifetime)

    # --- who is the default router -----------------------------------------------------------

    def lost(self, router: bytes, now: int) -> None:
        """A router does not answer, or is none any more; another one takes over (section 6.3.6)."""
        if router in self._routers:
            self._dead.add(router)
            self._choose()

    def _choose(self) -> None:
        chosen = self._best()
        wanted = None
        if chosen is not None:
            metric = METRICS[self._preferences[chosen]]
            wanted = Route(ANYWHERE, 0, self._interface, chosen, metric)
        if wanted == self._default and (wanted is None or wanted in self._means.book.routes):
            return
        if self._default is not None:
            self._remove(self._default)
        self._default = wanted if wanted is not None and self._add(wanted) else None

    def _best(self) -> bytes | None:
        routers = list(self._routers)
        if not routers:
            return None
        alive = [router for router in routers if router not in self._dead]
        if not alive:  # round robin, so that each is asked again
            last = self.default_router
            after = routers.index(last) + 1 if last in routers else 0
            self._dead = {last} if last is not None else set()
            return routers[after % len(routers)]
        best = max(self._preferences[router] for router in alive)
        equals = [router for router in alive if self._preferences[router] == best]
        current = self.default_router
        return current if current in equals else equals[0]

    # --- ends --------------------------------------------------------------------------------

    def _router_over(self, router: bytes, now: int) -> None:
        self._forget_router(router)
        self._choose()

    def _forget_router(self, router: bytes) -> None:
        self._preferences.pop(router, None)
        self._dead.discard(router)

    def _route_over(self, key: _Key, now: int) -> None:
        self._take_out(key)

    def _take_out(self, key: _Key) -> None:
        route = self._routes.pop(key, None)
        if route is not None:
            self._remove(route)

    def _add(self, route: Route) -> bool:
        """Put a route in; False: we have no link-local address now to reach its router from."""
        try:
            self._means.book.add_route(route)
        except ValueError:
            return False
        return True

    def _remove(self, route: Route) -> None:
        try:
            self._means.book.remove_route(route)
        except ValueError:  # it went with our link-local address, which alone reached the router
            return
