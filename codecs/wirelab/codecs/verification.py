"""Lengths and checksums of a packet: which of them can be known, which are wrong, what is right.

Rule 1: right is what AUTO makes of a field. Nothing here computes a checksum by itself.
Rule 2: what depends on bytes that are not here (behind a snaplen's cut, in other fragments, in an
IP header that is missing) is neither wrong nor changed.
"""

from __future__ import annotations

from typing import NamedTuple

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.field import field_of
from wirelab.codecs.header import AUTO, Header
from wirelab.codecs.neighbours import below_of, demanded
from wirelab.codecs.packet import Packet
from wirelab.codecs.problems import Problem

TYPE_CHECKING = False  # for type checkers it is true
if TYPE_CHECKING:
    from typing import Any

    from wirelab.codecs.header import Addressed, Field


class Place(NamedTuple):
    """A header and what its lengths and checksums depend on.

    Attributes:
        header: the header itself.
        below: the IP header with the addresses of its pseudo-header, or None.
        above: the class of the header above, or None.
        whole: whether all of its payload is here.
    """

    header: Header
    below: Addressed | None
    above: type[Header] | None
    whole: bool

    @property
    def lacks_checksum(self) -> bool:
        """Whether the sender computed none."""
        return unused_checksum(self.header, self.below, self.above)

    def knowable(self) -> tuple[str, ...]:
        """The fields that AUTO can compute from what is here."""
        header = self.header
        names = header.COMPUTED if self.whole else header.COMPUTED_ALONE
        if self.whole and self.names_a_length():
            names = (*names, header.NEXT_FIELD)
        if self.lacks_checksum or (header.NEEDS_BELOW and self.below is None):
            unknown = {"checksum"}
            if getattr(header, "checksum", None) is not None:
                unknown.add("checksum_present")  # not what the checksum is there for
            return tuple([name for name in names if name not in unknown])
        return names

    def names_a_length(self) -> bool:
        """Whether the number that names what follows is its length, as of LLC (IEEE 802.3)."""
        header, above = self.header, self.above
        numbers = above.NUMBERS.get(header.NEXT_TABLE) if above is not None else None
        # A type in the place of the length would not be mended by a length: it is no wrong one.
        return isinstance(numbers, range) and getattr(header, header.NEXT_FIELD) in numbers


def places(packet: Packet) -> list[Place]:
    """Each header with its surroundings, outermost first."""
    layers, found = demanded(packet.layers), []
    kinds = [*map(type, layers[1:]), None]
    for index, (header, above, whole) in enumerate(
        zip(layers, kinds, packet.known_whole(), strict=True)
    ):
        below = below_of(layers, index) if header.NEEDS_BELOW else None
        found.append(Place(header, below, above, whole))
    return found


def problems(packet: Packet) -> list[list[Problem]]:
    """The fields that contradict the packet, for each layer; see `Packet.verify`."""
    found: list[list[Problem]] = []
    data = packet.payload
    for place in reversed(places(packet)):
        found.insert(0, _problems(place, data))
        data = place.header.build(data, place.below, place.above)
    return found


def fixed_checksums(packet: Packet) -> Packet:
    """See `Packet.fix_checksums`."""
    return resolved(
        packet.with_layers(
            place.header.replace(checksum=AUTO) if "checksum" in place.knowable() else place.header
            for place in places(packet)
        )
    )


def fixed(packet: Packet) -> Packet:
    """See `Packet.fix`."""
    layers = []
    for place in places(packet):
        header = place.header
        # None: an optional part that is not there, nor shall be.
        stale = {name: AUTO for name in place.knowable() if getattr(header, name) is not None}
        layers.append(header.replace(**stale) if stale else header)
    return resolved(packet.with_layers(layers))


def resolved(packet: Packet) -> Packet:
    """See `Packet.resolved`."""
    data = packet.payload
    layers: list[Header] = []
    for header, below, above, _ in reversed(places(packet)):
        data = header.build(data, below, above)
        layers.insert(0, _with_numbers(header, data))
    return packet.with_layers(layers)


def unused_checksum(header: Header, below: Addressed | None, above: type[Header] | None) -> bool:
    """Whether the sender computed none: it is not there, or UDP's is 0 (RFC 768 page 2).

    Above IPv6 only tunnels may do without (RFC 8200 section 8.1, RFC 6935 section 5).
    """
    checksum: int | None = getattr(header, "checksum", None)
    # Of GRE it is also there, without a meaning, where a source route is (RFC 1701).
    if checksum is None or not getattr(header, "checksum_present", True):
        return True
    if checksum != 0 or not header.ZERO_MEANS_NONE:
        return False
    return below is None or len(below.source) == 4 or (above is not None and above.IS_TUNNEL)


def _problems(place: Place, payload: bytes) -> list[Problem]:
    header, below, above, _ = place
    found = []
    for name in place.knowable():
        got = getattr(header, name)
        if got is AUTO:
            continue
        # One at a time: a checksum may be right for a length that is wrong.
        built = header.replace(**{name: AUTO}).build(payload, below, above)
        field = field_of(type(header), name)
        expected = _value_in(built, type(header), field)
        if expected != got:
            found.append(Problem(header.LAYER, name, expected, got, field.source))
    return found


def _with_numbers(header: Header, built: bytes) -> Header:
    """A copy with the numbers that `build` has put in the place of AUTO."""
    try:
        parsed = header.parse(built, strict=False)
        if parsed.header_length == header.header_length:
            return parsed
    except DecodeError:
        pass
    # Wrong values keep the bytes from parsing, or make other parts of them.
    copy = header._copied()
    for field in header.FIELDS:
        if not field.view_of and getattr(header, field.name) is AUTO:
            setattr(copy, field.name, _value_in(built, type(header), field))
    return copy


def _value_in(built: bytes, kind: type[Header], field: Field) -> Any:
    """A field of a header that has been built, which another wrong field may keep from parsing."""
    if min(field.bit_offset, field.bits) < 0:
        return getattr(kind.parse(built, strict=False), field.name)
    end = field.bit_offset + field.bits
    number = int.from_bytes(built[: (end + 7) // 8], "big") >> -end % 8
    return number & (1 << field.bits) - 1
