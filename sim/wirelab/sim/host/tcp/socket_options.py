"""What an application has set on a TCP socket, held by the socket, its listener and its connection.

Source: RFC 9293 sections 3.9.1 (MUST-17, MUST-21, MUST-24, MUST-48: what must be settable); the
numbers and meanings are those of Linux's tcp(7), socket(7) and ip(7).

Rule 1: this holds wishes. What the engine makes of them (the MSS in use, the window that
auto-tuning chose) stands in the `Tcb`.
Rule 2: a connection that a listener accepts gets a copy of the listener's, as accept(2) inherits.
Rule 3: None means that nobody has said anything: the configuration, or the engine, decides.
"""

from typing import Final, TypeAlias

from wirelab.sim.host.tcp.config import TcpConfig

PMTUDISC_DONT: Final = 0
PMTUDISC_WANT: Final = 1
PMTUDISC_DO: Final = 2
PMTUDISC_PROBE: Final = 3
PMTUDISC_INTERFACE: Final = 4
PMTUDISC_OMIT: Final = 5
"""IP_MTU_DISCOVER: never or always Don't Fragment, with or without heeding the path (ip(7))."""

_NONE_IS_PLAIN: Final = 256
"""More hops than a packet can have left."""

_Value: TypeAlias = bool | int | str | None


class TcpOptions:
    """The options of one TCP socket. Times in nanoseconds, sizes in bytes.

    Attributes:
        nagle: small segments wait for ACKs (RFC 9293 section 3.7.4); TCP_NODELAY turns it off.
        cork: nothing but full segments goes out, 200 ms at most (TCP_CORK).
        quickack: True: ACK at once, False: delay, None: as the engine sees fit (TCP_QUICKACK). The
            engine may leave True for None by itself, as Linux does.
        maxseg: bound of the MSS that we announce and send (TCP_MAXSEG).
        notsent_lowat: writable only while less than this is not yet sent (TCP_NOTSENT_LOWAT).
        window_clamp: bound of the window that we offer (TCP_WINDOW_CLAMP).
        rcv_buff, snd_buff: SO_RCVBUF and SO_SNDBUF as getsockopt gives them: twice what was asked,
            for the bookkeeping; None: auto-tuned.
        receive_lowat: readable from so many bytes on (SO_RCVLOWAT).
        keepalive: probe a silent peer (SO_KEEPALIVE), after `keep_idle`, then every
            `keep_interval`, `keep_count` times (RFC 9293 section 3.8.4, MUST-24 to MUST-28).
        user_timeout: give up when nothing is acknowledged for so long; 0: by count of
            retransmissions (RFC 5482; TCP_USER_TIMEOUT).
        retries: R2: retransmissions before the connection is given up (section 3.8.3, MUST-21).
        syn_retries: the same for a SYN (TCP_SYNCNT).
        linger: SO_LINGER; None: off, 0: close resets, else how long close may wait.
        fin_timeout: how long an orphan stays in FIN-WAIT-2 (TCP_LINGER2); negative: not at all.
        ttl: hops; None: the host's. minimum_ttl: segments with less are dropped (IP_MINTTL).
        device: index of the only interface that segments come and go by (SO_BINDTODEVICE), or None.
        tos: DSCP in the upper six bits (RFC 2474); ECN belongs to the engine.
        mtu_discover: one of PMTUDISC_...
        receive_errors: ICMP errors are reported at once, also soft ones (IP_RECVERR).
        oob_inline: urgent data stays in the stream (SO_OOBINLINE; RFC 6093 section 3).
        no_options: no TCP options at all, offered or answered (TCP_NOOPT of 4.4BSD).
        timestamps: this socket's timestamps are on (RFC 7323); None: as configured.
        congestion: name of the algorithm; None: as configured (TCP_CONGESTION).
        defer_accept: how long accept waits for text (TCP_DEFER_ACCEPT); 0: not at all.
        fast_open: bound of pending Fast Open requests of a listener; 0: off (TCP_FASTOPEN).
        fast_open_connect: connect sends nothing, the first send a SYN with text
            (TCP_FASTOPEN_CONNECT).
        fast_open_no_cookie: text in SYNs without a cookie (TCP_FASTOPEN_NO_COOKIE).
        save_syn: a listener keeps the headers of SYNs: 1 from the network header on, 2 from the
            link header on (TCP_SAVE_SYN).
        reuse_address, reuse_port: SO_REUSEADDR, SO_REUSEPORT.
        port_range: first and last of the ephemeral ports to choose from, in the low and the high
            16 bits; a half that is 0 is the host's (IP_LOCAL_PORT_RANGE).
        thin_linear_timeouts: set and read back as on Linux, without effect: timeouts always back
            off (TCP_THIN_LINEAR_TIMEOUTS).
        receive_inq: recvmsg tells what is left (TCP_INQ).
    """

    __slots__ = (
        "congestion",
        "cork",
        "defer_accept",
        "device",
        "fast_open",
        "fast_open_connect",
        "fast_open_no_cookie",
        "fin_timeout",
        "keep_count",
        "keep_idle",
        "keep_interval",
        "keepalive",
        "linger",
        "maxseg",
        "minimum_ttl",
        "mtu_discover",
        "nagle",
        "no_options",
        "notsent_lowat",
        "oob_inline",
        "port_range",
        "quickack",
        "rcv_buff",
        "receive_errors",
        "receive_inq",
        "receive_lowat",
        "retries",
        "reuse_address",
        "reuse_port",
        "save_syn",
        "snd_buff",
        "syn_retries",
        "thin_linear_timeouts",
        "timestamps",
        "tos",
        "ttl",
        "user_timeout",
        "window_clamp",
    )

    def __init__(self, config: TcpConfig) -> None:
        # sending
        self.nagle = config.nagle
        self.cork = False
        self.maxseg: int | None = None
        self.notsent_lowat: int | None = None
        self.snd_buff: int | None = None
        self.congestion: str | None = None
        self.thin_linear_timeouts = False
        # receiving
        self.quickack: bool | None = None
        self.window_clamp: int | None = None
        self.rcv_buff: int | None = None
        self.receive_lowat = 1
        self.receive_inq = False
        self.oob_inline = False
        # opening
        self.reuse_address = False
        self.reuse_port = False
        self.port_range = 0
        self.syn_retries = config.syn_retries
        self.no_options = False
        self.timestamps: bool | None = None
        self.defer_accept = 0
        self.fast_open = 0
        self.fast_open_connect = False
        self.fast_open_no_cookie = False
        self.save_syn = 0
        # giving up and closing
        self.retries = config.retries
        self.user_timeout = 0
        self.keepalive = False
        self.keep_idle = config.keep_idle
        self.keep_interval = config.keep_interval
        self.keep_count = config.keep_count
        self.linger: int | None = None
        self.fin_timeout = config.fin_timeout
        # the network below
        self.ttl: int | None = None
        self.minimum_ttl = 0
        self.device: int | None = None
        self.tos = 0
        self.mtu_discover = PMTUDISC_WANT
        self.receive_errors = False

    @property
    def dont_fragment(self) -> bool:
        """Whether segments go out with Don't Fragment (Linux: ip_dont_fragment)."""
        return self.mtu_discover in (PMTUDISC_WANT, PMTUDISC_DO)

    @property
    def plain_ttl(self) -> int:
        """Hops that a segment needs to be taken the short way, which asks nothing else of them."""
        return self.minimum_ttl if self.device is None else _NONE_IS_PLAIN

    def hears(self, interface: int | None) -> bool:
        """Whether what came in by an interface is for this socket; None: it is not known."""
        return self.device is None or interface is None or self.device == interface

    def copy(self) -> "TcpOptions":
        """An independent set with the same values: what an accepted connection starts with."""
        twin = TcpOptions.__new__(TcpOptions)
        for name in self.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def __repr__(self) -> str:
        """Only what differs from what a fresh socket has."""
        fresh = TcpOptions(_DEFAULTS)
        values: list[tuple[str, _Value]] = [(name, getattr(self, name)) for name in self.__slots__]
        changed = [f"{name}={value!r}" for name, value in values if value != getattr(fresh, name)]
        return f"TcpOptions({', '.join(changed)})"


_DEFAULTS: Final = TcpConfig()
