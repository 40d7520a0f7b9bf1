"""What a UDP socket is and knows: addresses, options, errors, readiness.

Rule: a socket has a port from bind, connect or its first datagram on. `connect` sends nothing: it
names the only peer that is heard, and the one that `send` means.
"""

from errno import EACCES, EADDRNOTAVAIL, ENETUNREACH, ENOTCONN
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.sockets import readiness
from wirelab.sim.host.sockets.addresses import Address, SocketAddress, address_of, parse
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.constants import SIOCINQ, SIOCOUTQ, SO_BROADCAST, SOL_SOCKET
from wirelab.sim.host.sockets.failures import bad_descriptor, failure, invalid, refused
from wirelab.sim.host.sockets.mailboxes import Mailbox
from wirelab.sim.host.sockets.udp_options import UdpOptions
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets

_EVERYWHERE: Final = (ANY_IPV4, 0)


class DatagramState(Socket):
    """The state of a UDP socket; `DatagramSocket` adds what moves data.

    Attributes:
        options: what setsockopt has set.
    """

    __slots__ = (
        "_bound",
        "_corked",
        "_mailbox",
        "_receive_shut",
        "_send_shut",
        "options",
    )

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        self.options = UdpOptions()
        self._mailbox = Mailbox(self, hub.emit)
        self._bound = _EVERYWHERE  # what bind asked for; connect may choose the rest
        self._corked: tuple[bytearray, bytes, int] | None = None
        self._receive_shut = False
        self._send_shut = False

    def __repr__(self) -> str:
        if self.closed:
            return "<DatagramSocket closed>"
        remote = self._mailbox.remote
        peer = f" - {address_of(*remote)}" if remote is not None else ""
        return f"<DatagramSocket {self.getsockname()}{peer}>"

    # --- addresses ---------------------------------------------------------------------------

    def getsockname(self) -> Address:
        """Where it is bound; 0.0.0.0 and 0 on a fresh one."""
        self._check_open("getsockname")
        return address_of(self._mailbox.address, self._mailbox.port)

    def getpeername(self) -> Address:
        """The peer that connect named; ENOTCONN without one."""
        self._check_open("getpeername")
        peer = self.last_peer()
        if peer is None:
            raise failure(ENOTCONN, f"getpeername of {self!r}")
        return peer

    def last_peer(self) -> Address | None:
        """The peer that connect named, or None."""
        remote = self._mailbox.remote
        return None if remote is None or not remote[1] else address_of(*remote)

    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Take a port of one address, of all, or of a broadcast or multicast address."""
        self._check_open("bind")
        host, port = parse(address)
        if not self.hub.may_bind(host) and not self.hub.is_group(host):
            text = f"bind to {ipv4_text(host)}: no address of this host"
            raise failure(EADDRNOTAVAIL, text, Reason.IP_NOT_MY_ADDRESS)
        if self._mailbox.port:
            raise invalid(f"bind of {self!r}: it has an address already")
        self._enter(host, port)
        self._bound = (host, port)

    def _enter(self, host: bytes, port: int) -> None:
        try:
            self.hub.udp.ports.enter(self._mailbox, host, port)
        except HostError as error:
            raise refused(error.reason, f"bind to {ipv4_text(host)}:{port}") from None

    def connect(self, address: SocketAddress | None, *, now: int) -> None:
        """Name the peer; None (AF_UNSPEC) hears everybody again.

        Raises:
            OSError: ENETUNREACH, EACCES (a broadcast without SO_BROADCAST).
        """
        self._check_open("connect")
        if address is None:
            self._disconnect()
            return
        host, port = parse(address)
        source = self._source_for(host, "connect")
        if self._mailbox.address == ANY_IPV4 or self._bound[0] == ANY_IPV4:
            if not self._mailbox.port:
                self._enter(ANY_IPV4, 0)
            self._mailbox.address = source
        self._mailbox.remote = (host, port)

    def _disconnect(self) -> None:
        """Linux: __udp_disconnect. What bind did not ask for is given back."""
        mailbox = self._mailbox
        mailbox.remote = None
        mailbox.address = self._bound[0]
        if self._bound == _EVERYWHERE and mailbox.port:
            self.hub.udp.ports.release(mailbox)
            mailbox.port = 0

    def _source_for(self, host: bytes, call: str) -> bytes:
        where = f"{call} to {ipv4_text(host)}"
        source = self.hub.udp.output.source_for(host)
        if source is None:
            raise failure(ENETUNREACH, where, Reason.IP_NO_ROUTE)
        if self.hub.is_broadcast(host) and not self.settings.get((SOL_SOCKET, SO_BROADCAST)):
            raise failure(EACCES, f"{where}: a broadcast; set SO_BROADCAST first")
        return source

    # --- options -----------------------------------------------------------------------------

    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`."""
        setattr(self.options, name, value)
        if name in ("reuse_address", "reuse_port"):
            setattr(self._mailbox, name, value)
        elif name == "receive_errors" and not value:
            self._mailbox.errors.clear()

    @property
    def path_mtu(self) -> int | None:
        """Bytes of IP packet that reach the peer, or None without one."""
        remote = self._mailbox.remote
        return None if remote is None else self.hub.udp.output.mtu_for(remote[0])

    @property
    def send_buffer_size(self) -> int:
        """Bytes; kept only, since a datagram leaves at once."""
        return self.options.snd_buff or self.hub.send_buffer_limit

    @property
    def receive_buffer_size(self) -> int:
        """Bytes that are held while nobody reads."""
        return self.options.rcv_buff or self.hub.udp.receive_buffer

    # --- errors ------------------------------------------------------------------------------

    def pending_error(self) -> int:
        """SO_ERROR without telling it."""
        return self._mailbox.error

    def take_error(self) -> int:
        """SO_ERROR: tell it, once."""
        number, self._mailbox.error = self._mailbox.error, 0
        return number

    def _raise_pending(self, call: str) -> None:
        number = self.take_error()
        if number:
            raise failure(number, f"{call} on {self!r}: the network refused an earlier datagram")

    def _check_open(self, call: str) -> None:
        if self.closed:
            raise bad_descriptor(call)

    # --- readiness ---------------------------------------------------------------------------

    def ready(self) -> int:
        """Linux: datagram_poll."""
        mailbox = self._mailbox
        troubled = bool(mailbox.error or mailbox.errors)
        return readiness.of_datagrams(
            len(mailbox) > 0, troubled, self._receive_shut, self._send_shut
        )

    def _count(self, request: int) -> int | None:
        if request == SIOCOUTQ:
            return 0
        if request != SIOCINQ:
            return None
        datagram = self._mailbox.peek()
        return 0 if datagram is None else len(datagram.data)
