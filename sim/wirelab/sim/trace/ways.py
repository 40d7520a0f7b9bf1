"""Following packets from hop to hop: in which frame a router sent on what another one brought.

Rule 1: what a host forwarded goes on in that host's next frame with the same content: what neither
a router nor a NAT changes. Addresses, ports, TTL, checksums and a NAT's identifiers do not count.
Rule 2: equal packets leave a router in the order in which they came.
Rule 3: what a router cut into fragments goes on in none: there is no one frame that carries it on.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import TypeAlias

from wirelab.codecs import IPv4, IPv6
from wirelab.sim.trace.records import Fate, FrameRecord
from wirelab.sim.trace.segments import network_header, read_frame

_ICMP, _TCP, _UDP, _ICMPV6, _UDPLITE = 1, 6, 17, 58, 136  # IANA "Protocol Numbers"
_PORTS = 4  # bytes of both ports, RFC 9293 section 3.1 and RFC 768
_CHECKSUM = slice(16, 18)  # of a TCP header
_FIRST_ECHO6 = 128  # RFC 4443 section 2.1: from here on it is no error
_ERRORS4 = frozenset((3, 4, 5, 11, 12))  # RFC 792
_QUERY_HEADER = 6  # bytes of a query up to its identifier, which a NAT changes (RFC 5508)

Essence: TypeAlias = tuple[str, int, int, bytes]


def continuations(records: Iterable[FrameRecord]) -> dict[int, int]:
    """Which frame was carried on by which: ids of the originals, in the order of sending."""
    waiting: dict[Essence, deque[FrameRecord]] = defaultdict(deque)
    routers = set()
    found = {}
    for record in records:
        if record.sender in routers and record.origin == record.id:
            came = _came(waiting, _essence(record, record.sender), record.order)
            if came is not None:
                found[came.origin] = record.id
        if record.fate is Fate.FORWARDED:
            routers.add(record.receiver)
            key = _essence(record, record.receiver)
            if key is not None:
                waiting[key].append(record)
    return found


def _came(
    waiting: dict[Essence, deque[FrameRecord]], key: Essence | None, order: int
) -> FrameRecord | None:
    """The oldest frame of this content that had come before, and has not gone on."""
    frames = None if key is None else waiting.get(key)
    if not frames or frames[0].ended_order > order:
        return None
    return frames.popleft()


def _essence(record: FrameRecord, router: str) -> Essence | None:
    """What stays the same while a packet passes this router; None for no IP packet."""
    packet = read_frame(record.data)
    ip = network_header(packet)
    if packet is None or ip is None:
        return None
    start = 0
    for header in packet.layers:
        start += header.header_length
        if header is ip:
            break
    if isinstance(ip, IPv6):
        protocol, place, end = int(ip.next_header), 0, start + int(ip.payload_length)
    else:
        protocol, place = int(ip.protocol), ip.fragment_offset * 2 + bool(ip.more_fragments)
        end = start + int(ip.total_length) - ip.header_length
    carried = record.data[start:end]
    if place > 1:  # a later fragment has no header that could change
        return router, protocol, place, carried
    return router, protocol, place, _unchanged(ip, protocol, carried)


def _unchanged(ip: IPv4 | IPv6, protocol: int, carried: bytes) -> bytes:
    """The bytes of an upper header and its content that no box changes."""
    if protocol == _TCP:
        return carried[_PORTS : _CHECKSUM.start] + carried[_CHECKSUM.stop :]
    if protocol in (_UDP, _UDPLITE):
        return carried[_PORTS:6] + carried[8:]
    if protocol in (_ICMP, _ICMPV6):
        kind = int.from_bytes(carried[:1])
        is_error = kind < _FIRST_ECHO6 if isinstance(ip, IPv6) else kind in _ERRORS4
        return carried[:2] if is_error else carried[:2] + carried[_QUERY_HEADER:]
    return carried
