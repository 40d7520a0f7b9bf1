"""The closed set of constructs that schemas are written in, beside construct's own.

Each one parses and builds like any construct (so the interpreted schema is the reference that
generated code is tested against) and keeps what it was told in plain attributes, which
`wirelab.codecs.compiler` reads. Schemas use `this` expressions and never a lambda, because an
expression can be compiled and a lambda cannot.

    HeaderSchema   a header: its fields, its length rules, how it is found and what follows it
    field(...)     a named field with display name, text format, default and source (`Noted`)
    Rule           a condition on what was read (`this.version == 4`)
    Checksum       16-bit Internet checksum over header, payload and pseudo-header
    OptionList     TLV options of TCP and IPv4 (`Option` is one kind)

In expressions a schema may also use `this.header_length` and `this.payload_length` (bytes).
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from construct import (
    Construct,
    ConstructError,
    Container,
    Int16ub,
    Renamed,
    StreamError,
    Struct,
    Subconstruct,
    Transformed,
)
from construct.core import evaluate

from wirelab.codecs.checksum import internet_checksum
from wirelab.codecs.registries import Registry


class Violation(ConstructError):  # type: ignore[misc]  # noqa: N818 (it reads like what it is)
    """What was read breaks a rule of the schema, or ends too early.

    Attributes:
        name: the field to blame.
        position: bytes from the start of the header to it.
        expected: what the rule demands.
        got: what is there.
        source: where the rule stands.
    """

    def __init__(self, name: str, position: int, expected: str, got: object, source: str) -> None:
        super().__init__(f"{name}: expected {expected}, got {got}")
        self.name = name
        self.position = position
        self.expected = expected
        self.got = got
        self.source = source


class Noted(Subconstruct):  # type: ignore[misc]  # construct is untyped
    """A field with what people and the compiler want to know about it; `field()` makes it.

    Attributes:
        display: Wireshark's display-filter name.
        aliases: display names that mean this field among others (`tcp.port`).
        format: how the value is written: `dec`, `hex`, `bool`, `mac`, `ipv4`, `bytes`, `options`.
        names: what the values mean.
        source: where the field is defined.
        default: value for a header made without one (text is read as an address).
        auto: expression that gives the value when the caller leaves it AUTO.
        doc: one line for the reader of the generated class.
        views: names for some of the bits.
        flags: name of the `IntFlag` class to make of the views.
        scale: the display shows the value times this.
    """

    def __init__(self, subcon: Construct, **notes: Any) -> None:
        super().__init__(subcon)
        self.display: str = notes.pop("display", "")
        self.aliases: tuple[str, ...] = notes.pop("aliases", ())
        self.format: str = notes.pop("format", "dec")
        self.names: Registry | None = notes.pop("names", None)
        self.source: str = notes.pop("source", "")
        self.default: Any = notes.pop("default", None)
        self.auto: Any = notes.pop("auto", None)
        self.doc: str = notes.pop("doc", "")
        self.views: tuple[View, ...] = notes.pop("views", ())
        self.flags: str = notes.pop("flags", "")
        self.scale: int = notes.pop("scale", 1)
        if notes:
            raise TypeError(f"unknown notes: {', '.join(notes)}")
        self.flagbuildnone = True

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        if obj is None:
            obj = self.default if self.auto is None else evaluate(self.auto, context)
        return self.subcon._build(obj, stream, context, path)


def field(name: str, subcon: Construct, display: str = "", **notes: Any) -> Renamed:
    """A named field; the keyword arguments are `Noted`'s attributes."""
    return name / Noted(subcon, display=display, **notes)


@dataclass(frozen=True)
class View:
    """Some bits of an integer field under a name of their own; not on the wire by itself.

    Attributes:
        shift: bits to the right of the view.
        bits: width.
        format: as in `Noted`; `ipv4` makes it 4 bytes, `bool` a truth value.
        when: numbers of the header's first field for which the view has a meaning (empty: all).
    """

    name: str
    shift: int
    bits: int
    display: str = ""
    format: str = "dec"
    doc: str = ""
    source: str = ""
    aliases: tuple[str, ...] = ()
    when: tuple[int, ...] = ()
    settable: bool = False


class Rule(Construct):  # type: ignore[misc]  # construct is untyped
    """A condition that what was read so far must meet; nothing on the wire.

    Args:
        condition: `this` expression.
        name: the field to blame.
        expected: for the message.
    """

    def __init__(self, condition: Any, name: str, expected: str, source: str) -> None:
        super().__init__()
        self.condition = condition
        self.blames = name
        self.expected = expected
        self.source = source
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> None:
        if not evaluate(self.condition, context):
            place = context.get("_places", {}).get(self.blames, 0)
            got = context[self.blames]
            raise Violation(self.blames, place, self.expected, got, self.source)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> None:
        return None  # explicit values go out as they are, also wrong ones

    def _sizeof(self, context: Any, path: str) -> int:
        return 0


class Checksum(Construct):  # type: ignore[misc]  # construct is untyped
    """The 16-bit Internet checksum of RFC 1071; the enclosing `HeaderSchema` fills it in.

    Args:
        covers_payload: the payload is summed, too (TCP, UDP, ICMP), not only the header (IPv4).
        pseudo: construct of the pseudo-header, or None. It may use `this.below.<field>`, the header
            below, and `this.length`, bytes of header and payload.
        zero_means_none: 0 on the wire says "no checksum", so a computed 0 is sent as 0xFFFF (UDP).
    """

    def __init__(
        self,
        covers_payload: bool = True,
        pseudo: Construct | None = None,
        zero_means_none: bool = False,
    ) -> None:
        super().__init__()
        self.covers_payload = covers_payload
        self.pseudo = pseudo
        self.zero_means_none = zero_means_none
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        return Int16ub._parse(stream, context, path)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        return Int16ub._build(0 if obj is None else obj, stream, context, path)

    def _sizeof(self, context: Any, path: str) -> int:
        return 2

    def compute(self, header: bytes, payload: bytes, below: Any) -> int:
        """The value for a header whose checksum field is zero."""
        covered = header + payload if self.covers_payload else header
        if self.pseudo is not None:
            covered = (
                self.pseudo.build({}, below=Container(below), length=len(header) + len(payload))
                + covered
            )
        value = internet_checksum(covered)
        return 0xFFFF if self.zero_means_none and value == 0 else value


@dataclass(frozen=True)
class Option:
    """One kind of option.

    Attributes:
        name: name of its class.
        fields: `field()`s of the option's data; the last may be a repeated group.
        kind: type octet on the wire.
    """

    name: str
    kind: int
    fields: tuple[Renamed, ...] = ()
    source: str = ""
    doc: str = ""


class OptionList(Construct):  # type: ignore[misc]  # construct is untyped
    """Type-length-value options up to a length; a tuple of `(class name, {field: value})`.

    Kind 0 ends the list (what follows is its padding), kind 1 is one byte of padding; any other
    kind has a length octet that counts the kind and itself (RFC 9293 section 3.1, RFC 791
    section 3.1). Nothing is lost: a kind or a length that is not known gives `UnknownOption`, a
    length that cannot be followed ends the list with `MalformedOption`.
    """

    def __init__(self, length: Any, options: Sequence[Option]) -> None:
        super().__init__()
        self.length = length
        self.options = tuple(options)
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> tuple[tuple[str, Any], ...]:
        data = take(stream, evaluate(self.length, context), path)
        items: list[tuple[str, Any]] = []
        while data:
            kind, size = data[0], data[1] if len(data) > 1 else 0
            if kind == 0:
                items.append(("EndOfOptions", {"padding": data[1:]}))
                break
            if kind == 1:
                items.append(("NoOperation", {}))
                data = data[1:]
                continue
            if not 2 <= size <= len(data):
                items.append(("MalformedOption", {"data": data}))
                break
            items.append(self._one(kind, data[2:size]))
            data = data[size:]
        return tuple(items)

    def _one(self, kind: int, data: bytes) -> tuple[str, Any]:
        for option in self.options:
            if option.kind != kind:
                continue
            stream = io.BytesIO(data)
            try:
                value = Struct(*option.fields).parse_stream(stream)
            except ConstructError:
                break
            if stream.read() == b"":
                return option.name, {key: value[key] for key in value if key != "_io"}
        return "UnknownOption", {"kind": kind, "data": data}

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        encoded = b"".join([self._encode(name, values) for name, values in obj or ()])
        stream.write(encoded + bytes(-len(encoded) % 4))
        return obj

    def _encode(self, name: str, values: Mapping[str, Any]) -> bytes:
        if name == "EndOfOptions":
            return bytes(1) + bytes(values["padding"])
        if name == "NoOperation":
            return b"\1"
        if name == "MalformedOption":
            return bytes(values["data"])
        if name == "UnknownOption":
            return bytes((values["kind"], len(values["data"]) + 2)) + bytes(values["data"])
        option = next(option for option in self.options if option.name == name)
        data = Struct(*option.fields).build(dict(values))
        return bytes((option.kind, len(data) + 2)) + bytes(data)


def take(stream: Any, length: int, path: str) -> bytes:
    """Read exactly `length` bytes; construct's own function does, but is no public name."""
    data: bytes = stream.read(length) if length >= 0 else b""
    if len(data) != length:
        raise StreamError(f"expected {length} bytes, found {len(data)}", path=path)
    return data


@dataclass(frozen=True)
class Bound:
    """The length rule: the field that says where header and payload end.

    Attributes:
        length: `this` expression, bytes from the start of the header.
        name: the field to blame.
    """

    length: Any
    name: str
    source: str


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
        expected = f"{_size(member, context)} bytes"
        return Violation(name, position, expected, f"{end - position} bytes", source)

    def _check_bound(self, stream: Any, context: Container, start: int) -> None:
        bound = self.notes.bound
        if bound is None:
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
        values.payload_length = len(payload)
        header = self._encode(values, context, path)
        values.header_length = len(header)
        for name, noted in self.noted():
            if name not in values and noted.auto is not None:
                values[name] = evaluate(noted.auto, values)
        header = self._encode(values, context, path)
        for name, noted in self.noted():
            if isinstance(noted.subcon, Checksum) and name not in values:
                below = context._params.get("below", {})
                values[name] = noted.subcon.compute(header, payload, below)
                header = self._encode(values, context, path)
        stream.write(header)
        return values

    def _encode(self, values: Container, context: Any, path: str) -> bytes:
        """The header with what is known so far; unknown AUTO values as zero."""
        known = Container(values)
        for name, noted in self.noted():
            if name not in known:
                known[name] = 0 if noted.default is None else noted.default
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
