"""asyncio in virtual time: coroutine programs on the hosts of a simulated network.

    def test_echo():
        network = Network(seed=1)
        alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")

        async def main() -> None:
            listener = on(bob).listen(7)
            stream = await on(alice).connect("10.0.0.2", 7)
            ...

        run(main(), network)

Theory of operation: the loop is the standard `asyncio.SelectorEventLoop`; only its selector is
ours. Where the stock selector sleeps until a socket is ready or the next timer is due, this one
advances the network, event by event, until a program can go on or the timer's instant is reached.
`loop.time()` is the network's clock, so `asyncio.sleep(3600)` takes no time at all, and
`asyncio.timeout` means virtual seconds.

Rule 1: a program that computes takes no virtual time; time passes only while every task waits.
Rule 2: at one instant the network goes first, then the loop's timers, in the order they were set.
Rule 3: when nothing at all is scheduled, nothing can ever happen: `DeadlockError` says who waits
for what.
Rule 4: no failure is lost. A task that fails while nobody awaits it fails the run.
"""

import asyncio
import selectors
import traceback
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NoReturn, TypeVar

from wirelab.sim.host import Host
from wirelab.sim.network.network import Network
from wirelab.sim.programs.aio import AsyncHost

SECOND = 1_000_000_000
DEFAULT_LIMIT = 24 * 3600 * SECOND
"""Virtual time after which a run counts as stuck; ours: TCP gives a dead peer up much sooner."""

Result = TypeVar("Result")


class DeadlockError(RuntimeError):
    """Every task waits and nothing is scheduled, or the run passed its limit of virtual time."""


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock and whose network are `network`.

    Args:
        network: the simulated network; the loop advances it.
        limit: nanoseconds of virtual time, from 0, after which `DeadlockError` ends the run.
    """

    def __init__(self, network: Network, limit: int = DEFAULT_LIMIT) -> None:
        super().__init__(_SimSelector(self, network, limit))
        self.network = network
        self._clock_resolution = 1e-9  # the network counts nanoseconds
        self._hosts: dict[str, AsyncHost] = {}
        self._failed: list[asyncio.Task[Any]] = []
        self.woken = False
        """A program was woken since the selector last looked."""

    def time(self) -> float:
        """Virtual seconds."""
        return self.network.now / SECOND

    def on(self, host: Host | str) -> AsyncHost:
        """The asyncio API of a host, or of the host of a name; the same object each time.

        Raises:
            SimulationError: it is not on this loop's network.
        """
        if isinstance(host, str):
            host = self.network.host_named(host)
        node = self.network.node_of(host)
        if (programs := self._hosts.get(node.name)) is None:
            network = self.network
            programs = AsyncHost(
                host,
                clock=lambda: network.now,
                kick=lambda: network.touch(node),
                note=lambda text, returned: network.trace.call(
                    node.name, text, network.now, returned
                ),
            )
            self._hosts[node.name] = programs
            network.watch(host, lambda: self._dispatch(programs))
        return programs

    def create_task(self, *coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """As every loop does, and remember the task should it fail."""
        task = super().create_task(*coroutine, **options)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if task._log_traceback:  # it failed; the flag goes down when somebody takes the exception
            self._failed.append(task)

    def unseen_failures(self) -> list[BaseException]:
        """What tasks failed with that nobody awaited, in the order of time; each is told once."""
        failures = []
        for task in self._failed:
            if task._log_traceback and (error := task.exception()) is not None:
                error.add_note(f"(in task {task.get_name()}, which nobody awaited)")
                failures.append(error)
        self._failed.clear()
        return failures

    def _dispatch(self, programs: AsyncHost) -> None:
        self.woken = programs.dispatch() or self.woken

    def waiting(self) -> str:
        """One line for each suspended call and task, for an error message."""
        lines = [
            f"  {host.name}: {waiter.action} on {waiter.subject}"
            for host in self._hosts.values()
            for waiter in host.waits
        ]
        lines += [
            f"  task {task.get_name()} in {_place(task)}"
            for task in sorted(asyncio.all_tasks(self), key=lambda task: task.get_name())
        ]
        return "\n".join(lines) or "  nothing waits"

    def run_in_executor(self, *_: object) -> NoReturn:
        """Refused: a thread would run in real time, next to a clock that stands still."""
        raise RuntimeError(
            "run_in_executor: no threads in virtual time; await the work in a coroutine instead"
        )

    # The self-pipe wakes a real selector out of its sleep; this one never sleeps.
    def _make_self_pipe(self) -> None:
        pass

    def _close_self_pipe(self) -> None:
        pass

    def _write_to_self(self) -> None:
        pass


class _SimSelector(selectors.BaseSelector):
    """Advances the network where a real selector would sleep. No file descriptor is involved."""

    def __init__(self, loop: SimLoop, network: Network, limit: int) -> None:
        self._loop = loop
        self._network = network
        self._limit = limit

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        network, loop = self._network, self._loop
        loop.woken = False
        network.flush()
        deadline = None if timeout is None else network.now + round(timeout * SECOND)
        while not loop.woken:
            due = network.next_event_at()
            idle = deadline is not None and (due is None or due > deadline)
            target = deadline if idle else due
            if target is None:
                raise self._stuck("deadlock: nothing is scheduled")
            if target > self._limit:
                raise self._stuck(f"still busy after {self._limit / SECOND:g} virtual seconds")
            network.advance(target)
            if idle:
                break
        return []

    def _stuck(self, what: str) -> DeadlockError:
        now = self._network.now / SECOND
        return DeadlockError(f"{what} at {now:.9f} s, and these wait:\n{self._loop.waiting()}")

    def register(self, fileobj: Any, events: int, data: Any = None) -> NoReturn:
        raise RuntimeError(
            f"{fileobj!r} belongs to the real operating system: in virtual time use the sockets of "
            "`on(host)`"
        )

    def unregister(self, fileobj: Any) -> NoReturn:
        raise KeyError(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {}

    def close(self) -> None:
        pass


def on(host: Host | str) -> AsyncHost:
    """The asyncio API of a host of the network (or its name), in a program that `run` runs."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, SimLoop):
        raise RuntimeError("on(host) works inside run(main, network) only")
    return loop.on(host)


def run(
    main: Coroutine[Any, Any, Result] | Callable[[], Coroutine[Any, Any, Result]],
    network: Network,
    *,
    limit: int = DEFAULT_LIMIT,
) -> Result:
    """Run a coroutine in the network's virtual time, and return its result.

    Args:
        main: a coroutine, or a function of no arguments that makes one.
        network: its clock goes on where it stands, so that runs can follow each other.
        limit: see `SimLoop`.

    Raises:
        DeadlockError: nothing can ever wake the tasks that are left.
        BaseException: what `main` raised; or what another task failed with, if nobody awaited that
            task. When there are several, the first carries the others as notes.
    """
    loop = SimLoop(network, limit)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            result = runner.run(main() if callable(main) else main)
        except BaseException as error:
            _note_all(error, loop.unseen_failures())
            raise
        if failures := loop.unseen_failures():
            _note_all(failures[0], failures[1:])
            raise failures[0]
        return result


def _note_all(error: BaseException, others: list[BaseException]) -> None:
    for other in others:
        error.add_note("Before, this had failed:\n" + "".join(traceback.format_exception(other)))


def _place(task: "asyncio.Task[Any]") -> str:
    frames = task.get_stack()
    if not frames:
        return "its end"
    code = frames[-1].f_code
    return f"{code.co_qualname} ({code.co_filename}:{frames[-1].f_lineno})"
