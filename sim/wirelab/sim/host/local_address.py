"""What a port is bound to: one address, all of a family, or all there are.

    4 or 16 bytes       one address
    ANY_IPV4, ANY_IPV6  every address of that family
    EVERYWHERE          every address of both: what `::` means to a socket without IPV6_V6ONLY

Source: RFC 3493 sections 3.7 and 5.3 (one socket for both families).
"""

from typing import Final

from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6

EVERYWHERE: Final = b""
"""All addresses of this host, of both families."""

WILDCARDS: Final = frozenset({ANY_IPV4, ANY_IPV6, EVERYWHERE})
"""What names no single address."""

ANY_OF: Final = {4: ANY_IPV4, 16: ANY_IPV6}
"""By the length of an address: all of its family."""


def covers(bound: bytes, address: bytes) -> bool:
    """Whether a port bound like that hears what is sent to `address`.

    >>> covers(ANY_IPV4, bytes([10, 0, 0, 1])), covers(ANY_IPV6, bytes([10, 0, 0, 1]))
    (True, False)
    """
    return bound == address or not bound or (len(bound) == len(address) and bound in WILDCARDS)


def overlap(one: bytes, other: bytes) -> bool:
    """Whether there is an address that both would hear."""
    return covers(one, other) or covers(other, one)
