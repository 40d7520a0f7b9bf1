"""The seam between a transport protocol and the network layer below it."""

from typing import Protocol

from wirelab.codecs import TCP
from wirelab.sim.reasons import Reason


class NetworkOutput(Protocol):
    """What TCP is given to send with: routing, neighbour resolution, IPv4 and Ethernet headers."""

    def send(
        self, header: TCP, payload: bytes, source: bytes, destination: bytes, now: int
    ) -> Reason | None:
        """Queue one segment; its AUTO checksum and data offset are filled in here.

        Args:
            header: the segment's header.
            payload: what follows it.
            source: IPv4 address of this host, as `source_for` gave it.
            destination: IPv4 address.
            now: ns.

        Returns:
            None when queued (for the link, or until the neighbour answers), else why not
            (`ip.no_route`, `ip.too_big_df`).
        """

    def source_for(self, destination: bytes) -> bytes | None:
        """The address to send from (RFC 1122 section 3.3.4.3), or None without a route."""

    def mtu_for(self, destination: bytes) -> int:
        """Largest IP packet on the way to `destination`, bytes (RFC 1191 section 6.1)."""
