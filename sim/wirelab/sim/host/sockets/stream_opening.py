"""How a TCP socket gets its connection: bind, listen, accept, connect, and back."""

from errno import (
    EADDRINUSE,
    EADDRNOTAVAIL,
    EALREADY,
    ECONNABORTED,
    ECONNRESET,
    EINPROGRESS,
    EISCONN,
)
from typing import TYPE_CHECKING, Self

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.local_address import WILDCARDS
from wirelab.sim.host.sockets.addresses import AnyAddress, SocketAddress
from wirelab.sim.host.sockets.constants import (
    IP_BIND_ADDRESS_NO_PORT,
    SOCK_CLOEXEC,
    SOCK_NONBLOCK,
    SOL_IP,
    SOMAXCONN,
)
from wirelab.sim.host.sockets.failures import failure, invalid, refused, would_block
from wirelab.sim.host.sockets.families import everywhere, local_of, remote_of, way_of
from wirelab.sim.host.sockets.stream_state import OPENING, Phase, StreamState
from wirelab.sim.host.tcp.ports import Binding
from wirelab.sim.host.tcp.states import CLOSED
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection


class StreamOpening(StreamState):
    """The calls that open; `StreamSocket` adds those that move bytes, and that close."""

    __slots__ = ()

    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Take a port of one address or of all; see `Socket.bind`."""
        self._check_open("bind")
        place = self._parse(address)
        host, port = local_of(self, place, "bind"), place.port
        if not self.hub.may_bind(host):
            text = f"bind to {ip_text(host)}: no address of this host"
            raise failure(EADDRNOTAVAIL, text, Reason.IP_NOT_MY_ADDRESS)
        if self._binding is not None or self.state != CLOSED or self._connection is not None:
            raise invalid(f"bind of {self!r}: it has an address already")
        if not port and self.settings.get((SOL_IP, IP_BIND_ADDRESS_NO_PORT)):
            self._binding = self.hub.tcp.bind_address(host, self.options)
        else:
            self._binding = self._bind(host, port)

    def _bind(self, host: bytes, port: int) -> Binding:
        try:
            return self.hub.tcp.bind(host, port, self.options)
        except HostError as error:
            raise refused(error.reason, f"bind to {self._address(host, port)}") from None

    def listen(self, backlog: int = 128, *, now: int) -> None:
        """Take connections; `backlog` bounds those that wait (0 to 4096; negative: 4096).

        Raises:
            OSError: EINVAL on a socket that connects or is connected, EADDRINUSE.
        """
        self._check_open("listen")
        if backlog < 0 or backlog > SOMAXCONN:
            backlog = SOMAXCONN
        if self._listener is not None:
            self._listener.backlog = backlog
            return
        if self._phase is not Phase.UNCONNECTED or self.state != CLOSED:
            raise invalid(f"listen on {self!r}: it is no fresh or bound socket")
        if self._binding is None or not self._binding.port:
            host = self._binding.address if self._binding else everywhere(self)
            self._binding = self._bind(host, 0)
        binding, self._connection = self._binding, None
        try:
            self._listener = self.hub.tcp.listen(
                binding.port, now, backlog=backlog, options=self.options, binding=binding
            )
        except HostError as error:
            raise failure(EADDRINUSE, f"listen on {self!r}", error.reason) from None
        self._listener.socket = self
        self._receive_shut = self._send_shut = False

    def accept(self, flags: int = 0, *, now: int) -> tuple[Self, AnyAddress]:
        """Take the connection that has waited longest, and its peer's address.

        The new socket inherits the options. `flags`: SOCK_NONBLOCK, SOCK_CLOEXEC (accept4).

        Raises:
            OSError: EAGAIN when none waits, EINVAL when this socket does not listen.
        """
        self._check_open("accept")
        if flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC):
            raise invalid(f"accept flags {flags:#x}; give SOCK_NONBLOCK, SOCK_CLOEXEC or 0")
        if self._listener is None:
            raise invalid(f"accept on {self!r}: it does not listen")
        connection = self._listener.accept(now)
        if connection is WOULD_BLOCK:
            raise would_block(self, "accept")
        accepted = type(self)(self.hub, self.family, self.type, self.protocol)
        accepted.device = self.device
        accepted.blocking = not flags & SOCK_NONBLOCK
        accepted.settings.update(self.settings)
        accepted._attach(connection)
        accepted._phase = Phase.CONNECTED
        return accepted, self._remote_name(connection)

    def _attach(self, connection: "Connection") -> None:
        self._connection = connection
        self.options = connection.options
        connection.socket = self
        self._failure_told = False

    def connect(self, address: SocketAddress | None, *, now: int) -> None:
        """Open a connection; None (AF_UNSPEC) ends it and makes the socket a fresh one.

        The first call begins and raises EINPROGRESS; once the socket is writable, SO_ERROR or a
        second call tells what came of it.

        Raises:
            OSError: EINPROGRESS, EALREADY (still connecting), EISCONN, ECONNREFUSED, ETIMEDOUT,
                ENETUNREACH, EADDRNOTAVAIL, ...
        """
        self._check_open("connect")
        if address is None:
            self._disconnect(now)
            self._phase = Phase.UNCONNECTED
            return
        place = self._parse(address)
        if self._phase is Phase.CONNECTED:
            raise failure(EISCONN, f"connect of {self!r}")
        if self._phase is Phase.DISCONNECTING:
            raise invalid(f"connect of {self!r}: it was shut down while connecting")
        if self._phase is Phase.UNCONNECTED:
            if self.state != CLOSED:
                raise failure(EISCONN, f"connect of {self!r}")
            host, port = remote_of(self, place, "connect"), place.port
            self.device = way_of(self, place, "connect")
            if self.options.fast_open_connect and self.hub.tcp.fast_open_ready(host, now):
                self._defer(host, port)
                return
            self._open(host, port, now, self.options.fast_open_connect)
            raise failure(EINPROGRESS, f"connect to {self._address(host, port)} has begun")
        if self._deferred is not None:
            raise failure(EISCONN, f"connect of {self!r}: the first send will connect it")
        if self.state in OPENING:
            raise failure(EALREADY, f"connect of {self!r}: it goes on")
        if self.state == CLOSED:
            self._fail_to_connect(now)
        self._phase = Phase.CONNECTED

    def _defer(self, host: bytes, port: int) -> None:
        """TCP_FASTOPEN_CONNECT with a cookie at hand: nothing is sent before there is text."""
        if self._binding is None:
            self._binding = self._bind(self.hub.source_for(host, self.device), 0)
        self._deferred = (host, port)
        self._phase = Phase.CONNECTING

    def _open(self, host: bytes, port: int, now: int, fast: bool = False) -> None:
        where = f"connect to {self._address(host, port)}"
        if self.hub.is_group(host):
            raise refused(Reason.TCP_BROADCAST, where)
        try:
            connection = self.hub.tcp.connect(
                host,
                port,
                now,
                options=self.options,
                binding=self._binding,
                fast=fast,
                interface=self.device,
            )
        except HostError as error:
            if error.reason is Reason.TCP_PORT_IN_USE:
                raise failure(EADDRNOTAVAIL, where, error.reason) from None
            raise refused(error.reason, where) from None
        self._attach(connection)
        self._receive_shut = self._send_shut = False
        self._phase = Phase.CONNECTING

    def _fail_to_connect(self, now: int) -> None:
        """The attempt came to nothing: say why, and be fresh again."""
        number = self.take_error() or ECONNABORTED
        reason = self._connection.error if self._connection is not None else None
        error = failure(number, f"connect of {self!r}", reason)
        self._disconnect(now)
        self._phase = Phase.UNCONNECTED
        self._error = 0
        raise error

    def _disconnect(self, now: int) -> None:
        """Linux: tcp_disconnect. A connection that was alive is reset, and SO_ERROR says so.

        What SO_ERROR would have said of one that was over, it still says.
        """
        state, connection = self.state, self._connection
        if self._listener is not None:
            self._listener.close(now)
            self._listener = None
        elif connection is not None:
            if state != CLOSED:
                connection.abort(now)
                self._error = ECONNRESET
            else:
                self._error = self.pending_error()
            connection.socket = None
            self._former = self._former_name(connection)
            self.options = connection.options.copy()
            if self._binding is not None:
                self._binding.options = self.options
        self._connection = None
        self._deferred = None
        self._receive_shut = self._send_shut = False

    def _former_name(self, connection: "Connection") -> AnyAddress:
        """What getsockname says after disconnecting: of what the socket chose, the port remains."""
        listener = connection.tcb.listener
        if listener is None or listener.local_address in WILDCARDS:
            return self._address(everywhere(self), connection.local_port)
        return self._local_name(connection)
