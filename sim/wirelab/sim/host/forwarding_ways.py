"""What a router remembers of packets that it passed on, for the short ways of both families.

Rule 1: there is a way for two addresses only while nothing that a router looks at, but for what
differs from packet to packet, could have come out otherwise. Whoever learns one sees to that.
Rule 2: all are forgotten when addresses, routes or hooks change.
"""

from typing import Final

from wirelab.codecs import Ethernet
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.link_output import LinkOutput
from wirelab.sim.host.routing import Hop

MOST_WAYS: Final = 4096  # ours: bounds the memory; then all begin anew


class Way:
    """From one sender to one receiver, in one direction.

    Attributes:
        arrived: the interface that its packets come in by.
        leaves: and go out by.
        index: of `leaves`.
        link: of `leaves`.
    """

    __slots__ = ("_ethernet", "_mac", "_next_hop", "_type", "arrived", "index", "leaves", "link")

    def __init__(self, arrived: Interface, hop: Hop, link: LinkOutput, ethernet_type: int) -> None:
        self.arrived = arrived
        self.leaves = hop.interface
        self.index = hop.interface.index
        self.link = link
        self._next_hop = hop.next_hop
        self._type = ethernet_type
        self._mac: bytes | None = None
        self._ethernet = b""

    def ethernet(self, now: int) -> bytes:
        """The header of the next frame; empty: the neighbour is to be asked for first.

        The neighbour is looked up for each packet, since its state depends on the time; the header
        is made again only where the answer differs.
        """
        mac = self.link.neighbors.lookup(self._next_hop, None, now)
        if mac is not self._mac:
            self._mac = mac
            self._ethernet = b""
            if mac is not None:
                header = Ethernet(destination=mac, source=self.leaves.mac, type=self._type)
                self._ethernet = header.build()
        return self._ethernet


class ForwardingWays:
    """The ways of one family.

    Args:
        ethernet_type: of the family.
    """

    __slots__ = ("_ethernet_type", "_ways")

    def __init__(self, ethernet_type: int) -> None:
        self._ethernet_type = ethernet_type
        self._ways: dict[bytes, Way] = {}

    def __len__(self) -> int:
        """Pairs of addresses that are remembered."""
        return len(self._ways)

    def learn(self, addresses: bytes, arrived: Interface, hop: Hop, link: LinkOutput) -> None:
        """Remember the way of a packet that went on unchanged but for the hop that was counted.

        Args:
            addresses: its source and destination.
            arrived: where it came in.
            hop: where it went.
            link: that of the hop's interface.
        """
        if len(self._ways) >= MOST_WAYS:
            self._ways.clear()
        self._ways[addresses] = Way(arrived, hop, link, self._ethernet_type)

    def forget(self) -> None:
        """Look at every packet anew."""
        self._ways.clear()
