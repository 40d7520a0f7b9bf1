"""A simulated network: hosts, links, switches, and the virtual time in which they work.

    network = Network(seed=42)
    alice = network.host("alice", "10.0.0.1")
    bob = network.host("bob", "10.0.0.2")
    network.link(alice, bob, latency="1ms")
    alice.ping(bob.interfaces[0].address, 1, 1, b"hello", network.now)
    network.run_for("1s")

Rule 1: nothing here reads a real clock or a global random source; the seed and the calls decide.
Rule 2: an *instant* is all events of one time. Hosts transmit when the instant's events have run.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.host.config import HostConfig, Route
from wirelab.sim.host.host import Host
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.network.addressing import AddressBook, default_route
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.events import EventQueue
from wirelab.sim.network.link import QUEUE_BYTES, Link
from wirelab.sim.network.machine import Machine
from wirelab.sim.network.node import HostPort, Node
from wirelab.sim.network.streams import random_stream
from wirelab.sim.network.switch import AGEING, CAPACITY, Switch, SwitchPort
from wirelab.sim.network.units import bits_per_second, nanoseconds
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import FrameRecord, InterfaceInfo

ROUNDS_PER_INSTANT = 100_000  # ours: far above any real burst; stops a zero-latency loop

End = Machine | Switch | str


class Network:
    """See the module.

    Args:
        seed: everything random is derived from it.
        trace_limit: keep only this many events in the trace, the first few and the newest; None
            keeps all.

    Raises:
        ValueError: `trace_limit` is negative.
    """

    def __init__(self, seed: int = 0, *, trace_limit: int | None = None) -> None:
        self.seed = seed
        self.events = EventQueue()
        self.trace = Trace(trace_limit)
        self.nodes: dict[str, Node] = {}
        self.switches: dict[str, Switch] = {}
        self.links: list[Link] = []
        self._by_identity: dict[int, Node] = {}
        self._touched: list[Node] = []
        self._group: dict[str, str] = {}
        self._addresses = AddressBook()

    def __repr__(self) -> str:
        names = ", ".join([*self.nodes, *self.switches]) or "nobody"
        return f"<Network seed={self.seed} at {self.now} ns: {names}>"

    # Building.

    def host(
        self,
        name: str,
        addresses: str | Iterable[str],
        *,
        mac: str | None = None,
        gateway: str | None = None,
        routes: Iterable[Route] = (),
        mtu: int = 1500,
        tcp: TcpConfig | None = None,
        allow_conflict: bool = False,
    ) -> Host:
        """Add a host; what comes back is the host itself, to be called with `network.now`.

        Args:
            name: unique in this network.
            addresses: one text an interface: `"10.0.0.1"` (meaning /24), `"10.0.0.1/16"`,
                `"2001:db8::1"` (meaning /64), or several with spaces between them.
            mac: of the first interface; by default 02:00:00:00:00:01 and up, in order of creation.
            gateway: next hop of the default route, on the network of one of the interfaces; of each
                family one, with a space between them.
            routes: further routes.
            mtu: of each interface, bytes.
            tcp: TCP's knobs.
            allow_conflict: let it have an IPv4 or MAC address that another host has.

        Raises:
            SimulationError: the name or an address is taken, or a number is out of range.
            AddressError: an address cannot be read.
            ValueError: a route or a gateway that no interface leads to.
        """
        self._claim(name)
        texts = [addresses] if isinstance(addresses, str) else addresses
        interfaces = self._addresses.assign(texts, mac, mtu, allow_conflict=allow_conflict)
        all_routes = list(routes)
        if gateway is not None:
            all_routes += [default_route(ip_bytes(one), interfaces) for one in gateway.split()]
        config = HostConfig(name, interfaces, all_routes, tcp=tcp or TcpConfig())
        host = Host(config, random_stream(self.seed, f"host {name}"), self.trace.observer(name))
        self.attach(name, host, len(interfaces))
        self._addresses.add(name, interfaces)
        self.trace.add_host(
            name, [InterfaceInfo(each.name, each.mac, each.address) for each in interfaces]
        )
        return host

    def attach(self, name: str, machine: Machine, interfaces: int = 1) -> None:
        """Add anything that behaves like a host.

        Raises:
            SimulationError: the name is taken.
        """
        self._claim(name)
        node = Node(self, name, machine, interfaces)
        self.nodes[name] = self._by_identity[id(machine)] = node

    def switch(
        self, name: str = "switch", *, ageing: int | str = AGEING, capacity: int = CAPACITY
    ) -> Switch:
        """Add a learning switch.

        Args:
            name: unique in this network.
            ageing: how long an address that was not heard is remembered; ns, or text like `"300s"`.
            capacity: the most MAC addresses that it remembers.

        Raises:
            SimulationError: the name is taken, or the capacity is negative.
        """
        self._claim(name)
        self.switches[name] = switch = Switch(
            name, self.events, self.trace, ageing=nanoseconds(ageing), capacity=capacity
        )
        return switch

    def link(
        self,
        one: End,
        other: End,
        *,
        latency: int | str = "100us",
        rate: int | str = 0,
        loss: float = 0.0,
        mtu: int | None = None,
        queue: int = QUEUE_BYTES,
    ) -> Link:
        """Join two hosts, or a host and a switch; takes a host's first interface without a link.

        Args:
            one: a host, a switch, or a name.
            other: the same.
            latency: each way; ns, or text such as `"1ms"`.
            rate: each way; bits per second, or text such as `"10Mbit"`; 0 = without limit.
            loss: probability that a frame is lost; each direction draws for itself.
            mtu: largest IP packet the link carries, bytes; None = any.
            queue: bytes that may wait at each end when there is a rate.

        Raises:
            SimulationError: an end is unknown or has no free interface, the link closes a loop, or
                a number is out of range.
            ValueError, TypeError: a latency or a rate that cannot be read.
        """
        ends = (self._free_port(one), self._free_port(other))
        if ends[0] is ends[1]:
            raise SimulationError(f"{ends[0].name} cannot be linked to itself; link two hosts")
        purpose = f"link {len(self.links)} {ends[0].name}-{ends[1].name}"
        link = Link(
            ends,
            self.events,
            self.trace,
            (
                partial(random_stream, self.seed, purpose),
                partial(random_stream, self.seed, purpose + " back"),
            ),
            latency=nanoseconds(latency),
            rate=bits_per_second(rate),
            loss=loss,
            mtu=mtu,
            queue=queue,
        )
        self._join_groups(ends[0].name, ends[1].name)
        for end, direction in zip(ends, link.directions, strict=True):
            end.plug(direction)
        self.links.append(link)
        return link

    def _claim(self, name: str) -> None:
        if not name or not name.isprintable():
            raise SimulationError(f"the name {name!r} cannot be shown; use printable characters")
        if name in self.nodes or name in self.switches:
            raise SimulationError(f"the name {name!r} is taken; names are unique in a network")

    def _free_port(self, end: End) -> HostPort | SwitchPort:
        if isinstance(end, str):
            if end in self.switches:
                return SwitchPort(self.switches[end])
            if end in self.nodes:
                return self.nodes[end].free_port()
        elif isinstance(end, Switch):
            return SwitchPort(end)
        else:
            return self.node_of(end).free_port()
        names = ", ".join([*self.nodes, *self.switches]) or "none yet"
        raise SimulationError(f"no host or switch {end!r} in this network; there are: {names}")

    def _join_groups(self, one: str, other: str) -> None:
        """Refuse a loop of switches: floods would circle in it for ever."""
        if one not in self.switches or other not in self.switches:
            return
        group, absorbed = self._group.get(one, one), self._group.get(other, other)
        if group == absorbed:
            raise SimulationError(f"link {one}-{other} would close a loop of switches")
        for name in self.switches:
            if self._group.get(name, name) == absorbed:
                self._group[name] = group

    # Time.

    @property
    def now(self) -> int:
        """Virtual time, ns from 0."""
        return self.events.now

    def next_event_at(self) -> int | None:
        """When something will happen next (ns), or None when nothing will."""
        return self.events.next_time()

    def at(self, time: int | str, action: Callable[[], object]) -> None:
        """Call `action()` at a virtual time; it may call hosts.

        Raises:
            SimulationError: the time is past.
        """
        self.events.schedule(nanoseconds(time), self._act, action)

    def after(self, delay: int | str, action: Callable[[], object]) -> None:
        """Call `action()` after a delay; it may call hosts."""
        self.events.schedule(self.now + nanoseconds(delay), self._act, action)

    def step(self) -> bool:
        """Run the next instant; False when nothing will ever happen."""
        self.after_calls()
        next_time = self.events.next_time()
        if next_time is None:
            return False
        self._instant(next_time)
        return True

    def run_until(
        self, until: int | str | Callable[[], bool], *, timeout: int | str = "1000s"
    ) -> bool:
        """Run up to a time (ns from 0, then `now` is that time), or until `until()` is true.

        Args:
            until: a time, or a predicate, checked after each instant.
            timeout: how long (virtual) to wait for a predicate at most.

        Returns:
            Whether it came true (always, for a time); False when nothing more happens before.

        Raises:
            SimulationError: the time is past.
        """
        self.after_calls()
        if callable(until):
            deadline = self.now + nanoseconds(timeout)
            while not until():
                next_time = self.events.next_time()
                if next_time is None or next_time > deadline:
                    return False
                self._instant(next_time)
            return True
        time = nanoseconds(until)
        if time < self.now:
            raise SimulationError(f"{time} ns is in the past: it is {self.now} ns now; run_for?")
        self.advance(time)
        return True

    def run_for(self, duration: int | str) -> None:
        """Run for some virtual time."""
        self.run_until(self.now + nanoseconds(duration))

    def advance(self, until: int) -> None:
        """Run up to a time (ns), given that no host was called since it last transmitted."""
        events = self.events
        next_time = events.next_time()
        while next_time is not None and next_time <= until:
            events.run_at(next_time)  # as in `_instant`: a call for each frame would show
            self.flush()
            if (following := events.next_time()) == next_time:
                self._finish_instant(next_time)
                following = events.next_time()
            next_time = following
        events.now = max(until, events.now)

    def _instant(self, time: int) -> None:
        """Run all events of `time`, the earliest, letting hosts transmit after each round."""
        events = self.events
        events.run_at(time)
        self.flush()
        if events.next_time() == time:  # they answered without delay
            self._finish_instant(time)

    def _finish_instant(self, time: int) -> None:
        events = self.events
        for _ in range(ROUNDS_PER_INSTANT - 1):
            events.run_at(time)
            self.flush()
            if events.next_time() != time:
                return
        raise SimulationError(
            f"time stands still at {time} ns after {ROUNDS_PER_INSTANT} rounds; "
            f"do two hosts answer each other over links without latency?"
        )

    def _act(self, action: Callable[[], object]) -> None:
        action()
        for node in self.nodes.values():
            self.touch(node)

    # Hosts that were called.

    def touch(self, node: Node) -> None:
        """Let this host transmit at the end of the instant."""
        if not node.touched:
            node.touched = True
            self._touched.append(node)

    def after_calls(self, *machines: Machine) -> None:
        """Let hosts that were called from outside transmit now; all hosts when none is named."""
        nodes = [self.node_of(machine) for machine in machines] or self.nodes.values()
        for node in nodes:
            self.touch(node)
        self.flush()

    def watch(self, machine: Machine, callback: Callable[[], object]) -> None:
        """Call `callback()` each time before this host transmits: it takes the host's events.

        The callback may call the host, and what it sends leaves at the same instant.
        """
        self.node_of(machine).watcher = callback

    def flush(self) -> None:
        """Let the touched hosts transmit now."""
        touched, self._touched = self._touched, []
        for index, node in enumerate(touched):
            try:
                node.transmit()
            except BaseException:  # a user's callback raised: the others are still to transmit
                self._touched[:0] = touched[index + 1 :]
                raise

    def node_of(self, machine: Machine | str) -> Node:
        """The place of a host (or of a host's name) in this network.

        Raises:
            SimulationError: it is not on this network.
        """
        if isinstance(machine, str):
            node = self.nodes.get(machine)
        else:
            node = self._by_identity.get(id(machine))
        if node is not None:
            return node
        name = getattr(machine, "name", machine)
        names = ", ".join(self.nodes) or "none yet"
        raise SimulationError(
            f"{name!r} is not a host of this network (there are: {names}); add it with Network.host"
        )

    # Checks.

    def in_flight(self) -> int:
        """Frames under way, counted in the event queue (not by the trace)."""
        arguments: Iterable[Any] = self.events.arguments()
        return sum(isinstance(argument, FrameRecord) for argument in arguments)

    def check(self) -> None:
        """Assert that every frame has, or will have, exactly one fate, and that hosts agree.

        Raises:
            TraceError: fates do not add up.
            SimulationError: a host counted other frames than it was given.
        """
        self.trace.check(self.in_flight())
        for node in self.nodes.values():
            node.check()
