"""A learning switch: it knows which port each MAC address was last seen on.

Source: IEEE 802.1Q clause 8.8 (learning), 8.6 (forwarding). No spanning tree: a loop of switches
would circle frames for ever, and is refused when the link that closes it is made.

Rule: a frame leaves by one port, or by all other ports when its destination is unknown or a group
address; each further copy is a frame of its own in the trace. With no port to leave by it is
dropped here: `eth.no_other_port`.
"""

from wirelab.sim.host.drops import Drop
from wirelab.sim.network.events import EventQueue
from wirelab.sim.network.link import Direction
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import FrameRecord


class SwitchPort:
    """One port of a switch; part of it from `plug` on."""

    __slots__ = ("_switch", "name", "out")

    def __init__(self, switch: "Switch") -> None:
        self._switch = switch
        self.name = switch.name
        self.out: Direction | None = None

    def plug(self, out: Direction) -> None:
        """Join the switch, with a link to send by."""
        self.out = out
        self._switch.ports.append(self)

    def arrive(self, record: FrameRecord) -> None:
        """Learn the sender, pass the frame on."""
        self._switch.forward(record, self)


class Switch:
    """Make it with `Network.switch`."""

    def __init__(self, name: str, events: EventQueue, trace: Trace) -> None:
        self.name = name
        self.ports: list[SwitchPort] = []
        self._events = events
        self._trace = trace
        self._learned: dict[bytes, SwitchPort] = {}

    def __repr__(self) -> str:
        return f"<Switch {self.name}: {len(self.ports)} ports, {len(self._learned)} MACs learned>"

    def forward(self, record: FrameRecord, source: SwitchPort) -> None:
        """Send a frame that came in by `source` to where its destination is, or everywhere."""
        destination = record.data[:6]
        self._learned[record.data[6:12]] = source
        known = None if destination[0] & 1 else self._learned.get(destination)
        ports = [known] if known else self.ports
        ways = [port.out for port in ports if port is not source and port.out is not None]
        if not ways:
            drop = Drop(Reason.ETH_NO_OTHER_PORT, "the destination is there" if known else "")
            self._trace.frame_arrived(record, self.name, drop, self._events.now)
            return
        ways[0].send(record)
        for way in ways[1:]:
            way.send(self._trace.frame_copied(record, self._events.now))
