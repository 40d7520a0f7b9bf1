"""The small services of every old host, for exercises: each on TCP and on UDP.

    port  7  Echo        RFC 862   what comes goes back
    port  9  Discard     RFC 863   what comes is thrown away
    port 13  Daytime     RFC 867   date and time as a line of text
    port 19  Chargen     RFC 864   characters, as many as are taken
    port 37  TimeOfDay   RFC 868   seconds since 1900, 4 bytes

Rule: no datagram is answered that comes from the port of such a service, nor one that was sent to
many. Two of them would answer each other for ever (CERT CA-1996-01).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.host import Host
from wirelab.sim.host.service import Desk, Message, Port, Service, Stream, StreamHandler
from wirelab.sim.host.service.streams import StreamListener

SECONDS_1900_TO_1970: Final = 2_208_988_800
"""RFC 868: "the time 2,208,988,800 corresponds to 00:00 1 Jan 1970 GMT"."""

LINE: Final = 72
"""characters of each line of chargen (RFC 864)."""

PRINTABLE: Final = bytes(range(0x20, 0x7F))
"""The 95 characters that chargen goes round (RFC 864)."""

LINES_AT_ONCE: Final = 100
"""Lines of chargen given to TCP in one call; ours."""

LINES_IN_DATAGRAM: Final = 6
"""Lines of chargen in a datagram; ours: the most that fit the 512 characters of RFC 864."""


# strftime's names would follow the locale.
DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def characters(first: int, count: int) -> bytes:
    r"""Lines of chargen from number `first` on (RFC 864 "One popular pattern").

    >>> characters(0, 1)[:8], characters(1, 2)[-2:], len(characters(1, 2))
    (b' !"#$%&\'', b'\r\n', 148)
    """
    lines = []
    for number in range(first, first + count):
        start = number % len(PRINTABLE)
        lines.append((PRINTABLE + PRINTABLE)[start : start + LINE] + b"\r\n")
    return b"".join(lines)


class SmallService(Service):
    """One of them.

    Args:
        port: instead of the usual one.
        tcp, udp: on which it runs.

    Attributes:
        port: where it is.
    """

    PORT: ClassVar[int]

    def __init__(self, port: int | None = None, *, tcp: bool = True, udp: bool = True) -> None:
        self.port = self.PORT if port is None else port
        self._on_tcp = tcp
        self._on_udp = udp
        self._datagrams: Port | None = None
        self._listener: StreamListener | None = None

    def start(self, desk: Desk, now: int) -> None:
        """Open the ports."""
        if self._on_udp:
            self._datagrams = desk.udp(self.port, self._receive, now)
        if self._on_tcp:
            self._listener = desk.listen(self.port, self.handler, now)

    def stop(self, now: int) -> None:
        """Close the ports; connections that stand go on."""
        if self._datagrams is not None:
            self._datagrams.close(now)
        if self._listener is not None:
            self._listener.close(now)

    def handler(self) -> StreamHandler:
        """What serves one connection."""
        raise NotImplementedError

    def answer(self, data: bytes, now: int) -> bytes | None:
        """What a datagram is answered with; None: nothing."""
        raise NotImplementedError

    def _receive(self, message: Message, now: int) -> None:
        if message.port in LOOPING or not message.unicast:
            return
        reply = self.answer(message.data, now)
        if reply is not None and self._datagrams is not None:
            self._datagrams.send(reply, message.address, message.port, now)


class Echo(SmallService):
    """RFC 862."""

    PORT = 7

    def handler(self) -> StreamHandler:
        """Sends back what comes."""
        return _EchoHandler()

    def answer(self, data: bytes, now: int) -> bytes:
        """The same."""
        return data


class _EchoHandler(StreamHandler):
    """Reads no more than it could send: a peer that does not read stops being read."""

    def __init__(self) -> None:
        self._unsent = b""

    def readable(self, stream: Stream, now: int) -> None:
        while True:
            if self._unsent:
                self._unsent = self._unsent[stream.send(self._unsent, now) :]
                if self._unsent:
                    return
            data = stream.receive(now)
            if data is None:
                return
            if not data:
                stream.close(now)
                return
            self._unsent = data

    writable = readable


class Discard(SmallService):
    """RFC 863."""

    PORT = 9

    def handler(self) -> StreamHandler:
        """Reads, and forgets."""
        return _DiscardHandler()

    def answer(self, data: bytes, now: int) -> None:
        """Nothing."""


class _DiscardHandler(StreamHandler):
    """Closes when the peer does."""

    def readable(self, stream: Stream, now: int) -> None:
        while (data := stream.receive(now)) is not None:
            if not data:
                stream.close(now)
                return


class Chargen(SmallService):
    """RFC 864."""

    PORT = 19

    def handler(self) -> StreamHandler:
        """Sends for as long as the peer listens."""
        return _ChargenHandler()

    def answer(self, data: bytes, now: int) -> bytes:
        """Up to 512 characters; ours: as many whole lines as fit, whatever was asked."""
        return characters(0, LINES_IN_DATAGRAM)


class _ChargenHandler(_DiscardHandler):
    """Input is thrown away (RFC 864)."""

    def __init__(self) -> None:
        self._line = 0
        self._unsent = b""

    def opened(self, stream: Stream, now: int) -> None:
        self.writable(stream, now)

    def writable(self, stream: Stream, now: int) -> None:
        self._unsent = self._unsent[stream.send(self._unsent, now) :]
        while not self._unsent:
            lines = characters(self._line, LINES_AT_ONCE)
            self._line = (self._line + LINES_AT_ONCE) % len(PRINTABLE)
            self._unsent = lines[stream.send(lines, now) :]


class _Clock(SmallService):
    """A service that tells the time.

    Args:
        port, tcp, udp: see `SmallService`.
        epoch: seconds from 1970 to the host's time 0.
    """

    def __init__(
        self, port: int | None = None, *, tcp: bool = True, udp: bool = True, epoch: int = 0
    ) -> None:
        super().__init__(port, tcp=tcp, udp=udp)
        self._epoch = epoch

    def seconds(self, now: int) -> int:
        """Since 1970."""
        return self._epoch + now // SECOND

    def handler(self) -> StreamHandler:
        """Tells it once, and closes."""
        return _Teller(lambda now: self.answer(b"", now) or b"")


class _Teller(StreamHandler):
    def __init__(self, text: Callable[[int], bytes]) -> None:
        self._text = text

    def opened(self, stream: Stream, now: int) -> None:
        stream.send(self._text(now), now)
        stream.close(now)


class Daytime(_Clock):
    """RFC 867."""

    PORT = 13

    def answer(self, data: bytes, now: int) -> bytes:
        """In the form that RFC 867 names first: Tuesday, February 22, 1982 17:37:43-UTC."""
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds(now))
        day, month = DAYS[when.weekday()], MONTHS[when.month - 1]
        return f"{day}, {month} {when.day}, {when:%Y %H:%M:%S}-UTC\r\n".encode("ascii")


class TimeOfDay(_Clock):
    """RFC 868."""

    PORT = 37

    def answer(self, data: bytes, now: int) -> bytes:
        """Seconds since 1900, of which 32 bits go round in 2036."""
        return (self.seconds(now) + SECONDS_1900_TO_1970 & 0xFFFF_FFFF).to_bytes(4, "big")


LOOPING: Final = frozenset(
    (Echo.PORT, Discard.PORT, Daytime.PORT, 17, Chargen.PORT, TimeOfDay.PORT)
)
"""Ports whose services answer anything; 17 is the quote of the day (RFC 865)."""


def start_small_services(host: Host, now: int, epoch: int = 0) -> list[SmallService]:
    """Start all five on a host.

    Args:
        host: where.
        now: ns.
        epoch: seconds from 1970 to the host's time 0.

    Raises:
        HostError: a port is taken.
    """
    services = [Echo(), Discard(), Daytime(epoch=epoch), Chargen(), TimeOfDay(epoch=epoch)]
    for service in services:
        host.start(service, now)
    return services
