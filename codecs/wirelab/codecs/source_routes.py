"""Addresses that transport checksums cover instead of those in the IP header.

Sources: RFC 791 section 3.1: with an IPv4 source route, the destination in the header is the next
stop only, and the last one verifies the checksum. RFC 6275 section 11.3.1: a mobile node that is
away sends as if it were at home, and says in an option from where.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def home_address(header: Any) -> bytes | None:
    """The home address in an `IPv6Destination` header, or None."""
    for option in header.options:
        if type(option).__name__ == "IPv6HomeAddress":
            address: bytes = option.address
            return address
    return None
