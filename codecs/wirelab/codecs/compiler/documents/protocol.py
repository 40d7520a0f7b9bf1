"""All that is known about one protocol, as plain data for pages, terminals and JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from construct import Bytes, Const, Int8ub

from wirelab.codecs.addresses import ipv4_text, mac_text
from wirelab.codecs.compiler.documents.diagram import diagram
from wirelab.codecs.compiler.documents.layout import Part, parts, words
from wirelab.codecs.compiler.modules import schema_modules
from wirelab.codecs.constructs import Checksum, Noted, Rule, View
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList
from wirelab.codecs.tlv import TlvStyle


@dataclass(frozen=True)
class FieldFacts:
    """One field, or some of its bits.

    Attributes:
        name: attribute name.
        bits: place and width in words: `0-15`, `from 160`, `after options`.
        display: Wireshark's display-filter name, or empty.
        aliases: further filter names.
        meaning: one line.
        default: what the constructor takes without the argument.
        source: where it is defined.
        values: names of numbers.
        values_by: names of numbers, by the value of the header's first field.
        view_of: the field whose bits these are, or empty.
    """

    name: str
    bits: str
    display: str
    aliases: Sequence[str]
    meaning: str
    default: str
    source: str
    values: Mapping[int, str]
    view_of: str = ""
    values_by: Mapping[int, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ElementFacts:
    """An option or a record of a list.

    Attributes:
        name: class name.
        kind: number on the wire; None for records and for what has none.
    """

    name: str
    kind: int | None
    doc: str
    source: str
    diagram: str
    fields: Sequence[FieldFacts]


@dataclass(frozen=True)
class ListFacts:
    """A list of options or records in a header."""

    name: str
    elements: Sequence[ElementFacts]


@dataclass(frozen=True)
class ProtocolFacts:
    """One header.

    Attributes:
        name: class name.
        module: module of its schema, which is the name of its page, too.
        numbers: how others name it: number space -> numbers.
        carries: what it names: field -> class names by number, in words.
        rules: what must hold.
    """

    name: str
    module: str
    title: str
    display: str
    source: str
    doc: str
    numbers: Mapping[str, Sequence[int]]
    carries: Sequence[str]
    rules: Sequence[str]
    diagram: str
    fields: Sequence[FieldFacts]
    lists: Sequence[ListFacts] = field(default_factory=tuple)


@cache
def protocols() -> tuple[ProtocolFacts, ...]:
    """All headers, by name."""
    found = [facts(module, schema) for module, schema in _schemas()]
    return tuple(sorted(found, key=lambda one: one.name.lower()))


@cache
def _schemas() -> tuple[tuple[str, HeaderSchema], ...]:
    found = []
    for module in schema_modules():
        name = module.__name__.rpartition(".")[2]
        headers = [one for one in vars(module).values() if isinstance(one, HeaderSchema)]
        found += [(name, header) for header in headers]
    return tuple(found)


def facts(module: str, schema: HeaderSchema) -> ProtocolFacts:
    """What a schema says."""
    notes = schema.notes
    found = parts(schema.subcons)
    return ProtocolFacts(
        schema.layer,
        module,
        notes.title,
        notes.display,
        notes.source,
        notes.doc,
        {space: tuple(numbers) for space, numbers in notes.carried.items()},
        _carries(schema),
        _rules(schema),
        diagram(found),
        _fields(found, notes.selects.field if notes.selects else ""),
        (
            *(_list(part) for part in found if part.is_list),
            *(_records(part) for part in found if part.notes.sections is not None),
        ),
    )


def _carries(schema: HeaderSchema) -> list[str]:
    """For each number space: the field, and the headers that have a number in it."""
    selects = schema.notes.selects
    if selects is None:
        return []
    lines = []
    for space in filter(None, (selects.table, getattr(selects, "or_else", ""))):
        named = [
            f"{number_text(space, numbers)} {other.layer}"
            for _, other in _schemas()
            for table, numbers in other.notes.carried.items()
            if table == space
        ]
        also = f" or {selects.also}" if getattr(selects, "also", "") else ""
        lines.append(f"by {selects.field}{also} ({space}): {', '.join(named) or 'nothing yet'}")
    return lines


def value_lines(one: FieldFacts, first: str) -> list[str]:
    """What the values of a field mean, in words; `first` is the name of the first field."""
    said = [("", one.values)] if one.values else []
    said += [(f" (if {first} is {number})", names) for number, names in one.values_by.items()]
    return [
        f"{one.name}{when}: {', '.join(f'{number} {name}' for number, name in names.items())}."
        for when, names in said
    ]


def number_text(space: str, numbers: Sequence[int]) -> str:
    """Numbers of a space as people write them: Ethernet types in hexadecimal, runs as ranges."""
    form = "#06x" if space == "ethertype" else "d"
    ordered = list(numbers)
    if len(ordered) > 4 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{format(ordered[0], form)}-{format(ordered[-1], form)}"
    return "/".join(format(number, form) for number in ordered)


def _rules(schema: HeaderSchema) -> list[str]:
    lines = [
        f"`{member.blames}` must be {member.expected} ({member.source})"
        for member in schema.subcons
        if isinstance(member, Rule)
    ]
    bound = schema.notes.bound
    if bound is not None:
        when = getattr(bound, "when", True)
        condition = "" if when is True else f", if {words(when)}"
        length = words(bound.length)
        lines.append(
            f"`{bound.name}` says where the payload ends: {length} bytes from the start of the "
            f"header{condition} ({bound.source})"
        )
    return lines


def _fields(found: Iterable[Part], next_field: str = "") -> list[FieldFacts]:
    rows: list[FieldFacts] = []
    previous = ""
    for part in found:
        notes = part.notes
        rows.append(
            FieldFacts(
                part.name,
                _place(part, previous),
                notes.display,
                notes.aliases,
                _meaning(part),
                _default(part, next_field),
                notes.source,
                dict(notes.names or {}),
                values_by={kind: dict(names) for kind, names in (notes.names_by or {}).items()},
            )
        )
        rows += [_view(part, view, rows[0].name) for view in notes.views]
        previous = part.name
    return rows


def _view(part: Part, view: View, first: str) -> FieldFacts:
    place = part.offset + part.bits - view.shift - view.bits
    numbers = ", ".join(map(str, view.when))
    when = f" If {first} is {numbers}." if numbers else ""
    return FieldFacts(
        view.name,
        _span(place, view.bits),
        view.display,
        view.aliases,
        f"{_sentence(view.doc)}{when}".strip(),
        "",
        view.source,
        dict(view.names or {}),
        part.name,
    )


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


def _place(part: Part, previous: str) -> str:
    if part.offset >= 0:
        return _span(part.offset, part.bits) if part.bits else f"from {part.offset}"
    width = f"{part.bits} bits " if part.bits else ""
    return f"{width}after {previous}"


def _span(offset: int, bits: int) -> str:
    return str(offset) if bits == 1 else f"{offset}-{offset + bits - 1}"


def _meaning(part: Part) -> str:
    notes = part.notes
    said = [_sentence(notes.doc)]
    if part.length:
        said.append(_sentence(f"Length: {part.length}"))
    if part.condition:
        condition = part.condition.removeprefix("if ")
        said.append(_sentence(f"There if {condition}"))
    return " ".join(one for one in said if one)


def _default(part: Part, next_field: str) -> str:
    """What the constructor takes when the argument is left out."""
    notes, inner = part.notes, part.construct
    if isinstance(inner, Checksum):
        return f"AUTO: {_checksum(inner)}"
    if notes.auto is not None:
        return f"AUTO: {words(notes.auto)}"
    if notes.default is not None and not part.is_list:
        return _value_text(notes)
    if isinstance(inner, Const):
        return f"always {inner.value}"
    if part.name == next_field:
        return "AUTO: the number of what follows"
    return "none" if part.is_list else "absent" if part.condition else ""


def _checksum(checksum: Checksum) -> str:
    covered = "header and payload" if checksum.covers_payload else "header"
    covered = f"pseudo-header, {covered}" if checksum.pseudo is not None else covered
    text = f"Internet checksum of {covered}"
    return f"{text}; 0 says none" if checksum.zero_means_none else text


def _value_text(notes: Noted) -> str:
    value: Any = notes.default
    if isinstance(value, bytes):
        if notes.format == "mac" and len(value) == 6:
            return mac_text(value)
        if notes.format == "ipv4" and len(value) == 4:
            return ipv4_text(value)
        return value.hex() or "empty"
    if notes.format == "hex" and isinstance(value, int):
        return f"{value:#x}"
    return str(value)


def _list(part: Part) -> ListFacts:
    declared = part.construct
    if isinstance(declared, RecordList):
        return ListFacts(part.name, [_element(declared.record, None, [])])
    assert isinstance(declared, OptionList)
    style = declared.style
    single = [pair for pair in (style.padding, style.end) if pair]
    elements = [
        ElementFacts(name, kind, "A kind octet and nothing else.", "", "", ())
        for name, kind in single
    ]
    elements += [
        _element(option, option.kind, _head(style, option.kind)) for option in declared.options
    ]
    return ListFacts(part.name, sorted(elements, key=lambda one: one.kind or 0))


def _records(part: Part) -> ListFacts:
    """The types of the records in the sections of a message."""
    elements = []
    for resource in part.notes.sections.resources if part.notes.sections else ():
        body = parts(resource.fields)
        elements.append(
            ElementFacts(
                resource.name,
                resource.type,
                resource.doc,
                resource.source,
                diagram(body),
                _fields(body),
            )
        )
    return ListFacts(part.name, elements)


def _element(declared: Option | Record, kind: int | None, head: list[Part]) -> ElementFacts:
    start = sum(part.bits for part in head)
    body = parts(declared.fields)
    shifted = [
        replace(part, offset=part.offset + start) if part.offset >= 0 else part for part in body
    ]
    drawing = diagram([*head, *shifted])
    return ElementFacts(
        declared.name, kind, declared.doc, declared.source, drawing, _fields(shifted)
    )


def _head(style: TlvStyle, kind: int) -> list[Part]:
    """Kind and length of an option, as parts of its drawing."""
    number = Part(f"kind={kind}", Noted(Int8ub), Bytes(style.kind_bytes), style.kind_bytes * 8)
    length = Part("length", Noted(Int8ub), Bytes(style.length_bytes), style.length_bytes * 8)
    return [length, number] if style.length_first else [number, length]
