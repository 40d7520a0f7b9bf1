"""Better first hops, as routers have told us by redirects.

Source: RFC 1122 sections 3.2.2.2 and 3.3.1.2 (IPv4), RFC 4861 section 8.3 (IPv6). Who is to be
believed is decided where the message is read; this is only what was believed.

Rule 1: a redirect for a network counts for the one host that it was about (RFC 1122 section
3.3.1.2), so nobody can take over more than single destinations.
Rule 2: a gateway that does not answer is forgotten, and the routing table counts again (RFC 1122
section 3.3.1.4).
Rule 3: a redirect corrects the routing table that it met; when addresses or routes change, nothing
of it is left.
"""

from collections.abc import Callable
from typing import Final

from wirelab.sim.host.ageing_map import AgeingMap
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timers

LIFETIME: Final = 600 * SECOND
"""ns; ours: a router that is still of the same opinion says so again for the next packet."""

MAXIMUM_REDIRECTS: Final = 1024  # ours: forged messages must not eat the memory


class Redirects:
    """The redirected destinations of one host, for both families.

    Args:
        timers: the host's.
        changed: told of each destination whose first hop is another one from now on.
    """

    __slots__ = ("_changed", "_gateways")

    def __init__(self, timers: Timers, changed: Callable[[bytes], None]) -> None:
        self._changed = changed
        self._gateways: AgeingMap[bytes, tuple[int, bytes]] = AgeingMap(
            timers, LIFETIME, MAXIMUM_REDIRECTS, changed
        )

    def __len__(self) -> int:
        return len(self._gateways)

    def gateway(self, destination: bytes, interface: int) -> bytes | None:
        """The first hop to take instead of the routing table's, on that interface, or None.

        It may be the destination itself: then it is on the link (RFC 4861 section 8).
        """
        known = self._gateways.get(destination)
        return known[1] if known is not None and known[0] == interface else None

    def follow(self, destination: bytes, interface: int, gateway: bytes, now: int) -> None:
        """Send what is for `destination` to `gateway` from now on, by that interface (index)."""
        self._gateways.put(destination, (interface, gateway), now)
        self._changed(destination)

    def clear(self) -> None:
        """Addresses or routes have changed, and who said something may have no say any more."""
        self._gateways.clear()

    def forget(self, gateway: bytes) -> None:
        """A gateway is dead."""
        for destination in self._gateways:
            known = self._gateways.get(destination)
            if known is not None and known[1] == gateway:
                self._gateways.remove(destination)
                self._changed(destination)
