"""UDP for services: a port whose datagrams are handed over as they come, and never queued."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.udp import Datagram, Endpoint, Udp
from wirelab.sim.reasons import Reason


class Message(NamedTuple):
    """A datagram that came in.

    Attributes:
        data: its payload.
        address, port: who sent it.
        destination: where it was sent to: an address of ours, a broadcast or a multicast.
        interface: index of the interface that it came in by.
        unicast: it was sent to this host alone.
    """

    data: bytes
    address: bytes
    port: int
    destination: bytes
    interface: int
    unicast: bool


Receiver: TypeAlias = Callable[[Message, int], None]
"""Takes a datagram and `now`."""

TroubleTaker: TypeAlias = Callable[[Trouble, int], None]
"""Takes what the network says about a datagram that was sent from here, and `now`."""


class Port(Endpoint):
    """A UDP port of a service; `Desk.udp` makes it."""

    __slots__ = ("_receive", "_trouble", "_udp", "closed")

    def __init__(self, udp: Udp, receive: Receiver, trouble: TroubleTaker | None) -> None:
        super().__init__()
        self._udp = udp
        self._receive = receive
        self._trouble = trouble
        self.closed = False

    def __repr__(self) -> str:
        return f"<Port {self.port}>"

    def send(
        self,
        data: bytes,
        address: bytes,
        port: int,
        now: int,
        manner: Manner = USUAL,
        own: bytes = b"",
    ) -> Reason | None:
        """Send one datagram, in a special manner or the usual one; `own`: from this address.

        Returns:
            None when it is on its way, else why not (`ip.no_route`, `ip.too_big_df`,
            `udp.closed`): a service has nobody to raise at.
        """
        if self.closed:
            return Reason.UDP_CLOSED
        try:
            self._udp.send(self, data, address, port, now, manner, own)
        except HostError as error:
            return error.reason
        return None

    def close(self, now: int) -> None:
        """Give the port back. Closing twice is fine."""
        if not self.closed:
            self.closed = True
            self._udp.ports.release(self)

    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """Hand a datagram to the service."""
        where = (arrival.ip.destination, arrival.interface.index, arrival.unicast)
        self._receive(Message(*datagram, *where), now)
        return None

    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """Tell the service what became of a datagram."""
        if self._trouble is not None:
            self._trouble(trouble, now)
