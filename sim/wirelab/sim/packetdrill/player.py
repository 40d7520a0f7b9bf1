"""Plays the events of a script against a host, one after the other.

    inbound packet    at its time: built by the peer, given to the host
    outbound packet   waits for the host's next packet and compares it and its time
    system call       at its time; see `system_calls`
    command           at its time; see `shell`
    Python            at its time; see `assertions`

Rule 1: packets are expected in the order in which the host sends them; none may be left out.
Rule 2: what the host has sent before the last event, and nobody expected, fails the script if the
end is strict (`Settings.strict_end`).
"""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from wirelab.codecs import DecodeError
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.profiles import PROFILES
from wirelab.sim.packetdrill import (
    file_calls,
    option_calls,
    readiness_calls,
    socket_calls,
    transfer_calls,
)
from wirelab.sim.packetdrill.assertions import Assertions
from wirelab.sim.packetdrill.introspection import SimulatedSystem, socket_info
from wirelab.sim.packetdrill.matching import MismatchError, Strictness
from wirelab.sim.packetdrill.matching import Verdict as Match
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.peer import Matcher, Peer
from wirelab.sim.packetdrill.printer import packet_text
from wirelab.sim.packetdrill.script_time import Window, seconds, window
from wirelab.sim.packetdrill.settings import Settings
from wirelab.sim.packetdrill.shell import Shell
from wirelab.sim.packetdrill.syntax import (
    Code,
    Command,
    Direction,
    Event,
    EventTime,
    Packet,
    Script,
    SystemCall,
    TimeKind,
)
from wirelab.sim.packetdrill.sysctls_freebsd import TABLE as FREEBSD
from wirelab.sim.packetdrill.sysctls_linux import TABLE as LINUX
from wirelab.sim.packetdrill.system_calls import Handler, Kernel
from wirelab.sim.packetdrill.wire import HOST, HOST_MAC, Sent, Wire

CALLS: dict[str, Handler] = {
    **socket_calls.HANDLERS,
    **transfer_calls.HANDLERS,
    **option_calls.HANDLERS,
    **readiness_calls.HANDLERS,
    **file_calls.HANDLERS,
}

_PATIENCE: Final = 600 * SECOND
"""For a packet at any time (`*`); ours: longer than any retransmission interval."""

TABLES = {"linux": LINUX, "freebsd": FREEBSD}


class Player:
    """One run of one script.

    Args:
        script: as read.
        settings: with the script's own options, and a profile.

    Attributes:
        line: of the script, that is being played.
        warnings: what differed and was not to fail the script (`--non_fatal`).
    """

    def __init__(self, script: Script, settings: Settings) -> None:
        self._script = script
        self._settings = settings
        tcp = PROFILES[settings.profile or "rfc"]()
        # Addresses and interfaces are the wire's to set.
        interface = InterfaceConfig("tun0", HOST_MAC, bytes(4))
        config = HostConfig(HOST, [interface], tcp=tcp)
        self.wire = Wire(config, settings.addresses, settings.seed)
        strictness = Strictness(
            strict_segments=settings.strict_segments,
            ignore_psh=settings.ignore_psh,
            timestamp_tolerance=settings.timestamp_tolerance,
        )
        self._peer = Peer(
            settings.addresses.local,
            settings.addresses.remote,
            settings.bind_port,
            settings.connect_port,
            strictness,
        )
        self._kernel = Kernel(self.wire, settings, CALLS, self._peer)
        self._assertions = Assertions()
        system = SimulatedSystem(self.wire, self._kernel, TABLES)
        self._shell = Shell(Path(script.path).parent, system)
        self.line = 0
        self.warnings: list[str] = []
        self._previous = 0  # when the event before was scheduled, ns

    @property
    def printed(self) -> tuple[str, ...]:
        """What the script's Python code has printed."""
        return tuple(self._assertions.printed)

    def play(self) -> None:
        """Play all of it.

        Raises:
            ScriptFailed: the host does something else.
            ScriptUnsupported: something cannot be done here.
        """
        for name in self._settings.init_scripts:
            self._at_line(0, self._shell.run, f"sh {shlex.quote(name)}")
        if self._script.init is not None:
            self._at_line(self._script.init.position.line, self._shell.run, self._script.init.text)
        for event in self._script.events:
            self._at_line(event.position.line, self._event, event)
        self._at_line(self._last_line, self._end)

    def _at_line(self, line: int, do: Callable[..., None], *arguments: object) -> None:
        """Do something; what goes wrong without a line of its own went wrong at this one."""
        self.line = line
        try:
            do(*arguments)
        except (ScriptFailed, ScriptUnsupported) as error:
            error.line = error.line or line
            raise
        except MismatchError as error:
            raise ScriptFailed(str(error), line=line) from None
        except DecodeError as error:
            raise ScriptFailed(f"what the host sends is no sound packet: {error}") from None

    @property
    def _last_line(self) -> int:
        return self._script.events[-1].position.line if self._script.events else 0

    # --- events --------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        base = self.wire.now
        due = window(event.time, base, self._previous, self._settings.tolerance)
        self._lenient("syscall", self._kernel.check_sleeper)
        action = event.action
        if isinstance(action, Packet) and action.direction is Direction.OUTBOUND:
            self._lenient("packet", self._expect, action, due)
        else:
            self._wait_for(due)
            match action:
                case Packet():
                    self.wire.inject(self._peer.inbound(action))
                case SystemCall():
                    returns = self._return_window(event.time, action, base)
                    start = self._kernel.start
                    self._lenient("syscall", start, action, event.position.line, returns)
                case Command():
                    self._shell.run(action.text)
                case Code():
                    info = socket_info(self._kernel)
                    line = action.position.line
                    self._assertions.run(action.text, self._script.path, line, info)
        self._lenient("syscall", self._kernel.check_sleeper)
        self._previous = due.first

    def _lenient(self, kind: str, do: Callable[..., None], *arguments: object) -> None:
        """Do something; with `--non_fatal=KIND` what differs is a warning."""
        try:
            do(*arguments)
        except ScriptFailed as failed:
            if kind not in self._settings.non_fatal or failed.is_fatal:
                raise
            line = failed.line or self.line
            self.warnings.append(f"line {line}, not fatal: {failed.difference}")

    def _wait_for(self, due: Window) -> None:
        """Let time pass until the event is due."""
        if due.anytime:
            return
        if due.first < self.wire.now and not due.holds(self.wire.now):
            now = seconds(self.wire.now)
            raise ScriptFailed("the event comes too late", str(due), f"at {now}")
        self.wire.advance(due.first)

    def _return_window(self, time: EventTime, call: SystemCall, base: int) -> Window | None:
        """When a call that may sleep must return."""
        if call.end is None:
            return None
        relative = time.kind in (TimeKind.RELATIVE, TimeKind.RELATIVE_RANGE)
        moment = call.end + (base if relative else 0)
        return Window(moment, moment, self._settings.tolerance.fixed)

    # --- packets -------------------------------------------------------------------------------

    def _expect(self, packet: Packet, due: Window) -> None:
        """Wait for the packet that the script expects next."""
        matcher = self._peer.matcher(packet)
        deadline = _PATIENCE + self.wire.now if due.anytime else due.deadline
        first: Sent | None = None
        while True:
            taken = self._next_packet(matcher, deadline)
            if taken is None:
                self._missing(packet, due, first)
            sent, match = taken
            if first is None:
                first = sent
                self._check_time(packet, due, sent)
            if match is Match.MATCHED:
                return

    def _next_packet(self, matcher: Matcher, deadline: int) -> tuple[Sent, Match] | None:
        """The next packet of the expectation's connection, judged; None: none comes."""
        sent = self.wire.sent
        looked_at = 0
        while True:
            if not self.wire.wait_for_packet(deadline, looked_at):
                return None
            try:
                match = matcher.offer(sent[looked_at].packet)
            except MismatchError as error:
                taken = sent[looked_at]
                del sent[looked_at]
                got = self._peer.describe(taken.packet)
                when = f" at {seconds(taken.time)}"
                raise ScriptFailed(str(error), packet_text(matcher.packet), got + when) from None
            if match is not Match.FOREIGN:
                taken = sent[looked_at]
                del sent[looked_at]
                return taken, match
            looked_at += 1

    def _check_time(self, packet: Packet, due: Window, sent: Sent) -> None:
        if due.holds(sent.time):
            return
        got = f"{self._peer.describe(sent.packet)} at {seconds(sent.time)}"
        early = "early" if sent.time < due.first else "late"
        expected = f"{packet_text(packet)} {due}"
        raise ScriptFailed(f"the packet comes too {early}", expected, got)

    def _missing(self, packet: Packet, due: Window, first: Sent | None) -> NoReturn:
        got = "nothing"
        if first is not None:
            got = f"only {self._peer.describe(first.packet)} and what followed it"
        elif self.wire.sent:
            others = ", ".join(self._peer.describe(one.packet) for one in self.wire.sent)
            got = f"nothing of this connection, but {others}"
        missing = ScriptFailed("the packet does not come", f"{packet_text(packet)} {due}", got)
        missing.is_fatal = True
        raise missing

    def _end(self) -> None:
        """After the last event: the call that sleeps must return, and nothing be left over."""
        self._lenient("syscall", self._kernel.join)
        strict = self._settings.strict_end
        if not (self._settings.profile == "rfc" if strict is None else strict):
            return
        for one in self.wire.sent:
            if one.time < self._previous and self._peer.is_known(one.packet):
                got = f"{self._peer.describe(one.packet)} at {seconds(one.time)}"
                raise ScriptFailed("a packet that nobody expected", "no packet", got)
