"""What the network says about a packet that this host sent, in one shape for IPv4 and IPv6.

Source: RFC 792, RFC 4443 section 3 (errors quote the packet); RFC 1122 section 3.2.2 and RFC 4443
section 2.4 (d): the transport protocol that sent it is told.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from wirelab.codecs import IPv4, IPv6
from wirelab.sim.reasons import Reason


class Trouble(NamedTuple):
    """Bad news about a packet that this host sent.

    Attributes:
        source: who says so; the host itself when a neighbour never answered.
        reason: what they say.
        quoted: IP header of our packet; its class is the family.
        protocol: what the packet carried, behind extension headers.
        packet: bytes that hold our packet, which may be cut after 8 bytes of payload.
        offset: where that payload begins in `packet`.
        type, code: of the ICMP message, in the numbers of its family; of a host (IPv6: an address)
            unreachable when a neighbour never answered.
        info: the MTU of the next hop in bytes when it is too big (RFC 1191 section 4, RFC 4443
            section 3.2), the pointer of a parameter problem (section 3.4); else 0.
    """

    source: bytes
    reason: Reason
    quoted: IPv4 | IPv6
    protocol: int
    packet: bytes
    offset: int
    type: int
    code: int
    info: int = 0


TroubleHandler: TypeAlias = Callable[[Trouble, int], bool]
"""Finds the socket that sent the packet and tells it; False: there is none. Given `now`, too."""
