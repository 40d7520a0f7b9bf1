"""The list backend: functions that decode lists.

A list's decoder is one loop over kinds. The options met most (the first few that are simple: a run
of fixed fields, then maybe elements up to the end) are read in the loop itself, because a call
costs as much as reading one; for the others there is a table from kind to a function that reads the
option, or returns None if the data does not suit it.
"""

from wirelab.codecs.compiler.description import SchemaError, expression
from wirelab.codecs.compiler.option_classes import run_struct, struct_name
from wirelab.codecs.compiler.option_description import (
    BodyParts,
    Conditional,
    Elements,
    Fixed,
    Nested,
    Rest,
    Run,
    Sized,
    code_size,
    describe_body,
    element_codes,
)
from wirelab.codecs.compiler.option_names import alias_of, decoder_of
from wirelab.codecs.compiler.row_values import FORMATS
from wirelab.codecs.compiler.source import Lines, snake
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList

INLINE = 6
"""Ours: so many kinds are tested one after the other; more are looked up."""
MANY = 50
"""Ours: of so many kinds, none is met most."""


def is_simple(body: BodyParts) -> bool:
    """Whether an option can be read in place: a fixed run, and maybe elements up to the end."""
    parts = body.parts
    runs = [part for part in parts if isinstance(part, Run)]
    plain = all(not one.is_word and one.constant is None for run in runs for one in run.fields)
    codes = all(group[0].size in (1, 2, 4, 8) for run in runs for group in run.words)
    rest = [part for part in parts if not isinstance(part, Run)]
    ends = [one for one in rest if isinstance(one, Rest)] + [
        one for one in rest if isinstance(one, Elements) and one.count is None
    ]
    return plain and codes and len(runs) <= 1 and len(rest) == len(ends) <= 1


def inline_options(construct: OptionList) -> list[Option]:
    """The options that the loop reads itself."""
    kinds = [option.kind for option in construct.options]
    if len(kinds) > MANY:
        return []
    return [
        option
        for option in construct.options[:INLINE]
        if kinds.count(option.kind) == 1 and is_simple(describe_body(option))
    ]


def write_reader(out: Lines, owner: Option | Record, body: BodyParts) -> None:
    """The function that reads one option or record.

    An option's data must be used up to `stop`; of a record, the function returns the end, too.
    """
    local, is_record = snake(owner.name), isinstance(owner, Record)
    result = f"tuple[{owner.name}, int] | None" if is_record else f"{owner.name} | None"
    out.add(f"def _read_{local}(data: bytes, offset: int, stop: int) -> {result}:")
    with out.indented():
        what = "The record at `offset`, and where it ends" if is_record else "The option's data"
        out.add(f'"""{what}, or None if it does not fit in."""')
        reader = _Reader(out, body, local)
        for part in body.parts:
            reader.read(part)
        reader.flush()
        if is_record:
            out.add(f"return {local}, offset")
        elif body.has_rest:
            out.add(f"return {local}")
        else:
            out.add(f"return {local} if offset == stop else None")
    out.add("", "")


class _Reader:
    """Writes the statements that read the parts of a body, one behind the other."""

    def __init__(self, out: Lines, body: BodyParts, local: str) -> None:
        self.out = out
        self.body = body
        self.local = local
        self.ahead = 0  # bytes behind `offset`, which is moved only when it must be
        if body.fields:
            out.add(f"{local} = new({body.name})")
        else:
            out.add(f"{local} = _{local.upper()}_")
        if any(isinstance(part, Conditional) and part.lengths for part in body.parts):
            out.add("length = stop - offset")

    def read(self, part: object) -> None:
        """One part."""
        if isinstance(part, Run):
            self._run(part)
            return
        self.flush()
        if isinstance(part, Conditional):
            self._conditional(part)
        elif isinstance(part, Sized):
            self._sized(part)
        elif isinstance(part, Elements):
            self._elements(part)
        elif isinstance(part, Rest):
            self.out.add(f"{self.local}.{part.name} = data[offset:stop]", "offset = stop")
        elif isinstance(part, Nested):
            self._nested(part)

    def flush(self) -> None:
        """Move `offset` behind what has been read."""
        if self.ahead:
            self.out.add(f"offset += {self.ahead}")
            self.ahead = 0

    def _name(self, name: str) -> str:
        return f"{self.local}.{name}"

    def _run(self, run: Run) -> None:
        begin = f"offset + {self.ahead}" if self.ahead else "offset"
        self.ahead += run.size
        self.out.add(f"if stop - offset < {self.ahead}:", "    return None")
        targets: list[str] = []
        after: list[tuple[str, ...]] = []
        for group in run.words:
            first = group[0]
            plain = not first.is_word and first.constant is None
            if plain and (first.kind == "bytes" or first.size in (1, 2, 4, 8)):
                targets.append(self._name(first.name))
                continue
            raw = f"raw{first.offset}"
            targets.append(raw)
            if first.size not in (1, 2, 4, 8):
                after.append((f"word{first.offset} = from_bytes({raw})",))
                raw = f"word{first.offset}"
            after += [self._field(one, raw) for one in group]
        unpack = f"{run_struct(self.body, run)}.unpack_from(data, {begin})"
        self.out.add(f"({', '.join(targets)},) = {unpack}")
        for lines in after:
            self.out.add(*lines)

    def _field(self, one: Fixed, raw: str) -> tuple[str, ...]:
        value = field_value(one, raw)
        if one.constant is not None:
            if one.bits == 1:  # a bit reads as a truth value
                wrong = f"{'not ' if one.constant else ''}{raw} & {1 << one.shift:#x}"
                return (f"if {wrong}:", "    return None")
            return (f"if {value} != {one.constant:#x}:", "    return None")
        return (f"{self._name(one.name)} = {value}",)

    def _conditional(self, part: Conditional) -> None:
        target = self._name(part.name)
        self.out.add(f"{target} = None")
        size = str(part.fixed_size)
        condition = f"length in {part.lengths!r}"
        if part.size is not None:
            self.out.add(f"size = {part.size(self._name)}")
            size = condition = "size"
        value = f"data[offset : offset + {size}]"
        if part.kind == "int":
            value = f"from_bytes({value})"
        self.out.add(f"if {condition}:", f"    if stop - offset < {size}:", "        return None")
        self.out.add(f"    {target} = {value}", f"    offset += {size}")

    def _end(self, size: str, begin: str = "offset") -> None:
        self.out.add(f"end = {begin} + {size}", f"if not {begin} <= end <= stop:")
        self.out.add("    return None")

    def _sized(self, part: Sized) -> None:
        begin = "offset"
        if part.prefix:
            self.out.add(f"if stop - offset < {part.prefix}:", "    return None")
            begin = f"offset + {part.prefix}"
            length = "data[offset]"
            if part.prefix > 1:
                length = f"from_bytes(data[offset:{begin}])"
            self._end(length, begin)
        else:
            self._end(expression(part.length, self._name))
        self.out.add(f"{self._name(part.name)} = data[{begin}:end]", "offset = end")

    def _elements(self, part: Elements) -> None:
        size, end = code_size(part.code), "stop"
        if part.count is None:
            if size > 1:
                self.out.add(f"if (stop - offset) % {size}:", "    return None")
        else:
            count = expression(part.count, self._name)
            end = "end"
            self._end(f"{count} * {size}")
        struct = struct_name(self.body.name, part.name)
        value = unpacked(part, struct, f"data[offset:{end}]")
        self.out.add(f"{self._name(part.name)} = {value}", f"offset = {end}")

    def _nested(self, part: Nested) -> None:
        decode = decoder_of(alias_of(part.construct, self.body.name, part.name))
        count = ""
        if isinstance(part.construct, RecordList) and part.construct.count is not None:
            count = f", {expression(part.construct.count, self._name)}"
        self.out.add(f"{self._name(part.name)} = {decode}(data[offset:stop]{count})")
        self.out.add("offset = stop")


def field_value(one: Fixed, raw: str) -> str:
    """A field of a run as an expression over the integer that it stands in."""
    if not one.is_word:
        return raw
    if one.bits == 1:
        return f"{raw} & {1 << one.shift:#x} != 0"
    shifted = f"{raw} >> {one.shift}" if one.shift else raw
    top = one.shift + one.bits == one.size * 8
    return shifted if top else f"{shifted} & {(1 << one.bits) - 1:#x}"


def unpacked(part: Elements, struct: str, data: str) -> str:
    """All elements in `data`, as a tuple."""
    items = f"{struct}.iter_unpack({data})"
    if len(element_codes(part.code)) == 1:
        return f"tuple([item for item, in {items}])"
    return f"tuple({items})"


def write_record_decoder(out: Lines, alias: str, construct: RecordList) -> None:
    """The function that decodes a list of records."""
    name = construct.record.name
    counted = ", count: int = -1" if construct.count is not None else ""
    out.add(f"def {decoder_of(alias)}(data: bytes{counted}) -> tuple[{alias}, ...]:")
    with out.indented():
        out.add('"""Read a whole list of records; loses nothing and never fails."""')
        out.add(f"found: list[{alias}] = []", "offset, end = 0, len(data)", "while offset < end:")
        read = f"_read_{snake(name)}(data, offset, end)"
        out.add(f"    read = {f'{read} if count else None' if counted else read}")
        stuck = "" if describe_body(construct.record).parts[:1] == [] else " or read[1] == offset"
        out.add(f"    if read is None{stuck}:")
        out.add("        found.append(MalformedRecord(data[offset:]))", "        break")
        out.add("    record, offset = read", "    found.append(record)")
        if counted:
            out.add("    count -= 1")
        out.add("return tuple(found)", "", "")


def write_option_decoder(out: Lines, alias: str, construct: OptionList) -> None:
    """The table of readers, and the function that decodes a list of options."""
    inline = inline_options(construct)
    tabled = [option for option in construct.options if option not in inline]
    table = f"READ_{snake(alias).upper()}"
    if tabled:
        _table(out, alias, table, tabled)
    if construct.usual:
        last = next(one for one in construct.options if one.name == construct.usual[-1])
        start = len(construct.usual) + 1  # the paddings, a kind and a length
        code = FORMATS.get(start, f"{start}s")
        codes = f"!{code}{_run(describe_body(last)).format}"
        out.add(f'{_usual_struct(alias)} = struct.Struct("{codes}").unpack', "", "")
    out.add(f"def {decoder_of(alias)}(data: bytes) -> tuple[{alias}, ...]:")
    with out.indented():
        out.add('"""Read a whole option list; loses nothing and never fails."""')
        if construct.usual:
            _usual(out, alias, construct)
        out.add(f"found: list[{alias}] = []", "offset, end = 0, len(data)", "while offset < end:")
        with out.indented():
            _head(out, construct)
            keyword = "if"
            for option in inline:
                _case(out, option, keyword)
                keyword = "elif"
            _otherwise(out, table if tabled else "", keyword)
            out.add("offset = stop")
        out.add("return tuple(found)", "", "")


def _table(out: Lines, alias: str, table: str, tabled: list[Option]) -> None:
    """Kind -> reader; options of one kind get a reader that tries them all."""
    readers: dict[int, list[str]] = {}
    for option in tabled:
        readers.setdefault(option.kind, []).append(f"_read_{snake(option.name)}")
    rows = []
    for kind, names in readers.items():
        name = names[0]
        if len(names) > 1:
            name = f"_read_{snake(alias)}_{kind}"
            out.add(f"def {name}(data: bytes, offset: int, stop: int) -> {alias} | None:")
            out.add(f'    """The first option of kind {kind} whose fields fit."""', "    return (")
            calls = [f"{one}(data, offset, stop)" for one in names]
            out.add(f"        {' or '.join(calls)}", "    )", "", "")
        rows.append(f"{kind}: {name}, ")
    kind_of = f"dict[int, Callable[[bytes, int, int], {alias} | None]]"
    out.add(f"{table}: {kind_of} = {{{''.join(rows)}}}", "", "")


def _head(out: Lines, construct: OptionList) -> None:
    """Kind, `body` and `stop` of the option at `offset`; paddings, ends, and what is malformed."""
    style = construct.style
    one_byte = style.kind_bytes == 1 and not style.length_first
    if one_byte:
        out.add("kind = data[offset]")
    if style.padding:
        out.add(f"if kind == {style.padding[1]}:")
        out.add(f"    found.append({padding_instance(style.padding[0])})", "    offset += 1")
        out.add("    continue")
    if style.end:
        out.add(f"if kind == {style.end[1]}:")
        out.add(f"    found.append({style.end[0]}(data[offset + 1 :]))", "    break")
    malformed = ("    found.append(MalformedOption(data[offset:]))", "    break")
    out.add(f"body = offset + {style.head}")
    out.add("if body > end:", *malformed)
    kind_at = style.length_bytes if style.length_first else 0
    length_at = 0 if style.length_first else style.kind_bytes
    if not one_byte:
        out.add(f"kind = {_integer(kind_at, style.kind_bytes)}")
    length = _integer(length_at, style.length_bytes)
    if style.unit > 1:
        length = f"{length} * {style.unit}"
    out.add(f"stop = {'offset' if style.counts_head else 'body'} + {length}")
    out.add(f"if {'not body <= stop <= end' if style.counts_head else 'stop > end'}:", *malformed)


def _integer(offset: int, size: int) -> str:
    begin = f"offset + {offset}" if offset else "offset"
    if size == 1:
        return f"data[{begin}]"
    return f"from_bytes(data[{begin} : offset + {offset + size}])"


def padding_instance(name: str) -> str:
    """The one instance of a padding option that decoding hands out."""
    return snake(name).upper() if name == "NoOperation" else f"_{snake(name).upper()}_"


def _run(body: BodyParts) -> Run:
    """The fixed run that a simple body begins with."""
    first = body.parts[0] if body.parts else Run()
    return first if isinstance(first, Run) else Run()


def _case(out: Lines, option: Option, keyword: str) -> None:
    body = describe_body(option)
    run, last = _run(body), body.parts[-1] if body.parts else None
    fixed = run.size
    condition = f"stop - body == {fixed}"
    if isinstance(last, Rest):
        condition = f"stop - body >= {fixed}"
    elif isinstance(last, Elements):
        condition = f"(stop - body) % {code_size(last.code)} == 0"
        if fixed:
            condition = f"(stop - body - {fixed}) % {code_size(last.code)} == 0"
            condition += f" and stop - body >= {fixed}"
    out.add(f"{keyword} kind == {option.kind} and {condition}:")
    with out.indented():
        local = snake(option.name)
        if not body.fields:
            out.add(f"found.append(_{local.upper()}_)")
            return
        # `new` and stores, because calling a class with `__init__` costs twice as much.
        out.add(f"{local} = new({option.name})")
        if run.fields:
            targets = ", ".join(f"{local}.{one.name}" for one in run.fields)
            out.add(f"({targets},) = {run_struct(body, run)}.unpack_from(data, body)")
        begin = f"body + {fixed}" if fixed else "body"
        if isinstance(last, Rest):
            out.add(f"{local}.{last.name} = data[{begin}:stop]")
        elif isinstance(last, Elements):
            struct = struct_name(body.name, last.name)
            out.add(f"{local}.{last.name} = {unpacked(last, struct, f'data[{begin}:stop]')}")
        out.add(f"found.append({local})")


def _otherwise(out: Lines, table: str, keyword: str) -> None:
    unknown = "found.append(UnknownOption(kind, data[body:stop]))"
    if not table:
        out.add(*(("else:", f"    {unknown}") if keyword == "elif" else (unknown,)))
        return
    lines = (
        f"read = {table}.get(kind)",
        "option = read(data, body, stop) if read is not None else None",
        "if option is None:",
        "    option = UnknownOption(kind, data[body:stop])",
        "found.append(option)",
    )
    if keyword == "elif":
        out.add("else:", *(f"    {line}" for line in lines))
    else:
        out.add(*lines)


def _usual_struct(alias: str) -> str:
    return f"_USUAL_{snake(alias).upper()}"


def _usual(out: Lines, alias: str, construct: OptionList) -> None:
    """A shortcut for the list that is met most: paddings, then one option of fixed size."""
    usual = construct.usual
    option = next(option for option in construct.options if option.name == usual[-1])
    body, paddings = describe_body(option), len(usual) - 1
    padding = construct.style.padding
    if not is_simple(body) or body.has_rest or not padding or set(usual[:-1]) != {padding[0]}:
        raise SchemaError(f"{', '.join(usual)}: only paddings and one option of fixed size")
    run = _run(body)
    size = paddings + 2 + run.size
    start = bytes([padding[1]] * paddings + [option.kind, 2 + run.size])
    local = snake(option.name)
    wanted = f"0x{start.hex()}" if len(start) in FORMATS else repr(start)
    out.add(f"if len(data) == {size}:")
    with out.indented():
        names = [one.name for one in run.fields]
        out.add(f"start, {', '.join(names)} = {_usual_struct(alias)}(data)")
        out.add(f"if start == {wanted}:")
        with out.indented():
            out.add(f"{local} = new({option.name})")
            out.add(*(f"{local}.{name} = {name}" for name in names))
            out.add(f"return {f'{padding_instance(padding[0])}, ' * paddings}{local}")
