"""The way of TCP's ready-made frames in a host with hooks: each packet passes them.

Rule: a host without hooks never comes here, and connections find their way anew when the first hook
is added or the last one goes (`Ipv4Output.forget_paths`).
"""

from collections.abc import Callable

from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.link_output import LinkOutput, NeighborLookup
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.reasons import Reason


class HookedLink:
    """A `LinkOutput` that asks the hooks, and then another link.

    Args:
        link: the other link.
        hooks: of the host.
        interface: where the packets leave.
        refused: told why a packet was stopped.
    """

    __slots__ = ("_hooks", "_interface", "_link", "_refused", "transmit")

    def __init__(
        self,
        link: LinkOutput,
        hooks: PacketHooks,
        interface: Interface,
        refused: Callable[[Reason], None],
    ) -> None:
        self._link = link
        self._hooks = hooks
        self._interface = interface
        self._refused = refused
        self.transmit = link.transmit

    @property
    def neighbors(self) -> NeighborLookup:
        """Neighbours that nobody knows, so that every packet comes by `send_packet`."""
        return self

    def lookup(self, address: bytes, packet: bytes | None, now: int) -> None:
        """A ready-made frame would pass by the hooks: there is no address to make one with."""

    def doubt(self, address: bytes, now: int) -> None:
        """Pass the doubt on."""
        self._link.neighbors.doubt(address, now)

    def send_packet(self, packet: bytes, next_hop: bytes, now: int) -> None:
        """Ask the hooks, then send to a neighbour."""
        judged = self._hooks.leaving(packet, None, self._interface, now)
        if isinstance(judged, Drop):
            self._refused(judged.reason)
        else:
            self._link.send_packet(judged, next_hop, now)

    def send_to_mac(self, packet: bytes, mac: bytes) -> None:
        """Put a packet into a frame; who sends to a group has asked the hooks."""
        self._link.send_to_mac(packet, mac)
