"""What a resolver remembers, and for how long.

Source: RFC 1035 section 7.4; RFC 2181 section 5.2 (one time to live a set); RFC 2308 sections 5
and 7 (negative answers).
"""

from collections import OrderedDict
from typing import Final, NamedTuple

from wirelab.sim.host.durations import SECOND
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns.names import Name
from wirelab.sim.services.dns.records import Record, with_ttl

LONGEST_TTL: Final = 7 * 24 * 3600
"""s; ours: what RFC 8767 section 4 suggests as the most that is believed."""

LONGEST_NEGATIVE_TTL: Final = 3 * 3600
"""s (RFC 2308 section 5: "one to three hours ... found to work well")."""

CAPACITY: Final = 1000
"""Answers that are kept; ours: the one unused for longest goes first."""


class Cached(NamedTuple):
    """A remembered answer.

    Attributes:
        records: with the time to live that is left; () for a negative one.
        reason: `dns.no_name` or `dns.no_data`; None for a positive one.
    """

    records: tuple[Record, ...]
    reason: Reason | None


class _Entry(NamedTuple):
    records: tuple[Record, ...]
    reason: Reason | None
    expires_at: int


class Cache:
    """Answers by name and type.

    Args:
        capacity: how many.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: OrderedDict[tuple[Name, int], _Entry] = OrderedDict()
        self._capacity = capacity

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: Name, kind: int, now: int) -> Cached | None:
        """What is known, if its time is not over."""
        entry = self._entries.get((name, kind))
        if entry is None:
            return None
        if now >= entry.expires_at:
            del self._entries[name, kind]
            return None
        self._entries.move_to_end((name, kind))
        left = (entry.expires_at - now) // SECOND
        return Cached(tuple(with_ttl(entry.records, left)), entry.reason)

    def put(
        self,
        name: Name,
        kind: int,
        records: tuple[Record, ...],
        reason: Reason | None,
        ttl: int,
        now: int,
    ) -> None:
        """Remember an answer for `ttl` seconds at most; 0: not at all."""
        ttl = min(ttl, LONGEST_TTL if reason is None else LONGEST_NEGATIVE_TTL)
        if ttl <= 0:
            return
        self._entries[name, kind] = _Entry(records, reason, now + ttl * SECOND)
        self._entries.move_to_end((name, kind))
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
