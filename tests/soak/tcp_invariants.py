"""What must hold of every TCP connection, looked at after everything that happens to it.

    python -m tests.soak.tcp_invariants --examples 1000
    python -m tests.soak.tcp_invariants --replay 17          (the number that a failure printed)

The worlds are those of `exactly_once`, and its promise is demanded here too; but the schedules are
wilder: tiny and huge buffers, small segments, links that cut segments themselves (what they are
given is cut here), urgent bytes, odd writes, and knobs that it leaves alone. Whenever a host has
sent what it wants to, it is demanded of each of its connections that

    the flight covers SND.UNA to SND.NXT without a gap, and its sums are those of its records;
    the order of transmission holds exactly what is awaited, in that order;
    a timer runs if and only if something waits to be sent or acknowledged;
    nothing is held beyond the window that was offered.

Schedule `n` is always the same one.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

from tests.soak.exactly_once import DATA, KINDS, Program, Schedule, Side, World, demand

from wirelab.codecs import internet_checksum
from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.host import Host
from wirelab.sim.host.large_frame import LargeFrame
from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.flight import Flight, Record
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.reasons import Reason

ETHERNET = 14
FIN, PSH, URG, CWR = 1, 8, 32, 128

SWITCHES = tuple(
    """
    window_scaling timestamps sack duplicate_sack options_by_kind window_in_steps
    accept_all_that_fits hold_syn_text reduce_from_cwnd reduce_to_whole_segments
    slow_start_after_idle gradual_idle_restart rack tail_loss_probe burst_after_recovery f_rto
    push_bursts nagle minshall probe_with_text cubic_catches_up answer_ack_of_unsent repeat_fin
    fin_with_acks
    """.split()  # noqa: SIM905
)

CHOICES: dict[str, list[Any]] = {
    "receive_buffer": [1, 40, 100, 600, 3000, 20_000, 200_000],
    "send_buffer": [1, 100, 1000, 10_000],
    "congestion": ["reno", "cubic"],
    "ecn": ["active"],
    "initial_window": [0, 1, 40],
    "override_timeout": [0],
    "minimum_rto": [200 * MILLISECOND],
    "delayed_ack": [40 * MILLISECOND, 0],
    "quick_acks": [0, 3, 16],
    "black_hole_timeouts": [0, 1, 3],
    "timer_margin": [0],
    "acknowledge_each": ["two full segments", "more than a full segment", "second segment"],
    "window_update": ["two segments", "quarter", "doubled"],
    "receive_buffer_rounding": ["up", "down", "none"],
    "duplicate_threshold": [1, 3],
    "slow_start_limit": [0, 2],
    "maximum_receive_buffer": [65_535, 1 << 20, 1 << 30],
    "hystart": ["off", "hystart", "hystart++"],
    "initial_window_limit": [1 << 20],
}


# What must hold.


def check(tcb: Tcb) -> None:
    """Demand it all of one connection of a host that has just sent."""
    records = list(tcb.flight.records())
    _check_records(tcb, records)
    _check_sums(tcb, records)
    _check_order(tcb.flight, records)
    _check_timers(tcb, records)
    demand(tcb.congestion.cwnd > 0, "cwnd is 0")
    offered = tcb.rcv_adv - tcb.rcv_nxt
    demand(offered >= 0, f"the right edge is {-offered} bytes below RCV.NXT")
    held = tcb.reassembly.size
    demand(held <= offered, f"{held} bytes are held out of order, and {offered} were offered")


def _check_records(tcb: Tcb, records: list[Record]) -> None:
    for record in records:
        demand(record.start < record.end, f"an empty record: {record}")
        demand(not (record.sacked and record.lost), f"sacked and lost: {record}")
    for one, other in pairwise(records):
        demand(one.end == other.start, f"{one} does not reach {other}")
    if records:
        if tcb.state not in ("SYN-SENT", "SYN-RECEIVED"):
            demand(records[0].start == tcb.snd_una, f"SND.UNA {tcb.snd_una} in {records[0]}")
        demand(records[-1].end == tcb.snd_nxt, f"SND.NXT {tcb.snd_nxt} behind {records[-1]}")


def _check_sums(tcb: Tcb, records: list[Record]) -> None:
    flight = tcb.flight

    def is_sum(name: str, found: int, counted: list[Record]) -> None:
        right = sum(record.end - record.start for record in counted)
        demand(found == right, f"{name} is {found}, but of its records {right}: {records}")

    is_sum("outstanding", flight.outstanding, records)
    is_sum("lost", flight.lost, [record for record in records if record.lost])
    is_sum("resent", flight.resent, [record for record in records if record.resent])
    if tcb.sack_ok or not flight.sacked:  # else it counts duplicate ACKs
        is_sum("sacked", flight.sacked, [record for record in records if record.sacked])
    demand(flight.pipe >= 0, f"pipe is {flight.pipe}")


def _check_order(flight: Flight, records: list[Record]) -> None:
    if flight.order is None:
        return
    order = list(flight.order)
    awaited = {id(it) for it in records if not it.sacked and (not it.lost or it.resent)}
    known = {id(it) for it in order if not it.lost or it.resent or it.times == 1}
    demand(not any(it.sacked for it in order), f"sacked, and still awaited: {order}")
    demand(awaited == known, f"awaited is {order} of {records}")
    serials = [record.serial for record in order]
    demand(serials == sorted(serials), f"not in the order of transmission: {order}")


def _check_timers(tcb: Tcb, records: list[Record]) -> None:
    if tcb.state in ("CLOSED", "LISTEN", "TIME-WAIT", "SYN-SENT", "SYN-RECEIVED"):
        return
    waits = bool(records or tcb.send_buffer or (tcb.fin_queued and not tcb.fin_acknowledged))
    runs = tcb.retransmission_timer.running or tcb.persist_timer.running
    demand(waits == runs, f"{'no' if waits else 'a'} timer runs: {tcb.connection!r} {records}")


# The world.


def cut(frame: bytes) -> Iterator[bytes]:
    """Give the frames that a link makes of what it was given (see `LargeFrame`)."""
    if not isinstance(frame, LargeFrame):
        yield frame
        return
    size, tcp = frame.segment_size, frame.transport
    headers, text = bytes(frame[: frame.headers]), bytes(frame[frame.headers :])
    flags = headers[tcp + 13]
    demand(len(text) > size > 0, f"a large frame of {len(text)} bytes, to cut at {size}")
    demand(not flags & URG, "URG in a large frame")
    for number, at in enumerate(range(0, len(text), size)):
        piece = text[at : at + size]
        kept = flags if at + size >= len(text) else flags & ~(FIN | PSH)
        yield _segment(headers, tcp, number, at, kept & ~CWR if at else kept, piece)


def _segment(headers: bytes, tcp: int, number: int, at: int, flags: int, piece: bytes) -> bytes:
    head = bytearray(headers)

    def add(offset: int, size: int, count: int) -> None:
        value = int.from_bytes(head[offset : offset + size], "big") + count
        head[offset : offset + size] = (value % (1 << 8 * size)).to_bytes(size, "big")

    head[16:18] = (len(head) - ETHERNET + len(piece)).to_bytes(2, "big")
    add(18, 2, number)  # identification
    head[24:26] = bytes(2)
    head[24:26] = internet_checksum(bytes(head[ETHERNET:34])).to_bytes(2, "big")
    add(tcp + 4, 4, at)  # sequence number
    head[tcp + 13] = flags
    head[tcp + 16 : tcp + 18] = bytes(2)
    length = len(head) - tcp + len(piece)
    covered = bytes(head[26:34]) + b"\0\6" + length.to_bytes(2, "big") + bytes(head[tcp:]) + piece
    head[tcp + 16 : tcp + 18] = internet_checksum(covered).to_bytes(2, "big")
    return bytes(head) + piece


class TunedHost(Host):
    """A host whose applications set socket options before they open anything."""

    wishes: dict[str, Any]

    def _options(self) -> TcpOptions:
        options = self._tcp.new_options()
        options.oob_inline = True
        options.user_timeout = 0
        for name, value in self.wishes.items():
            setattr(options, name, value)
        return options

    def tcp_connect(
        self,
        address: bytes,
        port: int,
        now: int,
        source_port: int = 0,
        interface: int | None = None,
    ) -> Connection:
        options = self._options()
        return self._tcp.connect(address, port, now, source_port, options, interface=interface)

    def tcp_listen(
        self, port: int, now: int, address: bytes | None = None, backlog: int = 128
    ) -> Listener:
        return self._tcp.listen(port, now, address, backlog, self._options())


class OddProgram(Program):
    """Writes in pieces of all sizes, some of them urgent, or with the promise of more."""

    chance: Random
    urgent: bool

    def _send(self, now: int) -> None:
        side, connection, chance = self.side, self.connection, self.chance
        if connection.state in ("SYN-SENT", "SYN-RECEIVED"):
            return
        while self.sent < side.total:
            size = chance.choice([1, 3, 50, side.chunk, side.chunk])
            end = min(self.sent + size, side.total)
            more = chance.random() < 0.1
            urgent = self.urgent and chance.random() < 0.05
            piece = memoryview(DATA)[self.sent : end]
            taken = connection.queue(piece, now, more=more, urgent_byte=urgent)
            open_ = connection.state in ("ESTABLISHED", "CLOSE-WAIT")
            if connection.error is not None or not (taken or open_):
                raise HostError(connection.error or Reason.TCP_CLOSED, "while it was written to")
            if not taken:
                return
            self.sent += taken
        if not self.shut:
            self.shut = True
            connection.shutdown(now)


class WatchedWorld(World):
    """A world whose connections are looked at whenever they have sent.

    Args:
        schedule: what happens.
        links: whether they cut segments: of the client and of the server.
        wishes: socket options of both.
        urgent: whether some bytes are.
    """

    def __init__(
        self, schedule: Schedule, links: list[bool], wishes: list[dict[str, Any]], urgent: bool
    ) -> None:
        self.links = links
        self.wishes = wishes
        super().__init__(schedule)
        client, server = schedule.client, schedule.server
        watched = self.client.watched
        self.client = OddProgram("the client", self.hosts[0], client, server, watched)
        self.server = OddProgram("the server", self.hosts[1], server, client, watched)
        for program in (self.client, self.server):
            program.chance = Random(schedule.number)
            program.urgent = urgent

    def _make_host(self, config: HostConfig, chance: Random) -> Host:
        number = int(config.name == "server")
        config.interfaces[0].cuts_segments = self.links[number]
        host = TunedHost(config, chance)
        host.wishes = self.wishes[number]
        return host

    def _transmit(self) -> None:
        for sender, host in enumerate(self.hosts):
            for _, frame in host.poll_transmit(self.now):
                for piece in cut(frame):
                    self._carry(sender, piece)
            for tcb in host._tcp.connections.values():
                check(tcb)


# Making worlds.


def _knobs(chance: Random) -> dict[str, Any]:
    switched = chance.sample(SWITCHES, chance.randrange(9))
    knobs: dict[str, Any] = {name: chance.random() < 0.5 for name in switched}
    for name, choices in CHOICES.items():
        if chance.random() < 0.2:
            knobs[name] = chance.choice(choices)
    return knobs


def _side(chance: Random) -> Side:
    return Side(
        total=chance.randrange(chance.choice([1, 2000, 20_000, 100_000]) + 1),
        chunk=chance.choice([100, 1000, 1460, 5000, 65_536]),
        read=chance.choice([65_536, 1000, 100, 4000]),
        pause=chance.choice([0, 0, 0, 3, 400]),
        abort_after=chance.choice([None] * 5 + [chance.randrange(1, 20_000)]),
        profile=chance.choice(sorted(PROFILES)),
        knobs=_knobs(chance),
    )


def _fates(chance: Random) -> list[tuple[str, int]]:
    return [
        (chance.choice(KINDS), chance.randrange(2500)) if chance.random() < 0.3 else ("pass", 0)
        for _ in range(chance.randrange(60))
    ]


def _schedule(chance: Random) -> Schedule:
    one, two, three, four, five = (chance.choice([0, 0, 0, 1, 5, 15]) for _ in range(5))
    return Schedule(
        number=chance.randrange(1 << 20),
        mtu=chance.choice([1500, 1500, 576, 296, 100, 68, 9000]),
        client=_side(chance),
        server=_side(chance),
        fates=(_fates(chance), _fates(chance)),
        chances=(one, two, three, four, five),
        outages=[
            (chance.randrange(20_000), chance.randrange(1, 60_000))
            for _ in range(chance.choice([0, 0, 1, 2]))
        ],
        dead_from=chance.choice([None, None, None, chance.randrange(20_000)]),
    )


def _wishes(chance: Random) -> dict[str, Any]:
    return {
        "maxseg": chance.choice([None, None, None, 28, 48, 88, 536]),
        "window_clamp": chance.choice([None, None, None, 1152, 4000]),
        "rcv_buff": chance.choice([None, None, None, 2304, 20_000]),
        "notsent_lowat": chance.choice([None, None, None, 500, 5000]),
    }


def _shorten(schedule: Schedule, wishes: list[dict[str, Any]]) -> None:
    """Small segments and buffers take their time: then less is sent, and read sooner."""
    sides = (schedule.client, schedule.server)
    longest = 8000 if schedule.mtu < 200 else 100_000
    if any((wish["maxseg"] or 536) < 100 for wish in wishes):
        longest = 4000
    for side in sides:
        if side.pause == 400:
            side.read = max(side.read, 1000)
    knobs = [side.knobs for side in sides]
    tiny = any(it.get("receive_buffer", 600) < 600 for it in knobs)
    if tiny or any(it.get("send_buffer", 1000) < 1000 for it in knobs):
        longest = 2000
    for side in sides:
        side.total = min(side.total, longest)
        side.pause = 0 if longest == 2000 else side.pause


def make(number: int) -> WatchedWorld:
    """World `number`, before anything has happened."""
    chance = Random(number)
    schedule = _schedule(chance)
    links = [chance.random() < 0.5 for _ in range(2)]
    wishes = [_wishes(chance) for _ in range(2)]
    _shorten(schedule, wishes)
    return WatchedWorld(schedule, links, wishes, urgent=chance.random() < 0.3)


# Running.


def run(number: int) -> WatchedWorld:
    """Let one world run to its end.

    Raises:
        BrokenPromiseError: something does not hold. Any other exception is a bug as well.
    """
    world = make(number)
    world.run()
    world.check()
    return world


def main(arguments: list[str] | None = None) -> int:
    """Search for a world in which something does not hold, or replay one.

    Returns:
        0; or 1 if one was found.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak.tcp_invariants")
    parser.add_argument("--examples", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--replay", metavar="NUMBER", type=int, help="run this world only")
    asked = parser.parse_args(arguments)
    if asked.replay is not None:
        world = run(asked.replay)
        print(f"no problem; {sum(world.frames)} frames, {world.now / SECOND} s")
        return 0
    started = time.monotonic()
    failures = 0
    first = asked.seed * 1_000_003
    for number in range(first, first + asked.examples):
        try:
            run(number)
        except Exception as error:
            failures += 1
            print(f"FAILURE {type(error).__name__}: {error}\n{number}", flush=True)
    print(
        f"{asked.examples:,} examples in {time.monotonic() - started:,.0f} s, "
        f"{failures or 'no'} failure{'s' if failures > 1 else ''}"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
