"""The seam between a transport protocol and the network layer below it."""

from typing import Protocol

from wirelab.codecs import TCP
from wirelab.sim.reasons import Reason


class Flow(Protocol):
    """The way of one connection: its addresses and ports are settled, so headers are prebuilt.

    Attributes:
        ttl: hops, of every segment that follows; 1 to 255 (IP_TTL).
        dont_fragment: no router may cut a segment that follows (RFC 1191 section 3).
    """

    ttl: int
    dont_fragment: bool

    @property
    def mtu(self) -> int:
        """Largest IP packet on the way, bytes, as it is known now (RFC 1191 section 6.1)."""

    @property
    def link_mtu(self) -> int:
        """Largest IP packet on our own link, bytes: what may come, whatever the way out is like."""

    @property
    def headers(self) -> int:
        """IP and TCP header without options, bytes: the MTU less this is the MSS (MUST-67)."""

    @property
    def largest_segment(self) -> int:
        """Bytes of text that one `send` may carry where the link cuts segments itself, else 0."""

    def send(
        self,
        sequence: int,
        acknowledgment: int,
        flags: int,
        window: int,
        options: bytes,
        text: bytes,
        now: int,
        urgent_pointer: int = 0,
        tos: int = 0,
        segment_size: int = 0,
    ) -> Reason | None:
        """Queue one segment, or several that the link cuts out of one.

        Args:
            sequence: SEG.SEQ; only its lowest 32 bits go out, so it need not wrap here.
            acknowledgment: SEG.ACK, likewise.
            flags: control bits.
            window: SEG.WND as it stands in the header, scaled already; 16 bits.
            options: of TCP as they go on the wire, padded to a multiple of 4 bytes, 40 at most.
            text: what follows the header.
            now: ns.
            urgent_pointer: SEG.UP, 16 bits.
            tos: the byte of DSCP and ECN in the IP header (RFC 2474 section 3, RFC 3168 section 5).
            segment_size: bytes of text in each segment that the link is to cut, where there is
                `largest_segment`; 0: it goes in one piece.

        Returns:
            None when queued (for the link, or until the neighbour answers), else why not
            (`ip.no_route`, `ip.too_big_df`).
        """

    def leave_by(self, interface: int | None) -> None:
        """Send by this interface alone (its index), whatever routes prefer; None: as they say."""

    def doubt(self, now: int) -> None:
        """Negative advice: nothing comes back by this way (RFC 1122 section 3.3.1.4)."""


class NetworkOutput(Protocol):
    """What TCP is given to send with: routing, neighbour resolution, IP and Ethernet headers."""

    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> Flow:
        """The way of a connection; made once, kept as long as it lives.

        Args:
            source: address of this host, as `source_for` gave it or as a segment was sent to.
            source_port: its port.
            destination: address of the other end.
            destination_port: its port.
        """

    def send(
        self, header: TCP, payload: bytes, source: bytes, destination: bytes, now: int
    ) -> Reason | None:
        """Queue one segment; its AUTO checksum and data offset are filled in here.

        Args:
            header: the segment's header.
            payload: what follows it.
            source: address of this host, as `source_for` gave it.
            destination: address of the same family.
            now: ns.

        Returns:
            None when queued (for the link, or until the neighbour answers), else why not
            (`ip.no_route`, `ip.too_big_df`).
        """

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address to send from (RFC 1122 section 3.3.4.3), or None without a route.

        Args:
            destination: where to.
            interface: index of the one to leave by; None: as routed.
        """

    def mtu_for(self, destination: bytes) -> int:
        """Largest IP packet on the way to `destination`, bytes (RFC 1191 section 6.1)."""
