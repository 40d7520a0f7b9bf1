"""The construct for a whole header, with its length rules and its place among other headers."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from construct import Construct, Container, Renamed, StreamError, Struct, Transformed
from construct.core import evaluate

from wirelab.codecs.constructs import Checksum, Noted, Violation


@dataclass(frozen=True)
class Bound:
    """The length rule: the field that says where header and payload end.

    Attributes:
        length: `this` expression, bytes from the start of the header.
        name: the field to blame.
        when: `this` expression; where it is false, the field says no length (IPv6's 0, an Ethernet
            type), and the payload goes up to the end.
    """

    length: Any
    name: str
    source: str
    when: Any = True


@dataclass(frozen=True)
class Selector:
    """The field whose number names the header that follows.

    Attributes:
        field: field name.
        table: name of the number space (`"ethertype"`); headers declare themselves in it.
    """

    field: str
    table: str


@dataclass(frozen=True)
class Pieces:
    """For a header whose payload may be a piece of something larger (an IPv4 fragment).

    Attributes:
        starts: `this` expression, true if the payload begins with a header.
        ends: `this` expression, true if nothing of it follows in another packet.
    """

    starts: Any
    ends: Any


@dataclass
class HeaderNotes:
    """What is known about a header as a whole."""

    title: str = ""
    source: str = ""
    display: str = ""
    doc: str = ""
    carried: Mapping[str, Sequence[int]] = dataclass_field(default_factory=dict)
    selects: Selector | None = None
    bound: Bound | None = None
    pieces: Pieces | None = None


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
            expected = f"{context.header_length} to {available} (what is there)"
            place = context._places[bound.name]
            raise Violation(bound.name, place, expected, length, bound.source)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Container:
        payload: bytes = context._params.get("payload", b"")
        values = Container({key: value for key, value in (obj or {}).items() if value is not None})
        values.payload_size = len(payload)
        for name, noted in self.noted():
            if noted.default is not None:
                values.setdefault(name, noted.default)
        # First what depends on other fields alone (lengths of them), then the header's length can
        # be known, and then what depends on it.
        self._fill(values, lambda auto: "header_length" not in auto)
        values.header_length = len(self._encode(values, context, path))
        self._fill(values, lambda auto: True)
        header = self._encode(values, context, path)
        for name, noted in self.noted():
            if isinstance(noted.subcon, Checksum) and name not in values:
                below = context._params.get("below", {})
                values[name] = noted.subcon.compute(header, payload, below)
                header = self._encode(values, context, path)
        stream.write(header)
        return values

    def _fill(self, values: Container, ready: Callable[[str], bool]) -> None:
        """Compute the AUTO values whose expressions are `ready`."""
        for name, noted in self.noted():
            if name not in values and noted.auto is not None and ready(repr(noted.auto)):
                values[name] = evaluate(noted.auto, values)

    def _encode(self, values: Container, context: Any, path: str) -> bytes:
        """The header with what is known so far; unknown AUTO values as zero."""
        known = Container({name: 0 for name, _ in self.noted()})
        known.update(values)
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


def is_bit_group(member: Construct) -> bool:
    """Whether `member` is a `BitStruct`, which construct makes of `Transformed` and `Struct`."""
    return isinstance(member, Transformed)


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
    length = getattr(inner, "length", None)
    return int(member.sizeof() if length is None else evaluate(length, context))


def _modes(context: Any) -> dict[str, bool]:
    return {
        "_parsing": context._parsing,
        "_building": context._building,
        "_sizing": context._sizing,
    }
