"""What a TCP socket is and knows, before anybody calls anything on it.

Rule 1: what Linux calls the socket's state is `_phase`; what it calls sk_state is `state`, in which
TIME-WAIT does not exist: there the application's socket is CLOSED already.
Rule 2: the engine knows the connection only; whatever an application did (shut down, disconnect)
and what it was told (errors) is kept here.
"""

from enum import Enum
from errno import ECONNRESET, ENOTCONN, EPIPE
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.errors import errno_of
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.sockets.addresses import AnyAddress
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import SO_ZEROCOPY, SOL_SOCKET
from wirelab.sim.host.sockets.error_queue import ErrorQueue, errno_of_icmp, from_icmp
from wirelab.sim.host.sockets.failures import bad_descriptor, failure
from wirelab.sim.host.sockets.families import everywhere, zone_of
from wirelab.sim.host.sockets.zero_copy import ZeroCopySends
from wirelab.sim.host.tcp import option_changes
from wirelab.sim.host.tcp.info import known
from wirelab.sim.host.tcp.ports import Binding
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import (
    CLOSED,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    State,
)
from wirelab.sim.host.tcp.tcp_info import STATES, TcpInfo
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets
    from wirelab.sim.host.tcp.connection import Connection
    from wirelab.sim.host.tcp.listen import Listener

OPENING: Final = (SYN_SENT, SYN_RECEIVED)
"""Text can neither come nor go yet."""


class Phase(Enum):
    """What Linux keeps in `struct socket.state`, as far as calls depend on it."""

    UNCONNECTED = "unconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTING = "disconnecting"


class StreamState(Socket):
    """The state of a TCP socket; `StreamSocket` adds the calls.

    Attributes:
        options: what setsockopt has set; the connection reads the same object.
    """

    __slots__ = (
        "_binding",
        "_connection",
        "_deferred",
        "_error",
        "_errors",
        "_failure_told",
        "_former",
        "_linger_until",
        "_listener",
        "_no_room",
        "_phase",
        "_receive_shut",
        "_send_shut",
        "_wakeups",
        "_zero_copy",
        "options",
    )

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        self.options: TcpOptions = hub.tcp.new_options()
        self._binding: Binding | None = None
        self._listener: Listener | None = None
        self._connection: Connection | None = None
        self._phase = Phase.UNCONNECTED
        self._deferred: tuple[bytes, int] | None = None  # the peer, until the first send
        self._error = 0
        self._errors: ErrorQueue | None = None  # made when the first entry comes
        self._zero_copy: ZeroCopySends | None = None  # made by the first such send
        self._failure_told = False
        self._former = self._address(
            everywhere(self), 0
        )  # what Linux still names when the port is given back
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
        return f"<StreamSocket {local} - {self._remote_name(peer)} {self.state}>"

    # --- what is there -----------------------------------------------------------------------

    @property
    def state(self) -> State:
        """The connection's state as Linux shows it: CLOSED where the RFC says TIME-WAIT."""
        if self._listener is not None:
            return LISTEN
        if self._deferred is not None:
            return SYN_SENT
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
    def waits_for_text(self) -> bool:
        """The first send will connect it (TCP_FASTOPEN_CONNECT)."""
        return self._deferred is not None

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

    def getsockname(self) -> AnyAddress:
        """Where it is bound, or connected from; 0.0.0.0 and 0 on a fresh one."""
        if self.closed:
            raise bad_descriptor("getsockname")
        if self._connection is not None:
            return self._local_name(self._connection)
        if self._binding is not None:
            zone = zone_of(self._binding.address, self.device)
            return self._address(self._binding.address, self._binding.port, 0, zone)
        return self._former

    def getpeername(self) -> AnyAddress:
        """The peer of a connection; ENOTCONN while there is none."""
        if self.closed:
            raise bad_descriptor("getpeername")
        connection = self._connection
        if connection is None or self.state in (CLOSED, SYN_SENT):
            raise failure(ENOTCONN, f"getpeername of {self!r}")
        return self._remote_name(connection)

    def last_peer(self) -> AnyAddress | None:
        """Whom this socket was connected to last, if only in vain; None: it never was."""
        if self._deferred is not None:
            return self._address(*self._deferred)
        connection = self._connection
        return None if connection is None else self._remote_name(connection)

    def _local_name(self, connection: "Connection") -> AnyAddress:
        host = connection.local_address
        zone = zone_of(host, self.hub.interface_of(host))
        return self._address(host, connection.local_port, 0, zone)

    def _remote_name(self, connection: "Connection") -> AnyAddress:
        host = connection.remote_address
        zone = zone_of(host, self.hub.interface_of(connection.local_address))
        return self._address(host, connection.remote_port, 0, zone)

    # --- options -----------------------------------------------------------------------------

    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`; a live connection reacts at once."""
        setattr(self.options, name, value)
        if name == "receive_errors" and not value:
            self._errors = None
        if self._connection is not None and self.state != CLOSED:
            option_changes.changed(self._connection.tcb, name, now)

    def bind_to_device(self, interface: int | None, *, now: int) -> None:
        """SO_BINDTODEVICE: segments come and go by one interface only; None: by all of them."""
        self.device = interface
        self.set_option("device", interface, now)

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

    def tcp_info(self, *, now: int) -> TcpInfo:
        """TCP_INFO as an object (`.rtt`, `.snd_cwnd`); without a connection, the state alone."""
        connection = self._connection
        told = {} if connection is None else known(connection.tcb, now)
        return TcpInfo(**told | {"state": STATES[self.state]})

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
            return EPIPE if self.hub.tcp.config.broken_pipe_after_fin else ECONNRESET
        return errno_of(connection.error)

    def take_error(self) -> int:
        """SO_ERROR: tell it, once."""
        number = self.pending_error()
        if self._error:
            self._error = 0
        elif number:
            self._failure_told = True
        return number

    def in_trouble(self, trouble: Trouble, now: int) -> None:
        """ICMP speaks of a segment of ours, and the engine has believed it. Linux: tcp_v4_err.

        A connection attempt that failed by it is told Linux's errno for that very message; a
        connection that lives hears of it only with IP_RECVERR.
        """
        connection = self._connection
        if connection is None or trouble.reason is Reason.ICMP_FRAGMENTATION_NEEDED:
            return
        failed = connection.error is not None
        if not failed and not self.options.receive_errors:
            return
        self._error, _ = errno_of_icmp(trouble, self.hub.tcp.config.bsd_icmp_errnos)
        self._failure_told = failed
        if failed and self.options.receive_errors:
            if self._errors is None:
                self._errors = ErrorQueue()
            self._errors.add(from_icmp(trouble, 0))

    @property
    def has_queued_errors(self) -> bool:
        """Whether recvmsg(MSG_ERRQUEUE) would give an entry."""
        self._settle_sends()
        return bool(self._errors)

    @property
    def notices(self) -> int:
        """How often the error queue has heard of sends that are over."""
        self._settle_sends()
        return 0 if self._zero_copy is None else self._zero_copy.told

    def _await_send(self) -> None:
        """A send with MSG_ZEROCOPY has just been taken: tell when its bytes are acknowledged."""
        connection = self._connection
        if connection is None or not self.settings.get((SOL_SOCKET, SO_ZEROCOPY)):
            return
        if self._zero_copy is None:
            self._zero_copy = ZeroCopySends()
        self._zero_copy.sent(connection.queued_end)

    def _settle_sends(self) -> None:
        """Queue what there is to tell; asked when somebody looks, so nothing is polled."""
        connection = self._connection
        if self._zero_copy is None or connection is None:
            return
        una = None if connection.state == CLOSED else connection.tcb.snd_una
        over = self._zero_copy.acknowledged(una)
        if over is not None:
            if self._errors is None:
                self._errors = ErrorQueue()
            self._errors.add_sends(*over)

    def _raise_pending(self, call: str) -> None:
        """Raise the error that waits, if there is one."""
        number = self.take_error()
        if number:
            reason = self._connection.error if self._connection is not None else None
            raise failure(number, f"{call} on {self!r}", reason)

    def _check_open(self, call: str) -> None:
        if self.closed:
            raise bad_descriptor(call)
