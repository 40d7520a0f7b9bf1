"""What every socket has, whatever its protocol.

Rule 1: no call blocks. A call that has nothing to do yet raises `BlockingIOError` (EAGAIN), on
sockets that the caller treats as blocking, too: to wait, and to call again, is the driver's part.
Rule 2: results and errnos are those of Linux; where it says no, the exception says why.
Rule 3: a pending error (SO_ERROR) is told once, by whichever call comes first, and then forgotten.
"""

from abc import ABC, abstractmethod
from errno import EINVAL, ENOTTY, EOPNOTSUPP
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from wirelab.sim.host.sockets import options
from wirelab.sim.host.sockets.addresses import (
    AnyAddress,
    Place,
    SocketAddress,
    address_of,
    parse,
)
from wirelab.sim.host.sockets.constants import (
    F_GETFL,
    F_SETFL,
    FIONBIO,
    O_NONBLOCK,
    O_RDWR,
    POLLERR,
    POLLHUP,
    POLLIN,
    POLLOUT,
    POLLPRI,
    POLLRDHUP,
    SO_SELECT_ERR_QUEUE,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.failures import bad_descriptor, failure, would_block

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets

Buffer: TypeAlias = bytes | bytearray | memoryview
ControlMessage: TypeAlias = tuple[int, int, bytes]
"""Level, type and data, as Python has it in sendmsg and recvmsg."""

INTERESTING = POLLIN | POLLOUT | POLLPRI | POLLRDHUP
ALWAYS = POLLERR | POLLHUP
"""What poll(2) tells whether it was asked or not."""


def check_bytes(data: Buffer) -> Buffer:
    """The same, or a TypeError that says what was given instead, before anything has changed."""
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"a socket got {type(data).__name__}; give bytes, bytearray or memoryview")
    return data


def room_in(buffer: bytearray | memoryview, size: int) -> memoryview:
    """The first `size` bytes of a buffer (0: all of them), to be written.

    Raises:
        ValueError: it has less, or its size is negative.
        TypeError: it cannot be written.
    """
    view = memoryview(buffer).cast("B")
    if view.readonly:
        raise TypeError(f"recv_into got {type(buffer).__name__}, which cannot be written")
    if not 0 <= size <= len(view):
        raise ValueError(f"recv_into of {size} bytes; the buffer has {len(view)}")
    return view[:size] if size else view


class Socket(ABC):
    """A Berkeley socket; `Host.socket` makes it.

    Attributes:
        family, type, protocol: as given to `Host.socket`, the protocol never 0.
        blocking: whether O_NONBLOCK is off. Kept for the driver; no call in here ever waits.
        settings: values of options that nobody below needs, by level and name.
        closed: `close` was called.
        device: index of the only interface that it uses (SO_BINDTODEVICE, or the zone of a
            link-local address), or None.
        cookie: a number that no other socket of this host has.
    """

    __slots__ = (
        "blocking",
        "closed",
        "cookie",
        "device",
        "family",
        "hub",
        "protocol",
        "settings",
        "type",
    )

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        self.hub = hub
        self.family = family
        self.type = kind
        self.protocol = protocol
        self.blocking = True
        self.closed = False
        self.device: int | None = None
        self.cookie = hub.next_cookie()
        self.settings: dict[tuple[int, int], int] = {}

    # --- calls that each protocol answers in its own way -------------------------------------

    @abstractmethod
    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Take a local address and port; port 0 is any free one.

        Raises:
            OSError: EADDRINUSE, EADDRNOTAVAIL, EINVAL (bound already), EAFNOSUPPORT.
        """

    @abstractmethod
    def connect(self, address: SocketAddress | None, *, now: int) -> None:
        """Choose the peer; None (AF_UNSPEC) gives it up.

        Raises:
            OSError: see the protocol's class.
        """

    @abstractmethod
    def sendmsg(
        self,
        buffers: "list[Buffer] | tuple[Buffer, ...]",
        ancillary: "list[ControlMessage] | tuple[ControlMessage, ...]" = (),
        flags: int = 0,
        address: SocketAddress | None = None,
        *,
        now: int,
    ) -> int:
        """Send what several buffers hold as one piece."""

    @abstractmethod
    def recvmsg(
        self, size: int, ancillary_size: int = 0, flags: int = 0, *, now: int
    ) -> tuple[bytes, list[ControlMessage], int, AnyAddress | None]:
        """Receive with what belongs to it: data, control messages, flags, sender.

        Args:
            size: bytes of data at most.
            ancillary_size: bytes of control messages at most (`CMSG_SPACE`); what does not fit is
                left out, and MSG_CTRUNC set.
            flags: MSG_...
            now: ns.
        """

    @abstractmethod
    def shutdown(self, how: int, *, now: int) -> None:
        """End receiving (SHUT_RD), sending (SHUT_WR) or both (SHUT_RDWR)."""

    @abstractmethod
    def close(self, *, now: int) -> None:
        """Give the socket up. Closing twice is fine."""

    @abstractmethod
    def getsockname(self) -> AnyAddress:
        """The local address."""

    @abstractmethod
    def getpeername(self) -> AnyAddress:
        """The peer's address.

        Raises:
            OSError: ENOTCONN.
        """

    @abstractmethod
    def last_peer(self) -> AnyAddress | None:
        """SO_PEERNAME: the peer, also while connecting to it and when all is over; or None."""

    @abstractmethod
    def ready(self) -> int:
        """Everything that poll(2) could tell now, as a mask of POLL..."""

    @abstractmethod
    def pending_error(self) -> int:
        """The errno that waits to be told, or 0."""

    @abstractmethod
    def take_error(self) -> int:
        """The errno that waits to be told, which is told with this (SO_ERROR), or 0."""

    @abstractmethod
    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`, and let it take effect."""

    def families_changed(self) -> None:
        """IPV6_V6ONLY was set."""
        return

    def bind_to_device(self, interface: int | None, *, now: int) -> None:
        """SO_BINDTODEVICE: use one interface only; None: all of them."""
        self.device = interface

    @property
    @abstractmethod
    def path_mtu(self) -> int | None:
        """Bytes of IP packet that reach the peer (IP_MTU), or None without a peer."""

    @property
    @abstractmethod
    def send_buffer_size(self) -> int:
        """Bytes, as SO_SNDBUF gives them."""

    @property
    @abstractmethod
    def receive_buffer_size(self) -> int:
        """Bytes, as SO_RCVBUF gives them."""

    @abstractmethod
    def _count(self, request: int) -> int | None:
        """What an ioctl of this protocol counts, or None: it has no such ioctl."""

    def _parse(self, address: SocketAddress) -> Place:
        """What an address of this socket's family says."""
        return parse(address, self.family, self.hub.zones)

    def _address(self, host: bytes, port: int, flow: int = 0, zone: int = 0) -> AnyAddress:
        """An address as this socket's family shows it."""
        return address_of(host, port, self.family, flow, zone)

    # --- calls that follow from them ---------------------------------------------------------

    def listen(self, backlog: int = 128, *, now: int) -> None:
        """Take connections; only streams can.

        Raises:
            OSError: EOPNOTSUPP.
        """
        raise self._no_stream("listen")

    def accept(self, flags: int = 0, *, now: int) -> "tuple[Socket, AnyAddress]":
        """Take a connection that waits; only streams can.

        Raises:
            OSError: EOPNOTSUPP.
        """
        raise self._no_stream("accept")

    def _no_stream(self, call: str) -> OSError:
        if self.closed:
            return bad_descriptor(call)
        return failure(EOPNOTSUPP, f"{call} on {self!r}: it is no stream")

    def connect_ex(self, address: SocketAddress | None, *, now: int) -> int:
        """Like `connect`, but returns the errno, 0 for success."""
        try:
            self.connect(address, now=now)
        except OSError as error:
            return error.errno or EINVAL
        return 0

    def send(self, data: Buffer, flags: int = 0, *, now: int) -> int:
        """Send to the peer; returns how many bytes were taken.

        Raises:
            OSError: EAGAIN when there is no room, EPIPE after shutdown, the pending error, ...
        """
        return self.sendmsg((check_bytes(data),), (), flags, now=now)

    def sendall(self, data: Buffer, flags: int = 0, *, now: int) -> None:
        """Send all of `data`, or raise.

        Raises:
            BlockingIOError: with `characters_written`: how many bytes were taken before the room
                was used up.
            OSError: see `send`.
        """
        taken = self.send(data, flags, now=now)
        if taken < len(data):
            error = would_block(self, f"sendall of {len(data)} bytes, {taken} taken")
            if isinstance(error, BlockingIOError):
                error.characters_written = taken
            raise error

    @overload
    def sendto(self, data: Buffer, address: SocketAddress, /, *, now: int) -> int: ...
    @overload
    def sendto(self, data: Buffer, flags: int, address: SocketAddress, /, *, now: int) -> int: ...
    def sendto(self, data: Buffer, *where: Any, now: int) -> int:
        """Send to an address, with flags before it if there are any; a stream ignores it."""
        if not 1 <= len(where) <= 2:
            raise TypeError(f"sendto got {len(where)} arguments behind the data; give an address")
        flags, address = where if len(where) == 2 else (0, *where)
        return self.sendmsg((check_bytes(data),), (), flags, address, now=now)

    def recv(self, size: int, flags: int = 0, *, now: int) -> bytes:
        """Receive up to `size` bytes; b"" is the end of a stream, or an empty datagram.

        Raises:
            OSError: EAGAIN when nothing is there, ENOTCONN, the pending error, ...
        """
        return self.recvmsg(size, 0, flags, now=now)[0]

    def recvfrom(self, size: int, flags: int = 0, *, now: int) -> tuple[bytes, AnyAddress | None]:
        """Like `recv`, with the sender of a datagram."""
        data, _, _, address = self.recvmsg(size, 0, flags, now=now)
        return data, address

    def recv_into(
        self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, *, now: int
    ) -> int:
        """Receive into `buffer`, `size` bytes at most (0: as many as fit); returns how many."""
        view = room_in(buffer, size)
        data = self.recv(len(view), flags, now=now)
        view[: len(data)] = data
        return len(data)

    def poll(self, events: int = INTERESTING, *, now: int) -> int:
        """Which of `events` hold now, and POLLERR and POLLHUP if they do."""
        if self.closed:
            raise bad_descriptor("poll")
        mask = self.ready()
        if mask & POLLERR and self.settings.get((SOL_SOCKET, SO_SELECT_ERR_QUEUE)):
            mask |= POLLPRI
        return mask & (events | ALWAYS)

    def getsockopt(self, level: int, name: int, size: int = 0, *, now: int) -> int | bytes:
        """The value of an option: an integer, or with a `size` its bytes, `size` at most.

        Raises:
            OSError: ENOPROTOOPT or EOPNOTSUPP for what does not exist, EINVAL.
        """
        if self.closed:
            raise bad_descriptor("getsockopt")
        return options.get(self, level, name, size, now)

    def setsockopt(self, level: int, name: int, value: int | Buffer, *, now: int) -> None:
        """Set an option: an integer, or the bytes of a structure.

        Raises:
            OSError: ENOPROTOOPT for what does not exist, EINVAL, ENOENT, EPERM, ...
        """
        if self.closed:
            raise bad_descriptor("setsockopt")
        if not isinstance(value, int):
            check_bytes(value)
        options.put(self, level, name, value, now)

    def setblocking(self, blocking: bool) -> None:
        """Set or clear O_NONBLOCK, for the driver to see."""
        self.blocking = blocking

    def fcntl(self, command: int, argument: int = 0) -> int:
        """F_GETFL and F_SETFL, of which O_NONBLOCK counts."""
        if self.closed:
            raise bad_descriptor("fcntl")
        if command == F_GETFL:
            return O_RDWR if self.blocking else O_RDWR | O_NONBLOCK
        if command == F_SETFL:
            self.blocking = not argument & O_NONBLOCK
            return 0
        raise failure(EINVAL, f"fcntl command {command}; give F_GETFL or F_SETFL")

    def ioctl(self, request: int, argument: int = 0, *, now: int) -> int:
        """FIONREAD, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK (what they count), FIONBIO; see tcp(7).

        Raises:
            OSError: ENOTTY for what does not exist, EINVAL in a state that has nothing to count.
        """
        if self.closed:
            raise bad_descriptor("ioctl")
        if request == FIONBIO:
            self.blocking = not argument
            return 0
        count = self._count(request)
        if count is None:
            raise failure(ENOTTY, f"ioctl {request:#x}; {self.__class__.__name__} has no such")
        return count
