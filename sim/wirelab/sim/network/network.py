"""A simulated network: hosts, links, switches, and the virtual time in which they work.

    network = Network(seed=42)
    alice = network.host("alice", "10.0.0.1")
    bob = network.host("bob", "10.0.0.2")
    network.link(alice, bob, latency="1ms")
    alice.ping(bob.interfaces[0].address, 1, 1, b"hello", network.now)
    network.run_for("1s")

How it is built stands in `construction`; here is how it runs.

Rule 1: nothing here reads a real clock or a global random source; the seed and the calls decide.
Rule 2: an *instant* is all events of one time. Hosts transmit when the instant's events have run.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from wirelab.sim.network.construction import Construction
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.machine import Machine
from wirelab.sim.network.units import nanoseconds
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import FrameRecord

ROUNDS_PER_INSTANT = 100_000  # ours: far above any real burst; stops a zero-latency loop


class Network(Construction):
    """See the module.

    Args:
        seed: everything random is derived from it.
        trace_limit: keep only this many events in the trace, the first few and the newest; None
            keeps all.

    Raises:
        ValueError: `trace_limit` is negative.
    """

    def __init__(self, seed: int = 0, *, trace_limit: int | None = None) -> None:
        super().__init__(seed, Trace(trace_limit))

    def __repr__(self) -> str:
        names = ", ".join([*self.nodes, *self.switches]) or "nobody"
        return f"<Network seed={self.seed} at {self.now} ns: {names}>"

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
        self._touch_called()

    # Hosts that were called.

    def after_calls(self, *machines: Machine) -> None:
        """Let hosts that were called from outside transmit now; all of them when none is named."""
        for machine in machines:
            self.touch(self.node_of(machine))
        if not machines:
            self._touch_called()
        self.flush()

    def _touch_called(self) -> None:
        """Touch the hosts that may have been called, in the order in which they were made.

        All others would have nothing to send and no timer to set. Who is watched, has services or
        cannot tell (`Node.attention`) is touched each time.
        """
        called, self.called = self.called, []
        for node in sorted(called, key=attrgetter("order")):
            attention = node.attention
            if attention is None or attention.always or node.watcher is not None:
                self.called.append(node)
            else:
                attention.asleep = True
            self.touch(node)

    def watch(self, machine: Machine, callback: Callable[[], object]) -> None:
        """Call `callback()` each time before this host transmits: it takes the host's events.

        The callback may call the host, and what it sends leaves at the same instant.
        """
        node = self.node_of(machine)
        node.watcher = callback
        if node.attention is not None:
            node.attention.call()  # it is among the called ones from now on

    def flush(self) -> None:
        """Let the touched hosts transmit now."""
        touched, self._touched = self._touched, []
        for index, node in enumerate(touched):
            try:
                node.transmit()
            except BaseException:  # a user's callback raised: the others are still to transmit
                self._touched[:0] = touched[index + 1 :]
                raise

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
