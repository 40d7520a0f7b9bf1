"""What is known about the MTU of paths: what routers said, believed downwards and for a while.

Source: RFC 1191 sections 3 and 6.3 (IPv4), RFC 8201 sections 4 and 5.3 (IPv6).

    (link's MTU) --a router says less--> lower --and less--> lower
                 <----- 10 minutes without such a message ------

Rule 1: nothing but age raises an estimate.
Rule 2: what is told about a packet that nobody here has sent is taken back (`restore`).
"""

from collections.abc import Callable
from typing import Final

from wirelab.sim.host.ageing_map import AgeingMap
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timers

LIFETIME: Final = 600 * SECOND
"""ns until a larger packet is tried again (RFC 1191 section 6.3, RFC 8201 section 5.3)."""

MAXIMUM_PATHS: Final = 4096  # ours: forged messages must not eat the memory

MINIMUM: Final = {4: 68, 16: 1280}
"""bytes that every link carries (RFC 791 section 3.2, RFC 8200 section 5), by address length. Who
claims less is not believed (RFC 1191 section 3, RFC 8201 section 4)."""

_PLATEAUS: Final = (32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
"""bytes, the common MTUs (RFC 1191 section 7.1)."""


def plateau_below(length: int) -> int:
    """The MTU to guess when an old router does not tell it (RFC 1191 section 7.1).

    >>> plateau_below(1500)
    1492
    """
    return next((mtu for mtu in _PLATEAUS if mtu < length), _PLATEAUS[-1])


class PathMtus:
    """The estimates of one host, for both families.

    Args:
        timers: the host's.
        changed: told of each destination whose estimate is another one from now on.
    """

    __slots__ = ("_changed", "_estimates")

    def __init__(self, timers: Timers, changed: Callable[[bytes], None]) -> None:
        self._changed = changed
        self._estimates: AgeingMap[bytes, int] = AgeingMap(timers, LIFETIME, MAXIMUM_PATHS, changed)

    def __len__(self) -> int:
        return len(self._estimates)

    def known(self, destination: bytes) -> int | None:
        """The estimate in bytes of IP packet; None: nothing is known, the link's counts."""
        return self._estimates.get(destination)

    def lower(self, destination: bytes, mtu: int, now: int) -> bool:
        """Believe a router, unless it claims more than is known, or what no link may have.

        Args:
            destination: of the packet that was too big.
            mtu: what the router says that would have passed, bytes of IP packet.
            now: ns.

        Returns:
            Whether it was believed.
        """
        known = self._estimates.get(destination)
        if mtu < MINIMUM[len(destination)] or (known is not None and mtu > known):
            return False
        self._estimates.put(destination, mtu, now)
        if mtu != known:
            self._changed(destination)
        return True

    def restore(self, destination: bytes, mtu: int | None, now: int) -> None:
        """Take a lowering back: `mtu` is what `known` said before it."""
        if mtu is None:
            self._estimates.remove(destination)
        else:
            self._estimates.put(destination, mtu, now)
        self._changed(destination)
