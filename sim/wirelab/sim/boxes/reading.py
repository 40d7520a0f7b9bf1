"""Who talks with whom in an IP packet: what a box has to know of it, and no more.

Source: RFC 791 section 3.1, RFC 8200 section 4 (extension headers), RFC 792, RFC 4443.

Boxes see every packet, and most of what headers say is no concern of theirs. So this reads the few
bytes at their places, of both families, also of the cut packets that ICMP errors quote.
"""

from enum import Enum
from typing import Final, NamedTuple

ICMPV4: Final = 1  # RFC 792
TCP: Final = 6  # RFC 9293 section 3.1
UDP: Final = 17  # RFC 768
ICMPV6: Final = 58  # RFC 4443 section 1
UDP_LITE: Final = 136  # RFC 3828 section 3.1

WITH_PORTS: Final = frozenset({TCP, UDP, UDP_LITE})
"""Protocols that begin with the source and the destination port."""

_QUERIES: Final = {ICMPV4: frozenset({8, 13, 15, 17}), ICMPV6: frozenset({128})}
_REPLIES: Final = {ICMPV4: frozenset({0, 14, 16, 18}), ICMPV6: frozenset({129})}
_ERRORS: Final = {ICMPV4: frozenset({3, 4, 5, 11, 12}), ICMPV6: frozenset({1, 2, 3, 4})}
_EXTENSIONS: Final = frozenset({0, 43, 60})  # RFC 8200 section 4.1: lengths in units of 8 bytes
_FRAGMENT: Final = 44  # RFC 8200 section 4.5
_AUTHENTICATION: Final = 51  # RFC 4302 section 2: a length in units of 4 bytes
_TCP_FLAGS_AT: Final = 13  # RFC 9293 section 3.1

ICMP_HEADER: Final = 8  # bytes, RFC 792 and RFC 4443; in errors the quoted packet follows


class Kind(Enum):
    """What a packet means to a box."""

    PORTS = "ports"
    """A datagram or segment between two ports."""
    QUERY = "query"
    """An ICMP request; its identifier stands for the source port."""
    REPLY = "reply"
    """An ICMP reply; its identifier stands for the destination port."""
    ERROR = "error"
    """An ICMP error, which is about another packet."""
    OTHER = "other"
    """Whatever has no ports: another protocol, a later fragment, a cut header."""


class Reading(NamedTuple):
    """What was read.

    Attributes:
        kind: see `Kind`.
        protocol: of the transport, behind extension headers.
        source, destination: addresses, 4 or 16 bytes.
        source_port, destination_port: 0 where there is none.
        offset: where the transport header begins.
        code: TCP's flags, or the type of an ICMP message.
    """

    kind: Kind
    protocol: int
    source: bytes
    source_port: int
    destination: bytes
    destination_port: int
    offset: int
    code: int


def read(packet: bytes) -> Reading | None:
    """Read a packet, whole or cut; None: not even its addresses are there."""
    if len(packet) < 20:
        return None
    version = packet[0] >> 4
    if version == 4:
        offset = (packet[0] & 0x0F) * 4
        protocol = packet[9]
        later_fragment = (packet[6] & 0x1F) | packet[7]
        return _read_transport(
            packet, 0 if later_fragment else offset, protocol, packet[12:16], packet[16:20]
        )
    if version != 6 or len(packet) < 40:
        return None
    protocol, offset = _skip_extensions(packet)
    return _read_transport(packet, offset, protocol, packet[8:24], packet[24:40])


def _skip_extensions(packet: bytes) -> tuple[int, int]:
    """The upper protocol and where it begins; 0: it is not in here."""
    protocol, offset, size = packet[6], 40, len(packet)
    while offset + 8 <= size:
        if protocol in _EXTENSIONS:
            protocol, offset = packet[offset], offset + 8 * (packet[offset + 1] + 1)
        elif protocol == _AUTHENTICATION:
            protocol, offset = packet[offset], offset + 4 * (packet[offset + 1] + 2)
        elif protocol == _FRAGMENT:
            later_fragment = packet[offset + 2] or packet[offset + 3] & 0xF8
            protocol, offset = packet[offset], offset + 8
            if later_fragment:
                return protocol, 0
        else:
            return protocol, offset
    return protocol, offset


def _read_transport(
    packet: bytes, offset: int, protocol: int, source: bytes, destination: bytes
) -> Reading:
    left = len(packet) - offset if offset else 0
    if left >= 4 and protocol in WITH_PORTS:
        ports = int.from_bytes(packet[offset : offset + 4], "big")
        flags = packet[offset + _TCP_FLAGS_AT] if protocol == TCP and left > _TCP_FLAGS_AT else 0
        return Reading(
            Kind.PORTS, protocol, source, ports >> 16, destination, ports & 0xFFFF, offset, flags
        )
    if left >= ICMP_HEADER and protocol in _QUERIES:
        type_ = packet[offset]
        if type_ in _ERRORS[protocol]:
            return Reading(Kind.ERROR, protocol, source, 0, destination, 0, offset, type_)
        identifier = int.from_bytes(packet[offset + 4 : offset + 6], "big")
        if type_ in _QUERIES[protocol]:
            return Reading(Kind.QUERY, protocol, source, identifier, destination, 0, offset, type_)
        if type_ in _REPLIES[protocol]:
            return Reading(Kind.REPLY, protocol, source, 0, destination, identifier, offset, type_)
        return Reading(Kind.OTHER, protocol, source, 0, destination, 0, offset, type_)
    return Reading(Kind.OTHER, protocol, source, 0, destination, 0, offset, 0)
