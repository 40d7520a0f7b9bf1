"""A TCP socket: what the calls of tcp(7) do in each state.

(fresh) --bind--> --listen--> listening --accept--> connected (another socket)
|                              |
+--connect--> connecting --> connected --> over
|                 |             |           |
+<----------------+-- connect(None) --------+
"""

from errno import EAGAIN, EALREADY, EINPROGRESS, EINVAL, EISCONN, ENOTCONN, EOPNOTSUPP, EPIPE
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.sockets import control, readiness
from wirelab.sim.host.sockets.addresses import AnyAddress, SocketAddress
from wirelab.sim.host.sockets.base import Buffer, ControlMessage, check_bytes
from wirelab.sim.host.sockets.constants import (
    MSG_EOR,
    MSG_ERRQUEUE,
    MSG_FASTOPEN,
    MSG_MORE,
    MSG_OOB,
    MSG_PEEK,
    MSG_ZEROCOPY,
    POLLOUT,
    SHUT_RD,
    SHUT_RDWR,
    SHUT_WR,
    SIOCATMARK,
    SIOCINQ,
    SIOCOUTQ,
    SIOCOUTQNSD,
    SOL_TCP,
    TCP_CM_INQ,
)
from wirelab.sim.host.sockets.error_queue import ExtendedError
from wirelab.sim.host.sockets.failures import failure, invalid, would_block
from wirelab.sim.host.sockets.families import remote_of, way_of
from wirelab.sim.host.sockets.stream_opening import StreamOpening
from wirelab.sim.host.sockets.stream_state import OPENING, Phase
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
)

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection

_CLOSING: Final = (FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
"""A blocking close waits: there is text on the way, or our FIN."""


class StreamSocket(StreamOpening):
    """A TCP socket; `Host.socket(AF_INET, SOCK_STREAM)` and `accept` make it."""

    __slots__ = ()

    # --- data --------------------------------------------------------------------------------

    def send(self, data: Buffer, flags: int = 0, *, now: int) -> int:
        """Queue bytes for the peer; returns how many were taken, perhaps fewer than given.

        Args:
            data: what to send.
            flags: MSG_OOB: the last byte is urgent; MSG_MORE: more will follow soon; MSG_FASTOPEN:
                see `sendmsg`; MSG_ZEROCOPY: see `zero_copy`; MSG_DONTWAIT and MSG_NOSIGNAL change
                nothing here.
            now: ns.

        Raises:
            OSError: EAGAIN without room or while connecting; EPIPE when sending was shut down, or
                there is no connection; the pending error.
        """
        self._check_open("send")
        check_bytes(data)
        if flags & MSG_FASTOPEN or self._deferred is not None:
            taken = self._send_fast(data, flags, None, now)
            if taken is not None:
                return taken
        return self._queue(data, flags, now)

    def _queue(self, data: Buffer, flags: int, now: int) -> int:
        """Send on a connection."""
        connection = self._connection
        if connection is None or connection.state not in (ESTABLISHED, CLOSE_WAIT):
            self._check_sending()
        if connection is None or self.send_shut or self.pending_error():
            self._raise_pending("send")
            raise failure(EPIPE, f"send on {self!r}: sending was shut down")
        more, urgent, ends = flags & MSG_MORE, flags & MSG_OOB, flags & MSG_EOR
        taken = connection.queue(data, now, bool(more), bool(urgent), bool(ends))
        if taken < len(data):
            self._no_room = True
            if not taken:
                raise would_block(self, "send")
        if taken and flags & MSG_ZEROCOPY:
            self._await_send()
        return taken

    def _check_sending(self) -> None:
        """Linux: sk_stream_wait_connect, without the waiting."""
        self._raise_pending("send")
        if self._connection is not None and self._connection.is_early:
            return
        if self.state in OPENING:
            raise would_block(self, "send")
        raise failure(EPIPE, f"send on {self!r}: there is no connection to send by")

    def _send_fast(
        self, data: Buffer, flags: int, address: SocketAddress | None, now: int
    ) -> int | None:
        """Open a connection with text in its SYN (RFC 7413). Linux: tcp_sendmsg_fastopen.

        Returns:
            How many bytes the SYN carries; None: the connection stands, send as usual.
        """
        if address is None and self._deferred is not None:
            host, port = self._deferred
            self._deferred = None
            self._phase = Phase.UNCONNECTED
        else:
            if not self.hub.tcp.config.fast_open_client:
                raise failure(EOPNOTSUPP, "MSG_FASTOPEN: Fast Open is off on this host")
            self._check_fast_open()
            if self._phase is Phase.CONNECTING:  # the attempt has come to its end
                self.connect(address or self.getpeername(), now=now)
                return None
            if address is None:
                raise invalid("MSG_FASTOPEN without an address; give one to sendto")
            place = self._parse(address)
            host, port = remote_of(self, place, "connect"), place.port
            self.device = way_of(self, place, "connect")
        self._open(host, port, now, fast=True)
        connection = self._connection
        assert connection is not None
        room = connection.fast_open_room
        if not room:
            raise failure(EINPROGRESS, f"send on {self!r}: the SYN carries no text")
        urgent, more = bool(flags & MSG_OOB), bool(flags & MSG_MORE)
        taken = connection.queue(memoryview(data)[:room], now, more, urgent)
        if taken and flags & MSG_ZEROCOPY:
            self._await_send()
        return taken

    def _check_fast_open(self) -> None:
        """Whether MSG_FASTOPEN may open a connection, or comes too late."""
        if self._phase is Phase.CONNECTED:
            raise failure(EISCONN, f"MSG_FASTOPEN on {self!r}")
        if self._phase is Phase.DISCONNECTING:
            raise invalid(f"MSG_FASTOPEN on {self!r}: it was shut down while connecting")
        if self._phase is Phase.CONNECTING and self.state in OPENING:
            raise failure(EALREADY, f"MSG_FASTOPEN on {self!r}: it connects already")
        if self._phase is Phase.UNCONNECTED and self.state != CLOSED:
            raise failure(EISCONN, f"MSG_FASTOPEN on {self!r}")

    def sendmsg(
        self,
        buffers: list[Buffer] | tuple[Buffer, ...],
        ancillary: list[ControlMessage] | tuple[ControlMessage, ...] = (),
        flags: int = 0,
        address: SocketAddress | None = None,
        *,
        now: int,
    ) -> int:
        """Send several buffers as one piece of the stream; `address` is ignored.

        But MSG_FASTOPEN connects to it, with as much in the SYN as there is room for (RFC 7413).

        Raises:
            OSError: EINPROGRESS: the SYN carries no text; send again, once connected. EALREADY,
                EISCONN, EOPNOTSUPP; or see `send`.
        """
        self._check_open("send")
        data = buffers[0] if len(buffers) == 1 else b"".join(buffers)
        if flags & MSG_FASTOPEN:
            taken = self._send_fast(data, flags, address, now)
            return self._queue(data, flags, now) if taken is None else taken
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
            return self._take_queued_error().data[:size]
        connection = self._connection
        if self._deferred is not None and not flags & MSG_OOB:
            raise would_block(self, "recv")
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
    ) -> tuple[bytes, list[ControlMessage], int, AnyAddress | None]:
        """Receive bytes of the stream with their flags; a stream names no sender."""
        self._check_open("recv")
        if flags & MSG_ERRQUEUE:
            entry = self._take_queued_error()
            messages, returned = control.fit([entry.control_message(self.family)], ancillary_size)
            return entry.data[:size], messages, returned | MSG_ERRQUEUE, entry.destination
        data = self.recv(size, flags, now=now)
        if not self.options.receive_inq or flags & MSG_OOB:
            return data, [], flags & MSG_OOB, None
        messages, returned = control.fit([self._bytes_left()], ancillary_size)
        return data, messages, returned, None

    def _take_queued_error(self) -> ExtendedError:
        """Linux: ip_recv_error."""
        self._settle_sends()
        entry = self._errors.take() if self._errors is not None else None
        if entry is None:
            raise failure(EAGAIN, f"recv on {self!r}: its error queue is empty")
        return entry

    def _bytes_left(self) -> ControlMessage:
        """TCP_INQ: what a next call would find; 1 for the end of the stream (tcp_inq_hint)."""
        connection = self._connection
        left = 0
        if connection is not None:
            left = connection.tcb.receive_buffer.size or int(connection.fin_received)
        return SOL_TCP, TCP_CM_INQ, left.to_bytes(4, "little")

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
        if connection is None or self.state in OPENING:
            return 0
        if request == SIOCINQ:
            return connection.readable_bytes
        tcb = connection.tcb
        if request == SIOCOUTQ:  # Linux counts sequence numbers, and a FIN has one
            return connection.queued_bytes + int(tcb.fin_queued and not tcb.fin_acknowledged)
        return connection.unsent_bytes + int(tcb.fin_queued and tcb.snd_fin is None)
