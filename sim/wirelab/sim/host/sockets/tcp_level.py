"""Options at level IPPROTO_TCP; see tcp(7)."""

from errno import EINVAL, ENOENT, EOPNOTSUPP, EPERM
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.failures import failure
from wirelab.sim.host.sockets.option import Option, flag, number, refusing, require, switch
from wirelab.sim.host.tcp import timestamps
from wirelab.sim.host.tcp.congestion import registry
from wirelab.sim.host.tcp.sequence import MASK
from wirelab.sim.host.tcp.states import CLOSED, LISTEN

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.stream import StreamSocket

MINIMUM_MSS: Final = 88  # bytes; Linux: TCP_MIN_MSS
MAXIMUM_MSS: Final = 32_767  # bytes; Linux: MAX_TCP_WINDOW
DEFAULT_MSS: Final = 536  # bytes, RFC 9293 section 3.7.1
MAXIMUM_KEEP: Final = 32_767  # seconds; Linux: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL
MAXIMUM_COUNT: Final = 127  # Linux: MAX_TCP_KEEPCNT, MAX_TCP_SYNCNT
MAXIMUM_LINGER2: Final = 120  # seconds; Linux: TCP_FIN_TIMEOUT_MAX
MINIMUM_CLAMP: Final = 1152  # bytes; Linux: SOCK_MIN_RCVBUF / 2
MAXIMUM_RTO: Final = 120  # seconds; Linux: TCP_RTO_MAX
NAME_SIZE: Final = 16  # bytes; Linux: TCP_CA_NAME_MAX
_MAXIMUM_INT: Final = (1 << 31) - 1


def whole_retransmissions(seconds: int) -> int:
    """`seconds` rounded up to what a whole number of SYN,ACK retransmissions takes (from 1 s on).

    Linux counts TCP_DEFER_ACCEPT in these, and gives back the time that they take.

    >>> [whole_retransmissions(seconds) for seconds in (0, 1, 2, 5)]
    [0, 1, 3, 7]
    """
    if seconds <= 0:
        return 0
    period = wait = count = 1
    while seconds > period and count < 255:
        wait = min(wait * 2, MAXIMUM_RTO)
        period += wait
        count += 1
    return period


def _get_maxseg(socket: "StreamSocket", now: int) -> int:
    connection = socket.connection
    if socket.state in (CLOSED, LISTEN) and socket.options.maxseg:
        return socket.options.maxseg
    return DEFAULT_MSS if connection is None else connection.tcb.snd_mss


def _put_maxseg(socket: "StreamSocket", value: int, now: int) -> None:
    allowed = value == 0 or MINIMUM_MSS <= value <= MAXIMUM_MSS
    require(allowed, "TCP_MAXSEG", value, f"{MINIMUM_MSS} to {MAXIMUM_MSS}, or 0 for no bound")
    socket.set_option("maxseg", value or None, now)


def _get_linger2(socket: "StreamSocket", now: int) -> int:
    timeout = socket.options.fin_timeout
    return -1 if timeout < 0 else timeout // SECOND


def _put_linger2(socket: "StreamSocket", value: int, now: int) -> None:
    if value < 0:
        wanted = -1
    elif value == 0:
        wanted = socket.hub.tcp.new_options().fin_timeout
    else:
        wanted = min(value, MAXIMUM_LINGER2) * SECOND
    socket.set_option("fin_timeout", wanted, now)


def _put_defer_accept(socket: "StreamSocket", value: int, now: int) -> None:
    socket.set_option("defer_accept", whole_retransmissions(value) * SECOND, now)


def _put_window_clamp(socket: "StreamSocket", value: int, now: int) -> None:
    if value == 0:
        require(socket.state == CLOSED, "TCP_WINDOW_CLAMP", 0, "more, once there is a connection")
        socket.set_option("window_clamp", None, now)
    else:
        socket.set_option("window_clamp", max(value, MINIMUM_CLAMP), now)


def _get_quickack(socket: "StreamSocket", now: int) -> int:
    return int(socket.options.quickack is not False)


def _put_quickack(socket: "StreamSocket", value: int, now: int) -> None:
    socket.set_option("quickack", bool(value), now)


def _get_congestion(socket: "StreamSocket", now: int) -> bytes:
    return socket.congestion_name.encode().ljust(NAME_SIZE, b"\0")


def _put_congestion(socket: "StreamSocket", value: bytes, now: int) -> None:
    require(bool(value), "length of TCP_CONGESTION", len(value), "a name")
    name = value[: NAME_SIZE - 1].partition(b"\0")[0].decode("ascii", "replace")
    if name not in registry.available():
        known = ", ".join(registry.available())
        raise failure(ENOENT, f"TCP_CONGESTION {name!r}; there are {known}")
    socket.set_option("congestion", name, now)


def _put_fast_open(socket: "StreamSocket", value: int, now: int) -> None:
    fresh = socket.state in (CLOSED, LISTEN)
    require(value >= 0 and fresh, "TCP_FASTOPEN", value, "0 or more, before there is a connection")
    socket.set_option("fast_open", min(value, c.SOMAXCONN), now)


def _put_fast_open_connect(socket: "StreamSocket", value: int, now: int) -> None:
    require(0 <= value <= 1, "TCP_FASTOPEN_CONNECT", value, "0 or 1")
    if not socket.hub.tcp.config.fast_open_client:
        raise failure(EOPNOTSUPP, "TCP_FASTOPEN_CONNECT: Fast Open is off on this host")
    require(
        socket.state == CLOSED, "TCP_FASTOPEN_CONNECT", value, "it before there is a connection"
    )
    socket.set_option("fast_open_connect", bool(value), now)


def _before_connecting(option: Option, states: tuple[str, ...]) -> Option:
    """The same option, which Linux refuses (EINVAL) once there is a connection."""

    def put(socket: "StreamSocket", value: int, now: int) -> None:
        if socket.state not in states:
            raise failure(EINVAL, f"too late to set this option: {socket!r}")
        assert option.put is not None
        option.put(socket, value, now)

    return Option(option.get, put)


def _get_notsent_lowat(socket: "StreamSocket", now: int) -> int:
    return socket.options.notsent_lowat or 0


def _put_notsent_lowat(socket: "StreamSocket", value: int, now: int) -> None:
    socket.set_option("notsent_lowat", value & 0xFFFF_FFFF or None, now)


def _get_timestamp(socket: "StreamSocket", now: int) -> int:
    """TSval as it would go out now (RFC 7323 section 3.2)."""
    connection = socket.connection
    if connection is None:
        return now // timestamps.TICK & MASK
    return timestamps.value(connection.tcb, now)


def _get_saved_syn(socket: "StreamSocket", size: int, now: int) -> bytes:
    """Once: then it is forgotten, as Linux does."""
    connection = socket.connection
    if connection is None or connection.tcb.saved_syn is None:
        return b""
    saved = connection.tcb.saved_syn
    if size < len(saved):
        raise failure(EINVAL, f"TCP_SAVED_SYN in {size} bytes; it has {len(saved)}")
    connection.tcb.saved_syn = None
    return saved


def _put_thin_dupack(socket: "StreamSocket", value: int, now: int) -> None:
    require(0 <= value <= 1, "TCP_THIN_DUPACK", value, "0 or 1")  # nothing since Linux 4.11


TCP_LEVEL: Final[dict[int, Option]] = {
    c.TCP_NODELAY: flag("nagle", inverted=True),
    c.TCP_MAXSEG: Option(_get_maxseg, _put_maxseg),
    c.TCP_CORK: flag("cork"),
    c.TCP_KEEPIDLE: number("keep_idle", 1, MAXIMUM_KEEP, SECOND),
    c.TCP_KEEPINTVL: number("keep_interval", 1, MAXIMUM_KEEP, SECOND),
    c.TCP_KEEPCNT: number("keep_count", 1, MAXIMUM_COUNT),
    c.TCP_SYNCNT: number("syn_retries", 1, MAXIMUM_COUNT),
    c.TCP_LINGER2: Option(_get_linger2, _put_linger2),
    c.TCP_DEFER_ACCEPT: Option(
        lambda socket, now: socket.options.defer_accept // SECOND, _put_defer_accept
    ),
    c.TCP_WINDOW_CLAMP: Option(
        lambda socket, now: socket.options.window_clamp or 0, _put_window_clamp
    ),
    c.TCP_INFO: Option(lambda socket, now: socket.tcp_info(now=now).pack()),
    c.TCP_QUICKACK: Option(_get_quickack, _put_quickack),
    c.TCP_CONGESTION: Option(_get_congestion, None, _put_congestion),
    c.TCP_THIN_LINEAR_TIMEOUTS: switch("thin_linear_timeouts"),
    c.TCP_THIN_DUPACK: Option(lambda socket, now: 0, _put_thin_dupack),
    c.TCP_USER_TIMEOUT: number("user_timeout", 0, _MAXIMUM_INT, MILLISECOND),
    c.TCP_REPAIR: refusing(EPERM),
    c.TCP_FASTOPEN: Option(lambda socket, now: socket.options.fast_open, _put_fast_open),
    c.TCP_TIMESTAMP: Option(_get_timestamp, refusing(EPERM).put),
    c.TCP_NOTSENT_LOWAT: Option(_get_notsent_lowat, _put_notsent_lowat),
    c.TCP_SAVE_SYN: number("save_syn", 0, 2),
    c.TCP_SAVED_SYN: Option(None, get_sized=_get_saved_syn),
    c.TCP_FASTOPEN_CONNECT: Option(
        lambda socket, now: int(socket.options.fast_open_connect), _put_fast_open_connect
    ),
    c.TCP_ULP: refusing(ENOENT),
    c.TCP_FASTOPEN_NO_COOKIE: _before_connecting(switch("fast_open_no_cookie"), (CLOSED, LISTEN)),
    c.TCP_INQ: switch("receive_inq"),
}
