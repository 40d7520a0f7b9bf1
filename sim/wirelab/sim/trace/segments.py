"""Reading the TCP segments of a trace in order: relative numbers, and which were sent before.

Rule 1: numbers are relative to the SYN of their direction (the SYN has 0), as Wireshark shows them;
without a SYN, to the first number seen.
Rule 2: a segment that starts at a number already sent, and takes sequence space, is a
retransmission; its count says how often that start was sent before.
Rule 3: only what a host sent counts. Copies made by a switch are not retransmissions, and what a
router passes on is none of its own: each sender of frames is compared with itself.
"""

from typing import NamedTuple

from wirelab.codecs import TCP, DecodeError, IPv4, IPv6, Packet, parse

_MODULUS = 1 << 32
_HALF = 1 << 31

FlowKey = tuple[bytes, int, bytes, int]
Ends = frozenset[tuple[bytes, int]]


def read_frame(data: bytes) -> Packet | None:
    """A frame of the trace, parsed leniently; None when it is shorter than an Ethernet header."""
    try:
        return parse(data, strict=False)
    except DecodeError:
        return None


def network_header(packet: Packet | None) -> IPv4 | IPv6 | None:
    """The header by which a packet finds its way; None for a frame that carries none."""
    if packet is None:
        return None
    four = packet.get(IPv4)
    return packet.get(IPv6) if four is None else four


class Segment(NamedTuple):
    """What a TCP segment is in its conversation.

    Attributes:
        key: source address, source port, destination address, destination port.
        sequence: relative sequence number.
        acknowledgment: relative acknowledgment number, None without ACK.
        length: bytes of payload.
        space: sequence numbers taken: payload, SYN and FIN.
        retransmission: 0 for the first time, then 1, 2, ...
        alone: no other connection was open at the time.
    """

    key: FlowKey
    sequence: int
    acknowledgment: int | None
    length: int
    space: int
    retransmission: int
    alone: bool = True


class _Sent:
    """What one host sent of a direction, its own or somebody else's."""

    __slots__ = ("highest", "starts")

    def __init__(self) -> None:
        self.highest = 0  # relative number after the last one sent
        self.starts: dict[int, int] = {}


class _Flow:
    """One direction of a connection."""

    __slots__ = ("base", "sent")

    def __init__(self, base: int) -> None:
        self.base = base
        self.sent: dict[str, _Sent] = {}

    def sent_by(self, sender: str) -> _Sent:
        sent = self.sent.get(sender)
        if sent is None:
            sent = self.sent[sender] = _Sent()
        return sent


class SegmentReader:
    """Give it each sent frame once, in order."""

    def __init__(self) -> None:
        self._flows: dict[FlowKey, _Flow] = {}
        self._aliases: dict[Ends, Ends] = {}
        """Two ends as seen behind a NAT, and as they were seen before it."""
        self._open: dict[Ends, set[FlowKey]] = {}
        """By its two ends: directions of an open connection that have sent a FIN."""

    def read(
        self, packet: Packet | None, sender: str = "", *, came_as: Segment | None = None
    ) -> Segment | None:
        """What this packet's segment is; None when it is not TCP.

        Args:
            packet: of the frame.
            sender: name of who sent the frame: the segment's own host, or a router.
            came_as: the segment as it was when a router got it. A NAT may have given it other
                addresses, but that makes no further connection.
        """
        if packet is None:
            return None
        ip, tcp = network_header(packet), packet.get(TCP)
        if ip is None or tcp is None:
            return None
        key = (ip.source, tcp.source_port, ip.destination, tcp.destination_port)
        flow = self._flow(key, tcp)
        length = len(packet.payload)
        space = length + tcp.syn + tcp.fin
        sequence = (tcp.sequence_number - flow.base) % _MODULUS
        retransmission = _note_sent(flow.sent_by(sender), sequence, space) if space else 0
        acknowledgment = self._relative_acknowledgment(key, tcp) if tcp.ack else None
        ends = frozenset((key[:2], key[2:]))
        if came_as is not None:
            before = frozenset((came_as.key[:2], came_as.key[2:]))
            self._aliases.setdefault(ends, self._aliases.get(before, before))
        alone = self._note_open(self._aliases.get(ends, ends), key, tcp)
        return Segment(key, sequence, acknowledgment, length, space, retransmission, alone)

    def _note_open(self, ends: Ends, key: FlowKey, tcp: TCP) -> bool:
        """Keep count of open connections; whether this segment's is the only one."""
        if tcp.syn:
            self._open.setdefault(ends, set())
        alone = len(self._open) == (ends in self._open)
        finished = self._open.get(ends)
        if finished is not None:
            if tcp.fin:
                finished.add(key)
            if tcp.rst or len(finished) == 2:
                del self._open[ends]
        return alone

    def _flow(self, key: FlowKey, tcp: TCP) -> _Flow:
        flow = self._flows.get(key)
        if flow is None or (tcp.syn and tcp.sequence_number != flow.base):
            self._flows[key] = flow = _Flow(tcp.sequence_number)
        return flow

    def _relative_acknowledgment(self, key: FlowKey, tcp: TCP) -> int:
        back = (*key[2:], *key[:2])
        flow = self._flows.get(back)
        if flow is None:
            # Nothing of the other side was seen. Its SYN, then, is taken as acknowledged.
            base = (tcp.acknowledgment_number - 1) % _MODULUS
            self._flows[back] = flow = _Flow(base)
        return (tcp.acknowledgment_number - flow.base) % _MODULUS


def _note_sent(sent: _Sent, sequence: int, space: int) -> int:
    """Enter a segment; how often its start was sent before."""
    times = sent.starts.get(sequence, 0)
    before = (sent.highest - sequence) % _MODULUS
    seen_before = 0 < before < _HALF
    sent.starts[sequence] = times + 1
    if not seen_before or before < space:
        sent.highest = (sequence + space) % _MODULUS
    return max(times, 1) if seen_before else 0
