"""The rules of a filter: which packets may begin something.

`wirelab.sim.boxes.rule_text` reads them from text.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from wirelab.sim.boxes.reading import ICMPV4, ICMPV6, Kind, Reading
from wirelab.sim.host.interface_address import InterfaceAddress

_ECHO_REQUESTS: Final = {(ICMPV4, 8), (ICMPV6, 128)}  # RFC 792, RFC 4443 section 4.1

Ports = tuple[range, ...]


class Action(Enum):
    """What becomes of a packet that begins something."""

    ACCEPT = "accept"
    DROP = "drop"
    REJECT = "reject"
    """Dropped, and the sender is told."""


class Direction(Enum):
    """Where a packet came in."""

    IN = "in"
    """By the outer interface."""
    OUT = "out"
    """By any other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; what is None says nothing.

    Attributes:
        action: what to do.
        text: as it was written.
        direction: by which side of the filter the packet comes.
        interface: name of the interface that it comes by.
        protocol: its number.
        only_ping: echo requests alone, of both families.
        source, destination: networks; they decide the family, too.
        source_ports, ports: those it is sent from and to.
    """

    action: Action
    text: str
    direction: Direction | None = None
    interface: str | None = None
    protocol: int | None = None
    only_ping: bool = False
    source: InterfaceAddress | None = None
    destination: InterfaceAddress | None = None
    source_ports: Ports | None = None
    ports: Ports | None = None

    def matches(self, reading: Reading, direction: Direction, interface: str) -> bool:
        """Whether it speaks of a packet."""
        if self.protocol is not None and reading.protocol != self.protocol:
            return False
        if self.only_ping and (reading.protocol, reading.code) not in _ECHO_REQUESTS:
            return False
        return (
            self.direction in (None, direction)
            and self.interface in (None, interface)
            and (self.source is None or self.source.contains(reading.source))
            and (self.destination is None or self.destination.contains(reading.destination))
            and _among(self.source_ports, reading, reading.source_port)
            and _among(self.ports, reading, reading.destination_port)
        )


def _among(ports: Ports | None, reading: Reading, port: int) -> bool:
    if ports is None:
        return True
    return reading.kind is Kind.PORTS and any(port in some for some in ports)
