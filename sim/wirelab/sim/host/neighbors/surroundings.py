"""What everything that speaks to neighbours is given of its host."""

from collections.abc import Callable
from typing import NamedTuple

from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.counters import Counters
from wirelab.sim.host.events import Event
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.timers import Timers


class Surroundings(NamedTuple):
    """The host, as seen from below.

    Attributes:
        timers: the host's.
        random: the host's; nothing is drawn before it is needed.
        transmit: queues a frame, with the index of its interface.
        undelivered: told of a neighbour that does not answer, and of a packet that waited for it
            (None: none did), after `NeighborFailed`.
        emit: takes events.
        counters: the host's.
        observer: told of requests that time out.
        macs: the MAC addresses of all its interfaces: what they send is no stranger's.
    """

    timers: Timers
    random: RandomSource
    transmit: Callable[[tuple[int, bytes]], None]
    undelivered: Callable[[bytes, bytes | None, int], None]
    emit: Callable[[Event], None]
    counters: Counters
    observer: Observer | None
    macs: tuple[bytes, ...]

    def send(self, interface: int, frame: bytes) -> None:
        """Queue a frame, perhaps of a call from outside: then the driver is to hear of it.

        TCP and routers, which send only when they are driven, use `transmit`.
        """
        self.transmit((interface, frame))
        self.timers.attention.call()
