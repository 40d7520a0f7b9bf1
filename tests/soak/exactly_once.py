"""TCP's promise: the bytes that arrive are the bytes that were sent, or both sides learn why not.

    python -m tests.soak.exactly_once --examples 20000       (make soak)
    python -m tests.soak.exactly_once --replay '{...}'       (what a failure printed)

Hypothesis draws schedules: what each side sends and how it reads, the knobs of both hosts, and what
the path does to every frame: lose, repeat, corrupt, delay (so that frames overtake each other), be
dead for a while or from some moment on. Of each schedule it is demanded that

    what a program has read is a prefix of what the other one sent, always;
    it is all of it, unless the path died or a program gave up: then whoever misses something has
    been told;
    at the end nothing is left in either host: no connection, port or timer;
    every frame that came in is delivered, dropped or rejected, and counted as one of these.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from heapq import heappop, heappush
from multiprocessing import get_context
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from wirelab.codecs import AUTO, IPv4
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Closed
from wirelab.sim.host.host import Host
from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.host.tcp import keepalive

PORT = 7
LATENCY = 5 * MILLISECOND
DATA = bytes(Random(1).randbytes(1 << 16)) * 2
"""What a side sends is a slice of this, so that a byte in the wrong place shows."""

STEPS = 60_000
"""Instants of one schedule at most; a livelock ends here."""

WILD_FRAMES = 3000
"""Frames of each direction to which the path does something by chance; then it heals."""

PATIENCE = 40
"""Retransmissions: of so many, one gets through even after a dead minute."""

LIFETIME = 20_000 * SECOND
"""Virtual time of one schedule at most."""

KINDS = ("pass", "lose", "repeat", "corrupt", "delay", "mark")


@dataclass
class Side:
    """What one program does, and the knobs of its host.

    Attributes:
        total: bytes to send; chunk: bytes given to `send` at once.
        read: bytes asked for at once; pause: ms between two reads.
        abort_after: give up after so many bytes read; None: never.
        profile: name of the knobs to begin with; knobs: of `TcpConfig`, on top of them.
    """

    total: int = 0
    chunk: int = 1000
    read: int = 65_536
    pause: int = 0
    abort_after: int | None = None
    profile: str = "rfc"
    knobs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Schedule:
    """One example.

    Attributes:
        number: seeds the hosts, and the path after `fates`.
        mtu: of both hosts, bytes.
        client, server: the programs.
        fates: what happens to the first frames from the client, and from the server: a kind and a
            number (ms for "repeat" and "delay", a position for "corrupt").
        chances: in percent, of every later frame: to be lost, repeated, corrupted, delayed, marked
            as having met congestion.
        outages: beginning and length, ms; everything sent meanwhile is lost.
        dead_from: ms after which nothing gets through any more; None: never.
    """

    number: int = 0
    mtu: int = 1500
    client: Side = field(default_factory=Side)
    server: Side = field(default_factory=Side)
    fates: tuple[list[tuple[str, int]], list[tuple[str, int]]] = ((), ())  # type: ignore[assignment]
    chances: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    outages: list[tuple[int, int]] = field(default_factory=list)
    dead_from: int | None = None

    @classmethod
    def from_json(cls, text: str) -> "Schedule":
        """What `json.dumps(asdict(schedule))` gave."""
        values = json.loads(text)
        values["client"] = Side(**values["client"])
        values["server"] = Side(**values["server"])
        return cls(**values)


class BrokenPromiseError(Exception):
    """A schedule under which TCP did not do what it has to."""


def demand(condition: object, promise: str) -> None:
    """Raise unless a promise holds."""
    if not condition:
        raise BrokenPromiseError(promise)


# The world.


class Program:
    """One application: sends its part, reads the other's, and closes."""

    def __init__(self, name: str, host: Host, side: Side, other: Side, watched: bool) -> None:
        self.name = name
        self.host = host
        self.side = side
        self.sent = 0
        self.expected = memoryview(DATA)[: other.total]
        self.read = 0
        self.read_again = 0
        self.watched = watched
        self.connection: Any = None
        self.at_end = self.shut = self.closed = self.aborted = self.told = False

    def begin(self, connection: Any, now: int) -> None:
        """The connection is there; on a path that dies, the other end is asked now and then."""
        self.connection = connection
        if self.watched:
            connection._tcb.options.keepalive = True
            if connection.state == "ESTABLISHED":
                keepalive.changed(connection._tcb, now)

    def take_events(self) -> None:
        while (event := self.host.poll_event()) is not None:
            if isinstance(event, Closed) and event.connection is self.connection:
                self.told = self.told or event.reason is not None

    def step(self, now: int) -> None:
        """Do what can be done now."""
        if self.connection is None or self.closed:
            return
        try:
            self._send(now)
            self._receive(now)
        except HostError:
            self.told = True
            self._close(now)
        if self.at_end and self.shut:
            self._close(now)

    def _send(self, now: int) -> None:
        side = self.side
        if self.connection.state in ("SYN-SENT", "SYN-RECEIVED"):
            return
        while self.sent < side.total:
            end = min(self.sent + side.chunk, side.total)
            taken = self.connection.send(memoryview(DATA)[self.sent : end], now)
            if taken is WOULD_BLOCK:
                return
            self.sent += taken
        if not self.shut:
            self.shut = True
            self.connection.shutdown(now)

    def _receive(self, now: int) -> None:
        side = self.side
        while not self.at_end and now >= self.read_again:
            data = self.connection.receive(side.read, now)
            if data is WOULD_BLOCK:
                return
            demand(
                data == self.expected[self.read : self.read + len(data)],
                f"{self.name} read other bytes than were sent, from {self.read} on",
            )
            self.read += len(data)
            self.at_end = not data
            if side.pause:
                self.read_again = now + side.pause * MILLISECOND
            if side.abort_after is not None and self.read >= side.abort_after:
                self.aborted = True
                self.connection.abort(now)
                self.closed = True
                return

    def _close(self, now: int) -> None:
        self.closed = True
        self.connection.close(now)

    @property
    def complete(self) -> bool:
        return self.at_end and self.read == len(self.expected)


class World:
    """Two hosts and a path that does to frames what the schedule says."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.now = 0
        self.chance = Random(schedule.number)
        self.queue: list[tuple[int, int, int, bytes]] = []
        self.count = 0
        self.frames = [0, 0]
        self.hosts = [
            self._host("client", b"\x0a\0\0\1", schedule.client, 1),
            self._host("server", b"\x0a\0\0\2", schedule.server, 2),
        ]
        client, server = schedule.client, schedule.server
        watched = schedule.dead_from is not None  # else who only listens would wait for ever
        watched = watched or client.abort_after is not None or server.abort_after is not None
        self.client = Program("the client", self.hosts[0], client, server, watched)
        self.server = Program("the server", self.hosts[1], server, client, watched)

    def _host(self, name: str, address: bytes, side: Side, number: int) -> Host:
        interface = InterfaceConfig(
            "eth0", bytes((2, 0, 0, 0, 0, number)), address, mtu=self.schedule.mtu
        )
        config = replace(PROFILES[side.profile](), **side.knobs)
        config.keep_idle, config.keep_interval = 60 * SECOND, 10 * SECOND
        if self.schedule.dead_from is None:
            config.retries = config.syn_retries = config.synack_retries = PATIENCE
            config.orphan_retries = PATIENCE  # so that chance alone ends nothing
        chance = Random(self.schedule.number * 2 + number)
        return self._make_host(HostConfig(name, [interface], tcp=config), chance)

    def _make_host(self, config: HostConfig, chance: Random) -> Host:
        return Host(config, chance)

    def run(self) -> None:
        """Everything from `connect` until nothing more will happen."""
        server, client = self.hosts[1], self.hosts[0]
        listener = server.tcp_listen(PORT, self.now)
        self.client.begin(client.tcp_connect(b"\x0a\0\0\2", PORT, self.now), self.now)
        for _ in range(STEPS):
            self._transmit()
            when = self._next()
            if when is None:
                break
            demand(when <= LIFETIME, f"busy after {LIFETIME // SECOND} s of virtual time")
            self.now = max(when, self.now)
            self._deliver()
            for host, program in zip(self.hosts, (self.client, self.server), strict=True):
                host.handle_timers(self.now)
                program.take_events()
            if self.server.connection is None:
                accepted = listener.accept(self.now)
                if accepted is not WOULD_BLOCK:
                    self.server.begin(accepted, self.now)
            self.client.step(self.now)
            self.server.step(self.now)
        else:
            raise BrokenPromiseError(f"busy after {STEPS} steps, at {self.now / SECOND} s")
        listener.close(self.now)
        self._transmit()

    def _next(self) -> int | None:
        times = [at for host in self.hosts if (at := host.poll_at()) is not None]
        if self.queue:
            times.append(self.queue[0][0])
        for program in (self.client, self.server):
            if program.connection is not None and not program.closed and not program.at_end:
                times += [program.read_again] if program.read_again > self.now else []
        return min(times, default=None)

    def _deliver(self) -> None:
        while self.queue and self.queue[0][0] <= self.now:
            _, _, to, frame = heappop(self.queue)
            self.hosts[to].receive_frame(0, frame, self.now)

    def _transmit(self) -> None:
        for sender, host in enumerate(self.hosts):
            for _, frame in host.poll_transmit(self.now):
                self._carry(sender, frame)

    def _carry(self, sender: int, frame: bytes) -> None:
        schedule = self.schedule
        number = self.frames[sender]
        self.frames[sender] += 1
        ms = self.now // MILLISECOND
        if schedule.dead_from is not None and ms >= schedule.dead_from:
            return
        if any(start <= ms < start + length for start, length in schedule.outages):
            return
        kind, amount = self._fate(sender, number)
        if kind == "lose":
            return
        if kind == "corrupt" and frame[12:14] == b"\x08\x00":  # ARP has no checksum
            at = 14 + amount % (len(frame) - 14)
            frame = frame[:at] + bytes((frame[at] ^ 1 << amount % 8,)) + frame[at + 1 :]
        if kind == "mark" and frame[12:14] == b"\x08\x00" and frame[15] & 3 in (1, 2):
            ip = IPv4.parse(frame, 14).replace(ecn=3, checksum=AUTO)
            frame = frame[:14] + ip.build(frame[34:])
        self._arrive(sender, frame, amount * MILLISECOND if kind == "delay" else 0)
        if kind == "repeat":
            self._arrive(sender, frame, amount * MILLISECOND)

    def _arrive(self, sender: int, frame: bytes, delay: int) -> None:
        self.count += 1
        heappush(self.queue, (self.now + LATENCY + delay, self.count, 1 - sender, frame))

    def _fate(self, sender: int, number: int) -> tuple[str, int]:
        fates = self.schedule.fates[sender]
        if number < len(fates):
            return fates[number]
        if number < WILD_FRAMES and any(self.schedule.chances):
            roll = self.chance.random() * 100
            for kind, chance in zip(KINDS[1:], self.schedule.chances, strict=True):
                if roll < chance:
                    return kind, self.chance.randrange(200)
                roll -= chance
        return "pass", 0

    # What is demanded at the end.

    def check(self) -> None:
        """Compare what came with what was sent, and look for what was left behind."""
        client, server = self.client, self.server
        given_up = client.aborted or server.aborted
        for program, other in ((client, server), (server, client)):
            if program.complete:
                continue
            demand(
                self.schedule.dead_from is not None or given_up or self._no_neighbor(),
                f"{program.name} got {program.read} of {len(program.expected)} bytes"
                f"{' and no end' if not program.at_end else ''}: {program.connection!r}",
            )
            if program.connection is not None and not program.aborted:
                demand(program.told, f"{program.name} was not told that something is missing")
            unsuspecting = other.complete and program.aborted  # it had ended before
            if other.connection is not None and not (other.aborted or unsuspecting):
                demand(other.told, f"{other.name} was not told that {program.name} misses bytes")
        for host in self.hosts:
            self._check_left(host)

    def _no_neighbor(self) -> bool:
        """The client could not even find the server's MAC address."""
        return self.server.connection is None and self.client.told

    def _check_left(self, host: Host) -> None:
        environment = host._tcp._environment
        ports = environment.ports
        left = [environment.connections, environment.dirty, environment.replies]
        left += [ports._bindings, ports._connections, ports._listeners]
        demand(not any(left), f"{host.name} still holds {left}")
        demand(host.poll_at() is None, f"{host.name} has a timer for {host.poll_at()}")
        counters = host.counters
        counted = counters.delivered + sum(counters.dropped.values())
        counted += sum(counters.rejected.values())
        demand(counters.frames_in == counted, f"{host.name} lost count of a frame: {counters}")


def run(schedule: Schedule) -> World:
    """Run one schedule and demand everything of it.

    Raises:
        BrokenPromiseError: a promise does not hold. Any other exception is a bug as well.
    """
    world = World(schedule)
    world.run()
    world.check()
    return world


# Making schedules.


def _knobs() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "receive_buffer": st.sampled_from([600, 3000, 20_000, 200_000]),
            "send_buffer": st.sampled_from([1000, 10_000]),
            "congestion": st.sampled_from(["reno", "cubic"]),
            "nagle": st.just(False),
            "ecn": st.just("active"),
            "timestamps": st.just(False),
            "sack": st.just(False),
            "window_scaling": st.just(False),
            "minimum_rto": st.just(200 * MILLISECOND),
            "delayed_ack": st.just(40 * MILLISECOND),
            "initial_window": st.sampled_from([0, 1]),
            "probe_with_text": st.just(False),
            "override_timeout": st.just(0),
        },
    )


def _sides() -> st.SearchStrategy[Side]:
    sizes = st.one_of(
        st.integers(0, 3000), st.integers(0, 131_072), st.sampled_from([20_000, 60_000])
    )
    return st.builds(
        Side,
        total=sizes,
        chunk=st.sampled_from([100, 1000, 1460, 5000, 65_536]),
        read=st.sampled_from([65_536, 1, 100, 4000]).map(lambda size: max(size, 100)),
        pause=st.sampled_from([0, 0, 0, 3, 400]),
        abort_after=st.one_of(st.none(), st.none(), st.none(), st.integers(1, 20_000)),
        profile=st.sampled_from(sorted(PROFILES, reverse=True)),
        knobs=_knobs(),
    )


def _fates() -> st.SearchStrategy[list[tuple[str, int]]]:
    bad = st.tuples(st.sampled_from(KINDS), st.integers(0, 2500))
    return st.lists(st.one_of(st.just(("pass", 0)), bad), max_size=60)


def schedules() -> st.SearchStrategy[Schedule]:
    """Any schedule."""
    moments = st.integers(0, 20_000)
    return st.builds(
        Schedule,
        number=st.integers(0, 1 << 20),
        mtu=st.sampled_from([1500, 576, 296]),
        client=_sides(),
        server=_sides(),
        fates=st.tuples(_fates(), _fates()),
        chances=st.tuples(*[st.sampled_from([0, 0, 1, 5, 15])] * 5),
        outages=st.lists(st.tuples(moments, st.integers(1, 60_000)), max_size=2),
        dead_from=st.one_of(st.none(), st.none(), moments),
    )


# Running.


def explore(examples: int, number: int, shrinks: bool = True) -> str | None:
    """Try `examples` schedules of seed `number`; the smallest that fails, or None.

    A failure is told as one line that says what is wrong, and one that replays it.
    """
    failed: list[str] = []

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules())
    def holds(schedule: Schedule) -> None:
        try:
            run(schedule)
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}\n{json.dumps(asdict(schedule))}")
            raise

    try:
        holds()
    except Exception:
        return failed[-1]  # Hypothesis runs the smallest one last
    return None


def _job(job: tuple[int, int]) -> tuple[int, str | None]:
    return job[0], explore(*job)


def main(arguments: list[str] | None = None) -> int:
    """Search for a schedule that breaks the promise, or replay one.

    Returns:
        0; or 1 if one was found.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak.exactly_once")
    parser.add_argument("--examples", type=int, default=20_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", metavar="JSON", help="run this schedule only")
    asked = parser.parse_args(arguments)
    if asked.replay:
        world = run(Schedule.from_json(asked.replay))
        print(f"no problem; {sum(world.frames)} frames, {world.now / SECOND} s")
        return 0
    started = time.monotonic()
    share = 500
    jobs = [
        (min(share, asked.examples - start), asked.seed * 1_000_003 + start)
        for start in range(0, asked.examples, share)
    ]
    done, failures = 0, []
    with get_context("spawn").Pool(asked.workers) as pool:
        for examples, failure in pool.imap_unordered(_job, jobs):
            done += examples
            if failure is not None:
                failures.append(failure)
                print(f"FAILURE {failure}", flush=True)
            print(f"{done:,} of {asked.examples:,} examples", file=sys.stderr, flush=True)
    print(
        f"{done:,} examples in {time.monotonic() - started:,.0f} s, "
        f"{len(failures) or 'no'} failure{'s' if len(failures) > 1 else ''}"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
