"""The IPv4 options of a reply, as the request's options demand.

Source: RFC 1122 sections 3.2.2.6 and 3.2.2.8 (record route and timestamp for the whole round trip,
source routes reversed), section 3.2.1.8 (c) (the way back without repetitions).

Whoever read the request has written this host into its record route and timestamp already.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.ipv4.options import RECORD_ROUTE, TIMESTAMP, BadOption, read

_HEAD: Final = 3
"""bytes of a route option before its addresses: type, length, pointer (RFC 791 section 3.1)."""


class WayBack(NamedTuple):
    """How a reply goes.

    Attributes:
        destination: where the packet is sent to first.
        options: what it carries, padded.
    """

    destination: bytes
    options: bytes


def way_back(sender: bytes, options: bytes) -> WayBack:
    """The way of a reply to a packet of `sender` that came with these options.

    >>> way_back(b"AAAA", bytes([131, 11, 12]) + b"GGGGHHHH" + bytes(1)).destination
    b'HHHH'
    """
    found = read(options)
    if isinstance(found, BadOption):
        return WayBack(sender, b"")
    destination = sender
    kept = b""
    at = found.source_route
    if at is not None:
        stops = _addresses(options, at)
        if stops[:1] == [sender]:  # some senders record themselves (RFC 1122 section 3.2.1.8 (c))
            del stops[0]
        stops.reverse()
        if stops:
            destination = stops[0]
            route = b"".join((*stops[1:], sender))
            kept = bytes((options[at], _HEAD + len(route), _HEAD + 1)) + route
    for at in (found.record_route, found.timestamp):
        if at is not None:
            assert options[at] in (RECORD_ROUTE, TIMESTAMP)
            kept += options[at : at + options[at + 1]]
    return WayBack(destination, kept + bytes(-len(kept) % 4))


def _addresses(options: bytes, at: int) -> list[bytes]:
    """The stops of a route option."""
    end = at + options[at + 1]
    return [options[here : here + 4] for here in range(at + _HEAD, end - 3, 4)]
