"""The row backend: `parse` of a header class."""

from wirelab.codecs.compiler.description import (
    Addresses,
    FixedPart,
    Header,
    Integer,
    Options,
    VariablePart,
    Word,
    expression,
)
from wirelab.codecs.compiler.row_values import (
    advance,
    packed,
    reader_of,
    store_options,
    store_word,
    word_local,
)
from wirelab.codecs.compiler.source import Lines


def write_parse(out: Lines, header: Header) -> None:
    """`parse`: one `unpack_from` into slots, then one test of all that must hold."""
    reader = reader_of(header)
    fail = "raise explain(cls, buffer, offset, limit, strict)"
    out.add("@classmethod", "def parse(")
    out.add("    cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True")
    out.add(") -> Self:")
    with out.indented():
        out.add(f'"""Read the header at `offset` ({header.schema.notes.source}); see `Header`."""')
        out.add("limit = len(buffer) if end is None else end", "header = cls.__new__(cls)")
        out.add("try:", "    (")
        out.add(*(f"        {_target(part)}," for part in header.fixed))
        out.add(f"    ) = _unpack{header.suffix}(buffer, offset)", "except struct.error:")
        out.add(f"    {fail} from None")
        for part in header.fixed:
            if packed(part, "") != "":
                out.add(f"header.{part.name} = from_bytes({_target(part)})")
        _write_tests(out, header, reader)
        for part in header.fixed:
            if isinstance(part, Word):
                store_word(out, "header", part, word_local(part))
        _variable_stores(out, header, reader)
        out.add("return header")
    out.add("")


def _write_tests(out: Lines, header: Header, reader: dict[str, str]) -> None:
    """Where each variable part ends, and one test of all that must hold."""
    size = header.fixed_size
    fail = "raise explain(cls, buffer, offset, limit, strict)"
    conditions = [expression(rule.condition, reader.__getitem__) for rule in header.rules]
    finish = f"offset + {size}"
    for begin, end, variable in _extents(header):
        finish = begin
        if end != "limit":
            length = _length(variable, reader)
            out.add(f"{end} = {advance(begin, length, size if '+' in begin else 0)}")
            if "-" in length and not isinstance(variable, Options):  # options: a rule's business
                conditions.append(f"{begin} <= {end}")
            finish = end
    conditions.append(f"{finish} <= limit")
    bound = header.schema.notes.bound
    if bound:
        stop = expression(bound.length, reader.__getitem__)
        within = f"{finish} <= offset + {stop} <= limit"
        if not header.variable:
            within = f"{size} <= {stop} <= limit - offset"
        when = ""
        if bound.when is not True:
            when = f" and {expression(bound.when, reader.__getitem__)}"
        strict = f"(strict{when})" if when else "strict"
        conditions.append(f"(not {strict} or {within})")
    if len(conditions) == 1:
        out.add(f"if {conditions[0].replace('<=', '>')}:", f"    {fail}")
    else:
        out.add(f"if not ({' and '.join(conditions)}):", f"    {fail}")


def _target(part: FixedPart) -> str:
    """What a fixed part is unpacked into: a slot, or a local of which slots are made."""
    if isinstance(part, Word):
        return word_local(part)
    return f"{part.name}_bytes" if packed(part, "") else f"header.{part.name}"


def _extents(header: Header) -> list[tuple[str, str, VariablePart]]:
    """Begin, end and description of each variable part; the end `limit` takes all that is left."""
    found = []
    begin = f"offset + {header.fixed_size}"
    for part in header.variable:
        end = "header_end" if part is header.variable[-1] else f"{part.name}_end"
        if part.length is None:
            end = "limit"
        found.append((begin, end, part))
        begin = end
    return found


def _length(part: VariablePart, reader: dict[str, str]) -> str:
    """The bytes of a variable part as an expression."""
    if isinstance(part, Integer):
        return f"({part.size} if {expression(part.condition, reader.__getitem__)} else 0)"
    return expression(part.length, reader.__getitem__)


def _variable_stores(out: Lines, header: Header, reader: dict[str, str]) -> None:
    for begin, end, part in _extents(header):
        raw = f"buffer[{begin}:{end}]"
        if isinstance(part, Integer):
            condition = expression(part.condition, reader.__getitem__)
            out.add(f"header.{part.name} = from_bytes({raw}) if {condition} else None")
        elif isinstance(part, Options):
            store_options(out, part, "header", f"bytes({raw})", f"{end} > {begin}")
        elif isinstance(part, Addresses):
            step = f"range({begin}, {end}, {part.size})"
            items = f"[bytes(buffer[at : at + {part.size}]) for at in {step}]"
            out.add(f"header.{part.name} = tuple({items})")
        else:
            out.add(f"header.{part.name} = bytes({raw})")
