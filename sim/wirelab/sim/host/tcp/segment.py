"""A segment that has arrived, in the RFC's terms: SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND."""

from typing import Final

from wirelab.codecs import TCP, TCPFlags
from wirelab.sim.host.tcp.sequence import unwrap

# As plain ints: the operators of an IntFlag cost ten times as much.
FIN: Final = int(TCPFlags.FIN)
SYN: Final = int(TCPFlags.SYN)
RST: Final = int(TCPFlags.RST)
PSH: Final = int(TCPFlags.PSH)
ACK: Final = int(TCPFlags.ACK)


class Segment:
    """One arrived segment.

    Attributes:
        header: as it came.
        flags: control bits.
        seq: SEG.SEQ, unwrapped near RCV.NXT.
        ack: SEG.ACK, unwrapped near SND.UNA.
        wnd: SEG.WND, bytes.
        text: what of the payload is still to be processed; trimmed on the way.
        length: SEG.LEN, bytes of text plus one each for SYN and FIN (RFC 9293 section 3.4).
        fin: the sequence number of the FIN, or None without one.
    """

    __slots__ = ("ack", "fin", "flags", "header", "length", "seq", "text", "wnd")

    def __init__(self, header: TCP, text: bytes, rcv_nxt: int, snd_una: int) -> None:
        flags = header.flags
        self.header = header
        self.flags = flags
        self.seq = unwrap(header.sequence_number, rcv_nxt)
        self.ack = unwrap(header.acknowledgment_number, snd_una)
        self.wnd = header.window
        self.text = text
        self.length = segment_length(flags, text)
        self.fin = self.seq + self.length - 1 if flags & FIN else None


def segment_length(flags: int, text: bytes) -> int:
    """SEG.LEN: the sequence numbers that a segment takes up (RFC 9293 section 3.4)."""
    return len(text) + (flags & SYN != 0) + (flags & FIN != 0)
