"""Two programs without asyncio: one sends, the other receives, as their hosts' events say."""

from wirelab.sim.host import Host
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.events import Connected, Readable, Writable
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.network import Network

CHUNK = 262_144  # bytes a call
STEP = 1_000_000  # ns between looks at whether all is there


class Transfer:
    """One transfer of `size` bytes from `sender` to `receiver`; `run` it.

    Attributes:
        received: bytes so far.
    """

    def __init__(
        self, network: Network, sender: Host, receiver: Host, size: int, port: int = 5001
    ) -> None:
        self._network, self._sender, self._receiver = network, sender, receiver
        self._listener = receiver.tcp_listen(port, network.now)
        interface = receiver.interfaces[0]
        address = (interface.ipv4 or interface.ipv6)[0].address
        self._connection = sender.tcp_connect(address, port, network.now)
        self._data = memoryview(bytes(size))
        self._sent = self.received = 0
        network.watch(sender, self._send)
        network.watch(receiver, self._receive)

    def run(self) -> int:
        """Let time pass until all is there; returns bytes received.

        As programs with asyncio do, it says which hosts were called; `Network.run_until` would ask
        all of them, once.
        """
        network = self._network
        network.after_calls(self._sender, self._receiver)
        while self.received < len(self._data) and network.next_event_at() is not None:
            network.advance(network.now + STEP)
        return self.received

    def close(self) -> None:
        """Leave nothing behind."""
        self._listener.close(self._network.now)
        self._connection.abort(self._network.now)
        self._network.run_for("1s")

    def _send(self) -> None:
        """Fill the buffer when there is room."""
        now = self._network.now
        while (event := self._sender.poll_event()) is not None:
            if isinstance(event, Connected | Writable):
                while self._sent < len(self._data):
                    block = self._data[self._sent : self._sent + CHUNK]
                    accepted = self._connection.send(block, now)
                    if accepted is WOULD_BLOCK:
                        break
                    self._sent += accepted

    def _receive(self) -> None:
        """Take what has come."""
        now = self._network.now
        while (event := self._receiver.poll_event()) is not None:
            if isinstance(event, Readable) and isinstance(event.socket, Connection):
                while chunk := event.socket.receive(CHUNK, now):
                    if chunk is WOULD_BLOCK:
                        break
                    self.received += len(chunk)
