"""What raw sockets hear and send by: IP itself; see raw(7).

Rule 1: a raw socket gets a copy of each packet of its protocol, before the protocol itself does.
TCP segments that the fast path takes are not shown: a raw socket of TCP sees the others only.
Rule 2: over IPv4 the IP header comes with it, over IPv6 it does not (RFC 3542 section 3).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wirelab.codecs import DecodeError, IPv4, IPv6
from wirelab.codecs.addresses import ANY_IPV4, ip_text
from wirelab.codecs.checksum import internet_checksum, verify
from wirelab.codecs.field import AUTO
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.icmp.trouble import Trouble, TroubleHandler
from wirelab.sim.host.local_address import covers
from wirelab.sim.host.manner import Manner, Upper
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IPPROTO_ICMPV6,
    IPPROTO_RAW,
)
from wirelab.sim.host.sockets.mailboxes import Mailbox
from wirelab.sim.host.udp import Datagram, Endpoint, source_of
from wirelab.sim.host.upper_protocols import UpperProtocols
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.hub import Sockets
    from wirelab.sim.host.sockets.raw import RawSocket

IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1

NOT_COMPUTED: Final = -1
"""IPV6_CHECKSUM: the bytes go as they are."""


class RawMailbox(Mailbox):
    """One raw socket as the layer below sees it.

    Attributes:
        family_size: bytes of the addresses of its family.
        blocked: bit by bit, ICMP types that it does not want (ICMP_FILTER, ICMPV6_FILTER).
        checksum_at: where the checksum stands that is computed and verified for it, over IPv6;
            `NOT_COMPUTED`: nowhere.
    """

    __slots__ = ("blocked", "checksum_at", "family_size")

    def __init__(self, socket: "RawSocket", hub: "Sockets") -> None:
        super().__init__(socket, hub.emit)
        self.family_size = 4 if socket.family == AF_INET else 16
        self.blocked = 0
        self.checksum_at = 2 if socket.protocol == IPPROTO_ICMPV6 else NOT_COMPUTED

    def wants(self, arrival: Arrival) -> bool:
        """Whether a packet of its protocol is for it."""
        ip, interface = arrival.ip, arrival.interface.index
        if len(ip.source) != self.family_size or not covers(self.address, ip.destination):
            return False
        if self.interface not in (None, interface):
            return False
        if self.remote is not None and self.remote[0] != ip.source:
            return False
        if not self.hears_group(ip.destination, ip.source, interface):
            return False
        if not self.blocked or arrival.offset >= arrival.end:
            return True
        return not self.blocked >> arrival.frame[arrival.offset] & 1

    def show(self, arrival: Arrival, now: int) -> bool:
        """Take a copy of a packet; whether there was room for it, and its checksum right."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        start = arrival.start if self.family_size == 4 else offset
        if self.checksum_at != NOT_COMPUTED:
            summed = pseudo_header(arrival.ip, self.port, end - offset) + frame[offset:end]
            if end - offset < self.checksum_at + 2 or not verify(summed):
                return False
        datagram = Datagram(frame[start:end], arrival.ip.source, 0)
        return self.deliver(datagram, arrival, now) is None


class RawTable:
    """All raw sockets of one host, by protocol; it is a `PortTable`.

    Args:
        uppers: shows packets to us first.
        troubles: tells us of errors about any packet of ours.
    """

    __slots__ = ("_mailboxes", "_troubles", "_uppers")

    def __init__(self, uppers: UpperProtocols, troubles: list[TroubleHandler]) -> None:
        self._mailboxes: dict[int, list[RawMailbox]] = {}
        self._uppers = uppers
        self._troubles = troubles

    def enter(self, endpoint: RawMailbox, address: bytes, port: int) -> None:
        """A socket hears its protocol from now on; there may be several of one."""
        endpoint.address, endpoint.port = address, port
        if port == IPPROTO_RAW:
            return  # raw(7): it sends only
        if not self._mailboxes:
            self._troubles.append(self.in_trouble)
        if port not in self._mailboxes:
            self._mailboxes[port] = []
            self._uppers.look_first(port, lambda arrival, now: self._look(port, arrival, now))
        self._mailboxes[port].append(endpoint)

    def release(self, endpoint: RawMailbox) -> None:
        """A socket is closed."""
        if endpoint.port != IPPROTO_RAW:
            self._mailboxes[endpoint.port].remove(endpoint)

    def _look(self, protocol: int, arrival: Arrival, now: int) -> bool:
        """Give everybody a copy; whether anybody took it."""
        takers = [one for one in self._mailboxes[protocol] if one.wants(arrival)]
        return any([one.show(arrival, now) for one in takers])

    def in_trouble(self, trouble: Trouble, now: int) -> bool:
        """Linux: raw_icmp_error. All sockets that may have sent the packet hear of it."""
        quoted = trouble.quoted
        senders = [
            one
            for one in self._mailboxes.get(trouble.protocol, ())
            if one.family_size == len(quoted.source)
            and covers(one.address, quoted.source)
            and (one.remote is None or one.remote[0] == quoted.destination)
        ]
        for one in senders:
            one.in_trouble(trouble, now)
        return bool(senders)


class RawLayer:
    """What raw sockets send by: IP itself. It is a `Carrier`."""

    __slots__ = ("_is_local", "output", "ports")

    def __init__(
        self, output: NetworkOutputs, ports: RawTable, is_local: Callable[[bytes], bool]
    ) -> None:
        self.output = output
        self._is_local = is_local
        self.ports = ports

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
        """Send what is above IP."""
        usual = self.output.source_for(address, manner.interface)
        if usual is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(address)}")
        source = source_of(endpoint, own, usual, self._is_local)
        at = endpoint.checksum_at if isinstance(endpoint, RawMailbox) else NOT_COMPUTED
        if at != NOT_COMPUTED:
            if len(data) < at + 2:
                raise HostError(Reason.IP_BAD_HEADER, f"{len(data)} bytes, checksum at {at}")
            data = data[:at] + b"\0\0" + data[at + 2 :]
            ip = IPv6(source=source, destination=address)
            value = internet_checksum(pseudo_header(ip, endpoint.port, len(data)) + data)
            data = data[:at] + value.to_bytes(2, "big") + data[at + 2 :]
        refused = self.output.send(Upper(endpoint.port), data, source, address, now, manner)
        if refused is not None:
            raise HostError(refused, f"{len(data)} bytes to {ip_text(address)}")

    def send_packet(self, packet: bytes, now: int, interface: int | None) -> None:
        """Send a packet that has its IPv4 header (IP_HDRINCL).

        Total length and checksum are filled in, identification and source where they are 0
        (raw(7)). Nothing of it is fragmented.
        """
        try:
            ip = IPv4.parse(packet, 0, strict=False)
        except DecodeError as error:
            raise HostError(Reason.IP_BAD_HEADER, str(error)) from None
        output = self.output.ipv4
        path = output.path(ip.destination, interface)
        if path is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(ip.destination)}")
        if len(packet) > path.hop.interface.mtu:
            detail = f"{len(packet)} bytes on a link of {path.hop.interface.mtu}"
            raise HostError(Reason.IP_TOO_BIG_DF, detail)
        if not ip.identification:
            output.identification = (output.identification + 1) & 0xFFFF
        whole = ip.replace(
            total_length=AUTO,
            checksum=AUTO,
            identification=ip.identification or output.identification,
            source=path.source if ip.source == ANY_IPV4 else ip.source,
        )
        output.forward(path.hop, whole.build(packet[ip.header_length :]), len(packet), now)


def pseudo_header(ip: IPv4 | IPv6, protocol: int, length: int) -> bytes:
    """What checksums over IPv6 begin with (RFC 8200 section 8.1)."""
    return ip.source + ip.destination + length.to_bytes(4, "big") + protocol.to_bytes(4, "big")
