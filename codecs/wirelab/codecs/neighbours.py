"""What headers of a packet are to each other: addresses below, demands from above, successors."""

from __future__ import annotations

from wirelab.codecs.field import AUTO
from wirelab.codecs.protocols import TABLES

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from wirelab.codecs.header import Addressed, Header


class Ends:
    """Who sends and who receives in the end."""

    __slots__ = ("destination", "source")

    def __init__(self, source: bytes, destination: bytes) -> None:
        self.source = source
        self.destination = destination


def demanded(layers: tuple[Header, ...]) -> tuple[Header, ...]:
    """The layers with those AUTO values filled in that headers further up demand (`DEMANDS`).

    Each demand is for the nearest header below that has such a field.
    """
    for index, header in enumerate(layers):
        for name, value in header.DEMANDS.items():
            at = next((at for at in range(index - 1, -1, -1) if hasattr(layers[at], name)), -1)
            if at >= 0 and getattr(layers[at], name) is AUTO:
                changed = layers[at].replace(**{name: value})
                layers = (*layers[:at], changed, *layers[at + 1 :])
    return layers


def below_of(layers: Sequence[Header], index: int) -> Addressed | None:
    """The addresses that the pseudo-header of a layer covers, or None.

    They are those of the nearest IP header below, seen through extension headers; but while a
    routing header has segments left, or an IPv4 source route is not used up, the destination is
    its last one (RFC 8200 section 8.1; RFC 791 section 3.1). A mobile node that is away counts as
    being at home (RFC 6275 section 11.3.1).
    """
    source: bytes | None = None
    destination: bytes | None = None
    for at in range(index - 1, -1, -1):
        header = layers[at]
        if header.IS_NETWORK:
            under: Any = header
            if destination is None and header.LAYER == "IPv4" and under.option_bytes:
                from wirelab.codecs.source_routes import route_end

                destination = route_end(under.option_bytes)
            if source is destination is None:
                found: Addressed = under
                return found
            return Ends(source or under.source, destination or under.destination)
        if not header.IS_EXTENSION:
            break
        destination = destination or header.final_destination
        if header.LAYER == "IPv6Destination":
            from wirelab.codecs.source_routes import home_address

            source = source or home_address(header)
    return None


def next_class(header: Header, frame: bytes, offset: int, end: int) -> type[Header] | None:
    """The class of the header that follows, if it is known and the payload begins with one."""
    table = header.next_table
    if not table or not header.starts_payload:
        return None
    space = TABLES[table]
    number = getattr(header, header.NEXT_FIELD)
    if not header.NEXT_ALSO:
        named = space[number]
    else:  # of two ports, the lower one is more likely the service's
        other = getattr(header, header.NEXT_ALSO)
        named = space[min(number, other)] or space[max(number, other)]
    return fitting(named, frame, offset, end) if isinstance(named, tuple) else named


def fitting(
    candidates: tuple[type[Header], ...], frame: bytes, offset: int, end: int
) -> type[Header] | None:
    """The first of several headers with one number that the bytes can be, or None."""
    size = end - offset
    for kind in candidates:
        least, most, octets = kind.FITS
        if size >= least and (most < 0 or size <= most):
            places = [(offset + at, low, high) for at, low, high in octets]
            if all([at < end and low <= frame[at] <= high for at, low, high in places]):
                return kind
    return None
