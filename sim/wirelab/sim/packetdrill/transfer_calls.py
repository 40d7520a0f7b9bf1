"""The calls that move bytes: read, write, send, recv, with vectors and messages; through pipes.

Rule 1: what is written is a pattern unless the script has a string: a byte out of place shows.
Rule 2: a write that sleeps goes on until all is taken; what was taken before an error is its
result.
"""

from collections.abc import Callable
from errno import EFAULT
from typing import Final

from wirelab.sim.host.sockets.constants import (
    MSG_DONTWAIT,
    MSG_ERRQUEUE,
    MSG_FASTOPEN,
    MSG_WAITALL,
    POLLERR,
    POLLHUP,
    POLLOUT,
    SO_SNDTIMEO,
)
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.states import SYN_RECEIVED, SYN_SENT
from wirelab.sim.packetdrill.arguments import Arguments, buffer, elements, number
from wirelab.sim.packetdrill.descriptors import (
    Descriptor,
    FileDescriptor,
    PipeReader,
    PipeWriter,
    SocketDescriptor,
)
from wirelab.sim.packetdrill.message_structs import Message, check_received
from wirelab.sim.packetdrill.outcome import ScriptFailed
from wirelab.sim.packetdrill.socket_calls import connection_result, destination
from wirelab.sim.packetdrill.syntax import Braces, Expression, String, Struct, Word
from wirelab.sim.packetdrill.system_calls import Attempt, Handler, Kernel, sleeping

_OPENING: Final = (SYN_SENT, SYN_RECEIVED)

# --- out ---------------------------------------------------------------------------------------


def write(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`write(4, ..., 1000) = 1000`."""
    arguments.need(3)
    return writing(kernel, arguments.number(0), arguments.data(1, arguments.number(2)))


def writev(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`writev(4, [{..., 1000}, {..., 500}], 2) = 1500`."""
    arguments.need(3)
    return writing(kernel, arguments.number(0), gathered(arguments[1], arguments.number(2)))


def send(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`send(4, ..., 1000, MSG_OOB) = 1000`."""
    arguments.need(4)
    data = arguments.data(1, arguments.number(2))
    return writing(kernel, arguments.number(0), data, arguments.number(3))


def sendto(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`sendto(3, ..., 1000, MSG_FASTOPEN, ..., ...) = 1000`."""
    arguments.need(6)
    data = arguments.data(1, arguments.number(2))
    flags, to = arguments.number(3), destination(kernel, arguments[4])
    return writing(kernel, arguments.number(0), data, flags, to)


def sendmsg(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) = 1000`."""
    arguments.need(3)
    message = Message(arguments[1])
    to = None if message.name is None else destination(kernel, message.name)
    control = message.ancillary()
    data = gathered(message.vectors, message.count)
    return writing(kernel, arguments.number(0), data, arguments.number(2), to, control)


def sendmmsg(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`sendmmsg(4, [{msg_hdr=..., msg_len=...}, ...], 2, 0) = 2`: as many sendmsg."""
    arguments.need(4)
    flags = arguments.number(3)
    steps = []
    for one in list(elements(arguments[1]))[: arguments.number(2)]:
        header = one.get("msg_hdr") if isinstance(one, Struct) else None
        message = Message(one if header is None else header)
        data = gathered(message.vectors, message.count)
        to = None if message.name is None else destination(kernel, message.name)
        steps.append(writing(kernel, arguments.number(0), data, flags, to, message.ancillary()))
    sent = 0

    def attempt() -> int:
        nonlocal sent
        for step in steps[sent:]:
            try:
                step()
            except OSError:
                if sent:
                    break
                raise
            sent += 1
        return sent

    return attempt


def writing(
    kernel: Kernel,
    chosen: int,
    data: bytes,
    flags: int = 0,
    to: tuple[str, int] | None = None,
    control: list[tuple[int, int, bytes]] | None = None,
) -> Attempt:
    """Write all of `data`, now or asleep (rule 2)."""
    return _Writing(kernel, chosen, data, flags, to, control or [])


class _Writing:
    """A write under way; calling it goes on with it."""

    __slots__ = (
        "_asleep",
        "_began",
        "_chosen",
        "_control",
        "_data",
        "_flags",
        "_kernel",
        "_opened",
        "_taken",
        "_to",
    )

    def __init__(
        self,
        kernel: Kernel,
        chosen: int,
        data: bytes,
        flags: int,
        to: tuple[str, int] | None,
        control: list[tuple[int, int, bytes]],
    ) -> None:
        self._kernel = kernel
        self._chosen = chosen
        self._data = data
        self._flags = flags
        self._to = to
        self._control = control
        self._taken = 0
        self._asleep = False
        self._opened = False
        self._began = kernel.wire.now

    def __call__(self) -> int:
        descriptor = self._kernel.descriptor(self._chosen)
        waits_not = bool(self._flags & MSG_DONTWAIT)
        try:
            return sleeping(
                self._kernel,
                descriptor,
                lambda: self._go_on(descriptor, descriptor.nonblocking or waits_not),
                self._began,
                dontwait=waits_not,
                limit=SO_SNDTIMEO,
            )
        except OSError:
            if self._taken:  # as much as there was room for, before the error or the time was up
                return self._taken
            raise

    def _go_on(self, descriptor: Descriptor, once: bool) -> int:
        """Write what is left, or the first part of it."""
        if self._asleep and not _wakes(descriptor, self._kernel.wire.now):
            raise BlockingIOError
        self._taken += self._step(descriptor)
        if self._opened and not once:  # it returns when the handshake is over
            connection_result(self._kernel.socket(self._chosen), self._kernel.wire.now)
        if self._taken < len(self._data) and not once:
            self._asleep = True
            raise BlockingIOError
        return self._taken

    def _step(self, descriptor: Descriptor) -> int:
        """Write once; how many bytes were taken."""
        rest = self._data[self._taken :]
        if isinstance(descriptor, PipeWriter):
            return descriptor.write(rest)
        kernel, flags = self._kernel, self._flags
        kernel.under_test = found = kernel.socket(self._chosen)
        now = kernel.wire.now
        socket = found.socket
        kernel.wire.write_pending = isinstance(socket, StreamSocket) and socket.state in _OPENING
        opens = self._to is not None and bool(flags & MSG_FASTOPEN)
        if opens and self._opened:
            connection_result(found, now)
        elif not self._taken and (self._to is not None or self._control):
            if self._to is not None and opens:
                self._opened = kernel.wire.write_pending = True
                kernel.peer.connecting(self._to[1])
            return found.socket.sendmsg([rest], self._control, flags, self._to, now=now)
        return found.socket.send(rest, flags & ~MSG_FASTOPEN, now=now)


def _wakes(descriptor: Descriptor, now: int) -> bool:
    """Whether a writer that sleeps is woken: Linux waits for room worth having (poll's POLLOUT)."""
    socket = descriptor.socket if isinstance(descriptor, SocketDescriptor) else None
    connection = socket.connection if isinstance(socket, StreamSocket) else None
    if socket is None or connection is None or connection.tcb.send_queue is None:
        return True
    return bool(socket.poll(now=now) & (POLLOUT | POLLERR | POLLHUP))


def gathered(vectors: Expression, count: int) -> bytes:
    """The bytes of an iovec array."""
    return b"".join(buffer(base, length) for base, length in _iovecs(vectors, count))


def _iovecs(vectors: Expression, count: int) -> list[tuple[Expression, int]]:
    """`[{..., 1000}, {..., 500}]` as pairs."""
    pairs = []
    for one in elements(vectors):
        if not isinstance(one, Braces) or len(one.items) != 2:
            raise ScriptFailed("an element of an iovec is {buffer, length}")
        pairs.append((one.items[0], number(one.items[1])))
    if len(pairs) != count:
        raise ScriptFailed(f"the iovec has {len(pairs)} elements, but the call says {count}")
    return pairs


# --- in ----------------------------------------------------------------------------------------


def read(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`read(4, ..., 1000) = 1000`."""
    arguments.need(3)
    return reading(kernel, arguments.number(0), [(arguments[1], arguments.number(2))])


def readv(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`readv(4, [{..., 1000}, {..., 500}], 2) = 1500`."""
    arguments.need(3)
    return reading(kernel, arguments.number(0), _iovecs(arguments[1], arguments.number(2)))


def recv(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`recv(4, ..., 1000, MSG_PEEK) = 1000`; recvfrom has the sender's address behind."""
    arguments.need(4, 6)
    buffers = [(arguments[1], arguments.number(2))]
    return reading(kernel, arguments.number(0), buffers, arguments.number(3))


def recvmsg(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) = 1000`."""
    arguments.need(3)
    message = Message(arguments[1])
    flags = arguments.number(2)
    buffers = _iovecs(message.vectors, message.count)
    limit = sum(length for _, length in buffers)
    began = kernel.wire.now

    def step() -> int:
        descriptor = kernel.socket(arguments.number(0))
        data, control, got_flags, sender = descriptor.socket.recvmsg(
            limit, message.control_length, flags, now=kernel.wire.now
        )
        _check_content(buffers, data)
        check_received(message, control, got_flags, sender)
        return len(data)

    def attempt() -> int:
        descriptor = kernel.socket(arguments.number(0))
        waits_not = bool(flags & (MSG_DONTWAIT | MSG_ERRQUEUE))
        return sleeping(kernel, descriptor, step, began, dontwait=waits_not)

    return attempt


def reading(
    kernel: Kernel,
    number_of_descriptor: int,
    buffers: list[tuple[Expression, int]],
    flags: int = 0,
) -> Attempt:
    """Read once, now or asleep, and compare what came with the strings of the script.

    With MSG_WAITALL a read that may sleep goes on until everything asked for is there.

    Raises:
        OSError: EFAULT for a buffer at NULL.
    """
    if any(base == Word("NULL") and length for base, length in buffers):
        raise OSError(EFAULT, "a buffer at NULL")
    limit = sum(length for _, length in buffers)
    began = kernel.wire.now
    data = bytearray()

    def step() -> int:
        descriptor = kernel.descriptor(number_of_descriptor)
        part = _source(kernel, descriptor, number_of_descriptor, flags)(limit - len(data))
        data.extend(part)
        if flags & MSG_WAITALL and part and len(data) < limit:
            raise BlockingIOError
        _check_content(buffers, bytes(data))
        return len(data)

    def attempt() -> int:
        descriptor = kernel.descriptor(number_of_descriptor)
        sleeps = not (descriptor.nonblocking or flags & (MSG_DONTWAIT | MSG_ERRQUEUE))
        try:
            return sleeping(kernel, descriptor, step, began, dontwait=not sleeps)
        except BlockingIOError:
            if data:  # as much as there is, for a read that does not wait
                return len(data)
            raise

    return attempt


def _source(
    kernel: Kernel, descriptor: Descriptor, number_of_descriptor: int, flags: int
) -> Callable[[int], bytes]:
    if isinstance(descriptor, PipeReader | FileDescriptor):
        return descriptor.read
    socket = kernel.socket(number_of_descriptor).socket

    def receive(limit: int) -> bytes:
        return socket.recv(limit, flags, now=kernel.wire.now)

    return receive


def _check_content(buffers: list[tuple[Expression, int]], data: bytes) -> None:
    at = 0
    for base, length in buffers:
        part = data[at : at + length]
        at += length
        if isinstance(base, String):
            same = part.startswith(base.text) if base.open_ended else part == base.text
            if not same:
                raise ScriptFailed("other bytes were read", repr(base.text), repr(part))


# --- through ---------------------------------------------------------------------------------


def splice(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`splice(4, NULL, 6, NULL, 1000, 0) = 1000`: between a socket and a pipe, either way."""
    arguments.need(6)
    source, sink = arguments.number(0), arguments.number(2)
    return _moving(kernel, source, sink, arguments.number(4))


def sendfile(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`sendfile(4, 5, [0], 1000) = 1000`: from a file into a socket."""
    arguments.need(4)
    return _moving(kernel, arguments.number(1), arguments.number(0), arguments.number(3))


def _moving(kernel: Kernel, source: int, sink: int, limit: int) -> Attempt:
    """Move bytes once; what the sink does not take stays in the source."""
    began = kernel.wire.now

    def step() -> int:
        into = kernel.descriptor(sink)
        room = min(limit, into.room) if isinstance(into, PipeWriter) else limit
        outof = kernel.descriptor(source)
        try:
            data = _source(kernel, outof, source, 0)(room)
        except BlockingIOError:
            if _at_urgent_byte(outof):
                return 0  # Linux: tcp_splice_read does not wait there
            raise
        if not data:
            return 0
        if isinstance(into, PipeWriter):
            return into.write(data)
        try:
            taken = kernel.socket(sink).socket.send(data, 0, now=kernel.wire.now)
        except OSError:
            taken = 0
            raise
        finally:
            if isinstance(outof, PipeReader | FileDescriptor):
                outof.unread(data[taken:])
        return taken

    def attempt() -> int:
        either = kernel.descriptor(source)
        if isinstance(either, PipeReader | FileDescriptor):
            either = kernel.descriptor(sink)
        return sleeping(kernel, either, step, began)

    return attempt


def _at_urgent_byte(descriptor: Descriptor) -> bool:
    """Whether what is next in a socket is urgent, and so not in the stream."""
    socket = descriptor.socket if isinstance(descriptor, SocketDescriptor) else None
    connection = socket.connection if isinstance(socket, StreamSocket) else None
    return connection is not None and connection.has_urgent


HANDLERS: Final[dict[str, Handler]] = {
    "read": read,
    "readv": readv,
    "recv": recv,
    "recvfrom": recv,
    "recvmsg": recvmsg,
    "send": send,
    "sendfile": sendfile,
    "sendmmsg": sendmmsg,
    "sendmsg": sendmsg,
    "sendto": sendto,
    "splice": splice,
    "write": write,
    "writev": writev,
}
