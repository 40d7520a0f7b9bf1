"""What the control messages of one sendmsg ask for, of either family."""

import struct
from typing import Final, NamedTuple

INT: Final = struct.Struct("<i")


class Wishes(NamedTuple):
    """What is to be different for one packet; None: as the socket has it.

    Attributes:
        ttl, tos: hops; DSCP and ECN.
        source: address to send from.
        interface: index of the interface to leave by.
        options: of IPv4, or of an IPv6 hop-by-hop header.
        flow: flow label of IPv6.
        whole: it is not to be fragmented (IPV6_DONTFRAG).
    """

    ttl: int | None = None
    tos: int | None = None
    source: bytes | None = None
    interface: int | None = None
    options: bytes | None = None
    flow: int | None = None
    whole: bool | None = None


USUAL: Final = Wishes()
