"""Our host against the kernel's TCP, in one process and one event loop, with a judge.

`station`: our host on a TAP whose other end is the kernel of a namespace.
    station.run(program, tcp=TcpConfig(...), outgoing=Impairments(...), incoming=..., seed=1,
                offload=False, judged=True) -> what program() returns
    station.complaints([(trace, impairments)])   what the judge would say, as lines
    station.judge()      after several runs with judged=False and seeds (so ports) of their own
`program` is a coroutine function without arguments. While it runs:
    station.programs     our host for asyncio programs; station.host, station.trace, station.link
                         (an ImpairedLink: lose, cut, hold, ...)
    station.socket()     a Berkeley socket of our host, its calls to be awaited: OurSocket
    station.listen(port, *options), station.connect(port, *options)   the kernel's side: sockets
                         without blocking, for loop.sock_recv() and its like; options are
                         (level, name, value); `station.connect` waits for the handshake
    station.wait_until(condition)   looks again whenever anything happened
    station.info()       what `ss -ti` says of the kernel's connections, the options first
    station.packets()    the TCP packets of the trace: Seen(ours, ip, tcp, size)
Judging wants from tshark that no frame of ours is malformed or has a
wrong checksum, and that `Judge` finds a cause in the trace for every retransmission and
duplicate ACK.
    station.family       4 or 6: every test of a station runs over both
`routed_station`: the same behind a router, a namespace of its own, `station.wire.middle`.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.impaired import NONE, ImpairedLink, Impairment, Impairments
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs import TCP, IPv4, IPv6, Packet, parse
from wirelab.codecs.addresses import ip_bytes, ip_text
from wirelab.codecs.capture import PcapngWriter
from wirelab.codecs.protocols.tcp_options import Timestamps
from wirelab.sim.host import Host, HostConfig, InterfaceConfig, Route, TcpConfig
from wirelab.sim.host.sockets.constants import AF_INET, AF_INET6, SO_ERROR, SOCK_STREAM, SOL_SOCKET
from wirelab.sim.trace import Trace
from wirelab.sim.trace.records import Fate, FrameRecord, TimerFired

US = "us"
PATIENCE_S = 60.0
"""Upper bound of a whole run; nothing waits longer than its answer takes."""
LOOK_S = 0.01
SECOND = 1_000_000_000
MODULUS = 1 << 32

Option = tuple[int, int, int | bytes]
Run = tuple[Trace, list[Impairment]]


class Seen(NamedTuple):
    """A TCP packet of the trace. `ours`: we sent it. `size`: bytes of text."""

    ours: bool
    ip: Any
    tcp: Any
    size: int


class Station:
    """See the top of this file."""

    def __init__(self, lab: Any, wire: Any, folder: Path, gateway: str | None = None) -> None:
        self.lab = lab
        self.wire = wire
        self.address: str = wire.own_address
        self.family = 6 if ":" in self.address else 4
        self.peer_address: str = wire.peer_address
        self._folder = folder
        self._gateway = gateway
        self._runs = 0
        self._unjudged: list[Run] = []
        self._sockets: list[socket.socket] = []
        self.trace: Trace
        self.host: Host
        self.link: ImpairedLink
        self.programs: Any
        self.impairments: list[Impairment]

    def run(
        self,
        program: Callable[[], Awaitable[Any]],
        *,
        tcp: TcpConfig | None = None,
        outgoing: Impairments = NONE,
        incoming: Impairments = NONE,
        seed: int = 1,
        offload: bool = False,
        judged: bool = True,
    ) -> Any:
        self._runs += 1
        self.trace, self.impairments = Trace(), []
        self._unjudged.append((self.trace, self.impairments))
        with self.wire.ours:
            tap = TapLink(self.wire.interface, offload=offload)
        self.link = ImpairedLink(
            tap,
            outgoing=outgoing,
            incoming=incoming,
            seed=seed,
            only=is_tcp,
            tell=self.impairments.append,
        )
        interface = InterfaceConfig(
            tap.name,
            tap.mac,
            mtu=tap.mtu,
            cuts_segments=offload,
            addresses=[(ip_bytes(self.address), 24 if self.family == 4 else 64)],
        )
        gateway = ip_bytes(self._gateway) if self._gateway else b""
        routes = [Route(bytes(len(gateway)), 0, 0, gateway)] if gateway else []
        config = HostConfig(US, [interface], routes, tcp=tcp or TcpConfig())
        self.host = Host(config, random.Random(seed), self.trace.observer(US))
        try:
            result = asyncio.run(self._run(program))
        finally:
            self.link.close()
            while self._sockets:
                forget(self._sockets.pop())
        if judged:
            self.judge(checksums=not offload)
        return result

    async def _run(self, program: Callable[[], Awaitable[Any]]) -> Any:
        driver = LiveDriver(self.host, self.link, trace=self.trace)
        async with driver as self.programs, asyncio.timeout(PATIENCE_S):
            return await program()

    # The kernel's side.

    def kernel_socket(self, *options: Option) -> socket.socket:
        with self.wire.peer:
            domain = socket.AF_INET if self.family == 4 else socket.AF_INET6
            made = socket.socket(domain, socket.SOCK_STREAM)
        self._sockets.append(made)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for option in options:
            made.setsockopt(*option)
        return made

    def listen(self, port: int, *options: Option, backlog: int = 16) -> socket.socket:
        listener = self.kernel_socket(*options)
        listener.bind((self.peer_address, port))
        listener.listen(backlog)
        return listener

    async def accept(self, listener: socket.socket) -> socket.socket:
        accepted, _ = await asyncio.get_running_loop().sock_accept(listener)
        self._sockets.append(accepted)
        return accepted

    async def connect(self, port: int, *options: Option) -> socket.socket:
        made = self.kernel_socket(*options)
        await asyncio.get_running_loop().sock_connect(made, (self.address, port))
        return made

    async def joined(self, port: int = 4242, *options: Option) -> tuple[Any, socket.socket]:
        """A connection that we opened: our stream, and the kernel's socket."""
        listener = self.listen(port, *options)
        stream = await self.programs.connect(self.peer_address, port)
        return stream, await self.accept(listener)

    async def called(self, port: int = 4242, *options: Option) -> tuple[Any, socket.socket]:
        """The same, opened by the kernel."""
        listener = self.programs.listen(port)
        peer = await self.connect(port, *options)
        return await listener.accept(), peer

    # Ours, and what is between.

    def socket(self) -> "OurSocket":
        return OurSocket(
            self, self.host.socket(AF_INET if self.family == 4 else AF_INET6, SOCK_STREAM)
        )

    async def wait_until(self, condition: Callable[[], object]) -> None:
        while not condition():
            await asyncio.sleep(LOOK_S)  # waits on another kernel; bounded by the run's patience

    def info(self) -> str:
        return str(self.wire.peer.run("ss", "-tinoH").stdout)

    def timers(self) -> Counter[str]:
        fired = [one.name for one in self.trace.events if isinstance(one, TimerFired)]
        return Counter(fired)

    def packets(self) -> list[Seen]:
        return [seen for _, seen in packets_of(self.trace)]

    def judge(self, checksums: bool = True) -> None:
        """Judge the runs since the last time; tshark takes long to start, so all at once."""
        runs, self._unjudged = self._unjudged, []
        assert self.complaints(runs, checksums) == []

    def complaints(self, runs: list[Run], checksums: bool = True) -> list[str]:
        """What tshark has against us, and what it remarks that has no cause."""
        path = self._folder / f"until-run-{self._runs}.pcapng"
        with path.open("wb") as file, PcapngWriter(file) as writer:
            writer.add_interface("tap0")
            for number, (trace, _) in enumerate(runs):
                for record in trace.frames():
                    writer.write(record.data, record.sent_at + number * 3600 * SECOND)
        expert = self.lab.open_capture(path).expert(self.address, checksums)
        found: list[str] = expert.wrong
        before = 0
        for trace, impairments in runs:
            after = before + trace.sent
            remarks = [
                one._replace(frame=one.frame - before)
                for one in expert.remarks
                if before < one.frame <= after
            ]
            found += Judge(trace, impairments).without_cause(remarks)
            before = after
        return found


class OurSocket:
    """A Berkeley socket of our host: a call that would block is made again when it may not."""

    def __init__(self, station: Station, core: Any) -> None:
        self._station = station
        self.core = core

    async def connect(self, address: str, port: int) -> None:
        with contextlib.suppress(BlockingIOError):
            self.call("connect", (address, port))
            return
        await self._station.wait_until(lambda: self.core.poll(now=self._now()))
        error = self.call("getsockopt", SOL_SOCKET, SO_ERROR)
        if error:
            raise OSError(error, "connect")

    async def accept(self) -> "OurSocket":
        core, _ = await self.wait("accept")
        return OurSocket(self._station, core)

    async def recv(self, size: int, flags: int = 0) -> bytes:
        return bytes(await self.wait("recv", size, flags))

    async def sendall(self, data: bytes, flags: int = 0) -> None:
        while data:
            data = data[await self.wait("send", data, flags) :]

    async def wait(self, name: str, *arguments: Any) -> Any:
        while True:
            with contextlib.suppress(BlockingIOError):
                return self.call(name, *arguments)
            await asyncio.sleep(LOOK_S)

    def call(self, name: str, *arguments: Any) -> Any:
        try:
            return getattr(self.core, name)(*arguments, now=self._now())
        finally:
            self._station.programs.kick()

    def _now(self) -> int:
        return int(self._station.programs.now())


class Judge:
    """Finds the causes of what tshark wonders about, in our own trace.

    A retransmission has one if an earlier copy was lost, held or put behind others by the link
    (or by the kernel's full queue), if a timer fired since that copy went out (RTO, TLP, RACK,
    persist, keepalive), or if an ICMP error came in since.
    A duplicate ACK has one if something came in that wants one: a segment out of order, one that
    came before, a probe, or one with an old timestamp; each is the cause of one such ACK, of what
    was expected then.
    """

    def __init__(self, trace: Trace, impairments: list[Impairment]) -> None:
        self._events = list(trace.events)
        self._impaired = {one.number for one in impairments if one.outgoing}
        self._numbers: dict[int, int] = {}
        """By frame of ours: its number among our TCP frames, as the link counts them."""
        self._seen = dict(packets_of(trace))
        for frame, seen in self._seen.items():
            if seen.ours:
                self._numbers[frame] = len(self._numbers) + 1
        self._records = {one.id: one for one in self._events if isinstance(one, FrameRecord)}

    def without_cause(self, remarks: list[Any]) -> list[str]:
        """What tshark remarks, and we cannot explain."""
        again = {one.frame for one in remarks if one.kind == "retransmission"}
        acks = {one.frame for one in remarks if one.kind == "duplicate ACK"}
        unexplained = [frame for frame in sorted(again) if not self._cause_of_text(frame)]
        unexplained += self._acks_without_cause(acks)
        kinds = {one.frame: one.kind for one in remarks}
        return [
            f"frame {frame} is a {kinds[frame]} without cause: {self._seen[frame].tcp}"
            for frame in unexplained
        ]

    def _cause_of_text(self, frame: int) -> bool:
        """Whether anything since the first copy explains that these bytes go again."""
        seen = self._seen[frame]
        first = None
        for number, other in self._seen.items():
            if number >= frame:
                break
            if other.ours and same_connection(other, seen) and overlaps(other, seen):
                if self._numbers[number] in self._impaired:
                    return True
                if self._records[number].fate is Fate.LOST:
                    return True
                first = first or number
        return first is not None and self._news_between(first, frame)

    def _news_between(self, first: int, frame: int) -> bool:
        """Whether a timer fired, or an ICMP error came in, between two frames."""
        inside = False
        for event in self._events:
            if isinstance(event, FrameRecord):
                if event.id == frame:
                    return False
                inside = inside or event.id == first
                if inside and event.sender != US and is_icmp(event.data):
                    return True
            elif inside and isinstance(event, TimerFired):
                return True
        return False

    def _acks_without_cause(self, remarked: set[int]) -> list[int]:
        wanted: Counter[tuple[Any, ...]] = Counter()
        expected: dict[tuple[Any, ...], Reassembly] = {}
        unexplained = []
        for frame, seen in self._seen.items():
            key = connection_of(seen)
            if not seen.ours:
                reassembly = expected.setdefault(key, Reassembly())
                wants_duplicate = reassembly.arrives(seen)
                wanted[key, reassembly.next] += wants_duplicate
            elif frame in remarked:
                number = seen.tcp.acknowledgment_number
                wanted[key, number] -= 1
                if wanted[key, number] < 0:
                    unexplained.append(frame)
        return unexplained


class Reassembly:
    """What we must have of the peer's sequence numbers, from its segments alone."""

    def __init__(self) -> None:
        self.next: int | None = None
        self._later: list[tuple[int, int]] = []
        self._recent_stamp: int | None = None

    def arrives(self, seen: Seen) -> bool:
        """Take a segment; whether the ACK of it tells nothing new."""
        start = seen.tcp.sequence_number
        space = seen.size + seen.tcp.syn + seen.tcp.fin
        if self.next is None:
            self.next = (start + space) % MODULUS
            return False
        at = distance(self.next, start)
        end = at + space
        if (at < 0 and end <= 0) or self._is_older(seen, at <= 0):
            return True  # all of it came before: a duplicate, a probe, or late (PAWS)
        if at > 0:
            self._later.append((start, (start + space) % MODULUS))
            return bool(space)
        self._advance(end)
        return False

    def _is_older(self, seen: Seen, reaches_us: bool) -> bool:
        """Whether its timestamp lies before TS.Recent (RFC 7323 sections 4.3 and 5.3)."""
        stamps = [one.value for one in seen.tcp.options if isinstance(one, Timestamps)]
        if not stamps:
            return False
        if self._recent_stamp is not None and distance(self._recent_stamp, stamps[0]) < 0:
            return True
        if reaches_us:
            self._recent_stamp = stamps[0]
        return False

    def _advance(self, count: int) -> None:
        assert self.next is not None
        self.next = (self.next + count) % MODULUS
        while joined := [
            one
            for one in self._later
            if distance(self.next, one[0]) <= 0 < distance(self.next, one[1])
        ]:
            self.next = joined[0][1]


def forget(peer: socket.socket) -> None:
    """Close a socket of the kernel and leave nothing of its connection behind."""
    if peer.fileno() >= 0:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()


def packets_of(trace: Trace) -> Iterator[tuple[int, Seen]]:
    """The TCP packets of a trace, by the number that their frame has there and in a capture."""
    for record in trace.frames():
        if is_tcp(record.data):
            packet: Packet = parse(record.data, strict=False)
            ip, tcp = packet.get(IPv4) or packet.get(IPv6), packet.get(TCP)
            assert ip is not None
            assert tcp is not None
            length = (
                ip.payload_length if isinstance(ip, IPv6) else ip.total_length - ip.header_length
            )
            size = length - tcp.header_length
            yield record.id, Seen(record.sender == US, ip, tcp, size)


def is_tcp(frame: bytes) -> bool:
    """Whether it is TCP over IP over Ethernet."""
    return _carries(frame, 6, 6)


def is_icmp(frame: bytes) -> bool:
    """Whether it is ICMP or ICMPv6 over Ethernet."""
    return _carries(frame, 1, 58)


def _carries(frame: bytes, protocol: int, next_header: int) -> bool:
    if frame[12:14] == b"\x86\xdd":
        return frame[20] == next_header
    return frame[12:14] == b"\x08\x00" and frame[23] == protocol


def connection_of(seen: Seen) -> tuple[Any, ...]:
    """Our port, the peer's address and port."""
    ip, tcp = seen.ip, seen.tcp
    if seen.ours:
        return tcp.source_port, ip_text(ip.destination), tcp.destination_port
    return tcp.destination_port, ip_text(ip.source), tcp.source_port


def same_connection(one: Seen, other: Seen) -> bool:
    """Whether both belong to the same connection."""
    return connection_of(one) == connection_of(other)


def distance(start: int, end: int) -> int:
    """From one sequence number to another, negative when it lies before."""
    return (end - start + MODULUS // 2) % MODULUS - MODULUS // 2


def overlaps(earlier: Seen, later: Seen) -> bool:
    """Whether two segments share sequence numbers (SYN and FIN have one each)."""
    space = [one.size + one.tcp.syn + one.tcp.fin for one in (earlier, later)]
    at = distance(earlier.tcp.sequence_number, later.tcp.sequence_number)
    return bool(at < space[0] and at + space[1] > 0)


@pytest.fixture(params=["ipv4", "ipv6"])
def station(request: pytest.FixtureRequest, lab: Any, tap_wire: Any, tmp_path: Path) -> Station:
    """Our host and the kernel of one namespace, a TAP between them, over each family."""
    if request.param == "ipv4":
        return Station(lab, tap_wire, tmp_path)
    tap_wire.peer.sysctl("net.ipv6.conf.tap0.disable_ipv6", 0)
    tap_wire.peer.ip("addr add 2001:db8:7::2/64 dev tap0 nodad")
    wire = tap_wire._replace(peer_address="2001:db8:7::2", own_address="2001:db8:7::77")
    return Station(lab, wire, tmp_path)


@pytest.fixture
def routed_station(lab: Any, tmp_path: Path) -> Station:
    """Our host, a router (`station.wire.middle`, `tap0` and `eth0`), and the peer behind it."""
    lab.need_tap()
    router, peer = lab.namespace("router"), lab.namespace("peer")
    router.ip("tuntap add dev tap0 mode tap")
    router.ip("addr add 198.51.100.1/24 dev tap0")
    router.ip("link set tap0 up")
    lab.veth(router, peer)
    router.ip("addr add 203.0.113.1/24 dev eth0")
    peer.ip("addr add 203.0.113.2/24 dev eth0")
    peer.ip("route add default via 203.0.113.1")
    router.sysctl("net.ipv4.ip_forward", 1)
    wire = SimpleNamespace(
        ours=router,
        peer=peer,
        middle=router,
        interface="tap0",
        own_address="198.51.100.77",
        peer_address="203.0.113.2",
    )
    return Station(lab, wire, tmp_path, "198.51.100.1")
