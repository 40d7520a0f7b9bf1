"""Ping sockets: echo requests and their replies without raw sockets (`IPPROTO_ICMP` datagrams).

Source: Linux, net/ipv4/ping.c. The port is the ICMP identifier, which the host fills in and which
no two of its sockets share; what is sent and received begins with the ICMP header.
"""

from collections.abc import Callable
from errno import EINVAL
from typing import TYPE_CHECKING, Final

from wirelab.codecs import ICMPv4, ICMPv6
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.icmp.message_types import ECHO_REQUEST, ECHO_REQUEST6
from wirelab.sim.host.icmp.pings import Pings
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.local_address import covers
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.sockets.addresses import Place
from wirelab.sim.host.sockets.carriers import Carrier
from wirelab.sim.host.sockets.constants import AF_INET, IPV6_V6ONLY, SOL_IPV6
from wirelab.sim.host.sockets.datagram import DatagramSocket
from wirelab.sim.host.sockets.failures import failure
from wirelab.sim.host.sockets.mailboxes import Mailbox
from wirelab.sim.host.udp import Datagram, Endpoint, source_of
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets

ICMP_HEADER: Final = 8  # bytes, RFC 792 and RFC 4443 section 4

_REQUESTS: Final = {4: ECHO_REQUEST, 16: ECHO_REQUEST6}
"""The type of an echo request, by the length of an address."""


class PingMailbox(Mailbox):
    """The identifier of one ping socket, and what came for it."""

    __slots__ = ()

    def echo_reply(self, message: bytes, arrival: Arrival, now: int) -> Drop | None:
        """Take a reply, from its ICMP header on."""
        destination = arrival.ip.destination
        if not covers(self.address, destination):
            detail = f"to {ip_text(destination)}, identifier {self.port} is of another address"
            return Drop(Reason.ICMP_UNMATCHED_REPLY, detail)
        return self.deliver(Datagram(message, arrival.ip.source, 0), arrival, now)

    def echo_in_trouble(self, trouble: Trouble, now: int) -> None:
        """The network says something about a request of this socket."""
        self.in_trouble(trouble, now)


class Identifiers:
    """Who has which identifier, of one family.

    Args:
        pings: knows the takers of both families.
        size: bytes of an address.
        random: chooses free ones.
    """

    __slots__ = ("_pings", "_random", "_size")

    def __init__(self, pings: Pings, size: int, random: RandomSource) -> None:
        self._pings = pings
        self._size = size
        self._random = random

    def enter(self, endpoint: PingMailbox, address: bytes, port: int) -> None:
        """See `PortTable.enter`."""
        takers = self._pings.takers
        if not port:
            start = self._random.getrandbits(16)
            free = (start + step & 0xFFFF for step in range(1 << 16))
            port = next((one for one in free if one and (self._size, one) not in takers), 0)
        if not port or (self._size, port) in takers:
            raise HostError(Reason.UDP_PORT_IN_USE, f"ICMP identifier {port}")
        takers[self._size, port] = endpoint
        endpoint.address, endpoint.port = address, port

    def release(self, endpoint: PingMailbox) -> None:
        """See `PortTable.release`."""
        del self._pings.takers[self._size, endpoint.port]


class PingLayer:
    """What ping sockets of one family send by; it is a `Carrier`."""

    __slots__ = ("_is_local", "_size", "output", "ports")

    def __init__(
        self,
        pings: Pings,
        output: NetworkOutputs,
        size: int,
        random: RandomSource,
        is_local: Callable[[bytes], bool],
    ) -> None:
        self.output = output
        self._is_local = is_local
        self.ports = Identifiers(pings, size, random)
        self._size = size

    def send(
        self,
        endpoint: Endpoint,
        data: bytes,
        address: bytes,
        port: int,
        now: int,
        manner: Manner,
        own: bytes,
        checksum: bool,
    ) -> None:
        """Send an echo request with the endpoint's identifier, and always with a checksum."""
        usual = self.output.source_for(address, manner.interface)
        if usual is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(address)}")
        source = source_of(endpoint, own, usual, self._is_local)
        body = endpoint.port.to_bytes(2, "big") + data[6:]
        header: ICMPv4 | ICMPv6
        if self._size == 4:
            header = ICMPv4(data[0], rest_of_header=int.from_bytes(body[:4], "big"))
            body = body[4:]
        else:
            header = ICMPv6(data[0])
        refused = self.output.send(header, body, source, address, now, manner)
        if refused is not None:
            raise HostError(refused, f"{len(data)} bytes to {ip_text(address)}")


class PingSocket(DatagramSocket):
    """A ping socket; `Host.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)` makes it."""

    __slots__ = ()

    header_length = 0  # the error queue quotes the ICMP header, too

    def __init__(self, hub: "Sockets", family: int, kind: int, protocol: int) -> None:
        super().__init__(hub, family, kind, protocol)
        if family != AF_INET:  # ICMPv6 has nothing to do with IPv4
            self.settings[SOL_IPV6, IPV6_V6ONLY] = 1
            self.families_changed()

    def _make_mailbox(self, hub: "Sockets") -> Mailbox:
        return PingMailbox(self, hub.emit)

    @property
    def _layer(self) -> Carrier:
        return self.hub.ping(4 if self.family == AF_INET else 16)

    def _check_port(self, place: Place) -> None:
        """Hosts are pinged, not ports, and those of the socket's own family."""
        if self.family != AF_INET and len(place.host) == 4:
            raise failure(EINVAL, f"ping of {ip_text(place.host)}: {self!r} is of ICMPv6")

    def _count(self, request: int) -> int | None:
        """Linux has no ioctls for them."""
        return None

    def _check_data(self, data: bytes, host: bytes) -> None:
        """Linux: ping_common_sendmsg takes echo requests only."""
        if len(data) < ICMP_HEADER or data[:2] != bytes((_REQUESTS[len(host)], 0)):
            raise failure(
                EINVAL,
                f"send of {len(data)} bytes on {self!r}: give an ICMP echo request (type "
                f"{_REQUESTS[len(host)]}, code 0), its header of {ICMP_HEADER} bytes first",
            )
