"""A full-duplex link between two ports: latency, rate and queue, loss, MTU.

    send -> [down? MTU? drop rule? loss?] -> queue -> serialise at `rate` -> latency -> arrive

A frame's fate on the link is decided the moment it is sent; it spends its time on the wire as one
event. So what is on its way when a link goes down or is partitioned still arrives. Each direction
has its own queue and its own loss draws.

Times are whole nanoseconds. A frame occupies the wire as on real Ethernet: at least 60 bytes, plus
24 of preamble, FCS and gap (IEEE 802.3 clauses 3.1 and 4.4.2). The queue is measured in the same
bytes, the rest of the frame on the wire included: a frame may join while no more than `queue` wait.
"""

from collections.abc import Callable
from random import Random
from typing import Protocol

from wirelab.sim.network.addressing import check_mtu
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.events import EventQueue
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import FrameRecord

MINIMUM_FRAME = 60  # bytes without FCS: IEEE 802.3 clause 4.4.2 (64 with FCS)
FRAME_OVERHEAD = 24  # bytes: preamble 8, FCS 4, gap 12: IEEE 802.3 clauses 3.1, 4.4.2
ETHERNET_HEADER = 14  # bytes, not counted by the MTU
VLAN_TAG = 4  # bytes, not counted by the MTU either
QUEUE_BYTES = 131_072  # ours: about 87 full frames, a small switch's buffer for a port

Stream = Callable[[], Random]
"""Makes the generator of one direction, when it is first needed."""

DropRule = Callable[[FrameRecord, int], bool]


class Port(Protocol):
    """Where a link ends: an interface of a host, or a port of a switch."""

    @property
    def name(self) -> str:
        """The name of the host or switch."""

    def arrive(self, record: FrameRecord) -> None:
        """Take a frame that came over the link."""


class Direction:
    """One way over a link. Make it through `Link`."""

    __slots__ = (
        "_arrive",
        "_events",
        "_free_at",
        "_random",
        "_rules",
        "_sent",
        "_stream",
        "_trace",
        "blocked",
        "destination",
        "link",
    )

    def __init__(
        self, link: "Link", destination: Port, events: EventQueue, trace: Trace, stream: Stream
    ) -> None:
        self.link = link
        self.destination = destination
        self.blocked = False
        self._arrive = destination.arrive
        self._events = events
        self._trace = trace
        self._stream = stream
        self._random: Random | None = None
        self._free_at = 0  # ns: when the last queued frame has left the sender
        self._sent = 0
        self._rules: list[tuple[DropRule, str]] = []

    def send(self, record: FrameRecord) -> None:
        """Carry a frame to the other end, or end it here with a reason."""
        link = self.link
        events = self._events
        now = events.now
        size = len(record.data)
        self._sent += 1
        limit = link.frame_limit
        if link.is_down or self.blocked or self._rules or link.loss or (limit and size > limit):
            refusal = self._refuse(record, size)
            if refusal is not None:
                self._trace.frame_lost(record, self.destination.name, *refusal, now)
                return
        departure = now
        if link.rate:
            start = self._free_at if self._free_at > now else now
            if (start - now) * link.rate > link.queue * 8_000_000_000:
                detail = f"{link.queue:,} bytes wait already"
                self._trace.frame_lost(
                    record, self.destination.name, Reason.LINK_QUEUE_FULL, detail, now
                )
                return
            wire_bytes = (size if size > MINIMUM_FRAME else MINIMUM_FRAME) + FRAME_OVERHEAD
            departure = self._free_at = start + wire_bytes * 8_000_000_000 // link.rate
        events.schedule(departure + link.latency, self._arrive, record)

    def _refuse(self, record: FrameRecord, size: int) -> tuple[Reason, str] | None:
        """Why the frame does not get onto the wire, or None. The first rule that applies wins."""
        link = self.link
        if link.is_down:
            return Reason.LINK_DOWN, ""
        if self.blocked:
            return Reason.LINK_PARTITION, f"towards {self.destination.name}"
        tagged = VLAN_TAG if record.data[12:14] == b"\x81\x00" else 0
        if link.frame_limit and size > link.frame_limit + tagged:
            packet = size - ETHERNET_HEADER - tagged
            return Reason.LINK_MTU, f"{packet} bytes, MTU {link.mtu}"
        for rule, detail in self._rules:
            try:
                applies = rule(record, self._sent)
            except Exception as error:  # the test's own: the frame needs a fate all the same
                broken = f"{detail} raised {type(error).__name__}"
                name = self.destination.name
                self._trace.frame_lost(record, name, Reason.LINK_LOSS, broken, self._events.now)
                raise
            if applies:
                return Reason.LINK_LOSS, detail
        if link.loss and self._draw() < link.loss:
            return Reason.LINK_LOSS, ""
        return None

    def _draw(self) -> float:
        """From 0.0 to 1.0; most links never draw, and a generator takes 3 kB."""
        if self._random is None:
            self._random = self._stream()
        return self._random.random()

    def add_rule(self, rule: DropRule, detail: str) -> None:
        """Lose every frame for which `rule(record, nth)` is true."""
        self._rules.append((rule, detail))


class Link:
    """Two ports joined. Make it with `Network.link`.

    Attributes:
        name: `alice-bob`.
        latency: ns, each way.
        rate: bits per second, each way; 0 = without limit (and without a queue).
        loss: probability that a frame is lost, 0.0 to 1.0, drawn from the link's own stream.
        frame_limit: largest frame without a VLAN tag, bytes; 0 = any; set it through `mtu`.
        queue: bytes that may wait for a `rate`-limited wire; see the module.
        is_down: every frame sent is lost with `link.down`.
    """

    def __init__(
        self,
        ends: tuple[Port, Port],
        events: EventQueue,
        trace: Trace,
        streams: tuple[Stream, Stream],
        *,
        latency: int,
        rate: int,
        loss: float,
        mtu: int | None,
        queue: int,
    ) -> None:
        if not isinstance(loss, int | float) or not 0.0 <= loss <= 1.0:
            raise SimulationError(f"loss {loss!r} is not a probability; use 0.0 to 1.0")
        if not isinstance(queue, int) or queue < 0:
            raise SimulationError(f"queue {queue!r}: use a number of bytes from 0 up")
        self.name = f"{ends[0].name}-{ends[1].name}"
        self.latency = latency
        self.rate = rate
        self.loss = loss
        self.mtu = mtu
        self.queue = queue
        self.is_down = False
        self.directions = (
            Direction(self, ends[1], events, trace, streams[0]),
            Direction(self, ends[0], events, trace, streams[1]),
        )

    def __repr__(self) -> str:
        blocked = any(direction.blocked for direction in self.directions)
        state = " down" if self.is_down else " partitioned" if blocked else ""
        return (
            f"<Link {self.name}{state} latency={self.latency} ns rate={self.rate} bit/s "
            f"loss={self.loss} mtu={self.mtu}>"
        )

    @property
    def mtu(self) -> int | None:
        """Largest IP packet, bytes; None = any."""
        return self.frame_limit - ETHERNET_HEADER if self.frame_limit else None

    @mtu.setter
    def mtu(self, mtu: int | None) -> None:
        if mtu is not None:
            check_mtu(mtu)
        self.frame_limit = 0 if mtu is None else mtu + ETHERNET_HEADER

    def drop(self, *, nth: int, sender: str | None = None) -> None:
        """Lose one frame: the `nth` (from 1) of each direction, or of the one away from `sender`.

        Raises:
            SimulationError: `sender` is at neither end, or `nth` is not from 1 up.
        """
        if nth < 1:
            raise SimulationError(f"nth={nth}: frames are counted from 1 in each direction")
        self.drop_when(lambda record, number: number == nth, sender=sender, detail=f"nth={nth}")

    def drop_when(self, rule: DropRule, *, sender: str | None = None, detail: str = "rule") -> None:
        """Lose every frame for which `rule(record, nth)` is true.

        Args:
            rule: given the frame's record and its number (from 1) in its direction.
            sender: only frames coming from this end.
            detail: shown with the reason `link.loss`.

        Raises:
            SimulationError: `sender` is at neither end.
        """
        for direction in self._away_from(sender):
            direction.add_rule(rule, detail)

    def partition(self, *, sender: str | None = None) -> None:
        """Lose everything (from one end), until `heal`."""
        for direction in self._away_from(sender):
            direction.blocked = True

    def heal(self) -> None:
        """End a partition."""
        for direction in self.directions:
            direction.blocked = False

    def _away_from(self, sender: str | None) -> list[Direction]:
        """The directions in which frames leave `sender`; both for None."""
        forward, backward = self.directions
        ends = {backward.destination.name: forward, forward.destination.name: backward}
        if sender is None:
            return [forward, backward]
        if sender not in ends:
            raise SimulationError(f"{sender!r} is not at link {self.name}; its ends: {list(ends)}")
        return [ends[sender]]
