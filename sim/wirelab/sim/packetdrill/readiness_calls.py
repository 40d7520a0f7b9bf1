"""poll and epoll.

Source: poll(2), epoll(7).

Rule 1: level-triggered: a descriptor is reported as long as it is ready.
Rule 2: edge-triggered: it is reported once, and again only after something has happened on it:
bytes, connections or notices of sends came, or room for sending after there was none.
"""

import errno
from typing import Final, NamedTuple

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.sockets.constants import (
    POLLERR,
    POLLHUP,
    POLLIN,
    POLLNVAL,
    POLLOUT,
    POLLRDHUP,
    POLLRDNORM,
    POLLWRNORM,
)
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.packetdrill.arguments import Arguments, elements, number
from wirelab.sim.packetdrill.constants import (
    EPOLL_CTL_ADD,
    EPOLL_CTL_DEL,
    EPOLL_CTL_MOD,
    EPOLLET,
    EPOLLONESHOT,
)
from wirelab.sim.packetdrill.descriptors import (
    Descriptor,
    FileDescriptor,
    PipeReader,
    PipeWriter,
    SocketDescriptor,
)
from wirelab.sim.packetdrill.outcome import ScriptFailed
from wirelab.sim.packetdrill.syntax import Expression, Struct, Wildcard
from wirelab.sim.packetdrill.system_calls import Attempt, Handler, Kernel, Sleeps
from wirelab.sim.packetdrill.wire import FOREVER

_ALWAYS: Final = POLLERR | POLLHUP | POLLNVAL
"""Reported whether asked for or not."""

_ALL: Final = POLLIN | POLLOUT | POLLRDHUP | POLLRDNORM | POLLWRNORM | 0x002 | _ALWAYS


def poll(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 1000) = 1`; the time is in ms."""
    arguments.need(3)
    entries = [_pollfd(one) for one in elements(arguments[0])]
    if len(entries) != arguments.number(1):
        raise ScriptFailed(f"poll is given {len(entries)} entries, but says {arguments.number(1)}")
    deadline = _deadline(kernel, arguments.number(2))

    def attempt() -> int:
        found = [_ready(kernel, entry) for entry in entries]
        count = sum(map(bool, found))
        if not count and kernel.wire.now < deadline:
            kernel.wake_at(deadline)
            raise Sleeps
        for entry, revents in zip(entries, found, strict=True):
            if entry.revents is not None and entry.revents != revents:
                what = f"poll says of descriptor {entry.descriptor}: revents"
                raise ScriptFailed(what, f"{entry.revents:#x}", f"{revents:#x}")
        return count

    return attempt


class _Pollfd(NamedTuple):
    descriptor: int
    events: int
    revents: int | None


def _pollfd(expression: Expression) -> _Pollfd:
    if not isinstance(expression, Struct):
        raise ScriptFailed("an entry of poll is {fd=3, events=POLLIN, revents=...}")
    values: dict[str, int | None] = {"revents": 0}  # what goes without saying is none
    for one in expression.fields:
        values[one.name] = None if isinstance(one.value, Wildcard) else number(one.value)
    return _Pollfd(values.get("fd") or 0, values.get("events") or 0, values["revents"])


def _ready(kernel: Kernel, entry: _Pollfd) -> int:
    descriptor = kernel.descriptors.get(entry.descriptor)
    if descriptor is None:
        return POLLNVAL
    return readiness(descriptor, kernel.wire.now) & (entry.events | _ALWAYS)


def readiness(descriptor: Descriptor, now: int) -> int:
    """What poll(2) says of a descriptor."""
    match descriptor:
        case SocketDescriptor():
            return descriptor.socket.poll(now=now) & _ALL
        case PipeReader():
            ready = POLLIN | POLLRDNORM if descriptor.pipe.data else 0
            return ready | (0 if descriptor.pipe.writers else POLLHUP)
        case PipeWriter():
            ready = POLLOUT | POLLWRNORM if descriptor.room else 0
            return ready if descriptor.pipe.readers else ready | POLLERR
        case FileDescriptor():
            return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM
        case Epoll():
            return POLLIN if any(True for _ in descriptor.ready(now)) else 0
    return POLLNVAL


def _deadline(kernel: Kernel, timeout_ms: int) -> int:
    """Until when to sleep; a negative timeout is for ever."""
    if timeout_ms < 0 or timeout_ms >= 1 << 31:
        return FOREVER
    return kernel.wire.now + timeout_ms * MILLISECOND


# --- epoll -------------------------------------------------------------------------------------


class _Watched:
    """One descriptor of an epoll instance."""

    __slots__ = ("armed", "data", "descriptor", "events", "seen")

    def __init__(self, descriptor: Descriptor, events: int, data: int) -> None:
        self.descriptor = descriptor
        self.events = events
        self.data = data
        self.armed = True
        self.seen: tuple[int, ...] = ()


class Epoll(Descriptor):
    """An epoll instance."""

    kind = "epoll instance"

    def __init__(self) -> None:
        super().__init__()
        self.watched: dict[int, _Watched] = {}

    def ready(self, now: int) -> "list[tuple[_Watched, int]]":
        """Who is to be reported, and with which events; nothing is taken."""
        found = []
        for one in self.watched.values():
            events = readiness(one.descriptor, now) & (one.events | POLLERR | POLLHUP)
            fresh = not one.events & EPOLLET or _activity(one.descriptor, now) != one.seen
            if events and one.armed and fresh:
                found.append((one, events))
        return found

    def take(self, now: int, most: int) -> list[tuple[int, int]]:
        """Report up to `most`: data and events of each."""
        taken = []
        for one, events in self.ready(now)[:most]:
            one.armed = not one.events & EPOLLONESHOT
            one.seen = _activity(one.descriptor, now)
            taken.append((one.data, events))
        return taken


def _activity(descriptor: Descriptor, now: int) -> tuple[int, ...]:
    """What changes when something new happens on a descriptor (rule 2)."""
    ready = readiness(descriptor, now)
    if isinstance(descriptor, SocketDescriptor):
        socket = descriptor.socket
        if isinstance(socket, StreamSocket):
            quiet = ready & ~(POLLOUT | POLLWRNORM)  # room has its own count
            return (quiet, *socket.activity(now=now), socket.notices)
        return (ready,)
    if isinstance(descriptor, PipeReader):
        return (ready, len(descriptor.pipe.data))
    return (ready,)


def epoll_create(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`epoll_create(1) = 5`; epoll_create1 with flags."""
    arguments.need(1)
    return lambda: kernel.add(Epoll())


def epoll_ctl(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0`."""
    arguments.need(4)
    operation, target = arguments.number(1), arguments.number(2)

    def attempt() -> int:
        epoll = _epoll(kernel, arguments.number(0))
        descriptor = kernel.descriptor(target)
        if operation == EPOLL_CTL_DEL:
            if epoll.watched.pop(target, None) is None:
                raise OSError(errno.ENOENT, f"descriptor {target} is not watched")
            return 0
        events, data = _epoll_event(arguments[3])
        known = target in epoll.watched
        if operation == EPOLL_CTL_ADD and known:
            raise OSError(errno.EEXIST, f"descriptor {target} is watched already")
        if operation == EPOLL_CTL_MOD and not known:
            raise OSError(errno.ENOENT, f"descriptor {target} is not watched")
        epoll.watched[target] = _Watched(descriptor, events, target if data is None else data)
        return 0

    return attempt


def epoll_wait(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1`; the time is in ms."""
    arguments.need(4)
    deadline = _deadline(kernel, arguments.number(3))
    wanted = [] if arguments.is_wildcard(1) else list(elements(arguments[1]))

    def attempt() -> int:
        taken = _epoll(kernel, arguments.number(0)).take(kernel.wire.now, arguments.number(2))
        if not taken and kernel.wire.now < deadline:
            kernel.wake_at(deadline)
            raise Sleeps
        for expected, (data, events) in zip(wanted, taken, strict=False):
            _check_epoll_event(expected, data, events)
        return len(taken)

    return attempt


def _epoll(kernel: Kernel, number_of_descriptor: int) -> Epoll:
    descriptor = kernel.descriptor(number_of_descriptor)
    if not isinstance(descriptor, Epoll):
        raise OSError(errno.EINVAL, f"descriptor {number_of_descriptor} is a {descriptor.kind}")
    return descriptor


def _epoll_event(expression: Expression) -> tuple[int, int | None]:
    """Events and data of `{events=EPOLLIN, fd=4}`; the data goes by fd, u32, u64 or ptr."""
    if not isinstance(expression, Struct):
        raise ScriptFailed("an epoll event is {events=EPOLLIN, fd=4}")
    events, data = 0, None
    for one in expression.fields:
        if one.name == "events":
            events = number(one.value)
        elif not isinstance(one.value, Wildcard):
            data = number(one.value)
    return events, data


def _check_epoll_event(expression: Expression, data: int, events: int) -> None:
    if isinstance(expression, Wildcard):
        return
    wanted_events, wanted_data = _epoll_event(expression)
    if wanted_events != events:
        raise ScriptFailed("epoll reports events", f"{wanted_events:#x}", f"{events:#x}")
    if wanted_data is not None and wanted_data != data:
        raise ScriptFailed("epoll reports the data", str(wanted_data), str(data))


HANDLERS: Final[dict[str, Handler]] = {
    "epoll_create": epoll_create,
    "epoll_create1": epoll_create,
    "epoll_ctl": epoll_ctl,
    "epoll_wait": epoll_wait,
    "poll": poll,
}
