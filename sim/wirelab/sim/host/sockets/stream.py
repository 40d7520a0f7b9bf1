"""A TCP socket: what the calls of tcp(7) do in each state.

    (fresh) --bind--> --listen--> listening --accept--> connected (another socket)
       |                              |
       +--connect--> connecting --> connected --> over
       |                 |             |           |
       +<----------------+-- connect(None) --------+

Rule 1: what Linux calls the socket's state is `_phase`; what it calls sk_state is `state`, in which
TIME-WAIT does not exist: there the application's socket is CLOSED already.
Rule 2: the engine knows the connection only; whatever an application did (shut down, disconnect)
and what it was told (errors) is kept here.
"""

from enum import Enum
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
    EPIPE,
)
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, errno_of
from wirelab.sim.host.sockets import readiness
from wirelab.sim.host.sockets.addresses import NOWHERE, Address, SocketAddress, address_of, parse
from wirelab.sim.host.sockets.base import Buffer, ControlMessage, Socket
from wirelab.sim.host.sockets.constants import (
    MSG_ERRQUEUE,
    MSG_MORE,
    MSG_OOB,
    MSG_PEEK,
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
    bad_descriptor,
    failure,
    invalid,
    refused,
    would_block,
)
from wirelab.sim.host.tcp import option_changes
from wirelab.sim.host.tcp.info import STATES, tcp_info
from wirelab.sim.host.tcp.ports import ANY, Binding
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSED,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    State,
)
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets
    from wirelab.sim.host.tcp.connection import Connection
    from wirelab.sim.host.tcp.listen import Listener

_OPENING: Final = (SYN_SENT, SYN_RECEIVED)
_CLOSING: Final = (FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
"""Our FIN is queued or sent, and not acknowledged."""


class _Phase(Enum):
    """What Linux keeps in `struct socket.state`, as far as calls depend on it."""

    UNCONNECTED = "unconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTING = "disconnecting"


class StreamSocket(Socket):
    """A TCP socket; `Host.socket(AF_INET, SOCK_STREAM)` and `accept` make it.

    Attributes:
        options: what setsockopt has set; the connection reads the same object.
    """

    __slots__ = (
        "_binding",
        "_connection",
        "_error",
        "_failure_told",
        "_linger_until",
        "_listener",
        "_no_room",
        "_phase",
        "_receive_shut",
        "_send_shut",
        "_wakeups",
        "options",
    )

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        self.options: TcpOptions = hub.tcp.new_options()
        self._binding: Binding | None = None
        self._listener: Listener | None = None
        self._connection: Connection | None = None
        self._phase = _Phase.UNCONNECTED
        self._error = 0
        self._failure_told = False
        self._receive_shut = False
        self._send_shut = False
        self._linger_until = 0
        self._no_room = False
        self._wakeups = 0

    def __repr__(self) -> str:
        local = "closed" if self.closed else str(self.getsockname())
        peer = self._connection
        if peer is None or self.closed:
            return f"<StreamSocket {local} {self.state}>"
        remote = f"{ipv4_text(peer.remote_address)}:{peer.remote_port}"
        return f"<StreamSocket {local} - {remote} {self.state}>"

    # --- what is there -----------------------------------------------------------------------

    @property
    def state(self) -> State:
        """The connection's state as Linux shows it: CLOSED where the RFC says TIME-WAIT."""
        if self._listener is not None:
            return LISTEN
        if self._connection is None or self._connection.state == TIME_WAIT:
            return CLOSED
        return self._connection.state

    @property
    def connection(self) -> "Connection | None":
        """The engine's connection, if there is or was one."""
        return self._connection

    @property
    def listener(self) -> "Listener | None":
        """The engine's listener, while this socket listens."""
        return self._listener

    @property
    def receive_shut(self) -> bool:
        """Nothing more will be received (Linux: sk_shutdown & RCV_SHUTDOWN)."""
        connection = self._connection
        if self._receive_shut or connection is None:
            return self._receive_shut
        return connection.fin_received or self._is_over

    @property
    def send_shut(self) -> bool:
        """Nothing more can be sent (Linux: sk_shutdown & SEND_SHUTDOWN)."""
        return self._send_shut or self._is_over

    @property
    def _is_over(self) -> bool:
        return self._connection is not None and self._connection.state in (CLOSED, TIME_WAIT)

    def getsockname(self) -> Address:
        """Where it is bound, or connected from; 0.0.0.0 and 0 on a fresh one."""
        if self.closed:
            raise bad_descriptor("getsockname")
        if self._connection is not None:
            return address_of(self._connection.local_address, self._connection.local_port)
        if self._binding is not None:
            return address_of(self._binding.address, self._binding.port)
        return NOWHERE

    def getpeername(self) -> Address:
        """The peer of a connection; ENOTCONN while there is none."""
        if self.closed:
            raise bad_descriptor("getpeername")
        connection = self._connection
        if connection is None or self.state in (CLOSED, SYN_SENT):
            raise failure(ENOTCONN, f"getpeername of {self!r}")
        return address_of(connection.remote_address, connection.remote_port)

    # --- options -----------------------------------------------------------------------------

    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`; a live connection reacts at once."""
        setattr(self.options, name, value)
        if self._connection is not None and self.state != CLOSED:
            option_changes.changed(self._connection.tcb, name, now)

    @property
    def path_mtu(self) -> int | None:
        """Bytes of IP packet that reach the peer, or None without a connection."""
        connection = self._connection
        if connection is None or self.state == CLOSED:
            return None
        return connection.tcb.flow.mtu

    @property
    def send_buffer_size(self) -> int:
        """Bytes: what SO_SNDBUF set, or the configuration."""
        return self.options.snd_buff or self.hub.tcp.config.send_buffer

    @property
    def receive_buffer_size(self) -> int:
        """Bytes: what SO_RCVBUF set, or auto-tuning made of the configuration."""
        connection = self._connection
        if self.options.rcv_buff is not None or connection is None:
            return self.options.rcv_buff or self.hub.tcp.config.receive_buffer
        return connection.tcb.rcv_buff

    def tcp_info(self, *, now: int) -> dict[str, int]:
        """TCP_INFO by the names of struct tcp_info (`tcpi_rtt`); without a connection, the state.

        Counts are segments where Linux counts segments; times micro- or milliseconds.
        """
        connection = self._connection
        state = {"tcpi_state": STATES[self.state]}
        return state if connection is None else tcp_info(connection.tcb, now) | state

    @property
    def congestion_name(self) -> str:
        """Which congestion control runs, or will (TCP_CONGESTION)."""
        if self._connection is not None and self.state != CLOSED:
            return self._connection.tcb.congestion.name
        return self.options.congestion or self.hub.tcp.config.congestion

    # --- errors ------------------------------------------------------------------------------

    def pending_error(self) -> int:
        """SO_ERROR without telling it: what was reported here, or how the connection failed."""
        connection = self._connection
        if self._error or connection is None or self._failure_told or connection.error is None:
            return self._error
        if connection.error is Reason.TCP_RESET and connection.peer_closed_first:
            return EPIPE  # Linux: a reset in CLOSE-WAIT
        return errno_of(connection.error)

    def take_error(self) -> int:
        """SO_ERROR: tell it, once."""
        number = self.pending_error()
        if self._error:
            self._error = 0
        elif number:
            self._failure_told = True
        return number

    def report(self, number: int) -> None:
        """Let an error wait to be told (SO_ERROR)."""
        self._error = number

    def _raise_pending(self, call: str) -> None:
        """Raise the error that waits, if there is one."""
        number = self.take_error()
        if number:
            reason = self._connection.error if self._connection is not None else None
            raise failure(number, f"{call} on {self!r}", reason)

    def _check_open(self, call: str) -> None:
        if self.closed:
            raise bad_descriptor(call)

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
        if self._phase is not _Phase.UNCONNECTED or self.state != CLOSED:
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
        accepted._phase = _Phase.CONNECTED
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
            self._phase = _Phase.UNCONNECTED
            return
        host, port = parse(address)
        if self._phase is _Phase.CONNECTED:
            raise failure(EISCONN, f"connect of {self!r}")
        if self._phase is _Phase.DISCONNECTING:
            raise invalid(f"connect of {self!r}: it was shut down while connecting")
        if self._phase is _Phase.UNCONNECTED:
            if self.state != CLOSED:
                raise failure(EISCONN, f"connect of {self!r}")
            self._open(host, port, now)
            raise failure(EINPROGRESS, f"connect to {ipv4_text(host)}:{port} has begun")
        if self.state in _OPENING:
            raise failure(EALREADY, f"connect of {self!r}: it goes on")
        if self.state == CLOSED:
            self._fail_to_connect(now)
        self._phase = _Phase.CONNECTED

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
        self._phase = _Phase.CONNECTING

    def _fail_to_connect(self, now: int) -> None:
        """The attempt came to nothing: say why, and be fresh again."""
        number = self.take_error() or ECONNABORTED
        reason = self._connection.error if self._connection is not None else None
        error = failure(number, f"connect of {self!r}", reason)
        self._disconnect(now)
        self._phase = _Phase.UNCONNECTED
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

    # --- data --------------------------------------------------------------------------------

    def send(self, data: Buffer, flags: int = 0, *, now: int) -> int:
        """Queue bytes for the peer; returns how many were taken, perhaps fewer than given.

        Args:
            data: what to send.
            flags: MSG_OOB: the last byte is urgent; MSG_MORE: more will follow soon; MSG_DONTWAIT
                and MSG_NOSIGNAL change nothing here.
            now: ns.

        Raises:
            OSError: EAGAIN without room or while connecting; EPIPE when sending was shut down, or
                there is no connection; the pending error.
        """
        self._check_open("send")
        connection = self._connection
        if connection is None or connection.state not in (ESTABLISHED, CLOSE_WAIT):
            self._check_sending()
        if connection is None or self.send_shut or self.pending_error():
            self._raise_pending("send")
            raise failure(EPIPE, f"send on {self!r}: sending was shut down")
        taken = connection.queue(data, now, bool(flags & MSG_MORE), bool(flags & MSG_OOB))
        if taken < len(data):
            self._no_room = True
            if not taken:
                raise would_block(self, "send")
        return taken

    def _check_sending(self) -> None:
        """Linux: sk_stream_wait_connect, without the waiting."""
        self._raise_pending("send")
        if self.state in _OPENING:
            raise would_block(self, "send")
        raise failure(EPIPE, f"send on {self!r}: there is no connection to send by")

    def sendall(self, data: Buffer, flags: int = 0, *, now: int) -> None:
        """Queue all of `data`, or raise.

        Raises:
            BlockingIOError: with `characters_written`: how many bytes were taken before the room
                was used up.
            OSError: see `send`.
        """
        taken = self.send(data, flags, now=now) if len(data) else 0
        if taken < len(data):
            error = would_block(self, f"sendall of {len(data)} bytes, {taken} taken")
            if isinstance(error, BlockingIOError):
                error.characters_written = taken
            raise error

    def sendmsg(
        self,
        buffers: list[Buffer] | tuple[Buffer, ...],
        ancillary: list[ControlMessage] | tuple[ControlMessage, ...] = (),
        flags: int = 0,
        address: SocketAddress | None = None,
        *,
        now: int,
    ) -> int:
        """Send several buffers as one piece of the stream; `address` matters to Fast Open only."""
        data = buffers[0] if len(buffers) == 1 else b"".join(buffers)
        return self.send(data, flags, now=now)

    def recv(self, size: int, flags: int = 0, *, now: int) -> bytes:
        """Take up to `size` bytes; b"" when the peer has closed and all was read.

        Args:
            size: bytes.
            flags: MSG_PEEK: leave them there; MSG_TRUNC: throw them away; MSG_OOB: the urgent
                byte; MSG_WAITALL and MSG_DONTWAIT change nothing here.
            now: ns.

        Raises:
            OSError: EAGAIN when nothing is there, ENOTCONN, the pending error; EINVAL for MSG_OOB
                without urgent data.
        """
        self._check_open("recv")
        if size < 0:
            raise invalid(f"recv size is {size}; give 0 or more bytes")
        if flags & MSG_ERRQUEUE:
            raise would_block(self, "recv from the error queue")
        connection = self._connection
        if connection is None or self._listener is not None:
            return self._receive_without(flags)
        if flags & MSG_OOB:
            return self._receive_urgent(connection, size, bool(flags & MSG_PEEK))
        if connection.readable_bytes:
            return connection.take(size, now, bool(flags & MSG_PEEK))
        if connection.fin_received:
            return b""
        self._raise_pending("recv")
        if self.receive_shut:
            return b""
        raise would_block(self, "recv")

    def _receive_without(self, flags: int) -> bytes:
        """What recv says where no connection ever was."""
        if flags & MSG_OOB and self._listener is None:
            raise invalid(f"recv of urgent data on {self!r}: there is none")
        self._raise_pending("recv")
        if self._receive_shut:
            return b""
        raise failure(ENOTCONN, f"recv on {self!r}")

    def _receive_urgent(self, connection: "Connection", size: int, peek: bool) -> bytes:
        """The byte out of band. Linux: tcp_recv_urg."""
        if self.options.oob_inline or not connection.has_urgent:
            raise invalid(f"recv of urgent data on {self!r}: there is none, or it is in line")
        if connection.urgent_is_here:
            value = connection.take_urgent(peek)
            return b"" if value is None or not size else bytes([value])
        if self.receive_shut:
            return b""
        raise would_block(self, "recv of urgent data")

    def recvmsg(
        self, size: int, ancillary_size: int = 0, flags: int = 0, *, now: int
    ) -> tuple[bytes, list[ControlMessage], int, Address | None]:
        """Receive bytes of the stream with their flags; a stream names no sender."""
        data = self.recv(size, flags, now=now)
        return data, [], flags & MSG_OOB, None

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
        if self._phase is _Phase.CONNECTING:
            fell = state in (CLOSED, SYN_SENT, SYN_RECEIVED)
            self._phase = _Phase.DISCONNECTING if fell else _Phase.CONNECTED
        if state == LISTEN and how == SHUT_WR:
            return
        if state in (LISTEN, SYN_SENT):
            self._disconnect(now)
            self._phase = _Phase.UNCONNECTED
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
