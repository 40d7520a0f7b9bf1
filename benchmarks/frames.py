# ruff: noqa: F841, RUF059 (that all fields land in local variables is the point)
"""The frames that decoding and encoding are measured with, and the hand-written floor F0.

F0 is what a careful person writes for one purpose: three `unpack_from` into locals, bits shifted,
TCP options decoded, and no objects. Nothing general can be asked to be faster than it.
"""

import struct

from wirelab.codecs import (
    TCP,
    Ethernet,
    IPv4,
    MaximumSegmentSize,
    NoOperation,
    SACKPermitted,
    TCPFlags,
    Timestamps,
    WindowScale,
    parse,
)

PAYLOAD = bytes(range(256)) * 2
LINK = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
NETWORK = IPv4(source="10.0.0.1", destination="10.0.0.2", identification=1, dont_fragment=True)

DATA = bytes(
    LINK
    / NETWORK
    / TCP(
        80,
        50000,
        sequence_number=1,
        acknowledgment_number=2,
        flags=TCPFlags.PSH | TCPFlags.ACK,
        window=501,
        options=[NoOperation(), NoOperation(), Timestamps(5, 6)],
    )
    / PAYLOAD
)
"""The usual frame: a data segment with timestamps."""

SYN = bytes(
    LINK
    / NETWORK
    / TCP(
        50000,
        80,
        sequence_number=1,
        flags=TCPFlags.SYN,
        window=64240,
        options=[
            MaximumSegmentSize(1460),
            SACKPermitted(),
            Timestamps(5, 0),
            NoOperation(),
            WindowScale(7),
        ],
    )
)

PLAIN = bytes(LINK / NETWORK / TCP(80, 50000, flags=TCPFlags.ACK) / PAYLOAD)
"""A segment without options."""

_ethernet = struct.Struct("!6s6sH").unpack_from
_ipv4 = struct.Struct("!BBHHHBBH4s4s").unpack_from
_tcp = struct.Struct("!HHIIHHHH").unpack_from
_one = struct.Struct("!H").unpack_from
_two = struct.Struct("!II").unpack_from


def floor(frame: bytes) -> object:
    """F0: the 28 fields of Ethernet, IPv4 and TCP in local variables, options in a list."""
    destination, source, ethertype = _ethernet(frame, 0)
    word, tos, total, identity, fragment, ttl, protocol, checksum, a, b = _ipv4(frame, 14)
    version = word >> 4
    ihl = word & 15
    dscp = tos >> 2
    ecn = tos & 3
    dont_fragment = fragment >> 14 & 1
    more_fragments = fragment >> 13 & 1
    fragment_offset = fragment & 0x1FFF
    at = 14 + ihl * 4
    ipv4_options = frame[34:at]
    sport, dport, sequence, acknowledgment, word, window, summed, urgent = _tcp(frame, at)
    data_offset = word >> 12
    flags = word & 0x1FF
    options: list[object] = []
    offset, end = at + 20, at + data_offset * 4
    while offset < end:
        kind = frame[offset]
        if kind == 1:
            options.append((1, None))
            offset += 1
            continue
        if kind == 0:
            break
        size = frame[offset + 1]
        if kind == 8:
            options.append((8, _two(frame, offset + 2)))
        elif kind == 2:
            options.append((2, _one(frame, offset + 2)[0]))
        elif kind == 3:
            options.append((3, frame[offset + 2]))
        else:
            options.append((kind, frame[offset + 2 : offset + size]))
        offset += size
    return end


def parse_and_read_integers(frame: bytes) -> object:
    """wirelab, and all integers of the three headers that are whole numbers, in locals."""
    ethernet: Ethernet
    ipv4: IPv4
    tcp: TCP
    ethernet, ipv4, tcp = parse(frame).layers  # type: ignore[assignment]
    ethertype = ethernet.type
    total = ipv4.total_length
    identity = ipv4.identification
    ttl = ipv4.ttl
    protocol = ipv4.protocol
    checksum = ipv4.checksum
    sport = tcp.source_port
    dport = tcp.destination_port
    sequence = tcp.sequence_number
    acknowledgment = tcp.acknowledgment_number
    window = tcp.window
    summed = tcp.checksum
    return tcp.urgent_pointer


def parse_and_touch(frame: bytes) -> object:
    """wirelab, and the same 28 fields in local variables."""
    ethernet: Ethernet
    ipv4: IPv4
    tcp: TCP
    ethernet, ipv4, tcp = parse(frame).layers  # type: ignore[assignment]
    destination, source, ethertype = ethernet.destination, ethernet.source, ethernet.type
    version = ipv4.version
    ihl = ipv4.ihl
    dscp = ipv4.dscp
    ecn = ipv4.ecn
    total = ipv4.total_length
    identity = ipv4.identification
    dont_fragment = ipv4.dont_fragment
    more_fragments = ipv4.more_fragments
    fragment_offset = ipv4.fragment_offset
    ttl = ipv4.ttl
    protocol = ipv4.protocol
    checksum = ipv4.checksum
    a = ipv4.source
    b = ipv4.destination
    ipv4_options = ipv4.options
    sport = tcp.source_port
    dport = tcp.destination_port
    sequence = tcp.sequence_number
    acknowledgment = tcp.acknowledgment_number
    data_offset = tcp.data_offset
    flags = tcp.flags
    window = tcp.window
    summed = tcp.checksum
    urgent = tcp.urgent_pointer
    return tcp.options
