"""The row backend for option lists: a class an option, and one loop that decodes a list."""

from wirelab.codecs.compiler.description import (
    Header,
    OptionData,
    SchemaError,
    describe_option,
)
from wirelab.codecs.compiler.fields import option_table
from wirelab.codecs.compiler.row_values import ADDRESSES
from wirelab.codecs.compiler.source import Lines, docstring, snake
from wirelab.codecs.constructs import Noted
from wirelab.codecs.option_lists import Option

COMMON = ("EndOfOptions", "NoOperation", "UnknownOption", "MalformedOption")


def classes_source(header: Header) -> str:
    """All option classes of a header, the union of them, and the decoder."""
    assert header.options is not None
    out = Lines()
    options = header.options.options
    for option in options:
        _class(out, option)
    for option in options:
        if not option.fields:
            out.add(f"_{snake(option.name).upper()} = {option.name}()")
    union = " | ".join([option.name for option in options] + list(COMMON))
    out.add(f"{header.name}Option: TypeAlias = {union}", "", "")
    if header.options.usual:
        last = next(option for option in options if option.name == header.options.usual[-1])
        start = len(header.options.usual) + 1  # the paddings, a kind and a length
        out.add(f'_USUAL = struct.Struct("!{start}s{describe_option(last).fixed.format}")', "", "")
    _decoder(out, header.name, options, header.options.usual)
    out.add("", "")
    return out.text()


def _struct(option: Option) -> str:
    return f"_{snake(option.name).upper()}"


def _class(out: Lines, option: Option) -> None:
    data = describe_option(option)
    names = _names(data)
    if data.fixed.format:
        out.add(f'{_struct(option)} = struct.Struct("!{data.fixed.format}")')
    if data.repeated:
        out.add(f'{_struct(option)}_ITEM = struct.Struct("!{data.repeated}")')
    out.add("", "", f"class {option.name}(Option):")
    with out.indented():
        out.add(*docstring(f"{option.doc.rstrip('.')} ({option.source}).", 96), "")
        slots = "".join(f"{name!r}, " for name in sorted(names))
        match = "".join(f"{name!r}, " for name in names)
        out.add(f"__slots__ = ({slots})", f"__match_args__ = ({match})", f"KIND = {option.kind}")
        table = [
            (
                name,
                notes,
                (2 + _size(data.fixed.format[:index])) * 8,
                _size(code) * 8 if code else -1,
            )
            for index, (name, notes) in enumerate(_noted(data))
            for code in (data.fixed.format[index : index + 1],)
        ]
        if table:
            out.add(f"FIELDS = {option_table(table)}", "")
            _constructor(out, option, data)
            _wire_data(out, option, data)
    out.add("", "")


def _names(data: OptionData) -> list[str]:
    return [name for name, _ in _noted(data)]


def _noted(data: OptionData) -> list[tuple[str, Noted]]:
    noted = list(zip(data.fixed.names, data.fixed.notes, strict=True))
    if data.repeated_notes is not None:
        noted.append((data.repeated_name, data.repeated_notes))
    return noted


def _element(data: OptionData) -> str:
    """The Python type of one of the repeated elements."""
    if data.repeated.endswith("s"):
        return "bytes"
    if len(data.repeated) == 1:
        return "int"
    return f"tuple[{', '.join('int' for _ in data.repeated)}]"


def _constructor(out: Lines, option: Option, data: OptionData) -> None:
    arguments = [f"{name}: int" for name in data.fixed.names]
    name, notes = data.repeated_name, data.repeated_notes
    stored = name
    if notes is not None:
        is_address = notes.format in ADDRESSES
        kind = "AddressLike" if is_address else _element(data)
        if is_address:
            convert, _ = ADDRESSES[notes.format]
            one = f"address_argument({option.name}, {name!r}, one, {convert})"
            stored = f"tuple([{one} for one in {name}])"
        elif not data.rest:
            stored = f"tuple({name})"
        arguments.append(f"{name}: {'bytes' if data.rest else f'Iterable[{kind}]'}")
    out.add(f"def __init__(self, {', '.join(arguments)}) -> None:")
    out.add(*(f"    self.{name} = {name}" for name in data.fixed.names))
    if name:
        out.add(f"    self.{name} = {stored}")
    out.add("")


def _wire_data(out: Lines, option: Option, data: OptionData) -> None:
    terms = []
    if data.fixed.format:
        terms.append(f"{_struct(option)}.pack({', '.join(f'self.{n}' for n in data.fixed.names)})")
    if data.rest:
        terms.append(f"self.{data.repeated_name}")
    elif data.repeated:
        star = "*" if len(data.repeated) > 1 and not data.repeated.endswith("s") else ""
        item = f"{_struct(option)}_ITEM.pack({star}item)"
        terms.append(f'b"".join([{item} for item in self.{data.repeated_name}])')
    out.add("def wire_data(self) -> bytes:")
    out.add('    """What follows kind and length on the wire."""')
    out.add(f"    return {' + '.join(terms)}", "")


SIZES = {"B": 1, "H": 2, "I": 4}


def _size(codes: str) -> int:
    if codes.endswith("s"):
        return int(codes[:-1])
    return sum(SIZES[code] for code in codes)


def _decoder(out: Lines, header: str, options: tuple[Option, ...], usual: tuple[str, ...]) -> None:
    out.add(f"def _decode_options(data: bytes) -> tuple[{header}Option, ...]:")
    with out.indented():
        out.add('"""Read a whole option list; loses nothing and never fails."""')
        if usual:
            _usual(out, options, usual)
        out.add(f"found: list[{header}Option] = []", "offset, end = 0, len(data)")
        out.add("while offset < end:", "    kind = data[offset]")
        out.add("    if kind == 1:", "        found.append(NO_OPERATION)", "        offset += 1")
        out.add("        continue", "    if kind == 0:")
        out.add("        found.append(EndOfOptions(data[offset + 1 :]))", "        break")
        out.add(
            "    size = data[offset + 1] if offset + 1 < end else 0", "    stop = offset + size"
        )
        out.add("    if size < 2 or stop > end:")
        out.add("        found.append(MalformedOption(data[offset:]))", "        break")
        with out.indented():
            for index, option in enumerate(options):
                _case(out, option, "if" if index == 0 else "elif")
            out.add("else:")
            out.add("    found.append(UnknownOption(kind, data[offset + 2 : stop]))")
            out.add("offset = stop")
        out.add("return tuple(found)")


def _usual(out: Lines, options: tuple[Option, ...], usual: tuple[str, ...]) -> None:
    """A shortcut for the list that is met most: paddings, then one option of fixed size."""
    option = next(option for option in options if option.name == usual[-1])
    data = describe_option(option)
    paddings = len(usual) - 1
    if data.repeated_name or set(usual[:-1]) != {"NoOperation"}:
        raise SchemaError(f"{', '.join(usual)}: only paddings and one option of fixed size")
    size = paddings + 2 + _size(data.fixed.format)
    start = bytes([1] * paddings + [option.kind, size - paddings])
    local = snake(option.name)
    targets = ", ".join(f"{local}.{name}" for name in data.fixed.names)
    out.add(f"if len(data) == {size}:")
    with out.indented():
        out.add(f"{local} = new({option.name})")
        out.add(f"start, {targets} = _USUAL.unpack(data)")
        out.add(f"if start == {start!r}:")
        out.add(f"    return {'NO_OPERATION, ' * paddings}{local}")


def _case(out: Lines, option: Option, keyword: str) -> None:
    data = describe_option(option)
    fixed = 2 + _size(data.fixed.format)
    condition = f"size == {fixed}"
    if data.rest:
        condition = f"size >= {fixed}"
    elif data.repeated:
        condition = f"size >= {fixed} and (size - {fixed}) % {_size(data.repeated)} == 0"
    out.add(f"{keyword} kind == {option.kind} and {condition}:")
    with out.indented():
        if not _names(data):
            out.add(f"found.append({_struct(option)})")
            return
        # `new` and stores, because calling a class with `__init__` costs twice as much.
        local = snake(option.name)
        out.add(f"{local} = new({option.name})")
        if data.fixed.format:
            targets = ", ".join(f"{local}.{name}" for name in data.fixed.names)
            out.add(f"({targets},) = {_struct(option)}.unpack_from(data, offset + 2)")
        if data.repeated_name:
            begin = f"offset + {fixed}"
            value = f"data[{begin} : stop]"
            if data.repeated:
                items = f"{_struct(option)}_ITEM.iter_unpack({value})"
                single = len(data.repeated) == 1 or data.repeated.endswith("s")
                value = f"tuple([item for item, in {items}])" if single else f"tuple({items})"
            out.add(f"{local}.{data.repeated_name} = {value}")
        out.add(f"found.append({local})")
