"""What all connections of one host share: the way out, the timers, and who has something to send.

Rule: nothing is sent while a segment, a call or a timer is being processed. Connections are marked
here, and replies queued; `TcpLayer.poll_transmit` sends it all (RFC 9293, MUST-58 and MUST-59).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from wirelab.codecs import TCP
from wirelab.sim.host.events import Event
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.ports import Ports
from wirelab.sim.host.timers import Timers
from wirelab.sim.host.transport import NetworkOutput

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.fast_open import Cookies
    from wirelab.sim.host.tcp.tcb import Tcb

Key: TypeAlias = tuple[bytes, int, bytes, int]
"""Local address and port, remote address and port."""


class Environment:
    """The surroundings of every `Tcb` of one host.

    Attributes:
        attention: of the host, for connections that become dirty.
        connections: every connection that is not CLOSED.
        dirty: connections that may have something to send, in the order in which they got it.
        replies: resets without a connection: header, source, destination.
        isn_secret: see `isn`.
        cookies: of Fast Open; None before `fast_open` needs them.
        ports: who holds which port, and who listens.
    """

    __slots__ = (
        "attention",
        "config",
        "connections",
        "cookies",
        "dirty",
        "emit",
        "isn_secret",
        "observer",
        "output",
        "ports",
        "replies",
        "timers",
    )

    def __init__(
        self,
        output: NetworkOutput,
        config: TcpConfig,
        timers: Timers,
        emit: Callable[[Event], None],
        observer: Observer | None,
        isn_secret: bytes,
        ports: Ports,
    ) -> None:
        self.output: Final = output
        self.config: Final = config
        self.timers: Final = timers
        self.attention: Final = timers.attention
        self.emit: Final = emit
        self.observer: Final = observer
        self.isn_secret: Final = isn_secret
        self.ports: Final = ports
        self.connections: dict[Key, Tcb] = {}
        self.cookies: Cookies | None = None
        self.dirty: list[Tcb] = []
        self.replies: list[tuple[TCP, bytes, bytes]] = []

    def reply(self, reset: TCP, source: bytes, destination: bytes) -> bool:
        """Queue a reset; False: there is no way back, so nobody will be told."""
        if self.output.source_for(destination) is None:
            return False
        self.replies.append((reset, source, destination))
        self.attention.call()
        return True
