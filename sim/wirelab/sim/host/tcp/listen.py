"""A listening port: SYNs come in, connections go out.

Source: RFC 9293 sections 3.10.1 (passive OPEN) and 3.10.7.2 (SEGMENT ARRIVES in LISTEN).

Rule: handshakes that are not finished and connections that are not accepted share one bound, the
backlog; beyond it SYNs are dropped without a word, and the peer tries again.
"""

from collections import deque

from wirelab.codecs import TCP
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.tcp import acknowledgment, opening, transitions
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.environment import Environment, Key
from wirelab.sim.host.tcp.ports import ANY, Binding
from wirelab.sim.host.tcp.reset import reset_for
from wirelab.sim.host.tcp.segment import ACK, RST, SYN, Segment
from wirelab.sim.host.tcp.segment_arrives import hold_text, take_syn
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import CLOSED, LISTEN, SYN_RECEIVED, State
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason


class Listener:
    """A passive OPEN; `Host.tcp_listen` gives it.

    Attributes:
        local_address: that alone, or `ANY`.
        local_port: the port.
        backlog: bound of connections begun or waiting for `accept`.
        options: what connections inherit.
        socket: the Berkeley socket that listens here, if one does: events carry it then.
        state: LISTEN, then CLOSED.
        remote_address, remote_port: unspecified; here for observers, as `Connection` has them.
    """

    __slots__ = (
        "_begun",
        "_binding",
        "_environment",
        "_keep",
        "_ready",
        "backlog",
        "local_address",
        "local_port",
        "options",
        "remote_address",
        "remote_port",
        "socket",
        "state",
    )

    def __init__(
        self,
        environment: Environment,
        binding: Binding,
        backlog: int,
        now: int,
        options: TcpOptions,
        keep: bool = True,
    ) -> None:
        """Begin to listen where `binding` says; without `keep`, close gives the port back.

        Raises:
            HostError: `tcp.port_in_use`: somebody else listens there by now.
        """
        self._environment = environment
        self._begun: dict[Key, Tcb] = {}
        self._ready: deque[Connection] = deque()
        self._binding = binding
        self._keep = keep
        self.local_address = binding.address
        self.local_port = binding.port
        self.remote_address = ANY
        self.remote_port = 0
        self.socket: object | None = None
        self.backlog = backlog
        self.options = options
        self.state: State = CLOSED
        environment.ports.start_listening(self, binding)
        self._change_state(LISTEN, now)

    def __repr__(self) -> str:
        return f"<Listener {self.local_port} {self.state}>"

    def accept(self, now: int) -> Connection | WouldBlock:
        """The connection that has waited longest; `WOULD_BLOCK`: an `Accepted` follows.

        Raises:
            HostError: the listener is closed (`tcp.closed`).
        """
        if self._ready:
            return self._ready.popleft()
        if self.state == CLOSED:
            raise HostError(Reason.TCP_CLOSED, f"accept on closed port {self.local_port}")
        return WOULD_BLOCK

    def close(self, now: int) -> None:
        """Listen no more; connections that nobody accepted are reset (RFC 9293 section 3.10.4)."""
        if self.state == CLOSED:
            return
        self._change_state(CLOSED, now)
        self._environment.ports.stop_listening(self, self._binding)
        if not self._keep:
            self._binding.release()
        unwanted = [*(tcb.connection for tcb in self._begun.values()), *self._ready]
        self._ready.clear()
        for connection in unwanted:
            connection.abort(now)

    @property
    def waiting(self) -> int:
        """Connections that `accept` would return now."""
        return len(self._ready)

    @property
    def is_full(self) -> bool:
        """Whether the backlog is used up."""
        return len(self._begun) + len(self._ready) >= self.backlog

    def refuse(self) -> Drop:
        """What becomes of a SYN while the backlog is full."""
        return Drop(Reason.TCP_BACKLOG_FULL, f"{self.backlog} connections wait already")

    def segment_arrives(
        self, header: TCP, text: bytes, key: Key, now: int, iss: int | None = None
    ) -> Drop | None:
        """RFC 9293 section 3.10.7.2.

        Args:
            header: the segment's header.
            text: its payload.
            key: the connection that this would become.
            now: ns.
            iss: our initial sequence number, where it matters (`time_wait`).
        """
        flags = header.flags
        if flags & RST:  # first
            return Drop(Reason.TCP_NO_CONNECTION, "a reset to a listener")
        if flags & ACK:  # second
            told = self._environment.reply(reset_for(header, text), key[0], key[2])
            return Drop(Reason.TCP_NO_CONNECTION, "an ACK to a listener", told)
        if not flags & SYN:  # fourth
            return Drop(Reason.TCP_BAD_FLAGS, "neither SYN, ACK nor RST to a listener")
        if self.is_full:
            return self.refuse()
        tcb = opening.create(self._environment, key, now, self.options.copy(), iss)
        self._begin(tcb, header, text, now)  # third
        return None

    def _begin(self, tcb: Tcb, header: TCP, text: bytes, now: int) -> None:
        tcb.listener = self
        tcb.state = LISTEN
        segment = Segment(header, text, tcb)
        take_syn(tcb, segment, now)
        acknowledgment.set_window(tcb, segment)
        hold_text(tcb, segment)
        self._begun[tcb.key] = tcb
        transitions.change_state(tcb, SYN_RECEIVED, now)
        tcb.mark_dirty()

    def established(self, tcb: Tcb) -> None:
        """The handshake is done: `accept` may return it."""
        del self._begun[tcb.key]
        self._ready.append(tcb.connection)

    def gave_up(self, tcb: Tcb) -> None:
        """The handshake came to nothing."""
        self._begun.pop(tcb.key, None)

    def _change_state(self, new: State, now: int) -> None:
        old, self.state = self.state, new
        if self._environment.observer is not None:
            self._environment.observer.state_changed(self, old, new, now)
