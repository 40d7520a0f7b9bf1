"""A small authoritative name server: zones over UDP and TCP.

Source: RFC 1035 section 4.2 (transport); RFC 7766 sections 6 and 7 (TCP).
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from wirelab.codecs import DNS, DecodeError
from wirelab.codecs.dns_stream import frame_message, split_messages
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.service import Desk, Message, Service, Stream, StreamHandler
from wirelab.sim.services.dns.answering import fitted, respond, room_for
from wirelab.sim.services.dns.names import FORMAT_ERROR
from wirelab.sim.services.dns.zone import Zone
from wirelab.sim.services.dns.zone_text import parse_zone

PORT: Final = 53  # RFC 1035 section 4.2

IDLE_TIME: Final = 10 * SECOND
"""After which a connection without a question is closed; RFC 7766 section 6.2.3: "seconds"."""

LONGEST_MESSAGE: Final = 0xFFFF  # bytes over TCP, RFC 1035 section 4.2.2


Told: TypeAlias = Callable[[DNS, DNS | None, int], None]


class DnsServer(Service):
    """The server of some zones.

    Args:
        zones: each a `Zone`, or the text of one (see `zone_text`).
        port: where.
        told: called with each query, the response to it (None: there is none), and `now`.

    Attributes:
        zones: what it serves; may be changed while it runs.
        queries: how many came.

    Raises:
        ZoneTextError: a text cannot be read.
        ValueError: two zones have one origin.
    """

    def __init__(
        self, zones: Iterable[Zone | str], port: int = PORT, told: Told | None = None
    ) -> None:
        self.zones = [parse_zone(zone) if isinstance(zone, str) else zone for zone in zones]
        origins = [zone.origin for zone in self.zones]
        for zone in self.zones:
            if [one.key for one in self.zones].count(zone.key) > 1:
                raise ValueError(
                    f"two zones for {zone.origin!r} among {origins}; put them together"
                )
        self.queries = 0
        self.port = port
        self._told = told

    def start(self, desk: Desk, now: int) -> None:
        """Open the ports."""
        self.desk = desk
        self._datagrams = desk.udp(self.port, self._receive, now)
        self._listener = desk.listen(self.port, lambda: _Session(self, desk), now)

    def stop(self, now: int) -> None:
        """Close the ports."""
        self._datagrams.close(now)
        self._listener.close(now)

    def _receive(self, message: Message, now: int) -> None:
        query, response = self.answer(message.data, now)
        if query is None or response is None or not message.port:
            return
        data = fitted(response, room_for(query))
        own = message.destination if message.unicast else b""
        self._datagrams.send(data, message.address, message.port, now, own=own)

    def answer(self, data: bytes, now: int) -> tuple[DNS | None, DNS | None]:
        """The query in a message, and the response to it; None where there is none."""
        try:
            query = DNS.parse(data)
        except DecodeError:
            return None, None
        self.queries += 1
        try:
            response = respond(self.zones, query)
        except (DecodeError, ValueError):
            response = DNS(query.identification, response=True, response_code=FORMAT_ERROR)
        if self._told is not None:
            self._told(query, response, now)
        return query, response


class _Session(StreamHandler):
    """One TCP connection: questions may follow each other without waiting (RFC 7766 6.2.1.1)."""

    def __init__(self, server: DnsServer, desk: Desk) -> None:
        self._server = server
        self._timer = desk.timer(self.idle)
        self._come = b""
        self._unsent = b""

    def opened(self, stream: Stream, now: int) -> None:
        self._stream = stream
        self._timer.start(now + IDLE_TIME)

    def readable(self, stream: Stream, now: int) -> None:
        while not self._unsent and (data := stream.receive(now)) is not None:
            if not data:
                stream.close(now)
                return
            messages, self._come = split_messages(self._come + data)
            for message in messages:
                _, response = self._server.answer(message, now)
                if response is not None and len(response.build()) <= LONGEST_MESSAGE:
                    self._unsent += frame_message(response)
            self._timer.start(now + IDLE_TIME)
            self._send(stream, now)

    def writable(self, stream: Stream, now: int) -> None:
        self._send(stream, now)
        self.readable(stream, now)

    def _send(self, stream: Stream, now: int) -> None:
        self._unsent = self._unsent[stream.send(self._unsent, now) :]

    def idle(self, now: int) -> None:
        self._stream.abort(now)

    def closed(self, stream: Stream, reason: object, now: int) -> None:
        self._timer.stop()
