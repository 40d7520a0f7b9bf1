"""Two ways to exercise TCP without IP: two layers on a wire, and one layer against a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Any

import pytest

from wirelab.codecs import (
    SACK,
    TCP,
    IPv4,
    MaximumSegmentSize,
    SACKPermitted,
    Timestamps,
    WindowScale,
)
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.events import Event
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.timers import Timers
from wirelab.sim.reasons import Reason

ALICE = b"\x0a\x00\x00\x01"
BOB = b"\x0a\x00\x00\x02"
MASK = 0xFFFF_FFFF
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128}


def flags_text(flags: int) -> str:
    """In the order of `FLAGS`, as packetdrill and tcpdump write them: `S.`, `P.`."""
    return "".join(letter for letter, bit in FLAGS.items() if flags & bit)


@dataclass
class Sent:
    """One segment as a layer sent it."""

    time: int
    sender: str
    header: TCP
    payload: bytes

    @property
    def flags(self) -> str:
        return flags_text(self.header.flags)

    @property
    def seq(self) -> int:
        return self.header.sequence_number

    @property
    def ack(self) -> int:
        return self.header.acknowledgment_number


class FakeFlow:
    """The way of one connection through a `Node`."""

    headers = 40

    def __init__(
        self, node: "Node", source_port: int, destination: bytes, destination_port: int
    ) -> None:
        self.node = node
        self.source_port = source_port
        self.destination = destination
        self.destination_port = destination_port
        self.ttl = 64
        self.dont_fragment = True

    @property
    def mtu(self) -> int:
        return self.node.mtu_for(self.destination)

    @property
    def link_mtu(self) -> int:
        return self.node.link_mtu

    @property
    def largest_segment(self) -> int:
        return self.node.largest_segment

    def send(
        self,
        sequence: int,
        acknowledgment: int,
        flags: int,
        window: int,
        options: bytes,
        text: bytes,
        now: int,
        urgent_pointer: int = 0,
        tos: int = 0,
        segment_size: int = 0,
    ) -> Reason | None:
        header = TCP(
            source_port=self.source_port,
            destination_port=self.destination_port,
            sequence_number=sequence & MASK,
            acknowledgment_number=acknowledgment & MASK,
            flags=flags,
            window=window,
            urgent_pointer=urgent_pointer,
            options=options,
        )
        self.node.tos.append(tos)
        return self.node.send(header, text, self.node.address, self.destination, now)

    def leave_by(self, interface: int | None) -> None:
        assert interface is None

    def doubt(self, now: int) -> None:
        self.node.doubts += 1


class Node:
    """A TcpLayer with an output that hands segments to `deliver`, and ears for everything else."""

    def __init__(
        self,
        name: str,
        address: bytes,
        config: TcpConfig,
        deliver: Callable[["Node", TCP, bytes], None],
        seed: int = 1,
        mtu: int = 1500,
    ) -> None:
        self.name = name
        self.address = address
        self.mtu = self.link_mtu = mtu
        self.now = 0
        self.routed = True
        self.largest_segment = 0
        self.tos: list[int] = []
        self.doubts = 0
        self.deliver = deliver
        self.timers = Timers()
        self.events: list[Event] = []
        self.states: list[tuple[str, str]] = []
        self.fired: list[tuple[str, int]] = []
        self.drops: list[Drop] = []
        self.layer = TcpLayer(self, config, self.timers, Random(seed), self.events.append, self)

    # NetworkOutput
    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> "FakeFlow":
        assert source == self.address
        return FakeFlow(self, source_port, destination, destination_port)

    def send(
        self, header: TCP, payload: bytes, source: bytes, destination: bytes, now: int
    ) -> Reason | None:
        assert source == self.address
        if 20 + header.header_length + len(payload) > self.mtu + self.largest_segment:
            return Reason.IP_TOO_BIG_DF
        self.deliver(self, header, payload)
        return None

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        return self.address if self.routed else None

    def mtu_for(self, destination: bytes) -> int:
        return self.mtu

    # Observer
    def state_changed(self, endpoint: Any, old: str, new: str, now: int) -> None:
        self.states.append((old, new))

    def timer_fired(self, endpoint: Any, name: str, after: int, now: int) -> None:
        self.fired.append((name, after))

    def events_of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


Fate = Callable[[Sent], list[int]]
"""For a segment: the delays (ns) after which copies arrive; `[]` is a loss."""


@dataclass
class Wire:
    """Alice and Bob, a link with a latency, and virtual time."""

    alice_config: TcpConfig = field(default_factory=TcpConfig)
    bob_config: TcpConfig = field(default_factory=TcpConfig)
    latency: int = 5 * MILLISECOND
    seed: int = 1
    alice_mtu: int = 1500
    bob_mtu: int = 1500

    def __post_init__(self) -> None:
        self.now = 0
        self.sent: list[Sent] = []
        self.fate: Fate = lambda sent: [0]
        self._queue: list[tuple[int, int, Node, TCP, bytes]] = []
        self._count = 0
        self.alice = Node(
            "alice", ALICE, self.alice_config, self._deliver, self.seed, self.alice_mtu
        )
        self.bob = Node("bob", BOB, self.bob_config, self._deliver, self.seed + 1, self.bob_mtu)

    def _deliver(self, sender: Node, header: TCP, payload: bytes) -> None:
        sent = Sent(self.now, sender.name, header, payload)
        self.sent.append(sent)
        receiver = self.bob if sender is self.alice else self.alice
        for delay in self.fate(sent):
            self._count += 1
            arrival = self.now + self.latency + delay
            heappush(self._queue, (arrival, self._count, receiver, header, payload))

    def settle(self) -> None:
        """Let both send what they have to send now."""
        for node in (self.alice, self.bob):
            node.layer.poll_transmit(self.now)

    def next_event(self) -> int | None:
        times = [t for n in (self.alice, self.bob) if (t := n.timers.next_deadline()) is not None]
        if self._queue:
            times.append(self._queue[0][0])
        return min(times, default=None)

    def step(self) -> bool:
        """Process the next instant at which anything happens; False when nothing will."""
        self.settle()
        when = self.next_event()
        if when is None:
            return False
        self.now = max(when, self.now)
        while self._queue and self._queue[0][0] <= self.now:
            _, _, node, header, payload = heappop(self._queue)
            other = self.alice if node is self.bob else self.bob
            ip = IPv4(source=other.address, destination=node.address)
            drop = node.layer.receive(ip, header, payload, self.now)
            if drop is not None:
                node.drops.append(drop)
        for node in (self.alice, self.bob):
            node.timers.run(self.now)
        self.settle()
        return True

    def run(self, until: Callable[[], object] = lambda: False, limit: int = 20_000) -> None:
        """Step until `until()` holds or nothing more will happen."""
        for _ in range(limit):
            if until() or not self.step():
                return
        raise AssertionError(f"still busy after {limit} steps, at {self.now} ns")

    def run_for(self, duration: int) -> None:
        """Let `duration` ns pass."""
        end = self.now + duration
        self.settle()
        while (when := self.next_event()) is not None and when <= end:
            self.step()
        self.now = end

    def connect(self, port: int = 80) -> tuple[Connection, Connection, Listener]:
        """Alice connects to Bob; both ends are ESTABLISHED."""
        listener = self.bob.layer.listen(port, self.now)
        client = self.alice.layer.connect(BOB, port, self.now)
        accepted: list[Connection] = []

        def ready() -> bool:
            connection = listener.accept(self.now)
            if connection is not WOULD_BLOCK:
                accepted.append(connection)
            return bool(accepted)

        self.run(ready)
        return client, accepted[0], listener

    def segments(self, sender: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.sender == sender]


class Script:
    """One layer (Alice) against segments written by the test (Bob), in sequence numbers from 0.

    `us` is what Alice's numbers begin at, so tests speak of offsets: her ISN is 0, as is Bob's.
    """

    PORT = 80

    def __init__(self, config: TcpConfig | None = None, mtu: int = 1500) -> None:
        self.now = 0
        self.config = config or TcpConfig()
        self.out: list[Sent] = []
        self.node = Node("alice", ALICE, self.config, self._deliver, mtu=mtu)
        self.layer = self.node.layer
        self.their_iss = 0xFFFF_FF00  # wraps soon: every test also tests the wrap
        self.our_iss = 0
        self.port = 0
        self.connection: Any = None
        self.mss: int | None = 1460

    def _deliver(self, sender: Node, header: TCP, payload: bytes) -> None:
        self.out.append(Sent(self.now, sender.name, header, payload))

    def feed(
        self,
        flags: str,
        seq: int,
        ack: int | None = None,
        data: bytes = b"",
        window: int = 65535,
        options: tuple[Any, ...] = (),
        ce: bool = False,
        urgent_pointer: int = 0,
    ) -> Drop | None:
        """Bob's segment arrives; numbers are relative to both ISNs; `ce`: a router marked it."""
        header = TCP(
            source_port=self.PORT,
            destination_port=self.port,
            sequence_number=(self.their_iss + seq) & MASK,
            acknowledgment_number=0 if ack is None else (self.our_iss + ack) & MASK,
            flags=sum(FLAGS[letter] for letter in flags),
            window=window,
            urgent_pointer=urgent_pointer,
            options=options,
        )
        ip = IPv4(source=BOB, destination=ALICE, ecn=3 if ce else 0)
        return self.layer.receive(ip, header, data, self.now)

    def poll(self) -> list[tuple[str, int, int, bytes]]:
        """What Alice sends now: flags, relative SEQ, relative ACK (0 without), payload."""
        self.layer.poll_transmit(self.now)
        sent, self.out = self.out, []
        self.last = sent
        return [self._relative(segment) for segment in sent]

    def _relative(self, sent: Sent) -> tuple[str, int, int, bytes]:
        seq = (sent.seq - self.our_iss) & MASK
        ack = (sent.ack - self.their_iss) & MASK if sent.header.flags & 16 else 0
        return sent.flags, seq, ack, bytes(sent.payload)

    def pass_time(self, duration: int) -> list[tuple[str, int, int, bytes]]:
        """Let `duration` ns pass; what Alice sends because of her timers."""
        end = self.now + duration
        result = self.poll()
        while (when := self.node.timers.next_deadline()) is not None and when <= end:
            self.now = when
            self.node.timers.run(when)
            result += self.poll()
        self.now = end
        return result

    def connect(self) -> list[tuple[str, int, int, bytes]]:
        """Active open; what is sent."""
        self.connection = self.layer.connect(BOB, self.PORT, self.now)
        self.port = self.connection.local_port
        self.layer.poll_transmit(self.now)
        self.our_iss = self.out[0].seq
        return self.poll()

    def syn_options(self) -> tuple[MaximumSegmentSize, ...]:
        return () if self.mss is None else (MaximumSegmentSize(self.mss),)

    def establish(self, window: int = 65535) -> Any:
        """Active open up to ESTABLISHED; nothing is left to send."""
        self.connect()
        assert self.feed("S.", 0, 1, window=window, options=self.syn_options()) is None
        assert self.poll() == [(".", 1, 1, b"")]
        return self.connection

    def listen(self, port: int = 8080, backlog: int = 128) -> Any:
        self.port = port
        return self.layer.listen(port, self.now, backlog=backlog)

    def passive(self, window: int = 65535) -> Any:
        """Passive open up to SYN-RECEIVED; the SYN,ACK is taken."""
        listener = self.listen()
        assert self.feed("S", 0, options=self.syn_options(), window=window) is None
        self.layer.poll_transmit(self.now)
        self.our_iss = self.out[0].seq
        assert [segment[0] for segment in self.poll()] == ["S."]
        return listener

    def to_state(self, state: str) -> Any:
        """ESTABLISHED, or one of the states of closing, by the shortest way."""
        connection = self.establish()
        if state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "TIME-WAIT"):
            connection.shutdown(self.now)
            self.poll()
        if state == "CLOSING":
            self.feed("F.", 1, 1)
        if state in ("FIN-WAIT-2", "TIME-WAIT"):
            self.feed(".", 1, 2)
        if state == "TIME-WAIT":
            self.feed("F.", 1, 2)
        if state in ("CLOSE-WAIT", "LAST-ACK"):
            self.feed("F.", 1, 1)
        if state == "LAST-ACK":
            connection.shutdown(self.now)
        self.poll()
        assert connection.state == state
        return connection


@pytest.fixture
def make_wire() -> type[Wire]:
    return Wire


@pytest.fixture
def make_script() -> type[Script]:
    return Script


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def second() -> int:
    return SECOND


ROUND_TRIP = 100 * MILLISECOND


class Transfer:
    """Segments are numbered from 0 here: segment n is the bytes 1000*n and following."""

    def __init__(
        self, make_script: Any, sack: bool = True, stamps: bool = False, **knobs: Any
    ) -> None:
        knobs = {"nagle": False, "initial_window": 10, "timestamps": stamps, **knobs}
        self.script = script = make_script(TcpConfig(**knobs))
        self.sack = sack
        self.stamps = stamps
        script.connect()
        options: list[Any] = [MaximumSegmentSize(1012 if stamps else 1000), WindowScale(7)]
        if sack:
            options.append(SACKPermitted())
        if stamps:
            options.append(Timestamps(1, self.stamp()))
        script.now += ROUND_TRIP
        script.feed("S.", 0, 1, options=tuple(options))
        script.poll()
        script.feed(".", 1, 1, window=4000, options=self.options(()))
        self.connection = script.connection
        self.tcb = script.connection.tcb

    @property
    def now(self) -> int:
        now: int = self.script.now
        return now

    def stamp(self) -> int:
        """Our TSval now."""
        tcb = self.script.connection.tcb
        stamp: int = (self.script.now // MILLISECOND + tcb.ts_offset) & MASK
        return stamp

    def options(
        self, blocks: tuple[tuple[int, int], ...], echo: int | None = None
    ) -> tuple[Any, ...]:
        options: list[Any] = []
        if self.stamps:
            options.append(Timestamps(1, self.stamp() if echo is None else echo))
        if blocks:
            base = self.script.our_iss + 1
            edges = [((base + 1000 * a) & MASK, (base + 1000 * b) & MASK) for a, b in blocks]
            options.append(SACK(edges))
        return tuple(options)

    def write(self, segments: int) -> list[int]:
        """The application queues so many; which go out."""
        self.connection.send(bytes(1000 * segments), self.now)
        return self.sent()

    def sent(self) -> list[int]:
        """The segments that go out now, by number."""
        return [(seq - 1) // 1000 for _, seq, _, text in self.script.poll() if text]

    def ack(self, segment: int, *blocks: tuple[int, int], echo: int | None = None) -> list[int]:
        """All before `segment` has come, and `blocks`; what goes out in answer."""
        self.script.feed(
            ".", 1, 1 + 1000 * segment, window=4000, options=self.options(blocks, echo)
        )
        return self.sent()

    def wait(self, duration: int) -> list[int]:
        """Let time pass; what goes out."""
        return [(seq - 1) // 1000 for _, seq, _, text in self.script.pass_time(duration) if text]

    def round_trip(self) -> list[int]:
        """Let one pass, without a timer."""
        self.script.now += ROUND_TRIP
        return []


@pytest.fixture
def make_transfer(make_script: Any) -> Any:
    def make(**arguments: Any) -> Transfer:
        return Transfer(make_script, **arguments)

    return make


@pytest.fixture
def transfer(make_transfer: Any) -> Transfer:
    """With SACK, RACK and loss probes, without timestamps."""
    made: Transfer = make_transfer()
    return made
