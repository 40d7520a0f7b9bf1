r"""The asyncio API of a host: resolve, ping, UDP, TCP.

The same programs run on a simulated network (`wirelab.sim.programs.loop`) and on a real interface
(`wirelab.adapters.driver`): only who moves the frames differs. Addresses are text here.

    async def fetch(host: AsyncHost) -> bytes:
        async with await host.connect("10.0.0.2", 80) as stream:
            await stream.send(b"GET / HTTP/1.0\r\n\r\n")
            return await stream.receive_all()

A call that the network refuses raises `HostError`, whose `reason` is a stable id
(`tcp.no_listener`, `arp.timeout`). Time limits are asyncio's: `async with asyncio.timeout(2): ...`.
"""

from collections.abc import Callable
from typing import NamedTuple

from wirelab.codecs.addresses import ip_bytes, ip_text, ipv4_text, mac_text
from wirelab.sim.host import Host
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import (
    AddressAcquired,
    AddressConflict,
    EchoReply,
    IcmpError,
    NeighborFailed,
    NeighborResolved,
    TimestampReply,
)
from wirelab.sim.host.manner import Manner
from wirelab.sim.programs import names
from wirelab.sim.programs.datagrams import DatagramSocket
from wirelab.sim.programs.peers import locate
from wirelab.sim.programs.streams import Listener, Stream
from wirelab.sim.programs.waits import Waits
from wirelab.sim.reasons import Reason

PING_PAYLOAD = bytes(range(0x10, 0x48))
"""56 bytes, as ping sends by default, filled as Linux's ping fills them; they mean nothing."""

SHOWN = 24  # bytes of a datagram in the trace's text; ours: fits a line of the ladder


class Echo(NamedTuple):
    """The answer to one ping. `round_trip_ns` in nanoseconds, `ttl` as it arrived (hops left)."""

    source: str
    sequence_number: int
    payload: bytes
    ttl: int
    round_trip_ns: int


class AsyncHost:
    """A host as a program sees it.

    Args:
        host: the sans-IO host.
        clock: now, in nanoseconds, on the host's time line.
        kick: called after each call that may have queued frames; must be cheap.
        note: told each application call in words, for the trace, and whether it is a result; None
            costs nothing.
    """

    def __init__(
        self,
        host: Host,
        clock: Callable[[], int],
        kick: Callable[[], None],
        note: Callable[[str, bool], None] | None = None,
    ) -> None:
        self.core = host
        self.now = clock
        self.kick = kick
        self.note = note
        self.waits = Waits()
        self._next_identifier = 1

    def __repr__(self) -> str:
        return f"<AsyncHost {self.name} {self.address}>"

    @property
    def name(self) -> str:
        """The host's name."""
        return self.core.name

    @property
    def address(self) -> str:
        """IPv4 address of the first interface."""
        return ipv4_text(self.core.interfaces[0].address)

    @property
    def mac(self) -> str:
        """MAC address of the first interface."""
        return mac_text(self.core.interfaces[0].mac)

    async def resolve(self, address: str, *, probe: bool = False, interface: int = 0) -> str:
        """The MAC address of `address`, by ARP (RFC 826) or neighbour discovery (RFC 4861).

        Args:
            address: an on-link address.
            probe: ask with sender 0.0.0.0 (RFC 5227 section 2.1.1), which leaves no trace in the
                peers' caches; IPv4 only.
            interface: index of the interface to ask on.

        Raises:
            HostError: `arp.timeout` or `nd.timeout` when nobody answers.
        """
        target = ip_bytes(address)
        self.say("probe({})" if probe else "resolve({})", address)
        ask = self.core.probe if probe else self.core.resolve
        ask(target, self.now(), interface)
        self.kick()
        while True:
            event = await self.waits.readable(target, "resolve", address)
            if isinstance(event, NeighborResolved):
                self.got("resolve() -> {}", mac_text(event.mac))
                return mac_text(event.mac)
            if isinstance(event, NeighborFailed):
                reason = Reason.ARP_TIMEOUT if len(target) == 4 else Reason.ND_TIMEOUT
                asked = "ARP" if len(target) == 4 else "neighbour discovery"
                raise HostError(reason, f"nobody answers {asked} for {address}")

    async def acquire_address(
        self, address: str, prefix_length: int, *, interface: int = 0
    ) -> None:
        """Give an interface one more address, once nobody has objected (RFC 5227, RFC 4862).

        Raises:
            HostError: `arp.address_conflict` or `nd.address_conflict`: somebody else has it.
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        wanted = ip_bytes(address)
        self.say("acquire_address({}/{})", address, prefix_length)
        self.core.acquire_address(wanted, prefix_length, self.now(), interface)
        self.kick()
        event = await self.waits.readable(wanted, "acquire", address)
        while not isinstance(event, AddressAcquired):
            if isinstance(event, AddressConflict):
                four = len(wanted) == 4
                reason = Reason.ARP_ADDRESS_CONFLICT if four else Reason.ND_ADDRESS_CONFLICT
                raise HostError(reason, f"{mac_text(event.mac)} has {address}")
            event = await self.waits.readable(wanted, "acquire", address)
        self.got("acquire_address() -> {}/{}", address, prefix_length)

    async def lookup(self, name: str) -> list[str]:
        """The addresses of a host name, the one to try first in front (getaddrinfo(3)).

        `connect` and `ping` take names, too. The host's resolver is asked (see
        `wirelab.sim.services.dns`); an address is its own name.

        Raises:
            HostError: `dns.no_name`, `dns.no_data`, `dns.no_server`, `dns.timeout`, ...
        """
        return await names.lookup(self, name)

    async def ping(
        self,
        destination: str,
        *,
        sequence_number: int = 1,
        identifier: int | None = None,
        payload: bytes = PING_PAYLOAD,
        ttl: int | None = None,
    ) -> Echo:
        """Send one ICMP echo request and wait for its reply (RFC 792 page 14).

        `wirelab.sim.programs.diagnostics` sends several, and sums up.

        Raises:
            HostError: an ICMP error came back for it, or ARP failed. There is no time limit of
                its own: use `asyncio.timeout`.
        """
        if identifier is None:
            identifier = self.new_identifier()
        target = ip_bytes((await names.lookup(self, destination))[0])
        sent_at = self.now()
        event = await self.echo(target, identifier, sequence_number, payload, ttl)
        if isinstance(event, EchoReply):
            round_trip_ns = self.now() - sent_at
            return Echo(
                ip_text(event.source), sequence_number, event.payload, event.ttl, round_trip_ns
            )
        raise HostError(event.reason, f"ping {destination}: says {ip_text(event.source)}")

    async def echo(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        ttl: int | None = None,
        manner: Manner | None = None,
    ) -> EchoReply | IcmpError:
        """Send one ICMP echo request and wait for what the network says; see `Host.ping`."""
        text = ip_text(destination)
        self.say("ping({}, seq={})", text, sequence_number)
        key = (identifier, sequence_number)
        self.core.ping(destination, *key, payload, self.now(), ttl, manner)
        self.kick()
        event = await self.waits.readable(key, "ping", text)
        assert isinstance(event, EchoReply | IcmpError)
        return event

    def new_identifier(self) -> int:
        """An identifier for echo requests that no others of ours have."""
        identifier = self._next_identifier
        self._next_identifier = identifier % 0xFFFF + 1
        return identifier

    def udp(self, port: int = 0) -> DatagramSocket:
        """A UDP socket on `port` (0: an ephemeral one, 49152 to 65535), for both families.

        Raises:
            HostError: the port is taken.
        """
        sock = DatagramSocket(self, self.core.udp_bind(port, self.now()))
        self.say("bind(udp, {})", sock.port)
        return sock

    async def connect(self, address: str, port: int, *, source_port: int = 0) -> Stream:
        """Open a TCP connection; returns when it is ESTABLISHED.

        Args:
            address: of either family; a link-local one with its zone (`fe80::2%eth0`). Or a name:
                its addresses are tried one after the other.
            port: 1 to 65535.
            source_port: ours; 0 for any free one.

        Raises:
            HostError: `tcp.no_listener` (refused), `tcp.timeout`, `arp.timeout`, `ip.no_route`, or
                an ICMP error's reason.
        """
        self.say("connect({}, {})", address, port)
        *others, last = await names.lookup(self, address)
        for one in others:
            try:
                return await self._connect_to(one, port, source_port)
            except HostError:
                continue  # RFC 1122 section 3.1: many addresses are the application's to try
        return await self._connect_to(last, port, source_port)

    async def _connect_to(self, address: str, port: int, source_port: int) -> Stream:
        target, interface = locate(self.core, address)
        connection = self.core.tcp_connect(target, port, self.now(), source_port, interface)
        stream = Stream(self, connection)
        self.kick()
        try:
            await stream.opened()
        except BaseException:  # also a timeout: no half-open connection stays behind
            stream.abort()
            raise
        return stream

    def listen(self, port: int, *, backlog: int = 128) -> Listener:
        """Listen for TCP connections on `port`.

        Raises:
            HostError: the port is taken.
        """
        self.say("listen({})", port)
        return Listener(self, self.core.tcp_listen(port, self.now(), None, backlog), port)

    def dispatch(self) -> bool:
        """Hand the host's events to whoever waits for them; whether anyone did. For drivers."""
        poll = self.core.poll_event
        woke = False
        while (event := poll()) is not None:
            key = (
                (event.identifier, event.sequence_number)
                if isinstance(event, EchoReply | IcmpError | TimestampReply)
                else event[0]
            )
            woke = self.waits.wake(key, event) or woke
        return woke

    def say(self, form: str, *values: object) -> None:
        """Note an application call for the trace; formats only if someone listens."""
        if self.note is not None:
            self.note(form.format(*map(_shown, values)), False)

    def got(self, form: str, *values: object) -> None:
        """Note the result of an application call."""
        if self.note is not None:
            self.note(form.format(*map(_shown, values)), True)


def _shown(value: object) -> str:
    """Data as Python would write it, cut to a readable length; anything else as text."""
    if not isinstance(value, bytes | bytearray | memoryview):
        return str(value)
    start = quoted(bytes(value[:SHOWN]))
    return start if len(value) <= SHOWN else f"{start}... {len(value)} bytes"


def quoted(data: bytes) -> str:
    r"""Bytes as a Python literal, always in double quotes.

    >>> print(quoted(b"it's"), quoted(b'"it"\n'))
    b"it's" b"\"it\"\n"
    """
    literal = repr(data)
    if literal[1] == "'":
        text = literal[2:-1].replace("\\'", "'").replace('"', '\\"')
        literal = f'b"{text}"'
    return literal
