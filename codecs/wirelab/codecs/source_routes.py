"""Where a packet with an IPv4 source route goes in the end.

Source: RFC 791 section 3.1. The destination in the header is the next stop only, so that transport
checksums, which the last one verifies, cover the end of the route instead.
"""

from __future__ import annotations

END, NO_OPERATION = 0, 1
LOOSE_ROUTE, STRICT_ROUTE = 131, 137


def route_end(options: bytes) -> bytes | None:
    """The last address of a source route that is not used up yet, or None."""
    position = 0
    while position + 1 < len(options) and options[position] != END:
        kind, length = options[position], options[position + 1]
        if kind == NO_OPERATION:
            position += 1
            continue
        if length < 2 or position + length > len(options):
            break
        if (
            kind in (LOOSE_ROUTE, STRICT_ROUTE)
            and length >= 7
            and 4 <= options[position + 2] <= length
        ):
            last = position + 3 + (length - 3) // 4 * 4
            return options[last - 4 : last]
        position += length
    return None
