"""What IP is given to send with, on each interface: a link, and the neighbours on it.

`Resolution` (ARP, neighbour discovery) is one, the loopback another, and packets of a host with
hooks pass a third on their way to the first.
"""

from collections.abc import Callable
from typing import Protocol


class NeighborLookup(Protocol):
    """What IP asks a neighbour cache."""

    def lookup(self, address: bytes, packet: bytes | None, now: int) -> bytes | None:
        """The MAC address of a neighbour, or None: it is being asked for."""

    def doubt(self, address: bytes, now: int) -> None:
        """Nothing comes back by way of this neighbour (RFC 1122 section 3.3.1.4)."""


class LinkOutput(Protocol):
    """The last step of every packet that leaves."""

    @property
    def neighbors(self) -> NeighborLookup:
        """The cache."""

    @property
    def transmit(self) -> Callable[[tuple[int, bytes]], None]:
        """Queues a frame, with the index of its interface."""

    def send_packet(self, packet: bytes, next_hop: bytes, now: int) -> None:
        """Send a packet to a neighbour, or keep it until the neighbour answers."""

    def send_to_mac(self, packet: bytes, mac: bytes) -> None:
        """Put a packet into a frame."""
