"""Strategies for stacks of headers, and for the frames that they make."""

from typing import Any

from construct import Container, GreedyBytes
from construct.core import evaluate
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Checksum
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.header import AUTO, Header
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.packet import Packet, parse
from wirelab.codecs.protocols import HEADERS, TABLES, Ethernet
from wirelab.codecs.reference import schema_of
from wirelab.codecs.strategies.bodies import names_in
from wirelab.codecs.strategies.headers import field_of, headers
from wirelab.codecs.strategies.values import cached

Part = type[Header] | Header | SearchStrategy[Any]
"""What a stack is described with: a class, a header as it is, or a strategy of headers."""

DEEPEST = 6
"""Headers of a stack that is made up; ours: what nests, nests twice in that."""

NUMBERS = 4
"""Numbers of a header that are tried; ours: one may have a whole range of them."""

NO_SERVICE = 0
"""A port that suggests no protocol: reserved (RFC 6335 section 6)."""

SMALLEST = 60
"""Bytes of the shortest Ethernet frame without its checksum (IEEE 802.3 section 4.2.3.3)."""


def payloads(maximum: int = 64) -> SearchStrategy[bytes]:
    """Payloads: none, odd and even ones, all zeros, all ones."""
    size = st.integers(1, maximum)
    return st.one_of(
        st.just(b""),
        st.binary(max_size=maximum),
        st.builds(lambda count, byte: byte * count, size, st.sampled_from([b"\0", b"\xff"])),
    )


def packets(
    *parts: Part, payload: bytes | SearchStrategy[bytes] | None = None
) -> SearchStrategy[Packet]:
    """Packets of a stack of headers, or, without `parts`, of any stack that begins with Ethernet.

    Args:
        parts: outermost first; classes, headers, or strategies of headers.
        payload: what follows the last header; None: `payloads()`, and sometimes one that makes the
            last checksum come out as zero.

    Returns:
        A strategy of `Packet`. Each header names the next one, and lengths and checksums are AUTO,
        unless a part says otherwise. So `parse(bytes(packet))` has the same layers.

    Raises:
        TypeError: a part is none of these.
    """
    for number, part in enumerate(parts, 1):
        is_class = isinstance(part, type) and issubclass(part, Header)
        if not is_class and not isinstance(part, (Header, SearchStrategy)):
            raise TypeError(
                f"part {number}: expected a class of headers, a header or a strategy of headers,"
                f" like TCP, got {part!r}"
            )
    given = payload if isinstance(payload, SearchStrategy) or payload is None else st.just(payload)
    return _packets(parts, given)


@st.composite
def _packets(
    draw: st.DrawFn, parts: tuple[Part, ...], payload: SearchStrategy[bytes] | None
) -> Packet:
    stack: list[Header] = []
    for part in reversed(parts or draw(stacks())):
        header = draw(_header(part, stack[0] if stack else None))
        stack.insert(0, header)
    stack = _alone(stack)
    packet = Packet(tuple(stack), _content(draw, stack) if payload is None else draw(payload))
    if all(isinstance(part, type) for part in parts) and _is_mistaken(packet):
        reject()
    return packet


def _room(header: Header) -> int:
    """Bytes that may follow a header, so that it is not taken for another; -1: any number."""
    fits = schema_of(header.LAYER).notes.fits
    if fits is None or fits.maximum < 0:
        return -1
    return max(fits.maximum - header.header_length, 0)


def _alone(stack: list[Header]) -> list[Header]:
    """The stack without AUTO checksums over addresses that no header of it has."""
    try:
        bytes(Packet(tuple(stack)))
    except EncodeError:
        return [one.replace(checksum=0) if one.NEEDS_BELOW else one for one in stack]
    return stack


def _content(draw: st.DrawFn, stack: list[Header]) -> bytes:
    """A payload for a stack, if it takes one."""
    if _takes_all(stack[-1]):
        return b""
    if not _sums_its_payload(stack[-1]):
        return draw(_PAYLOADS)
    content = draw(_PAYLOADS_AND_SUMS)
    return content if isinstance(content, bytes) else _summing_to_zero(tuple(stack), content[0])


@st.composite
def stacks(draw: st.DrawFn, first: type[Header] = Ethernet) -> tuple[type[Header], ...]:
    """Classes of headers that may stand on top of each other, by the dispatch tables."""
    found = [first]
    while len(found) < DEEPEST:
        chosen = draw(_next_of(found[-1]))
        if chosen is None:
            break
        found.append(chosen)
    return tuple(found)


@cached
def _next_of(header: type[Header]) -> SearchStrategy[type[Header] | None]:
    """One of the headers that may follow, or nothing."""
    return st.sampled_from([None, *followers(header)])


@cached
def followers(header: type[Header]) -> list[type[Header]]:
    """The headers that `header` can name as its next."""
    return [one for one in HEADERS if _space(header, one)]


def _space(header: type[Header], above: type[Header]) -> str:
    """The number space in which `header` names `above`, or nothing."""
    for space in (header.NEXT_TABLE, header.NEXT_ELSE):
        if space and space in above.NUMBERS and _is_meant(header, space, above):
            return space
    return ""


def _is_meant(header: type[Header], space: str, above: type[Header]) -> bool:
    """Whether the condition of `header`'s number lets it mean `above` (no length, say)."""
    schema = schema_of(header.LAYER)
    selects = schema.notes.selects
    assert selects is not None
    if selects.when is True or (
        space == selects.or_else and names_in(selects.when) != {selects.field}
    ):
        return True
    values = {name: notes.default or 0 for name, notes in schema.noted()}
    values[selects.field] = above.NUMBERS[space][0]
    return bool(evaluate(selects.when, Container(values))) == (space == selects.table)


def _header(part: Part, above: Header | None) -> SearchStrategy[Any]:
    """The header of a part, in step with the header above it."""
    if isinstance(part, Header):
        return st.just(part)
    if isinstance(part, SearchStrategy):
        return part.map(lambda header: _below(header, above))
    return _in_step(part, None if above is None else type(above))


@cached  # Hypothesis thinks about each new strategy at length
def _in_step(header: type[Header], above: type[Header] | None) -> SearchStrategy[Any]:
    if above is None:
        return headers(header).map(_last)
    return headers(header, **_carrying(header, above))


def _carrying(header: type[Header], above: type[Header]) -> dict[str, Any]:
    """Values that make `header` one with `above` in it, whole."""
    values: dict[str, Any] = {}
    if _space(header, above):
        values[header.NEXT_FIELD] = _numbers(header, above)
    schema = schema_of(header.LAYER)
    selects = schema.notes.selects
    if selects is not None and selects.also:
        values[selects.also] = NO_SERVICE
    if selects is not None and header.NEXT_TABLE in above.NUMBERS:
        for name in names_in(selects.when) - {selects.field}:
            values[name] = dict(schema.noted())[name].default
    if schema.notes.pieces is not None:
        # A fragment's payload begins with no header: names in `this.fragment_offset == 0`.
        for name in names_in(schema.notes.pieces.starts, schema.notes.pieces.ends):
            values[name] = dict(schema.noted())[name].default
    return values


def _numbers(header: type[Header], above: type[Header]) -> SearchStrategy[int]:
    """By what `header` may name `above`: AUTO where it can be, and each of its numbers."""
    space = _space(header, above)
    is_auto = dict(schema_of(header.LAYER).noted())[header.NEXT_FIELD].default is None
    if space == header.NEXT_ELSE or isinstance(above.NUMBERS[space], range):
        return st.just(AUTO)  # the field is about something else, a length, say
    return st.sampled_from([AUTO] * is_auto + list(above.NUMBERS[space])[:NUMBERS])


def _below(header: Header, above: Header | None) -> Header:
    """A header that somebody else drew: as it is, but it names the one above it."""
    if above is None or header.next_table not in above.NUMBERS:
        return header
    numbers = above.NUMBERS[header.next_table]
    is_named = getattr(header, header.NEXT_FIELD) in numbers
    return header if is_named else header.replace(**{header.NEXT_FIELD: numbers[0]})


def _last(header: Header) -> Header:
    """A header above which nothing is known: its number must not promise a header."""
    if not header.NEXT_TABLE:
        return header
    if header.NEXT_ALSO:
        header = header.replace(**{header.NEXT_ALSO: NO_SERVICE})
    number, known = getattr(header, header.NEXT_FIELD), TABLES[header.NEXT_TABLE].names
    if number is not AUTO and number not in known and header.next_table == header.NEXT_TABLE:
        return header
    top = (1 << field_of(type(header), header.NEXT_FIELD).bits) - 1
    unknown = next(one for one in range(min(max(known) + 1, top), -1, -1) if one not in known)
    return header.replace(**{header.NEXT_FIELD: unknown})


def _is_mistaken(packet: Packet) -> bool:
    """Whether a header that only its length or contents tell from others is read as another one."""
    kinds = [type(header) for header in packet.layers]
    if all(kind.FITS == Header.FITS for kind in kinds):
        return False
    read = parse(bytes(packet), kinds[0], strict=False).layers
    return [type(header) for header in read][: len(kinds)] != kinds


def _takes_all(header: Header) -> bool:
    """Whether the last part of a header goes up to the end, with no room for a payload."""
    _, last = schema_of(header.LAYER).noted()[-1]
    inner = last.subcon
    is_list = isinstance(inner, (OptionList, RecordList))
    return inner is GreedyBytes or (is_list and inner.length is None)


def _sums_its_payload(header: Header) -> bool:
    if "checksum" not in header.COMPUTED or header.header_length % 2:
        return False
    noted = dict(schema_of(header.LAYER).noted())["checksum"]
    return isinstance(noted.subcon, Checksum) and noted.subcon.covers_payload


def _summing_to_zero(stack: tuple[Header, ...], data: bytes) -> bytes:
    """The payload with two more bytes, which make the last checksum of a stack zero."""
    even = data + bytes(len(data) % 2)
    try:  # the two bytes that make it so are what the checksum is without them
        header = Packet(stack, even + bytes(2)).resolved().layers[-1]
    except EncodeError:
        return data
    checksum: int = header.checksum  # type: ignore[attr-defined]
    return even + checksum.to_bytes(2, "big")


_PAYLOADS = payloads()
_PAYLOADS_AND_SUMS: SearchStrategy[bytes | tuple[bytes]] = st.one_of(
    _PAYLOADS, st.tuples(st.binary(min_size=1, max_size=16))
)


def frames(*parts: Part) -> SearchStrategy[bytes]:
    """Frames as they are on the wire: packets, some with padding and a trailer.

    Args:
        parts: as `packets` takes them.
    """
    return _frames(packets(*parts))


@st.composite
def _frames(draw: st.DrawFn, made: SearchStrategy[Packet]) -> bytes:
    frame = bytes(draw(made))
    padded = draw(st.sampled_from([0, SMALLEST]))
    trailer = draw(st.one_of(st.just(b""), st.binary(min_size=4, max_size=4)))
    return frame + bytes(max(0, padded - len(frame))) + trailer
