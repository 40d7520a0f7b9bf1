"""What a datagram socket keeps while nobody reads: datagrams, and news of those that it sent."""

from collections import deque
from collections.abc import Callable
from errno import EMSGSIZE
from typing import TYPE_CHECKING, Final, NamedTuple

from wirelab.codecs import IPv6
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.events import Event, Readable, SocketError
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.sockets import memberships
from wirelab.sim.host.sockets.constants import IP_RECVOPTS, IP_RETOPTS, SOL_IP
from wirelab.sim.host.sockets.control6 import HEADERS_WANTED
from wirelab.sim.host.sockets.error_queue import ErrorQueue, errno_of_icmp, from_icmp
from wirelab.sim.host.tcp.socket_options import PMTUDISC_DONT
from wirelab.sim.host.udp import OVERHEAD, Datagram, Endpoint, buffer_full
from wirelab.sim.reasons import Reason

_IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.datagram_state import DatagramState

_HEADERS_WANTED: Final = HEADERS_WANTED | {(SOL_IP, IP_RECVOPTS), (SOL_IP, IP_RETOPTS)}


class Arrived(NamedTuple):
    """A datagram and what IP said about it.

    Attributes:
        data, address, port: its payload, and who sent it.
        destination: where it was sent to: one of our addresses, or a broadcast or multicast.
        local, local_port: our address there, and the socket's port.
        ttl, tos, flow: of its IP header: hops, DSCP and ECN, flow label of IPv6.
        interface: index of where it came in.
        at: when, ns.
        headers: its IP header with options or extension headers, if the socket wants them.
    """

    data: bytes
    address: bytes
    port: int
    destination: bytes
    local: bytes
    local_port: int
    ttl: int
    tos: int
    interface: int
    at: int
    flow: int = 0
    headers: bytes = b""


class Mailbox(Endpoint):
    """The port of a Berkeley datagram socket.

    Attributes:
        errors: for IP_RECVERR.
        error: the errno that waits to be told (SO_ERROR), or 0.
        dropped: datagrams for which there was no room (SO_RXQ_OVFL).
    """

    __slots__ = ("_buffered", "_emit", "_queue", "_socket", "dropped", "error", "errors")

    def __init__(self, socket: "DatagramState", emit: Callable[[Event], None]) -> None:
        super().__init__()
        self.errors = ErrorQueue()
        self.error = 0
        self.dropped = 0
        self._socket = socket
        self._emit = emit
        self._queue: deque[Arrived] = deque()
        self._buffered = 0

    def __len__(self) -> int:
        return len(self._queue)

    def hears_group(self, group: bytes, source: bytes, interface: int) -> bool:
        """Whether a multicast is for this socket: its own filter, or IP_MULTICAST_ALL, decides."""
        return memberships.hears(self._socket, group, source, interface)

    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """Queue a datagram, if SO_RCVBUF allows it."""
        ttl, minimum = arrival.ttl, self._socket.options.minimum_ttl
        if ttl < minimum:
            return Drop(Reason.IP_TTL_BELOW_MINIMUM, f"TTL {ttl}, at least {minimum}")
        size = len(datagram.data) + OVERHEAD
        if self._buffered + size > self._socket.receive_buffer_size:
            self.dropped += 1
            return buffer_full(self.port, len(self._queue))
        self._buffered += size
        self._queue.append(self._arrived(datagram, arrival, ttl, now))
        if len(self._queue) == 1:
            self._emit(Readable(self._socket))
        return None

    def _arrived(self, datagram: Datagram, arrival: Arrival, ttl: int, now: int) -> Arrived:
        ip, interface = arrival.ip, arrival.interface
        wants_headers = not _HEADERS_WANTED.isdisjoint(self._socket.settings)
        return Arrived(
            *datagram,
            ip.destination,
            ip.destination if arrival.unicast else interface.address,
            self.port,
            ttl,
            arrival.tos,
            self._socket.hub.index_of(interface, ip.destination),
            now,
            ip.flow_label if isinstance(ip, IPv6) else 0,
            _headers(arrival) if wants_headers else b"",
        )

    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """Linux: __udp4_lib_err. Without IP_RECVERR only who is connected hears, of hard errors."""
        socket = self._socket
        number, hard = errno_of_icmp(trouble)
        if number == EMSGSIZE and socket.options.mtu_discover == PMTUDISC_DONT:
            return
        if socket.options.receive_errors:
            self.errors.add(from_icmp(trouble, socket.header_length, socket.family))
        elif not hard or self.remote is None:
            return
        self.error = number
        self._emit(SocketError(socket, trouble.reason))

    def peek(self) -> Arrived | None:
        """The oldest datagram, which stays, or None."""
        return self._queue[0] if self._queue else None

    def take(self) -> Arrived:
        """Remove and return the oldest datagram; there is one."""
        datagram = self._queue.popleft()
        self._buffered -= len(datagram.data) + OVERHEAD
        return datagram


def _headers(arrival: Arrival) -> bytes:
    """The IP headers of a packet, with what we have written into its options."""
    ip, start = arrival.ip, arrival.start
    if isinstance(ip, IPv6):
        return arrival.frame[start : arrival.offset]
    return arrival.frame[start : start + _IPV4_HEADER] + ip.option_bytes
