"""What a UDP socket is and knows: addresses, options, errors, readiness.

Rule: a socket has a port from bind, connect or its first datagram on. `connect` sends nothing: it
names the only peer that is heard, and the one that `send` means.
"""

from errno import EACCES, EADDRNOTAVAIL, ENETUNREACH, ENOTCONN
from typing import TYPE_CHECKING

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.local_address import WILDCARDS
from wirelab.sim.host.sockets import readiness
from wirelab.sim.host.sockets.addresses import AnyAddress, SocketAddress
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.carriers import Carrier
from wirelab.sim.host.sockets.constants import (
    IPPROTO_UDPLITE,
    SIOCINQ,
    SIOCOUTQ,
    SO_BROADCAST,
    SOL_SOCKET,
)
from wirelab.sim.host.sockets.failures import bad_descriptor, failure, invalid, refused
from wirelab.sim.host.sockets.families import (
    everywhere,
    local_of,
    remote_of,
    way_of,
    zone_of,
)
from wirelab.sim.host.sockets.mailboxes import Mailbox
from wirelab.sim.host.sockets.udp_options import UdpOptions
from wirelab.sim.host.udp.lite import Coverage
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.datagram import Target
    from wirelab.sim.host.sockets.hub import Sockets


class DatagramState(Socket):
    """The state of a UDP socket; `DatagramSocket` adds what moves data.

    Attributes:
        options: what setsockopt has set.
        has_joined: it is, or was, in a multicast group.
        source_lists: interfaces and groups of which it has named sources.
        header_length: bytes of transport header, which the error queue leaves out.
        heeds_shutdown: nothing is sent after SHUT_WR.
    """

    __slots__ = (
        "_bound",
        "_corked",
        "_flow",
        "_mailbox",
        "_receive_shut",
        "_send_shut",
        "has_joined",
        "options",
        "source_lists",
    )

    header_length = 8
    heeds_shutdown = True

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        self.options = UdpOptions()
        self.has_joined = False
        self.source_lists: set[tuple[int, bytes]] = set()
        self._mailbox = self._make_mailbox(hub)
        self._mailbox.address = everywhere(self)
        self._bound: tuple[bytes, int] | None = None  # what bind asked for; connect may choose more
        self._flow = 0  # flow label to the peer
        self._corked: tuple[bytearray, Target] | None = None
        self._receive_shut = False
        self._send_shut = False

    def __repr__(self) -> str:
        if self.closed:
            return f"<{type(self).__name__} closed>"
        peer = f" - {self._peer}" if self._mailbox.remote is not None else ""
        return f"<{type(self).__name__} {self.getsockname()}{peer}>"

    def _make_mailbox(self, hub: "Sockets") -> Mailbox:
        return Mailbox(self, hub.emit)

    @property
    def _layer(self) -> Carrier:
        """Who carries the datagrams."""
        return self.hub.udp_lite if self.protocol == IPPROTO_UDPLITE else self.hub.udp

    # --- addresses ---------------------------------------------------------------------------

    def getsockname(self) -> AnyAddress:
        """Where it is bound; 0.0.0.0 (or ::) and 0 on a fresh one."""
        self._check_open("getsockname")
        mailbox = self._mailbox
        zone = zone_of(mailbox.address, self.device)
        return self._address(mailbox.address, mailbox.port, 0, zone)

    def getpeername(self) -> AnyAddress:
        """The peer that connect named; ENOTCONN without one."""
        self._check_open("getpeername")
        peer = self.last_peer()
        if peer is None:
            raise failure(ENOTCONN, f"getpeername of {self!r}")
        return peer

    def last_peer(self) -> AnyAddress | None:
        """The peer that connect named, or None."""
        remote = self._mailbox.remote
        return None if remote is None or not remote[1] else self._peer

    @property
    def _peer(self) -> AnyAddress:
        """The peer, when there is one."""
        assert self._mailbox.remote is not None
        host, port = self._mailbox.remote
        return self._address(host, port, self._flow, zone_of(host, self.device))

    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Take a port of one address, of all, or of a broadcast or multicast address."""
        self._check_open("bind")
        place = self._parse(address)
        host, port = local_of(self, place, "bind"), place.port
        if not self.hub.may_bind(host) and not self.hub.is_group(host):
            text = f"bind to {ip_text(host)}: no address of this host"
            raise failure(EADDRNOTAVAIL, text, Reason.IP_NOT_MY_ADDRESS)
        if self._mailbox.port:
            raise invalid(f"bind of {self!r}: it has an address already")
        self._enter(host, port)
        self._bound = (host, port)

    def _enter(self, host: bytes, port: int) -> None:
        self._mailbox.interface = self.device
        self._mailbox.bound_to_group = not self.hub.may_bind(host)
        try:
            self._layer.ports.enter(self._mailbox, host, port)
        except HostError as error:
            raise refused(error.reason, f"bind to {self._address(host, port)}") from None

    def connect(self, address: SocketAddress | None, *, now: int) -> None:
        """Name the peer; None (AF_UNSPEC) hears everybody again.

        Raises:
            OSError: ENETUNREACH, EACCES (a broadcast without SO_BROADCAST).
        """
        self._check_open("connect")
        if address is None:
            self._disconnect()
            return
        place = self._parse(address)
        host = remote_of(self, place, "connect")
        way = way_of(self, place, "connect")
        source = self._source_for(host, way, "connect")
        if self._mailbox.address in WILDCARDS or self._bound is None or self._bound[0] in WILDCARDS:
            if not self._mailbox.port:
                self._enter(everywhere(self), 0)
            self._mailbox.address = source
        if zone_of(host, way):
            self.device = self._mailbox.interface = way
        self._mailbox.remote = (host, place.port)
        self._flow = place.flow

    def _disconnect(self) -> None:
        """Linux: __udp_disconnect. What bind did not ask for is given back."""
        mailbox = self._mailbox
        mailbox.remote = None
        mailbox.address = everywhere(self) if self._bound is None else self._bound[0]
        if self._bound is None and mailbox.port:
            self._release_port()

    def _release_port(self) -> None:
        self._layer.ports.release(self._mailbox)
        self._mailbox.port = 0

    def _source_for(self, host: bytes, way: int | None, call: str) -> bytes:
        where = f"{call} to {ip_text(host)}"
        source = self.hub.source_for(host, way)
        if not source:
            raise failure(ENETUNREACH, where, Reason.IP_NO_ROUTE)
        if self.hub.is_broadcast(host) and not self.settings.get((SOL_SOCKET, SO_BROADCAST)):
            raise failure(EACCES, f"{where}: a broadcast; set SO_BROADCAST first")
        return source

    def families_changed(self) -> None:
        """IPV6_V6ONLY was set."""
        self._mailbox.address = everywhere(self)

    @property
    def coverage(self) -> Coverage:
        """How much of a datagram its checksum covers (UDP-Lite)."""
        if self._mailbox.coverage is None:
            self._mailbox.coverage = Coverage()
        return self._mailbox.coverage

    # --- options -----------------------------------------------------------------------------

    def set_option(self, name: str, value: object, now: int) -> None:
        """Change an attribute of `options`."""
        setattr(self.options, name, value)
        if name in ("reuse_address", "reuse_port"):
            setattr(self._mailbox, name, value)
        elif name == "receive_errors" and not value:
            self._mailbox.errors.clear()
        elif name == "no_checksum_in":
            self._mailbox.no_checksum = bool(value)

    def bind_to_device(self, interface: int | None, *, now: int) -> None:
        """SO_BINDTODEVICE: hear and use one interface only; None: all of them."""
        self.device = self._mailbox.interface = interface

    @property
    def path_mtu(self) -> int | None:
        """Bytes of IP packet that reach the peer, or None without one."""
        remote = self._mailbox.remote
        return None if remote is None else self._layer.output.mtu_for(remote[0])

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
