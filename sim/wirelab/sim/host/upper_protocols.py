"""Who takes what IP carries, by protocol number, and how one more protocol is added later.

Most hosts speak ICMP, TCP and UDP only; UDP-Lite, raw and ping sockets come in here when the first
of them is made, so that others pay nothing.
"""

from collections.abc import Callable
from typing import TypeAlias

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.trouble import TroubleHandler

Handler: TypeAlias = Callable[[Arrival, int], Drop | None]
"""Takes a packet, at `now`; None, or why not."""


class UpperProtocols:
    """The handlers of one host.

    Args:
        tables: of each family's input: handlers by protocol number.
        no_protocol: takes what no handler takes.
        troubles: handlers of bad news about what a protocol has sent.
    """

    __slots__ = ("_no_protocol", "_tables", "troubles")

    def __init__(
        self,
        tables: list[dict[int, Handler]],
        no_protocol: Handler,
        troubles: dict[int, TroubleHandler],
    ) -> None:
        self._tables = tables
        self._no_protocol = no_protocol
        self.troubles = troubles

    def speak(self, protocol: int, handler: Handler, trouble: TroubleHandler) -> None:
        """From now on a protocol is spoken, over both families."""
        for table in self._tables:
            table[protocol] = handler
        self.troubles[protocol] = trouble

    def look_first(
        self, protocol: int, look: Callable[[Arrival, int], bool], every_family: bool = True
    ) -> None:
        """Let somebody see the packets of a protocol before, or instead of, who takes them.

        Args:
            protocol: its number.
            look: given each packet; returns whether it has a taker here. If so, it is no drop that
                the protocol itself does not want it.
            every_family: False: IPv4 only.
        """
        for table in self._tables if every_family else self._tables[:1]:
            table[protocol] = _Watched(table.get(protocol), self._no_protocol, look)


class _Watched:
    """A handler that shows each packet around first."""

    __slots__ = ("_handler", "_look", "_no_protocol")

    def __init__(
        self,
        handler: Handler | None,
        no_protocol: Handler,
        look: Callable[[Arrival, int], bool],
    ) -> None:
        self._handler = handler
        self._no_protocol = no_protocol
        self._look = look

    def __call__(self, arrival: Arrival, now: int) -> Drop | None:
        taken = self._look(arrival, now)
        if self._handler is None:
            return None if taken else self._no_protocol(arrival, now)
        refusal = self._handler(arrival, now)
        return None if taken else refusal
