"""The kernel that a script's program calls: descriptors, results, and calls that sleep.

    call --attempt--> result, judged at once
                  --> would block: sleeps until the host has news, then attempt again

Source: packetdrill's `run_system_call`; the calls are in `socket_calls`, `file_calls` and
`readiness_calls`.

Rule 1: a call is an attempt that can be repeated; it keeps what is done already (bytes written).
Rule 2: one call sleeps at a time, as packetdrill has one thread for them: the next call of the
script first waits until the sleeper has returned.
Rule 3: a call that the script gives no time to sleep may sleep no longer than the tolerance.
"""

import errno
from collections.abc import Callable
from typing import TypeAlias

from wirelab.sim.host.sockets.constants import SO_RCVTIMEO, SOL_SOCKET
from wirelab.sim.packetdrill.arguments import Arguments, number
from wirelab.sim.packetdrill.constants import errno_of
from wirelab.sim.packetdrill.descriptors import Descriptor, SocketDescriptor
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.peer import Peer
from wirelab.sim.packetdrill.printer import expression_text
from wirelab.sim.packetdrill.script_time import Window, seconds
from wirelab.sim.packetdrill.settings import Settings
from wirelab.sim.packetdrill.syntax import SystemCall, Wildcard
from wirelab.sim.packetdrill.wire import FOREVER, Wire

Attempt: TypeAlias = Callable[[], int]
"""Does the call, or what is left of it, and returns its result.

Raises:
    Sleeps: nothing to do yet, and the program sleeps until there is.
    OSError: the call fails with this error.
    ScriptFailed: it succeeded, but what it gave is not what the script says.
"""

Handler: TypeAlias = Callable[["Kernel", Arguments], Attempt]


class Sleeps(Exception):  # noqa: N818 (no error)
    """The call blocks."""


class Running:
    """A call that has begun.

    Attributes:
        call: as written.
        line: of the script.
        returns: when it must return; None: at once.
        returned_at: ns; None: it sleeps.
    """

    __slots__ = ("_attempt", "call", "error", "failure", "line", "result", "returned_at", "returns")

    def __init__(
        self, call: SystemCall, attempt: Attempt, line: int, returns: Window | None
    ) -> None:
        self.call = call
        self.line = line
        self.returns = returns
        self.returned_at: int | None = None
        self.result = 0
        self.error: OSError | None = None
        self.failure: ScriptFailed | None = None
        self._attempt = attempt

    def go_on(self, now: int) -> bool:
        """Attempt it; whether it has returned."""
        try:
            self.result = self._attempt()
        except Sleeps:
            return False
        except OSError as error:
            self.result, self.error = -1, error
        except ScriptFailed as failure:
            self.failure = failure
        self.returned_at = now
        return True

    @property
    def outcome_text(self) -> str:
        """`= -1 EAGAIN (why)`, in the language of the scripts."""
        if self.error is None:
            return f"= {self.result}"
        name = errno.errorcode.get(self.error.errno or 0, "an error without a number")
        return f"= -1 {name} ({self.error.strerror or self.error})"


class Kernel:
    """The calls of one script's program.

    Args:
        wire: the host under test.
        settings: addresses and ports that `...` stands for.
        handlers: the calls by name.
        peer: told which connections there are.

    Attributes:
        descriptors: what is open, by number.
        files: the files that the script has made: names and sizes in bytes.
        under_test: the socket that assertions are about.
    """

    def __init__(
        self, wire: Wire, settings: Settings, handlers: dict[str, Handler], peer: Peer
    ) -> None:
        self.wire = wire
        self.peer = peer
        self.settings = settings
        self.descriptors: dict[int, Descriptor] = {}
        self.files: dict[str, int] = {}
        self.under_test: SocketDescriptor | None = None
        self._handlers = handlers
        self._sleeper: Running | None = None
        self._settling = False
        self._wanted: int | None = None
        wire.progress = self._news

    # --- for the runner ----------------------------------------------------------------------

    def start(self, call: SystemCall, line: int, returns: Window | None) -> None:
        """Begin a call now; judge it if it returns at once.

        Args:
            call: as written.
            line: of the script.
            returns: when a call that may sleep must return; None: it may not.

        Raises:
            ScriptFailed: another result than the script says.
            ScriptUnsupported: a call or a constant that is not known.
        """
        self.join()
        handler = self._handlers.get(call.name)
        if handler is None:
            raise ScriptUnsupported(f"the system call {call.name} is not known")
        self._wanted = None if isinstance(call.result, Wildcard) else number(call.result)
        try:
            attempt = handler(self, Arguments(call))
        except OSError as error:
            attempt = _failing(error)
        running = Running(call, attempt, line, returns)
        self.wire.call(f"{call.name}({', '.join(map(expression_text, call.arguments))})")
        returned = running.go_on(self.wire.now)
        if not returned:
            self._sleeper = running
        self.wire.settle()
        if running.returned_at is not None:
            self._sleeper = None
            self._judge(running)
        elif returns is None:
            self.join()

    def join(self) -> None:
        """Wait until the call that sleeps has returned, and judge it; no call, no wait.

        Raises:
            ScriptFailed: it returns too late, or something else than the script says.
        """
        running = self._sleeper
        if running is None:
            return
        tolerance = self.settings.tolerance.fixed
        deadline = running.returns.deadline if running.returns else self.wire.now + tolerance
        self.wire.wait(deadline, lambda: running.returned_at is not None)
        self._sleeper = None
        if running.returned_at is None:
            what = f"{running.call.name}() has not returned by {seconds(self.wire.now)}"
            raise ScriptFailed(what, self._expected_text(running.call), "sleeps", running.line)
        self._judge(running)

    def check_sleeper(self) -> None:
        """Judge the call that slept if it has returned by now."""
        running = self._sleeper
        if running is not None and running.returned_at is not None:
            self._sleeper = None
            self._judge(running)

    # --- for the calls -----------------------------------------------------------------------

    def descriptor(self, descriptor: int) -> Descriptor:
        """What a number stands for.

        Raises:
            OSError: EBADF.
        """
        found = self.descriptors.get(descriptor)
        if found is None:
            raise OSError(errno.EBADF, f"descriptor {descriptor} is not open")
        return found

    def socket(self, descriptor: int) -> SocketDescriptor:
        """The socket that a number stands for.

        Raises:
            OSError: EBADF, ENOTSOCK.
        """
        found = self.descriptor(descriptor)
        if not isinstance(found, SocketDescriptor):
            raise OSError(errno.ENOTSOCK, f"descriptor {descriptor} is a {found.kind}")
        return found

    def add(self, descriptor: Descriptor) -> int:
        """Give a new descriptor the number that the script expects, else the first free one."""
        wanted = self._wanted
        chosen = wanted if wanted is not None and wanted >= 0 else self._first_free()
        if chosen in self.descriptors:
            raise ScriptFailed(f"the script calls {chosen} what is open already; close it first")
        self.descriptors[chosen] = descriptor
        return chosen

    def add_at(self, chosen: int, descriptor: Descriptor) -> None:
        """Give a new descriptor the number that stands among the arguments (`pipe([5, 6])`)."""
        if chosen in self.descriptors:
            raise ScriptFailed(f"the script calls {chosen} what is open already; close it first")
        self.descriptors[chosen] = descriptor

    def wake_at(self, moment: int) -> None:
        """A call that sleeps wants to look again at this moment (ns), whatever happens."""
        alarm = self.wire.alarm
        self.wire.alarm = moment if alarm is None else min(alarm, moment)

    def _first_free(self) -> int:
        free = 3  # after the three standard streams
        while free in self.descriptors:
            free += 1
        return free

    # --- results -----------------------------------------------------------------------------

    def _news(self) -> None:
        """The host may have news: let the call that sleeps look."""
        running = self._sleeper
        if running is not None and running.returned_at is None and not self._settling:
            self._settling = True
            try:
                running.go_on(self.wire.now)
            finally:
                self._settling = False

    def _judge(self, running: Running) -> None:
        """Compare what came with what the script says."""
        self.wire.write_pending = False
        call = running.call
        if running.failure is not None:
            running.failure.line = running.line
            raise running.failure
        self.wire.call(running.outcome_text, returned=True)
        expected = self._expected_text(call)
        got = running.outcome_text
        if not self._as_expected(running):
            raise ScriptFailed(f"{call.name}() returned", expected, got, running.line)
        returns, returned_at = running.returns, running.returned_at
        if returns is not None and returned_at is not None and not returns.holds(returned_at):
            what = f"{call.name}() returned at another time"
            raise ScriptFailed(what, str(returns), f"at {seconds(returned_at)}", running.line)

    def _as_expected(self, running: Running) -> bool:
        call = running.call
        if call.errno is not None:
            wanted = errno_of(call.errno.name)
            if wanted is None:
                raise ScriptUnsupported(f"the error {call.errno.name} is not known")
            return running.error is not None and running.error.errno == wanted
        if isinstance(call.result, Wildcard):
            return running.error is None
        return running.result == number(call.result)

    def _expected_text(self, call: SystemCall) -> str:
        if call.errno is not None:
            return f"= -1 {call.errno.name}"
        return "= ..." if isinstance(call.result, Wildcard) else f"= {number(call.result)}"


def _failing(error: OSError) -> Attempt:
    """An attempt that fails at once."""

    def attempt() -> int:
        raise error

    return attempt


def sleeping(
    kernel: Kernel,
    descriptor: Descriptor,
    step: Attempt,
    began: int,
    *,
    dontwait: bool = False,
    limit: int = SO_RCVTIMEO,
) -> int:
    """Attempt `step`; where it would block, sleep if the descriptor's mode is to sleep.

    Args:
        kernel: whose clock ends a sleep.
        descriptor: that is read or written.
        step: what is to be done.
        began: when the call began, ns.
        dontwait: MSG_DONTWAIT.
        limit: the socket option that bounds the sleep (socket(7)).

    Raises:
        Sleeps: nothing to do yet.
        BlockingIOError: nothing to do yet, and the call does not sleep, or has slept enough.
    """
    try:
        return step()
    except BlockingIOError:
        deadline = _bound(descriptor, limit, began)
        if descriptor.nonblocking or dontwait or kernel.wire.now >= deadline:
            raise
        if deadline < FOREVER:
            kernel.wake_at(deadline)
        raise Sleeps from None


def _bound(descriptor: Descriptor, option: int, began: int) -> int:
    """Until when a call on a descriptor may sleep (ns): SO_RCVTIMEO, SO_SNDTIMEO."""
    if not isinstance(descriptor, SocketDescriptor):
        return FOREVER
    timeout = descriptor.socket.settings.get((SOL_SOCKET, option), 0)
    return began + timeout if timeout else FOREVER
