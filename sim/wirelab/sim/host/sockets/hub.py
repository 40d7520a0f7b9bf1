"""Where sockets are made: one hub a host, which knows the layers below."""

from collections.abc import Callable
from errno import EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT
from typing import Final, TypeAlias

from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.events import EchoReply, Event, NeighborFailed, NeighborResolved
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.interface import Interface, is_group
from wirelab.sim.host.local_address import WILDCARDS
from wirelab.sim.host.multicast.multicast import Multicast
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    IPPROTO_ICMP,
    IPPROTO_ICMPV6,
    IPPROTO_TCP,
    IPPROTO_UDP,
    IPPROTO_UDPLITE,
    SOCK_CLOEXEC,
    SOCK_DGRAM,
    SOCK_NONBLOCK,
    SOCK_RAW,
    SOCK_STREAM,
)
from wirelab.sim.host.sockets.datagram import DatagramSocket
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.ping import PingLayer, PingSocket
from wirelab.sim.host.sockets.raw import RawSocket
from wirelab.sim.host.sockets.raw_table import RawLayer, RawTable
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.host.udp import Udp
from wirelab.sim.host.udp.lite import UdpLite
from wirelab.sim.host.upper_protocols import UpperProtocols

_KINDS: Final = range(11)
"""Up to SOCK_PACKET; Linux knows no others."""

_KIND_BITS: Final = 0xF
"""What is above is no type but flags (SOCK_NONBLOCK and such), which are looked at first."""

_FAMILIES: Final = range(46)
"""What Linux has numbers for; of others it does not even look at the type."""

_PROTOCOLS: Final = range(256)

Maker: TypeAlias = Callable[["Sockets", int, int, int], Socket]

_MAKERS: Final[dict[int, dict[int, Maker]]] = {
    SOCK_STREAM: {IPPROTO_TCP: StreamSocket},
    SOCK_DGRAM: {IPPROTO_UDP: DatagramSocket, IPPROTO_UDPLITE: DatagramSocket},
    SOCK_RAW: {},
}
"""The classes of sockets by type and protocol; the first protocol of a type is its usual one."""

_PINGS: Final = {AF_INET: IPPROTO_ICMP, AF_INET6: IPPROTO_ICMPV6}
"""The protocol of datagrams that are echo requests."""


class Sockets:
    """What all sockets of one host share.

    Attributes:
        tcp, udp: the layers below.
        multicast: who is in which group.
        interfaces: the host's.
        zones: scope ids by name of the interface (RFC 4007 section 11.2): index and one.
        emit: takes events.
        ttl: hops of what is sent, where a socket does not say.
        send_buffer_limit, receive_buffer_limit: bytes; the most that SO_SNDBUF and SO_RCVBUF take.
        largest_receive_buffer: bytes; how far TCP may tune a receive buffer.
    """

    __slots__ = (
        "_made",
        "_raw",
        "_routes",
        "_udp_lite",
        "_uppers",
        "emit",
        "interfaces",
        "largest_receive_buffer",
        "multicast",
        "receive_buffer_limit",
        "send_buffer_limit",
        "tcp",
        "ttl",
        "udp",
        "zones",
    )

    def __init__(
        self,
        tcp: TcpLayer,
        udp: Udp,
        routes: Routes,
        multicast: Multicast,
        uppers: UpperProtocols,
        config: HostConfig,
        emit: Callable[[Event], None],
    ) -> None:
        self.tcp = tcp
        self.udp = udp
        self.emit = emit
        self.ttl = config.ttl
        self.send_buffer_limit = config.send_buffer_limit
        self.receive_buffer_limit = config.receive_buffer_limit
        self.largest_receive_buffer = config.tcp.maximum_receive_buffer
        self.multicast = multicast
        self._uppers = uppers
        self.interfaces: list[Interface] = routes.interfaces
        self.zones = {one.name: one.index + 1 for one in self.interfaces}
        self._udp_lite: UdpLite | None = None
        self._raw: RawLayer | None = None
        self._routes = routes
        self._made = 0

    def in_trouble(self, connection: Connection, trouble: Trouble, now: int) -> None:
        """Tell the socket that holds a connection what ICMP says of it."""
        if isinstance(connection.socket, StreamSocket):
            connection.socket.in_trouble(trouble, now)

    def next_cookie(self) -> int:
        """A number that no other socket of this host has (SO_COOKIE)."""
        self._made += 1
        return self._made

    def create(self, family: int, kind: int, protocol: int) -> Socket:
        """See `Host.socket`."""
        blocking = not kind & SOCK_NONBLOCK
        kind &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC)
        if (family in _FAMILIES or kind > _KIND_BITS) and kind not in _KINDS:
            raise invalid(f"socket of type {kind}; give SOCK_STREAM or SOCK_DGRAM")
        if family not in (AF_INET, AF_INET6):
            raise failure(EAFNOSUPPORT, f"socket of family {family}; give AF_INET or AF_INET6")
        if protocol not in _PROTOCOLS:
            raise invalid(f"socket of protocol {protocol}; give 0 to 255")
        found = _MAKERS.get(kind)
        if found is None:
            text = f"socket of type {kind}; give SOCK_STREAM, SOCK_DGRAM or SOCK_RAW"
            raise failure(ESOCKTNOSUPPORT, text)
        protocol = protocol or next(iter(found), 0)
        make = found.get(protocol)
        if kind == SOCK_RAW and protocol:
            make = RawSocket
        elif kind == SOCK_DGRAM and protocol == _PINGS[family]:
            make = PingSocket
        if make is None:
            text = f"socket of type {kind} and protocol {protocol}; "
            raise failure(EPROTONOSUPPORT, text + "give 0 for the usual one of streams, datagrams")
        socket = make(self, family, kind, protocol)
        socket.blocking = blocking
        return socket

    def ping(self, size: int) -> PingLayer:
        """What ping sockets of a family send by: of 4 or of 16 bytes of address."""
        udp = self.udp
        return PingLayer(udp.icmp.pings, udp.output, size, udp.ports.random, udp.is_local)

    @property
    def raw(self) -> RawLayer:
        """What raw sockets send by; it is made with the first of them."""
        if self._raw is None:
            table = RawTable(self._uppers, self.udp.icmp.trouble_listeners)
            self._raw = RawLayer(self.udp.output, table, self.udp.is_local)
        return self._raw

    @property
    def udp_lite(self) -> UdpLite:
        """UDP-Lite; it is made with the first socket that wants it."""
        if self._udp_lite is None:
            lite = self._udp_lite = UdpLite.beside(self.udp)
            self._uppers.speak(lite.protocol, lite.receive, lite.trouble)
        return self._udp_lite

    def may_bind(self, host: bytes) -> bool:
        """Whether sockets may take this local address: one of ours, or a wildcard."""
        return host in WILDCARDS or self.udp.is_local(host)

    def source_for(self, host: bytes, interface: int | None = None) -> bytes:
        """The address that is sent from to `host`; empty without a route."""
        return self.udp.output.source_for(host, interface) or b""

    def interface_of(self, host: bytes) -> int | None:
        """Index of the interface that has an address of ours."""
        for interface in self.interfaces:
            if interface.find(host) is not None:
                return interface.index
        return None

    @property
    def loopback(self) -> int:
        """Index of the loopback interface as applications know it: behind all others."""
        return len(self.interfaces)

    def index_of(self, interface: Interface, destination: bytes) -> int:
        """Index of where a packet came in, as applications know it.

        Of IPv6 to one of our addresses by the loopback link, Linux names who has the address.
        """
        if interface.index >= 0:
            return interface.index
        owner = self.interface_of(destination) if len(destination) == 16 else None
        return self.loopback if owner is None else owner

    def way_to_group(self, group: bytes) -> int:
        """Index of the interface by which a multicast leaves that nobody chose one for."""
        if len(group) != 4:
            return 0
        hop = self._routes.hop(group)
        return 0 if hop is None else hop.interface.index

    def is_broadcast(self, host: bytes) -> bool:
        """Whether an address means everybody on a network."""
        return not is_group(host) and self.is_group(host)

    def is_group(self, host: bytes) -> bool:
        """Whether an address means more than one host."""
        return is_group(host) or any(one.is_broadcast(host) for one in self.interfaces)


def of_sockets(event: Event) -> Event:
    """The same event, about the Berkeley socket where one holds the connection or listener."""
    holder = getattr(event[0], "socket", None)
    if holder is None or isinstance(event, NeighborResolved | NeighborFailed | EchoReply):
        return event
    return event._replace(**{event._fields[0]: holder})
