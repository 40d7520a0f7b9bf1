"""The construct for a whole header, with its length rules and its place among other headers."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from construct import (
    Array,
    Construct,
    Container,
    IfThenElse,
    Pass,
    Renamed,
    StreamError,
    Struct,
    Transformed,
)
from construct.core import evaluate

from wirelab.codecs.constructs import Checksum, Noted, Violation
from wirelab.codecs.header import AUTO


@dataclass(frozen=True)
class Bound:
    """The length rule: the field that says where header and payload end.

    Attributes:
        length: `this` expression, bytes from the start of the header.
        name: the field to blame.
        when: `this` expression; where it is false, the field says no length (IPv6's 0, an Ethernet
            type), and the payload goes up to the end.
        trims: the payload ends there; otherwise the length is only held against what is there.
    """

    length: Any
    name: str
    source: str
    when: Any = True
    trims: bool = True


@dataclass(frozen=True)
class Selector:
    """The field whose number names the header that follows.

    Attributes:
        field: field name.
        table: name of the number space (`"ethertype"`); headers declare themselves in it.
        when: `this` expression; where it is false, the field names nothing in `table`.
        or_else: the number space then, or empty.
        otherwise: AUTO's number where what follows has none; -1: it must have one.
        also: a second field with a number in `table`, for UDP's two ports; the lower number first.
        suggests: the number is a hint only: what cannot be read as that header stays payload.
    """

    field: str
    table: str
    when: Any = True
    or_else: str = ""
    otherwise: int = -1
    also: str = ""
    suggests: bool = False


@dataclass(frozen=True)
class Fits:
    """What tells headers apart that one number names.

    Attributes:
        minimum: bytes that must be left, from the start of the header on.
        maximum: bytes that may be left at most; -1: any number.
        octets: offset in the header -> the value, or range of values, of the byte there.
    """

    minimum: int = 0
    maximum: int = -1
    octets: Mapping[int, int | range] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Pieces:
    """For a header whose payload may be a piece of something larger (an IPv4 fragment).

    Attributes:
        starts: `this` expression, true if the payload begins with a header.
        ends: `this` expression, true if nothing of it follows in another packet.
    """

    starts: Any
    ends: Any


@dataclass(frozen=True)
class Final:
    """How a routing header names the final destination.

    Attributes:
        field: the address, or the addresses of which it is one.
        when: `this` expression, true while it is not the destination of the IP header below.
        index: which of the addresses; None: `field` is a single one.
    """

    field: str
    when: Any
    index: int | None = None


@dataclass
class HeaderNotes:
    """What is known about a header as a whole.

    Attributes:
        title: the protocol's full name.
        source: its standard.
        display: Wireshark's name of the protocol.
        doc: more about it.
        carried: number space -> the numbers that name it there, AUTO's first.
        selects: how it names the header that follows.
        bound: how it says where its payload ends.
        pieces: whether its payload is a piece of something.
        fits: what tells it from others with the same number.
        network: its `source` and `destination` go into the pseudo-header of what follows.
        extension: it may stand between those and a header that needs them.
        tunnel: UDP below it may go without a checksum, also above IPv6.
        final: where it sends the packet in the end (routing headers).
        demands: values of fields below, those that yield (`Noted`), without which receivers would
            not take it.
    """

    title: str = ""
    source: str = ""
    display: str = ""
    doc: str = ""
    carried: Mapping[str, Sequence[int]] = dataclass_field(default_factory=dict)
    selects: Selector | None = None
    bound: Bound | None = None
    pieces: Pieces | None = None
    fits: Fits | None = None
    network: bool = False
    extension: bool = False
    tunnel: bool = False
    final: Final | None = None
    demands: Mapping[str, int] = dataclass_field(default_factory=dict)


class HeaderSchema(Struct):  # type: ignore[misc]  # construct is untyped
    """A header: a `Struct` whose bit groups are flat and whose AUTO values are filled in.

    Anonymous `BitStruct` members give their bits to the header itself. Building takes a mapping in
    which a missing or None value means AUTO; `payload` and `below` come as context arguments.

    Args:
        name: name of the class.
        members: `field()`s, anonymous `BitStruct`s of fields, and `Rule`s.
        notes: attributes of `HeaderNotes`.
    """

    def __init__(self, name: str, *members: Construct, **notes: Any) -> None:
        super().__init__(*members)
        self.layer = name
        self.notes = HeaderNotes(**notes)

    def _parse(self, stream: Any, context: Any, path: str) -> Container:
        values = Container()
        places: dict[str, int] = {}
        inner = Container(
            _=context, _params=context._params, _io=stream, _places=places, **_modes(context)
        )
        start = stream.tell()
        for member in self.subcons:
            names = _names(member)
            places.update(dict.fromkeys(names, stream.tell() - start))
            try:
                value = member._parsereport(stream, inner, path)
            except StreamError:
                raise self._cut(member, names[0], places[names[0]], stream, inner) from None
            if is_bit_group(member):
                value.pop("_io", None)
                values.update(value)
                inner.update(value)
            elif member.name:
                values[member.name] = inner[member.name] = value
        values["header_length"] = inner["header_length"] = stream.tell() - start
        if context._params.get("strict", True):
            self._check_bound(stream, inner, start)
        return values

    def _cut(
        self, member: Construct, name: str, position: int, stream: Any, context: Container
    ) -> Violation:
        """The bytes end within `member`."""
        # construct has consumed what there was; all that matters is how much that is.
        end = stream.seek(0, io.SEEK_END)
        source = dict(self.noted())[name].source
        expected = _bytes(_size(member, context))
        return Violation(name, position, expected, _bytes(end - position), source)

    def _check_bound(self, stream: Any, context: Container, start: int) -> None:
        bound = self.notes.bound
        if bound is None or not evaluate(bound.when, context):
            return
        length = evaluate(bound.length, context)
        here = stream.tell()
        available = stream.seek(0, io.SEEK_END) - start
        stream.seek(here)
        if not context.header_length <= length <= available:
            # In the field's own terms: it may count from elsewhere than the header's start.
            got = context[bound.name]
            counted = length - got
            lowest, most = context.header_length - counted, available - counted
            expected = f"{max(lowest, 0)} to {most} (what is there)"
            place = context._places[bound.name]
            raise Violation(bound.name, place, expected, got, bound.source)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Container:
        payload: bytes = context._params.get("payload", b"")
        values = Container({key: value for key, value in (obj or {}).items() if value is not None})
        values.payload_size = len(payload)
        for name, noted in self.noted():
            if is_optional(noted.subcon):
                values.setdefault(name, None)
            elif noted.default is not None:
                values.setdefault(name, noted.default)
            elif values.get(name) is AUTO:
                del values[name]
        # First what depends on other fields alone (lengths of them), then the header's length can
        # be known, and then what depends on it.
        self._fill(values, lambda auto: "header_length" not in auto)
        self._fill_optional(values)
        values.header_length = self._measure(values, context, path)
        self._fill(values, lambda auto: True)
        header = self._encode(values, context, path)
        for name, noted in self.noted():
            rule = noted.subcon.thensubcon if is_optional(noted.subcon) else noted.subcon
            if isinstance(rule, Checksum) and values.get(name, AUTO) is AUTO:
                below = context._params.get("below", {})
                values[name] = rule.compute(header, payload, below, values)
                header = self._encode(values, context, path)
        stream.write(header)
        return values

    def _fill(self, values: Container, ready: Callable[[str], bool]) -> None:
        """Compute the AUTO values whose expressions are `ready`."""
        for name, noted in self.noted():
            if name not in values and noted.auto is not None and ready(repr(noted.auto)):
                values[name] = evaluate(noted.auto, _records_alone(values))

    def _measure(self, values: Container, context: Any, path: str) -> int:
        """Bytes of the header, told from the values alone: their lengths may still be AUTO."""
        known = Container({name: 0 for name, _ in self.noted()})
        known.update({name: 0 if value is AUTO else value for name, value in values.items()})
        inner = Container(known, _=context, _params=context._params, **_modes(context))
        size = 0
        for member in self.subcons:
            value = known if is_bit_group(member) else known.get(member.name)
            if isinstance(value, bytes):
                size += len(value)
            elif isinstance(value, (list, tuple)) and isinstance(member.subcon.subcon, Array):
                size += len(value) * int(member.subcon.subcon.subcon.sizeof())
            else:
                output = io.BytesIO()
                member._build(value, output, inner, path)
                size += len(output.getvalue())
        return size

    def _fill_optional(self, values: Container) -> None:
        """Give a value to optional fields without one that other fields promise."""
        for name, noted in self.noted():
            inner = noted.subcon
            if is_optional(inner) and values[name] is None and evaluate(inner.condfunc, values):
                is_sum = isinstance(inner.thensubcon, Checksum)
                values[name] = AUTO if is_sum else noted.default or 0

    def _encode(self, values: Container, context: Any, path: str) -> bytes:
        """The header with what is known so far; unknown AUTO values as zero."""
        known = Container({name: 0 for name, _ in self.noted()})
        known.update({name: 0 if value is AUTO else value for name, value in values.items()})
        inner = Container(known, _=context, _params=context._params, **_modes(context))
        output = io.BytesIO()
        for member in self.subcons:
            value = known if is_bit_group(member) else known.get(member.name)
            member._build(value, output, inner, path)
        return output.getvalue()

    def noted(self) -> list[tuple[str, Noted]]:
        """All fields in wire order, bit fields among them."""
        found = []
        for member in self.subcons:
            group = member.subcon.subcons if is_bit_group(member) else [member]
            found += [(one.name, one.subcon) for one in group if isinstance(one, Renamed)]
        return found


def _is_malformed(item: object) -> bool:
    return isinstance(item, tuple) and item[0] == "MalformedRecord"


def _records_alone(values: Container) -> Container:
    """The values, with lists that can be counted: without the rest that is no record."""
    kept = Container(values)
    for name, value in values.items():
        if isinstance(value, tuple):
            kept[name] = tuple(one for one in value if not _is_malformed(one))
    return kept


def is_bit_group(member: Construct) -> bool:
    """Whether `member` is a `BitStruct`, which construct makes of `Transformed` and `Struct`."""
    return isinstance(member, Transformed)


def is_optional(construct: Construct) -> bool:
    """Whether it is an `If`: there or not, as earlier fields say."""
    return isinstance(construct, IfThenElse) and construct.elsesubcon is Pass


def _names(member: Construct) -> list[str]:
    """The fields that `member` brings: several for a group of bits."""
    if is_bit_group(member):
        return [str(one.name) for one in member.subcon.subcons]
    return [str(member.name)] if member.name else [""]


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"


def _size(member: Construct, context: Container) -> int:
    """Bytes of `member`, whose length may depend on fields read before."""
    inner = member.subcon.subcon if isinstance(member, Renamed) else member
    if isinstance(inner, Array):
        return int(evaluate(inner.count, context) * inner.subcon.sizeof())
    if is_optional(inner):
        return int(inner.thensubcon.sizeof())
    length = getattr(inner, "length", None)
    return int(member.sizeof() if length is None else evaluate(length, context))


def _modes(context: Any) -> dict[str, bool]:
    return {
        "_parsing": context._parsing,
        "_building": context._building,
        "_sizing": context._sizing,
    }
