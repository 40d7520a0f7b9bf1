"""What the network needs of a host: the sans-IO contract, and nothing else.

`wirelab.sim.host.Host` is one; a test may attach a fake.
"""

from collections.abc import Iterable
from typing import Protocol

from wirelab.sim.host.drops import Drop


class Machine(Protocol):
    """Frames in, frames out, `now` always an argument (ns)."""

    def receive_frame(self, interface: int, frame: bytes, now: int) -> Drop | None:
        """Take a frame; None when it was delivered. Never transmits."""

    def handle_timers(self, now: int) -> None:
        """Run what is due."""

    def poll_transmit(self, now: int) -> Iterable[tuple[int, bytes]]:
        """The frames to send, as (interface, frame); empties the queue."""

    @property
    def has_events(self) -> bool:
        """Whether something happened that its program should hear of."""

    def poll_at(self, before: int | None = None) -> int | None:
        """When `handle_timers` wants to be called next; None: not at all, or not earlier.

        Args:
            before: it will be called then (ns) anyway, so only something earlier matters.
        """
