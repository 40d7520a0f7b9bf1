"""Whole packets, and the TCP connections, of a capture file.

>>> from wirelab.codecs.reassembly import follow
>>> for conversation in follow("capture.pcapng"):  # doctest: +SKIP
...     print(conversation.client_data[:20], conversation.server_data[:20], conversation.gaps)
"""

from collections.abc import Iterator

from wirelab.codecs.capture import CapturedFrame, CaptureError, open_capture
from wirelab.codecs.capture.opening import Input
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.packet import MAXIMUM_LAYERS, Packet, parse
from wirelab.codecs.protocols.ipv4 import IPv4
from wirelab.codecs.protocols.ipv6 import IPv6
from wirelab.codecs.protocols.tcp import TCP
from wirelab.codecs.reassembly.ip_packets import IPDefragmenter, fragment_header
from wirelab.codecs.reassembly.tcp_stream import (
    CLIENT,
    SERVER,
    Data,
    Ended,
    Event,
    Gap,
    Stream,
)
from wirelab.codecs.reassembly.tcp_streams import TCPStreamReassembler

MOST_CONVERSATION = 64 << 20
"""Ours: bytes of memory for one conversation in `follow`; what is more is told, and not kept."""
CHUNK_COST = 120
"""Bytes that Python needs for a chunk or a gap besides the data, about."""


class Conversation:
    """All that one TCP connection carried.

    Attributes:
        stream: its end points, times, and how it ended.
        chunks: side (`CLIENT`, `SERVER`) and bytes, in the order in which they came.
        gaps: what was sent and is not in the capture; `chunks` go on behind it.
        omitted: bytes, of data and of gaps, that were not kept because of `most_bytes`.
    """

    __slots__ = ("_kept", "chunks", "gaps", "omitted", "stream")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.chunks: list[tuple[int, bytes]] = []
        self.gaps: list[Gap] = []
        self.omitted = 0
        self._kept = 0

    @property
    def client_data(self) -> bytes:
        """All that the client sent."""
        return b"".join([data for side, data in self.chunks if side == CLIENT])

    @property
    def server_data(self) -> bytes:
        """All that the server sent."""
        return b"".join([data for side, data in self.chunks if side == SERVER])

    def add(self, event: Data | Gap, most_bytes: int = MOST_CONVERSATION) -> None:
        """Note what came, unless that takes more than `most_bytes` of memory."""
        size = event.size if isinstance(event, Gap) else len(event.data)
        cost = CHUNK_COST + (0 if isinstance(event, Gap) else size)
        if self._kept + cost > most_bytes:
            self.omitted += size
            return
        self._kept += cost
        if isinstance(event, Gap):
            self.gaps.append(event)
        else:
            self.chunks.append((event.side, event.data))


def packets(
    file: Input, defragmenter: IPDefragmenter | None = None
) -> Iterator[tuple[int, Packet]]:
    """Time in nanoseconds and packet of every frame, fragments of IP put together.

    A datagram that came in fragments appears once, with the frame that completed it; fragments
    that are refused, or whose datagram never becomes complete, do not appear. Frames are read
    leniently; those in which nothing can be read are left out.

    Args:
        file: as of `open_capture`.
        defragmenter: with other limits or another overlap policy than usual.

    Raises:
        CaptureError: as of `open_capture`.
    """
    whole = IPDefragmenter() if defragmenter is None else defragmenter
    clock = 0  # frames without a time, or a little late, do not turn it back
    with open_capture(file) as capture:
        for frame in capture:
            clock = max(clock, frame.timestamp_ns)
            packet = _packet(frame, whole, clock)
            if packet is not None:
                yield frame.timestamp_ns, packet


def tcp_events(
    file: Input,
    reassembler: TCPStreamReassembler | None = None,
    defragmenter: IPDefragmenter | None = None,
) -> Iterator[Event]:
    """What the TCP connections of a capture carried, as it becomes known, in bounded memory.

    Args:
        file: as of `open_capture`.
        reassembler: with other limits or another overlap policy than usual.
        defragmenter: the same for fragments.

    Raises:
        CaptureError: as of `open_capture`, after the ends of the streams so far.
    """
    streams = TCPStreamReassembler() if reassembler is None else reassembler
    clock = 0  # as in `packets`
    try:
        for now, packet in packets(file, defragmenter):
            clock = max(clock, now)
            yield from _segment_events(streams, packet, clock)
    except CaptureError:  # a cut file: what is there first, then the error
        yield from streams.finish()
        raise
    yield from streams.finish()


def follow(
    file: Input,
    number: int | None = None,
    *,
    reassembler: TCPStreamReassembler | None = None,
    most_bytes: int = MOST_CONVERSATION,
) -> Iterator[Conversation]:
    """The TCP connections of a capture, each when it is over.

    Args:
        file: as of `open_capture`.
        number: of the only one wanted, as `tcp.stream` counts; None: all.
        reassembler: with other limits or another overlap policy than usual.
        most_bytes: of memory for one connection, overhead included; those that are open at the
            same time each take so much at most.

    Raises:
        CaptureError: as of `open_capture`, after the connections before the damage.
    """
    open_ones: dict[int, Conversation] = {}
    for event in tcp_events(file, reassembler):
        stream = event.stream
        if number is not None and stream.number != number:
            continue
        conversation = open_ones.get(stream.number)
        if conversation is None:
            conversation = open_ones[stream.number] = Conversation(stream)
        if isinstance(event, Ended):
            del open_ones[stream.number]
            yield conversation
            if number is not None:
                return
        else:
            conversation.add(event, most_bytes)


def _packet(frame: CapturedFrame, defragmenter: IPDefragmenter, now: int) -> Packet | None:
    """The frame's packet; of a fragment, the datagram that it completes, or None."""
    data, wire = frame.data, frame.wire_length
    for _ in range(MAXIMUM_LAYERS):  # a tunnel's packets may be fragments, too
        try:
            packet = parse(data, strict=False, wire_length=wire, link_type=frame.link_type)
        except DecodeError:
            return None
        place = _fragment_place(packet, data)
        if place is None:
            return packet
        found = defragmenter.add(data[place:], now, frame.number)
        if not isinstance(found, bytes):
            return None
        data = data[:place] + found
        wire = len(data)
    return None


def _fragment_place(packet: Packet, data: bytes) -> int | None:
    """Where in the frame the outermost IP header of a fragment stands."""
    at = 0
    for header in packet.layers:
        if isinstance(header, IPv4) and (header.more_fragments or header.fragment_offset):
            return at
        if isinstance(header, IPv6) and fragment_header(data[at:]) is not None:
            return at
        at += header.header_length
    return None


def _segment_events(streams: TCPStreamReassembler, packet: Packet, now: int) -> list[Event]:
    """What becomes known by a packet's segment; nothing if it carries none."""
    network: IPv4 | IPv6 | None = None
    at = end = 0  # in the frame: the header, and where the IP packet ends on the wire
    for index, header in enumerate(packet.layers):
        if isinstance(header, IPv4):
            network, end = header, at + header.total_length
        elif isinstance(header, IPv6):
            network, end = header, at + header.header_length + header.payload_length
        at += header.header_length
        if isinstance(header, TCP) and network is not None:
            above = b"".join([bytes(layer) for layer in packet.layers[index + 1 :]])
            return streams.add(
                (network.source, header.source_port),
                (network.destination, header.destination_port),
                header.sequence_number,
                header.acknowledgment_number,
                int(header.flags),
                above + packet.payload,
                now,
                length=min(end, packet.wire_length) - at,
            )
    return []
