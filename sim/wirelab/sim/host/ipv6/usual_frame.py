"""The frame that nearly all of TCP's traffic over IPv6 comes in: no extension headers.

As `ipv4/usual_frame.py`, which tells the parts that TCP has in common.

     0              14                  54                     74                  86
     | Ethernet     | IPv6, 40 bytes    | TCP, 20 bytes        | NOP NOP Timestamps | text
"""

from struct import Struct
from typing import Final

IPV6_AT: Final = 14  # bytes, RFC 2464 section 3
HOP_LIMIT_AT: Final = 21
ADDRESSES_AT: Final = 22  # of IPv6: source and destination, right before TCP's ports
TCP_AT: Final = 54
OPTIONS_AT: Final = 74
TIMESTAMPS_END: Final = 86

TYPE_IPV6: Final = 0x86DD  # RFC 2464 section 3
VERSION: Final = 6 << 28
"""In the word that it shares with traffic class and flow label (RFC 8200 section 3)."""
ECN_BITS: Final = 3 << 20
"""In the same word; both set: congestion experienced (RFC 3168 section 5)."""

BUILD: Final = Struct("!14s IH2s 36s IIHHHH")
"""To send. The Ethernet header; then (version, traffic class, flow label), payload length, (next
header and hop limit); addresses and ports; then TCP's numbers as in IPv4."""

READ: Final = Struct("!6s6xH IHBx 16s16sHH IIHH4x")
"""To receive. Destination and type; (version, traffic class, flow label), payload length, next
header; addresses; ports; then TCP's numbers up to the window."""

READ_TIMESTAMPED: Final = Struct(READ.format + "III")
"""The same, with `TIMESTAMPS`, TSval and TSecr."""
