"""Options at level SOL_SOCKET, of every protocol; see socket(7)."""

import struct
from errno import EACCES, EDOM, ENODEV, ENOTCONN, EPERM
from typing import TYPE_CHECKING, Any, Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.addresses import packed
from wirelab.sim.host.sockets.failures import failure
from wirelab.sim.host.sockets.option import (
    INT_SIZE,
    Option,
    flag,
    refusing,
    require,
    stored,
    stored_flag,
)

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket
    from wirelab.sim.host.sockets.stream import StreamSocket

_LINGER: Final = struct.Struct("<ii")  # l_onoff, l_linger (seconds)
_TIMEVAL: Final = struct.Struct("<qq")  # tv_sec, tv_usec
_MICROSECOND: Final = 1_000
_MICROSECONDS: Final = 1_000_000

MINIMUM_SEND_BUFFER: Final = 4608
MINIMUM_RECEIVE_BUFFER: Final = 2304
"""bytes; Linux: SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF on a 64-bit machine."""

_MAXIMUM_INT: Final = (1 << 31) - 1


def _key(name: int) -> tuple[int, int]:
    return c.SOL_SOCKET, name


def _get_linger(socket: "StreamSocket", now: int) -> bytes:
    seconds = socket.options.linger
    return _LINGER.pack(seconds is not None, (seconds or 0) // SECOND)


def _put_linger(socket: "StreamSocket", value: bytes, now: int) -> None:
    require(len(value) >= _LINGER.size, "struct linger", len(value), f"{_LINGER.size} bytes")
    on, seconds = _LINGER.unpack_from(value)
    socket.set_option("linger", (seconds & 0xFFFF_FFFF) * SECOND if on else None, now)


def _timeout(name: int) -> Option:
    """SO_RCVTIMEO or SO_SNDTIMEO: kept for the driver, who does the waiting (ns in `settings`)."""

    def get(socket: "Socket", now: int) -> bytes:
        microseconds = socket.settings.get(_key(name), 0) // _MICROSECOND
        return _TIMEVAL.pack(microseconds // _MICROSECONDS, microseconds % _MICROSECONDS)

    def put(socket: "Socket", value: bytes, now: int) -> None:
        require(len(value) >= _TIMEVAL.size, "struct timeval", len(value), f"{_TIMEVAL.size} bytes")
        seconds, microseconds = _TIMEVAL.unpack_from(value)
        if not 0 <= microseconds < _MICROSECONDS:
            raise failure(EDOM, f"tv_usec is {microseconds}; give 0 to 999999")
        socket.settings[_key(name)] = max(0, seconds) * SECOND + microseconds * _MICROSECOND

    return Option(get, None, put)


def _send_buffer(socket: Any, value: int, now: int) -> None:
    wanted = min(value & 0xFFFF_FFFF, socket.hub.send_buffer_limit) * 2
    socket.set_option("snd_buff", max(wanted, MINIMUM_SEND_BUFFER), now)


def _receive_buffer(socket: Any, value: int, now: int) -> None:
    wanted = min(value & 0xFFFF_FFFF, socket.hub.receive_buffer_limit) * 2
    socket.set_option("rcv_buff", max(wanted, MINIMUM_RECEIVE_BUFFER), now)


def _put_debug(socket: "Socket", value: int, now: int) -> None:
    if value:
        raise failure(EACCES, "SO_DEBUG needs a privilege")


def _put_device(socket: "Socket", value: bytes, now: int) -> None:
    name = value.partition(b"\0")[0].decode(errors="replace")
    if name and name not in socket.hub.zones:
        known = ", ".join(socket.hub.zones)
        raise failure(ENODEV, f"SO_BINDTODEVICE to {name!r}: this host has {known}")
    socket.bind_to_device(socket.hub.zones[name] - 1 if name else None, now=now)


def _get_device(socket: "Socket", now: int) -> bytes:
    if socket.device is None:
        return b""
    return socket.hub.interfaces[socket.device].name.encode() + b"\0"


def _put_interface(socket: "Socket", value: int, now: int) -> None:
    if not 0 <= value <= len(socket.hub.interfaces):
        raise failure(ENODEV, f"SO_BINDTOIFINDEX {value}: this host has no such interface")
    socket.bind_to_device(value - 1 if value else None, now=now)


def _get_interface(socket: "Socket", now: int) -> int:
    return 0 if socket.device is None else socket.device + 1


def _peer_name(socket: "Socket", now: int) -> bytes:
    peer = socket.last_peer()
    if peer is None:
        raise failure(ENOTCONN, f"SO_PEERNAME of {socket!r}")
    return packed(peer)


def _cookie(socket: "Socket", now: int) -> bytes:
    return socket.cookie.to_bytes(8, "little")


def _put_pacing(socket: "Socket", value: bytes, now: int) -> None:
    """Bytes a second, as 4 or 8 bytes; kept only."""
    require(len(value) >= INT_SIZE, "size of SO_MAX_PACING_RATE", len(value), "4 or 8 bytes")
    size = 8 if len(value) == 8 else INT_SIZE
    rate = int.from_bytes(value[:size], "little")
    socket.settings[_key(c.SO_MAX_PACING_RATE)] = min(rate, 0xFFFF_FFFF)


def _put_txrehash(socket: "Socket", value: int, now: int) -> None:
    require(-1 <= value <= 1, "SO_TXREHASH", value, "-1, 0 or 1")
    socket.settings[_key(c.SO_TXREHASH)] = abs(value)


SOCKET_LEVEL: Final[dict[int, Option]] = {
    c.SO_DEBUG: Option(lambda socket, now: 0, _put_debug),
    c.SO_REUSEADDR: flag("reuse_address"),
    c.SO_TYPE: Option(lambda socket, now: socket.type),
    c.SO_ERROR: Option(lambda socket, now: socket.take_error()),
    c.SO_DONTROUTE: stored_flag(_key(c.SO_DONTROUTE)),
    c.SO_BROADCAST: stored_flag(_key(c.SO_BROADCAST)),
    c.SO_SNDBUF: Option(lambda socket, now: socket.send_buffer_size, _send_buffer),
    c.SO_RCVBUF: Option(lambda socket, now: socket.receive_buffer_size, _receive_buffer),
    c.SO_NO_CHECK: stored_flag(_key(c.SO_NO_CHECK)),
    c.SO_PRIORITY: stored(_key(c.SO_PRIORITY)),
    c.SO_BSDCOMPAT: Option(lambda socket, now: 0, lambda socket, value, now: None),
    c.SO_REUSEPORT: flag("reuse_port"),
    c.SO_SNDLOWAT: Option(lambda socket, now: 1),
    c.SO_RCVTIMEO: _timeout(c.SO_RCVTIMEO),
    c.SO_SNDTIMEO: _timeout(c.SO_SNDTIMEO),
    c.SO_BINDTODEVICE: Option(_get_device, None, _put_device),
    c.SO_BINDTOIFINDEX: Option(_get_interface, _put_interface),
    c.SO_PEERNAME: Option(_peer_name),
    c.SO_TIMESTAMP: stored_flag(_key(c.SO_TIMESTAMP)),
    c.SO_SNDBUFFORCE: Option(None, refusing(EPERM).put),
    c.SO_RCVBUFFORCE: Option(None, refusing(EPERM).put),
    c.SO_TIMESTAMPNS: stored_flag(_key(c.SO_TIMESTAMPNS)),
    c.SO_MARK: stored(_key(c.SO_MARK)),
    c.SO_PROTOCOL: Option(lambda socket, now: socket.protocol),
    c.SO_DOMAIN: Option(lambda socket, now: socket.family),
    c.SO_RXQ_OVFL: stored_flag(_key(c.SO_RXQ_OVFL)),
    c.SO_SELECT_ERR_QUEUE: stored_flag(_key(c.SO_SELECT_ERR_QUEUE)),
    c.SO_BUSY_POLL: stored(_key(c.SO_BUSY_POLL), 0, 0, _MAXIMUM_INT),
    c.SO_MAX_PACING_RATE: Option(
        lambda socket, now: socket.settings.get(_key(c.SO_MAX_PACING_RATE), -1), None, _put_pacing
    ),
    c.SO_INCOMING_CPU: stored(_key(c.SO_INCOMING_CPU), -1),
    c.SO_COOKIE: Option(_cookie),
    c.SO_ZEROCOPY: stored(_key(c.SO_ZEROCOPY), 0, 0, 1),
    c.SO_TXREHASH: Option(lambda socket, now: socket.settings.get(_key(c.SO_TXREHASH), 1),
                          _put_txrehash),
}  # fmt: skip
"""What streams and datagrams have."""


def _put_receive_lowat(socket: Any, value: int, now: int) -> None:
    wanted = value if value >= 0 else _MAXIMUM_INT
    wanted = min(wanted, socket.hub.largest_receive_buffer // 2)
    socket.set_option("receive_lowat", max(wanted, 1), now)


OF_STREAMS: Final[dict[int, Option]] = {
    c.SO_KEEPALIVE: flag("keepalive"),
    c.SO_OOBINLINE: flag("oob_inline"),
    c.SO_LINGER: Option(_get_linger, None, _put_linger),
    c.SO_RCVLOWAT: Option(lambda socket, now: socket.options.receive_lowat, _put_receive_lowat),
    c.SO_ACCEPTCONN: Option(lambda socket, now: int(socket.listener is not None)),
}


def _put_stored_lowat(socket: "Socket", value: int, now: int) -> None:
    socket.settings[_key(c.SO_RCVLOWAT)] = value or 1 if value >= 0 else _MAXIMUM_INT


def _put_stored_linger(socket: "Socket", value: bytes, now: int) -> None:
    require(len(value) >= _LINGER.size, "struct linger", len(value), f"{_LINGER.size} bytes")
    on, seconds = _LINGER.unpack_from(value)
    socket.settings[_key(c.SO_LINGER)] = seconds << 1 | bool(on)


def _get_stored_linger(socket: "Socket", now: int) -> bytes:
    kept = socket.settings.get(_key(c.SO_LINGER), 0)
    return _LINGER.pack(kept & 1, kept >> 1)


OF_DATAGRAMS: Final[dict[int, Option]] = {
    c.SO_KEEPALIVE: stored_flag(_key(c.SO_KEEPALIVE)),
    c.SO_OOBINLINE: stored_flag(_key(c.SO_OOBINLINE)),
    c.SO_LINGER: Option(_get_stored_linger, None, _put_stored_linger),
    c.SO_RCVLOWAT: Option(
        lambda socket, now: socket.settings.get(_key(c.SO_RCVLOWAT), 1), _put_stored_lowat
    ),
    c.SO_ACCEPTCONN: Option(lambda socket, now: 0),
    c.SO_PEEK_OFF: stored(_key(c.SO_PEEK_OFF), -1),
}
"""What a datagram socket takes and gives back, though it means nothing there."""
