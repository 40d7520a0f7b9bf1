"""A raw socket: what the calls of raw(7) do."""

from errno import EADDRNOTAVAIL, EFAULT, EINVAL, EMSGSIZE, ENETUNREACH
from typing import TYPE_CHECKING

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.sockets.addresses import Place, SocketAddress
from wirelab.sim.host.sockets.carriers import Carrier
from wirelab.sim.host.sockets.constants import AF_INET, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_RAW
from wirelab.sim.host.sockets.datagram import DatagramSocket, Target
from wirelab.sim.host.sockets.failures import failure
from wirelab.sim.host.sockets.families import everywhere, local_of
from wirelab.sim.host.sockets.mailboxes import Mailbox
from wirelab.sim.host.sockets.raw_table import IPV4_HEADER, RawMailbox
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets


class RawSocket(DatagramSocket):
    """A raw socket; `Host.socket(AF_INET, SOCK_RAW, protocol)` makes it.

    Attributes:
        has_header: what is sent begins with the IP header (IP_HDRINCL).
    """

    __slots__ = ("has_header",)

    header_length = 0
    heeds_shutdown = False  # Linux never looks

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        self.has_header = protocol == IPPROTO_RAW
        self._layer.ports.enter(self._mailbox, everywhere(self), protocol)

    def _make_mailbox(self, hub: "Sockets") -> Mailbox:
        return RawMailbox(self, hub)

    @property
    def mailbox(self) -> RawMailbox:
        """What the layer below knows of it; for its options."""
        assert isinstance(self._mailbox, RawMailbox)
        return self._mailbox

    @property
    def _layer(self) -> Carrier:
        return self.hub.raw

    def bind(self, address: SocketAddress, *, now: int) -> None:
        """Hear what is sent to one address only, and send from it; the port means nothing."""
        self._check_open("bind")
        host = local_of(self, self._parse(address), "bind")
        if not self.hub.may_bind(host) and not self.hub.is_group(host):
            text = f"bind to {ip_text(host)}: no address of this host"
            raise failure(EADDRNOTAVAIL, text, Reason.IP_NOT_MY_ADDRESS)
        self._mailbox.address = host
        self._mailbox.bound_to_group = not self.hub.may_bind(host)
        self._mailbox.interface = self.device
        self._bound = (host, 0)

    def _release_port(self) -> None:
        """It keeps its protocol until it is closed."""

    def _check_port(self, place: Place) -> None:
        """Hosts are sent to, not ports."""

    def _send(self, data: bytes, target: Target, manner: Manner, own: bytes, now: int) -> None:
        if self.has_header and self.family == AF_INET:
            if len(data) < IPV4_HEADER:
                raise failure(EINVAL, f"send of {len(data)} bytes: an IPv4 header has 20")
            self.hub.raw.send_packet(data, now, target.way)
            return
        if len(target.host) == 4 and self.family != AF_INET:
            raise failure(ENETUNREACH, f"send to {ip_text(target.host)}: {self!r} is IPv6's")
        if len(data) < 2 and self.protocol in (IPPROTO_ICMP, IPPROTO_ICMPV6):
            text = f"send of {len(data)} bytes: an ICMP message has type and code at least"
            raise failure(EFAULT, text)  # Linux: raw_probe_proto_opt
        if len(data) > 0xFFFF - IPV4_HEADER:
            raise failure(EMSGSIZE, f"{len(data)} bytes do not fit an IP packet")
        super()._send(data, target, manner, own, now)
