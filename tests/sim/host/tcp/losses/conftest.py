"""A bulk transfer against a script: Alice sends segments of 1000 bytes, the test answers."""

from typing import Any

import pytest

from wirelab.codecs import SACK, MaximumSegmentSize, SACKPermitted, Timestamps, WindowScale
from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig

ROUND_TRIP = 100 * MILLISECOND
MASK = 0xFFFF_FFFF


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
