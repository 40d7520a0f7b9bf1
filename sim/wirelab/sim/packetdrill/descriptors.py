"""The program's descriptors: sockets, pipes, files and epoll instances under the script's numbers.

Rule 1: a descriptor has the number that the script says a call returned; the script is the program,
so what it calls 4 is 4.
Rule 2: nothing here waits. What cannot be done now raises `BlockingIOError`, and the kernel decides
by the descriptor's mode whether the program gets that or sleeps.
"""

import errno

from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import O_RDWR

PIPE_SIZE = 65_536  # bytes, pipe(7)


class Descriptor:
    """Anything with a number.

    Attributes:
        nonblocking: O_NONBLOCK.
        flags: the other flags of F_GETFL.
        kind: in a word, for errors.
    """

    kind = "descriptor"

    def __init__(self, *, nonblocking: bool = False, flags: int = O_RDWR) -> None:
        self.nonblocking = nonblocking
        self.flags = flags


class SocketDescriptor(Descriptor):
    """A socket of the host under test."""

    kind = "socket"

    def __init__(self, socket: Socket, *, nonblocking: bool = False) -> None:
        super().__init__(nonblocking=nonblocking)
        self.socket = socket


class Pipe:
    """The bytes between two pipe ends."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.readers = self.writers = 1


class PipeReader(Descriptor):
    """The end that is read."""

    kind = "pipe"

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(flags=0)
        self.pipe = pipe

    def read(self, limit: int) -> bytes:
        """Take bytes.

        Raises:
            BlockingIOError: none are there, and somebody may still write.
        """
        if not self.pipe.data and self.pipe.writers:
            raise BlockingIOError(errno.EAGAIN, "the pipe is empty")
        taken = bytes(self.pipe.data[:limit])
        del self.pipe.data[:limit]
        return taken

    def unread(self, data: bytes) -> None:
        """Put back what nobody took after all."""
        self.pipe.data[:0] = data


class PipeWriter(Descriptor):
    """The end that is written."""

    kind = "pipe"

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(flags=1)
        self.pipe = pipe

    @property
    def room(self) -> int:
        """Bytes that can be written now."""
        return PIPE_SIZE - len(self.pipe.data)

    def write(self, data: bytes) -> int:
        """Add bytes; how many found room.

        Raises:
            BrokenPipeError: nobody reads any more.
            BlockingIOError: there is no room.
        """
        if not self.pipe.readers:
            raise BrokenPipeError(errno.EPIPE, "the reading end is closed")
        taken = data[: self.room]
        if data and not taken:
            raise BlockingIOError(errno.EAGAIN, "the pipe is full")
        self.pipe.data += taken
        return len(taken)


class FileDescriptor(Descriptor):
    """A file that the script opened: zeros, as many as it has made, else without end.

    A script opens files only to send them: `/dev/zero`, or its own. Nothing of this machine's file
    system is read, nor written.
    """

    kind = "file"

    def __init__(self, name: str, flags: int, size: int | None = None) -> None:
        super().__init__(flags=flags)
        self.name = name
        self.left = 0 if name == "/dev/null" else size

    def read(self, limit: int) -> bytes:
        """Zeros, or none at the end."""
        if self.left is None:
            return bytes(limit)
        count = min(limit, self.left)
        self.left -= count
        return bytes(count)

    def unread(self, data: bytes) -> None:
        """Put back what nobody took after all."""
        if self.left is not None:
            self.left += len(data)
