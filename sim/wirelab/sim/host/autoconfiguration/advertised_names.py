"""The name servers and search domains that routers of one interface advertise.

Source: RFC 8106 sections 5 and 6: each has its own lifetime; when it is over, it is used no more.
"""

from typing import Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.autoconfiguration.advertisement import Advertisement, Lifetime
from wirelab.sim.host.autoconfiguration.expiries import Expiries
from wirelab.sim.host.autoconfiguration.means import Means
from wirelab.sim.host.interface import Interface

MAXIMUM_NAMES: Final = 32
"""ours: servers and domains of one interface; RFC 8106 section 5.3.1 wants three at least."""


class AdvertisedNames:
    """See the module.

    Args:
        interface: whose routers.
        means: the host.
    """

    def __init__(self, interface: Interface, means: Means) -> None:
        self._interface = interface
        self._means = means
        self._ends = Expiries[tuple[bytes, bytes | str]](means.timers, self._over)

    def heard(self, advertisement: Advertisement, now: int) -> None:
        """Take the servers and domains of an advertisement."""
        router = advertisement.router
        said: list[tuple[bytes | str, Lifetime]] = [*advertisement.servers, *advertisement.domains]
        for name, lifetime in said:
            key = (router, name)
            if lifetime == 0:
                self._ends.discard(key)
            elif key in self._ends or len(self._ends) < MAXIMUM_NAMES:
                self._ends.put(key, None if lifetime is None else now + lifetime)
        if said:
            self._tell(router)

    def _over(self, key: tuple[bytes, bytes | str], now: int) -> None:
        self._tell(key[0])

    def _tell(self, router: bytes) -> None:
        names = [name for one, name in self._ends if one == router]
        self._means.book.name_servers.put(
            f"ra {ip_text(router)}%{self._interface.name}",
            tuple(name for name in names if isinstance(name, bytes)),
            tuple(name for name in names if isinstance(name, str)),
        )
