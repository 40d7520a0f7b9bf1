"""A verb's program on a real link: preflight, guard, witness, driver.

Order: look at the machine and refuse what cannot work; open the link; keep the kernel off our port
(before the first SYN); ask whether our address is taken; run; hold the guard until the connections
are over (`wirelab.adapters.aftermath`).
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from wirelab.adapters import preflight
from wirelab.adapters.aftermath import OpenConnections
from wirelab.adapters.driver import LiveDriver, Tap
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.guards import GuardError, guard_ports
from wirelab.adapters.guards.witness import KernelReset, Witness
from wirelab.adapters.kernel_story import tell_reset
from wirelab.adapters.links import Link, LinkError, open_link
from wirelab.adapters.links.pcaplink import oversize_text
from wirelab.adapters.outcome import explained, opened_for_writing
from wirelab.adapters.place import Place, check, choose_place, free_port
from wirelab.adapters.policy import TransmitPolicy
from wirelab.adapters.privileges import drop_privileges
from wirelab.adapters.session import Job, Session
from wirelab.adapters.system import InterfaceAddress
from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, ip_text, mac_bytes, mac_text
from wirelab.codecs.capture import PcapngWriter
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.trace import InterfaceInfo, LiveLink, Trace

US = "wirelab"
LINK_WORDS = {"afpacket": "raw socket", "tap": "TAP", "pcap": "libpcap"}
TRACE_LIMIT = 1000
"""Events kept for -v and explanations; ours: even with 64 KiB frames less than 64 MiB."""
PROBE_S = 0.2
"""How long an owner of our address has to object; ours: RFC 5227 waits 1 to 2 s, for slow links."""


def run_live(job: Job) -> int:
    """Run on a real link. See `wirelab.adapters.session.run_program`."""
    try:
        place = choose_place(job.arguments, addressless=job.addressless)
        if place.is_hosts and job.transport is not None and not job.port:
            job.port = free_port(place.address, job.transport)  # guard and witness must name it
        check(job.arguments, place, job.transport, job.port)
        shared = place.address if place.is_hosts else None
        words = LINK_WORDS.get(place.kind, place.kind)
        trace = Trace(TRACE_LIMIT, LiveLink(place.interface, words, shared))
        with explained(job.arguments, trace, US), ExitStack() as held:
            return LiveRun(job, place, trace, held).run()
    except (LinkError, GuardError) as error:
        raise CommandError(str(error.strerror), Exit.IMPOSSIBLE) from error


class LiveRun:
    """One run: what it holds is opened here and given back by `held`."""

    def __init__(self, job: Job, place: Place, trace: Trace, held: ExitStack) -> None:
        self._job = job
        self._place = place
        self._trace = trace
        self._reset: KernelReset | None = None
        self._task: asyncio.Task[int] | None = None
        self._link = link = _opened(job, place)
        held.callback(link.close)
        self._mac = mac = place.mac or link.mac
        trace.add_host(US, [_described(place, mac)])
        tap = held.enter_context(_capture(job, place, mac))
        if place.guard and job.transport is not None:
            held.enter_context(guard_ports(place.address, [job.port], job.transport))
        self._witness: Witness | None = None
        if place.is_hosts and job.transport == "tcp":
            self._witness = Witness(place.interface, place.address, [job.port])
            held.callback(self._witness.close)
        self._connections = OpenConnections(trace.observer(US))
        known = place.is_hosts or job.arguments.no_preflight
        host = Host(
            _config(place, mac, link.mtu, configured=known),
            random.SystemRandom(),
            self._connections,
        )
        held_addresses = [] if job.addressless else [place.network]
        self._policy = TransmitPolicy(mac, held_addresses, allow_global=job.arguments.allow_global)
        self._driver = LiveDriver(host, link, trace=trace, tap=tap, gate=self._refusal)
        drop_privileges()  # all that needed them is open

    def run(self) -> int:
        """Run the program to its end."""
        try:
            with asyncio.Runner() as runner:
                return runner.run(self._main())
        finally:
            self._report()

    async def _main(self) -> int:
        loop = asyncio.get_running_loop()
        async with self._driver as programs:
            await self._claim()
            session = Session(
                programs,
                self._job.arguments,
                live=True,
                names={},
                source=random.SystemRandom(),
                port=self._job.port,
                gateway=self._place.gateway,
                take_address=self._take_address,
            )
            session.say(self._title())
            self._task = loop.create_task(self._job.program(session))
            if self._witness is not None:
                loop.add_reader(self._witness.fileno(), self._look_for_reset, self._task)
            try:
                return await self._result(self._task)
            finally:
                if self._witness is not None:
                    loop.remove_reader(self._witness.fileno())
                if self._place.guard and self._job.transport == "tcp":
                    await self._connections.over()

    async def _result(self, task: "asyncio.Task[int]") -> int:
        """What the program returns; or that our own kernel made it impossible."""
        try:
            return await task
        except BaseException:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._look_for_reset(task)
            if self._reset is not None:
                raise CommandError(str(self._reset), Exit.NO, self._reset.reason) from None
            raise

    def _look_for_reset(self, task: "asyncio.Task[int]") -> None:
        """Stop as soon as the kernel resets a connection of ours: nothing can come of it."""
        if self._reset is None and self._witness is not None:
            self._reset = self._witness.next()
            if self._reset is not None:
                tell_reset(self._trace, self._reset, self._driver.now())
                task.cancel()

    def _refusal(self, frame: bytes, now: int) -> str | None:
        """Why a frame must not leave."""
        text = self._policy.refusal(frame, now)
        if text is None and self._witness is not None:
            self._witness.sent(frame)
        return text

    def _take_address(self, address: bytes, prefix_length: int) -> None:
        self._policy.own(InterfaceAddress(address, prefix_length))

    async def _claim(self) -> None:
        """Make sure that our address is ours (RFC 5227 section 2.1.1), and tell it to neighbours.

        Raises:
            CommandError: somebody else has it.
        """
        if self._place.is_hosts or self._job.addressless or self._job.arguments.no_preflight:
            return
        programs = self._driver.programs
        if len(self._place.address) == len(ANY_IPV6):
            await self._claim6(programs)
            return
        try:
            async with asyncio.timeout(PROBE_S):
                owner = await programs.resolve(programs.address, probe=True)
        except (TimeoutError, HostError):
            if self._job.caller is not None:  # a server: others must find us
                self._driver.host.announce(self._driver.now())
                programs.kick()
            return
        taken = preflight.address_taken(self._place.address, mac_bytes(owner))
        raise CommandError(taken.text, Exit.IMPOSSIBLE)

    async def _claim6(self, programs: AsyncHost) -> None:
        """The same for IPv6, where the address is not ours before (RFC 4862 section 5.4).

        Raises:
            CommandError: somebody else has it.
        """
        place = self._place
        try:
            await programs.acquire_address(ip_text(place.address), place.prefix_length)
        except HostError as error:
            text = f"{ip_text(place.address)} is already used: {error.detail}; choose another --ip."
            raise CommandError(text, Exit.IMPOSSIBLE, error.reason) from error

    def _title(self) -> str:
        place = self._place
        whose = "this host's own" if place.is_hosts else "our"
        held = "no address yet" if self._job.addressless else f"{whose} address {place.network}"
        text = f"real link: {place.kind} {place.interface}, {held} at {mac_text(self._mac)}"
        if place.kernel_address is not None:
            text += f", the kernel's end {ip_text(place.kernel_address)}"
        if place.guard and self._job.transport is not None:
            text += f", its kernel kept off {self._job.transport} port {self._job.port}"
        return text

    def _report(self) -> None:
        """Tell of frames that nobody would otherwise miss."""
        try:
            kernel, ours = self._link.stats(), self._driver.stats
        except OSError:  # the interface is gone, as has been told
            return
        lines = []
        if kernel.kernel_dropped:
            lines.append(f"the kernel dropped {kernel.kernel_dropped} frames: we were too slow")
        if ours.refused:
            lines.append(f"the kernel took {ours.refused} frames of ours not: its queue was full")
        if ours.gated:
            lines.append(f"{ours.gated} frames of ours were held back: {ours.gated_text}")
        if kernel.truncated:
            lines.append(oversize_text(kernel.largest, self._place.interface))
        for line in lines:
            print(f"wirelab: warning: {line}", file=sys.stderr)


def _described(place: Place, mac: bytes) -> InterfaceInfo:
    """Our interface, for the trace."""
    if len(place.address) == len(ANY_IPV6):
        return InterfaceInfo(place.interface, mac, ANY_IPV4, (place.address,))
    return InterfaceInfo(place.interface, mac, place.address)


def _opened(job: Job, place: Place) -> Link:
    more: dict[str, Any] = {}
    if place.kernel_address is not None:
        more = {"kernel_address": place.kernel_address, "prefix_length": place.prefix_length}
    elif place.kind == "pcap":
        more = {"strict_checksum": job.arguments.strict_checksum}
    return open_link(place.kind, place.interface, mac=place.mac, **more)


def _config(place: Place, mac: bytes, mtu: int, *, configured: bool) -> HostConfig:
    """The host. On the host's own address its kernel answers ARP, ping and closed ports."""
    four, prefix_length, more = place.address, place.prefix_length, []
    if len(place.address) == len(ANY_IPV6):
        four, prefix_length = ANY_IPV4, 24
        # One that is asked about first (`LiveRun._claim6`) is given to the host after that.
        more = [(place.address, place.prefix_length)] if configured else []
    anywhere = bytes(len(place.address))
    routes = [] if place.gateway is None else [Route(anywhere, 0, 0, place.gateway)]
    card = InterfaceConfig(place.interface, mac, four, prefix_length, mtu, addresses=more)
    return HostConfig(
        US,
        [card],
        routes,
        answer_arp=not place.is_hosts,
        answer_echo=not place.is_hosts,
        answer_closed_ports=not place.is_hosts,
    )


@contextmanager
def _capture(job: Job, place: Place, mac: bytes) -> Iterator[Tap | None]:
    """Where -w wants the frames, as they come and go; time stamps are the wall clock's."""
    name = job.arguments.write
    if name is None:
        yield None
        return
    began = time.time_ns()
    with opened_for_writing(name) as file, PcapngWriter(file) as writer:
        writer.add_interface(place.interface, mac=mac)

        def tap(data: bytes, now: int, sent: bool, drop: Drop | None) -> None:
            comment = None if drop is None else f"DROP {drop.reason}: {drop.detail}"
            writer.write(data, began + now, direction="out" if sent else "in", comment=comment)
            if name == "-":
                writer.flush()

        yield tap
