"""How a packet is sent, where that is not as usual: the seam between those who send and IP below.

One shape for both families. The network output reads it, whoever sends makes it: UDP, ICMP, the
sockets' options and control messages, services.
"""

from typing import Any, Final, NamedTuple, TypeAlias

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6, UDPLite


class Manner(NamedTuple):
    """The wishes for one packet.

    Attributes:
        ttl: hops (time to live, hop limit); None: the host's, or 1 for a multicast (RFC 1112
            section 6.1).
        tos: DSCP and ECN (RFC 2474, RFC 3168): type of service, or traffic class.
        dont_fragment: no router may cut it, and neither may we: what is longer than `largest` is
            refused (`ip.too_big_df`). Otherwise we cut it into packets of `largest`.
        largest: bytes of IP packet; None: the path's MTU.
        options: of IPv4, padded to a multiple of 4 bytes, 40 at most (RFC 791 section 3.1), a
            source route without its end (`ipv4/source_routes.py`); of an IPv6 hop-by-hop header
            (RFC 8200 section 4.3), its padding added where it is missing.
        interface: index of the interface that it leaves by, whatever the routes prefer; None: as
            they say.
        loops: a multicast is heard by the members on this host, too (RFC 1112 section 6.1).
        flow_label: of IPv6 (RFC 6437), 20 bits.
    """

    ttl: int | None = None
    tos: int = 0
    dont_fragment: bool = True
    largest: int | None = None
    options: bytes = b""
    interface: int | None = None
    loops: bool = True
    flow_label: int = 0


USUAL: Final = Manner()
"""As most packets go."""


class Upper:
    """What stands for a transport header where the bytes above IP are complete already.

    Raw sockets and protocols that build themselves give it to `NetworkOutput.send` in place of a
    header of the codecs.

    Attributes:
        protocol: IP protocol number.
    """

    __slots__ = ("protocol",)

    def __init__(self, protocol: int) -> None:
        self.protocol = protocol

    def build(self, payload: bytes, below: Any = None) -> bytes:
        """The payload as it is."""
        return payload


TransportHeader: TypeAlias = TCP | UDP | UDPLite | ICMPv4 | ICMPv6 | Upper
"""What a network output puts behind its own header; the class says which protocol it is."""
