"""The short way through a router, for packets like one that went the long way before.

Source: RFC 1812 section 5.2 says what has to be looked at; RFC 1141 how a checksum follows the TTL.

Rule: what is taken here would pass `Forwarding` with the same effect: same addresses, same
interface, no options, a TTL that lasts, a size that fits. Whatever differs is left to that way.
"""

from struct import Struct
from typing import Final

from wirelab.sim.host.forwarding_ways import ForwardingWays
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv4.usual_frame import (
    ADDRESSES_AT,
    IPV4_AT,
    TCP_AT,
    TTL_AT,
    TYPE_IPV4,
    VERSION_AND_LENGTH,
)

READ: Final = Struct("!6s6xH BxH4xHH8s")
"""Destination and type; version and length, total length, TTL and protocol, checksum, addresses."""

CHANGED: Final = Struct("!HH")
"""TTL and protocol, checksum."""

ONE_HOP: Final = 0x100
"""What one hop is in the word of TTL and protocol: less there, more in the checksum."""

_read = READ.unpack_from
_changed = CHANGED.pack
_from_bytes = int.from_bytes


class FastForwarding(ForwardingWays):
    """What a router remembers of the IPv4 packets that went before."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(TYPE_IPV4)

    def taken(self, arrived: Interface, frame: bytes, now: int) -> bool:
        """Whether the packet in a frame was passed on.

        Args:
            arrived: where it came in.
            frame: as it came.
            now: ns.
        """
        if len(frame) < TCP_AT:
            return False
        mac, type_, version_and_length, total_length, word, checksum, addresses = _read(frame)
        way = self._ways.get(addresses)
        end = IPV4_AT + total_length
        if (
            way is None
            or way.arrived is not arrived
            or mac != arrived.mac
            or type_ != TYPE_IPV4
            or version_and_length != VERSION_AND_LENGTH
            or word < 2 * ONE_HOP
            or total_length > way.leaves.mtu
            or not TCP_AT <= end <= len(frame)
            or _from_bytes(frame[IPV4_AT:TCP_AT]) % 0xFFFF
        ):
            return False
        ethernet = way.ethernet(now)
        if not ethernet:
            return False
        way.link.transmit(
            (
                way.index,
                ethernet
                + frame[IPV4_AT:TTL_AT]
                + _changed(word - ONE_HOP, (checksum + ONE_HOP) % 0xFFFF)
                + frame[ADDRESSES_AT:end],
            )
        )
        return True
