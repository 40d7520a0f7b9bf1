"""Gateways that do not answer, so that another one is taken where there is one.

Source: RFC 1122 sections 3.3.1.4 (detecting that a gateway is dead, here by address resolution,
which negative advice of TCP sets off) and 3.3.1.5 (choosing another one); RFC 4861
sections 6.3.6 and 7.3.3 want the same of IPv6.

    alive --a neighbour that packets waited for never answered--> dead --a minute--> alive
"""

from collections.abc import Callable
from typing import Final

from wirelab.sim.host.ageing_map import AgeingMap
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timers

LIFETIME: Final = 60 * SECOND
"""ns; ours: RFC 1122 section 3.3.1.4 leaves to us when a dead gateway is tried again."""

MAXIMUM_GATEWAYS: Final = 64  # ours: more than anybody has


class DeadGateways:
    """Those of one host.

    Args:
        timers: the host's.
        changed: called when one died, or is believed to live again.
    """

    __slots__ = ("_changed", "_gateways")

    def __init__(self, timers: Timers, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._gateways: AgeingMap[bytes, bool] = AgeingMap(
            timers, LIFETIME, MAXIMUM_GATEWAYS, self._alive
        )

    def __contains__(self, gateway: bytes) -> bool:
        return self._gateways.get(gateway) is not None

    def __bool__(self) -> bool:
        return len(self._gateways) > 0

    def add(self, gateway: bytes, now: int) -> None:
        """A gateway does not answer."""
        self._gateways.put(gateway, True, now)
        self._changed()

    def _alive(self, gateway: bytes) -> None:
        self._changed()
