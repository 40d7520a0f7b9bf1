"""Identifications of packets that may be cut, so that their fragments are never mixed up.

Source: RFC 6864 section 4: of an atomic packet (Don't Fragment, and in one piece) nobody looks at
the identification, so any will do; of all others it must not come again between the same two
addresses and for the same protocol while an earlier one may still be under way. RFC 6274 section
3.5.1: who sees one of them should not be able to tell how much the host sends to others.

Each triple of source, destination and protocol counts for itself, from a number that nobody can
guess: it comes round after 65,536 packets to that destination, whatever else the host sends.
"""

from typing import Final

from wirelab.sim.host.config import RandomSource

MOST_COUNTERS: Final = 1024  # ours: bounds the memory; the oldest makes room


class Identifications:
    """The counters of one host.

    Args:
        random: where a counter begins.
    """

    __slots__ = ("_counters", "_random")

    def __init__(self, random: RandomSource) -> None:
        self._random = random
        self._counters: dict[tuple[bytes, bytes, int], int] = {}

    def next(self, source: bytes, destination: bytes, protocol: int) -> int:
        """The identification of the next packet that is not atomic; 16 bits."""
        key = (source, destination, protocol)
        counters = self._counters
        last = counters.get(key)
        if last is None:
            if len(counters) >= MOST_COUNTERS:
                del counters[next(iter(counters))]
            last = self._random.getrandbits(16)
        counters[key] = number = (last + 1) & 0xFFFF
        return number
