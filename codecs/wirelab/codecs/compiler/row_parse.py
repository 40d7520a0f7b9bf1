"""The row backend: `parse` of a header class."""

from wirelab.codecs.compiler.description import Header, Options, Word, expression
from wirelab.codecs.compiler.row_values import (
    advance,
    reader_of,
    store_options,
    store_word,
    word_local,
)
from wirelab.codecs.compiler.source import Lines


def write_parse(out: Lines, header: Header) -> None:
    """`parse`: one `unpack_from` into slots, then one test of all that must hold."""
    reader = reader_of(header)
    size = header.fixed_size
    fail = "raise explain(cls, buffer, offset, limit, strict)"
    out.add("@classmethod", "def parse(")
    out.add("    cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True")
    out.add(") -> Self:")
    with out.indented():
        out.add(f'"""Read the header at `offset` ({header.schema.notes.source}); see `Header`."""')
        out.add("limit = len(buffer) if end is None else end", "header = cls.__new__(cls)")
        out.add("try:", "    (")
        for part in header.fixed:
            target = word_local(part) if isinstance(part, Word) else f"header.{part.name}"
            out.add(f"        {target},")
        out.add("    ) = _unpack(buffer, offset)", "except struct.error:", f"    {fail} from None")
        conditions = [expression(rule.condition, reader.__getitem__) for rule in header.rules]
        finish = f"offset + {size}"
        for index, variable in enumerate(header.variable):
            begin = finish
            last = index == len(header.variable) - 1
            finish = "header_end" if last else f"{variable.name}_end"
            if variable.length is None:
                out.add(f"{finish} = limit")
                conditions.append(f"{begin} <= limit")
                break
            length = expression(variable.length, reader.__getitem__)
            out.add(f"{finish} = {advance(begin, length, size if index == 0 else 0)}")
        else:
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
        for part in header.fixed:
            if isinstance(part, Word):
                store_word(out, "header", part, word_local(part))
        _variable_stores(out, header)
        out.add("return header")
    out.add("")


def _variable_stores(out: Lines, header: Header) -> None:
    begin = f"offset + {header.fixed_size}"
    for index, part in enumerate(header.variable):
        last = index == len(header.variable) - 1
        finish = "header_end" if last else f"{part.name}_end"
        if isinstance(part, Options):
            raw = f"bytes(buffer[{begin} : {finish}])"
            store_options(out, part, "header", raw, f"{finish} > {begin}")
        else:
            out.add(f"header.{part.name} = bytes(buffer[{begin}:{finish}])")
        begin = finish
