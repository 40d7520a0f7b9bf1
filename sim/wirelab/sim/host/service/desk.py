"""The desk of a host's services: where they get timers, ports and streams, and news of them.

Theory of operation: datagrams reach a service in the very call that brought them. What TCP and
ICMP tell as events is sorted here, before anybody else sees it: an event of a service's socket is
handed over, any other kept for the driver. A host without services never comes here.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.events import EchoReply, Event, IcmpError, ServiceEvent
from wirelab.sim.host.local_address import EVERYWHERE
from wirelab.sim.host.service.ports import Port, Receiver, TroubleTaker
from wirelab.sim.host.service.streams import Stream, StreamHandler, StreamListener
from wirelab.sim.host.sockets.hub import of_sockets
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.timers import Timer, Timers
from wirelab.sim.host.udp import Udp

if TYPE_CHECKING:
    from wirelab.sim.host.host import Host

MAXIMUM_STREAMS: Final = 1024
"""Connections that the services of one host hold; ours: a flood of them is bounded."""

Opened = TypeVar("Opened", Port, StreamListener)

Answered: TypeAlias = Callable[[EchoReply | IcmpError, int], None]
"""Takes the answer to a ping, and `now`."""


class Service(ABC):
    """Something that runs on a host; `Host.start` starts it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @abstractmethod
    def start(self, desk: "Desk", now: int) -> None:
        """Begin: open ports, arm timers.

        Args:
            desk: what to work with; keep it.
            now: ns.

        Raises:
            HostError: a port is taken.
        """

    @abstractmethod
    def stop(self, now: int) -> None:
        """End: close ports, stop timers."""


class Desk:
    """What the services of one host work with; made with the first of them.

    Attributes:
        host: the host.
        random: the host's; drawn from only when there is something to choose.
        services: those that run, in the order in which they were started.
    """

    def __init__(
        self,
        host: "Host",
        random: RandomSource,
        timers: Timers,
        udp: Udp,
        events: deque[Event],
    ) -> None:
        self.host = host
        self.random = random
        self.services: list[Service] = []
        self._timers = timers
        self._udp = udp
        self._events = events  # as the layers below emit them
        self._inbox: deque[Event] = deque()
        self._outbox: deque[Event] = deque()  # for the driver
        self._streams: set[Stream] = set()
        self._pings: dict[tuple[int, int], Answered] = {}
        self._ping_number = 0
        self._opened: list[Port | StreamListener] | None = None  # by the service being started

    # --- services ----------------------------------------------------------------------------

    def start(self, service: Service, now: int) -> None:
        """See `Host.start`; a service that cannot start leaves no port open."""
        if service in self.services:
            raise ValueError(f"{service!r} runs on {self.host.name} already; stop it first")
        opened: list[Port | StreamListener] = []
        self._opened = opened
        try:
            service.start(self, now)
        except BaseException:
            for port in opened:
                port.close(now)
            raise
        finally:
            self._opened = None
        self.services.append(service)

    def stop(self, service: Service, now: int) -> None:
        """See `Host.stop`."""
        if service in self.services:
            self.services.remove(service)
            service.stop(now)

    # --- what a service is given ---------------------------------------------------------------

    def timer(self, callback: Callable[[int], None]) -> Timer:
        """A stopped timer that will call `callback(now)`."""
        return self._timers.timer(callback)

    def udp(
        self,
        port: int,
        receive: Receiver,
        now: int,
        address: bytes = EVERYWHERE,
        trouble: TroubleTaker | None = None,
        interface: int | None = None,
    ) -> Port:
        """Open a UDP port.

        Args:
            port: 0 for a free one.
            receive: called with each `Message`, and `now`.
            now: ns.
            address: one of ours, ANY_IPV4 or ANY_IPV6; EVERYWHERE: all, of both families.
            trouble: called with what ICMP or ARP says about a datagram that was sent from here.
            interface: index of the only interface to hear; None: all.

        Raises:
            HostError: `udp.port_in_use`.
        """
        opened = Port(self._udp, receive, trouble)
        opened.interface = interface
        self._udp.ports.enter(opened, address, port)
        return self._noted(opened)

    def listen(
        self,
        port: int,
        make: Callable[[], StreamHandler],
        now: int,
        address: bytes | None = None,
    ) -> StreamListener:
        """Listen for TCP connections; `make` gives the handler of each.

        Raises:
            HostError: `tcp.port_in_use`, `ip.not_my_address`.
        """
        return self._noted(StreamListener(self, self.host.tcp_listen(port, now, address), make))

    def _noted(self, opened: Opened) -> Opened:
        if self._opened is not None:
            self._opened.append(opened)
        return opened

    def connect(self, address: bytes, port: int, handler: StreamHandler, now: int) -> Stream:
        """Open a TCP connection; `handler.opened` or `handler.closed` follows.

        Raises:
            HostError: `ip.no_route`, `tcp.broadcast`.
        """
        stream = Stream(self, self.host.tcp_connect(address, port, now), handler)
        self._streams.add(stream)
        return stream

    def ping(self, address: bytes, answered: Answered, now: int) -> Callable[[], None]:
        """Send an echo request; `answered` follows, or nothing at all.

        Returns:
            What to call when the answer is awaited no longer.

        Raises:
            HostError: `ip.no_route`.
        """
        self._ping_number = (self._ping_number + 1) & 0xFFFF
        key = (self.random.getrandbits(16), self._ping_number)
        self.host.ping(address, *key, b"", now)
        self._pings[key] = answered
        return lambda: self._pings.pop(key, None) and None

    def tell(self, key: object, value: object) -> None:
        """Tell a program: whoever waits for `key` gets a `ServiceEvent`."""
        self._outbox.append(ServiceEvent(key, value))

    # --- events --------------------------------------------------------------------------------

    @property
    def has_events(self) -> bool:
        """Whether `poll_event` would give one."""
        self._sort()
        return bool(self._outbox)

    def poll_event(self) -> Event | None:
        """The oldest event that is not a service's, or None."""
        self._sort()
        return self._outbox.popleft() if self._outbox else None

    def run(self, now: int) -> None:
        """Hand the services what is theirs; the host calls this before it transmits."""
        while self._events or self._inbox:
            self._sort()
            while self._inbox:
                self._hand_over(self._inbox.popleft(), now)
                self._sort()

    def _sort(self) -> None:
        events = self._events
        while events:
            event = of_sockets(events.popleft())
            is_ours = isinstance(event[0], Stream | StreamListener)
            if not is_ours and self._pings and isinstance(event, EchoReply | IcmpError):
                is_ours = (event.identifier, event.sequence_number) in self._pings
            (self._inbox if is_ours else self._outbox).append(event)

    def _hand_over(self, event: Event, now: int) -> None:
        if isinstance(event, EchoReply | IcmpError):
            answered = self._pings.pop((event.identifier, event.sequence_number), None)
            if answered is not None:
                answered(event, now)
            return
        owner = event[0]
        if isinstance(owner, Stream | StreamListener):
            owner.handle(event, now)

    # --- streams -------------------------------------------------------------------------------

    def adopt(self, connection: Connection, handler: StreamHandler, now: int) -> None:
        """Take an accepted connection; for `StreamListener`."""
        if len(self._streams) >= MAXIMUM_STREAMS:
            connection.abort(now)
            return
        stream = Stream(self, connection, handler)
        self._streams.add(stream)
        handler.opened(stream, now)
        handler.readable(stream, now)  # what came before it was ours told somebody else

    def forget(self, stream: Stream) -> None:
        """It is over; for `Stream`."""
        self._streams.discard(stream)
