"""open, pipe, close, and what concerns the program itself rather than a socket."""

import errno
from typing import Final

from wirelab.sim.host.sockets.constants import O_NONBLOCK
from wirelab.sim.packetdrill.arguments import Arguments, elements, number
from wirelab.sim.packetdrill.descriptors import (
    FileDescriptor,
    Pipe,
    PipeReader,
    PipeWriter,
    SocketDescriptor,
)
from wirelab.sim.packetdrill.outcome import ScriptFailed
from wirelab.sim.packetdrill.readiness_calls import Epoll
from wirelab.sim.packetdrill.socket_calls import close_socket
from wirelab.sim.packetdrill.system_calls import Attempt, Handler, Kernel


def open_file(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`open("/dev/zero", O_RDONLY) = 5`."""
    arguments.need(2, 3)
    name, flags = arguments.text(0).decode("utf-8", "replace"), arguments.number(1)

    def attempt() -> int:
        descriptor = FileDescriptor(name, flags & ~O_NONBLOCK, kernel.files.get(name))
        descriptor.nonblocking = bool(flags & O_NONBLOCK)
        return kernel.add(descriptor)

    return attempt


def pipe(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`pipe([5, 6]) = 0`."""
    arguments.need(1, 2)
    numbers = [number(one) for one in elements(arguments[0])]
    if len(numbers) != 2:
        raise ScriptFailed(f"a pipe has two ends, not {len(numbers)}")
    flags = arguments.optional_number(1)

    def attempt() -> int:
        shared = Pipe()
        for chosen, end in zip(numbers, (PipeReader(shared), PipeWriter(shared)), strict=True):
            end.nonblocking = bool(flags & O_NONBLOCK)
            kernel.add_at(chosen, end)
        return 0

    return attempt


def close(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`close(4) = 0`."""
    arguments.need(1)
    chosen = arguments.number(0)
    closing: Attempt | None = None

    def attempt() -> int:
        nonlocal closing
        if closing is not None:
            return closing()
        descriptor = kernel.descriptors.pop(chosen, None)
        if descriptor is None:
            raise OSError(errno.EBADF, f"descriptor {chosen} is not open")
        for epoll in kernel.descriptors.values():
            if isinstance(epoll, Epoll):
                epoll.watched.pop(chosen, None)
        if isinstance(descriptor, PipeReader):
            descriptor.pipe.readers = 0
        elif isinstance(descriptor, PipeWriter):
            descriptor.pipe.writers = 0
        elif isinstance(descriptor, SocketDescriptor):
            closing = close_socket(kernel, descriptor)
            return closing()
        return 0

    return attempt


def cap_set(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`cap_set(CAP_NET_ADMIN, 0) = 0`: there are no privileges to give up here."""
    return lambda: 0


HANDLERS: Final[dict[str, Handler]] = {
    "cap_set": cap_set,
    "close": close,
    "open": open_file,
    "pipe": pipe,
    "pipe2": pipe,
}
