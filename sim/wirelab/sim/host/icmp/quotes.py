"""What an ICMP error quotes: whose packet it was, and what that carried.

Source: RFC 792, RFC 4443 section 2.4 (d), RFC 8200 section 4 (extension headers); RFC 4884 section
4 (where the quote ends if extensions follow it).
"""

from typing import Final, NamedTuple

from wirelab.codecs import DecodeError, IPv4, IPv6
from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason

ICMP: Final = 1  # RFC 792
ICMP6: Final = 58  # RFC 8200 section 3
NO_NEXT_HEADER: Final = 59  # RFC 8200 section 4.7

_HOP_BY_HOP: Final = 0  # next header values of RFC 8200 section 4
_ROUTING: Final = 43
_FRAGMENT: Final = 44
_AUTHENTICATION: Final = 51  # RFC 4302
_DESTINATION: Final = 60

_SHORTEST: Final = 8
"""bytes of payload that every error quotes (RFC 792)."""


class Quote(NamedTuple):
    """A quoted packet.

    Attributes:
        ip: its IP header.
        protocol: what it carried, behind extension headers.
        offset: where that begins in the frame.
        end: where the quote ends.
    """

    ip: IPv4 | IPv6
    protocol: int
    offset: int
    end: int


def read_quote(frame: bytes, start: int, end: int, length: int) -> Quote | Drop:
    """Read the IPv4 packet that an error quotes.

    Args:
        frame: bytes that hold the error.
        start: where the quote begins.
        end: where the error ends.
        length: bytes of quote before extensions; 0: it reaches to the end.
    """
    try:
        ip = IPv4.parse(frame, start, end, strict=False)  # it may be cut
    except DecodeError as error:
        return Drop(Reason.ICMP_BAD_PACKET, f"quoted packet: {error}")
    end = _end_of(start, end, length, ip.total_length)
    return _judged(Quote(ip, ip.protocol, start + ip.header_length, end), ip.fragment_offset)


def read_quote6(frame: bytes, start: int, end: int, length: int) -> Quote | Drop:
    """Read the IPv6 packet that an error quotes; see `read_quote`."""
    try:
        ip = IPv6.parse(frame, start, end, strict=False)
    except DecodeError as error:
        return Drop(Reason.ICMP_BAD_PACKET, f"quoted packet: {error}")
    end = _end_of(start, end, length, ip.header_length + ip.payload_length)
    protocol, offset = upper_layer(frame, start, end, ip)
    if protocol == NO_NEXT_HEADER and ip.next_header != NO_NEXT_HEADER:
        return Drop(Reason.ICMP_UNMATCHED_ERROR, "about a packet whose beginning is not quoted")
    return _judged(Quote(ip, protocol, offset, end), 0)


def _end_of(start: int, end: int, length: int, packet_length: int) -> int:
    """Extensions end a quote, and so does the end of the packet, if it is quoted as a whole."""
    end = min(end, start + length) if length else end
    return min(end, max(start + packet_length, start))


def _judged(quote: Quote, fragment_offset: int) -> Quote | Drop:
    if fragment_offset:  # its beginning, which says whose it is, was another fragment
        return Drop(Reason.ICMP_UNMATCHED_ERROR, f"about a fragment at {fragment_offset * 8}")
    there = quote.end - quote.offset
    if there < _SHORTEST:
        detail = f"quotes {max(there, 0)} bytes of payload, at least {_SHORTEST} are due (RFC 792)"
        return Drop(Reason.ICMP_BAD_PACKET, detail)
    return quote


def upper_layer(data: bytes, start: int, end: int, ip: IPv6) -> tuple[int, int]:
    """What an IPv6 packet carries behind its extension headers, and where, as far as it is there.

    A fragment other than the first carries nothing that can be told: `NO_NEXT_HEADER`.
    """
    following, at = ip.next_header, start + ip.header_length
    while following in (_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AUTHENTICATION, _DESTINATION):
        if at + 8 > end:
            return NO_NEXT_HEADER, end
        if following == _FRAGMENT:
            if int.from_bytes(data[at + 2 : at + 4], "big") >> 3:
                return NO_NEXT_HEADER, end
            length = 8
        elif following == _AUTHENTICATION:
            length = 4 * data[at + 1] + 8
        else:
            length = 8 * data[at + 1] + 8
        following = data[at]
        at += length
    return following, at
