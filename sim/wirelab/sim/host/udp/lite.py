"""UDP-Lite: datagrams whose checksum covers only as much as the sender says.

Source: RFC 3828. It has ports of its own (section 3.1 gives it another protocol number); the rest
is UDP's.
"""

from typing import ClassVar, Final

from wirelab.codecs import UDP, DecodeError, UDPLite
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.udp.endpoint import Datagram, Endpoint
from wirelab.sim.host.udp.layer import HEADER_LENGTH, Udp
from wirelab.sim.reasons import Reason

LARGEST_COVERAGE: Final = 0xFFFF
"""bytes: the field has 16 bits; what is longer is covered whole (RFC 3828 section 3.1)."""


class Coverage:
    """How much of a datagram the checksum of an endpoint covers, header included; 0: all of it.

    Attributes:
        send: bytes of what is sent; more than a datagram has means all of it.
        receive: bytes that must be covered at least of what comes.
    """

    __slots__ = ("receive", "send")

    def __init__(self) -> None:
        self.send = 0
        self.receive = 0


_WHOLE: Final = Coverage()


class UdpLite(Udp):
    """UDP-Lite of one host."""

    protocol: ClassVar[int] = 136  # RFC 3828 section 7

    @classmethod
    def beside(cls, udp: Udp) -> "UdpLite":
        """The UDP-Lite of the host whose UDP this is."""
        parts = (udp.ports.random, udp.receive_buffer, udp.emit, udp.is_local)
        return cls(udp.output, udp.icmp, *parts)

    def _header(self, endpoint: Endpoint, port: int, length: int, checksum: bool) -> UDP | UDPLite:
        """Never without a checksum: section 3.1 demands it."""
        coverage = (endpoint.coverage or _WHOLE).send
        if coverage >= min(HEADER_LENGTH + length, LARGEST_COVERAGE):
            coverage = 0
        return UDPLite(source_port=endpoint.port, destination_port=port, checksum_coverage=coverage)

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take a datagram: coverage, checksum (RFC 3828 section 3.1), socket, buffer."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        length = end - offset
        coverage = int.from_bytes(frame[offset + 4 : offset + 6], "big")
        if length >= HEADER_LENGTH and coverage and not HEADER_LENGTH <= coverage <= length:
            detail = f"coverage {coverage} of {length} bytes (RFC 3828 section 3.1)"
            return Drop(Reason.UDP_BAD_COVERAGE, detail)
        try:
            header = UDPLite.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.UDP_BAD_LENGTH, str(error))
        if not arrival.trusted and not UDPLite.checksum_ok(frame, offset, end, arrival.ip):
            return Drop(Reason.UDP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        data = frame[offset + HEADER_LENGTH : end]
        datagram = Datagram(data, arrival.ip.source, header.source_port)
        return self._hand_over(datagram, arrival, header.destination_port, now)

    def _refusal(self, endpoint: Endpoint, arrival: Arrival) -> Drop | None:
        """RFC 3828 section 3.2: the receiver may demand a minimum; Linux: udp_queue_rcv_skb."""
        wanted = (endpoint.coverage or _WHOLE).receive
        frame, offset = arrival.frame, arrival.offset
        coverage = int.from_bytes(frame[offset + 4 : offset + 6], "big")
        if not wanted or not coverage or coverage >= wanted:
            return None
        detail = f"coverage {coverage}, port {endpoint.port} demands {wanted}"
        return Drop(Reason.UDP_BAD_COVERAGE, detail)
