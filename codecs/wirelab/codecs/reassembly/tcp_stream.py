"""A TCP connection as a value, and what is told of it.

Source: RFC 9293 section 3.1 (flags).
"""

from typing import Literal, NamedTuple, TypeAlias

from wirelab.codecs.reassembly.tcp_half import Half

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
"""RFC 9293 section 3.1."""

RESET_WINDOW = 1 << 20
"""Ours: RST counts this near to the bytes that are expected; who guesses hits once in 2048 times.

A receiver takes the exact number only (RFC 5961 section 3), but the capture may lack bytes.
"""
STREAM_COST = 2000
"""Bytes that Python needs for a stream besides what waits, about."""
CLIENT, SERVER = 0, 1
"""The side that data come from; a client is who sent SYN or was seen first."""

Endpoint: TypeAlias = tuple[bytes, int]
"""Address and port."""
EndReason: TypeAlias = Literal["fin", "rst", "replaced", "idle", "evicted", "end"]


class Segment(NamedTuple):
    """What a segment says."""

    source: Endpoint
    destination: Endpoint
    sequence_number: int
    acknowledgment_number: int
    flags: int
    data: bytes
    length: int
    """Bytes on the wire, if more than `data`."""

    @property
    def begins(self) -> bool:
        """Whether it is the first of a connection."""
        return self.flags & (SYN | ACK | RST) == SYN


class Rival(NamedTuple):
    """A SYN of another connection between a stream's endpoints, not answered yet."""

    number: int
    """Of its stream, as Wireshark counts."""
    syn: Segment

    def is_answered(self, segment: Segment) -> bool:
        """Whether a segment acknowledges the SYN."""
        distance = (segment.acknowledgment_number - self.syn.sequence_number - 1) & 0xFFFFFFFF
        answers = segment.source != self.syn.source and segment.flags & ACK
        return bool(answers) and distance <= RESET_WINDOW


class Stream:
    """A connection.

    Attributes:
        number: from 0, in the order in which they began, as `tcp.stream` of Wireshark counts;
            but RST of a connection that was never seen begins none, and a SYN that is not answered
            between the endpoints of another stream takes a number without a stream.
        client: address and port.
        server: address and port.
        midstream: it had begun before the first segment that was seen.
        began: nanoseconds.
        last: when the newest segment came.
        ended: why it is over, or None.
        halves: what came from the client and from the server: `next` bytes of stream, of which
            `missing` were never seen; `old` bytes came again.
    """

    __slots__ = (
        "began", "client", "cost", "ended", "halves", "initial", "last", "midstream", "number",
        "rival", "server",
    )  # fmt: skip

    def __init__(
        self, number: int, client: Endpoint, server: Endpoint, halves: tuple[Half, Half], now: int
    ) -> None:
        self.number = number
        self.client = client
        self.server = server
        self.midstream = True
        self.began = self.last = now
        self.ended: EndReason | None = None
        self.halves = halves
        self.initial: list[int | None] = [None, None]
        self.rival: Rival | None = None
        self.cost = STREAM_COST

    def __repr__(self) -> str:
        return f"Stream({self.number}, client={self.client}, server={self.server})"


class Data(NamedTuple):
    """Bytes in order.

    Attributes:
        stream: of which connection.
        side: `CLIENT` or `SERVER`, who sent them.
        offset: in the stream, from 0.
        data: the bytes.
    """

    stream: Stream
    side: int
    offset: int
    data: bytes


class Gap(NamedTuple):
    """Bytes that were sent, and are not in the capture.

    Attributes:
        stream: of which connection.
        side: `CLIENT` or `SERVER`, who sent them.
        offset: of the first missing byte.
        size: how many are missing.
    """

    stream: Stream
    side: int
    offset: int
    size: int


class Ended(NamedTuple):
    """A connection is over; nothing of it follows.

    Attributes:
        stream: which.
        reason: `fin`, `rst`, `replaced`, `idle`, `evicted`, or `end` (of the capture).
    """

    stream: Stream
    reason: EndReason


Event: TypeAlias = Data | Gap | Ended
