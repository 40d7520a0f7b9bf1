"""The row backend: `__init__` of a header class."""

from construct import Container
from construct.core import evaluate

from wirelab.codecs.compiler.description import (
    Addresses,
    Header,
    Integer,
    Options,
    VariableBytes,
    VariablePart,
    Word,
    expression,
)
from wirelab.codecs.compiler.option_names import alias_of, decoder_of, style_of
from wirelab.codecs.compiler.resource_rows import encode_sections, section_arguments
from wirelab.codecs.compiler.row_values import ADDRESSES, LengthNames, all_bits, counting, is_eager
from wirelab.codecs.compiler.source import Lines
from wirelab.codecs.option_lists import OptionList


def write_constructor(out: Lines, header: Header) -> None:
    """`__init__`: defaults, addresses as bytes, AUTO as far as it is known, ranges."""
    noted = header.schema.noted()
    views = [view for _, notes in noted for view in notes.views if view.settable]
    out.add("def __init__(", "    self,")
    out.add(*(f"    {name}: {_argument(header, name)}," for name, _ in noted))
    if views or header.sections:
        out.add("    *,")
    out.add(*section_arguments(header))
    for view in views:
        kind = "AddressLike" if view.format == "ipv4" else "int"
        out.add(f"    {view.name}: {kind} | None = None,")
    out.add(") -> None:")
    with out.indented():
        for name, notes in noted:
            kind = "address" if notes.format in ADDRESSES else notes.format
            if kind in _ARGUMENTS:
                _ARGUMENTS[kind](out, header, name)
        for part in header.lists:
            _encode_list(out, header, part)
        encode_sections(out, header)
        for name, notes in noted:
            if is_eager(header, name):
                value = expression(notes.auto, LengthNames(header, "encoded_{}", "{}"))
                value = counting(header, value)
                out.add(f"if {name} is AUTO:", f"    {name} = {value}")
        for view in views:
            _settable_view(out, header, view.name)
        _range_check(out, header)
        _constructor_stores(out, header)
    out.add("")


def _constructor_stores(out: Lines, header: Header) -> None:
    for part in header.fixed:
        if not isinstance(part, Word):
            out.add(f"self.{part.name} = {part.name}")
            continue
        for bit in part.bits:
            if bit.notes.flags:
                out.add("# `+` makes plain ints of flags, which are slow to combine.")
            # Whatever number a caller gives for one bit, a bool is read.
            value = f"{bit.name} != 0" if bit.width == 1 else bit.name
            plus = "+" if bit.notes.flags else ""
            out.add(f"self.{bit.name} = {plus}{value}")
        out.add(f"self.{part.name} = {_word_value(part)}")
    for variable in header.variable:
        if isinstance(variable, Options):
            out.add(f"self.{variable.raw} = encoded_{variable.name}")
            out.add(f"self.{variable.decoded} = None")
        else:
            out.add(f"self.{variable.name} = {variable.name}")


def _fill_optional(out: Lines, header: Header) -> None:
    """Give a value to optional fields without one that other fields promise."""
    for part in header.optional:
        condition = expression(part.condition, lambda name: name)
        default = "AUTO" if part.checksum else repr(part.notes.default or 0)
        out.add(f"    if {part.name} is None and ({condition}):")
        out.add(f"        {part.name} = {default}")


def _encode_list(out: Lines, header: Header, part: Options) -> None:
    """The bytes of a list argument; and its items, if an AUTO value counts them."""
    name, construct = part.name, part.construct
    alias = alias_of(construct, header.name, name)
    if any(f"len_(this['{name}'])" in repr(notes.auto) for _, notes in header.schema.noted()):
        decode = decoder_of(alias)
        out.add(f"{name} = list_argument({header.name!r}, {name!r}, {name}, {decode})")
    arguments = [repr(header.name), repr(name), name]
    style, limit = style_of(construct, alias), _limit(header, part)
    arguments += [style] if style else []
    arguments += [f"limit={limit}"] if limit is not None else []
    # Where bytes before the list count for its alignment, no options need padding, too.
    padded = isinstance(construct, OptionList) and construct.style.before
    unless = "" if padded else f' if {name} else b""'
    out.add(f"encoded_{name} = encode_list({', '.join(arguments)}){unless}")


def _limit(header: Header, part: Options) -> int | None:
    """Most bytes that a list can have, if a single bit field says how many there are."""
    for bit in all_bits(header):
        try:
            largest = Container({bit.name: (1 << bit.width) - 1})
            return int(evaluate(part.length, largest)) if part.length is not None else None
        except KeyError:
            continue
    return None


def _argument(header: Header, name: str) -> str:
    notes = dict(header.schema.noted())[name]
    part = next((part for part in header.variable if part.name == name), None)
    if part is not None and not isinstance(part, VariableBytes):
        return _variable_argument(header, part)
    if notes.format in ("bytes", "text"):
        kind = "bytes" if notes.format == "bytes" else "bytes | str"
        size = next((part.size for part in header.fixed if part.name == name), 0)
        return f"{kind} = {_literal(notes.default or bytes(size))}"
    if notes.format in ADDRESSES:
        return f"AddressLike = {_literal(notes.default)}"
    if notes.default is None or notes.yields:
        return "int = AUTO"
    return f"{'bool' if notes.format == 'bool' else 'int'} = {notes.default!r}"


def _variable_argument(header: Header, part: VariablePart) -> str:
    if isinstance(part, Addresses):
        return f"Iterable[AddressLike] = {_literals(part.notes.default or ())}"
    if isinstance(part, Integer):
        return "int | None = None"
    assert isinstance(part, Options)
    # Not the alias: type checkers join the classes in a list to their base.
    return (
        f"Iterable[{'Option' if isinstance(part.construct, OptionList) else 'Record'}] | bytes = ()"
    )


def _literal(value: bytes) -> str:
    """Bytes as source; the many zeros that IPv6 addresses begin with are counted."""
    tail = value.lstrip(b"\0")
    zeros = len(value) - len(tail)
    if zeros <= 8:
        return repr(value)
    return f"bytes({zeros}) + {tail!r}" if tail else f"bytes({zeros})"


def _literals(values: tuple[bytes, ...]) -> str:
    return f"({', '.join(map(_literal, values))},)" if values else "()"


def _address_argument(out: Lines, header: Header, name: str) -> None:
    notes = dict(header.schema.noted())[name]
    convert, size = ADDRESSES[notes.format]
    if any(isinstance(part, Addresses) and part.name == name for part in header.variable):
        out.add(f"{name} = address_arguments({header.name}, {name!r}, {name}, {convert})")
        return
    fixed = any(part.name == name for part in header.fixed)
    # The usual case, bytes of the right length, costs no call. In a field of variable length any
    # bytes are right.
    right = f" and len({name}) == {size}" if fixed else ""
    test = f"isinstance({name}, bytes){right}"
    out.add(f"if not ({test}):" if fixed else f"if not {test}:")
    out.add(f"    {name} = address_argument({header.name}, {name!r}, {name}, {convert})")


def _bytes_argument(out: Lines, header: Header, name: str) -> None:
    fixed = next((part for part in header.fixed if part.name == name), None)
    test = f"isinstance({name}, (bytes, bytearray, memoryview))"
    if fixed is not None:
        test = f"{test} and len({name}) == {fixed.size}"
    out.add(f"if not ({test}):", f"    raise refusal({header.name}, locals())")
    out.add(f"{name} = bytes({name})")


def _text_argument(out: Lines, header: Header, name: str) -> None:
    size = next((part.size for part in header.fixed if part.name == name), -1)
    out.add(f"{name} = text_argument({header.name}, {name!r}, {name}, {size})")


_ARGUMENTS = {"address": _address_argument, "bytes": _bytes_argument, "text": _text_argument}
"""What a constructor makes of arguments that may be spelled in several ways."""


def _settable_view(out: Lines, header: Header, name: str) -> None:
    whole = next(
        whole
        for whole, notes in header.schema.noted()
        if any(view.name == name for view in notes.views)
    )
    out.add(f"if {name} is not None:")
    out.add(f"    {whole} = set_view({header.name}, {whole}, {name!r}, {name})")


def _range_check(out: Lines, header: Header) -> None:
    """Integers of one width are ORed and shifted: one test finds any that is too large or < 0."""
    widths: dict[int, list[str]] = {}
    may_be_auto: list[str] = []
    for part in header.fixed:
        if isinstance(part, Integer):
            known = part.notes.default is not None and not part.notes.yields
            if known or is_eager(header, part.name):
                widths.setdefault(part.size * 8, []).append(part.name)
            else:
                test = f"({part.name} >> {part.size * 8} and {part.name} is not AUTO)"
                may_be_auto.append(test)
        elif isinstance(part, Word):
            for bit in part.bits:
                widths.setdefault(bit.width, []).append(bit.name)
    tests = [
        f"({' | '.join(names)}) >> {width}" if len(names) > 1 else f"{names[0]} >> {width}"
        for width, names in widths.items()
    ]
    tests += may_be_auto
    for part in header.optional:
        unless = f" and {part.name} is not AUTO" if part.checksum else ""
        test = f"{part.name} is not None{unless} and {part.name} >> {part.size * 8}"
        tests.append(f"({test})")
    if not tests:
        return
    out.add("try:")
    _fill_optional(out, header)
    out.add(f"    refused = {' or '.join(tests)}")
    out.add("except TypeError:", "    refused = True")
    out.add("if refused:", f"    raise refusal({header.name}, locals())")


def _word_value(word: Word) -> str:
    terms = [f"+{bit.name}" if bit.notes.flags else bit.name for bit in word.bits]
    shifted = zip(terms, word.bits, strict=True)
    return " | ".join(f"{term} << {bit.shift}" if bit.shift else term for term, bit in shifted)
