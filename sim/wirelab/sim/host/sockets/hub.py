"""Where sockets are made: one hub a host, which knows the layers below."""

from collections.abc import Callable
from errno import EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT
from typing import Final

from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.events import EchoReply, Event, NeighborFailed, NeighborResolved
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.interface import is_multicast
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IPPROTO_IP,
    IPPROTO_TCP,
    IPPROTO_UDP,
    SOCK_CLOEXEC,
    SOCK_DGRAM,
    SOCK_NONBLOCK,
    SOCK_RAW,
    SOCK_STREAM,
)
from wirelab.sim.host.sockets.datagram import DatagramSocket
from wirelab.sim.host.sockets.failures import failure, invalid
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.host.udp import Udp

_KINDS: Final = range(11)
"""Up to SOCK_PACKET; Linux knows no others."""

_KIND_BITS: Final = 0xF
"""What is above is no type but flags (SOCK_NONBLOCK and such), which are looked at first."""

_FAMILIES: Final = range(46)
"""What Linux has numbers for; of others it does not even look at the type."""

_PROTOCOLS: Final = range(256)

_MAKERS: Final[dict[int, tuple[int, Callable[["Sockets", int, int, int], Socket]]]] = {
    SOCK_STREAM: (IPPROTO_TCP, StreamSocket),
    SOCK_DGRAM: (IPPROTO_UDP, DatagramSocket),
}
"""The protocol of each type, and the class of its sockets."""


class Sockets:
    """What all sockets of one host share.

    Attributes:
        tcp, udp: the layers below.
        emit: takes events.
        ttl: hops of what is sent, where a socket does not say.
        send_buffer_limit, receive_buffer_limit: bytes; the most that SO_SNDBUF and SO_RCVBUF take.
        largest_receive_buffer: bytes; how far TCP may tune a receive buffer.
    """

    __slots__ = (
        "_made",
        "_routes",
        "emit",
        "largest_receive_buffer",
        "receive_buffer_limit",
        "send_buffer_limit",
        "tcp",
        "ttl",
        "udp",
    )

    def __init__(
        self,
        tcp: TcpLayer,
        udp: Udp,
        routes: Routes,
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
        known = family in _FAMILIES
        if (known or kind > _KIND_BITS) and kind not in _KINDS:
            raise invalid(f"socket of type {kind}; give SOCK_STREAM or SOCK_DGRAM")
        if family != AF_INET:
            raise failure(EAFNOSUPPORT, f"socket of family {family}; give AF_INET")
        if protocol not in _PROTOCOLS:
            raise invalid(f"socket of protocol {protocol}; give 0 to 255")
        found = _MAKERS.get(kind)
        if found is None:
            number = EPROTONOSUPPORT if kind == SOCK_RAW else ESOCKTNOSUPPORT
            raise failure(number, f"socket of type {kind}; give SOCK_STREAM or SOCK_DGRAM")
        right, make = found
        if protocol not in (IPPROTO_IP, right):
            text = f"socket of type {kind} and protocol {protocol}; give 0 or {right}"
            raise failure(EPROTONOSUPPORT, text)
        socket = make(self, family, kind, right)
        socket.blocking = blocking
        return socket

    def may_bind(self, host: bytes) -> bool:
        """Whether sockets may take this local address: one of ours, or 0.0.0.0 for all."""
        return host == ANY_IPV4 or self._routes.is_local(host)

    def source_for(self, host: bytes) -> bytes:
        """The address that connections to `host` leave from; 0.0.0.0 without a route."""
        return self.udp.output.source_for(host) or ANY_IPV4

    def is_broadcast(self, host: bytes) -> bool:
        """Whether an address means everybody on a network."""
        return self.is_group(host) and not is_multicast(host)

    def is_group(self, host: bytes) -> bool:
        """Whether an address means more than one host."""
        hop = self._routes.hop(host)
        return hop is not None and hop.is_group


def of_sockets(event: Event) -> Event:
    """The same event, about the Berkeley socket where one holds the connection or listener."""
    holder = getattr(event[0], "socket", None)
    if holder is None or isinstance(event, NeighborResolved | NeighborFailed | EchoReply):
        return event
    return event._replace(**{event._fields[0]: holder})
