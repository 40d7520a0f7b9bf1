"""A TCP socket: what the calls of tcp(7) do in each state.

(fresh) --bind--> --listen--> listening --accept--> connected (another socket)
|                              |
+--connect--> connecting --> connected --> over
|                 |             |           |
+<----------------+-- connect(None) --------+
"""

from errno import (
    EADDRINUSE,
    EADDRNOTAVAIL,
    EALREADY,
    ECONNABORTED,
    ECONNRESET,
    EINPROGRESS,
    EINVAL,
    EISCONN,
    ENOTCONN,
)
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.sockets import readiness
from wirelab.sim.host.sockets.addresses import Address, SocketAddress, address_of, parse
from wirelab.sim.host.sockets.constants import (
    POLLOUT,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SIOCATMARK,
    SIOCINQ,
    SIOCOUTQ,
    SIOCOUTQNSD,
    SOCK_CLOEXEC,
    SOCK_NONBLOCK,
    SOMAXCONN,
)
from wirelab.sim.host.sockets.failures import (
    failure,
    invalid,
    refused,
    would_block,
)
from wirelab.sim.host.sockets.stream_data import StreamData
from wirelab.sim.host.sockets.stream_state import Phase
from wirelab.sim.host.tcp.ports import ANY, Binding
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    FIN_WAIT_1,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
)
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection

_OPENING: Final = (SYN_SENT, SYN_RECEIVED)
_CLOSING: Final = (FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
"""Our FIN is queued or sent, and not acknowledged."""


class StreamSocket(StreamData):
    """A TCP socket; `Host.socket(AF_INET, SOCK_STREAM)` and `accept` make it."""

    __slots__ = ()

    # --- opening -----------------------------------------------------------------------------

    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Take a port of one address or of all; see `Socket.bind`."""
        self._check_open("bind")
        host, port = parse(address)
        if not self.hub.may_bind(host):
            text = f"bind to {ipv4_text(host)}: no address of this host"
            raise failure(EADDRNOTAVAIL, text, Reason.IP_NOT_MY_ADDRESS)
        if self._binding is not None or self.state != CLOSED or self._connection is not None:
            raise invalid(f"bind of {self!r}: it has an address already")
        self._binding = self._bind(host, port)

    def _bind(self, host: bytes, port: int) -> Binding:
        try:
            return self.hub.tcp.bind(host, port, self.options)
        except HostError as error:
            raise refused(error.reason, f"bind to {ipv4_text(host)}:{port}") from None

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
        if self._binding is None:
            self._binding = self._bind(ANY, 0)
        binding, self._connection = self._binding, None
        try:
            self._listener = self.hub.tcp.listen(
                binding.port, now, backlog=backlog, options=self.options, binding=binding
            )
        except HostError as error:
            raise failure(EADDRINUSE, f"listen on {self!r}", error.reason) from None
        self._listener.socket = self
        self._receive_shut = self._send_shut = False

    def accept(self, flags: int = 0, *, now: int) -> "tuple[StreamSocket, Address]":
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
        accepted = StreamSocket(self.hub, self.family, self.type, self.protocol)
        accepted.blocking = not flags & SOCK_NONBLOCK
        accepted.settings.update(self.settings)
        accepted._attach(connection)
        accepted._phase = Phase.CONNECTED
        peer = address_of(connection.remote_address, connection.remote_port)
        return accepted, peer

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
        host, port = parse(address)
        if self._phase is Phase.CONNECTED:
            raise failure(EISCONN, f"connect of {self!r}")
        if self._phase is Phase.DISCONNECTING:
            raise invalid(f"connect of {self!r}: it was shut down while connecting")
        if self._phase is Phase.UNCONNECTED:
            if self.state != CLOSED:
                raise failure(EISCONN, f"connect of {self!r}")
            self._open(host, port, now)
            raise failure(EINPROGRESS, f"connect to {ipv4_text(host)}:{port} has begun")
        if self.state in _OPENING:
            raise failure(EALREADY, f"connect of {self!r}: it goes on")
        if self.state == CLOSED:
            self._fail_to_connect(now)
        self._phase = Phase.CONNECTED

    def _open(self, host: bytes, port: int, now: int) -> None:
        where = f"connect to {ipv4_text(host)}:{port}"
        if self.hub.is_group(host):
            raise refused(Reason.TCP_BROADCAST, where)
        try:
            connection = self.hub.tcp.connect(
                host, port, now, options=self.options, binding=self._binding
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
        """Linux: tcp_disconnect. A connection that was alive is reset, and SO_ERROR says so."""
        state, connection = self.state, self._connection
        if self._listener is not None:
            self._listener.close(now)
            self._listener = None
        elif connection is not None:
            if state != CLOSED:
                connection.abort(now)
                self._error = ECONNRESET
            connection.socket = None
            self.options = connection.options.copy()
            if self._binding is not None:
                self._binding.options = self.options
        self._connection = None
        self._receive_shut = self._send_shut = False

    # --- closing -----------------------------------------------------------------------------

    def shutdown(self, how: int, *, now: int) -> None:
        """End receiving (SHUT_RD), sending (SHUT_WR: a FIN follows the data) or both (SHUT_RDWR).

        Raises:
            OSError: ENOTCONN without a connection, EINVAL for another `how`.
        """
        self._check_open("shutdown")
        if how not in (SHUT_RD, SHUT_WR, SHUT_RDWR):
            raise invalid(f"shutdown how is {how}; give SHUT_RD, SHUT_WR or SHUT_RDWR")
        state = self.state
        if self._phase is Phase.CONNECTING:
            fell = state in (CLOSED, SYN_SENT, SYN_RECEIVED)
            self._phase = Phase.DISCONNECTING if fell else Phase.CONNECTED
        if state == LISTEN and how == SHUT_WR:
            return
        if state in (LISTEN, SYN_SENT):
            self._disconnect(now)
            self._phase = Phase.UNCONNECTED
            return
        self._receive_shut = self._receive_shut or how != SHUT_WR
        if how != SHUT_RD:
            self._send_shut = True
            if self._connection is not None and state != CLOSED:
                self._connection.shutdown(now)
        if state == CLOSED:
            raise failure(ENOTCONN, f"shutdown of {self!r}")

    def close(self, *, now: int) -> None:
        """Give the socket up. What was queued is still delivered, with a FIN behind it.

        But the peer gets a reset if received bytes were not read (RFC 9293 section 3.6.1), or if
        SO_LINGER is on with no time. Connections that nobody accepted are reset.
        """
        if self.closed:
            return
        if self._listener is not None:
            self._listener.close(now)
        if self._connection is not None:
            self._connection.socket = None
            self._connection.close(now)
            self._linger_until = now + (self.options.linger or 0)
        if self._binding is not None:
            self._binding.release()
        self.closed = True

    def lingering(self, *, now: int) -> bool:
        """Whether a blocking close would still wait: SO_LINGER is on, and its time not over.

        Linux waits for the acknowledgment of our FIN (sk_stream_wait_close).
        """
        connection = self._connection
        if not self.closed or connection is None or now >= self._linger_until:
            return False
        return connection.state in _CLOSING

    # --- readiness ---------------------------------------------------------------------------

    def ready(self) -> int:
        """Linux: tcp_poll."""
        mask = readiness.of_stream(self)
        if not mask & POLLOUT:
            self._no_room = True
        return mask

    def activity(self, *, now: int) -> tuple[int, int, int, int]:
        """Changes whenever something happens that wakes an edge-triggered epoll(7).

        Returns:
            What has come (bytes and FIN), connections to accept, errors, and how often there was
            room to send again after there was none.
        """
        connection = self._connection
        if self._no_room and self.ready() & POLLOUT:
            self._no_room = False
            self._wakeups += 1
        come = 0 if connection is None else connection.tcb.rcv_nxt - connection.tcb.irs
        arrivals = 0 if self._listener is None else self._listener.arrivals
        return come, arrivals, self.pending_error(), self._wakeups

    def _count(self, request: int) -> int | None:
        connection = self._connection
        if request == SIOCATMARK:
            return int(connection is not None and connection.at_urgent_mark)
        if request not in (SIOCINQ, SIOCOUTQ, SIOCOUTQNSD):
            return None
        if self._listener is not None:
            raise failure(EINVAL, f"{self!r} has no queue of bytes")
        if connection is None or self.state in _OPENING:
            return 0
        if request == SIOCINQ:
            return connection.readable_bytes
        return connection.unsent_bytes if request == SIOCOUTQNSD else connection.queued_bytes
