"""The socket of `Host.udp_bind`: one bound port, and what arrived there."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.events import Event, Readable, SocketError
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.udp.endpoint import OVERHEAD, Datagram, Endpoint, buffer_full
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.udp.layer import Udp

SURE_TO_FIT: Final = 512
"""bytes: what even a path of 576 bytes takes (RFC 791 section 3.1), with room for options."""

_HEADERS: Final = {4: 28, 16: 48}
"""bytes of IP and UDP header, by the length of an address."""


class UdpSocket(Endpoint):
    """One bound port. Made by `Host.udp_bind`.

    Attributes:
        error: what the network said last about something sent from here (ICMP, ARP), or None
            (RFC 1122 section 4.1.3.3: the application is told).
    """

    __slots__ = ("_buffered", "_emit", "_limit", "_queue", "_udp", "closed", "error")

    def __init__(self, udp: "Udp", limit: int, emit: Callable[[Event], None]) -> None:
        """Take no port yet; `limit` is how many bytes are held for the application."""
        super().__init__()
        self.error: Reason | None = None
        self.closed = False
        self._udp = udp
        self._limit = limit
        self._emit = emit
        self._queue: deque[Datagram] = deque()
        self._buffered = 0

    def send_to(
        self, data: bytes, address: bytes, port: int, now: int, manner: Manner = USUAL
    ) -> None:
        """Send one datagram. It may get lost without a word, as datagrams do.

        Args:
            data: at most 65507 bytes. What is longer than the path's MTU is cut (RFC 1122 section
                3.3.3), unless `manner.largest` says how long a packet may be.
            address: of either family; a broadcast or multicast address is fine.
            port: 1 to 65535.
            now: ns.
            manner: how, where that is not as usual.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`, `udp.closed`.
        """
        self._check_open()
        if not 1 <= port <= 0xFFFF:
            raise ValueError(f"UDP port to send to is {port}; give 1 to 65535")
        if len(data) > SURE_TO_FIT and manner.largest is None:
            whole = len(data) + _HEADERS[len(address)]
            if whole > self._udp.output.mtu_for(address, manner.interface):
                manner = manner._replace(dont_fragment=False)
        self._udp.send(self, data, address, port, now, manner)

    def receive_from(self, now: int) -> Datagram | WouldBlock:
        """The oldest datagram, or `WOULD_BLOCK`: then `Readable` will follow.

        Raises:
            HostError: `udp.closed`.
        """
        self._check_open()
        if not self._queue:
            return WOULD_BLOCK
        datagram = self._queue.popleft()
        self._buffered -= len(datagram.data) + OVERHEAD
        return datagram

    def close(self, now: int) -> None:
        """Give the port back and forget what was not read. Closing twice is fine."""
        if not self.closed:
            self.closed = True
            self._queue.clear()
            self._udp.ports.release(self)

    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """Queue a datagram, if the buffer allows it (RFC 1122 section 4.1.3 has no such rule)."""
        size = len(datagram.data) + OVERHEAD
        if self._buffered + size > self._limit:
            return buffer_full(self.port, len(self._queue))
        self._queue.append(datagram)
        self._buffered += size
        if len(self._queue) == 1:
            self._emit(Readable(self))
        return None

    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """Keep what the network says, and tell the application (RFC 1122 section 4.1.3.3)."""
        self.error = trouble.reason
        self._emit(SocketError(self, trouble.reason))

    @property
    def waiting(self) -> int:
        """Datagrams queued."""
        return len(self._queue)

    def _check_open(self) -> None:
        if self.closed:
            raise HostError(Reason.UDP_CLOSED, f"port {self.port}")
