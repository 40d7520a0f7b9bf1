"""The trace: everything that happened, on one clock, and the count of fates.

Rule 1: a frame gets its id when a host sends it, and ends in exactly one fate.
Rule 2: sent = delivered + forwarded + lost + dropped + rejected + in flight, at every moment.
Rule 3: a switch that sends a frame out of k ports makes k - 1 copies. A copy is a frame: it has an
    id, counts as sent, and has its own fate; `origin` names the frame it was copied from. So rule 2
    is exact under flooding. A switch with no port to send a frame to drops it.
Rule 4: a bounded trace keeps its first and its newest events; those between are forgotten, but
    counted.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.observer import Endpoint
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.records import (
    Call,
    Event,
    Fate,
    FrameRecord,
    HostInfo,
    InterfaceInfo,
    LiveLink,
    Refusal,
    StateChange,
    TimerFired,
)

# Each name is a module global here: on the fast path that is cheaper than an enum attribute.
_IN_FLIGHT, _DELIVERED, _FORWARDED, _DROPPED, _REJECTED = (
    Fate.IN_FLIGHT,
    Fate.DELIVERED,
    Fate.FORWARDED,
    Fate.DROPPED,
    Fate.REJECTED,
)


_IPV6 = b"\x86\xdd"  # RFC 2464 section 3

FIRST_KEPT = 10
"""One event in so many that a bounded trace keeps is one of the first; ours: how it began."""


class TraceError(Exception):
    """A rule of the trace was broken: a bug in whatever reports to it."""


class BoundedEvents:
    """At most `limit` events: the first few, and the newest."""

    __slots__ = ("_room", "append", "first", "limit", "newest")

    append: Callable[[Event], None]
    """Add an event; the oldest of the newest makes room for it."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"a trace of at most {limit} events; use 0 or more, or None for all")
        self.limit = limit
        self._room = limit // FIRST_KEPT
        self.first: list[Event] = []
        self.newest: deque[Event] = deque(maxlen=limit - self._room)
        self.append = self._append_first if self._room else self.newest.append

    def _append_first(self, event: Event) -> None:
        self.first.append(event)
        if len(self.first) == self._room:  # from now on at the speed of the deque itself
            self.append = self.newest.append

    def __iter__(self) -> Iterator[Event]:
        yield from self.first
        yield from self.newest

    def __len__(self) -> int:
        return len(self.first) + len(self.newest)


class Trace:
    """Events in the order in which they happened.

    Args:
        limit: keep only this many events, the first few and the newest; None keeps all.
        live: the real link on which it happened; None on a simulated network.
    """

    def __init__(self, limit: int | None = None, live: LiveLink | None = None) -> None:
        self.events: deque[Event] | BoundedEvents
        self.events = deque() if limit is None else BoundedEvents(limit)
        self.live = live
        self.hosts: dict[str, HostInfo] = {}
        self.counts: dict[Fate, int] = dict.fromkeys(Fate, 0)
        self.reasons: Counter[Reason] = Counter()
        self.sent = 0
        self.recorded = 0
        self.last_order = 0

    def add_host(self, name: str, interfaces: Iterable[InterfaceInfo]) -> None:
        """Say who is there, in the order in which views show them."""
        self.hosts[name] = HostInfo(name, tuple(interfaces))

    # What happened to frames.

    def frame_sent(self, sender: str, data: bytes, now: int, interface: int = 0) -> FrameRecord:
        """A host put a frame on its link. Keep the record: its end is reported with it."""
        self.sent += 1
        self.last_order += 1
        self.recorded += 1
        record = FrameRecord(self.sent, sender, interface, data, now, self.last_order)
        self.events.append(record)
        return record

    def frame_copied(self, original: FrameRecord, now: int) -> FrameRecord:
        """A switch made one more copy of a frame (rule 3)."""
        copy = self.frame_sent(original.sender, original.data, now, original.sender_interface)
        copy.origin = original.origin
        return copy

    def frame_arrives(self, record: FrameRecord) -> None:
        """A frame is about to be given to a host: what the host tells now comes after it."""
        self.last_order += 1
        record.ended_order = self.last_order

    def frame_arrived(
        self, record: FrameRecord, receiver: str, drop: Drop | None, now: int, interface: int = 0
    ) -> None:
        """A host decided about a frame: None = delivered, `FORWARDED` is what it says."""
        record.receiver_interface = interface
        if drop is None and record.fate is _IN_FLIGHT and record.ended_order >= 0:
            self.counts[_DELIVERED] += 1  # `_end`, at once: most frames end so
            record.fate = _DELIVERED
            record.receiver = receiver
            record.ended_at = now
            return
        if drop is None:
            self._end(record, _DELIVERED, receiver, now)
            return
        if drop is FORWARDED:
            self._end(record, _FORWARDED, receiver, now)
            return
        self._end(record, _REJECTED if drop.answered else _DROPPED, receiver, now)
        record.reason, record.detail = drop.reason, drop.detail
        self.reasons[drop.reason] += 1
        self.recorded += 1
        self.events.append(Refusal(now, record))

    def frame_lost(
        self, record: FrameRecord, toward: str, reason: Reason, detail: str, now: int
    ) -> None:
        """The link ended a frame on its way to `toward`."""
        self._end(record, Fate.LOST, toward, now)
        record.reason, record.detail = reason, detail
        self.reasons[reason] += 1

    def _end(self, record: FrameRecord, fate: Fate, receiver: str, now: int) -> None:
        if record.fate is not _IN_FLIGHT:
            raise TraceError(
                f"frame {record.id} ended as {fate.value} at {receiver} at {now} ns, but it had "
                f"ended as {record.fate.value} at {record.receiver} at {record.ended_at} ns"
            )
        if record.ended_order < 0:
            self.last_order += 1
            record.ended_order = self.last_order
        self.counts[fate] += 1
        record.fate = fate
        record.receiver = receiver
        record.ended_at = now

    # A tap on a real link sees frames at one place only: their start or their end.

    def frame_handed_over(
        self, sender: str, data: bytes, now: int, receiver: str = "network", interface: int = 0
    ) -> FrameRecord:
        """A live host's frame left by a real interface; what becomes of it nobody can tell."""
        record = self.frame_sent(sender, data, now, interface)
        self._end(record, _DELIVERED, receiver, now)
        return record

    def frame_received(
        self, receiver: str, data: bytes, drop: Drop | None, now: int, sender: str = "network"
    ) -> FrameRecord:
        """A frame came in from a real interface, and the host decided about it."""
        record = self.frame_sent(sender, data, now)
        self.frame_arrived(record, receiver, drop, now)
        return record

    # What happened in hosts and applications.

    def call(self, host: str, text: str, now: int, returned: bool = False) -> None:
        """An application called its host (`connect(bob, 80)`), or got a result."""
        self.record(Call(now, host, text, returned))

    def record(self, event: StateChange | TimerFired | Call) -> None:
        """Something happened in a host; `wirelab.sim.trace.records` says what there is."""
        self.recorded += 1
        self.events.append(event)

    def observer(self, host: str) -> "HostObserver":
        """The observer to give to the host of this name."""
        return HostObserver(self, host)

    # Questions.

    @property
    def in_flight(self) -> int:
        """Frames sent that have not ended, by the counts."""
        counts = self.counts
        return self.sent - sum(counts[fate] for fate in Fate if fate is not _IN_FLIGHT)

    @property
    def forgotten(self) -> int:
        """How many events a bounded trace no longer has."""
        return self.recorded - len(self.events)

    @property
    def gap_at(self) -> int:
        """How many of the kept events came before those that were forgotten."""
        if self.forgotten and isinstance(self.events, BoundedEvents):
            return len(self.events.first)
        return 0

    def frames(self) -> Iterator[FrameRecord]:
        """The frames, in the order of sending."""
        return (event for event in self.events if isinstance(event, FrameRecord))

    def speaks_ipv6(self) -> bool:
        """Whether any frame carries IPv6; where none does, its addresses matter to nobody."""
        return any(record.data[12:14] == _IPV6 for record in self.frames())

    def check(self, in_flight: int) -> None:
        """Assert rule 2 against an independent count of the frames that are under way.

        Raises:
            TraceError: the fates do not add up, or a frame has no reason for its end.
        """
        counts = self.counts
        ended = {fate: counts[fate] for fate in Fate if fate is not _IN_FLIGHT}
        if self.sent != sum(ended.values()) + in_flight:
            sums = " + ".join(f"{number} {fate.value}" for fate, number in ended.items())
            raise TraceError(f"{self.sent} frames sent, but {sums} + {in_flight} in flight")
        refused = self.sent - in_flight - counts[_DELIVERED] - counts[_FORWARDED]
        if self.reasons.total() != refused:
            raise TraceError(f"{refused} frames refused, but {self.reasons.total()} have a reason")


class HostObserver:
    """Writes what one host tells (`wirelab.sim.host.observer.Observer`) into the trace."""

    __slots__ = ("host", "trace")

    def __init__(self, trace: Trace, host: str) -> None:
        self.trace = trace
        self.host = host

    def state_changed(self, endpoint: Endpoint, old: str, new: str, now: int) -> None:
        """A TCP state changed."""
        local = (endpoint.local_address, endpoint.local_port)
        remote = (endpoint.remote_address, endpoint.remote_port)
        self.trace.record(
            StateChange(now, self.host, local, remote, old, new, self.trace.last_order)
        )

    def timer_fired(self, endpoint: Endpoint | None, name: str, after: int, now: int) -> None:
        """A timer expired `after` ns after it was armed."""
        self.trace.record(TimerFired(now, self.host, name, after, self.trace.last_order))
