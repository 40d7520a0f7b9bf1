"""Other addresses and ports in an IPv4 packet, with the checksums that follow from them.

Source: RFC 1624 section 3, equation 3 (incremental update); RFC 768 (UDP checksum 0: none).

Rule: what was wrong stays wrong. A checksum is moved by the difference that the change makes, never
computed anew, so that a packet damaged before it came here is still found damaged at its end.
"""

from typing import Final

from wirelab.codecs.checksum import internet_checksum
from wirelab.sim.boxes.reading import ICMP_HEADER, TCP, UDP, Kind, Reading

_CHECKSUM_AT: Final = 10  # RFC 791 section 3.1
_ADDRESSES: Final = slice(12, 20)  # RFC 791 section 3.1
_TRANSPORT_CHECKSUM_AT: Final = {TCP: 16}  # RFC 9293 section 3.1
_UDP_CHECKSUM_AT: Final = 6  # RFC 768; RFC 3828 section 3.1
_ICMP_CHECKSUM_AT: Final = 2  # RFC 792
_IDENTIFIER_AT: Final = 4  # RFC 792, echo


def rewritten(
    packet: bytes,
    reading: Reading,
    *,
    source: tuple[bytes, int] | None = None,
    destination: tuple[bytes, int] | None = None,
) -> bytes:
    """A packet with other endpoints.

    Args:
        packet: IPv4, whole, or cut as it stands in an ICMP error.
        reading: what was read in it.
        source: the address and the port (or query identifier) to put in; None: as it is.
        destination: the same.
    """
    new_source, source_port = source or (reading.source, reading.source_port)
    new_destination, destination_port = destination or (
        reading.destination,
        reading.destination_port,
    )
    new = bytearray(packet)
    new[_ADDRESSES] = new_source + new_destination
    change = _sum(new[_ADDRESSES]) - _sum(packet[_ADDRESSES])
    _move(new, _CHECKSUM_AT, change)
    at = reading.offset
    if reading.kind is Kind.PORTS:
        new[at : at + 4] = (source_port << 16 | destination_port).to_bytes(4, "big")
        change += _sum(new[at : at + 4]) - _sum(packet[at : at + 4])
        checksum_at = at + _TRANSPORT_CHECKSUM_AT.get(reading.protocol, _UDP_CHECKSUM_AT)
        if reading.protocol != UDP:
            _move(new, checksum_at, change)
        elif new[checksum_at : checksum_at + 2] != b"\0\0":
            _move(new, checksum_at, change)
            if new[checksum_at : checksum_at + 2] == b"\0\0":  # 0 would mean: no checksum
                new[checksum_at : checksum_at + 2] = b"\xff\xff"
    elif reading.kind in (Kind.QUERY, Kind.REPLY):
        identifier = source_port if reading.kind is Kind.QUERY else destination_port
        at += _IDENTIFIER_AT
        new[at : at + 2] = identifier.to_bytes(2, "big")
        _move(
            new,
            reading.offset + _ICMP_CHECKSUM_AT,
            identifier - int.from_bytes(packet[at : at + 2], "big"),
        )
    return bytes(new)


def requoted(packet: bytes, reading: Reading, quote: bytes) -> bytes:
    """An ICMPv4 error about the same packet under other endpoints.

    Its checksum covers the quote, so it is computed anew: verify the old one before.
    """
    at = reading.offset
    message = bytearray(packet[at:])
    message[ICMP_HEADER:] = quote
    message[_ICMP_CHECKSUM_AT : _ICMP_CHECKSUM_AT + 2] = b"\0\0"
    message[_ICMP_CHECKSUM_AT : _ICMP_CHECKSUM_AT + 2] = internet_checksum(message).to_bytes(
        2, "big"
    )
    return packet[:at] + bytes(message)


def _sum(words: bytes | bytearray) -> int:
    """Congruent to the ones' complement sum of 16-bit words (RFC 1071 section 2)."""
    return int.from_bytes(words, "big")


def _move(packet: bytearray, at: int, change: int) -> None:
    """HC' = ~(~HC + ~m + m') (RFC 1624 equation 3), if the checksum is in the packet."""
    if at + 2 > len(packet):
        return
    old = int.from_bytes(packet[at : at + 2], "big")
    complement = ((0xFFFF - old) + change) % 0xFFFF or 0xFFFF  # never +0: some word is not zero
    packet[at : at + 2] = (0xFFFF - complement).to_bytes(2, "big")
