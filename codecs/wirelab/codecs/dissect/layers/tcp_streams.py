"""What Wireshark remembers of a TCP conversation: stream number, sequence base, window scale.

The rules are those of Wireshark 4.0's `packet-tcp.c`:
- a SYN with another sequence number than the one its sender began with begins a new stream;
- relative numbers count from the first segment seen: 0 for a SYN, else 1;
- a window is scaled when both SYNs were seen with the option, or when the sender's was.
"""

from wirelab.codecs.dissect.layers.tcp_options import WINDOW_SCALE

FIN, SYN, RST, ACK = 1, 2, 4, 16
MASK = 0xFFFFFFFF

UNKNOWN, NOT_USED = -1, -2
"""`tcp.window_size_scalefactor` when no SYN was seen, and when scaling was not agreed."""
LARGEST_SHIFT = 14
"""RFC 7323 section 2.3."""


class Flow:
    """One direction: `tcp_flow_t` and `tcp_analyze_seq_info`, as far as they are needed."""

    __slots__ = (
        "base",
        "contiguous",
        "duplicates",
        "last_ack",
        "last_ack_ns",
        "next_sequence",
        "next_sequence_ns",
        "scale",
        "window",
    )

    def __init__(self) -> None:
        self.base: int | None = None
        self.next_sequence: int | None = None
        self.contiguous: int | None = None
        """Up to here, nothing is missing."""
        self.last_ack: int | None = None
        self.window: int | None = None
        self.scale = UNKNOWN
        self.next_sequence_ns = self.last_ack_ns = self.duplicates = 0


class Stream:
    """A conversation; `flows` by the sender's endpoint."""

    __slots__ = ("first_ns", "first_round_trip_ns", "flows", "last_ns", "number", "syn_ns")

    def __init__(self, number: int, now_ns: int) -> None:
        self.number = number
        self.first_ns = now_ns
        self.last_ns = now_ns
        self.syn_ns: int | None = None
        self.first_round_trip_ns = 0
        self.flows = (Flow(), Flow())

    def learn_bases(self, flow: Flow, peer: Flow, flags: int, sequence: int, ack: int) -> None:
        """Where relative numbers of both directions begin."""
        if flow.base is None or flags & (SYN | ACK) == SYN | ACK:
            flow.base = sequence if flags & SYN else sequence - 1 & MASK
        if peer.base is None and flags & ACK:
            peer.base = ack - 1 & MASK

    def learn_scale(
        self, flow: Flow, peer: Flow, flags: int, options: list[tuple[int, bytes]]
    ) -> None:
        """What a segment's options and flags say about window scaling."""
        for kind, option in options:
            if kind == WINDOW_SCALE and len(option) == 3:
                flow.scale = min(option[2], LARGEST_SHIFT)
        if not flags & SYN:
            return
        if flow.scale == UNKNOWN:
            flow.scale = peer.scale = NOT_USED
        elif flags & ACK and peer.scale == NOT_USED:
            flow.scale = NOT_USED
