"""A segment that has arrived, in the RFC's terms: SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND."""

from typing import TYPE_CHECKING, Final, Protocol

from wirelab.codecs import TCPFlags
from wirelab.sim.host.tcp.options import ArrivedOptions, read
from wirelab.sim.host.tcp.sequence import unwrap

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

# As plain ints: the operators of an IntFlag cost ten times as much.
FIN: Final = int(TCPFlags.FIN)
SYN: Final = int(TCPFlags.SYN)
RST: Final = int(TCPFlags.RST)
PSH: Final = int(TCPFlags.PSH)
ACK: Final = int(TCPFlags.ACK)
URG: Final = int(TCPFlags.URG)
ECE: Final = int(TCPFlags.ECE)
CWR: Final = int(TCPFlags.CWR)


class WireHeader(Protocol):
    """What a segment needs of its header; `wirelab.codecs.TCP` has it, and so may quicker things.

    All numbers are those on the wire.
    """

    source_port: int
    destination_port: int
    sequence_number: int
    acknowledgment_number: int
    flags: int
    window: int
    urgent_pointer: int

    @property
    def option_bytes(self) -> bytes:
        """What stands behind the first 20 bytes."""


class Segment:
    """One arrived segment, as the connection sees it.

    Attributes:
        header: as it came.
        options: what its options say.
        flags: control bits.
        seq: SEG.SEQ, unwrapped near RCV.NXT.
        ack: SEG.ACK, unwrapped near SND.UNA.
        wnd: SEG.WND, bytes: scaled, except in a SYN (RFC 7323 section 2.2).
        text: what of the payload is still to be processed; trimmed on the way.
        length: SEG.LEN, bytes of text plus one each for SYN and FIN (RFC 9293 section 3.4).
        fin: the sequence number of the FIN, or None without one.
        tsval, tsecr: timestamps, 32 bits; `tsval` is None without them.
        sack: the blocks it reports, in its order, unwrapped: left edge and the number behind.
        ce: a router has marked it (RFC 3168 section 5).
    """

    __slots__ = (
        "ack",
        "ce",
        "fin",
        "flags",
        "header",
        "length",
        "options",
        "sack",
        "seq",
        "text",
        "tsecr",
        "tsval",
        "wnd",
    )

    def __init__(self, header: WireHeader, text: bytes, tcb: "Tcb", ce: bool = False) -> None:
        """A segment that came to `tcb`.

        Args:
            header: its header.
            text: its payload.
            tcb: the connection, near whose numbers those of the segment are.
            ce: its IP header says "congestion experienced".
        """
        flags = header.flags
        self.header = header
        self.flags = flags
        self.seq = unwrap(header.sequence_number, tcb.rcv_nxt)
        self.ack = unwrap(header.acknowledgment_number, tcb.snd_una)
        self.wnd = header.window if flags & SYN else header.window << tcb.snd_wscale
        self.text = text
        self.length = segment_length(flags, text)
        self.fin = self.seq + self.length - 1 if flags & FIN else None
        self.ce = ce
        options: ArrivedOptions = read(header.option_bytes)
        self.options = options
        self.tsval = options.tsval
        self.tsecr = options.tsecr
        self.sack: tuple[tuple[int, int], ...] = options.sack
        if options.sack:
            una = tcb.snd_una
            self.sack = tuple((unwrap(left, una), unwrap(right, una)) for left, right in self.sack)

    @property
    def ece(self) -> bool:
        """ECN echo (RFC 3168 section 6.1)."""
        return self.flags & ECE != 0

    @property
    def cwr(self) -> bool:
        """Congestion window reduced (RFC 3168 section 6.1)."""
        return self.flags & CWR != 0

    @property
    def urgent(self) -> int | None:
        """SEG.UP: the sequence number behind the urgent data that it tells of, or None.

        "Behind" as BSD and everybody since has read the field (RFC 6093 section 2.1).
        """
        return self.seq + self.header.urgent_pointer if self.flags & URG else None


def segment_length(flags: int, text: bytes) -> int:
    """SEG.LEN: the sequence numbers that a segment takes up (RFC 9293 section 3.4)."""
    return len(text) + (flags & SYN != 0) + (flags & FIN != 0)
