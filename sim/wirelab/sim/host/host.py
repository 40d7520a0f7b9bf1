"""A whole TCP/IP host as one object: frames and calls in, frames and events out.

    frame --> receive_frame --> Ethernet --> IPv4 | IPv6 --> ICMP | UDP | TCP | groups --> events,
                                   |             |                    |              `--> sockets
                                   |             `--> forwarding --.  |
                                   `--> ARP | RARP                 |  |
                                                                   v  v
    calls, timers, sockets, services --> transport --> IPv4 output | IPv6 output
                                                            |             |
                                                           ARP | neighbour discovery
                                                            |             |
                          frames <-- poll_transmit <--------+-------------'

This is the driver's side; what programs call is in `wirelab.sim.host.calls`, and how the layers are
put together in `wirelab.sim.host.layers`.

Rule 1: `now` (ns) is always an argument; nothing in here knows a clock, a socket or a thread.
Rule 2: receiving never returns frames. It queues work, and `poll_transmit` gives what is due, so
that one ACK answers a batch of segments (RFC 9293 section 3.10.7.4, MUST-58 and MUST-59).
Rule 3: every frame that comes in is delivered, forwarded, dropped or rejected, and counted as
exactly one.
"""

from wirelab.sim.host.calls.addresses import AddressCalls
from wirelab.sim.host.calls.autoconfiguration import AutoconfigurationCalls
from wirelab.sim.host.calls.diagnostics import DiagnosticCalls
from wirelab.sim.host.calls.groups import GroupCalls
from wirelab.sim.host.calls.neighbors import NeighborCalls
from wirelab.sim.host.calls.sockets import SocketCalls
from wirelab.sim.host.config import HostConfig, RandomSource
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.events import Event
from wirelab.sim.host.ipv4.fast_path import taken as taken4
from wirelab.sim.host.ipv6.fast_path import taken as taken6
from wirelab.sim.host.layers import Layers
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.service.desk import Desk, Service
from wirelab.sim.host.sockets.hub import of_sockets
from wirelab.sim.host.tcp.config import TcpConfig


class Host(
    AddressCalls, AutoconfigurationCalls, NeighborCalls, GroupCalls, DiagnosticCalls, SocketCalls
):
    """A host with one or more Ethernet interfaces.

    Args:
        config: addresses, routes, limits.
        random: a seeded `random.Random`; ports, sequence numbers and identifications come from it.
        observer: told of TCP states and timers, if given.

    Attributes:
        name: from the configuration.
        interfaces: in the order of the configuration.
        counters: what became of every frame.
        hooks: boxes that see every packet (NAT, filters); see `wirelab.sim.host.packet_hooks`.
        multicast: the groups that sockets and programs listen to.
        attention: wakes the driver that wants it, when the host is called.
        tcp_config: TCP's knobs; setting one changes what is done from then on, as sysctl does.
    """

    def __init__(
        self, config: HostConfig, random: RandomSource, observer: Observer | None = None
    ) -> None:
        layers = self._layers = Layers(config, random, observer, self)
        self.name = config.name
        self.interfaces = layers.interfaces
        self.counters = layers.counters
        self.hooks = layers.hooks
        self.multicast = layers.multicast
        self.tcp_config: TcpConfig = layers.tcp.config
        self.attention = layers.timers.attention
        self._desk: Desk | None = None  # made with the first service
        # What is needed for each frame is kept at hand.
        self._receive = layers.ethernet.receive
        self._tcp = layers.tcp
        self._loopback = layers.loopback
        self._frames = layers.frames
        self._events = layers.events
        self._timers = layers.timers
        if config.autoconfigure:
            self._timers.timer(self._autoconfigure_all).start(0)  # with the first look at timers

    def receive_frame(
        self, interface: int, frame: bytes, now: int, trusted: bool = False
    ) -> Drop | None:
        """Take one frame from a link.

        Args:
            interface: index of the interface that it came in by.
            frame: the Ethernet frame, without FCS.
            now: ns.
            trusted: the link vouches for the TCP or UDP checksum, which is then not looked at.

        Returns:
            None when somebody here took it, `FORWARDED`, or why neither.
        """
        counters = self.counters
        counters.frames_in += 1
        arrived_at = self.interfaces[interface]
        if taken4(self._layers.expected, arrived_at.mac, frame, trusted, now):
            counters.delivered += 1
            return None
        forwarding = self._layers.fast_forwarding
        if forwarding is not None and forwarding.taken(arrived_at, frame, now):
            counters.forwarded += 1
            return FORWARDED
        if arrived_at.ipv6:
            if taken6(self._layers.expected, arrived_at.mac, frame, trusted, now):
                counters.delivered += 1
                return None
            forwarding6 = self._layers.fast_forwarding6
            if forwarding6 is not None and forwarding6.taken(arrived_at, frame, now):
                counters.forwarded += 1
                return FORWARDED
        drop = self._receive(arrived_at, frame, now, trusted)
        counters.settle(drop)
        return drop

    def poll_transmit(self, now: int) -> list[tuple[int, bytes]]:
        """Take every frame that is due, each with the index of its interface."""
        if self._desk is not None:
            self._desk.run(now)
        self._tcp.poll_transmit(now)
        if self._loopback.frames:
            self._loopback.deliver(now)
        frames = self._frames[:]
        if frames:
            self._frames.clear()
            self.counters.frames_out += len(frames)
        return frames

    def handle_timers(self, now: int) -> None:
        """Fire every timer that is due; what there is to send comes with `poll_transmit`."""
        self._timers.run(now)

    def poll_at(self, before: int | None = None) -> int | None:
        """When `handle_timers` wants to be called next (ns), or None: no timer runs.

        Args:
            before: `handle_timers` will be called then anyway: None, too, if nothing is due before.
                For whoever asks after each frame, this costs much less.
        """
        return self._timers.next_deadline(before)

    @property
    def has_events(self) -> bool:
        """Whether `poll_event` would give one."""
        return bool(self._events) if self._desk is None else self._desk.has_events

    def poll_event(self) -> Event | None:
        """Take the oldest event, or None."""
        if self._desk is not None:
            return self._desk.poll_event()
        return of_sockets(self._events.popleft()) if self._events else None

    # --- services ----------------------------------------------------------------------------

    def start(self, service: Service, now: int) -> None:
        """Let a service run on this host from now on; see `wirelab.sim.host.service`.

        Raises:
            HostError: a port that it needs is taken.
            ValueError: it runs already.
        """
        if self._desk is None:
            layers = self._layers
            self._desk = Desk(self, layers.random, self._timers, layers.udp, self._events)
            self.attention.always = True
            self.attention.call()
        self._desk.start(service, now)

    def stop(self, service: Service, now: int) -> None:
        """End a service; one that does not run is left alone."""
        if self._desk is not None:
            self._desk.stop(service, now)

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that run, in the order in which they were started."""
        return () if self._desk is None else tuple(self._desk.services)

    def _autoconfigure_all(self, now: int) -> None:
        for interface in self.interfaces:
            self.autoconfigure(now, interface.index)
