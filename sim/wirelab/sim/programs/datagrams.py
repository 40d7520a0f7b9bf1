"""UDP for programs, over the sans-IO socket."""

from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.programs.peers import locate

if TYPE_CHECKING:
    from wirelab.sim.host.udp import UdpSocket
    from wirelab.sim.programs.aio import AsyncHost


class Received(NamedTuple):
    """One datagram and who sent it."""

    data: bytes
    address: str
    port: int


class DatagramSocket:
    """A bound UDP port. Make it with `AsyncHost.udp`."""

    __slots__ = ("_host", "_socket")

    def __init__(self, host: "AsyncHost", socket: "UdpSocket") -> None:
        self._host = host
        self._socket = socket

    def __str__(self) -> str:
        return f"UDP port {self.port}"

    def __repr__(self) -> str:
        return f"<DatagramSocket {self}>"

    @property
    def port(self) -> int:
        """Our port."""
        return self._socket.port

    def send_to(self, data: bytes, address: str, port: int) -> None:
        """Send one datagram, to an address of either family (`fe80::2%eth0` with its zone).

        Raises:
            HostError: no route, or larger than the path takes.
        """
        host = self._host
        host.say('sendto({}, ("{}", {}))', data, address, port)
        target, interface = locate(host.core, address)
        manner = USUAL if interface is None else Manner(interface=interface)
        self._socket.send_to(data, target, port, host.now(), manner)
        host.kick()

    async def receive_from(self, *, errors: bool = False) -> Received:
        """The next datagram.

        Args:
            errors: also end when ICMP or ARP says that one sent from here did not arrive. Right
                for a client that awaits an answer; a server would be stopped by any client that
                left.

        Raises:
            HostError: such an error, for example `icmp.port_unreachable`.
        """
        host = self._host
        while True:
            datagram = self._socket.receive_from(host.now())
            if datagram is not WOULD_BLOCK:
                host.got("recvfrom() -> {}", datagram.data)
                return Received(datagram.data, ip_text(datagram.address), datagram.port)
            if errors and (reason := self._socket.error) is not None:
                self._socket.error = None  # told once (RFC 1122 section 4.1.3.3)
                raise HostError(reason, str(self))
            await host.waits.readable(self._socket, "recvfrom", self)

    def close(self) -> None:
        """Give the port back; a call that waits fails with `udp.closed`."""
        self._socket.close(self._host.now())
        self._host.waits.retry(self._socket)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
