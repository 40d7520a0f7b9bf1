"""The row backend: one typed class a header, one `struct` call a run of fixed fields.

Choices, measured (CONTRIBUTING.md, "Decisions"):
- fields are unpacked straight into slots; words of bits stay raw and are shifted by properties;
- options stay bytes until somebody asks;
- checksums are arithmetic over the fields, not a pass over built bytes: modulo 65535 a 16-bit word
  counts as itself wherever it stands, so a field's weight is 1 or 256 by the parity of its end.
"""

from wirelab.codecs.compiler import option_rows
from wirelab.codecs.compiler.description import (
    Bits,
    FixedBytes,
    FixedPart,
    Header,
    Integer,
    Options,
    VariableBytes,
    Word,
    describe_pseudo,
    expression,
)
from wirelab.codecs.compiler.fields import field_table
from wirelab.codecs.compiler.source import Lines, attribute, docstring, local, sentence
from wirelab.codecs.constructs import Checksum

FORMATS = {1: "B", 2: "H", 4: "I", 8: "Q"}
ADDRESSES = {"mac": ("mac_address", 6), "ipv4": ("ipv4_address", 4)}


def header_source(header: Header) -> str:
    """The class of one header, with what it needs before and after it."""
    out = Lines()
    if header.options:
        out.add(option_rows.classes_source(header))
    out.add(flags_source(header))
    codes = "".join(
        FORMATS[part.size] if not isinstance(part, FixedBytes) else f"{part.size}s"
        for part in header.fixed
    )
    out.add(
        f'_FIXED = struct.Struct("!{codes}")', "_unpack = _FIXED.unpack_from", "_pack = _FIXED.pack"
    )
    out.add("", "")
    out.add(f"class {header.name}(Header):")
    with out.indented():
        _class_head(out, header)
        _constructor(out, header)
        _parse(out, header)
        _lengths(out, header)
        _build(out, header)
        _checksum_ok(out, header)
        _properties(out, header)
        _derived(out, header)
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
    names = [part.name for part in header.fixed]
    for part in header.variable:
        names += ["_options", "_decoded"] if isinstance(part, Options) else [part.name]
    return names


def _class_head(out: Lines, header: Header) -> None:
    notes = header.schema.notes
    out.add(f'"""{notes.title} ({notes.source}).', "", "Attributes:")
    for name, noted in header.schema.noted():
        bits = next((f.width for f in _all_bits(header) if f.name == name), None)
        out.add(*attribute(name, noted, bits))
    out.add('"""', "")
    out.add(f"__slots__ = ({', '.join(repr(slot) for slot in sorted(slots(header)))},)")
    values = ", ".join(repr(name) for name, _ in header.schema.noted())
    out.add(f"__match_args__ = ({values},)", "")
    out.add(f"LAYER = {header.name!r}", f"TITLE = {notes.title!r}", f"DISPLAY = {notes.display!r}")
    out.add(f"VALUES = ({values},)")
    for constant, names in (
        ("COMPUTED", _computed(header, True)),
        ("COMPUTED_ALONE", _computed(header, False)),
    ):
        if names:
            out.add(f"{constant} = ({', '.join(map(repr, names))},)")
    if header.checksum and header.checksum.checksum and header.checksum.checksum.pseudo:
        out.add("NEEDS_BELOW = True")
    if notes.carried:
        carried = ", ".join(f"{table!r}: {tuple(n)!r}" for table, n in notes.carried.items())
        out.add(f"NUMBERS: ClassVar[Mapping[str, tuple[int, ...]]] = {{{carried}}}")
    if notes.selects:
        out.add(f"NEXT_FIELD = {notes.selects.field!r}", f"NEXT_TABLE = {notes.selects.table!r}")
    out.add(f"FIELDS = {field_table(header)}", "")
    for part in header.fixed:
        out.add(f"{part.name}: {'bytes' if isinstance(part, FixedBytes) else 'int'}")
    for variable in header.variable:
        if isinstance(variable, Options):
            out.add("_options: bytes", f"_decoded: tuple[{header.name}Option, ...] | None")
        else:
            out.add(f"{variable.name}: bytes")
    out.add("")


def _computed(header: Header, with_payload: bool) -> list[str]:
    """The fields that AUTO computes; `with_payload`: also those that depend on the payload."""
    names = []
    for name, noted in header.schema.noted():
        if isinstance(noted.subcon, Checksum):
            alone = not noted.subcon.covers_payload
        elif noted.auto is not None:
            alone = _is_eager(header, name)
        else:
            continue
        if alone or with_payload:
            names.append(name)
    return names


def _all_bits(header: Header) -> list[Bits]:
    return [bit for part in header.fixed if isinstance(part, Word) for bit in part.bits]


def _is_eager(header: Header, name: str) -> bool:
    """AUTO values that depend on the header alone are filled in at once, not by `build`."""
    notes = dict(header.schema.noted())[name]
    return notes.auto is not None and "payload_length" not in repr(notes.auto)


def _constructor(out: Lines, header: Header) -> None:
    noted = header.schema.noted()
    views = [view for _, notes in noted for view in notes.views if view.settable]
    out.add("def __init__(", "    self,")
    out.add(*(f"    {name}: {_argument(header, name)}," for name, _ in noted))
    if views:
        out.add("    *,")
    for view in views:
        kind = "AddressLike" if view.format == "ipv4" else "int"
        out.add(f"    {view.name}: {kind} | None = None,")
    out.add(") -> None:")
    with out.indented():
        for name, notes in noted:
            if notes.format in ADDRESSES:
                _address_argument(out, header, name)
        if header.options:
            out.add(f'encoded = encode_options({header.name!r}, options, 40) if options else b""')
        for name, notes in noted:
            if _is_eager(header, name):
                value = expression(notes.auto, _length_name(header, "encoded"))
                out.add(f"if {name} is AUTO:", f"    {name} = {value}")
        for view in views:
            _settable_view(out, header, view.name)
        _range_check(out, header)
        _constructor_stores(out, header)
    out.add("")


def _constructor_stores(out: Lines, header: Header) -> None:
    for part in header.fixed:
        if isinstance(part, Word) and any(bit.notes.flags for bit in part.bits):
            out.add("# `+` makes plain ints of flags, which are slow to combine.")
        value = _word_value(part) if isinstance(part, Word) else part.name
        out.add(f"self.{part.name} = {value}")
    for variable in header.variable:
        if isinstance(variable, Options):
            out.add("self._options = encoded", "self._decoded = None")
        else:
            out.add(f"self.{variable.name} = {variable.name}")


def _argument(header: Header, name: str) -> str:
    notes = dict(header.schema.noted())[name]
    if notes.format == "options":
        return f"Iterable[{header.name}Option] | bytes = ()"
    if notes.format in ADDRESSES:
        return f"AddressLike = {notes.default!r}"
    if notes.default is None:
        return "int = AUTO"
    return f"{'bool' if notes.format == 'bool' else 'int'} = {notes.default!r}"


def _address_argument(out: Lines, header: Header, name: str) -> None:
    notes = dict(header.schema.noted())[name]
    convert, size = ADDRESSES[notes.format]
    fixed = any(part.name == name for part in header.fixed)
    # The usual case, bytes of the right length, costs no call. In a field of variable length any
    # bytes are right.
    right = f" and len({name}) == {size}" if fixed else ""
    test = f"isinstance({name}, bytes){right}"
    out.add(f"if not ({test}):" if fixed else f"if not {test}:")
    out.add(f"    {name} = address_argument({header.name!r}, {name!r}, {name}, {convert})")


def _settable_view(out: Lines, header: Header, name: str) -> None:
    whole = next(
        whole
        for whole, notes in header.schema.noted()
        if any(view.name == name for view in notes.views)
    )
    out.add(f"if {name} is not None:")
    out.add(f"    {whole} |= view_bits({header.name}, {name!r}, {name})")


def _range_check(out: Lines, header: Header) -> None:
    """Integers of one width are ORed and shifted: one test finds any that is too large or < 0."""
    widths: dict[int, list[str]] = {}
    for part in header.fixed:
        if isinstance(part, Integer):
            if part.notes.default is not None:
                widths.setdefault(part.size * 8, []).append(part.name)
        elif isinstance(part, Word):
            for bit in part.bits:
                widths.setdefault(bit.width, []).append(bit.name)
    if not widths:
        return
    tests = [
        f"({' | '.join(names)}) >> {width}" if len(names) > 1 else f"{names[0]} >> {width}"
        for width, names in widths.items()
    ]
    out.add("try:", f"    refused = {' or '.join(tests)}")
    out.add("except TypeError:", "    refused = 1")
    out.add("if refused:", f"    raise refusal({header.name}, locals())")


def _word_value(word: Word) -> str:
    terms = [f"+{bit.name}" if bit.notes.flags else bit.name for bit in word.bits]
    shifted = zip(terms, word.bits, strict=True)
    return " | ".join(f"{term} << {bit.shift}" if bit.shift else term for term, bit in shifted)


def bits_value(bit: Bits, word: Word, raw: str) -> str:
    """A bit field as an expression over the raw word."""
    top = bit.shift + bit.width == word.size * 8
    if bit.width == 1:
        return f"{raw} & {1 << bit.shift} != 0"
    shifted = f"{raw} >> {bit.shift}" if bit.shift else raw
    return shifted if top else f"{shifted} & {(1 << bit.width) - 1}"


def _reader(header: Header, used: set[str], raw: str = "") -> dict[str, str]:
    """How code reaches each fixed field: words through a local (or a slot), the rest directly."""
    names: dict[str, str] = {}
    for part in header.fixed:
        if isinstance(part, Word):
            for bit in part.bits:
                names[bit.name] = f"({bits_value(bit, part, raw + part.name.lstrip('_'))})"
                used.add(part.name)
        else:
            names[part.name] = f"{'self' if raw else 'header'}.{part.name}"
    return names


def _parse(out: Lines, header: Header) -> None:
    words: set[str] = set()
    reader = _reader(header, words)
    size = header.fixed_size
    fail = "raise explain(cls, buffer, offset, limit, strict)"
    out.add("@classmethod", "def parse(")
    out.add("    cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True")
    out.add(") -> Self:")
    with out.indented():
        out.add(f'"""Read the header at `offset` ({header.schema.notes.source}); see `Header`."""')
        out.add("limit = len(buffer) if end is None else end", "header = cls.__new__(cls)")
        out.add("try:", "    (")
        needed = [n for n in words if _word_is_needed(header, n)]
        for part in header.fixed:
            target = part.name.lstrip("_") if part.name in needed else f"header.{part.name}"
            out.add(f"        {target},")
        out.add("    ) = _unpack(buffer, offset)", "except struct.error:", f"    {fail} from None")
        for word in sorted(needed):
            out.add(f"header.{word} = {word.lstrip('_')}")
        conditions = [expression(rule.condition, reader.__getitem__) for rule in header.rules]
        finish = f"offset + {size}"
        for index, variable in enumerate(header.variable):
            begin = finish
            length = expression(variable.length, reader.__getitem__)
            last = index == len(header.variable) - 1
            finish = "header_end" if last else f"{variable.name}_end"
            out.add(f"{finish} = {_advance(begin, length, size if index == 0 else 0)}")
        conditions.append(f"{finish} <= limit")
        bound = header.schema.notes.bound
        if bound:
            stop = expression(bound.length, reader.__getitem__)
            within = f"{finish} <= offset + {stop} <= limit"
            if not header.variable:
                within = f"{size} <= {stop} <= limit - offset"
            conditions.append(f"(not strict or {within})")
        if len(conditions) == 1:
            out.add(f"if {finish} > limit:", f"    {fail}")
        else:
            out.add(f"if not ({' and '.join(conditions)}):", f"    {fail}")
        _variable_stores(out, header)
        out.add("return header")
    out.add("")


def _advance(begin: str, length: str, size: int) -> str:
    """`begin + length`; an option list's `ihl * 4 - 20` meets the `offset + 20` and cancels out."""
    suffix = f" - {size}"
    if size and length.endswith(suffix):
        return f"offset + {length.removesuffix(suffix)}"
    return f"{begin} + {length}"


def _word_is_needed(header: Header, word: str) -> bool:
    text = repr([part.length for part in header.variable])
    text += repr([rule.condition for rule in header.rules])
    part = next(part for part in header.fixed if part.name == word)
    return isinstance(part, Word) and any(f"'{bit.name}'" in text for bit in part.bits)


def _variable_stores(out: Lines, header: Header) -> None:
    begin = f"offset + {header.fixed_size}"
    for index, part in enumerate(header.variable):
        last = index == len(header.variable) - 1
        finish = "header_end" if last else f"{part.name}_end"
        if isinstance(part, Options):
            out.add(f"if header_end > {begin}:")
            out.add(f"    header._options = bytes(buffer[{begin} : header_end])")
            out.add("else:", '    header._options = b""')
            out.add("header._decoded = None")
        else:
            out.add(f"header.{part.name} = bytes(buffer[{begin}:{finish}])")
        begin = finish


def _variable_length(header: Header, options: str = "self._options") -> str:
    terms = [str(header.fixed_size)]
    for part in header.variable:
        terms.append(f"len({options})" if isinstance(part, Options) else f"len(self.{part.name})")
    return " + ".join(terms)


def _lengths(out: Lines, header: Header) -> None:
    out.add("@property", "def header_length(self) -> int:", '    """Bytes on the wire."""')
    out.add(f"    return {_variable_length(header)}", "")
    bound = header.schema.notes.bound
    if bound is None:
        return
    length = expression(bound.length, lambda name: f"self.{name}")
    out.add("def payload_end(self, offset: int, end: int) -> int:")
    with out.indented():
        out.add(f'"""Where the payload ends: `{bound.name}` says, unless it cannot be right."""')
        out.add(f"stop = offset + {length}")
        out.add(f"return stop if offset + {_variable_length(header)} <= stop <= end else end", "")


def _length_name(header: Header, options: str) -> "_Lengths":
    return _Lengths(header, options)


class _Lengths:
    """Names in AUTO expressions: `header_length`, `payload_length`, or a local of that name."""

    def __init__(self, header: Header, options: str) -> None:
        self.header = header
        self.options = options

    def __call__(self, name: str) -> str:
        if name == "header_length":
            return f"({_variable_length(self.header, self.options)})"
        return "len(payload)" if name == "payload_length" else name


def _build(out: Lines, header: Header) -> None:
    out.add("def build(", "    self,", '    payload: bytes = b"",')
    out.add("    below: Addressed | None = None,", "    above: HeaderClass | None = None,")
    out.add(") -> bytes:")
    selects = header.schema.notes.selects
    with out.indented():
        out.add('"""Header and payload as they go on the wire; see `Header`."""')
        if header.options:
            out.add("options = self._options")
        values = {part.name: f"self.{part.name}" for part in header.fixed}
        for part in header.fixed:
            if not isinstance(part, Integer) or part.checksum:
                continue
            is_next = selects is not None and selects.field == part.name
            if is_next or (part.notes.auto is not None and not _is_eager(header, part.name)):
                name = values[part.name] = local(part.name)
                auto = "next_number(self, above)"
                if not is_next:
                    auto = expression(part.notes.auto, _length_name(header, "options"))
                out.add(f"{name} = self.{part.name}", f"if {name} is AUTO:", f"    {name} = {auto}")
        if header.checksum:
            values["checksum"] = "checksum"
            _checksum(out, header, values)
        arguments = ", ".join(values.values())
        tail = "".join(
            " + options" if isinstance(part, Options) else f" + self.{part.name}"
            for part in header.variable
        )
        _check_variable(out, header)
        out.add("try:", f"    return _pack({arguments}){tail} + payload")
        out.add("except (struct.error, TypeError) as error:")
        out.add("    raise self.refused(locals(), error) from None", "")


def _check_variable(out: Lines, header: Header) -> None:
    """The lengths of variable parts must be what the fixed ones say, or nobody can read them."""
    for part in header.variable:
        if isinstance(part, VariableBytes):
            length = expression(part.length, lambda name: f"self.{name}")
            out.add(f"if len(self.{part.name}) != {length}:")
            message = f'f"{{{length}}} bytes, as its length field says"'
            source = part.notes.source
            out.add(
                f"    raise EncodeError(self.LAYER, {part.name!r}, self.{part.name}, {message},"
            )
            out.add(f"        {source!r})")


def _checksum(out: Lines, header: Header, values: dict[str, str]) -> None:
    field = header.checksum
    assert field is not None
    assert field.checksum is not None
    rule = field.checksum
    out.add("checksum = self.checksum", "if checksum is AUTO:")
    with out.indented():
        if rule.pseudo is not None:
            out.add("if below is None:", f"    raise missing_below({header.name})")
        terms = [_weighted(part, values[part.name]) for part in header.fixed if part is not field]
        if header.options:
            terms.append("from_bytes(options)")
        terms += _pseudo_terms(header, f"{_variable_length(header, 'options')} + len(payload)")
        if rule.covers_payload:
            # Last, so that the small numbers are added up before the one big one is copied.
            terms.append("(from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))")
        out.add(f"total = {' + '.join(terms)}")
        # A sum of 0 (all bytes zero) has the checksum 0xFFFF; a pseudo-header is never all zero.
        zero = "" if rule.pseudo is not None else " if total else 0xFFFF"
        none = " or 0xFFFF" if rule.zero_means_none else ""
        out.add(f"checksum = -total % 0xFFFF{none or zero}")


def _weighted(part: FixedPart, value: str) -> str:
    if isinstance(part, FixedBytes):
        assert (part.offset + part.size) % 2 == 0
        return f"from_bytes({value})"
    return f"({value} << 8)" if (part.offset + part.size) % 2 else value


def _pseudo_terms(header: Header, length: str) -> list[str]:
    assert header.checksum is not None
    assert header.checksum.checksum is not None
    pseudo = header.checksum.checksum.pseudo
    terms: list[str] = []
    constant = 0
    for part in describe_pseudo(pseudo) if pseudo is not None else []:
        if part.constant is not None:
            constant += part.constant << (8 if (part.offset + part.size) % 2 else 0)
        else:
            terms.append(f"from_bytes(below.{part.below})" if part.below else length)
    return [*terms, str(constant)] if constant else terms


def _checksum_ok(out: Lines, header: Header) -> None:
    field = header.checksum
    if field is None or field.checksum is None:
        return
    rule = field.checksum
    out.add("@staticmethod", "def checksum_ok(")
    out.add("    buffer: Buffer, offset: int, end: int, below: Addressed | None = None")
    out.add(") -> bool:")
    with out.indented():
        out.add('"""Whether the checksum of the header at `offset` is right; see `Header`."""')
        if rule.zero_means_none:
            low = f"offset + {field.offset}"
            out.add(f"if buffer[{low}] == 0 == buffer[{low} + 1]:", "    return True")
        if not rule.covers_payload:
            assert header.options is not None
            length = expression(header.options.length, _raw_reader(header))
            advance = _advance(f"offset + {header.fixed_size}", length, header.fixed_size)
            out.add(f"end = {advance}")
        if rule.pseudo is not None:
            out.add("if below is None:", f"    raise missing_below({header.name})")
        out.add("total = from_bytes(buffer[offset:end])")
        out.add("if end - offset & 1:", "    total <<= 8")
        terms = _pseudo_terms(header, "end - offset")
        if terms:
            out.add(f"total += {' + '.join(terms)}")
        out.add("return total > 0 and total % 0xFFFF == 0", "")


def _raw_reader(header: Header) -> "_RawReader":
    return _RawReader(header)


class _RawReader:
    """Reads a bit field of whole bytes straight from the buffer."""

    def __init__(self, header: Header) -> None:
        self.header = header

    def __call__(self, name: str) -> str:
        for part in self.header.fixed:
            for bit in part.bits if isinstance(part, Word) else ():
                if bit.name == name:
                    byte = part.offset + part.size - 1 - bit.shift // 8
                    shift, mask = bit.shift % 8, (1 << bit.width) - 1
                    index = f"offset + {byte}" if byte else "offset"
                    raw = f"buffer[{index}]"
                    return f"({raw} >> {shift} & {mask})" if shift else f"({raw} & {mask})"
        raise KeyError(name)


def _properties(out: Lines, header: Header) -> None:
    for part in header.fixed:
        if isinstance(part, Word):
            _bit_properties(out, part)
        elif isinstance(part, Integer):
            _view_properties(out, part)
    pieces = header.schema.notes.pieces
    if pieces is not None:
        reader = _reader(header, set(), "self._")
        for name, condition, doc in (
            ("starts_payload", pieces.starts, "Whether the payload begins with a header."),
            ("ends_payload", pieces.ends, "Whether nothing of the payload follows elsewhere."),
        ):
            _property(out, name, "bool", doc, expression(condition, reader.__getitem__))
    if header.options:
        source = header.options.notes.source
        out.add("@property", f"def options(self) -> tuple[{header.name}Option, ...]:")
        with out.indented():
            out.add(f'"""The options, decoded when first asked for ({source})."""')
            out.add("if not self._options:", "    return ()", "decoded = self._decoded")
            out.add("if decoded is None:")
            out.add("    decoded = self._decoded = _decode_options(self._options)")
            out.add("return decoded", "")
        out.add("@property", "def option_bytes(self) -> bytes:")
        out.add('    """The options as they stand on the wire."""', "    return self._options", "")


def _bit_properties(out: Lines, word: Word) -> None:
    raw = f"self.{word.name}"
    for bit in word.bits:
        kind = "bool" if bit.width == 1 else "int"
        doc = sentence(bit.name, bit.notes, bit.width)
        _property(out, bit.name, kind, doc, bits_value(bit, word, raw))
        for view in bit.notes.views:
            part = Bits(view.name, bit.notes, bit.shift + view.shift, view.bits, False)
            doc = f"{view.doc.rstrip('.')} ({view.source})."
            _property(out, view.name, "bool", doc, bits_value(part, word, raw))


def _view_properties(out: Lines, integer: Integer) -> None:
    for view in integer.notes.views:
        value = f"self.{integer.name} >> {view.shift}" if view.shift else f"self.{integer.name}"
        if view.shift + view.bits < integer.size * 8:
            value += f" & {hex((1 << view.bits) - 1)}"
        kind = "int"
        if view.format == "ipv4":
            kind, value = "bytes", f"{value}.to_bytes({view.bits // 8})"
        _property(out, view.name, kind, f"{view.doc.rstrip('.')} ({view.source}).", value)


def _property(out: Lines, name: str, kind: str, doc: str, value: str) -> None:
    out.add("@property", f"def {name}(self) -> {kind}:")
    with out.indented():
        out.add(*docstring(doc), f"return {value}", "")


def _derived(out: Lines, header: Header) -> None:
    eager = [name for name, _ in header.schema.noted() if _is_eager(header, name)]
    if not eager:
        return
    out.add("def derived(self) -> dict[str, int]:")
    with out.indented():
        out.add('"""What AUTO gives for the values that depend on this header alone."""')
        pairs = []
        for name in eager:
            auto = dict(header.schema.noted())[name].auto
            value = expression(auto, lambda n: f"self.{n}")
            pairs.append(f"{name!r}: {value}")
        out.add(f"return {{{', '.join(pairs)}}}", "")
