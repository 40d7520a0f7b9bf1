"""The short way through a router over IPv6; see `ipv4/fast_forwarding.py`.

Source: RFC 8200 section 3. There is no checksum to follow, and routers look at no extension header
but hop-by-hop options, which stand first: packets with them are left to the long way.
"""

from struct import Struct
from typing import Final

from wirelab.sim.host.forwarding_ways import ForwardingWays
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.extension_headers import HOP_BY_HOP
from wirelab.sim.host.ipv6.usual_frame import (
    ADDRESSES_AT,
    HOP_LIMIT_AT,
    IPV6_AT,
    TCP_AT,
    TYPE_IPV6,
)

READ: Final = Struct("!6s6xH B3xHBB32s")
"""Destination and type; version and half of the traffic class, payload length, next header, hop
limit, addresses."""

IPV6_HEADER: Final = TCP_AT - IPV6_AT

_BYTE: Final = tuple(bytes((number,)) for number in range(256))
_read = READ.unpack_from


class FastForwarding(ForwardingWays):
    """What a router remembers of the IPv6 packets that went before."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(TYPE_IPV6)

    def taken(self, arrived: Interface, frame: bytes, now: int) -> bool:
        """Whether the packet in a frame was passed on.

        Args:
            arrived: where it came in.
            frame: as it came.
            now: ns.
        """
        if len(frame) < TCP_AT:
            return False
        mac, type_, first, payload_length, next_header, hop_limit, addresses = _read(frame)
        way = self._ways.get(addresses)
        if (
            way is None
            or way.arrived is not arrived
            or mac != arrived.mac
            or type_ != TYPE_IPV6
            or first >> 4 != 6
            or next_header == HOP_BY_HOP
            or hop_limit < 2
            or IPV6_HEADER + payload_length > way.leaves.ipv6_mtu
            or TCP_AT + payload_length > len(frame)
        ):
            return False
        ethernet = way.ethernet(now)
        if not ethernet:
            return False
        way.link.transmit(
            (
                way.index,
                ethernet
                + frame[IPV6_AT:HOP_LIMIT_AT]
                + _BYTE[hop_limit - 1]
                + frame[ADDRESSES_AT : TCP_AT + payload_length],
            )
        )
        return True
