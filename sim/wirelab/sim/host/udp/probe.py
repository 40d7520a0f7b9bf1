"""One datagram that asks the path a question: whoever answers, and how, is told as an event.

This is what traceroute sends (RFC 1812 section 5.3.1: a router that discards it for its TTL says
so), and what finds out whether a port is open.
"""

from collections.abc import Callable

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.events import Event, ProbeAnswered
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.local_address import EVERYWHERE
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.udp.endpoint import Datagram, Endpoint
from wirelab.sim.host.udp.layer import Udp


class UdpProbe(Endpoint):
    """A probe and the port that it was sent from. Make it with `Host.udp_probe`.

    Args:
        udp: the host's.
        destination: 4 or 16 bytes.
        port: there.
        payload: of the datagram.
        now: ns.
        manner: how it is sent.
        emit: takes events.
    """

    __slots__ = ("_emit", "_udp", "closed")

    def __init__(
        self,
        udp: Udp,
        destination: bytes,
        port: int,
        payload: bytes,
        now: int,
        manner: Manner,
        emit: Callable[[Event], None],
    ) -> None:
        super().__init__()
        self._udp = udp
        self._emit = emit
        self.closed = False
        self.remote = (destination, port)
        udp.ports.enter(self, EVERYWHERE, 0)
        try:
            udp.send(self, payload, destination, port, now, manner)
        except BaseException:
            self.close(now)
            raise

    def close(self, now: int) -> None:
        """Wait for no answer any longer. Closing twice is fine."""
        if not self.closed:
            self.closed = True
            self._udp.ports.release(self)

    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """The destination has answered."""
        self._emit(ProbeAnswered(self, datagram.address, None))
        return None

    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """Somebody on the way, or the destination, says why it got no further."""
        self._emit(ProbeAnswered(self, trouble.source, trouble.reason))
