"""UDP: datagrams in and out of sockets, over IPv4 and IPv6.

Source: RFC 768; RFC 1122 section 4.1; RFC 8200 section 8.1 and RFC 6935 (checksums over IPv6).
"""

from collections.abc import Callable
from typing import ClassVar, Final

from wirelab.codecs import UDP, DecodeError, UDPLite
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import Event
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.icmp.layer import Icmp
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.ipv4.source_routes import first_stop
from wirelab.sim.host.local_address import EVERYWHERE, WILDCARDS
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.udp.endpoint import Datagram, Endpoint, source_of
from wirelab.sim.host.udp.ports import Ports
from wirelab.sim.host.udp.udp_socket import UdpSocket
from wirelab.sim.reasons import Reason

HEADER_LENGTH: Final = 8
LARGEST_PAYLOAD: Final = 65_507
"""bytes: what 16 bits of IPv4 total length leave after both headers."""

LARGEST_PAYLOAD_IPV6: Final = 65_527
"""bytes: what 16 bits of UDP length leave after the header (IPv6's length excludes its own)."""


def largest_payload(address: bytes) -> int:
    """Bytes that one datagram to there may carry."""
    return LARGEST_PAYLOAD if len(address) == 4 else LARGEST_PAYLOAD_IPV6


class Udp:
    """UDP of one host.

    Args:
        output: the way down.
        icmp: refuses what no socket takes.
        random: chooses ephemeral ports.
        receive_buffer: bytes a socket holds.
        emit: takes events.
        is_local: whether an address is this host's.

    Attributes:
        ports: who holds which.
        receive_buffer: bytes that a socket holds unless it says otherwise.
        output, icmp, emit, is_local: as given.
    """

    protocol: ClassVar[int] = 17  # RFC 768

    def __init__(
        self,
        output: NetworkOutputs,
        icmp: Icmp,
        random: RandomSource,
        receive_buffer: int,
        emit: Callable[[Event], None],
        is_local: Callable[[bytes], bool],
    ) -> None:
        self.output = output
        self.receive_buffer = receive_buffer
        self.ports = Ports(random)
        self.icmp = icmp
        self.emit = emit
        self.is_local = is_local

    # --- calls -------------------------------------------------------------------------------

    def bind(self, port: int, address: bytes | None) -> UdpSocket:
        """See `Host.udp_bind`."""
        address = address or EVERYWHERE
        if address not in WILDCARDS and not self.is_local(address):
            raise HostError(Reason.IP_NOT_MY_ADDRESS, ip_text(address))
        socket = UdpSocket(self, self.receive_buffer, self.emit)
        self.ports.enter(socket, address, port)
        return socket

    def send(
        self,
        endpoint: Endpoint,
        data: bytes,
        address: bytes,
        port: int,
        now: int,
        manner: Manner = USUAL,
        own: bytes = b"",
        checksum: bool = True,
    ) -> None:
        """Send from an endpoint; see `UdpSocket.send_to`.

        Args:
            endpoint: whose port it comes from.
            data: the payload.
            address: where it goes.
            port: there.
            now: ns.
            manner: how.
            own: source address; goes before the bound one. Empty: it does not.
            checksum: off: none is computed, which RFC 1122 section 4.1.3.4 allows, and RFC 6935
                section 5 for tunnels over IPv6.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`.
        """
        stop = first_stop(manner.options) if manner.options and len(address) == 4 else None
        usual = self.output.source_for(stop or address, manner.interface)
        if usual is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(address)}")
        source = source_of(endpoint, own, usual, self.is_local)
        largest = largest_payload(address)
        if len(data) > largest:
            raise HostError(Reason.IP_TOO_BIG_DF, f"{len(data)} bytes, at most {largest}")
        header = self._header(endpoint, port, len(data), checksum)
        refused = self.output.send(header, data, source, address, now, manner)
        if refused is Reason.IP_TOO_BIG_DF:
            mtu = manner.largest or self.output.mtu_for(address, manner.interface)
            raise HostError(refused, f"{len(data)} bytes, path MTU {mtu}")
        if refused is not None:
            raise HostError(refused, f"{len(data)} bytes to {ip_text(address)}")

    def _header(self, endpoint: Endpoint, port: int, length: int, checksum: bool) -> UDP | UDPLite:
        """The header of a datagram with `length` bytes of payload."""
        header = UDP(source_port=endpoint.port, destination_port=port)
        if not checksum:
            header.checksum = 0
        return header

    # --- in ----------------------------------------------------------------------------------

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take a datagram: length, checksum (RFC 1122 section 4.1.3.4), socket, buffer."""
        ip, frame, offset = arrival.ip, arrival.frame, arrival.offset
        try:
            header = UDP.parse(frame, offset, arrival.end, strict=False)
        except DecodeError as error:
            return Drop(Reason.UDP_BAD_LENGTH, str(error))
        if not HEADER_LENGTH <= header.length <= arrival.end - offset:
            detail = f"length {header.length} in {arrival.end - offset} bytes (RFC 768)"
            return Drop(Reason.UDP_BAD_LENGTH, detail)
        end = offset + header.length
        checked = not arrival.trusted and header.checksum  # 0: see `_refusal`
        if checked and not UDP.checksum_ok(frame, offset, end, ip):
            return Drop(Reason.UDP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        datagram = Datagram(frame[offset + HEADER_LENGTH : end], ip.source, header.source_port)
        return self._hand_over(datagram, arrival, header.destination_port, now)

    def _hand_over(self, datagram: Datagram, arrival: Arrival, port: int, now: int) -> Drop | None:
        """Find who it is for."""
        destination = arrival.ip.destination
        if not self.is_local(destination):
            return self._deliver_to_all(datagram, arrival, port, now)
        remote = (datagram.address, datagram.port)
        endpoint = self.ports.find(destination, port, *remote, arrival.interface.index)
        if endpoint is None:
            detail = f"port {port} is closed"
            complaint = Complaint.PORT_UNREACHABLE
            return self.icmp.refuse(arrival, complaint, Reason.UDP_NO_SOCKET, detail, now)
        return self._refusal(endpoint, arrival) or endpoint.deliver(datagram, arrival, now)

    def _deliver_to_all(
        self, datagram: Datagram, arrival: Arrival, port: int, now: int
    ) -> Drop | None:
        """A broadcast or multicast goes to all who hear it (RFC 1122 section 4.1.3.6)."""
        group, interface = arrival.ip.destination, arrival.interface.index
        hearers = self.ports.hearers(group, port, datagram.address, datagram.port, interface)
        if not hearers:
            return Drop(Reason.UDP_NO_SOCKET, f"port {port} is closed")
        refusals = [
            self._refusal(endpoint, arrival) or endpoint.deliver(datagram, arrival, now)
            for endpoint in hearers
        ]
        return None if None in refusals else refusals[0]

    def _refusal(self, endpoint: Endpoint, arrival: Arrival) -> Drop | None:
        """Why this endpoint may not be given the datagram.

        Over IPv6 a checksum is no choice, but for tunnels that said so (RFC 8200 section 8.1,
        RFC 6936 section 4).
        """
        if len(arrival.ip.source) == 4 or endpoint.no_checksum:
            return None
        at = arrival.offset + 6
        if arrival.frame[at] or arrival.frame[at + 1]:
            return None
        return Drop(Reason.UDP_NO_CHECKSUM, f"port {endpoint.port} demands one over IPv6")

    def trouble(self, trouble: Trouble, now: int) -> bool:
        """Tell who sent it what became of a datagram (RFC 1122 section 4.1.3.3)."""
        packet, at = trouble.packet, trouble.offset
        port = int.from_bytes(packet[at : at + 2], "big")
        remote_port = int.from_bytes(packet[at + 2 : at + 4], "big")
        quoted = trouble.quoted
        endpoint = self.ports.find(quoted.source, port, quoted.destination, remote_port, None)
        if endpoint is None:
            return False
        endpoint.in_trouble(trouble, now)
        return True
