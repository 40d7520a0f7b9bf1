"""The reset that answers a segment which belongs to nothing here.

Source: RFC 9293 sections 3.5.2 and 3.10.7.1.
"""

from wirelab.codecs import TCP
from wirelab.sim.host.tcp.segment import ACK, RST, WireHeader, segment_length
from wirelab.sim.host.tcp.sequence import MASK


def reset_for(segment: WireHeader, text: bytes) -> TCP:
    """A reset that the sender of `segment` will believe; never call it for a reset."""
    acknowledges = segment.flags & ACK
    end = segment.sequence_number + segment_length(segment.flags, text)
    return TCP(
        source_port=segment.destination_port,
        destination_port=segment.source_port,
        sequence_number=segment.acknowledgment_number if acknowledges else 0,
        acknowledgment_number=0 if acknowledges else end & MASK,
        flags=RST if acknowledges else RST | ACK,
        window=0,
    )
