"""From the address of a neighbour to its MAC address: what ARP and neighbour discovery share.

Every packet that leaves goes through here as its last step: into a frame at once, or into the
cache's queue until the neighbour has answered.
"""

from typing import Final

from wirelab.codecs import Ethernet
from wirelab.sim.host.counters import count
from wirelab.sim.host.events import NeighborFailed, NeighborResolved
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.neighbors.cache import NeighborActions, Neighbors, NeighborTimes
from wirelab.sim.host.neighbors.claims import Claims, Speaker
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.reasons import Reason


class Resolution(NeighborActions, Speaker):
    """Address resolution of one network protocol on one interface; subclasses know how to ask.

    Args:
        interface: whose neighbours.
        around: the host.
        times: of the cache.

    Attributes:
        PROTOCOL: the name that an observer is told.
        TYPE: EtherType of the packets.
        TIMEOUT: why a packet is given up whose neighbour does not answer.
        QUEUE_FULL: why a packet is given up that finds no room to wait.
    """

    PROTOCOL: str
    TYPE: int
    TIMEOUT: Reason
    QUEUE_FULL: Reason

    def __init__(self, interface: Interface, around: Surroundings, times: NeighborTimes) -> None:
        self.interface: Final = interface
        self.around: Final = around
        self.transmit: Final = around.transmit
        self.neighbors: Final = Neighbors(around.timers, times, self)
        self._claims: Claims | None = None

    # --- packets out -------------------------------------------------------------------------

    def send_packet(self, packet: bytes, next_hop: bytes, now: int) -> None:
        """Send a packet to a neighbour, or keep it until the neighbour answers."""
        mac = self.neighbors.lookup(next_hop, packet, now)
        if mac is not None:
            self.send_to_mac(packet, mac)

    def send_to_mac(self, packet: bytes, mac: bytes) -> None:
        """Put a packet into a frame."""
        header = Ethernet(destination=mac, source=self.interface.mac, type=self.TYPE)
        self.around.send(self.interface.index, header.build(packet))

    # --- calls -------------------------------------------------------------------------------

    def resolve(self, address: bytes, now: int) -> None:
        """Ask for an address; NeighborResolved or NeighborFailed follows, at once if known."""
        if self.is_own(address):
            self.around.emit(NeighborResolved(address, self.interface.mac))
            return
        mac = self.neighbors.lookup(address, None, now)
        if mac is not None:
            self.around.emit(NeighborResolved(address, mac))

    def is_own(self, address: bytes) -> bool:
        """Whether the address is this interface's, and can be used."""
        entry = self.interface.find(address)
        return entry is not None and entry.is_usable

    # --- addresses that are being acquired, or were ----------------------------------------------

    @property
    def claims(self) -> Claims:
        """The claims of this interface and protocol; made when first asked for."""
        if self._claims is None:
            self._claims = Claims(self.around.timers, self.around.random, self)
        return self._claims

    def forget_claim(self, address: bytes) -> None:
        """An address is no longer ours: nothing is left to defend."""
        claim = None if self._claims is None else self._claims.get(address)
        if claim is not None:
            self.claims.release(claim)

    # --- what the cache wants done (NeighborActions) -------------------------------------------

    def resolved(self, address: bytes, mac: bytes, packets: list[bytes], now: int) -> None:
        """Send what waited for the answer."""
        self.around.emit(NeighborResolved(address, mac))
        for packet in packets:
            self.send_to_mac(packet, mac)

    def failed(self, address: bytes, packets: list[bytes], now: int) -> None:
        """Give up: whoever sent a packet is told."""
        self.around.emit(NeighborFailed(address))
        for packet in packets:
            count(self.around.counters.not_sent, self.TIMEOUT)
            self.around.undelivered(address, packet, now)
        if not packets:
            self.around.undelivered(address, None, now)

    def displaced(self, packet: bytes) -> None:
        """Count a packet that waited in vain."""
        count(self.around.counters.not_sent, self.QUEUE_FULL)

    def timer_fired(self, after: int, now: int) -> None:
        """Tell the onlooker."""
        if self.around.observer is not None:
            self.around.observer.timer_fired(None, self.PROTOCOL, after, now)

    def router_lost(self, address: bytes, now: int) -> None:
        """ARP does not know who is a router."""
