"""The short way through a router, for packets like one that went the long way before.

Source: RFC 1812 section 5.2 says what has to be looked at; RFC 1141 how a checksum follows the TTL.

Rule 1: what is taken here would pass `Forwarding` with the same effect: same addresses, same
interface, no options, a TTL that lasts, a size that fits. Whatever differs is left to that way.
Rule 2: nothing is remembered while the host has hooks, and all is forgotten when addresses, routes
or hooks change.
"""

from struct import Struct
from typing import Final

from wirelab.codecs import Ethernet
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv4.usual_frame import (
    ADDRESSES_AT,
    IPV4_AT,
    TCP_AT,
    TTL_AT,
    TYPE_IPV4,
    VERSION_AND_LENGTH,
)
from wirelab.sim.host.link_output import LinkOutput
from wirelab.sim.host.routing import Hop

MOST_WAYS: Final = 4096  # ours: bounds the memory; then all begin anew

READ: Final = Struct("!6s6xH BxH4xHH8s")
"""Destination and type; version and length, total length, TTL and protocol, checksum, addresses."""

CHANGED: Final = Struct("!HH")
"""TTL and protocol, checksum."""

ONE_HOP: Final = 0x100
"""What one hop is in the word of TTL and protocol: less there, more in the checksum."""

_read = READ.unpack_from
_changed = CHANGED.pack
_from_bytes = int.from_bytes


class Way:
    """From one sender to one receiver, in one direction."""

    __slots__ = ("arrived", "ethernet", "index", "link", "mac", "mtu", "next_hop", "own_mac")

    def __init__(self, arrived: Interface, hop: Hop, link: LinkOutput) -> None:
        self.arrived = arrived
        self.index = hop.interface.index
        self.own_mac = hop.interface.mac
        self.mtu = hop.interface.mtu
        self.next_hop = hop.next_hop
        self.link = link
        self.mac: bytes | None = None
        self.ethernet = b""


class FastForwarding:
    """What a router remembers of the packets that went before."""

    __slots__ = ("_ways",)

    def __init__(self) -> None:
        self._ways: dict[bytes, Way] = {}

    def __len__(self) -> int:
        """Pairs of addresses that are remembered."""
        return len(self._ways)

    def learn(self, addresses: bytes, arrived: Interface, hop: Hop, link: LinkOutput) -> None:
        """Remember the way of a packet that went on unchanged but for its TTL.

        Args:
            addresses: its source and destination, 8 bytes.
            arrived: where it came in.
            hop: where it went.
            link: that of the hop's interface.
        """
        if len(self._ways) >= MOST_WAYS:
            self._ways.clear()
        self._ways[addresses] = Way(arrived, hop, link)

    def forget(self) -> None:
        """Look at every packet anew."""
        self._ways.clear()

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
            or total_length > way.mtu
            or not TCP_AT <= end <= len(frame)
            or _from_bytes(frame[IPV4_AT:TCP_AT]) % 0xFFFF
        ):
            return False
        neighbor = way.link.neighbors.lookup(way.next_hop, None, now)
        if neighbor is not way.mac:
            way.mac = neighbor
            if neighbor is not None:
                header = Ethernet(destination=neighbor, source=way.own_mac, type=TYPE_IPV4)
                way.ethernet = header.build()
        if neighbor is None:
            return False
        way.link.transmit(
            (
                way.index,
                way.ethernet
                + frame[IPV4_AT:TTL_AT]
                + _changed(word - ONE_HOP, (checksum + ONE_HOP) % 0xFFFF)
                + frame[ADDRESSES_AT:end],
            )
        )
        return True
