"""The row backend for DNS: a class for each type of resource record."""

from dataclasses import dataclass

from construct import Construct, GreedyRange, Prefixed

from wirelab.codecs.compiler.description import Header, SchemaError, unwrap
from wirelab.codecs.compiler.fields import option_table
from wirelab.codecs.compiler.option_description import (
    Fixed,
    Nested,
    Rest,
    Run,
    Sized,
    describe_body,
)
from wirelab.codecs.compiler.option_names import alias_of, decoder_of, style_of
from wirelab.codecs.compiler.row_values import ADDRESSES
from wirelab.codecs.compiler.source import Lines, attribute, docstring, snake
from wirelab.codecs.constructs import Noted, field
from wirelab.codecs.header_schema import is_bit_group
from wirelab.codecs.option_lists import Option
from wirelab.codecs.resource_records import DomainName, Resource, Sections

OWNER = field(
    "name",
    DomainName(compress=True),
    "dns.resp.name",
    format="name",
    doc="Whose record it is.",
    source="RFC 1035 section 4.1.3",
)


@dataclass
class Name:
    """A domain name."""

    name: str
    notes: Noted
    compress: bool


@dataclass
class Strings:
    """Character strings up to the end of the data."""

    name: str
    notes: Noted


Part = Run | Name | Strings | Sized | Rest | Nested


def resources_source(sections: Sections) -> str:
    """The classes of all types, the table of them, and their union."""
    out = Lines()
    for resource in sections.resources:
        _class(out, resource)
    rows = ", ".join(f"{one.type}: {one.name}" for one in sections.resources)
    out.add(f"_RECORDS: dict[int, type[DNSRecord]] = {{{rows}}}", "")
    union = " | ".join([one.name for one in sections.resources] + ["DNSResource", "DNSMalformed"])
    out.add(f"DNSAnyRecord: TypeAlias = {union}", "", "")
    return out.text()


def resource_notes(sections: Sections | None) -> list[Noted]:
    """The notes of all fields of all types."""
    found: list[Noted] = []
    for resource in sections.resources if sections is not None else ():
        parts = describe_resource(resource.head) + describe_resource(resource.fields)
        found += [notes for _, notes, _, _ in _noted(parts)]
    return found


def section_arguments(header: Header) -> list[str]:
    """The constructor's arguments for what stands in the sections."""
    counts = header.sections.counts if header.sections is not None else {}
    return [f"    {name}: Iterable[SectionItem] = ()," for name in counts]


def encode_sections(out: Lines, header: Header) -> None:
    """The constructor's bytes of the sections, and how many items they have."""
    if header.sections is None:
        return
    counts = header.sections.counts
    given = ", ".join(f"{name!r}: {name}" for name in counts)
    numbers = ", ".join(counts.values())
    out.add(f"sections, {numbers} = joined_sections(")
    out.add(f"    {header.name}, sections, {{{given}}}, ({numbers}))")


def write_sections(out: Lines, sections: Sections) -> None:
    """What the class of the header says of its sections."""
    out.add(f"SECTIONS: ClassVar[Mapping[str, str]] = {dict(sections.counts)!r}")
    out.add("RECORDS: ClassVar[Mapping[int, type[DNSRecord]]] = _RECORDS", "")
    for index, name in enumerate(sections.counts):
        kind = "DNSAnyRecord" if index else "DNSQuestion | DNSMalformed"
        out.add("@property", f"def {name}(self) -> tuple[{kind}, ...]:")
        out.add(f'    """The {name}, read when first asked for (RFC 1035 section 4.1)."""')
        out.add(f"    return self.section({name!r})", "")


def describe_resource(fields: tuple[Construct, ...]) -> list[Part]:
    """Walk the fields of a record: fixed ones together, the others one by one.

    Raises:
        SchemaError: a construct that the compiler does not understand.
    """
    parts: list[Part] = []
    fixed: list[Construct] = []
    for member in fields:
        special = None if is_bit_group(member) else _special(member)
        if special is None:
            described = describe_body(Option("", 0, (*fixed, member))).parts
            if len(described) == 1 and isinstance(described[0], Run):
                fixed.append(member)
                continue
            last = described[-1]
            if not isinstance(last, (Sized, Rest, Nested)):
                raise SchemaError(f"{member!r} cannot be compiled in a resource record")
            special = last
        parts += _run(fixed)
        fixed = []
        parts.append(special)
    return parts + _run(fixed)


def _special(member: Construct) -> Part | None:
    name, notes = unwrap(member)
    inner = notes.subcon
    if isinstance(inner, DomainName):
        return Name(name, notes, inner.compress)
    if isinstance(inner, GreedyRange) and isinstance(inner.subcon, Prefixed):
        return Strings(name, notes)
    return None


def _run(fixed: list[Construct]) -> list[Part]:
    found = describe_body(Option("", 0, tuple(fixed))).parts
    return [part for part in found if isinstance(part, Run)]


def _noted(parts: list[Part]) -> list[tuple[str, Noted, str, int]]:
    """Name, notes, Python type and width in bits (or -1) of each field."""
    found: list[tuple[str, Noted, str, int]] = []
    for part in parts:
        if isinstance(part, Run):
            found += [(one.name, one.notes, one.kind, one.bits) for one in part.fields]
        else:
            kind = {Name: "str", Strings: "tuple[bytes, ...]"}.get(type(part), "bytes")
            found.append((part.name, part.notes, kind, -1))
    return found


def _class(out: Lines, resource: Resource) -> None:
    head, parts = describe_resource(resource.head), describe_resource(resource.fields)
    _, owner = unwrap(OWNER)
    noted = [("name", owner, "str", -1), *_noted(parts), *_noted(head)]
    if not (len(head) == 1 and isinstance(head[0], Run) and head[0].size == 6):
        raise SchemaError(f"{resource.name}: 6 bytes stand between type and length of the data")
    names = [name for name, _, _, _ in _in_order(resource, noted)]
    for index, part in enumerate([head[0], *parts]):
        if isinstance(part, Run):
            out.add(f'{_struct(resource, index)} = struct.Struct("!{part.format}")')
    out.add("", "", f"class {resource.name}(DNSRecord):")
    with out.indented():
        lines = docstring(f"{resource.doc.rstrip('.')} ({resource.source}).", 96)
        out.add(lines[0].removesuffix('"""'), *lines[1:-1], "", "Attributes:")
        for name, notes, _, _ in noted:
            out.add(*attribute(name, notes, None))
        out.add('"""', "")
        out.add(f"__slots__ = ({''.join(f'{n!r}, ' for n in sorted(names) if n != 'name')})")
        out.add(f"__match_args__ = ({''.join(f'{name!r}, ' for name in names)})")
        out.add(f"TYPE = {resource.type}")
        table = [(name, notes, -1, bits) for name, notes, _, bits in noted]
        out.add(f"FIELDS = {option_table(table)}", "")
        _constructor(out, resource, noted, parts)
        _read(out, resource, head[0], parts)
        out.add("def head(self) -> bytes:")
        out.add('    """What stands between the type and the length of the data."""')
        out.add(f"    return {_packed(resource, 0, head[0])}", "")
        _data(out, resource, parts)
    out.add("", "")


def _in_order(
    resource: Resource, noted: list[tuple[str, Noted, str, int]]
) -> list[tuple[str, Noted, str, int]]:
    """As the constructor takes them: what has a default behind what has none."""
    return sorted(noted, key=lambda one: _default(resource, one[0], one[1]) is not None)


def _default(resource: Resource, name: str, notes: Noted) -> object:
    if name == "name" and notes is unwrap(OWNER)[1]:
        return resource.owner
    return notes.default


def _struct(resource: Resource, index: int) -> str:
    return f"_{snake(resource.name)}_{index}".upper() if index else f"_{resource.name}_HEAD".upper()


def _constructor(
    out: Lines,
    resource: Resource,
    noted: list[tuple[str, Noted, str, int]],
    parts: list[Part],
) -> None:
    nested = {part.name: part for part in parts if isinstance(part, Nested)}
    arguments, stores = [], []
    for name, notes, kind, _ in _in_order(resource, noted):
        annotation, value = kind, name
        if notes.format in ADDRESSES:
            annotation = "AddressLike"
            convert = ADDRESSES[notes.format][0]
            value = f"address_argument({resource.name}, {name!r}, {name}, {convert})"
        elif kind.startswith("tuple"):
            annotation = "Iterable[bytes | str]"
            items = f"items_argument({resource.name}, {name!r}, {name})"
            value = f"tuple([text_argument({resource.name}, {name!r}, one) for one in {items}])"
        elif name in nested:
            alias = alias_of(nested[name].construct, resource.name, name)
            annotation = f"Iterable[{alias}] | bytes"
            value = f"list_argument({resource.name!r}, {name!r}, {name}, {decoder_of(alias)})"
        elif notes.format == "text":
            annotation, value = "bytes | str", f"text_argument({resource.name}, {name!r}, {name})"
        default = _default(resource, name, notes)
        arguments.append(f"{name}: {annotation}" + ("" if default is None else f" = {default!r}"))
        stores.append(f"    self.{name} = {value}")
    out.add(f"def __init__(self, {', '.join(arguments)}) -> None:", *stores, "")


def _read(out: Lines, resource: Resource, head: Run, parts: list[Part]) -> None:
    out.add("@classmethod")
    out.add("def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:")
    with out.indented():
        out.add('"""Read the record whose data are at `offset`; see `DNSRecord`."""')
        out.add("record = cls.__new__(cls)", "record.name = name")
        _unpack(out, _struct(resource, 0), head, "offset - 8")
        for index, part in enumerate(parts):
            if isinstance(part, Run):
                out.add(f"if end - offset < {part.size}:")
                out.add("    raise misfit(cls, offset, end, offset)")
                _unpack(out, _struct(resource, index + 1), part, "offset")
                out.add(f"offset += {part.size}")
                continue
            target = f"record.{part.name}"
            if isinstance(part, Name):
                out.add(f"{target}, offset = decode_name(message, offset, end)")
            elif isinstance(part, Sized):
                out.add(f"{target}, offset = decode_string(message, offset, end)")
            else:
                value = "message[offset:end]"
                if isinstance(part, Strings):
                    value = "decode_strings(message, offset, end)"
                elif isinstance(part, Nested):
                    alias = alias_of(part.construct, resource.name, part.name)
                    value = f"{decoder_of(alias)}({value})"
                out.add(f"{target} = {value}", "offset = end")
        out.add("if offset != end:", "    raise misfit(cls, offset, end, offset)")
        out.add("return record", "")


def _unpack(out: Lines, struct: str, run: Run, place: str) -> None:
    targets, after = [], []
    for group in run.words:
        first = group[0]
        if not first.is_word:
            targets.append(f"record.{first.name}")
            continue
        targets.append("word")
        after += [f"record.{one.name} = {_bits(one)}" for one in group]
    out.add(f"{', '.join(targets)}, = {struct}.unpack_from(message, {place})", *after)


def _bits(one: Fixed) -> str:
    shifted = f"word >> {one.shift}" if one.shift else "word"
    if one.kind == "bool":
        return f"word & {1 << one.shift} != 0"
    return f"{shifted} & {(1 << one.bits) - 1:#x}"


def _packed(resource: Resource, index: int, run: Run) -> str:
    values = []
    for group in run.words:
        terms = [
            f"checked(self.{one.name}, {one.bits}) << {one.shift}"
            if one.is_word
            else f"self.{one.name}"
            for one in group
        ]
        values.append(" | ".join(terms))
    return f"{_struct(resource, index)}.pack({', '.join(values)})"


def _data(out: Lines, resource: Resource, parts: list[Part]) -> None:
    arguments = "offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0"
    out.add(f"def data(self, {arguments}) -> bytes:")
    with out.indented():
        out.add('"""The data, which will stand at byte `at` of a message."""')
        built = ""
        for index, part in enumerate(parts):
            own = f"self.{part.name}" if not isinstance(part, Run) else ""
            if isinstance(part, Run):
                value = _packed(resource, index + 1, part)
            elif isinstance(part, Name):
                value = f"encode_name({own})"
                if part.compress:
                    value = (
                        f"encode_name({own}, offsets, {f'at + len({built})' if built else 'at'})"
                    )
            elif isinstance(part, Strings):
                value = f"encode_strings({own})"
            elif isinstance(part, Sized):
                value = f"encode_strings(({own},))"
            elif isinstance(part, Nested):
                style = style_of(part.construct, alias_of(part.construct, resource.name, part.name))
                value = f"encode_list({resource.name!r}, {part.name!r}, {own}, {style})"
            else:
                value = own
            if len(parts) == 1:
                out.add(f"return {value}", "")
                return
            out.add(f"data {'+=' if built else '='} {value}")
            built = "data"
        out.add("return data", "")
