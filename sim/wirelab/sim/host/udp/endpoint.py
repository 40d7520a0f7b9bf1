"""Who holds a port, seen from the layer below: what it hears, and how it is told."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from wirelab.codecs.addresses import ANY_IPV4, ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.local_address import WILDCARDS
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.udp.lite import Coverage

OVERHEAD: Final = 64
"""bytes that a queued datagram counts beside its data; ours: a flood of empty ones is bounded."""


class Datagram(NamedTuple):
    """What arrived, and from where."""

    data: bytes
    address: bytes
    port: int


def buffer_full(port: int, waiting: int) -> Drop:
    """What becomes of a datagram that there is no room for."""
    return Drop(Reason.UDP_BUFFER_FULL, f"port {port} holds {waiting} datagrams nobody has read")


def source_of(
    endpoint: "Endpoint", own: bytes, usual: bytes, is_local: Callable[[bytes], bool]
) -> bytes:
    """The address that a datagram carries (RFC 1122 section 3.2.1.3: one of ours, and no group).

    Args:
        endpoint: who sends; if it is bound to a group or broadcast, that says nothing here.
        own: asked for with this datagram; goes before the bound one. Empty: it is not.
        usual: what the way there suggests.
        is_local: whether an address is ours.

    Raises:
        HostError: `ip.not_my_address`: the one asked for is not ours; `ip.no_route`: the bound one
            was taken from this host; then nobody could answer.
    """
    if not own and (endpoint.address in WILDCARDS or endpoint.bound_to_group):
        return usual
    source = own or endpoint.address
    if is_local(source) or source in WILDCARDS:  # 0.0.0.0: a host without an address says so
        return source
    reason = Reason.IP_NOT_MY_ADDRESS if own else Reason.IP_NO_ROUTE
    raise HostError(reason, f"from {ip_text(source)}, which is no address of ours")


class Endpoint(ABC):
    """Somebody who holds a port: `UdpSocket`, or what a Berkeley socket keeps for itself.

    Attributes:
        address: local address, or one of `local_address.WILDCARDS`.
        port: local port; 0 before it has one.
        remote: address and port of the only peer that it hears, or None for all; of a peer with
            port 0, every port.
        bound_to_group: the address is a multicast or broadcast, to hear no others.
        interface: index of the only interface that it hears (SO_BINDTODEVICE), or None for all.
        reuse_address, reuse_port: it shares its port with others who agree (socket(7)).
        no_checksum: it takes IPv6 datagrams without a checksum (RFC 6935 section 5).
        coverage: of UDP-Lite; None: everything.
    """

    __slots__ = (
        "address",
        "bound_to_group",
        "coverage",
        "interface",
        "no_checksum",
        "port",
        "remote",
        "reuse_address",
        "reuse_port",
    )

    def __init__(self) -> None:
        self.address = ANY_IPV4
        self.bound_to_group = False
        self.port = 0
        self.remote: tuple[bytes, int] | None = None
        self.interface: int | None = None
        self.reuse_address = False
        self.reuse_port = False
        self.no_checksum = False
        self.coverage: Coverage | None = None

    def hears(self, address: bytes, port: int) -> bool:
        """Whether datagrams from there are for it."""
        remote = self.remote
        return remote is None or (remote[0] == address and remote[1] in (0, port))

    def hears_group(self, group: bytes, source: bytes, interface: int) -> bool:
        """Whether a multicast is for it: everything that the host has joined, unless it filters."""
        return True

    @abstractmethod
    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """Take a datagram; returns None, or why not."""

    @abstractmethod
    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """The network says something about a datagram that was sent from here."""
