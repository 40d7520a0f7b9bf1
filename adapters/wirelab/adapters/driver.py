"""The live driver: runs a sans-IO host on real links, inside an asyncio event loop.

    async with LiveDriver(host, link) as programs:
        echo = await programs.ping("192.0.2.1")

    async with LiveDriver(router, inside, outside):  # a link for each interface, in their order
        await asyncio.sleep(3600)

One turn: frames in (at most `BURST`), frames out, events to the programs, timer set. A turn is
caused by a link (readable), by the host's own timer, or by a program's call.

Rule 1: everything runs in the loop's thread; nothing here blocks.
Rule 2: all frames of one wake-up are taken before anything is sent, so that one ACK answers them
(RFC 9293 MUST-58/59).
Rule 3: the host's time is nanoseconds since the driver was made; the clock is monotonic.
Rule 4: what comes by one link may leave by another, so with several links a checksum that the
kernel has left to hardware is completed on arrival.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic_ns
from types import TracebackType
from typing import Self

from wirelab.adapters.links.link import Link, LinkDown, LinkError, LinkGone
from wirelab.adapters.links.partial import completed
from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, BROADCAST_IPV4, ip_text
from wirelab.sim.host import Host
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.ipv6.scopes import is_multicast6
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Trace

BURST = 64
"""Frames taken in one turn; ours: one ACK covers many, and programs still get their turn."""
DOWN_RETRY_S = 0.25
"""Pause after the link reported that it is down; ours: an interface flaps for seconds, not less."""
PEERS = 1024
"""Names of peers remembered; ours: they come from outside, so their number is bounded."""
SECOND = 1_000_000_000

Tap = Callable[[bytes, int, bool, Drop | None], None]
"""Told each frame: its bytes, when (ns), whether we sent it, and why the host refused it."""
Gate = Callable[[bytes, int], str | None]
"""Asked before a frame leaves, with the time (ns): None, or why it must not."""


class DriverStats:
    """What went over the links.

    Attributes:
        refused: frames that the kernel did not take, for want of room.
        gated: frames that the gate held back, and `gated_text`, why the last one.
        downs: how often the link was down.
    """

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "downs",
        "frames_in",
        "frames_out",
        "gated",
        "gated_text",
        "refused",
    )

    def __init__(self) -> None:
        self.frames_in = self.frames_out = self.bytes_in = self.bytes_out = 0
        self.refused = self.gated = self.downs = 0
        self.gated_text = ""


_IPV4_SOURCE, _IPV6_SOURCE, _IPV6_DESTINATION = 26, 22, 38  # bytes into a frame


class LiveDriver:
    """Moves frames between a host's interfaces and links.

    Args:
        host: the host; its driver is this object alone.
        links: open links, for its interfaces in their order; they stay their opener's to close.
        trace: gets every frame and every application call; bound it in long runs.
        tap: called for each frame, for capture files.
        gate: asked for each frame of ours, whether it may leave.
        clock: monotonic nanoseconds.

    Attributes:
        error: why nothing will ever come or leave: every link's interface is gone.

    Raises:
        ValueError: not one link for each interface.
    """

    def __init__(
        self,
        host: Host,
        *links: Link,
        trace: Trace | None = None,
        tap: Tap | None = None,
        gate: Gate | None = None,
        clock: Callable[[], int] = monotonic_ns,
    ) -> None:
        if len(links) != len(host.interfaces):
            raise ValueError(
                f"{len(links)} links for the {len(host.interfaces)} interfaces of {host.name}; "
                "give one for each, in their order"
            )
        self.host = host
        self.links = links
        self.stats = DriverStats()
        self.error: LinkGone | None = None
        self.programs = AsyncHost(host, self.now, self._kick, None if trace is None else self._note)
        self._trace = trace
        self._tap = tap
        self._gate = gate
        self._peers: dict[bytes, str] = {}
        # Neither a probe for our own address (RFC 5227) nor a broadcast has a host at its far end.
        self._nobody = {
            ANY_IPV4,
            ANY_IPV6,
            BROADCAST_IPV4,
            *(one.address for one in host.interfaces),
            *(held.address for one in host.interfaces for held in one.ipv6),
        }
        self._clock = clock
        self._started_at = clock()
        self._gone_links: set[int] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0
        self._turn_queued = False

    def now(self) -> int:
        """Nanoseconds since the driver was made."""
        return self._clock() - self._started_at

    # Start and end.

    async def __aenter__(self) -> AsyncHost:
        self.start()
        return self.programs

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> Self:
        """Begin to read the links, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        for index, link in enumerate(self.links):
            self._listen(index)
            if link.poll_interval_ns is not None:
                self._poll(index)
        return self

    def close(self) -> None:
        """Send what is queued, and leave the links. Closing twice is fine."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if self.error is None:
            self._transmit(self.now())
        for index in range(len(self.links)):
            self._deafen(index, loop)
        if self._timer is not None:
            self._timer.cancel()

    # What causes a turn.

    def _read(self, index: int) -> None:
        """A link is readable."""
        if self._loop is None:  # closed since this call was queued
            return
        now = self.now()
        receive, link_recv = self.host.receive_frame, self.links[index].recv
        completes = len(self.links) > 1
        stats, trace, tap, name = self.stats, self._trace, self._tap, self.host.name
        try:
            for _ in range(BURST):
                frame = link_recv()
                if frame is None:
                    break
                data = frame.data
                stats.frames_in += 1
                stats.bytes_in += len(data)
                if completes and frame.checksum == "partial-ok":
                    data = completed(data)
                if trace is None:
                    drop = receive(index, data, now, frame.checksum != "check")
                else:
                    record = trace.frame_sent(self._peer(data, 26, 28), data, now)
                    trace.frame_arrives(record)
                    drop = receive(index, data, now, frame.checksum != "check")
                    trace.frame_arrived(record, name, drop, now, index)
                if tap is not None:
                    tap(data, now, False, drop)
            else:
                # A link may hold frames in user space, where the poller cannot see them.
                self._loop.call_soon(self._read, index)
        except LinkDown:
            self._pause(index)
        except LinkGone as error:
            self._gone(index, error)
            if self.error is not None:
                return
        self._turn(now)

    def _poll(self, index: int) -> None:
        """A link whose descriptor does not tell of every frame is also asked now and then."""
        interval = self.links[index].poll_interval_ns
        if self._loop is not None and interval is not None and index not in self._gone_links:
            self._loop.call_later(interval / SECOND, self._poll, index)
            self._read(index)

    def _kick(self) -> None:
        """A program called the host: let it transmit when the loop's current round is over.

        Raises:
            HostError: the interface is gone; nothing will ever leave.
        """
        if self.error is not None:
            raise HostError(Reason.LINK_DOWN, str(self.error.strerror))
        if not self._turn_queued and self._loop is not None:
            self._turn_queued = True
            self._loop.call_soon(self._queued_turn)

    def _queued_turn(self) -> None:
        self._turn_queued = False
        if self._loop is not None:
            self._turn(self.now())

    def _timer_due(self) -> None:
        self._timer = None
        now = self.now()
        self.host.handle_timers(now)
        self._turn(now)

    # The turn.

    def _turn(self, now: int) -> None:
        self._transmit(now)
        self.programs.dispatch()
        self._set_timer(now)

    def _transmit(self, now: int) -> None:
        stats, gate, links = self.stats, self._gate, self.links
        observed = self._trace is not None or self._tap is not None
        for index, frame in self.host.poll_transmit(now):
            if gate is not None and (text := gate(frame, now)) is not None:
                stats.gated += 1
                stats.gated_text = text
                continue
            try:
                accepted = index not in self._gone_links and links[index].send(frame)
            except LinkDown:
                self._pause(index)
                accepted = False
            except LinkGone as error:
                self._gone(index, error)
                if self.error is not None:
                    return
                accepted = False
            if accepted:
                stats.frames_out += 1
                stats.bytes_out += len(frame)
            else:
                stats.refused += 1
            if observed:
                self._record(index, frame, now, accepted)

    def _record(self, index: int, frame: bytes, now: int, accepted: bool) -> None:
        """Put a frame of ours into trace and capture file."""
        if self._tap is not None and accepted:
            self._tap(frame, now, True, None)
        if self._trace is not None:
            peer, name = self._peer(frame, 30, 38), self.host.name
            if accepted:
                self._trace.frame_handed_over(name, frame, now, peer, index)
            else:
                record = self._trace.frame_sent(name, frame, now, index)
                self._trace.frame_lost(record, peer, Reason.LINK_QUEUE_FULL, "", now)

    def _peer(self, frame: bytes, in_ipv4: int, in_arp: int) -> str:
        """The other host's name in the trace: its address, at these places of a frame."""
        kind = frame[12:14]
        at = in_ipv4 if kind == b"\x08\x00" else in_arp if kind == b"\x08\x06" else 0
        size = 4
        if kind == b"\x86\xdd":
            at, size = (_IPV6_SOURCE if in_ipv4 == _IPV4_SOURCE else _IPV6_DESTINATION), 16
        address = frame[at : at + size]
        name = self._peers.get(address)
        if name is None:
            if len(self._peers) >= PEERS:
                self._peers.clear()
            is_host = at and len(address) == size and address not in self._nobody
            if size == len(ANY_IPV6) and is_host:
                is_host = not is_multicast6(address)
            name = ip_text(address) if is_host else "network"
            self._peers[address] = name
        return name

    def _set_timer(self, now: int) -> None:
        """Arrange the next call of `handle_timers`. An earlier wake-up stays, and finds out."""
        due = self.host.poll_at(None if self._timer is None else self._timer_at)
        if due is None or self._loop is None:
            return
        if self._timer is not None:
            if self._timer_at <= due:
                return
            self._timer.cancel()
        self._timer_at = due
        self._timer = self._loop.call_later(max(0, due - now) / SECOND, self._timer_due)

    # Trouble.

    def _pause(self, index: int) -> None:
        """A link is down: leave it alone for a moment, then listen again."""
        self.stats.downs += 1
        loop = self._loop
        if loop is not None and self._deafen(index, loop):
            loop.call_later(DOWN_RETRY_S, self._listen, index)

    def _listen(self, index: int) -> None:
        """Let the loop tell when frames wait, if the link has a descriptor (on Windows: none)."""
        if self._loop is not None and index not in self._gone_links:
            with suppress(LinkError):
                self._loop.add_reader(self.links[index].fileno(), self._read, index)

    def _deafen(self, index: int, loop: asyncio.AbstractEventLoop) -> bool:
        """Listen no more; whether we did."""
        with suppress(LinkError):
            return loop.remove_reader(self.links[index].fileno())
        return False

    def _gone(self, index: int, error: LinkGone) -> None:
        """An interface disappeared. If it was the last, every call that waits fails."""
        self._gone_links.add(index)
        if self._loop is not None:
            self._deafen(index, self._loop)
        if len(self._gone_links) == len(self.links):
            self.error = error
            self.programs.waits.fail(HostError(Reason.LINK_DOWN, str(error.strerror)))

    def _note(self, text: str, returned: bool) -> None:
        assert self._trace is not None
        self._trace.call(self.host.name, text, self.now(), returned)
