"""The constructs for lists: type-length-value options, and records one behind the other.

    OptionList   options, each with its kind and length (TCP, IPv4, IPv6, ND, DHCP, EDNS)
    Option       one kind of option
    RecordList   records without a kind (groups of IGMPv3)
    Record       the layout of one record

A list is a tuple of `(class name, {field: value})`. Nothing is lost, and nothing in a list makes
its header unreadable: an option whose kind is not known, or whose data does not suit its kind, is
an `UnknownOption`; where the lengths cannot be followed any further, the rest of the list is a
`MalformedOption`, and the rest of a list of records a `MalformedRecord`.

An option's fields may be integers of 1, 2, 3, 4 or 8 bytes, anonymous `BitStruct`s, and bytes of a
fixed length; parts whose length depends on others: `Bytes(this.x)`, `Array(this.n, Bytes(4))`,
`Prefixed(Int8ub, GreedyBytes)`, `If(this.x, Int32ub)`, `WhenLength(Int32ub, 6, 10)`, and fixed
fields behind them; and as the last part the rest: `GreedyBytes`, `GreedyRange(...)`, an
`OptionList(None, ...)` or a `RecordList(...)`. A `Const` tells options of one kind apart (MPTCP's
subtypes): the first of them that fits is taken.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from construct import (
    BytesInteger,
    Const,
    Construct,
    ConstructError,
    Container,
    StreamError,
    Struct,
    Subconstruct,
    Transformed,
)
from construct.core import evaluate

from wirelab.codecs.constructs import Noted, take
from wirelab.codecs.tlv import INTERNET_OPTIONS, TlvStyle

Items = tuple[tuple[str, Any], ...]


class Body(Struct):  # type: ignore[misc]  # construct is untyped
    """The fields of an option or record; bit groups are flat, AUTO values are filled in.

    Constants are no values: nobody can choose them.
    """

    def _parse(self, stream: Any, context: Any, path: str) -> dict[str, Any]:
        inner = Container(_=context, _params=context._params, _io=stream, **_modes(context))
        start = stream.tell()
        inner["_length"] = stream.seek(0, io.SEEK_END) - start
        stream.seek(start)
        values: dict[str, Any] = {}
        for member in self.subcons:
            value = member._parsereport(stream, inner, path)
            found = value if isinstance(member, Transformed) else {member.name: value}
            values.update((name, one) for name, one in found.items() if name != "_io")
            inner.update(values)
        constants = {name for name, noted in self.noted() if isinstance(noted.subcon, Const)}
        return {name: value for name, value in values.items() if name not in constants}

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        values = Container({name: obj.get(name) for name, _ in self.noted()})
        for name, noted in self.noted():
            if values[name] is None:
                values[name] = noted.default
        for name, noted in self.noted():
            if values[name] is None and noted.auto is not None:
                values[name] = evaluate(noted.auto, values)
        inner = Container(values, _=context, _params=context._params, **_modes(context))
        for member in self.subcons:
            value = values if isinstance(member, Transformed) else values.get(member.name)
            member._build(value, stream, inner, path)
        return obj

    def noted(self) -> list[tuple[str, Noted]]:
        """All fields in wire order, bit fields among them."""
        found = []
        for member in self.subcons:
            group = member.subcon.subcons if isinstance(member, Transformed) else [member]
            found += [(str(one.name), one.subcon) for one in group]
        return found


class WhenLength(Subconstruct):  # type: ignore[misc]  # construct is untyped
    """A part of an option that is there or not, as the length of the option's data says.

    Absent, it is None. For layouts that grow from one message of an exchange to the next.

    Args:
        subcon: an integer, or bytes of a fixed length.
        lengths: bytes of data with which it is there.
    """

    def __init__(self, subcon: Construct, *lengths: int) -> None:
        super().__init__(subcon)
        self.lengths = lengths
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        present = context["_length"] in self.lengths
        return self.subcon._parse(stream, context, path) if present else None

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        return obj if obj is None else self.subcon._build(obj, stream, context, path)


@dataclass(frozen=True)
class Option:
    """One kind of option.

    Attributes:
        name: name of its class.
        kind: number on the wire. Several options may have the same one.
        fields: `field()`s and anonymous `BitStruct`s of the option's data.
    """

    name: str
    kind: int
    fields: tuple[Construct, ...] = ()
    source: str = ""
    doc: str = ""

    @property
    def body(self) -> Body:
        """The construct of the data."""
        return Body(*self.fields)


@dataclass(frozen=True)
class Record:
    """The layout of the records of a list.

    Attributes:
        name: name of the class.
        fields: as those of an `Option`.
    """

    name: str
    fields: tuple[Construct, ...] = ()
    source: str = ""
    doc: str = ""

    @property
    def body(self) -> Body:
        """The construct of a record."""
        return Body(*self.fields)


class OptionList(Construct):  # type: ignore[misc]  # construct is untyped
    """Type-length-value options up to a length.

    Args:
        length: `this` expression, bytes; None: all that is left.
        options: the known kinds.
        style: how kind and length stand before the data; by default as in TCP and IPv4.
        usual: names of options that most often make up a whole list; generated code then looks for
            this list first. It changes nothing but speed.
        name: of the type alias for any option of the list; by default made of the names of the
            header and of the field.
    """

    def __init__(
        self,
        length: Any,
        options: Sequence[Option],
        style: TlvStyle = INTERNET_OPTIONS,
        usual: Sequence[str] = (),
        name: str = "",
    ) -> None:
        super().__init__()
        self.length = length
        self.options = tuple(options)
        self.style = style
        self.usual = tuple(usual)
        self.name_of_type = name
        self.flagbuildnone = True

    def within(self, length: Any) -> "OptionList":
        """The same list, up to a length."""
        return OptionList(length, self.options, self.style, self.usual, self.name_of_type)

    def _parse(self, stream: Any, context: Any, path: str) -> Items:
        data = _extent(stream, self.length, context, path)
        items: list[tuple[str, Any]] = []
        while data:
            item, size = self._first(data)
            items.append(item)
            data = data[size:]
        return tuple(items)

    def _first(self, data: bytes) -> tuple[tuple[str, Any], int]:
        """The option that `data` begins with, and its bytes."""
        style = self.style
        if style.padding and data[0] == style.padding[1]:
            return (style.padding[0], {}), 1
        if style.end and data[0] == style.end[1]:
            return (style.end[0], {"padding": data[1:]}), len(data)
        head = style.head
        try:
            first = _head(style).parse(data)
        except ConstructError:
            return ("MalformedOption", {"data": data}), len(data)
        size = first.length * style.unit + (0 if style.counts_head else head)
        if not head <= size <= len(data):
            return ("MalformedOption", {"data": data}), len(data)
        return self._known(first.kind, data[head:size]), size

    def _known(self, kind: int, data: bytes) -> tuple[str, Any]:
        for option in self.options:
            if option.kind == kind:
                stream = io.BytesIO(data)
                try:
                    values = option.body.parse_stream(stream)
                except ConstructError:
                    continue
                if stream.read() == b"":
                    return option.name, values
        return "UnknownOption", {"kind": kind, "data": data}

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        encoded = b"".join([self._encode(name, values) for name, values in obj or ()])
        stream.write(encoded + bytes(-(self.style.before + len(encoded)) % self.style.alignment))
        return obj

    def _encode(self, name: str, values: Mapping[str, Any]) -> bytes:
        style = self.style
        if style.end and name == style.end[0]:
            return bytes([style.end[1]]) + bytes(values["padding"])
        if style.padding and name == style.padding[0]:
            return bytes([style.padding[1]])
        if name == "MalformedOption":
            return bytes(values["data"])
        if name == "UnknownOption":
            kind, data = values["kind"], bytes(values["data"])
        else:
            option = next(option for option in self.options if option.name == name)
            kind, data = option.kind, option.body.build(dict(values))
        counted = len(data) + (style.head if style.counts_head else 0)
        units = -(-counted // style.unit)
        head = _head(style).build({"kind": kind, "length": units})
        return bytes(head) + data + bytes(units * style.unit - counted)


class RecordList(Construct):  # type: ignore[misc]  # construct is untyped
    """Records of one layout, one behind the other.

    Args:
        record: the layout.
        length: `this` expression, bytes; None: all that is left.
        count: `this` expression, how many records; None: up to the end. What is behind the last one
            is kept as a `MalformedRecord`.
        name: of the type alias, as for an `OptionList`.
    """

    def __init__(
        self, record: Record, length: Any = None, count: Any = None, name: str = ""
    ) -> None:
        super().__init__()
        self.record = record
        self.length = length
        self.count = count
        self.name_of_type = name
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> Items:
        data = io.BytesIO(_extent(stream, self.length, context, path))
        end = len(data.getvalue())
        left = end if self.count is None else evaluate(self.count, context)
        items: list[tuple[str, Any]] = []
        while data.tell() < end:
            start = data.tell()
            try:
                if left == 0:
                    raise StreamError("more than the count says")
                values = self.record.body.parse_stream(data)
                if data.tell() == start:
                    raise StreamError("a record of no bytes would go on for ever")
                items.append((self.record.name, values))
                left -= 1
            except ConstructError:
                items.append(("MalformedRecord", {"data": data.getvalue()[start:]}))
                break
        return tuple(items)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        for name, values in obj or ():
            malformed = name == "MalformedRecord"
            stream.write(values["data"] if malformed else self.record.body.build(dict(values)))
        return obj


def _head(style: TlvStyle) -> Construct:
    """The head of an option as a construct."""
    kind = "kind" / BytesInteger(style.kind_bytes)
    length = "length" / BytesInteger(style.length_bytes)
    return Struct(*((length, kind) if style.length_first else (kind, length)))


def _extent(stream: Any, length: Any, context: Any, path: str) -> bytes:
    """The bytes of a list."""
    return stream.read() if length is None else take(stream, evaluate(length, context), path)


def _modes(context: Any) -> dict[str, bool]:
    names = ("_parsing", "_building", "_sizing")
    return {name: context[name] for name in names}
