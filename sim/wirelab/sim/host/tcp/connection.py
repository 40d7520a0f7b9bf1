"""A TCP connection as an application holds it (RFC 9293 section 3.9.1, without its blocking)."""

from typing import TYPE_CHECKING

from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.tcp import (
    fast_open,
    output,
    send_buffer,
    send_queue,
    transitions,
    urgent,
)
from wirelab.sim.host.tcp.receive_window import has_been_read, update_is_due
from wirelab.sim.host.tcp.send_queue import SendQueue
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import (
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    LISTEN,
    RECEIVING,
    SENDING,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
    State,
)
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


class Connection:
    """One connection; `Host.tcp_connect` and `Listener.accept` give it.

    Every call takes `now` (ns) last and returns at once; `WOULD_BLOCK` means that an event will
    tell when to call again.

    Attributes:
        socket: the Berkeley socket that holds this connection, if one does: events carry it then.
    """

    __slots__ = ("_tcb", "socket")

    def __init__(self, tcb: "Tcb") -> None:
        self._tcb = tcb
        self.socket: object | None = None

    def __repr__(self) -> str:
        return f"<Connection {self.local_port} - {self.remote_port} {self.state}>"

    @property
    def state(self) -> State:
        """In the spelling of RFC 9293 (`ESTABLISHED`)."""
        return self._tcb.state

    @property
    def local_address(self) -> bytes:
        """IPv4 address of this end, 4 bytes."""
        return self._tcb.local_address

    @property
    def local_port(self) -> int:
        """Port of this end."""
        return self._tcb.local_port

    @property
    def remote_address(self) -> bytes:
        """IPv4 address of the other end, 4 bytes."""
        return self._tcb.remote_address

    @property
    def remote_port(self) -> int:
        """Port of the other end."""
        return self._tcb.remote_port

    @property
    def error(self) -> Reason | None:
        """Why the connection failed; None while it lives and after an orderly close."""
        return self._tcb.error

    @property
    def tcb(self) -> "Tcb":
        """Its variables, for whoever shows them; changing them is the engine's part."""
        return self._tcb

    @property
    def options(self) -> TcpOptions:
        """What was set on it, or on the listener that accepted it."""
        return self._tcb.options

    @property
    def readable_bytes(self) -> int:
        """Bytes that `receive` would return now (SIOCINQ)."""
        return urgent.readable(self._tcb)

    @property
    def fin_received(self) -> bool:
        """The peer has closed its side, and all it sent is here."""
        return self._tcb.fin_received

    @property
    def peer_closed_first(self) -> bool:
        """The peer has closed, and our FIN was never sent: CLOSE-WAIT, or what came of it."""
        return self._tcb.fin_received and self._tcb.snd_fin is None

    @property
    def queued_bytes(self) -> int:
        """Bytes sent or waiting, and not acknowledged (SIOCOUTQ)."""
        return len(self._tcb.send_buffer)

    @property
    def queued_end(self) -> int:
        """The sequence number behind the last byte that was queued."""
        tcb = self._tcb
        return max(tcb.snd_una, tcb.iss + 1) + len(tcb.send_buffer)

    @property
    def unsent_bytes(self) -> int:
        """Bytes that wait for their first transmission (SIOCOUTQNSD)."""
        tcb = self._tcb
        sent = tcb.snd_nxt - tcb.snd_una
        if tcb.snd_una == tcb.iss:  # our SYN is among what is sent
            sent -= 1
        return max(0, len(tcb.send_buffer) - max(0, sent))

    @property
    def send_room(self) -> int:
        """Bytes that `send` would take now."""
        return send_buffer.room(self._tcb)

    @property
    def is_writable(self) -> bool:
        """Whether there is room worth telling of (POLLOUT)."""
        tcb = self._tcb
        if tcb.send_queue is not None:
            return send_buffer.is_writable(tcb)
        lowat = tcb.options.notsent_lowat
        if lowat is not None and self.unsent_bytes * 2 >= lowat:
            return False
        return self.send_room * 2 >= self.queued_bytes and self.send_room > 0

    @property
    def nagle(self) -> bool:
        """Whether small segments wait for ACKs (RFC 9293 section 3.7.4); may be set (MUST-17)."""
        return self._tcb.options.nagle

    @nagle.setter
    def nagle(self, on: bool) -> None:
        self._tcb.options.nagle = on
        self._tcb.mark_dirty()  # what waited may go now

    @property
    def retries(self) -> int:
        """R2: retransmissions before it is given up (section 3.8.3); may be set (MUST-21)."""
        return self._tcb.options.retries

    @retries.setter
    def retries(self, count: int) -> None:
        self._tcb.options.retries = count

    @property
    def is_early(self) -> bool:
        """It was accepted before its handshake was over, and may send (RFC 7413 section 4.2)."""
        return self._tcb.state == SYN_RECEIVED and fast_open.is_early(self._tcb)

    @property
    def fast_open_room(self) -> int:
        """Bytes of text that the SYN, which has not been sent yet, will carry (RFC 7413)."""
        state = self._tcb.fast_open
        return 0 if state is None or self._tcb.snd_nxt > self._tcb.iss else state.room

    def send(self, data: bytes | bytearray | memoryview, now: int) -> int | WouldBlock:
        """Queue bytes (RFC 9293 section 3.10.2).

        Returns:
            How many were taken; `WOULD_BLOCK` for none: a `Writable` follows.

        Raises:
            HostError: the connection failed (its reason), or cannot send any more (`tcp.closed`).
        """
        tcb = self._tcb
        if tcb.error is not None:
            raise HostError(tcb.error, f"send in {tcb.state}")
        if tcb.fin_queued or tcb.state not in SENDING:
            raise HostError(Reason.TCP_CLOSED, f"send after shutdown or close, in {tcb.state}")
        return self.queue(data, now) or (WOULD_BLOCK if data else 0)

    def queue(
        self,
        data: bytes | bytearray | memoryview,
        now: int,
        more: bool = False,
        urgent_byte: bool = False,
        record_ends: bool = False,
    ) -> int:
        """Take as much of `data` as there is room for, in a state that allows it.

        Args:
            data: bytes.
            now: ns.
            more: more will follow soon: do not send what fills no segment (MSG_MORE).
            urgent_byte: the last of them is urgent (RFC 9293 section 3.8.5).
            record_ends: no segment has the last of them and what follows (MSG_EOR), where the
                queue has chunks.

        Returns:
            How many bytes were taken; a `Writable` follows if not all were.
        """
        tcb = self._tcb
        tcb.more_follows = more
        if tcb.send_queue is not None:
            count = self._enqueue(tcb.send_queue, memoryview(data), now, record_ends)
            if urgent_byte and count == len(data):
                urgent.mark(tcb)
            return count
        count = min(self.send_room, len(data))
        if count < len(data):
            tcb.wants_write = True
        if count <= 0:
            return 0
        tcb.send_buffer += data if count == len(data) else memoryview(data)[:count]
        tcb.more_follows = more
        if urgent_byte and count == len(data):
            urgent.mark(tcb)
        tcb.mark_dirty()
        return count

    def _enqueue(self, queue: SendQueue, data: memoryview, now: int, record_ends: bool) -> int:
        """The same into chunks, of which some leave while the rest is being written."""
        tcb = self._tcb
        more, tcb.more_follows = tcb.more_follows, False
        taken = 0
        while taken < len(data):
            count = send_queue.append(tcb, queue, data[taken:], not taken)
            taken += count
            if not count:
                tcb.wants_write = True
                more = False
                break
            if taken < len(data) and send_queue.is_full(tcb, queue):
                if send_queue.is_overdue(tcb, queue):
                    send_queue.push(queue)
                    output.push(tcb, queue, False, now)
                elif len(queue.chunks) == 1:
                    output.push(tcb, queue, True, now)
        if taken:
            if not more:
                send_queue.push(queue)
            if record_ends and taken == len(data) and queue.chunks:
                queue.chunks[-1].closed = True
            tcb.more_follows = more
            tcb.mark_dirty()
        return taken

    def receive(self, limit: int, now: int) -> bytes | WouldBlock:
        """Take up to `limit` bytes (RFC 9293 section 3.10.3).

        Returns:
            At least one byte; `b""` when the peer has closed and all is read; `WOULD_BLOCK` when
            nothing has come yet: a `Readable` follows.

        Raises:
            HostError: the connection failed (its reason), or was closed here (`tcp.closed`).
            ValueError: `limit` is below 1.
        """
        if limit < 1:
            raise ValueError(f"receive limit is {limit}; give 1 or more bytes")
        tcb = self._tcb
        if tcb.receive_buffer.size and urgent.readable(tcb):
            return self.take(limit, now)
        if tcb.error is not None:
            raise HostError(tcb.error, f"receive in {tcb.state}")
        if tcb.fin_received:
            return b""
        if tcb.state == CLOSED or tcb.closed_by_user:
            raise HostError(Reason.TCP_CLOSED, f"receive after close, in {tcb.state}")
        return WOULD_BLOCK

    def take(self, limit: int, now: int, peek: bool = False) -> bytes:
        """Up to `limit` of the bytes that have come, in any state; with `peek` they stay."""
        tcb = self._tcb
        data = urgent.read(tcb, limit, peek)
        if peek:
            return data
        if tcb.state in RECEIVING:
            has_been_read(tcb, now)
            if update_is_due(tcb):
                tcb.acknowledge_at_once()
        return data

    @property
    def has_urgent(self) -> bool:
        """A byte out of band is here or will come, and nobody took it."""
        return urgent.is_pending(self._tcb)

    @property
    def urgent_is_here(self) -> bool:
        """`take_urgent` would return a byte (POLLPRI)."""
        return urgent.is_here(self._tcb)

    @property
    def at_urgent_mark(self) -> bool:
        """The next byte of the stream is the last urgent one (SIOCATMARK; MUST-33)."""
        return urgent.at_mark(self._tcb)

    def take_urgent(self, peek: bool = False) -> int | None:
        """The byte out of band (MSG_OOB); None: there is none, or (`has_urgent`) not yet."""
        return urgent.take(self._tcb, peek) if self.has_urgent else None

    def shutdown(self, now: int) -> None:
        """Send no more: a FIN follows the data queued, and receiving goes on (half-close).

        Raises:
            HostError: the connection failed.
        """
        tcb = self._tcb
        if tcb.error is not None:
            raise HostError(tcb.error, f"shutdown in {tcb.state}")
        if tcb.state in SENDING:
            transitions.close_sending(tcb, now)

    def close(self, now: int) -> None:
        """Send no more and receive no more. Closing twice is fine.

        What is queued is still delivered; but if received bytes were never read, or come later,
        the peer gets a reset, so that it knows (RFC 9293 section 3.6.1, SHLD-3); and so it does
        if SO_LINGER is on with no time, which makes this an ABORT. A peer that does
        not close within a minute after that is forgotten.
        """
        tcb = self._tcb
        if tcb.closed_by_user or tcb.state == CLOSED:
            return
        if tcb.state == SYN_SENT:
            transitions.finish(tcb, None, now)
        elif tcb.options.linger == 0 or self._lost_unread():
            self.abort(now)
        else:
            tcb.receive_buffer.clear()
            transitions.close(tcb, now)

    def _lost_unread(self) -> bool:
        """Whether bytes would be lost that the peer believes delivered."""
        return self._tcb.receive_buffer.size > 0 and self._tcb.state != TIME_WAIT

    def abort(self, now: int) -> None:
        """End it at once, with a reset where the peer still counts on us (section 3.10.5)."""
        tcb = self._tcb
        tcb.closed_by_user = True
        if tcb.state in (CLOSED, LISTEN):
            return
        if tcb.state in (SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT):
            transitions.reset_peer(tcb, now)
        tcb.receive_buffer.clear()
        transitions.finish(tcb, None, now)
