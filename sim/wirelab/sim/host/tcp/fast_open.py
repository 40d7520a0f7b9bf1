"""TCP Fast Open: text in the SYN, for peers that have proved that their address is theirs.

Source: RFC 7413. A cookie is 8 bytes: SipHash of client and server address, as Linux makes it.

    client, first time                      server
    SYN, asks for a cookie  ------------->  makes one
      <------------------------  SYN,ACK, cookie         (4.1.2)
    client, from then on
    SYN, cookie, text  ------------------>  the cookie is good: accept may return it
      <-----------  SYN,ACK of the text, and text, before the ACK of the SYN,ACK  (4.2)

Rule 1: text goes in a SYN once. If it is not acknowledged with it, it goes again behind the
handshake at once, and a SYN that goes again asks for nothing (4.2.1).
Rule 2: a connection that was accepted early has SND.UNA = ISS + 1 in SYN-RECEIVED already: its text
may be sent. Only its SYN,ACK goes again until that is acknowledged.
Rule 3: what a spoofed SYN costs is bounded: a listener has a limit of connections accepted early
and not proved yet, and one that the peer resets counts for a minute more (5.1).
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.options import (
    EXPERIMENT,
    FAST_OPEN,
    FAST_OPEN_EXPERIMENT,
    SPACE,
    send_mss,
)
from wirelab.sim.host.tcp.siphash import siphash24

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.config import TcpConfig
    from wirelab.sim.host.tcp.environment import Environment
    from wirelab.sim.host.tcp.segment import Segment
    from wirelab.sim.host.tcp.tcb import Tcb

COOKIE_LENGTHS: Final = range(4, 17, 2)
"""bytes that a cookie may have (section 4.1.1)."""

MAXIMUM_SERVERS: Final = 1024
"""Ours: servers whose cookies a client keeps."""

RESET_LIFETIME: Final = 60 * SECOND
"""Ours, after Linux: how long a connection that its peer reset counts as pending."""

LOSSES_TOLERATED: Final = 2
"""Ours, after Linux: expiries of one SYN with text until text in SYNs is paused."""


def key_of(text: str) -> bytes:
    """A secret as `net.ipv4.tcp_fastopen_key` spells it: four words of eight hexadecimal digits.

    >>> key_of("00010203-04050607-08090a0b-0c0d0e0f").hex()
    '03020100070605040b0a09080f0e0d0c'
    """
    words = text.split("-")
    if len(words) != 4:
        raise ValueError(f"Fast Open key is {text!r}; give four words, as in 0-0-0-1")
    return b"".join(int(word, 16).to_bytes(4, "little") for word in words)


class FastOpen:
    """Of a connection that uses Fast Open, or tries to.

    Attributes:
        cookie: what our SYN or SYN,ACK carries; `b""` asks for one, None: no option.
        experimental: the option is that of RFC 6994.
        room: text that our SYN may carry, bytes.
        sent: text that it did carry, bytes.
        acknowledged: the peer took all text of our SYN, or we have acknowledged some of its SYN's.
        early: accept may return it before the handshake is over (rule 2); accepted: it has.
    """

    __slots__ = ("accepted", "acknowledged", "cookie", "early", "experimental", "room", "sent")

    def __init__(self, cookie: bytes | None, experimental: bool = False, room: int = 0) -> None:
        self.cookie = cookie
        self.experimental = experimental
        self.room = room
        self.sent = 0
        self.acknowledged = False
        self.early = False
        self.accepted = False

    @property
    def option(self) -> bytes:
        """The option, padded to whole words; nothing without a cookie."""
        if self.cookie is None:
            return b""
        if self.experimental:
            content = FAST_OPEN_EXPERIMENT + self.cookie
            data = bytes((EXPERIMENT, 2 + len(content))) + content
        else:
            data = bytes((FAST_OPEN, 2 + len(self.cookie))) + self.cookie
        return data + b"\1" * (-len(data) % 4)


class Server:
    """What a client knows of one server (section 4.1.3).

    Attributes:
        cookie: empty before one came.
        experimental: in which option it came.
        mss: what the server announced, bytes; 0: unknown.
        asked: in which options it did not give a cookie: 0 none, 1 the standard, 2 both.
    """

    __slots__ = ("asked", "cookie", "experimental", "mss")

    def __init__(self) -> None:
        self.cookie = b""
        self.experimental = False
        self.mss = 0
        self.asked = 0


class Cookies:
    """Of one host: the secrets that make cookies, and the cookies that it was given.

    Attributes:
        servers: by address; the least recently used are forgotten.
        paused_until: ns; until then no SYN carries text (section 4.1.3.1).
    """

    __slots__ = ("_keys", "_pauses", "paused_until", "servers")

    def __init__(self, config: "TcpConfig", secret: bytes) -> None:
        self._keys = config.fast_open_keys or (secret,)
        self._pauses = 0
        self.paused_until = 0
        self.servers: dict[bytes, Server] = {}

    # the server's side

    def make(self, client: bytes, server: bytes, key: int = 0) -> bytes:
        """The cookie of a client, by its address and ours."""
        return siphash24(self._keys[key], client + server).to_bytes(8, "little")

    def good_key(self, cookie: bytes, client: bytes, server: bytes) -> int | None:
        """Which key made this cookie; 0 is the one in use, None: none of them."""
        for key in range(len(self._keys)):
            if self.make(client, server, key) == cookie:
                return key
        return None

    # the client's side

    def server(self, address: bytes) -> Server:
        """What is known of a server; it becomes the most recently used."""
        server = self.servers.pop(address, None) or Server()
        while len(self.servers) >= MAXIMUM_SERVERS:
            del self.servers[next(iter(self.servers))]
        self.servers[address] = server
        return server

    def pause(self, duration: int, now: int) -> None:
        """SYNs with text seem to vanish here: send none, each time twice as long."""
        if duration:
            self.paused_until = now + (duration << min(self._pauses, 6))
            self._pauses += 1


def cookies(environment: "Environment") -> Cookies:
    """Those of a host, made when first needed."""
    if environment.cookies is None:
        environment.cookies = Cookies(environment.config, environment.isn_secret)
    return environment.cookies


# The client


def prepare(tcb: "Tcb", now: int) -> None:
    """An active open that may send text in its SYN; called before the SYN goes out."""
    config = tcb.config
    host = cookies(tcb.environment)
    if not config.fast_open_client or now < host.paused_until:
        return
    server = host.server(tcb.remote_address)
    tcb.peer_mss = server.mss or tcb.flow.mtu
    room = max(send_mss(tcb) - SPACE, 0)
    if config.fast_open_client_no_cookie or tcb.options.fast_open_no_cookie:
        tcb.fast_open = FastOpen(None, room=room)
    elif server.cookie:
        tcb.fast_open = FastOpen(server.cookie, server.experimental, room)
    else:
        tcb.fast_open = FastOpen(b"", experimental=server.asked == 1)


def can_send_at_once(environment: "Environment", address: bytes, now: int) -> bool:
    """Whether a SYN to `address` could carry text now; else it has to ask for a cookie first."""
    config = environment.config
    host = cookies(environment)
    if not config.fast_open_client or now < host.paused_until:
        return False
    return config.fast_open_client_no_cookie or bool(host.server(address).cookie)


def answered(tcb: "Tcb", segment: "Segment") -> None:
    """The SYN,ACK came: learn from it (section 4.1.3); SND.UNA has been advanced."""
    state = tcb.fast_open
    if state is None:
        return
    state.acknowledged = 0 < state.sent == tcb.snd_una - tcb.iss - 1
    server = cookies(tcb.environment).server(tcb.remote_address)
    server.mss = tcb.peer_mss
    cookie = usable(segment.options.fast_open)
    if cookie:
        server.cookie = cookie
        server.experimental = segment.options.fast_open_experimental
    elif state.cookie == b"" and not tcb.syn_lost and not server.cookie:
        server.asked = 2 if state.experimental else max(server.asked, 1)


def timed_out(tcb: "Tcb", now: int) -> None:
    """A SYN of Fast Open was not answered in time: it may have been the text, or the option."""
    state = tcb.fast_open
    if state is not None and tcb.retransmissions == LOSSES_TOLERATED:
        cookies(tcb.environment).pause(tcb.config.fast_open_pause, now)


# The server


def usable(cookie: bytes | None) -> bytes | None:
    """The content of a Fast Open option; None without one, or if its length makes no sense."""
    if cookie is None or (cookie and len(cookie) not in COOKIE_LENGTHS):
        return None
    return cookie


def judge(tcb: "Tcb", segment: "Segment") -> bool:
    """Whether a SYN may be accepted early; what the SYN,ACK says is noted in `tcb.fast_open`.

    The listener has Fast Open on, and room.
    """
    offered = usable(segment.options.fast_open)
    if offered is None and not segment.text:
        return False
    experimental = segment.options.fast_open_experimental
    if tcb.config.fast_open_server_no_cookie or tcb.options.fast_open_no_cookie:
        tcb.fast_open = FastOpen(None)
        return True
    if offered is None:
        return False
    host = cookies(tcb.environment)
    client, server = tcb.remote_address, tcb.local_address
    key = host.good_key(offered, client, server) if offered else None
    new = None if key == 0 else host.make(client, server)  # an old key's cookie is replaced
    tcb.fast_open = FastOpen(new, experimental)
    return key is not None


def is_early(tcb: "Tcb") -> bool:
    """Whether the connection was accepted before its handshake was over (rule 2)."""
    return tcb.fast_open is not None and tcb.fast_open.early
