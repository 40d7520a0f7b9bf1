"""The row backend: one typed class a header, one `struct` call a run of fixed fields.

Choices, measured (CONTRIBUTING.md, "Decisions"):
- fields are unpacked straight into slots; a word of bits is kept for `build`, and each of its
  fields for readers;
- options stay bytes until somebody asks;
- checksums are arithmetic over the fields, not a pass over built bytes: modulo 65535 a 16-bit word
  counts as itself wherever it stands, so a field's weight is 1 or 256 by the parity of its end.
"""

from wirelab.codecs.compiler.description import (
    Addresses,
    FixedBytes,
    Header,
    Integer,
    Options,
    Word,
    expression,
)
from wirelab.codecs.compiler.fields import field_table
from wirelab.codecs.compiler.option_names import alias_of, decoder_of, singular
from wirelab.codecs.compiler.resource_rows import resources_source, write_sections
from wirelab.codecs.compiler.row_build import write_build, write_checksum_ok
from wirelab.codecs.compiler.row_constructor import write_constructor
from wirelab.codecs.compiler.row_parse import write_parse
from wirelab.codecs.compiler.row_values import (
    FORMATS,
    all_bits,
    counting,
    is_eager,
    variable_length,
)
from wirelab.codecs.compiler.source import Lines, attribute, docstring
from wirelab.codecs.constructs import Checksum
from wirelab.codecs.header_schema import Selector, is_optional
from wirelab.codecs.option_lists import RecordList


def header_source(header: Header) -> str:
    """The class of one header, with what it needs before and after it."""
    out = Lines()
    if header.sections is not None:
        out.add(resources_source(header.sections))
    codes = "".join(
        FORMATS[part.size] if not isinstance(part, FixedBytes) else f"{part.size}s"
        for part in header.fixed
    )
    out.add(
        f'_FIXED{header.suffix} = struct.Struct("!{codes}")',
        f"_unpack{header.suffix} = _FIXED{header.suffix}.unpack_from",
        f"_pack{header.suffix} = _FIXED{header.suffix}.pack",
    )
    out.add("", "")
    base = "Header" if header.sections is None else "SectionedHeader"
    out.add(f"class {header.name}({base}):")
    with out.indented():
        _class_head(out, header)
        write_constructor(out, header)
        write_parse(out, header)
        _lengths(out, header)
        write_build(out, header)
        write_checksum_ok(out, header)
        _properties(out, header)
        _derived(out, header)
        _copied(out, header)
        if header.sections is not None:
            write_sections(out, header.sections)
    return out.text()


def flags_source(header: Header) -> str:
    """An `IntFlag` for each field whose views are flags."""
    out = Lines()
    for _, notes in header.schema.noted():
        if notes.flags:
            out.add("", "", f"class {notes.flags}(IntFlag):")
            with out.indented():
                out.add(f'"""Control bits ({notes.source})."""', "")
                for view in notes.views:
                    out.add(f"{view.name.upper()} = {1 << view.shift}")
            out.add("", "")
    return out.text()


def slots(header: Header) -> list[str]:
    """The slots of the class, in wire order."""
    names = []
    for fixed in header.fixed:
        names.append(fixed.name)
        names += [bit.name for bit in fixed.bits] if isinstance(fixed, Word) else []
    for part in header.variable:
        names += [part.raw, part.decoded] if isinstance(part, Options) else [part.name]
    return names


def _class_head(out: Lines, header: Header) -> None:
    notes = header.schema.notes
    out.add(f'"""{notes.title} ({notes.source}).', "", "Attributes:")
    for name, noted in header.schema.noted():
        bits = next((f.width for f in all_bits(header) if f.name == name), None)
        out.add(*attribute(name, noted, bits))
    out.add('"""', "")
    out.add(f"__slots__ = ({', '.join(repr(slot) for slot in sorted(slots(header)))},)")
    values = ", ".join(repr(name) for name, _ in header.schema.noted())
    out.add(f"__match_args__ = ({values},)", "")
    out.add(f"LAYER = {header.name!r}", f"TITLE = {notes.title!r}", f"DISPLAY = {notes.display!r}")
    out.add(f"VALUES = ({values},)")
    _constants(out, header)
    out.add(f"FIELDS = {field_table(header)}", "")
    for part in header.fixed:
        out.add(f"{part.name}: {'bytes' if isinstance(part, FixedBytes) else 'int'}")
        for bit in part.bits if isinstance(part, Word) else ():
            out.add(f"{bit.name}: {'bool' if bit.width == 1 else 'int'}")
    for variable in header.variable:
        if isinstance(variable, Options):
            alias = alias_of(variable.construct, header.name, variable.name)
            out.add(f"{variable.raw}: bytes", f"{variable.decoded}: tuple[{alias}, ...] | None")
        elif isinstance(variable, Integer):
            out.add(f"{variable.name}: int | None")
        elif isinstance(variable, Addresses):
            out.add(f"{variable.name}: tuple[bytes, ...]")
        else:
            out.add(f"{variable.name}: bytes")
    out.add("")


def _constants(out: Lines, header: Header) -> None:
    """What `Header` declares and needs to know of each class."""
    for constant, names in (
        ("COMPUTED", _computed(header, True)),
        ("COMPUTED_ALONE", _computed(header, False)),
    ):
        if names:
            out.add(f"{constant} = ({', '.join(map(repr, names))},)")
    # AUTO means a number at once for those computed alone.
    whole = {
        part.name: part.size * 8
        for part in header.fixed
        if isinstance(part, Integer)
        and part.notes.format in ("dec", "hex")
        and part.name not in _computed(header, False)
    }
    if whole:
        out.add(f"WHOLE: ClassVar[Mapping[str, int]] = {whole!r}")
    _place(out, header)


def _place(out: Lines, header: Header) -> None:
    """The constants that say which place the header has among others."""
    notes = header.schema.notes
    rule = header.checksum.checksum if header.checksum else None
    truths = {
        "NEEDS_BELOW": rule is not None and rule.pseudo is not None,
        "ZERO_MEANS_NONE": rule is not None and rule.zero_means_none,
        "IS_NETWORK": notes.network,
        "IS_EXTENSION": notes.extension,
        "IS_TUNNEL": notes.tunnel,
    }
    out.add(*(f"{constant} = True" for constant, value in truths.items() if value))
    if notes.carried:
        numbers = {
            table: number if isinstance(number, range) else tuple(number)
            for table, number in notes.carried.items()
        }
        carried = ", ".join(f"{table!r}: {number!r}" for table, number in numbers.items())
        out.add(f"NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {{{carried}}}")
    if notes.demands:
        out.add(f"DEMANDS: ClassVar[Mapping[str, int]] = {dict(notes.demands)!r}")
    if notes.selects:
        _selector(out, notes.selects)
    if notes.fits:
        octets = [
            (at, value, value) if isinstance(value, int) else (at, value[0], value[-1])
            for at, value in notes.fits.octets.items()
        ]
        out.add(f"FITS = {(notes.fits.minimum, notes.fits.maximum, tuple(octets))!r}")


def _selector(out: Lines, selects: Selector) -> None:
    """How the header names the next one."""
    out.add(f"NEXT_FIELD = {selects.field!r}", f"NEXT_TABLE = {selects.table!r}")
    if selects.or_else:
        out.add(f"NEXT_ELSE = {selects.or_else!r}")
    if selects.otherwise >= 0:
        out.add(f"NEXT_OTHERWISE = {selects.otherwise}")
    if selects.also:
        out.add(f"NEXT_ALSO = {selects.also!r}")
    if selects.suggests:
        out.add("NEXT_SUGGESTS = True")


def _computed(header: Header, with_payload: bool) -> list[str]:
    """The fields that AUTO computes; `with_payload`: also those that depend on the payload."""
    names = []
    selects = header.schema.notes.selects
    for name, noted in header.schema.noted():
        rule = noted.subcon.thensubcon if is_optional(noted.subcon) else noted.subcon
        if isinstance(rule, Checksum):
            alone = not rule.covers_payload
        elif noted.auto is not None and not (selects and selects.field == name):
            alone = is_eager(header, name)
        else:
            continue
        if alone or with_payload:
            names.append(name)
    return names


def _lengths(out: Lines, header: Header) -> None:
    out.add("@property", "def header_length(self) -> int:", '    """Bytes on the wire."""')
    out.add(f"    return {variable_length(header)}", "")
    bound = header.schema.notes.bound
    if bound is None or not bound.trims:
        return
    length = expression(bound.length, lambda name: f"self.{name}")
    out.add("def payload_end(self, offset: int, end: int) -> int:")
    with out.indented():
        out.add(f'"""Where the payload ends: `{bound.name}` says, unless it cannot be right."""')
        fits = f"stop if offset + {variable_length(header)} <= stop <= end else end"
        if bound.when is True:
            out.add(f"stop = offset + {length}", f"return {fits}", "")
            return
        out.add("stop = end", f"if {expression(bound.when, lambda name: f'self.{name}')}:")
        out.add(f"    stop = offset + {length}", f"return {fits}", "")


def _properties(out: Lines, header: Header) -> None:
    for part in header.fixed:
        if isinstance(part, Word):
            _flag_properties(out, part)
        elif isinstance(part, Integer):
            _view_properties(out, part)
    pieces, selects = header.schema.notes.pieces, header.schema.notes.selects
    if selects is not None and selects.when is not True:
        condition = expression(selects.when, lambda name: f"self.{name}")
        value = f"{selects.table!r} if {condition} else {selects.or_else!r}"
        _property(out, "next_table", "str", "The number space of what follows.", value)
    final = header.schema.notes.final
    if final is not None:
        condition = expression(final.when, lambda name: f"self.{name}")
        value = f"self.{final.field}"
        if final.index is not None:
            condition, value = f"{condition} and {value}", f"{value}[{final.index}]"
        doc = "Where it sends the packet in the end, while that is not the destination below."
        _property(
            out, "final_destination", "bytes | None", doc, f"{value} if {condition} else None"
        )
    if pieces is not None:
        for name, condition, doc in (
            ("starts_payload", pieces.starts, "Whether the payload begins with a header."),
            ("ends_payload", pieces.ends, "Whether nothing of the payload follows elsewhere."),
        ):
            _property(out, name, "bool", doc, expression(condition, lambda name: f"self.{name}"))
    for one in header.lists:
        _list_properties(out, header, one)


def _list_properties(out: Lines, header: Header, part: Options) -> None:
    construct = part.construct
    alias = alias_of(construct, header.name, part.name)
    count = ""
    if isinstance(construct, RecordList) and construct.count is not None:
        count = f", {expression(construct.count, lambda name: f'self.{name}')}"
    out.add("@property", f"def {part.name}(self) -> tuple[{alias}, ...]:")
    with out.indented():
        out.add(f'"""The {part.name}, decoded when first asked for ({part.notes.source})."""')
        out.add(f"decoded = self.{part.decoded}", "if decoded is None:")
        out.add(f"    decoded = {decoder_of(alias)}(self.{part.raw}{count})")
        out.add(f"    self.{part.decoded} = decoded", "return decoded", "")
    out.add("@property", f"def {singular(part.name)}_bytes(self) -> bytes:")
    out.add(f'    """The {part.name} as they stand on the wire."""')
    out.add(f"    return self.{part.raw}", "")


def _flag_properties(out: Lines, word: Word) -> None:
    for bit in word.bits:
        for view in bit.notes.views:
            doc = f"{view.doc.rstrip('.')} ({view.source})."
            _property(out, view.name, "bool", doc, f"self.{bit.name} & {1 << view.shift} != 0")


def _view_properties(out: Lines, integer: Integer) -> None:
    for view in integer.notes.views:
        value = f"self.{integer.name} >> {view.shift}" if view.shift else f"self.{integer.name}"
        if view.shift + view.bits < integer.size * 8:
            value += f" & {hex((1 << view.bits) - 1)}"
        kind = "int"
        if view.format == "ipv4":
            kind, value = "bytes", f"{value}.to_bytes({view.bits // 8})"
        elif view.format == "bool":
            kind, value = "bool", f"self.{integer.name} & {hex(1 << view.shift)} != 0"
        _property(out, view.name, kind, f"{view.doc.rstrip('.')} ({view.source}).", value)


def _property(out: Lines, name: str, kind: str, doc: str, value: str) -> None:
    out.add("@property", f"def {name}(self) -> {kind}:")
    with out.indented():
        out.add(*docstring(doc), f"return {value}", "")


def _copied(out: Lines, header: Header) -> None:
    """`Header._copied` without a loop, which takes four times as long."""
    if header.sections is not None or not any(isinstance(part, Integer) for part in header.fixed):
        return
    out.add("def _copied(self) -> Self:", "    copy = object.__new__(self.__class__)")
    out.add(*(f"    copy.{slot} = self.{slot}" for slot in slots(header)), "    return copy", "")


def _derived(out: Lines, header: Header) -> None:
    eager = [name for name, _ in header.schema.noted() if is_eager(header, name)]
    if not eager:
        return
    out.add("def derived(self) -> dict[str, int]:")
    with out.indented():
        out.add('"""What AUTO gives for the values that depend on this header alone."""')
        pairs = []
        for name in eager:
            auto = dict(header.schema.noted())[name].auto
            value = counting(header, expression(auto, lambda n: f"self.{n}"))
            pairs.append(f"{name!r}: {value}")
        out.add(f"return {{{', '.join(pairs)}}}", "")
