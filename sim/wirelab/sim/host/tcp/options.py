"""The options that we send and heed: for now, the maximum segment size alone.

Source: RFC 9293 sections 3.1 and 3.7.1. What we do not do is not offered: window scale, SACK and
timestamps are read by the codec and ignored here (MUST-6). They get their negotiation in this file.
"""

from typing import Final

from wirelab.codecs import TCP, MaximumSegmentSize

DEFAULT_MSS: Final = 536
"""Send MSS without the option, bytes (RFC 9293 section 3.7.1, MUST-15)."""

HEADERS: Final = 40
"""IPv4 and TCP header without options, bytes: MTU less this is the MSS (MUST-67)."""

SMALLEST_MSS: Final = 28
"""bytes: every link carries 68 (RFC 791 section 3.2), so neither a peer nor a router may talk us
down to less, which would multiply our packets at its wish."""


def syn_options(mtu: int) -> tuple[MaximumSegmentSize]:
    """The options of a SYN that leaves by a link of `mtu` bytes (SHLD-5, MAY-3: always)."""
    return (MaximumSegmentSize(min(mtu - HEADERS, 0xFFFF)),)


def send_mss(syn: TCP, mtu: int) -> int:
    """Eff.snd.MSS, bytes: what the peer's SYN allows, within our own `mtu` (MUST-16)."""
    offered = DEFAULT_MSS
    for option in syn.options:
        if isinstance(option, MaximumSegmentSize):
            offered = option.value
    return max(min(offered, mtu - HEADERS), SMALLEST_MSS)
