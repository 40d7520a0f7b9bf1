"""Walking the chain of headers between IPv6 and what it carries.

Source: RFC 8200 section 4 (order, options and their two action bits, routing header, no next
header); RFC 5095 (the routing header of type 0 is as good as unknown); RFC 2675 section 3 (a node
that knows no jumbograms treats the option as any unknown one); RFC 4443 section 3.4 (which error,
with a pointer to which byte).

    IPv6 --> hop-by-hop options --> destination options --> routing --> fragment --> upper layer
              only here              each may be missing or come twice, and in any order

Rule 1: nothing here answers or reassembles; a `Fault` says what the answer would be.
Rule 2: the work is linear in the length of the packet, and bounded by `MOST_HEADERS`.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.reasons import Reason

HOP_BY_HOP: Final = 0  # all numbers: RFC 8200 section 4, and IANA's "Protocol Numbers"
ROUTING: Final = 43
FRAGMENT: Final = 44
NO_NEXT_HEADER: Final = 59
DESTINATION_OPTIONS: Final = 60

NEXT_HEADER_AT: Final = 6
"""Where the IPv6 header names what follows it."""
IPV6_HEADER: Final = 40  # bytes, RFC 8200 section 3

_DESTINATION_AT: Final = 24
_GROUP: Final = 0xFF  # the first byte of a multicast address, RFC 4291 section 2.7

MOST_HEADERS: Final = 16
"""Extension headers in one packet; ours (RFC 8504 section 5.3 allows a limit): real packets have
three at most."""

_PAD1: Final = 0  # RFC 8200 section 4.2
_PADN: Final = 1
_TUNNEL_LIMIT: Final = 4  # RFC 2473 section 4.1.1: means something to tunnels only
_ROUTER_ALERT: Final = 5  # RFC 2711
_KNOWN: Final = frozenset({_PAD1, _PADN, _TUNNEL_LIMIT, _ROUTER_ALERT})


class Fault(NamedTuple):
    """Why a packet goes no further.

    Attributes:
        reason: of the drop.
        detail: numbers for a person.
        complaint: what the sender is told, or None: silence.
        pointer: which byte of the packet is at fault, counted from its IPv6 header.
    """

    reason: Reason
    detail: str
    complaint: Complaint | None = None
    pointer: int = 0


class Place(NamedTuple):
    """A header in the chain.

    Attributes:
        kind: its number.
        naming: where the header before it names it; of both, bytes from the IPv6 header.
        at: where it begins.
    """

    kind: int
    naming: int
    at: int


def hop_by_hop_options(packet: bytes, start: int, end: int) -> Fault | None:
    """Look at the options that are for every node on the way (RFC 8200 section 4.3).

    Args:
        packet: the bytes that hold the packet; hop-by-hop options follow its IPv6 header.
        start: where the IPv6 header begins.
        end: where the packet ends.
    """
    begin = start + IPV6_HEADER
    size = _size(packet, begin, end)
    if not size:
        return _cut(HOP_BY_HOP, IPV6_HEADER, end - start)
    return _options(packet, start, begin + 2, begin + size)


def walk(packet: bytes, start: int, end: int, place: Place) -> Place | Fault:
    """Step over extension headers, from `place` up to a fragment header or the upper layer.

    Hop-by-hop options are only stepped over: `hop_by_hop_options` has looked at them before.

    Args:
        packet: the bytes that hold the packet.
        start: where its IPv6 header begins.
        end: where the packet ends.
        place: where to begin.
    """
    kind, naming, at = place
    for _ in range(MOST_HEADERS):
        if kind == HOP_BY_HOP and naming != NEXT_HEADER_AT:
            detail = "hop-by-hop options that do not follow the IPv6 header (RFC 8200 section 4)"
            return Fault(Reason.IP_NO_PROTOCOL, detail, Complaint.PROTOCOL_UNREACHABLE, naming)
        if kind not in (HOP_BY_HOP, DESTINATION_OPTIONS, ROUTING):
            return Place(kind, naming, at)
        begin = start + at
        size = _size(packet, begin, end)
        if not size:
            return _cut(kind, at, end - start)
        fault = None
        if kind == ROUTING:
            fault = _routing(packet, begin, at)
        elif kind == DESTINATION_OPTIONS:
            fault = _options(packet, start, begin + 2, begin + size)
        if fault is not None:
            return fault
        kind, naming, at = packet[begin], at, at + size
    detail = f"more than {MOST_HEADERS} extension headers"
    return Fault(Reason.IP_BAD_HEADER, detail)


def upper_layer(packet: bytes, start: int, end: int) -> Place | None:
    """What a packet carries, for who only looks: quoted packets, filters, sockets.

    Fragments but the first carry a piece of something: their kind is `FRAGMENT`.

    Returns:
        None where the chain is cut.
    """
    if end - start < IPV6_HEADER:
        return None
    naming, at = NEXT_HEADER_AT, IPV6_HEADER
    for _ in range(MOST_HEADERS):
        kind = packet[start + naming]
        if kind not in (HOP_BY_HOP, DESTINATION_OPTIONS, ROUTING, FRAGMENT):
            return Place(kind, naming, at)
        begin = start + at
        if begin + 8 > end:
            return None
        if kind == FRAGMENT:
            if packet[begin + 2] or packet[begin + 3] & 0xF8:
                return Place(kind, naming, at)
            naming, at = at, at + 8
        else:
            naming, at = at, at + 8 + packet[begin + 1] * 8
    return None


def _size(packet: bytes, begin: int, end: int) -> int:
    """Bytes of the extension header at `begin`; 0: it does not end before the packet does."""
    if begin + 8 > end:
        return 0
    size = 8 + packet[begin + 1] * 8
    return size if begin + size <= end else 0


def _cut(kind: int, at: int, length: int) -> Fault:
    detail = f"header {kind} at byte {at} ends behind the packet's {length} bytes"
    return Fault(Reason.IP_BAD_HEADER, detail)


def _options(packet: bytes, start: int, at: int, end: int) -> Fault | None:
    """Look at each option: an unknown one says itself what is to be done (RFC 8200 section 4.2)."""
    while at < end:
        kind = packet[at]
        if kind == _PAD1:
            at += 1
            continue
        if at + 2 > end or at + 2 + packet[at + 1] > end:
            detail = f"option {kind} ends behind its header"
            return Fault(Reason.IP_BAD_HEADER, detail, Complaint.BAD_HEADER, at - start)
        action = kind >> 6
        if kind not in _KNOWN and action:
            detail = f"option {kind:#04x} is unknown (RFC 8200 section 4.2)"
            silent = action == 1 or (action == 3 and packet[start + _DESTINATION_AT] == _GROUP)
            complaint = None if silent else Complaint.UNKNOWN_OPTION
            return Fault(Reason.IP_UNKNOWN_OPTION, detail, complaint, at - start)
        at += 2 + packet[at + 1]
    return None


def _routing(packet: bytes, begin: int, at: int) -> Fault | None:
    """No type of routing header is followed; one that is used up does not matter."""
    segments_left = packet[begin + 3]
    if not segments_left:
        return None
    detail = f"type {packet[begin + 2]} with {segments_left} segments left (RFC 5095 section 3)"
    return Fault(Reason.IP_SOURCE_ROUTE, detail, Complaint.SOURCE_ROUTE_FAILED, at + 2)
