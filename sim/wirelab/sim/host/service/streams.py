"""TCP for services: a connection whose handler is called when something happens on it.

Rule 1: the handler reads until `receive` gives None, as with every edge-triggered readiness.
Rule 2: `closed` comes exactly once, last, for every stream that was opened or tried.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted, Closed, Connected, Event, Readable, Writable
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.service.desk import Desk

RECEIVE_LIMIT: Final = 65_536
"""bytes taken by one `receive`; ours: a full window without scaling."""


class StreamHandler:
    """What a service does with one connection; override what matters. All times in ns."""

    def opened(self, stream: "Stream", now: int) -> None:
        """The connection is ESTABLISHED."""

    def readable(self, stream: "Stream", now: int) -> None:
        """Bytes have come, or the end: `stream.receive` until it gives None."""

    def writable(self, stream: "Stream", now: int) -> None:
        """`stream.send` takes bytes again."""

    def closed(self, stream: "Stream", reason: Reason | None, now: int) -> None:
        """It is over; `reason` is None after an orderly close."""


class Stream:
    """One TCP connection of a service.

    Attributes:
        connection: the engine's.
        is_closed: nothing comes or goes any more.
    """

    __slots__ = ("_desk", "_handler", "connection", "is_closed")

    def __init__(self, desk: "Desk", connection: Connection, handler: StreamHandler) -> None:
        self._desk = desk
        self._handler = handler
        self.connection = connection
        self.is_closed = False
        connection.socket = self
        connection.nagle = False  # services write whole messages, which must not wait

    def __repr__(self) -> str:
        return f"<Stream {self.connection!r}>"

    def receive(self, now: int, limit: int = RECEIVE_LIMIT) -> bytes | None:
        """Bytes that have come; b"" for the end of what the peer sends; None: nothing yet."""
        if self.is_closed:
            return None
        try:
            data = self.connection.receive(limit, now)
        except HostError:
            return None  # `closed` follows, or has come
        return None if data is WOULD_BLOCK else data

    def send(self, data: bytes, now: int) -> int:
        """Queue bytes; returns how many were taken. If not all were, `writable` follows."""
        if self.is_closed or not data:
            return 0
        try:
            taken = self.connection.send(data, now)
        except HostError:
            return 0
        return 0 if taken is WOULD_BLOCK else taken

    def shutdown(self, now: int) -> None:
        """Send no more; receiving goes on."""
        if not self.is_closed:
            try:
                self.connection.shutdown(now)
            except HostError:
                return  # it has failed: `closed` follows

    def close(self, now: int) -> None:
        """Deliver what is queued, and be done with it. Closing twice is fine."""
        self.connection.close(now)
        self._over(None, now)

    def abort(self, now: int) -> None:
        """End it at once, with a reset."""
        self.connection.abort(now)
        self._over(None, now)

    def handle(self, event: Event, now: int) -> None:
        """Take an event of the connection. For the desk."""
        if self.is_closed:
            return
        if isinstance(event, Connected):
            self._handler.opened(self, now)
        elif isinstance(event, Readable):
            self._handler.readable(self, now)
        elif isinstance(event, Writable):
            self._handler.writable(self, now)
        elif isinstance(event, Closed):
            self._over(event.reason, now)

    def _over(self, reason: Reason | None, now: int) -> None:
        if not self.is_closed:
            self.is_closed = True
            self._desk.forget(self)
            self._handler.closed(self, reason, now)


class StreamListener:
    """A listening port of a service; `Desk.listen` makes it."""

    __slots__ = ("_desk", "_listener", "_make")

    def __init__(self, desk: "Desk", listener: Listener, make: Callable[[], StreamHandler]) -> None:
        self._desk = desk
        self._listener = listener
        self._make = make
        listener.socket = self

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._listener.local_port

    def close(self, now: int) -> None:
        """Listen no more; the streams that came of it go on."""
        self._listener.close(now)

    def handle(self, event: Event, now: int) -> None:
        """Take every connection that waits, unless too many are open. For the desk."""
        if not isinstance(event, Accepted):
            return
        while True:
            try:
                connection = self._listener.accept(now)
            except HostError:
                return  # closed meanwhile
            if connection is WOULD_BLOCK:
                return
            self._desk.adopt(connection, self._make(), now)
