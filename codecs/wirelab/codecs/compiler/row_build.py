"""The row backend: `build` and `checksum_ok` of a header class.

Checksums are arithmetic over the fields, not a pass over built bytes: modulo 65535 a 16-bit word
counts as itself wherever it stands, so a field's weight is 1 or 256 by the parity of its end.
"""

from wirelab.codecs.compiler.description import (
    Addresses,
    FixedBytes,
    FixedPart,
    Header,
    Integer,
    Options,
    VariableBytes,
    VariablePart,
    Word,
    describe_pseudo,
    expression,
)
from wirelab.codecs.compiler.row_values import (
    LengthNames,
    advance,
    is_eager,
    packed,
    variable_length,
)
from wirelab.codecs.compiler.source import Lines, local
from wirelab.codecs.option_lists import OptionList


def write_build(out: Lines, header: Header) -> None:
    """`build`: AUTO values, then one `pack`."""
    out.add("def build(", "    self,", '    payload: bytes = b"",')
    out.add("    below: Addressed | None = None,", "    above: HeaderClass | None = None,")
    out.add(") -> bytes:")
    with out.indented():
        out.add('"""Header and payload as they go on the wire; see `Header`."""')
        out.add(*(f"{part.name} = self.{part.raw}" for part in header.lists))
        _check_variable(out, header)
        out.add("try:")
        with out.indented():
            values = _auto_values(out, header)
            if header.checksum:
                values["checksum"] = "checksum"
                _checksum(out, header, values)
            fixed = ", ".join(packed(part, values[part.name]) for part in header.fixed)
            tail = "".join(f" + {_variable_bytes(out, part)}" for part in header.variable)
            out.add(f"return _pack{header.suffix}({fixed}){tail} + payload")
        out.add("except (struct.error, TypeError) as error:")
        out.add("    raise self.refused(locals(), error) from None", "")


def _variable_bytes(out: Lines, part: VariablePart) -> str:
    """A variable part as bytes."""
    if isinstance(part, Options):
        return part.name
    if isinstance(part, Addresses):
        return f'b"".join(self.{part.name})'
    if isinstance(part, Integer):
        value = "checksum" if part.checksum else f"self.{part.name}"
        name = f"{part.name}_bytes"
        out.add(f'{name} = b"" if {value} is None else {value}.to_bytes({part.size})')
        return name
    return f"self.{part.name}"


def _auto_values(out: Lines, header: Header) -> dict[str, str]:
    """How `build` reaches each fixed part: a slot, or a local in which AUTO has been filled in."""
    values = {part.name: f"self.{part.name}" for part in header.fixed}
    for part in header.fixed:
        if not isinstance(part, Integer) or part.checksum:
            continue
        is_next = names_next(header, part)
        if part.notes.yields:
            name = values[part.name] = local(part.name)
            out.add(f"{name} = self.{part.name}", f"if {name} is AUTO:")
            out.add(f"    {name} = {part.notes.default}")
        elif is_next or (part.notes.auto is not None and not is_eager(header, part.name)):
            name = values[part.name] = local(part.name)
            auto = "next_number(self, above)"
            if not is_next:
                auto = expression(part.notes.auto, LengthNames(header))
            out.add(f"{name} = self.{part.name}", f"if {name} is AUTO:", f"    {name} = {auto}")
            bound = header.schema.notes.bound
            if is_next and bound is not None and part.name == bound.name:
                # The number that names LLC is the length of its frame (IEEE 802.3).
                is_length = expression(bound.when, {part.name: name}.__getitem__)
                out.add(f"    if {is_length}:", f"        {name} = len(payload)")
    return values


def names_next(header: Header, part: Integer) -> bool:
    """Whether AUTO in a field is the number of the header above."""
    selects = header.schema.notes.selects
    return selects is not None and selects.field == part.name and part.notes.default is None


def _check_variable(out: Lines, header: Header) -> None:
    """The lengths of variable parts must be what the fixed ones say, or nobody can read them."""
    for part in header.variable:
        if isinstance(part, VariableBytes) and part.length is not None:
            length = expression(part.length, lambda name: f"self.{name}")
            test, message = f"len(self.{part.name}) != {length}", f"{{{length}}} bytes"
        elif isinstance(part, Addresses):
            count = expression(part.count, lambda name: f"self.{name}")
            test, message = f"len(self.{part.name}) != {count}", f"{{{count}}} addresses"
        elif isinstance(part, Integer):
            condition = expression(part.condition, lambda name: f"self.{name}")
            test = f"(self.{part.name} is not None) != bool({condition})"
            out.add(f"if {test}:", f"    raise misplaced(self, {part.name!r})")
            continue
        else:
            continue
        out.add(
            f"if {test}:", f"    raise EncodeError(self.LAYER, {part.name!r}, self.{part.name},"
        )
        out.add(f'        f"{message}, as earlier fields say", {part.notes.source!r})')


def _checksum(out: Lines, header: Header, values: dict[str, str]) -> None:
    field = header.checksum
    assert field is not None
    assert field.checksum is not None
    rule = field.checksum
    out.add("checksum = self.checksum", "if checksum is AUTO:")
    with out.indented():
        if rule.pseudo is not None:
            out.add("if below is None:", f"    raise missing_below({header.name})")
        terms = [weighted(part, values[part.name]) for part in header.fixed if part is not field]
        terms += [
            weighted(part, f"(self.{part.name} or 0)")
            for part in header.optional
            if part is not field
        ]
        terms += [f"from_bytes({part.name})" for part in header.lists if _is_even(part)]
        terms += _pseudo_terms(header, f"{variable_length(header, '{}')} + len(payload)")
        data = "payload"
        odd = [part.name for part in header.lists if not _is_even(part)]
        if odd:  # what follows them counts as if they were all one
            data = "covered"
            out.add(f"covered = {' + '.join(odd)} + payload")
        if rule.coverage is not None:
            data = "covered"
            length = expression(rule.coverage, lambda name: f"self.{name}")
            out.add("covered = payload", f"if {length}:")
            out.add(f"    covered = payload[: max({length} - {header.fixed_size}, 0)]")
        if rule.covers_payload:
            # Last, so that the small numbers are added up before the one big one is copied.
            terms.append(f"(from_bytes({data}) << 8 if len({data}) & 1 else from_bytes({data}))")
        out.add(f"total = {' + '.join(terms)}")
        # A sum of 0 (all bytes zero) has the checksum 0xFFFF; a pseudo-header is never all zero.
        zero = "" if rule.pseudo is not None else " if total else 0xFFFF"
        none = " or 0xFFFF" if rule.zero_means_none or rule.never_zero else ""
        out.add(f"checksum = -total % 0xFFFF{none or zero}")


def _is_even(part: Options) -> bool:
    """Whether a list has an even number of bytes, whatever is in it."""
    return isinstance(part.construct, OptionList) and part.construct.style.alignment % 2 == 0


def weighted(part: FixedPart, value: str) -> str:
    """What a part adds to a checksum: by the parity of its end, a byte counts 1 or 256."""
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


def write_checksum_ok(out: Lines, header: Header) -> None:
    """`checksum_ok`, for headers that have a checksum."""
    field = header.checksum
    if field is None or field.checksum is None:
        return
    rule = field.checksum
    out.add("@staticmethod", "def checksum_ok(")
    out.add("    buffer: Buffer, offset: int, end: int, below: Addressed | None = None")
    out.add(") -> bool:")
    with out.indented():
        out.add('"""Whether the checksum of the header at `offset` is right; see `Header`."""')
        out.add(f"if end - offset < {header.fixed_size}:", "    return False")
        if field.condition is not None:
            condition = expression(field.condition, _RawReader(header))
            out.add(f"if not ({condition}):", "    return True")
        if rule.zero_means_none or rule.never_zero:
            low = f"offset + {field.offset}"
            out.add(f"if buffer[{low}] == 0 == buffer[{low} + 1]:")
            # RFC 8200 section 8.1: above IPv6 there is no "none computed".
            verdict = "below is None or len(below.source) == 4" if rule.zero_means_none else "False"
            out.add(f"    return {verdict}")
        if not rule.covers_payload:
            length = expression(header.lists[0].length, _RawReader(header))
            end = advance(f"offset + {header.fixed_size}", length, header.fixed_size)
            out.add(f"end = {end}")
        if rule.pseudo is not None:
            out.add("if below is None:", f"    raise missing_below({header.name})")
        stop = "end"
        if rule.coverage is not None:
            stop = "stop"
            length = expression(rule.coverage, _RawReader(header))
            out.add(f"stop = min(offset + ({length} or end), end)")
        out.add(f"total = from_bytes(buffer[offset:{stop}])")
        out.add(f"if {stop} - offset & 1:", "    total <<= 8")
        terms = _pseudo_terms(header, "end - offset")
        if terms:
            out.add(f"total += {' + '.join(terms)}")
        out.add("return total > 0 and total % 0xFFFF == 0", "")


class _RawReader:
    """Reads an integer, or a bit field of one byte, straight from the buffer."""

    def __init__(self, header: Header) -> None:
        self.header = header

    def __call__(self, name: str) -> str:
        for part in self.header.fixed:
            if part.name == name:
                start = f"offset + {part.offset}" if part.offset else "offset"
                return f"from_bytes(buffer[{start} : offset + {part.offset + part.size}])"
            for bit in part.bits if isinstance(part, Word) else ():
                if bit.name == name:
                    byte = part.offset + part.size - 1 - bit.shift // 8
                    shift, mask = bit.shift % 8, (1 << bit.width) - 1
                    index = f"offset + {byte}" if byte else "offset"
                    raw = f"buffer[{index}]"
                    return f"({raw} >> {shift} & {mask})" if shift else f"({raw} & {mask})"
        raise KeyError(name)
