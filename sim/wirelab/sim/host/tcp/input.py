"""What IP hands up to TCP: segments, and ICMP's news of segments that we sent.

Source: RFC 9293 section 3.1 (checksum, header); RFC 1122 section 4.2.3.10 (broadcasts); RFC 792 (8
bytes of what it is about).
"""

from collections.abc import Callable

from wirelab.codecs import TCP, DecodeError
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.reasons import Reason


class TcpInput:
    """See the module.

    Args:
        tcp: of the host.

    Attributes:
        socket_in_trouble: told of news about a connection that TCP believes.
    """

    __slots__ = ("_tcp", "socket_in_trouble")

    def __init__(self, tcp: TcpLayer) -> None:
        self._tcp = tcp
        self.socket_in_trouble: Callable[[Connection, Trouble, int], None] | None = None

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Check a segment and hand it to TCP."""
        ip, frame, offset, end = arrival.ip, arrival.frame, arrival.offset, arrival.end
        if not arrival.unicast:
            return Drop(Reason.TCP_BROADCAST, f"sent to {ip_text(ip.destination)}")
        if not arrival.trusted and not TCP.checksum_ok(frame, offset, end, ip):
            return Drop(Reason.TCP_BAD_CHECKSUM, f"{end - offset} bytes of segment")
        try:
            segment = TCP.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.TCP_BAD_HEADER, str(error))
        payload = frame[offset + segment.header_length : end]
        drop = self._tcp.receive(ip, segment, payload, now, arrival.interface.index)
        if segment.syn and not segment.ack and drop is None:
            headers = frame[: offset + segment.header_length]
            self._tcp.save_syn(ip, segment, headers, arrival.start)
        return drop

    def trouble(self, trouble: Trouble, now: int) -> bool:
        """Hand an ICMP error to TCP, and to the socket; returns whether a connection took it."""
        packet, at = trouble.packet, trouble.offset
        source_port = int.from_bytes(packet[at : at + 2], "big")
        destination_port = int.from_bytes(packet[at + 2 : at + 4], "big")
        sequence = int.from_bytes(packet[at + 4 : at + 8], "big")
        ip = trouble.quoted
        tcb = self._tcp.connections.get((ip.source, source_port, ip.destination, destination_port))
        ports = (source_port, destination_port)
        taken = self._tcp.icmp_error(ip, ports, sequence, trouble.reason, now)
        if taken and tcb is not None and self.socket_in_trouble is not None:
            self.socket_in_trouble(tcb.connection, trouble, now)
        return taken
