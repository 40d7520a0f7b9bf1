"""Partial checksums: what a kernel leaves in the field for hardware that is not there.

Between two kernels on one machine nothing completes a checksum. The field of TCP or UDP then holds
the sum of the pseudo-header, not complemented (Linux `CHECKSUM_PARTIAL`). AF_PACKET says so beside
the frame; libpcap cannot, so the value itself is the evidence.
"""

import struct

from wirelab.codecs.checksum import word_sum

TCP, UDP = 6, 17
CHECKSUM_OFFSET = {TCP: 16, UDP: 6}
"""Where the checksum stands in the transport header (RFC 9293 section 3.1, RFC 768)."""
PSEUDO_HEADER = struct.Struct("!HHHH")
"""Both addresses, as 16-bit words."""


def holds_pseudo_sum(data: bytes) -> bool:
    """Whether an Ethernet frame carries IPv4 with a partial TCP or UDP checksum."""
    if len(data) < 34 or data[12:14] != b"\x08\x00" or data[14] >> 4 != 4:
        return False
    protocol = data[23]
    place = CHECKSUM_OFFSET.get(protocol)
    header_length = (data[14] & 0x0F) * 4
    if place is None or data[20] & 0x3F or data[21]:  # a fragment's checksum covers more than it
        return False
    offset = 14 + header_length + place
    if offset + 2 > len(data):
        return False
    length = int.from_bytes(data[16:18]) - header_length
    total: int = sum(PSEUDO_HEADER.unpack_from(data, 26)) + protocol + length
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return total == int.from_bytes(data[offset : offset + 2])


def completed(data: bytes) -> bytes:
    """The frame with its TCP or UDP checksum complete, to be sent on over a real wire.

    Whatever is no IPv4 or IPv6 frame of TCP or UDP stays as it is.
    """
    if len(data) < 34:
        return data
    kind = data[12:14]
    if kind == b"\x08\x00" and not (data[20] & 0x3F or data[21]):
        protocol, offset = data[23], 14 + (data[14] & 0x0F) * 4
        end = 14 + int.from_bytes(data[16:18])
        addresses = data[26:34]
    elif kind == b"\x86\xdd" and len(data) >= 54:
        protocol, offset = data[20], 54
        end = offset + int.from_bytes(data[18:20])
        addresses = data[22:54]
    else:
        return data
    place = offset + CHECKSUM_OFFSET.get(protocol, 0)
    if protocol not in CHECKSUM_OFFSET or not place + 2 <= end <= len(data):
        return data
    segment = data[offset:place] + b"\0\0" + data[place + 2 : end]
    total = word_sum(segment) + word_sum(addresses) + protocol + end - offset
    checksum = -total % 0xFFFF or (0xFFFF if protocol == UDP else 0)
    return data[:place] + checksum.to_bytes(2) + data[place + 2 :]
