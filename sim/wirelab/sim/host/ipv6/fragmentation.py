"""Cutting an IPv6 packet of our own that is larger than the path.

Source: RFC 8200 section 4.5. Routers never do this; the sender alone does.
"""

from collections.abc import Iterator
from typing import Final

from wirelab.codecs import IPv6Fragment
from wirelab.sim.host.ipv6.extension_headers import (
    DESTINATION_OPTIONS,
    HOP_BY_HOP,
    IPV6_HEADER,
    MOST_HEADERS,
    NEXT_HEADER_AT,
    ROUTING,
)

FRAGMENT: Final = 44  # RFC 8200 section 4.5
UNIT: Final = 8  # bytes that an offset of 1 means
_FRAGMENT_HEADER: Final = 8  # bytes


def fragments(packet: bytes, mtu: int, identification: int) -> Iterator[bytes]:
    """Cut a packet into packets of at most `mtu` bytes, the first fragment first.

    Args:
        packet: an IPv6 packet, from its header to its end, without a fragment header.
        mtu: bytes, at least 1280 (RFC 8200 section 5), and so many that the packet `can_be_cut`.
        identification: 32 bits, which no other packet on the way between these hosts has.

    >>> from wirelab.codecs import IPv6
    >>> whole = IPv6(next_header=17).build(bytes(2000))
    >>> [len(one) for one in fragments(whole, 1280, 7)]
    [1280, 816]
    """
    naming, at = per_fragment_part(packet)
    kind = packet[naming]
    headers = bytearray(packet[:at])
    headers[naming] = FRAGMENT
    step = (mtu - at - _FRAGMENT_HEADER) // UNIT * UNIT
    for start in range(at, len(packet), step):
        data = packet[start : start + step]
        header = IPv6Fragment(
            next_header=kind,
            fragment_offset=(start - at) // UNIT,
            more_fragments=start + step < len(packet),
            identification=identification,
        )
        headers[4:6] = (at - IPV6_HEADER + _FRAGMENT_HEADER + len(data)).to_bytes(2, "big")
        yield bytes(headers) + header.build(data)


def can_be_cut(packet: bytes, mtu: int) -> bool:
    """Whether the headers that every fragment repeats leave room for data in each."""
    _, at = per_fragment_part(packet)
    return at + _FRAGMENT_HEADER + UNIT <= mtu


def per_fragment_part(packet: bytes) -> tuple[int, int]:
    """The headers that every fragment repeats: those that routers on the way have to look at.

    Returns:
        Where the last of them names what follows, and where that begins.
    """
    naming, at = NEXT_HEADER_AT, IPV6_HEADER
    kept = naming, at
    for _ in range(MOST_HEADERS):
        kind = packet[naming]
        if kind not in (HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS) or at + 8 > len(packet):
            break
        naming, at = at, at + 8 + packet[at + 1] * 8
        if kind != DESTINATION_OPTIONS and at <= len(packet):
            kept = naming, at
    return kept
