"""An IPv4 packet on its way up, between the network layer and the transport above it."""

from typing import NamedTuple

from wirelab.codecs import IPv4
from wirelab.sim.host.interface import Interface


class Arrival(NamedTuple):
    """A packet that passed the checks of IPv4; nothing is copied, bounds say where things are.

    Attributes:
        ip: its header.
        frame: the whole frame.
        start: where the IPv4 header begins in `frame`.
        offset: where the payload begins.
        end: where the payload ends; what follows is Ethernet padding.
        interface: where it came in.
        unicast: it was sent to one host alone, on the link as well as in IP; only then may an
            ICMP error answer it (RFC 1122 section 3.2.2).
        trusted: the link vouches for the transport checksum (receive offload, local peer).
        fragment_size: bytes of the largest fragment that it came in; 0: it came in one piece.
    """

    ip: IPv4
    frame: bytes
    start: int
    offset: int
    end: int
    interface: Interface
    unicast: bool
    trusted: bool
    fragment_size: int = 0

    @property
    def protocol(self) -> int:
        """What the payload is."""
        return self.ip.protocol

    @property
    def ttl(self) -> int:
        """Hops that were left."""
        return self.ip.ttl

    @property
    def tos(self) -> int:
        """The byte of DSCP and ECN."""
        return self.ip.dscp << 2 | self.ip.ecn
