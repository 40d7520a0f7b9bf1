"""UDP for programs, over the sans-IO socket."""

from typing import TYPE_CHECKING, NamedTuple

from wirelab.codecs.addresses import ipv4_bytes, ipv4_text
from wirelab.sim.host.errors import WOULD_BLOCK

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

    @property
    def port(self) -> int:
        """Our port."""
        return self._socket.port

    def send_to(self, data: bytes, address: str, port: int) -> None:
        """Send one datagram.

        Raises:
            HostError: no route, or larger than IPv4 can carry.
        """
        host = self._host
        host.say("sendto({!r}, ({!r}, {}))", data, address, port)
        self._socket.send_to(data, ipv4_bytes(address), port, host.now())
        host.kick()

    async def receive_from(self) -> Received:
        """The next datagram.

        Raises:
            HostError: an ICMP error came back for one that was sent (`udp.no_socket`: the peer's
                port is closed), or ARP failed.
        """
        host = self._host
        while True:
            datagram = self._socket.receive_from(host.now())
            if datagram is not WOULD_BLOCK:
                host.say("recvfrom() -> {!r}", datagram.data)
                return Received(datagram.data, ipv4_text(datagram.address), datagram.port)
            await host.waits.readable(self._socket, "recvfrom", self)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close(self._host.now())
