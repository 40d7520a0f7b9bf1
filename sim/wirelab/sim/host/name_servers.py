"""What a host knows of name servers: what resolv.conf(5) is elsewhere.

DHCP (RFC 2132 section 3.8), router advertisements (RFC 8106) and people tell a host which servers
to ask and which domains to search. Each source has its own entry here, so that what it said can be
taken back when its time is over.
"""

from typing import Final, NamedTuple

MAXIMUM_SOURCES: Final = 64
"""Ours: sources may be routers, so their number comes from outside."""


class NameServers(NamedTuple):
    """What one source says.

    Attributes:
        servers: addresses of 4 or 16 bytes, in the order in which to ask.
        search: domains in which a short name is looked for.
    """

    servers: tuple[bytes, ...] = ()
    search: tuple[str, ...] = ()


class NameServerBook:
    """All that is known; the sources that spoke first come first."""

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: dict[str, NameServers] = {}

    def __repr__(self) -> str:
        return f"<NameServerBook {self._sources}>"

    def put(
        self, source: str, servers: tuple[bytes, ...] = (), search: tuple[str, ...] = ()
    ) -> None:
        """Note what a source says, in place of what it said before; nothing: forget it."""
        if not servers and not search:
            self.remove(source)
        elif source in self._sources or len(self._sources) < MAXIMUM_SOURCES:
            self._sources[source] = NameServers(servers, search)

    def remove(self, source: str) -> None:
        """Forget what a source said; it is fine if it said nothing."""
        self._sources.pop(source, None)

    @property
    def servers(self) -> tuple[bytes, ...]:
        """Whom to ask, in order, each once."""
        return tuple(dict.fromkeys(one for said in self._sources.values() for one in said.servers))

    @property
    def search(self) -> tuple[str, ...]:
        """Where to look for short names, in order, each once."""
        return tuple(dict.fromkeys(one for said in self._sources.values() for one in said.search))
