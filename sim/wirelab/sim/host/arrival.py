"""An IP packet on its way up, between the network layer and the transport above it."""

from typing import NamedTuple

from wirelab.codecs import IPv4, IPv6
from wirelab.sim.host.interface import Interface


class Arrival(NamedTuple):
    """A packet that passed the checks of IP; nothing is copied, bounds say where things are.

    Attributes:
        ip: its header; the class is the family.
        frame: the whole frame.
        start: where the IP header begins in `frame`.
        offset: where the payload begins, behind options and extension headers.
        end: where the payload ends; what follows is Ethernet padding.
        interface: where it came in.
        unicast: it was sent to one host alone, on the link as well as in IP; only then may an
            ICMP error answer it (RFC 1122 section 3.2.2).
        trusted: the link vouches for the transport checksum (receive offload, local peer).
        fragment_size: bytes of the largest fragment that it came in; 0: it came in one piece.
        upper: what the payload of an IPv6 packet is, behind all extension headers.
        translated: a hook has changed it; so its source may be an address of ours (a NAT's, on the
            way from one inner host to another).
    """

    ip: IPv4 | IPv6
    frame: bytes
    start: int
    offset: int
    end: int
    interface: Interface
    unicast: bool
    trusted: bool
    fragment_size: int = 0
    upper: int = 0
    translated: bool = False

    @property
    def ipv4(self) -> IPv4:
        """Its header, where it is known to be IPv4's."""
        assert isinstance(self.ip, IPv4)
        return self.ip

    @property
    def ipv6(self) -> IPv6:
        """Its header, where it is known to be IPv6's."""
        assert isinstance(self.ip, IPv6)
        return self.ip

    @property
    def protocol(self) -> int:
        """What the payload is."""
        ip = self.ip
        return ip.protocol if isinstance(ip, IPv4) else self.upper

    @property
    def ttl(self) -> int:
        """Hops that were left: time to live, or hop limit."""
        ip = self.ip
        return ip.ttl if isinstance(ip, IPv4) else ip.hop_limit

    @property
    def tos(self) -> int:
        """The byte of DSCP and ECN: type of service, or traffic class."""
        return self.ip.dscp << 2 | self.ip.ecn
