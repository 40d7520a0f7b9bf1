"""The calls on sockets: socket, bind, listen, accept, connect, shutdown, close, and names.

Each function gets the kernel and the arguments as written, and returns an attempt (see
`system_calls`). Bytes in and out are in `transfer_calls`, options in `option_calls`.
"""

import errno
from typing import Final

from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    AF_INET6,
    AF_UNSPEC,
    SO_ERROR,
    SOCK_CLOEXEC,
    SOCK_NONBLOCK,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.states import CLOSING, FIN_WAIT_1, LAST_ACK
from wirelab.sim.packetdrill.arguments import Arguments, address_text, number
from wirelab.sim.packetdrill.descriptors import SocketDescriptor
from wirelab.sim.packetdrill.outcome import ScriptFailed
from wirelab.sim.packetdrill.syntax import Expression, Struct, Wildcard
from wirelab.sim.packetdrill.system_calls import Attempt, Handler, Kernel, Sleeps, sleeping

_UNACKNOWLEDGED: Final = (FIN_WAIT_1, CLOSING, LAST_ACK)
"""What a close that lingers waits in (Linux: sk_stream_wait_close)."""

_UNDER_WAY: Final = frozenset({errno.EINPROGRESS, errno.EALREADY})


def socket(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`socket(..., SOCK_STREAM, IPPROTO_TCP) = 3`."""
    arguments.need(3)
    usual = AF_INET6 if kernel.settings.ipv6 else AF_INET
    family = usual if arguments.is_wildcard(0) else arguments.number(0)
    if family == AF_INET6 and kernel.settings.mapped_ipv6:
        family = AF_INET
    kind, protocol = arguments.number(1), arguments.number(2)
    nonblocking = bool(kind & SOCK_NONBLOCK)

    def attempt() -> int:
        made = kernel.wire.host.socket(family, kind & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), protocol)
        return kernel.add(SocketDescriptor(made, nonblocking=nonblocking))

    return attempt


def bind(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`bind(3, ..., ...) = 0`."""
    arguments.need(3)
    settings = kernel.settings
    default = (settings.addresses.local, settings.bind_port)
    host, port = _sockaddr(arguments[1], default) or default

    def attempt() -> int:
        kernel.socket(arguments.number(0)).socket.bind((host, port), now=kernel.wire.now)
        return 0

    return attempt


def listen(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`listen(3, 1) = 0`."""
    arguments.need(2)

    def attempt() -> int:
        backlog = arguments.number(1)
        listener = kernel.socket(arguments.number(0)).socket
        listener.listen(backlog, now=kernel.wire.now)
        kernel.peer.listening(listener.getsockname().port)
        return 0

    return attempt


def accept(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`accept(3, ..., ...) = 4`, and accept4 with flags."""
    arguments.need(3, 4)
    flags = arguments.optional_number(3)
    began = kernel.wire.now

    def step() -> int:
        listener = kernel.socket(arguments.number(0))
        made, peer = listener.socket.accept(now=kernel.wire.now)
        descriptor = SocketDescriptor(made, nonblocking=bool(flags & SOCK_NONBLOCK))
        kernel.under_test = descriptor
        kernel.peer.accepted(peer.port)
        chosen = kernel.add(descriptor)
        _check_sockaddr(arguments[1], tuple(peer))
        return chosen

    return lambda: sleeping(kernel, kernel.socket(arguments.number(0)), step, began)


def _begins(socket: Socket) -> bool:
    """Whether `connect` opens a new conversation, and is not about one that is under way."""
    return not isinstance(socket, StreamSocket) or socket.connection is None


def connect(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`connect(3, ..., ...) = -1 EINPROGRESS`, or one that sleeps until it is connected."""
    arguments.need(3)
    settings = kernel.settings
    default = (settings.addresses.remote, settings.connect_port)
    address = _sockaddr(arguments[1], default)
    begun = False

    def attempt() -> int:
        nonlocal begun
        descriptor = kernel.socket(arguments.number(0))
        kernel.under_test = descriptor
        if begun:
            return connection_result(descriptor, kernel.wire.now)
        begun = True
        try:
            if address is not None and _begins(descriptor.socket):
                kernel.peer.connecting(address[1])
            descriptor.socket.connect(address, now=kernel.wire.now)
        except BlockingIOError as error:
            if descriptor.nonblocking or error.errno not in _UNDER_WAY:
                raise
            raise Sleeps from None
        return 0

    return attempt


def connection_result(descriptor: SocketDescriptor, now: int) -> int:
    """What a connect that sleeps returns.

    Raises:
        Sleeps: not connected yet.
        OSError: it failed.
    """
    pending = descriptor.socket.getsockopt(SOL_SOCKET, SO_ERROR, now=now)
    if pending:
        assert isinstance(pending, int)
        raise OSError(pending, "the connection failed")
    try:
        descriptor.socket.getpeername()
    except OSError:
        raise Sleeps from None
    return 0


def shutdown(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`shutdown(4, SHUT_WR) = 0`."""
    arguments.need(2)

    def attempt() -> int:
        how = arguments.number(1)
        kernel.socket(arguments.number(0)).socket.shutdown(how, now=kernel.wire.now)
        return 0

    return attempt


def close_socket(kernel: Kernel, descriptor: SocketDescriptor) -> Attempt:
    """close(2) of a socket; with SO_LINGER and a time it sleeps until all is acknowledged."""
    socket = descriptor.socket
    connection = socket.connection if isinstance(socket, StreamSocket) else None
    linger = connection.options.linger if connection is not None else None
    deadline: int | None = None

    def attempt() -> int:
        nonlocal deadline
        now = kernel.wire.now
        if deadline is None:
            deadline = now + (linger or 0)
            socket.close(now=now)
            if kernel.under_test is descriptor:
                kernel.under_test = None
        if connection is not None and connection.state in _UNACKNOWLEDGED and now < deadline:
            kernel.wake_at(deadline)
            raise Sleeps
        return 0

    return attempt


def getsockname(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`getsockname(3, {...}, [16]) = 0`."""
    arguments.need(3)

    def attempt() -> int:
        name = kernel.socket(arguments.number(0)).socket.getsockname()
        _check_sockaddr(arguments[1], tuple(name))
        return 0

    return attempt


def getpeername(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`getpeername(4, {...}, [16]) = 0`."""
    arguments.need(3)

    def attempt() -> int:
        name = kernel.socket(arguments.number(0)).socket.getpeername()
        _check_sockaddr(arguments[1], tuple(name))
        return 0

    return attempt


def destination(kernel: Kernel, expression: Expression) -> tuple[str, int] | None:
    """The address argument of sendto and sendmsg; None for NULL."""
    if not isinstance(expression, Struct | Wildcard):
        return None
    default = (kernel.settings.addresses.remote, kernel.settings.connect_port)
    return _sockaddr(expression, default)


def _sockaddr(expression: Expression, default: tuple[str, int]) -> tuple[str, int] | None:
    """A socket address: `...` is `default`, AF_UNSPEC is None."""
    if isinstance(expression, Wildcard):
        return default
    if not isinstance(expression, Struct):
        raise ScriptFailed("a socket address is `...` or {sa_family = AF_INET, ...}")
    family = expression.get("sa_family") or expression.get("sin_family")
    if family is not None and number(family) == AF_UNSPEC:
        return None
    port = expression.get("sin_port") or expression.get("sin6_port")
    host = expression.get("sin_addr") or expression.get("sin6_addr")
    chosen_port = default[1] if port is None or isinstance(port, Wildcard) else number(port)
    return (address_text(host) or default[0], chosen_port)


def _check_sockaddr(expression: Expression, got: tuple[object, ...]) -> None:
    """Compare an address that a call gave with what the script says of it."""
    if not isinstance(expression, Struct):
        return
    wanted = _sockaddr(expression, (str(got[0]), int(str(got[1]))))
    if wanted is not None and wanted != tuple(got[:2]):
        raise ScriptFailed("another address came back", f"{wanted[0]}:{wanted[1]}", _text(got))


def _text(address: tuple[object, ...]) -> str:
    return ":".join(map(str, address[:2]))


HANDLERS: Final[dict[str, Handler]] = {
    "accept": accept,
    "accept4": accept,
    "bind": bind,
    "connect": connect,
    "getpeername": getpeername,
    "getsockname": getsockname,
    "listen": listen,
    "shutdown": shutdown,
    "socket": socket,
}
