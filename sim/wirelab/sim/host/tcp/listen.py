"""A listening port: SYNs come in, connections go out.

Source: RFC 9293 sections 3.10.1 (passive OPEN) and 3.10.7.2 (SEGMENT ARRIVES in LISTEN).

Rule 1: handshakes that are not finished (the SYN queue) and connections that are not accepted (the
accept queue) have the backlog as their bound, each; as with Linux, one more connection may wait.
Rule 2: while the SYN queue is full, SYNs are answered with cookies, or dropped without a word where
those are off. While the accept queue is full, SYNs and last ACKs are dropped, and the peer tries
again.
"""

from collections import deque

from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.events import Accepted
from wirelab.sim.host.tcp import acknowledgment, fast_open, opening, syn_cookies, transitions
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.environment import Environment, Key
from wirelab.sim.host.tcp.ports import Binding
from wirelab.sim.host.tcp.reset import reset_for
from wirelab.sim.host.tcp.segment import ACK, RST, SYN, Segment, WireHeader
from wirelab.sim.host.tcp.segment_arrives import (
    hold_text,
    segment_arrives,
    take_syn,
)
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import CLOSED, LISTEN, SYN_RECEIVED, State
from wirelab.sim.host.tcp.syn import deferred_tries
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.host.tcp.text_arrives import take_held_text
from wirelab.sim.reasons import Reason


class Listener:
    """A passive OPEN; `Host.tcp_listen` gives it.

    Attributes:
        local_address: that alone, or one of `local_address.WILDCARDS`.
        local_port: the port.
        backlog: bound of connections begun, and of those waiting for `accept`.
        options: what connections inherit.
        arrivals: how many connections have become ready for `accept` so far.
        socket: the Berkeley socket that listens here, if one does: events carry it then.
        state: LISTEN, then CLOSED.
        remote_address, remote_port: unspecified; here for observers, as `Connection` has them.
    """

    __slots__ = (
        "_begun",
        "_binding",
        "_cookies_until",
        "_early",
        "_early_resets",
        "_environment",
        "_keep",
        "_ready",
        "arrivals",
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
        self._ready: deque[Tcb] = deque()
        self._early: dict[Key, Tcb] = {}
        self._early_resets: deque[int] = deque()
        self._binding = binding
        self._cookies_until = 0
        self._keep = keep
        self.local_address = binding.address
        self.local_port = binding.port
        self.remote_address = ANY_IPV4
        self.remote_port = 0
        self.socket: object | None = None
        self.arrivals = 0
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
            tcb = self._ready.popleft()
            if tcb.fast_open is not None:
                tcb.fast_open.accepted = True
            return tcb.connection
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
        unwanted = [*self._begun.values(), *self._ready]
        self._ready.clear()
        for tcb in unwanted:
            tcb.connection.abort(now)

    @property
    def waiting(self) -> int:
        """Connections that `accept` would return now."""
        return len(self._ready)

    @property
    def is_full(self) -> bool:
        """Whether no more connections may wait for `accept`."""
        return len(self._ready) > self.backlog

    def refuse(self) -> Drop:
        """What becomes of a SYN, or of the ACK of our SYN,ACK, while too many wait."""
        detail = f"{len(self._ready)} connections wait for accept, the backlog is {self.backlog}"
        return Drop(Reason.TCP_BACKLOG_FULL, detail)

    def segment_arrives(
        self, header: WireHeader, text: bytes, key: Key, now: int, iss: int | None = None
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
            return self._ack_arrives(header, text, key, now)
        if not flags & SYN:  # fourth
            return Drop(Reason.TCP_BAD_FLAGS, "neither SYN, ACK nor RST to a listener")
        if self.is_full:
            return self.refuse()
        cookies = self._environment.config.syn_cookies
        if len(self._begun) >= max(self.backlog, 1) and iss is None:
            if cookies == "off":
                detail = f"{len(self._begun)} handshakes wait for their ACKs"
                return Drop(Reason.TCP_BACKLOG_FULL, detail)
            self._send_cookie(header, key, now)
        elif cookies == "always" and iss is None:
            self._send_cookie(header, key, now)
        else:  # third
            tcb = opening.create(self._environment, key, now, self.options.copy(), iss)
            self._begin(tcb, header, text, now)
        return None

    def _begin(self, tcb: Tcb, header: WireHeader, text: bytes, now: int) -> None:
        segment = self._take_syn(tcb, header, text, now)
        early = self._has_room_for_early(now) and fast_open.judge(tcb, segment)
        if early or (tcb.config.hold_syn_text and tcb.fast_open is None):
            hold_text(tcb, segment)
        transitions.change_state(tcb, SYN_RECEIVED, now)
        if early:
            self._accept_early(tcb)
        else:
            self._begun[tcb.key] = tcb
        tcb.mark_dirty()

    def _take_syn(self, tcb: Tcb, header: WireHeader, text: bytes, now: int) -> Segment:
        tcb.listener = self
        tcb.state = LISTEN
        segment = Segment(header, text, tcb)
        take_syn(tcb, segment, now)
        acknowledgment.set_window(tcb, segment)
        return segment

    # Fast Open

    def _has_room_for_early(self, now: int) -> bool:
        """Whether one more connection may be accepted early (RFC 7413 section 5.1)."""
        config = self._environment.config
        if not config.fast_open_server:
            return False
        limit = self.options.fast_open
        if not limit and config.fast_open_all_listeners:
            limit = max(self.backlog, 1)
        resets = self._early_resets
        while resets and resets[0] <= now:
            resets.popleft()
        return len(self._early) + len(resets) < limit

    def _accept_early(self, tcb: Tcb) -> None:
        """Let `accept` return it, with the text of its SYN, before the handshake is over."""
        assert tcb.fast_open is not None
        tcb.fast_open.early = True
        tcb.fast_open.acknowledged = bool(tcb.reassembly)
        tcb.announced = True
        self._early[tcb.key] = tcb
        self._ready.append(tcb)
        self.arrivals += 1
        self._environment.emit(Accepted(self, tcb.connection))
        take_held_text(tcb)

    # SYN cookies

    def _send_cookie(self, header: WireHeader, key: Key, now: int) -> None:
        """Answer a SYN, and forget it."""
        environment = self._environment
        tcb = Tcb(environment, key, 0, self.options)
        self._take_syn(tcb, header, b"", now)
        tcb.iss = tcb.snd_una = tcb.snd_nxt = syn_cookies.initial_sequence_number(
            environment.isn_secret, key, header.sequence_number, tcb.peer_mss, now
        )
        syn_cookies.prepare(tcb, now)
        tcb.state = SYN_RECEIVED  # nobody is told: to the observer it is still a SYN to a listener
        tcb.stateless = True
        tcb.mark_dirty()
        self._cookies_until = now + syn_cookies.LIFETIME * syn_cookies.PERIOD

    def _ack_arrives(self, header: WireHeader, text: bytes, key: Key, now: int) -> Drop | None:
        """An ACK: it may bring a cookie back, else it belongs to nothing here."""
        environment = self._environment
        if now < self._cookies_until and not header.flags & SYN:
            remembered = syn_cookies.remember(environment.isn_secret, key, header, now)
            if remembered is not None:
                if self.is_full:
                    return self.refuse()
                options = self.options.copy()
                tcb = opening.create(environment, key, now, options, remembered.iss)
                self._begin(tcb, remembered.syn, b"", now)
                tcb.snd_nxt = tcb.iss + 1
                drop = segment_arrives(tcb, header, text, now)
                if tcb.state == SYN_RECEIVED:  # held back: as if the SYN,ACK had just gone
                    tcb.retransmission_timer.start(now + tcb.timeout.rto)
                return drop
        told = environment.reply(reset_for(header, text), key[0], key[2])
        return Drop(Reason.TCP_NO_CONNECTION, "an ACK to a listener", told)

    # what becomes of handshakes

    def hold_back(self, tcb: Tcb, segment: Segment, now: int) -> Drop | None:
        """Whether the ACK of our SYN,ACK does not end the handshake yet, and why."""
        if segment.length == 0 and tcb.retransmissions < deferred_tries(tcb):
            tcb.handshake_acked = True
            return Drop(Reason.TCP_ACCEPT_DEFERRED, "accept waits for text (TCP_DEFER_ACCEPT)")
        if not self.is_full:
            return None
        tcb.handshake_acked = True
        drop = self.refuse()
        if not self._environment.config.abort_on_overflow:
            return drop
        told = transitions.reset_peer(tcb, now)
        transitions.finish(tcb, Reason.TCP_BACKLOG_FULL, now)
        return Drop(drop.reason, drop.detail, told)

    def established(self, tcb: Tcb) -> None:
        """The handshake is done: `accept` may return it, if it has not done so already."""
        if self._early.pop(tcb.key, None) is None:
            del self._begun[tcb.key]
            self._ready.append(tcb)
            self.arrivals += 1

    def gave_up(self, tcb: Tcb, now: int) -> None:
        """A connection of ours is over: perhaps its handshake came to nothing."""
        if self._begun.get(tcb.key) is tcb:
            del self._begun[tcb.key]
        elif self._early.get(tcb.key) is tcb:
            del self._early[tcb.key]
            if tcb.error == Reason.TCP_RESET:
                self._early_resets.append(now + fast_open.RESET_LIFETIME)

    def _change_state(self, new: State, now: int) -> None:
        old, self.state = self.state, new
        if self._environment.observer is not None:
            self._environment.observer.state_changed(self, old, new, now)
