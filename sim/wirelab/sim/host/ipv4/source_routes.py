"""Source routes of our own, and the way back along one.

Source: RFC 791 section 3.1; RFC 1122 section 3.2.1.8 (c), whose case (A) this is.

    application:  to D, by  G1 G2 G3           on the wire:  to G1,  G2 G3 D
                            ^                                        ^
Rule: above IP, the route of an option leaves out where it ends: that is where the packet is sent
to. So the sum over the pseudo-header knows the destination, and the way back is the route that
came, turned round.
"""

from typing import Final, NamedTuple

from wirelab.sim.host.ipv4.options import (
    LOOSE_SOURCE_ROUTE,
    STRICT_SOURCE_ROUTE,
    BadOption,
    Options,
    is_strict,
    next_stop,
    read,
)

_HEAD: Final = 3
"""bytes of a route option before its addresses: type, length, pointer (RFC 791 section 3.1)."""


class Departure(NamedTuple):
    """How a packet with options leaves.

    Attributes:
        stop: where it is sent to first.
        options: what it carries on the wire.
        strict: no router may be on the way to that stop.
        found: where the options are.
    """

    stop: bytes
    options: bytes
    strict: bool
    found: Options


def depart(destination: bytes, options: bytes) -> Departure | None:
    """What goes on the wire for a packet to `destination` with an application's options.

    Returns:
        None for options that nobody could follow, two source routes among them.

    >>> depart(b"DDDD", bytes([131, 11, 4]) + b"AAAABBBB" + bytes(1)).options[3:11]
    b'BBBBDDDD'
    """
    found = read(options)
    if isinstance(found, BadOption):
        return None
    stop = next_stop(options, found)
    if stop is None or found.source_route is None:
        return Departure(destination, options, False, found)
    at = found.source_route
    here, end = at + options[at + 2] - 1, at + options[at + 1]
    wire = options[:here] + options[here + 4 : end] + destination + options[end:]
    return Departure(stop, wire, is_strict(options, found), found)


def first_stop(options: bytes) -> bytes | None:
    """Where a packet with an application's options is sent to first; None: to its destination."""
    found = read(options)
    return None if isinstance(found, BadOption) else next_stop(options, found)


def way_back(sender: bytes, options: bytes) -> bytes:
    """The options of an answer to a packet of `sender` that came with these options.

    Record route and timestamp go back as they are, a source route turned round.

    >>> way_back(b"AAAA", bytes([131, 11, 12]) + b"GGGGHHHH" + bytes(1))[3:11]
    b'HHHHGGGG'
    """
    found = read(options)
    if isinstance(found, BadOption):
        return b""
    kept = b""
    at = found.source_route
    if at is not None:
        assert options[at] in (LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE)
        end = at + options[at + 1]
        stops = [options[here : here + 4] for here in range(at + _HEAD, end - 3, 4)]
        if stops[:1] == [sender]:  # some senders record themselves (RFC 1122 section 3.2.1.8 (c))
            del stops[0]
        if stops:
            route = b"".join(reversed(stops))
            kept = bytes((options[at], _HEAD + len(route), _HEAD + 1)) + route
    for at in (found.record_route, found.timestamp):
        if at is not None:
            kept += options[at : at + options[at + 1]]
    return kept + bytes(-len(kept) % 4)
