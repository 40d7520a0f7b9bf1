"""A host on the network: its interfaces, and the wake-ups it asked for.

Rule: a host that received frames, or was called, is *touched*. When all events of an instant have
run, each touched host transmits once (RFC 9293 MUST-58/59: segments are processed together, then
one ACK answers them) and says when it wants to be woken.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wirelab.sim.host.attention import Attention
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.link import Direction
from wirelab.sim.network.machine import Machine
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.records import FrameRecord

if TYPE_CHECKING:
    from wirelab.sim.network.construction import Construction


class HostPort:
    """One interface of a host, as a link's end."""

    __slots__ = ("interface", "name", "node", "out")

    def __init__(self, node: "Node", interface: int) -> None:
        self.node = node
        self.name = node.name
        self.interface = interface
        self.out: Direction | None = None

    def plug(self, out: Direction) -> None:
        """Take a link to send by."""
        self.out = out

    def arrive(self, record: FrameRecord) -> None:
        """Give a frame to the host; its fate is the host's answer."""
        node = self.node
        network = node.network
        now = network.events.now
        trace = network.trace
        trace.frame_arrives(record)
        drop = node.machine.receive_frame(self.interface, record.data, now)
        node.received += 1
        trace.frame_arrived(record, self.name, drop, now, self.interface)
        if not node.touched:
            network.touch(node)


class Node:
    """A host and its ports.

    Attributes:
        received: frames given to the host so far.
        order: how many nodes were made before it.
        attention: of the host; a machine that has none may have been called at any time.
        watcher: called with no arguments before the host transmits, and after it if that had
            consequences; it reads the host's events and may call the host.
    """

    __slots__ = (
        "_wake_at",
        "attention",
        "machine",
        "name",
        "network",
        "order",
        "ports",
        "received",
        "touched",
        "watcher",
    )

    def __init__(
        self, network: "Construction", name: str, machine: Machine, interfaces: int
    ) -> None:
        self.network = network
        self.name = name
        self.machine = machine
        self.order = len(network.nodes)
        self.attention: Attention | None = getattr(machine, "attention", None)
        if self.attention is not None:
            self.attention.wake = self._called
        self.ports = [HostPort(self, index) for index in range(interfaces)]
        self.received = 0
        self.touched = False
        self.watcher: Callable[[], object] | None = None
        self._wake_at: int | None = None

    def _called(self) -> None:
        """The host says that something waits in it."""
        if self.attention is not None:
            self.attention.asleep = False
        self.network.called.append(self)

    def free_port(self) -> HostPort:
        """The first interface without a link.

        Raises:
            SimulationError: all interfaces have one.
        """
        for port in self.ports:
            if port.out is None:
                return port
        raise SimulationError(
            f"all {len(self.ports)} interfaces of {self.name} are linked; "
            f"give the host another address, or put a switch between"
        )

    def transmit(self) -> None:
        """Put what the host wants to send on its links, and arrange its next wake-up."""
        self.touched = False
        watcher, machine = self.watcher, self.machine
        if watcher is not None:
            watcher()
        self._send()
        if watcher is not None and machine.has_events:  # sending may fail at once (no route)
            watcher()
            self._send()
        wake_at = self._wake_at
        deadline = machine.poll_at(wake_at)
        if deadline is not None and (wake_at is None or deadline < wake_at):
            # An earlier wake-up stays in the heap and finds out that it is no longer wanted.
            events = self.network.events
            self._wake_at = deadline if deadline > events.now else events.now
            events.schedule(self._wake_at, self._wake, self._wake_at)

    def _send(self) -> None:
        network = self.network
        now = network.events.now
        frames = self.machine.poll_transmit(now)
        if not frames:
            return
        trace = network.trace
        for interface, frame in frames:
            record = trace.frame_sent(self.name, frame, now, interface)
            out = self.ports[interface].out
            if out is None:
                trace.frame_lost(record, "", Reason.LINK_DOWN, "no link at this interface", now)
            else:
                out.send(record)

    def _wake(self, scheduled: int) -> None:
        if scheduled != self._wake_at:
            return
        self._wake_at = None
        self.machine.handle_timers(scheduled)
        if not self.touched:
            self.network.touch(self)

    def check(self) -> None:
        """Assert that the host counted every frame it was given, each under one fate.

        Raises:
            SimulationError: it did not.
        """
        counters = getattr(self.machine, "counters", None)
        if counters is None:  # a fake
            return
        if counters.frames_in != self.received or not counters.balanced:
            raise SimulationError(
                f"{self.name} was given {self.received} frames, but its counters say {counters}"
            )
