"""Putting together what networks took apart: IP fragments, and the segments of TCP connections.

The cores take numbers and bytes, and answer with bytes or a reason: `IPv4Reassembler`,
`IPv6Reassembler`, `IPDefragmenter`, `TCPStreamReassembler`. All are bounded in memory and time,
raise nothing for what is in a packet, and state who wins where pieces overlap (`overlap.py`).
`packets` and `follow` do the same for capture files.
"""

from wirelab.codecs.reassembly.answers import GivenUp, Reason, Refused, Whole
from wirelab.codecs.reassembly.following import Conversation, follow, packets, tcp_events
from wirelab.codecs.reassembly.fragments import IPv4Reassembler, IPv6Reassembler
from wirelab.codecs.reassembly.ip_packets import IPDefragmenter
from wirelab.codecs.reassembly.overlap import Overlap
from wirelab.codecs.reassembly.tcp_stream import CLIENT, SERVER, Data, Ended, Gap, Stream
from wirelab.codecs.reassembly.tcp_streams import TCPStreamReassembler

__all__ = [
    "CLIENT",
    "SERVER",
    "Conversation",
    "Data",
    "Ended",
    "Gap",
    "GivenUp",
    "IPDefragmenter",
    "IPv4Reassembler",
    "IPv6Reassembler",
    "Overlap",
    "Reason",
    "Refused",
    "Stream",
    "TCPStreamReassembler",
    "Whole",
    "follow",
    "packets",
    "tcp_events",
]
