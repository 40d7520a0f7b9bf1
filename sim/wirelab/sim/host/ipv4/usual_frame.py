"""The frame that nearly all of TCP's traffic comes in: Ethernet, IPv4 without options, TCP.

Both directions of the fast path know its layout from here, and from here only. What it says is
what the codecs say (`tests/sim/host/ipv4/test_usual_frame.py` compares them): one `struct` call for
three headers is what the speed of a bulk transfer comes from.

     0              14                  34                     54                  66
     | Ethernet     | IPv4, 20 bytes    | TCP, 20 bytes        | NOP NOP Timestamps | text
"""

from struct import Struct
from typing import Final

IPV4_AT: Final = 14  # bytes, RFC 894
TTL_AT: Final = 22
ADDRESSES_AT: Final = 26  # of IPv4: source and destination, right before TCP's ports
TCP_AT: Final = 34
OPTIONS_AT: Final = 54
TIMESTAMPS_END: Final = 66

TYPE_IPV4: Final = 0x0800  # RFC 894
VERSION_AND_LENGTH: Final = 0x45  # IPv4, five words of header (RFC 791 section 3.1)

PLAIN: Final = 5 << 12
"""TCP's header length, in the word that it shares with the flags: five words, no options."""
TIMESTAMPED: Final = 8 << 12
"""Eight words: the options are the twelve bytes that RFC 7323 appendix A recommends."""
TIMESTAMPS: Final = 0x0101080A
"""NOP, NOP, kind 8, length 10; TSval and TSecr follow."""

BUILD: Final = Struct("!14s BBHH4sH 12s IIHHHH")
"""To send. The Ethernet header; then version and length, TOS, total length, identification, (flags,
fragment offset, TTL and protocol), checksum; addresses and ports; then sequence and acknowledgment
number, (length and flags), window, checksum, urgent pointer."""

READ: Final = Struct("!6s6xH BBH2xHxB2x 4s4sHH IIHH4x")
"""To receive. Destination and type; version and length, TOS, total length, flags and fragment
offset, protocol; addresses; ports; then TCP's numbers up to the window."""

READ_TIMESTAMPED: Final = Struct(READ.format + "III")
"""The same, with `TIMESTAMPS`, TSval and TSecr."""

MORE_OR_OFFSET: Final = 0x3FFF
"""Bits of the fragment word that a packet in one piece has all zero (RFC 791 section 3.1)."""
