"""getsockopt, setsockopt, fcntl and ioctl on descriptors.

A value is written as packetdrill writes it: `[1]` for an int, `"cubic"` for a name,
`{onoff=1, linger=0}`, `{tv_sec=1, tv_usec=0}`, or `...` where it does not matter.
"""

import errno
import struct
from typing import Final

from wirelab.sim.host.sockets.constants import (
    F_GETFL,
    F_SETFL,
    FIONBIO,
    FIONREAD,
    IPPROTO_TCP,
    O_NONBLOCK,
    SIOCATMARK,
    SIOCOUTQ,
    SIOCOUTQNSD,
)
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.packetdrill.arguments import Arguments, number
from wirelab.sim.packetdrill.constants import TCP_NOOPT
from wirelab.sim.packetdrill.descriptors import PipeReader, SocketDescriptor
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.syntax import (
    Array,
    Braces,
    Expression,
    String,
    Struct,
    Wildcard,
)
from wirelab.sim.packetdrill.system_calls import Attempt, Handler, Kernel

_ROOM: Final = 1024
"""bytes offered to getsockopt where the script has `...`; ours: larger than any value there is."""

_PAIRS: Final[dict[tuple[str, ...], str]] = {
    ("onoff", "linger"): "=ii",  # struct linger, socket(7)
    ("l_onoff", "l_linger"): "=ii",
    ("tv_sec", "tv_usec"): "=qq",  # struct timeval
}


def setsockopt(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0`."""
    arguments.need(5)
    level, option = arguments.number(1), arguments.number(2)
    value = _given(arguments[3], arguments.optional_number(4, 4))

    def attempt() -> int:
        socket = kernel.socket(arguments.number(0)).socket
        if (level, option) == (IPPROTO_TCP, TCP_NOOPT) and isinstance(socket, StreamSocket):
            socket.options.no_options = bool(value)
            return 0
        socket.setsockopt(level, option, value, now=kernel.wire.now)
        return 0

    return attempt


def _given(expression: Expression, length: int) -> int | bytes:
    """The value of a setsockopt, with the length that the script claims."""
    match expression:
        case String():
            return expression.text[:length] if length else expression.text
        case Struct():
            return _packed(expression)
        case Wildcard():
            return bytes(length)
        case Array() | Braces() if len(expression.items) > 1:
            packed = struct.pack(f"={len(expression.items)}I", *map(number, expression.items))
            return packed[:length]
    value = number(expression)
    if length >= 4:
        return value - (1 << 32) if value >= 1 << 31 else value
    return struct.pack("=I", value & 0xFFFF_FFFF)[:length]


def _packed(expression: Struct) -> bytes:
    names = tuple(one.name for one in expression.fields)
    layout = _PAIRS.get(names)
    if layout is None:
        raise ScriptUnsupported(f"a socket option's structure {{{', '.join(names)}}}")
    return struct.pack(layout, *(number(one.value) for one in expression.fields))


def getsockopt(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0`."""
    arguments.need(5)
    level, option, wanted = arguments.number(1), arguments.number(2), arguments[3]
    room = _ROOM if arguments.is_wildcard(4) else arguments.number(4)

    def attempt() -> int:
        socket = kernel.socket(arguments.number(0)).socket
        if isinstance(wanted, String | Struct | Wildcard) or room < 4:
            got = socket.getsockopt(level, option, room, now=kernel.wire.now)
            _compare_bytes(wanted, got)
        else:
            plain = socket.getsockopt(level, option, now=kernel.wire.now)
            _compare_number(wanted, plain)
        return 0

    return attempt


def _compare_bytes(wanted: Expression, got: int | bytes) -> None:
    data = struct.pack("=i", got) if isinstance(got, int) else got
    match wanted:
        case String():
            text = data.rstrip(b"\0")
            if text != wanted.text.rstrip(b"\0"):
                raise ScriptFailed("the option is", repr(wanted.text), repr(text))
        case Struct():
            _compare_fields(wanted, data)
        case Wildcard():
            return
        case _:
            _compare_number(wanted, int.from_bytes(data, "little"))


def _compare_fields(wanted: Struct, data: bytes) -> None:
    names = tuple(one.name for one in wanted.fields)
    layout = _PAIRS.get(names)
    if layout is None:
        raise ScriptUnsupported(f"a socket option's structure {{{', '.join(names)}}}")
    values = struct.unpack(layout, data.ljust(struct.calcsize(layout), b"\0"))
    for one, got in zip(wanted.fields, values, strict=False):
        if not isinstance(one.value, Wildcard) and number(one.value) != got:
            raise ScriptFailed(f"the option's {one.name} is", str(number(one.value)), str(got))


def _compare_number(wanted: Expression, got: int | bytes) -> None:
    if isinstance(wanted, Array | Braces) and len(wanted.items) == 1:
        wanted = wanted.items[0]
    if isinstance(wanted, Wildcard):
        return
    if isinstance(got, bytes):
        got = int.from_bytes(got[:8], "little")
    if not _same(number(wanted), got):
        name = errno.errorcode.get(got, "")
        raise ScriptFailed("the option is", str(number(wanted)), f"{got} {name}".strip())


def _same(wanted: int, got: int) -> bool:
    """Whether two ints are equal in 32 bits: scripts write -1 as 4294967295, too."""
    return wanted == got or (wanted - got) % (1 << 32) == 0


def fcntl(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)`, `fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0`."""
    arguments.need(2, 3)

    def attempt() -> int:
        descriptor = kernel.descriptor(arguments.number(0))
        command = arguments.number(1)
        if command == F_GETFL:
            return descriptor.flags | (O_NONBLOCK if descriptor.nonblocking else 0)
        if command == F_SETFL:
            descriptor.nonblocking = bool(arguments.number(2) & O_NONBLOCK)
            return 0
        raise OSError(errno.EINVAL, f"fcntl command {command}")

    return attempt


def ioctl(kernel: Kernel, arguments: Arguments) -> Attempt:
    """`ioctl(4, SIOCINQ, [1000]) = 0`."""
    arguments.need(2, 3)

    def attempt() -> int:
        descriptor = kernel.descriptor(arguments.number(0))
        request = arguments.number(1)
        if request == FIONBIO:
            descriptor.nonblocking = bool(arguments.number(2))
            return 0
        if isinstance(descriptor, PipeReader) and request == FIONREAD:
            _compare_number(arguments[2], len(descriptor.pipe.data))
            return 0
        if not isinstance(descriptor, SocketDescriptor):
            raise OSError(errno.ENOTTY, f"ioctl {request:#x} on a {descriptor.kind}")
        if request not in (FIONREAD, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK):
            raise OSError(errno.EINVAL, f"ioctl {request:#x}")
        got = descriptor.socket.ioctl(request, now=kernel.wire.now)
        if len(arguments) == 3:
            _compare_number(arguments[2], got)
        return 0

    return attempt


HANDLERS: Final[dict[str, Handler]] = {
    "fcntl": fcntl,
    "getsockopt": getsockopt,
    "ioctl": ioctl,
    "setsockopt": setsockopt,
}
