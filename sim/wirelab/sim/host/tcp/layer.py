"""TCP as the host sees it: segments are handed in, connections found, output is polled.

Source: RFC 9293 sections 3.10.1 (OPEN), 3.10.7.1 (CLOSED) and 3.9.2.2 (ICMP); RFC 5927 section 4.1
and RFC 1122 section 4.2.3.9 (which ICMP errors to believe).
"""

from collections.abc import Callable

from wirelab.codecs import TCP, IPv4, IPv6
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import Event, SocketError
from wirelab.sim.host.local_address import EVERYWHERE, WILDCARDS
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.tcp import fast_open, opening, path_mtu, syn, time_wait, transitions
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.ecn import CONGESTION_EXPERIENCED
from wirelab.sim.host.tcp.environment import Environment, Key
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.tcp.output import transmit
from wirelab.sim.host.tcp.ports import Binding, Ports, check_own_port
from wirelab.sim.host.tcp.reset import reset_for
from wirelab.sim.host.tcp.segment import ACK, FIN, RST, SYN
from wirelab.sim.host.tcp.segment_arrives import segment_arrives
from wirelab.sim.host.tcp.sequence import unwrap
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import SYN_RECEIVED, SYN_SENT, TIME_WAIT
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.host.timers import Timers
from wirelab.sim.host.transport import NetworkOutput
from wirelab.sim.reasons import Reason


class TcpLayer:
    """All TCP of one host."""

    __slots__ = ("_environment", "_ports")

    def __init__(
        self,
        output: NetworkOutput,
        config: TcpConfig,
        timers: Timers,
        random: RandomSource,
        emit: Callable[[Event], None],
        observer: Observer | None = None,
    ) -> None:
        secret = random.getrandbits(128).to_bytes(16, "big")
        self._ports = ports = Ports(random)
        self._environment = Environment(output, config, timers, emit, observer, secret, ports)

    @property
    def connections(self) -> dict[Key, Tcb]:
        """Every connection that is not CLOSED; always the same object."""
        return self._environment.connections

    # segments

    def receive(
        self,
        ip: IPv4 | IPv6,
        segment: TCP,
        payload: bytes,
        now: int,
        interface: int | None = None,
    ) -> Drop | None:
        """Process a segment whose checksum and length are right; nothing is sent before the poll.

        Args:
            ip: its IP header, of which the addresses, the ECN field and the hops left count.
            segment: its header.
            payload: the bytes behind the data offset.
            now: ns.
            interface: index of where it came in; None: not known.

        Returns:
            None if a connection or a listener took it, else why not.
        """
        if self.config.drop_syn_fin and segment.flags & (SYN | FIN) == SYN | FIN:
            return Drop(Reason.TCP_BAD_FLAGS, "SYN and FIN")
        ttl = ip.ttl if isinstance(ip, IPv4) else ip.hop_limit
        key = (ip.destination, segment.destination_port, ip.source, segment.source_port)
        tcb = self._environment.connections.get(key)
        if tcb is None:
            return self._receive_unconnected(segment, payload, key, ttl, now, interface)
        if tcb.plain_ttl > ttl:
            minimum = tcb.options.minimum_ttl
            if ttl < minimum:
                return Drop(Reason.IP_TTL_BELOW_MINIMUM, f"TTL {ttl}, at least {minimum}")
            if not tcb.options.hears(interface):
                text = f"by interface {interface}; the connection is bound to {tcb.options.device}"
                return Drop(Reason.TCP_NO_CONNECTION, text)
        if tcb.state == TIME_WAIT and time_wait.may_reopen(tcb, segment):
            listener = self._ports.listener(key, interface)
            if listener is not None:
                return time_wait.reopen(tcb, listener, segment, payload, now)
        return segment_arrives(tcb, segment, payload, now, ip.ecn == CONGESTION_EXPERIENCED)

    def _receive_unconnected(
        self,
        segment: TCP,
        payload: bytes,
        key: Key,
        ttl: int,
        now: int,
        interface: int | None,
    ) -> Drop | None:
        """LISTEN or CLOSED."""
        listener = self._ports.listener(key, interface)
        if listener is not None:
            minimum = listener.options.minimum_ttl
            if ttl < minimum:
                return Drop(Reason.IP_TTL_BELOW_MINIMUM, f"TTL {ttl}, at least {minimum}")
            return listener.segment_arrives(segment, payload, key, now)
        flags = segment.flags
        if flags & RST:
            return Drop(Reason.TCP_NO_CONNECTION, "a reset for no connection")
        environment = self._environment
        told = environment.config.answer_closed_ports and environment.reply(
            reset_for(segment, payload), key[0], key[2]
        )
        if flags & (SYN | ACK) == SYN:
            return Drop(Reason.TCP_NO_LISTENER, f"port {key[1]} is closed", told)
        return Drop(Reason.TCP_NO_CONNECTION, f"from port {key[3]} to port {key[1]}", told)

    def save_syn(self, ip: IPv4 | IPv6, segment: TCP, headers: bytes, network_at: int) -> None:
        """Keep the headers of a SYN that began a connection, if its listener asks for it.

        Args:
            ip: its IP header.
            segment: its TCP header.
            headers: all of them, from the link's on (TCP_SAVE_SYN 2).
            network_at: where IP begins (TCP_SAVE_SYN 1).
        """
        key = (ip.destination, segment.destination_port, ip.source, segment.source_port)
        tcb = self._environment.connections.get(key)
        if tcb is None or tcb.state != SYN_RECEIVED or tcb.saved_syn is not None:
            return
        if tcb.options.save_syn and tcb.listener is not None:
            tcb.saved_syn = headers if tcb.options.save_syn == 2 else headers[network_at:]

    def poll_transmit(self, now: int) -> None:
        """Send all that is due: resets first, then connection by connection as they were marked."""
        environment = self._environment
        if environment.replies:
            replies, environment.replies = environment.replies, []
            for header, source, destination in replies:
                environment.output.send(header, b"", source, destination, now)
        while environment.dirty:  # again only for whom a smaller path MTU made begin anew
            dirty, environment.dirty = environment.dirty, []
            for tcb in dirty:
                tcb.dirty = False
                transmit(tcb, now)

    # calls

    @property
    def config(self) -> TcpConfig:
        """The knobs."""
        return self._environment.config

    def new_options(self) -> TcpOptions:
        """Options as a fresh socket has them."""
        return TcpOptions(self._environment.config)

    def bind(self, address: bytes, port: int, options: TcpOptions) -> Binding:
        """Take a port before it is used; see `Ports.bind`."""
        return self._ports.bind(address, port, options)

    def bind_address(self, address: bytes, options: TcpOptions) -> Binding:
        """Settle the address, and leave the port to `connect`; see `Ports.unbound`."""
        return self._ports.unbound(address, options)

    def connect(
        self,
        address: bytes,
        port: int,
        now: int,
        source_port: int = 0,
        options: TcpOptions | None = None,
        binding: Binding | None = None,
        fast: bool = False,
        interface: int | None = None,
    ) -> Connection:
        """Active OPEN. `Connected` or `Closed` follows.

        Args:
            address: of the other end, of either family.
            port: its port; 0 is one like all others on the wire, though nobody listens there.
            now: ns.
            source_port: our port; 0 for any free one.
            options: what the application has set; the connection keeps this very object.
            binding: what `bind` gave; it goes before `source_port`.
            fast: by Fast Open (RFC 7413): text that is sent before the next poll goes with the SYN,
                as far as `Connection.fast_open_room` says; else the SYN may ask for a cookie.
            interface: index of the one to leave by, which chooses the source; None: as routed.

        Raises:
            HostError: `ip.no_route`, or `tcp.port_in_use`.
            ValueError: a port that does not exist.
        """
        if not 0 <= port <= 0xFFFF:
            raise ValueError(f"TCP port to connect to is {port}; give 1 to 65535")
        check_own_port(source_port)
        source = self._environment.output.source_for(address, interface)
        if source is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(address)}")
        environment = self._environment
        connections = environment.connections
        if binding is not None:
            source_port = binding.port
            source = source if binding.address in WILDCARDS else binding.address
        options = options or self.new_options()

        def taken(number: int) -> bool:
            old = connections.get((source, number, address, port))
            return (old is not None and not time_wait.may_reuse(old, now)) or (
                not source_port and self._ports.is_bound(number)
            )

        if not source_port:
            source_port = self._ports.free_port(taken, options.port_range)
        elif taken(source_port):
            raise HostError(Reason.TCP_PORT_IN_USE, f"{source_port} to that port already")
        key = (source, source_port, address, port)
        iss = None
        old = connections.get(key)
        if old is not None:  # in TIME-WAIT
            iss = time_wait.new_iss(old, now)
            transitions.finish(old, None, now)
        return opening.open_actively(environment, key, now, options, iss, fast).connection

    def fast_open_ready(self, address: bytes, now: int) -> bool:
        """Whether a SYN to `address` could carry text (RFC 7413 section 4.1.3)."""
        return fast_open.can_send_at_once(self._environment, address, now)

    def listen(
        self,
        port: int,
        now: int,
        address: bytes | None = None,
        backlog: int = 128,
        options: TcpOptions | None = None,
        binding: Binding | None = None,
    ) -> Listener:
        """Passive OPEN. An `Accepted` follows for each connection.

        Args:
            port: our port; 0 for any free one.
            now: ns.
            address: one of our addresses, or None for all (MUST-43).
            backlog: bound of connections begun or not accepted yet.
            options: what the application has set; the listener keeps this very object.
            binding: what `bind` gave, which outlives the listener; it goes before `address` and
                `port`. Without one, only other listeners are in the way.

        Raises:
            HostError: `tcp.port_in_use`.
            ValueError: a port that does not exist.
        """
        if options is None:
            options = self.new_options()
            options.reuse_address = True
        if binding is not None:
            return Listener(self._environment, binding, backlog, now, options)
        binding = self.bind(address or EVERYWHERE, port, options)
        try:
            return Listener(self._environment, binding, backlog, now, options, keep=False)
        except HostError:
            binding.release()
            raise

    def drop(self, state: str, now: int) -> None:
        """Forget the connections in a state."""
        for tcb in list(self._environment.connections.values()):
            if tcb.state == state:
                transitions.finish(tcb, None if state == TIME_WAIT else Reason.TCP_CLOSED, now)

    def forget_peers(self) -> None:
        """Forget the Fast Open cookies of servers, and which of them to be careful with."""
        self._environment.cookies = None

    # errors from below

    def icmp_error(
        self,
        quoted_ip: IPv4 | IPv6,
        quoted_ports: tuple[int, int],
        sequence: int,
        reason: Reason,
        now: int,
    ) -> bool:
        """An ICMP error quotes one of our segments (MUST-54).

        It is believed only if that segment is on the way (RFC 5927 section 4.1). A hard error ends
        a connection attempt. Later it is only noted: it may be forged, and what is really broken
        will time out (RFC 5927 section 5.2; SHLD-26 allows it), with what was noted as the reason.
        A soft error never ends anything (MUST-56, SHLD-25; RFC 5461 section 5 tells of others).

        Args:
            quoted_ip: the header of what we sent.
            quoted_ports: source and destination port of what we sent.
            sequence: its sequence number.
            reason: what the ICMP message says.
            now: ns.

        Returns:
            Whether a connection took it.
        """
        key = (quoted_ip.source, quoted_ports[0], quoted_ip.destination, quoted_ports[1])
        tcb = self._environment.connections.get(key)
        if tcb is None:
            return False
        first = tcb.iss if tcb.state == SYN_RECEIVED else tcb.snd_una  # see `fast_open`, rule 2
        if not first <= unwrap(sequence, first) < tcb.snd_nxt:
            return False
        if reason == Reason.ICMP_FRAGMENTATION_NEEDED:
            if tcb.state == SYN_SENT:
                syn.too_big(tcb)
            else:
                path_mtu.shrink(tcb)
            return True
        if not _is_accepted(tcb) and reason in tcb.config.icmp_hard_errors:
            transitions.finish(tcb, reason, now)
            return True
        tcb.soft_error = reason
        if tcb.announced:
            self._environment.emit(SocketError(tcb.connection, reason))
        return True

    def neighbor_failed(self, destination: bytes, now: int) -> None:
        """Nobody answered on the way to `destination`: attempts to connect to it fail."""
        reason = Reason.ARP_TIMEOUT if len(destination) == 4 else Reason.ND_TIMEOUT
        for tcb in list(self._environment.connections.values()):
            if tcb.remote_address == destination and tcb.state == SYN_SENT:
                transitions.finish(tcb, reason, now)


def _is_accepted(tcb: Tcb) -> bool:
    """Whether a connection is more than an attempt: an application relies on it."""
    if tcb.state not in (SYN_SENT, SYN_RECEIVED):
        return True
    return tcb.fast_open is not None and tcb.fast_open.accepted
