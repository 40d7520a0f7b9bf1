"""Whose packets to a multicast group are wanted, and how several wishes become one.

Source: RFC 3376 sections 2 and 3; RFC 3810 sections 3 and 4 say the same for IPv6.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple


class FilterMode(Enum):
    """What the list of a filter means (RFC 3376 section 2)."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class SourceFilter(NamedTuple):
    """Which senders to a group are listened to.

    Attributes:
        mode: INCLUDE: only `sources`; EXCLUDE: all but `sources`.
        sources: unicast addresses.
    """

    mode: FilterMode
    sources: frozenset[bytes] = frozenset()

    def admits(self, source: bytes) -> bool:
        """Whether packets from `source` are wanted."""
        return (source in self.sources) is (self.mode is FilterMode.INCLUDE)


EVERYBODY: Final = SourceFilter(FilterMode.EXCLUDE)
"""What a plain join asks for (RFC 3376 section 2)."""

NOBODY: Final = SourceFilter(FilterMode.INCLUDE)
"""What leaving asks for, and what holds where nothing was asked (RFC 3376 section 2)."""


def merged(filters: Iterable[SourceFilter]) -> SourceFilter:
    """What an interface must hear so that every one of the filters is served.

    RFC 3376 section 3.2: any EXCLUDE makes it EXCLUDE, of what all of those exclude and no INCLUDE
    wants; else it is INCLUDE of all that are wanted.

    >>> a, b = (bytes((10, 0, 0, last)) for last in (1, 2))
    >>> include, exclude = FilterMode.INCLUDE, FilterMode.EXCLUDE
    >>> one, two = SourceFilter(exclude, frozenset({a, b})), SourceFilter(include, frozenset({b}))
    >>> merged([one, two]) == SourceFilter(exclude, frozenset({a}))
    True
    """
    wanted: frozenset[bytes] = frozenset()
    refused: frozenset[bytes] | None = None
    for mode, sources in filters:
        if mode is FilterMode.INCLUDE:
            wanted |= sources
        else:
            refused = sources if refused is None else refused & sources
    if refused is None:
        return SourceFilter(FilterMode.INCLUDE, wanted)
    return SourceFilter(FilterMode.EXCLUDE, refused - wanted)
