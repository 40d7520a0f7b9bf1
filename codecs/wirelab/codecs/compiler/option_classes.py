"""The list backend: a class for each option and record."""

from wirelab.codecs.compiler.description import expression
from wirelab.codecs.compiler.fields import option_table
from wirelab.codecs.compiler.option_description import (
    BodyParts,
    Conditional,
    Elements,
    Fixed,
    Nested,
    Run,
    Sized,
    element_codes,
)
from wirelab.codecs.compiler.option_names import alias_of, decoder_of, style_of
from wirelab.codecs.compiler.row_values import ADDRESSES
from wirelab.codecs.compiler.source import Lines, attribute, docstring, snake
from wirelab.codecs.constructs import Noted
from wirelab.codecs.option_lists import Option, Record


def struct_name(name: str, part: str = "") -> str:
    """The variable of a class's `struct.Struct`; `part` for all but the first fixed run."""
    return f"_{snake(name)}{f'_{part}' if part else ''}".upper()


def run_struct(body: BodyParts, run: Run) -> str:
    """The variable of the struct of a fixed run."""
    return struct_name(body.name, str(run.number + 1) if run.number else "")


def write_class(out: Lines, owner: Option | Record, body: BodyParts, head: int) -> None:
    """The class of an option or record, with the structs that it needs.

    Args:
        out: where to write.
        owner: the option or record.
        body: the same, flat.
        head: bytes before the body.
    """
    for part in body.parts:
        if isinstance(part, Run):
            out.add(f'{run_struct(body, part)} = struct.Struct("!{part.format}")')
        elif isinstance(part, Elements):
            out.add(f'{struct_name(body.name, part.name)} = struct.Struct("!{part.code}")')
    out.add("", "", f"class {owner.name}({type(owner).__name__}):")
    with out.indented():
        out.add(*_documentation(owner, body), "")
        out.add(f"__slots__ = ({''.join(f'{n!r}, ' for n in sorted(_names(body)))})")
        out.add(f"__match_args__ = ({''.join(f'{n!r}, ' for n in _names(body))})")
        if isinstance(owner, Option):
            out.add(f"KIND = {owner.kind}")
        rows = _table(body, head)
        if rows:
            out.add(f"FIELDS = {option_table(rows)}")
        out.add("")
        if body.fields:
            _constructor(out, owner, body)
        if body.parts:
            _wire_data(out, body)
        _names_property(out, body)
    out.add("", "")


def _documentation(owner: Option | Record, body: BodyParts) -> list[str]:
    lines = docstring(f"{owner.doc.rstrip('.')} ({owner.source}).", 96)
    said = [(name, notes) for name, notes, _ in body.fields if notes.doc]
    if not said:
        return lines
    if len(lines) == 1:
        lines = [lines[0][:-3], '"""']
    entries = [line for name, notes in said for line in attribute(name, notes, None)]
    return [*lines[:-1], "", "Attributes:", *entries, '"""']


def _order(body: BodyParts) -> list[tuple[str, Noted, str]]:
    """The fields in the constructor: first those without a default, last reserved ones."""

    def place(field: tuple[str, Noted, str]) -> tuple[bool, bool]:
        name, notes, kind = field
        return _default(notes, kind) != "", name.startswith("reserved")

    return sorted(body.fields, key=place)


def _names(body: BodyParts) -> list[str]:
    return [name for name, _, _ in _order(body)]


def _default(notes: Noted, kind: str) -> str:
    if notes.auto is not None:
        return "AUTO"
    if kind.endswith("None"):
        return "None"
    return "" if notes.default is None else repr(notes.default)


def _table(body: BodyParts, head: int) -> list[tuple[str, Noted, int, int]]:
    """Name, notes, offset and width in bits of all fields; -1 for what is not known."""
    rows: list[tuple[str, Noted, int, int]] = []
    offset = head * 8
    for part in body.parts:
        if isinstance(part, Run):
            for one in part.fields:
                if one.constant is None:
                    begin = offset + (one.offset + one.size) * 8 - one.shift - one.bits
                    rows.append((one.name, one.notes, begin if offset >= 0 else -1, one.bits))
            offset = offset + part.size * 8 if offset >= 0 else -(1 << 30)
        else:
            bits = part.fixed_size * 8 if isinstance(part, Conditional) else 0
            prefix = part.prefix * 8 if isinstance(part, Sized) else 0
            rows.append((part.name, part.notes, max(offset + prefix, -1), bits or -1))
            offset = -(1 << 30)
    return rows


def _constructor(out: Lines, owner: Option | Record, body: BodyParts) -> None:
    nested = {part.name: part for part in body.parts if isinstance(part, Nested)}
    arguments, stores, computed = [], [], []
    counting = [repr(notes.auto) for _, notes, _ in body.fields]
    for name, notes, kind in _order(body):
        default = _default(notes, kind)
        stored = name
        if name in nested:
            alias = alias_of(nested[name].construct, owner.name, name)
            annotation = f"Iterable[{alias}] | bytes"
            stored = f"list_argument({owner.name!r}, {name!r}, {name}, {decoder_of(alias)})"
        else:
            annotation, stored = _argument(body, name, notes, kind)
            if stored == name and any(f"len_(this['{name}'])" in auto for auto in counting):
                stored = f"text_argument({owner.name}, {name!r}, {name})"  # has a length, surely
        if default == "AUTO":
            annotation = "int"
        arguments.append(f"{name}: {annotation}" + (f" = {default}" if default else ""))
        if default == "AUTO":
            value = expression(notes.auto, lambda other: f"self.{other}")
            computed.append(f"self.{name} = {value} if {name} is AUTO else {name}")
        else:
            stores.append(f"self.{name} = {stored}")
    out.add(f"def __init__(self, {', '.join(arguments)}) -> None:")
    out.add(*(f"    {line}" for line in stores + computed), "")


def _argument(body: BodyParts, name: str, notes: Noted, kind: str) -> tuple[str, str]:
    """The annotation of a constructor's argument, and what is stored of it."""
    repeated = kind.startswith("tuple[") and kind.endswith(", ...]")
    base = kind.removeprefix("tuple[").removesuffix(", ...]") if repeated else kind
    maybe = " | None" if kind.endswith("None") else ""
    one = "one" if repeated else name
    value = one
    if notes.shown:
        kind, value = _shown_argument(body, name, notes.shown)
        base = f"{kind}{maybe}"
    elif notes.format in ADDRESSES and "bytes" in base:
        convert, _ = ADDRESSES[notes.format]
        base = f"AddressLike{maybe}"
        value = f"address_argument({body.name}, {name!r}, {one}, {convert})"
    elif notes.format == "text":
        base = f"bytes | str{maybe}"
        value = f"text_argument({body.name}, {name!r}, {one})"
    if maybe and value != one:
        value = f"None if {one} is None else {value}"
    if not repeated:
        return base, value
    stored = f"items_argument({body.name}, {name!r}, {name})"
    if value != "one":
        stored = f"tuple([{value} for one in {stored}])"
    return f"Iterable[{base}]", stored


def _shown_argument(body: BodyParts, name: str, shown: str) -> tuple[str, str]:
    """The same for bytes that people write as something else."""
    if shown.endswith("names"):
        value = f"names_argument({name}, compress={shown.startswith('compressed')})"
        return "Iterable[str] | bytes", value
    if shown == "address":
        return "AddressLike", f"any_address_argument({body.name}, {name!r}, {name})"
    size = "-1"
    for part in body.parts:
        if isinstance(part, Sized) and part.name == name:
            size = expression(part.length, lambda other: other)
        for one in part.fields if isinstance(part, Run) else ():
            size = str(one.size) if one.name == name else size
    whole = 4 if shown.startswith("ipv4") else 16
    value = f"prefix_argument({body.name}, {name!r}, {name}, {whole}, {size})"
    return "AddressLike", value


def _names_property(out: Lines, body: BodyParts) -> None:
    """Domain names as text, beside the bytes."""
    for name, notes, _ in body.fields:
        if notes.shown.endswith("names"):
            out.add("@property", "def names(self) -> tuple[str, ...]:")
            out.add(f'    """The domain names in `{name}`; DecodeError if there are none."""')
            out.add(f"    return names_in(self.{name})", "")


def _wire_data(out: Lines, body: BodyParts) -> None:
    tests: list[str] = []
    terms: list[str] = []
    for part in body.parts:
        value = "" if isinstance(part, Run) else f"self.{part.name}"
        if isinstance(part, Run):
            terms.append(_packed(body, part, tests))
        elif isinstance(part, Conditional):
            terms.append(_conditional(part, tests))
        elif isinstance(part, Elements):
            terms.append(_elements(body, part, tests))
        elif isinstance(part, Nested):
            style = style_of(part.construct, alias_of(part.construct, body.name, part.name))
            comma = f", {style}" if style else ""
            terms.append(f"encode_list({body.name!r}, {part.name!r}, {value}{comma})")
        elif isinstance(part, Sized) and part.prefix:
            terms.append(f"len({value}).to_bytes({part.prefix}) + {value}")
        else:
            if isinstance(part, Sized):
                tests.append(f"len({value}) != {expression(part.length, _own)}")
            terms.append(value)
    out.add("def wire_data(self) -> bytes:")
    with out.indented():
        out.add('"""The fields as they go on the wire."""')
        if tests:
            out.add(f"if {' or '.join(tests)}:")
            out.add('    raise ValueError("too many bits, or not as many bytes as announced")')
        out.add(f"return {' + '.join(terms)}", "")


def _own(name: str) -> str:
    return f"self.{name}"


def _packed(body: BodyParts, run: Run, tests: list[str]) -> str:
    """A fixed run, packed; appends what must not be."""
    values = []
    for group in run.words:
        first = group[0]
        if first.kind == "bytes":
            tests.append(f"len(self.{first.name}) != {first.size}")
            values.append(f"self.{first.name}")
            continue
        value = " | ".join(_shifted(one, tests) for one in group)
        if first.size not in (1, 2, 4, 8):
            value = f"({value}).to_bytes({first.size})"
        values.append(value)
    return f"{run_struct(body, run)}.pack({', '.join(values)})"


def _shifted(one: Fixed, tests: list[str]) -> str:
    if one.constant is not None:
        return hex(one.constant << one.shift)
    value = f"self.{one.name}"
    if one.is_word:
        tests.append(f"{value} >> {one.bits}")
    return f"{value} << {one.shift}" if one.shift else value


def _conditional(part: Conditional, tests: list[str]) -> str:
    value = f"self.{part.name}"
    size = str(part.fixed_size)
    if part.size is not None:
        size = part.size(_own)
        tests.append(f"({value} is None) != ({size} == 0)")
    if part.kind == "bytes":
        tests.append(f"({value} is not None and len({value}) != {size})")
        return f'({value} or b"")'
    argument = size[1:-1] if size.startswith("(") else size
    return f'(b"" if {value} is None else {value}.to_bytes({argument}))'


def _elements(body: BodyParts, part: Elements, tests: list[str]) -> str:
    value = f"self.{part.name}"
    if part.count is not None:
        tests.append(f"len({value}) != {expression(part.count, _own)}")
    codes = element_codes(part.code)
    if codes[0].endswith("s") and part.notes.format not in ADDRESSES:
        tests.append(f"any(len(one) != {codes[0][:-1]} for one in {value})")
    star = "*" if len(codes) > 1 else ""
    return f'b"".join([{struct_name(body.name, part.name)}.pack({star}one) for one in {value}])'
