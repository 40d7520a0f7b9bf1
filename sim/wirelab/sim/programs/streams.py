"""TCP for programs: a byte stream and a listener, over the sans-IO connection."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import WOULD_BLOCK, HostError

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection
    from wirelab.sim.host.tcp.listen import Listener as CoreListener
    from wirelab.sim.programs.aio import AsyncHost

_OPENING = frozenset({"SYN-SENT", "SYN-RECEIVED"})
_OVER = frozenset({"TIME-WAIT", "CLOSED"})
READ_SIZE = 262_144
"""Bytes asked for at a time; ours: as much as a full send buffer of the peer holds."""


class Stream:
    """A TCP connection as a byte stream. Make it with `AsyncHost.connect` or `Listener.accept`.

    `async with` closes it at the end of the block, or resets it when an exception leaves the block,
    as the end of a crashed process does.
    """

    __slots__ = ("_connection", "_host")

    def __init__(self, host: "AsyncHost", connection: "Connection") -> None:
        self._host = host
        self._connection = connection

    def __str__(self) -> str:
        core = self._connection
        return (
            f"TCP {_end(core.local_address, core.local_port)} to "
            f"{_end(core.remote_address, core.remote_port)} in {core.state}"
        )

    def __repr__(self) -> str:
        return f"<Stream {self}>"

    @property
    def state(self) -> str:
        """The state as RFC 9293 section 3.3.2 spells it."""
        return self._connection.state

    @property
    def remote_address(self) -> str:
        """The peer's address."""
        return ip_text(self._connection.remote_address)

    @property
    def remote_port(self) -> int:
        """The peer's port."""
        return self._connection.remote_port

    @property
    def local_port(self) -> int:
        """Our port."""
        return self._connection.local_port

    async def opened(self) -> None:
        """Wait for the end of the handshake. `AsyncHost.connect` has done so already."""
        while self._connection.state in _OPENING:
            await self._host.waits.writable(self._connection, "connect", self)
        self._raise_error()

    async def send(self, data: bytes | bytearray | memoryview) -> None:
        """Put all of `data` into the send buffer, waiting for room as needed.

        Raises:
            HostError: the connection failed (`tcp.reset`, `tcp.timeout`) or is closed for sending.
        """
        host, connection = self._host, self._connection
        host.say("send({} bytes)", len(data))
        rest: bytes | memoryview = data if isinstance(data, bytes) else memoryview(data)
        while True:
            accepted = connection.send(rest, host.now())
            if accepted is WOULD_BLOCK:
                await host.waits.writable(connection, "send", self)
                continue
            host.kick()
            if accepted == len(rest):
                return
            rest = memoryview(rest)[accepted:]

    async def receive(self, limit: int = READ_SIZE) -> bytes:
        """At most `limit` bytes, at least one; b"" when the peer has closed its side.

        Raises:
            HostError: the connection failed (`tcp.reset`, `tcp.timeout`).
        """
        host, connection = self._host, self._connection
        while True:
            data = connection.receive(limit, host.now())
            if data is not WOULD_BLOCK:
                host.kick()  # the window may have opened
                host.got("receive() -> {} bytes", len(data))
                return data
            await host.waits.readable(connection, "receive", self)

    async def receive_exactly(self, size: int) -> bytes:
        """Wait for `size` bytes, however they were cut into segments.

        Raises:
            EOFError: the peer closed its side before.
            HostError: the connection failed (`tcp.reset`, `tcp.timeout`).
        """
        data = bytearray()
        while len(data) < size:
            chunk = await self.receive(size - len(data))
            if not chunk:
                raise EOFError(f"{self}: closed after {len(data)} of {size} bytes")
            data += chunk
        return bytes(data)

    async def receive_all(self) -> bytes:
        """Everything until the peer closes its side."""
        chunks = []
        while chunk := await self.receive():
            chunks.append(chunk)
        return b"".join(chunks)

    def shutdown(self) -> None:
        """Close our side (FIN after what is queued); receiving goes on."""
        self._host.say("shutdown()")
        self._connection.shutdown(self._host.now())
        self._host.kick()

    def close(self) -> None:
        """Close both sides. Queued data and the FIN still go out; see `wait_closed`."""
        self._host.say("close()")
        self._connection.close(self._host.now())
        self._host.kick()

    async def wait_closed(self) -> None:
        """Wait until both FINs are acknowledged: the state is TIME-WAIT or CLOSED.

        Raises:
            HostError: it ended by a reset or a timeout instead.
        """
        while self._connection.state not in _OVER:
            await self._host.waits.readable(self._connection, "wait_closed", self)
        self._raise_error()

    def abort(self) -> None:
        """Drop the connection at once, with a RST (RFC 9293 section 3.10.5)."""
        self._connection.abort(self._host.now())
        self._host.kick()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def _raise_error(self) -> None:
        reason = self._connection.error
        if reason is not None:
            raise HostError(reason, str(self))


class Listener:
    """A listening TCP port. Make it with `AsyncHost.listen`; `async with` closes it."""

    __slots__ = ("_host", "_listener", "port")

    def __init__(self, host: "AsyncHost", listener: "CoreListener", port: int) -> None:
        self._host = host
        self._listener = listener
        self.port = port

    def __str__(self) -> str:
        return f"TCP port {self.port}"

    def __repr__(self) -> str:
        return f"<Listener {self}>"

    async def accept(self) -> Stream:
        """The next connection whose handshake is complete."""
        host, listener = self._host, self._listener
        while True:
            connection = listener.accept(host.now())
            if connection is not WOULD_BLOCK:
                stream = Stream(host, connection)
                host.got("accept() -> {}:{}", stream.remote_address, stream.remote_port)
                return stream
            await host.waits.readable(listener, "accept", self)

    def close(self) -> None:
        """Stop listening; accepted connections live on, and an `accept` that waits fails."""
        self._listener.close(self._host.now())
        self._host.waits.retry(self._listener)
        self._host.kick()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _end(address: bytes, port: int) -> str:
    """`10.0.0.2:80` or `[2001:db8::2]:80` (RFC 5952 section 6)."""
    text = ip_text(address)
    return f"{text}:{port}" if len(address) == 4 else f"[{text}]:{port}"
