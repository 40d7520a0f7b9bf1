"""A line for each frame of a capture: fast where nearly all frames are, the same everywhere.

TCP and UDP over a sound IPv4 header over Ethernet need no dissection: their headers, and what the
stream makes of the segment, are all that the line says. Other frames are dissected; both ways
share the layers, which count streams and know what was sent before.
"""

import struct
from functools import lru_cache

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.capture.records import (
    LINK_TYPE_ETHERNET,
    CapturedFrame,
    Interface,
    JournalEntry,
)
from wirelab.codecs.dissect.dissector import Dissector
from wirelab.codecs.dissect.layers.tcp import TcpLayer
from wirelab.codecs.dissect.layers.tcp_retransmission import Verdict
from wirelab.codecs.dissect.layers.tcp_streams import ACK, RST, SYN
from wirelab.codecs.dissect.summary import FIELDS, FLAG_NAMES, Summary, summarize
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.packet import parse
from wirelab.codecs.protocols import TCP, UDP, IPv4

URG = 32
ETHERNET, SHORTEST = 14, 34
"""Bytes of an Ethernet header, and of one with IPv4."""
IPV4 = b"\x08\0\x45"
"""Ethernet type, version and header length of an IPv4 header without options."""
STAMPED = b"\1\1\x08\x0a"
"""How the options of nearly every segment begin: two fillers and the timestamps."""
_timestamps = struct.Struct("!4xII").unpack

_address = lru_cache(4096)(ipv4_text)


@lru_cache(4096)
def _flags(flags: int) -> str:
    names = [name for bit, name in enumerate(FLAG_NAMES) if flags >> bit & 1]
    return ", ".join(names) or "none"


class Lines:
    """Describes the frames of one capture, in order.

    Args:
        interfaces: of the capture file (`CaptureReader.interfaces`, which may grow).
        is_pcapng: whether the file has interfaces with names.
    """

    def __init__(self, interfaces: list[Interface] | None = None, is_pcapng: bool = False) -> None:
        self._dissector = Dissector(FIELDS, interfaces, is_pcapng)
        layer = self._dissector.context.layer(TcpLayer)
        assert isinstance(layer, TcpLayer)
        self._follow = layer.follow
        self._applications = self._dissector.context.table("udp_port")

    def summary(self, frame: CapturedFrame | JournalEntry) -> tuple[Summary, DecodeError | None]:
        """The line, and why dissection stopped early."""
        if type(frame) is CapturedFrame:
            usual = self._usual(frame)
            if usual is not None:
                return usual, None
        dissection = self._dissector.dissect(frame)
        values: dict[str, list[object]] = {}
        for name, value in dissection.items:
            values.setdefault(name, []).append(value)
        problem = dissection.problem
        return summarize(values, dissection.protocols, problem, frame), problem

    def _usual(self, frame: CapturedFrame) -> Summary | None:
        """The line of a usual frame; None: it is not one."""
        data = frame.data
        size = len(data)
        if (
            data[12:15] != IPV4
            or frame.link_type != LINK_TYPE_ETHERNET
            or frame.wire_length != size
            or size < SHORTEST
        ):
            return None
        try:
            layers = parse(data).layers
        except DecodeError:
            return None
        ip, transport = layers[1], layers[-1]
        if len(layers) != 3 or type(ip) is not IPv4 or ip.more_fragments or ip.fragment_offset:
            return None
        if type(transport) is TCP:
            information = self._segment(transport, ip, frame.timestamp_ns)
        elif type(transport) is UDP:
            information = self._datagram(transport)
        else:
            return None
        if not information:
            return None
        source, destination = _address(ip.source), _address(ip.destination)
        return Summary(source, destination, transport.LAYER, information)

    def _datagram(self, header: UDP) -> str:
        """What a datagram says; empty: a port has a protocol of its own."""
        source, destination = header.source_port, header.destination_port
        if self._applications[source] or self._applications[destination]:
            return ""
        return f"{source} → {destination} Len={header.length - 8}"

    def _segment(self, header: TCP, ip: IPv4, now_ns: int) -> str:
        """What a segment says; empty: its options are for the dissector."""
        flags = header.flags
        if flags & SYN:
            return ""
        size = header.data_offset * 4
        stamps = ""
        if size > 20:
            options = header.option_bytes
            if len(options) != 12 or not options.startswith(STAMPED):
                return ""
            stamps = " TSval=%d TSecr=%d" % _timestamps(options)  # noqa: UP031 (faster)
        length = ip.total_length - 20 - size
        segment, verdict = self._follow(header, ip.source, ip.destination, length, now_ns)
        segment.stream.last_ns = now_ns
        ack = f" Ack={segment.acknowledgment}" if flags & ACK else ""
        urgent = f" Urg={header.urgent_pointer}" if flags & URG else ""
        repeated = verdict is Verdict.REPEATED and length and not flags & RST
        return (
            f"{header.source_port} → {header.destination_port} [{_flags(flags)}] "
            f"Seq={segment.sequence}{ack} Win={segment.window} Len={length}{urgent}{stamps}"
            f"{' (retransmission)' if repeated else ''}"
        )
