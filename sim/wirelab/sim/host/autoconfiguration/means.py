"""What autoconfiguration needs of its host."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from wirelab.codecs import ICMPv6, IPv6
from wirelab.sim.host.autoconfiguration.interface_identifiers import IdentifierKind
from wirelab.sim.host.config import RandomSource, Route
from wirelab.sim.host.events import Event
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.interface_address import InterfaceAddress
from wirelab.sim.host.manner import Manner, Upper
from wirelab.sim.host.multicast.multicast import Multicast
from wirelab.sim.host.name_servers import NameServerBook
from wirelab.sim.host.neighbors.discovery import NeighborDiscovery
from wirelab.sim.host.neighbors.neighborhood import Neighborhood
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.host.timers import Timers
from wirelab.sim.reasons import Reason


@dataclass(slots=True)
class AutoconfigurationConfig:
    """How an interface configures itself.

    Attributes:
        identifiers: how the host's part of its addresses is made.
        secret: of stable ones, at least 16 bytes; empty: drawn when it is needed. One that is kept
            gives the same addresses again (RFC 7217 section 5).
        solicitations: how often routers are asked for while none answers (RFC 4861 section 10:
            MAX_RTR_SOLICITATIONS); None: for ever, less and less often (RFC 7559).

    Raises:
        ValueError: the secret is too short.
    """

    identifiers: IdentifierKind = IdentifierKind.STABLE
    secret: bytes = b""
    solicitations: int | None = 3

    def __post_init__(self) -> None:
        """Check the values."""
        if 0 < len(self.secret) < 16:
            raise ValueError(
                f"secret has {len(self.secret)} bytes; give 16 or more (RFC 7217 section 5)"
            )


class Book(Protocol):
    """Where addresses, routes and name servers are kept: the host."""

    def add_address(
        self,
        address: bytes,
        prefix_length: int,
        now: int,
        interface: int = 0,
        on_link: bool = True,
    ) -> InterfaceAddress:
        """See `Host.add_address`."""

    def remove_address(self, address: bytes, now: int, interface: int = 0) -> None:
        """See `Host.remove_address`."""

    def abort_connections(self, address: bytes, now: int) -> None:
        """Reset every TCP connection from this address of ours."""

    @property
    def routes(self) -> list[Route]:
        """See `Host.routes`."""

    def add_route(self, route: Route) -> None:
        """See `Host.add_route`."""

    def remove_route(self, route: Route) -> None:
        """See `Host.remove_route`."""

    def neighborhood(self, interface: int) -> Neighborhood:
        """See `Host.neighborhood`."""

    @property
    def name_servers(self) -> NameServerBook:
        """See `Host.name_servers`."""


class Output(Protocol):
    """IPv6 output.

    Attributes:
        hop_limit: of everything sent unless said otherwise.
    """

    hop_limit: int

    def send(
        self,
        header: Upper,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner,
        /,
    ) -> Reason | None:
        """See `NetworkOutput.send`."""

    def source_for(self, destination: bytes, interface: int | None = None, /) -> bytes | None:
        """The address to send from, or None: there is none."""

    def forget_paths(self) -> None:
        """Addresses or routes have changed: every way is looked up anew."""


class Means(NamedTuple):
    """The host, as seen from autoconfiguration.

    Attributes:
        book: addresses, routes, name servers.
        output: IPv6 output.
        discoveries: neighbour discovery, by interface index.
        multicast: the host's.
        timers: the host's.
        random: the host's.
        emit: takes events.
    """

    book: Book
    output: Output
    discoveries: Sequence[NeighborDiscovery]
    multicast: Multicast
    timers: Timers
    random: RandomSource
    emit: Callable[[Event], None]


_UPPER: Final = Upper(PROTOCOL_ICMPV6)


def send_discovery(
    means: Means,
    interface: Interface,
    kind: int,
    body: bytes,
    source: bytes,
    destination: bytes,
    now: int,
) -> None:
    """Send a message of router discovery: with 255 hops, so that it cannot come from elsewhere."""
    message = ICMPv6(kind, 0).build(body, IPv6(source=source, destination=destination))
    manner = Manner(ttl=255, interface=interface.index, loops=False)
    means.output.send(_UPPER, message, source, destination, now, manner)
