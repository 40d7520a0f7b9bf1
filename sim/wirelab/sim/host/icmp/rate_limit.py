"""How many ICMP errors may leave: a token bucket for the host, and one for each destination.

Source: RFC 1812 section 4.3.2.8 and RFC 4443 section 2.4 (f), which leave the numbers to us.

Rule 1: a bucket is kept as one number, the instant at which its debt is paid.
Rule 2: a bucket that is full again is as good as none, so the table holds only who was answered
lately; beyond MAXIMUM_DESTINATIONS the one that was answered longest ago starts afresh. The host's
own bucket bounds what that can be abused for.
"""

from typing import Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.config import IcmpConfig

MAXIMUM_DESTINATIONS: Final = 1024  # ours: bounds the memory


class RateLimit:
    """The buckets of one host, for both families."""

    __slots__ = ("_config", "_destinations", "_host")

    def __init__(self, config: IcmpConfig) -> None:
        self._config = config
        self._host: int | None = None
        self._destinations: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._destinations)

    def take(self, destination: bytes, now: int) -> bool:
        """Whether an error may go to `destination`; then it is counted."""
        config = self._config
        own = self._destinations.pop(destination, None)
        one = _debt(own, config.errors_per_destination, config.burst_per_destination, now)
        if one > now:
            if own is not None:
                self._destinations[destination] = own
            return False
        all_ = _debt(self._host, config.errors_per_second, config.burst, now)
        if all_ > now:
            if own is not None:
                self._destinations[destination] = own
            return False
        self._host = all_
        if len(self._destinations) >= MAXIMUM_DESTINATIONS:
            del self._destinations[next(iter(self._destinations))]
        self._destinations[destination] = one
        return True


def _debt(paid_at: int | None, rate: int, burst: int, now: int) -> int:
    """When a bucket's debt will be paid after one more; later than now: it is empty."""
    interval = SECOND // rate
    full = now - burst * interval
    return (full if paid_at is None else max(paid_at, full)) + interval
