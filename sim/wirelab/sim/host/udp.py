"""UDP: datagrams in and out of sockets.

Source: RFC 768; RFC 1122 section 4.1; RFC 6056 section 3.3.1 (ephemeral ports).
"""

from abc import ABC, abstractmethod
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
from wirelab.sim.host.icmp.icmpv4 import PORT_UNREACHABLE, Icmp
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.ipv4.output import Ipv4Output
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.tcp.ports import spread
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


def buffer_full(port: int, waiting: int) -> Drop:
    """What becomes of a datagram that there is no room for."""
    return Drop(Reason.UDP_BUFFER_FULL, f"port {port} holds {waiting} datagrams nobody has read")


class Endpoint(ABC):
    """Somebody who holds a port: `UdpSocket`, or what a Berkeley socket keeps for itself.

    Attributes:
        address: local address, or 0.0.0.0 for every one.
        port: local port; 0 before it has one.
        remote: address and port of the only peer that it hears, or None for all; of a peer with
            port 0, every port.
        reuse_address, reuse_port: it shares its port with others who agree (socket(7)).
    """

    __slots__ = ("address", "port", "remote", "reuse_address", "reuse_port")

    def __init__(self) -> None:
        self.address = ANY_IPV4
        self.port = 0
        self.remote: tuple[bytes, int] | None = None
        self.reuse_address = False
        self.reuse_port = False

    def hears(self, address: bytes, port: int) -> bool:
        """Whether datagrams from there are for it."""
        remote = self.remote
        return remote is None or (remote[0] == address and remote[1] in (0, port))

    @abstractmethod
    def deliver(self, datagram: Datagram, arrival: Arrival, now: int) -> Drop | None:
        """Take a datagram; returns None, or why not."""

    @abstractmethod
    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """The network says something about a datagram that was sent from here."""


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
        if not 1 <= port <= 0xFFFF:
            raise ValueError(f"UDP port to send to is {port}; give 1 to 65535")
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


class Udp:
    """UDP of one host.

    Args:
        output: the way down.
        icmp: refuses what no socket takes.
        random: chooses ephemeral ports.
        receive_buffer: bytes a socket holds.
        emit: takes events.
        is_local: whether an address is this host's.

    Attributes:
        receive_buffer: bytes that a socket holds unless it says otherwise.
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
        self.receive_buffer = receive_buffer
        self._emit = emit
        self._is_local = is_local
        self._ports: dict[int, list[Endpoint]] = {}

    # --- calls -------------------------------------------------------------------------------

    def bind(self, port: int, address: bytes | None) -> UdpSocket:
        """See `Host.udp_bind`."""
        if address is not None and address != ANY_IPV4 and not self._is_local(address):
            raise HostError(Reason.IP_NOT_MY_ADDRESS, ipv4_text(address))
        socket = UdpSocket(self, self.receive_buffer, self._emit)
        self.enter(socket, address or ANY_IPV4, port)
        return socket

    def enter(self, endpoint: Endpoint, address: bytes, port: int) -> None:
        """Give a port to an endpoint.

        Args:
            endpoint: gets `address` and `port` set.
            address: the local one, or 0.0.0.0 for all.
            port: 0 for any free one.

        Raises:
            HostError: `udp.port_in_use`: by somebody whose address overlaps and who does not share
                (both SO_REUSEADDR, or both SO_REUSEPORT).
            ValueError: a port that does not exist.
        """
        if not 0 <= port <= 0xFFFF:
            raise ValueError(f"UDP port is {port}; give 0 (any free one) to 65535")
        if port == 0:
            port = self._free_port()
        for other in self._ports.get(port, ()):
            overlap = other.address == address or ANY_IPV4 in (other.address, address)
            if overlap and not _share(endpoint, other):
                raise HostError(Reason.UDP_PORT_IN_USE, f"port {port}")
        endpoint.address, endpoint.port = address, port
        self._ports.setdefault(port, []).append(endpoint)

    def release(self, endpoint: Endpoint) -> None:
        """Take its port from an endpoint."""
        holders = self._ports[endpoint.port]
        holders.remove(endpoint)
        if not holders:
            del self._ports[endpoint.port]

    def send(
        self,
        endpoint: Endpoint,
        data: bytes,
        address: bytes,
        port: int,
        now: int,
        manner: Manner = USUAL,
        own: bytes = b"",
        checksum: bool = True,
    ) -> None:
        """Send from an endpoint; see `UdpSocket.send_to`.

        Args:
            endpoint: whose port it comes from.
            data: the payload.
            address: where it goes.
            port: there.
            now: ns.
            manner: how.
            own: source address; goes before the bound one. Empty: it does not.
            checksum: off: none is computed, which RFC 1122 section 4.1.3.4 allows.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`.
        """
        usual = self._output.source_for(address)
        if usual is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ipv4_text(address)}")
        source = own or (usual if endpoint.address == ANY_IPV4 else endpoint.address)
        if len(data) > LARGEST_PAYLOAD:
            raise HostError(Reason.IP_TOO_BIG_DF, f"{len(data)} bytes, at most {LARGEST_PAYLOAD}")
        header = UDP(source_port=endpoint.port, destination_port=port)
        if not checksum:
            header.checksum = 0
        refused = self._output.send(header, data, source, address, now, manner)
        if refused is not None:
            mtu = manner.largest or self._output.mtu_for(address)
            detail = f"{len(data)} bytes, path MTU {mtu}"
            raise HostError(refused, detail)

    def source_for(self, address: bytes) -> bytes | None:
        """The address to send from to `address`, or None without a route."""
        return self._output.source_for(address)

    def mtu_for(self, address: bytes) -> int:
        """Largest IP packet on the way to `address`, bytes."""
        return self._output.mtu_for(address)

    def link_mtu_for(self, address: bytes) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        return self._output.link_mtu_for(address)

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
        datagram = Datagram(frame[offset + HEADER_LENGTH : end], ip.source, header.source_port)
        port = header.destination_port
        if not self._is_local(ip.destination):
            return self._deliver_to_all(datagram, arrival, port, now)
        endpoint = self._find(ip.destination, port, ip.source, header.source_port)
        if endpoint is None:
            detail = f"port {port} is closed"
            return self._icmp.refuse(arrival, PORT_UNREACHABLE, Reason.UDP_NO_SOCKET, detail, now)
        return endpoint.deliver(datagram, arrival, now)

    def _deliver_to_all(
        self, datagram: Datagram, arrival: Arrival, port: int, now: int
    ) -> Drop | None:
        """A broadcast goes to everybody who hears it (RFC 1122 section 4.1.3.6)."""
        hearers = [
            endpoint
            for endpoint in self._ports.get(port, ())
            if endpoint.address in (ANY_IPV4, arrival.ip.destination)
            and endpoint.hears(datagram.address, datagram.port)
        ]
        if not hearers:
            return Drop(Reason.UDP_NO_SOCKET, f"port {port} is closed")
        refusals = [endpoint.deliver(datagram, arrival, now) for endpoint in hearers]
        return None if None in refusals else refusals[0]

    def trouble(self, trouble: Trouble, now: int) -> bool:
        """Tell who sent it what became of a datagram (RFC 1122 section 4.1.3.3)."""
        packet, at = trouble.packet, trouble.offset
        port = int.from_bytes(packet[at : at + 2], "big")
        remote_port = int.from_bytes(packet[at + 2 : at + 4], "big")
        quoted = trouble.quoted
        endpoint = self._find(quoted.source, port, quoted.destination, remote_port)
        if endpoint is None:
            return False
        endpoint.in_trouble(trouble, now)
        return True

    def _find(self, local: bytes, port: int, remote: bytes, remote_port: int) -> Endpoint | None:
        """Who fits best: the peer counts more than the address, and the youngest more than others.

        Endpoints that share by SO_REUSEPORT each take a part of the peers.
        """
        best: list[Endpoint] = []
        highest = -1
        for endpoint in self._ports.get(port, ()):
            if endpoint.address not in (ANY_IPV4, local):
                continue
            if not endpoint.hears(remote, remote_port):
                continue
            score = 2 * (endpoint.remote is not None) + (endpoint.address != ANY_IPV4)
            if score > highest:
                best, highest = [], score
            if score == highest:
                best.append(endpoint)
        if len(best) < 2:
            return best[0] if best else None
        if not best[-1].reuse_port:
            return best[-1]
        return best[spread(remote, remote_port, len(best))]


def _share(one: Endpoint, other: Endpoint) -> bool:
    return (one.reuse_address and other.reuse_address) or (one.reuse_port and other.reuse_port)
