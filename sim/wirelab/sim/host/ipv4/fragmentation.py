"""Cutting an IPv4 packet that is larger than the link.

Source: RFC 791 section 3.2 "An Example Fragmentation Procedure" and section 3.1 (which options are
copied); RFC 1122 section 3.3.3.

Rule 1: a fragment may be cut again; its offset and its "more fragments" are carried on.
Rule 2: nobody here asks about Don't Fragment: that is for who calls (`output`, `forwarding`).
"""

from collections.abc import Iterator
from typing import Final

from wirelab.codecs.checksum import internet_checksum

MORE_FRAGMENTS: Final = 0x2000  # in the word of flags and offset, RFC 791 section 3.1
OFFSET: Final = 0x1FFF

UNIT: Final = 8  # bytes that an offset of 1 means, RFC 791 section 3.1

COPIED: Final = 0x80
"""Bit of an option's type: it goes into every fragment (RFC 791 section 3.1)."""
END_OF_OPTIONS: Final = 0
NO_OPERATION: Final = 1


def header_length(packet: bytes) -> int:
    """Bytes of an IPv4 packet's header, options included."""
    return (packet[0] & 15) * 4


def fragments(packet: bytes, mtu: int) -> Iterator[bytes]:
    """Cut a packet into packets of at most `mtu` bytes, the first fragment first.

    Args:
        packet: an IPv4 packet from its header to its end, larger than `mtu` or not.
        mtu: bytes, at least 68 (RFC 791 section 3.2), so that every header leaves room for data.

    >>> whole = bytes.fromhex("4500002a 00070000 40110000 0a000001 0a000002") + bytes(22)
    >>> [len(one) for one in fragments(whole, 30)]
    [28, 28, 26]
    """
    start = header_length(packet)
    word = int.from_bytes(packet[6:8], "big")
    flags, first_offset = word & ~(OFFSET | MORE_FRAGMENTS), word & OFFSET
    last_flag = word & MORE_FRAGMENTS
    header = packet[:start]
    at, end = start, len(packet)
    while True:
        size, more = end - at, last_flag
        if len(header) + size > mtu:
            size, more = (mtu - len(header)) // UNIT * UNIT, MORE_FRAGMENTS
        offset = first_offset + (at - start) // UNIT
        yield _with_place(header, size, flags | more | offset) + packet[at : at + size]
        if at == start and len(header) > 20:
            header = _later_header(header)
        at += size
        if at >= end:
            return


def _with_place(header: bytes, size: int, word: int) -> bytes:
    """A header with another length and place, and the checksum for it."""
    total_length = len(header) + size
    new = bytearray(header)
    new[2:4] = total_length.to_bytes(2, "big")
    new[6:8] = word.to_bytes(2, "big")
    new[10:12] = b"\0\0"
    new[10:12] = internet_checksum(new).to_bytes(2, "big")
    return bytes(new)


def _later_header(header: bytes) -> bytes:
    """The header of all fragments but the first: only options that say so are copied."""
    options = copied_options(header[20:])
    return bytes((0x40 | (20 + len(options)) // 4,)) + header[1:20] + options


def copied_options(options: bytes) -> bytes:
    """The options that every fragment carries, padded to a multiple of 4 bytes.

    What cannot be followed to its end is left out, and all behind it.
    """
    kept = bytearray()
    at = 0
    while at < len(options) and options[at] != END_OF_OPTIONS:
        length = 1
        if options[at] != NO_OPERATION:
            length = options[at + 1] if at + 1 < len(options) else 0
            if not 2 <= length <= len(options) - at:
                break
            if options[at] & COPIED:
                kept += options[at : at + length]
        at += length
    return bytes(kept) + bytes(-len(kept) % 4)
