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
from wirelab.codecs.reassembly.tcp_streams import (
    CLIENT,
    SERVER,
    Data,
    Ended,
    Endpoint,
    Event,
    Gap,
    Stream,
    TCPStreamReassembler,
)

MOST_CONVERSATION = 64 << 20
"""Ours: bytes kept of one conversation by `follow`; what is more is told, and not kept."""


class Conversation:
    """All that one TCP connection carried.

    Attributes:
        stream: its end points, times, and how it ended.
        chunks: side (`CLIENT`, `SERVER`) and bytes, in the order in which they came.
        gaps: what was sent and is not in the capture; `chunks` go on behind it.
        omitted: bytes that were not kept, because there were more than `most_bytes`.
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
        """Note what came."""
        if isinstance(event, Gap):
            self.gaps.append(event)
        elif self._kept + len(event.data) > most_bytes:
            self.omitted += len(event.data)
        else:
            self._kept += len(event.data)
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
    with open_capture(file) as capture:
        for frame in capture:
            packet = _packet(frame, whole)
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
    try:
        for now, packet in packets(file, defragmenter):
            segment = _segment(packet)
            if segment is not None:
                yield from streams.add(*segment, now)
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
        most_bytes: kept of one connection.

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


def _packet(frame: CapturedFrame, defragmenter: IPDefragmenter) -> Packet | None:
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
        found = defragmenter.add(data[place:], frame.timestamp_ns, frame.number)
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


def _segment(packet: Packet) -> tuple[Endpoint, Endpoint, int, int, int, bytes] | None:
    """What `TCPStreamReassembler.add` takes, without the time; None if there is no segment."""
    network: IPv4 | IPv6 | None = None
    for index, header in enumerate(packet.layers):
        if isinstance(header, (IPv4, IPv6)):
            network = header
        elif isinstance(header, TCP) and network is not None:
            above = b"".join([bytes(layer) for layer in packet.layers[index + 1 :]])
            return (
                (network.source, header.source_port),
                (network.destination, header.destination_port),
                header.sequence_number,
                header.acknowledgment_number,
                int(header.flags),
                above + packet.payload,
            )
    return None
