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

from wirelab.sim.reasons import Reason

HOP_BY_HOP: Final = 0  # all numbers: RFC 8200 section 4, and IANA's "Protocol Numbers"
ROUTING: Final = 43
FRAGMENT: Final = 44
NO_NEXT_HEADER: Final = 59
DESTINATION_OPTIONS: Final = 60

NEXT_HEADER_AT: Final = 6
"""Where the IPv6 header names what follows it."""
IPV6_HEADER: Final = 40  # bytes, RFC 8200 section 3

MOST_HEADERS: Final = 16
"""Extension headers in one packet; ours (RFC 8504 section 5.3 allows a limit): real packets have
three at most."""

ERRONEOUS_FIELD: Final = 0  # codes of ICMPv6 parameter problem, RFC 4443 section 3.4
UNRECOGNIZED_NEXT_HEADER: Final = 1
UNRECOGNIZED_OPTION: Final = 2

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
        code: of the ICMPv6 parameter problem that is due, or None: silence.
        pointer: which byte of the packet is at fault, counted from its IPv6 header.
        even_to_group: the error is due for a multicast, too (RFC 4443 section 2.4 (e.3)).
    """

    reason: Reason
    detail: str
    code: int | None = None
    pointer: int = 0
    even_to_group: bool = False


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


def walk(packet: bytes, start: int, end: int, place: Place) -> Place | Fault:
    """Step over extension headers, from `place` up to a fragment header or the upper layer.

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
            return Fault(Reason.IP_NO_PROTOCOL, detail, UNRECOGNIZED_NEXT_HEADER, naming)
        if kind not in (HOP_BY_HOP, DESTINATION_OPTIONS, ROUTING):
            return Place(kind, naming, at)
        begin = start + at
        size = 8 + packet[begin + 1] * 8 if begin + 8 <= end else 0
        if not size or begin + size > end:
            detail = f"header {kind} at byte {at} ends behind the packet's {end - start} bytes"
            return Fault(Reason.IP_BAD_HEADER, detail)
        fault = (
            _routing(packet, begin, at)
            if kind == ROUTING
            else _options(packet, start, begin + 2, begin + size)
        )
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


def _options(packet: bytes, start: int, at: int, end: int) -> Fault | None:
    """Look at each option: an unknown one says itself what is to be done (RFC 8200 section 4.2)."""
    while at < end:
        kind = packet[at]
        if kind == _PAD1:
            at += 1
            continue
        if at + 2 > end or at + 2 + packet[at + 1] > end:
            detail = f"option {kind} ends behind its header"
            return Fault(Reason.IP_BAD_HEADER, detail, ERRONEOUS_FIELD, at - start)
        action = kind >> 6
        if kind not in _KNOWN and action:
            detail = f"option {kind:#04x} is unknown (RFC 8200 section 4.2)"
            code = None if action == 1 else UNRECOGNIZED_OPTION
            return Fault(Reason.IP_UNKNOWN_OPTION, detail, code, at - start, action == 2)
        at += 2 + packet[at + 1]
    return None


def _routing(packet: bytes, begin: int, at: int) -> Fault | None:
    """No type of routing header is followed; one that is used up does not matter."""
    segments_left = packet[begin + 3]
    if not segments_left:
        return None
    detail = f"type {packet[begin + 2]} with {segments_left} segments left (RFC 5095 section 3)"
    return Fault(Reason.IP_SOURCE_ROUTE, detail, ERRONEOUS_FIELD, at + 2)
