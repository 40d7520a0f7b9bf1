"""UDP: datagrams in and out of sockets.

Source: RFC 768; RFC 1122 section 4.1; RFC 6056 section 3.3.1 (ephemeral ports).
"""

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from wirelab.codecs import UDP, DecodeError
from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.events import Event, Readable, SocketError
from wirelab.sim.host.icmp import PORT_UNREACHABLE, Icmp, Trouble
from wirelab.sim.host.output import Ipv4Output
from wirelab.sim.reasons import Reason

FIRST_EPHEMERAL: Final = 49_152  # RFC 6335 section 6: 49152 to 65535
EPHEMERAL_BITS: Final = 14

HEADER_LENGTH: Final = 8
LARGEST_PAYLOAD: Final = 65_507
"""bytes: what 16 bits of IPv4 total length leave after both headers."""

OVERHEAD: Final = 64
"""bytes that a queued datagram counts beside its data; ours: a flood of empty ones is bounded."""


class Datagram(NamedTuple):
    """What arrived, and from where."""

    data: bytes
    address: bytes
    port: int


class UdpSocket:
    """One bound port. Made by `Host.udp_bind`.

    Attributes:
        address: local address, or 0.0.0.0 for every one.
        port: local port.
        error: what the network said last about something sent from here (ICMP, ARP), or None
            (RFC 1122 section 4.1.3.3: the application is told).
    """

    __slots__ = ("_buffered", "_queue", "_udp", "address", "closed", "error", "port")

    def __init__(self, udp: "Udp", address: bytes, port: int) -> None:
        self.address = address
        self.port = port
        self.error: Reason | None = None
        self.closed = False
        self._udp = udp
        self._queue: deque[Datagram] = deque()
        self._buffered = 0

    def send_to(self, data: bytes, address: bytes, port: int, now: int) -> None:
        """Send one datagram. It may get lost without a word, as datagrams do.

        Args:
            data: at most 65507 bytes, and what fits the MTU, since nothing is fragmented.
            address: IPv4 address, 4 bytes; a broadcast or multicast address is fine.
            port: 1 to 65535.
            now: ns.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`, `udp.closed`.
        """
        self._check_open()
        self._udp.send(self, data, address, port, now)

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
            self._udp.release(self)

    def deliver(self, datagram: Datagram, limit: int) -> bool:
        """Queue a datagram, if `limit` bytes allow it (RFC 1122 section 4.1.3 has no such rule)."""
        size = len(datagram.data) + OVERHEAD
        if self._buffered + size > limit:
            return False
        self._queue.append(datagram)
        self._buffered += size
        return True

    @property
    def waiting(self) -> int:
        """Datagrams queued."""
        return len(self._queue)

    def _check_open(self) -> None:
        if self.closed:
            raise HostError(Reason.UDP_CLOSED, f"port {self.port}")


class Udp:
    """UDP of one host.

    Args:
        output: the way down.
        icmp: refuses what no socket takes.
        random: chooses ephemeral ports.
        receive_buffer: bytes a socket holds.
        emit: takes events.
        is_local: whether an address is this host's.
    """

    def __init__(
        self,
        output: Ipv4Output,
        icmp: Icmp,
        random: RandomSource,
        receive_buffer: int,
        emit: Callable[[Event], None],
        is_local: Callable[[bytes], bool],
    ) -> None:
        self._output = output
        self._icmp = icmp
        self._random = random
        self._receive_buffer = receive_buffer
        self._emit = emit
        self._is_local = is_local
        self._ports: dict[int, dict[bytes, UdpSocket]] = {}  # port -> local address -> socket

    # --- calls -------------------------------------------------------------------------------

    def bind(self, port: int, address: bytes | None) -> UdpSocket:
        """See `Host.udp_bind`."""
        if not 0 <= port <= 0xFFFF:
            raise ValueError(f"UDP port is {port}; give 0 (any free one) to 65535")
        if address is not None and address != ANY_IPV4 and not self._is_local(address):
            raise HostError(Reason.IP_NOT_MY_ADDRESS, ipv4_text(address))
        if port == 0:
            port = self._free_port()
        wanted = address or ANY_IPV4
        holders = self._ports.setdefault(port, {})
        if holders and (wanted in holders or ANY_IPV4 in (wanted, *holders)):
            raise HostError(Reason.UDP_PORT_IN_USE, f"port {port}")
        socket = holders[wanted] = UdpSocket(self, wanted, port)
        return socket

    def release(self, socket: UdpSocket) -> None:
        """Forget a closed socket."""
        holders = self._ports[socket.port]
        del holders[socket.address]
        if not holders:
            del self._ports[socket.port]

    def send(self, socket: UdpSocket, data: bytes, address: bytes, port: int, now: int) -> None:
        """Send from a socket; see `UdpSocket.send_to`."""
        if not 1 <= port <= 0xFFFF:
            raise ValueError(f"UDP port to send to is {port}; give 1 to 65535")
        source = self._output.source_for(address)
        if source is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ipv4_text(address)}")
        if socket.address != ANY_IPV4:
            source = socket.address
        if len(data) > LARGEST_PAYLOAD:
            raise HostError(Reason.IP_TOO_BIG_DF, f"{len(data)} bytes, at most {LARGEST_PAYLOAD}")
        header = UDP(source_port=socket.port, destination_port=port)
        refused = self._output.send(header, data, source, address, now)
        if refused is not None:
            detail = f"{len(data)} bytes, path MTU {self._output.mtu_for(address)}"
            raise HostError(refused, detail)

    def _free_port(self) -> int:
        """RFC 6056 section 3.3.1: start at random, then the next free one."""
        start = self._random.getrandbits(EPHEMERAL_BITS)
        for step in range(1 << EPHEMERAL_BITS):
            port = FIRST_EPHEMERAL + (start + step) % (1 << EPHEMERAL_BITS)
            if port not in self._ports:
                return port
        raise HostError(Reason.UDP_PORT_IN_USE, "every port from 49152 to 65535")

    # --- in ----------------------------------------------------------------------------------

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take a datagram: length, checksum (RFC 1122 section 4.1.3.4), socket, buffer."""
        ip, frame, offset = arrival.ip, arrival.frame, arrival.offset
        try:
            header = UDP.parse(frame, offset, arrival.end, strict=False)
        except DecodeError as error:
            return Drop(Reason.UDP_BAD_LENGTH, str(error))
        if not HEADER_LENGTH <= header.length <= arrival.end - offset:
            detail = f"length {header.length} in {arrival.end - offset} bytes (RFC 768)"
            return Drop(Reason.UDP_BAD_LENGTH, detail)
        end = offset + header.length
        if not arrival.trusted and not UDP.checksum_ok(frame, offset, end, ip):
            return Drop(Reason.UDP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        port = header.destination_port
        socket = self._socket(ip.destination, port)
        if socket is None:
            detail = f"port {port} is closed"
            return self._icmp.refuse(arrival, PORT_UNREACHABLE, Reason.UDP_NO_SOCKET, detail, now)
        data = frame[offset + HEADER_LENGTH : end]
        if not socket.deliver(Datagram(data, ip.source, header.source_port), self._receive_buffer):
            detail = f"port {port} holds {socket.waiting} datagrams nobody has read"
            return Drop(Reason.UDP_BUFFER_FULL, detail)
        if socket.waiting == 1:
            self._emit(Readable(socket))
        return None

    def trouble(self, trouble: Trouble, now: int) -> bool:
        """Tell a socket what became of its datagram (RFC 1122 section 4.1.3.3)."""
        port = int.from_bytes(trouble.packet[trouble.offset : trouble.offset + 2], "big")
        socket = self._socket(trouble.quoted.source, port)
        if socket is None:
            return False
        socket.error = trouble.reason
        self._emit(SocketError(socket, trouble.reason))
        return True

    def _socket(self, address: bytes, port: int) -> UdpSocket | None:
        holders = self._ports.get(port)
        if holders is None:
            return None
        return holders.get(address) or holders.get(ANY_IPV4)
