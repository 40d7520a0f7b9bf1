"""Sending and receiving on a TCP socket."""

from errno import (
    EAGAIN,
    ENOTCONN,
    EPIPE,
)
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.sockets import control
from wirelab.sim.host.sockets.addresses import Address, SocketAddress
from wirelab.sim.host.sockets.base import Buffer, ControlMessage
from wirelab.sim.host.sockets.constants import (
    MSG_ERRQUEUE,
    MSG_MORE,
    MSG_OOB,
    MSG_PEEK,
    SOL_TCP,
    TCP_CM_INQ,
)
from wirelab.sim.host.sockets.error_queue import ExtendedError
from wirelab.sim.host.sockets.failures import (
    failure,
    invalid,
    would_block,
)
from wirelab.sim.host.sockets.stream_state import StreamState
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSING,
    ESTABLISHED,
    FIN_WAIT_1,
    LAST_ACK,
    SYN_RECEIVED,
    SYN_SENT,
)

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection

_OPENING: Final = (SYN_SENT, SYN_RECEIVED)
_CLOSING: Final = (FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK)
"""Our FIN is queued or sent, and not acknowledged."""


class StreamData(StreamState):
    """The calls that move bytes; `StreamSocket` adds those that open and close."""

    __slots__ = ()

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
            return self._take_queued_error().data[:size]
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
        self._check_open("recv")
        if flags & MSG_ERRQUEUE:
            entry = self._take_queued_error()
            messages, returned = control.fit([entry.control_message()], ancillary_size)
            return entry.data[:size], messages, returned | MSG_ERRQUEUE, entry.destination
        data = self.recv(size, flags, now=now)
        if not self.options.receive_inq or flags & MSG_OOB:
            return data, [], flags & MSG_OOB, None
        messages, returned = control.fit([self._bytes_left()], ancillary_size)
        return data, messages, returned, None

    def _take_queued_error(self) -> ExtendedError:
        """Linux: ip_recv_error."""
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
