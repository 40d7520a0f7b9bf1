"""Options and records, walked once and written down flat: what the list backends work from.

A body (the data of an option, or a record) is a sequence of parts:

    Run          fixed fields, read and written with one `struct` call
    Conditional  an integer or bytes that other fields, or the length of the data, make present
    Sized        bytes whose length other fields say, or a length octet before them
    Elements     fixed elements, as many as another field says, or up to the end
    Rest         all the bytes that are left
    Nested       a list within the option
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from construct import (
    Array,
    BitsInteger,
    Bytes,
    BytesInteger,
    Const,
    Construct,
    Flag,
    FormatField,
    GreedyBytes,
    GreedyRange,
    IfThenElse,
    Pass,
    Prefixed,
)

from wirelab.codecs.compiler.description import (
    SIZES,
    SchemaError,
    expression,
    struct_code,
    unwrap,
)
from wirelab.codecs.constructs import Noted
from wirelab.codecs.header_schema import is_bit_group
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList, WhenLength

CODE_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8}


@dataclass
class Fixed:
    """A field of a fixed run: an integer, bytes, or bits of a word; or a constant among them.

    Attributes:
        offset: bytes from the start of the run.
        size: bytes; of the whole word, for bits.
        shift: bits to the right, for bits.
        bits: width.
        kind: `int`, `bool` or `bytes`.
        constant: the only value that fits, or None.
    """

    name: str
    notes: Noted
    offset: int
    size: int
    shift: int
    bits: int
    kind: str
    constant: int | None = None

    @property
    def is_word(self) -> bool:
        """Whether it shares its integer with others."""
        return self.bits != self.size * 8


@dataclass
class Run:
    """Fixed fields, one `struct` call; `number`: how many runs of the body come before."""

    number: int = 0
    fields: list[Fixed] = field(default_factory=list)
    size: int = 0

    @property
    def words(self) -> list[list[Fixed]]:
        """The fields by the integer (or bytes) that they stand in."""
        groups: dict[int, list[Fixed]] = {}
        for one in self.fields:
            groups.setdefault(one.offset, []).append(one)
        return list(groups.values())

    @property
    def format(self) -> str:
        """The struct format, without byte order."""
        return "".join(
            f"{group[0].size}s"
            if group[0].kind == "bytes" or group[0].size not in (1, 2, 4, 8)
            else {size: code for code, size in CODE_SIZES.items()}[group[0].size]
            for group in self.words
        )


@dataclass
class Conditional:
    """A part that is there or None.

    Attributes:
        size: its bytes as an expression (0: absent), by a function that gives the Python of a name;
            `length` stands for the bytes of the option's data. None if `lengths` decides.
        lengths: bytes of the option's data with which it is there.
        fixed_size: its bytes, if it has the same in all cases, else 0.
        kind: `int` or `bytes`.
    """

    name: str
    notes: Noted
    size: Callable[[Callable[[str], str]], str] | None
    lengths: tuple[int, ...]
    fixed_size: int
    kind: str


@dataclass
class Sized:
    """Bytes: `length` is an expression; with `prefix` set, an integer of so many bytes before."""

    name: str
    notes: Noted
    length: Any
    prefix: int = 0


@dataclass
class Elements:
    """Fixed elements: `count` is an expression, or None for "up to the end"."""

    name: str
    notes: Noted
    code: str
    count: Any = None


@dataclass
class Rest:
    """All the bytes that are left."""

    name: str
    notes: Noted


@dataclass
class Nested:
    """A list within an option, up to its end."""

    name: str
    notes: Noted
    construct: OptionList | RecordList


Part = Run | Conditional | Sized | Elements | Rest | Nested


@dataclass
class BodyParts:
    """An option or a record, flat."""

    name: str
    parts: list[Part] = field(default_factory=list)

    @property
    def fields(self) -> list[tuple[str, Noted, str]]:
        """Name, notes and Python type of what the class holds, in wire order."""
        found: list[tuple[str, Noted, str]] = []
        for part in self.parts:
            if isinstance(part, Run):
                members = [one for one in part.fields if one.constant is None]
                found += [(one.name, one.notes, one.kind) for one in members]
            elif isinstance(part, Conditional):
                found.append((part.name, part.notes, f"{part.kind} | None"))
            elif isinstance(part, Elements):
                found.append((part.name, part.notes, f"tuple[{element_type(part.code)}, ...]"))
            elif isinstance(part, Nested):
                found.append((part.name, part.notes, "list"))
            else:
                found.append((part.name, part.notes, "bytes"))
        return found

    @property
    def has_rest(self) -> bool:
        """Whether the last part takes all that is left."""
        last = self.parts[-1] if self.parts else None
        open_ended = isinstance(last, Elements) and last.count is None
        return open_ended or isinstance(last, (Rest, Nested))


def describe_body(owner: Option | Record) -> BodyParts:
    """Walk the fields of an option or record.

    Raises:
        SchemaError: a construct that the compiler does not understand.
    """
    body = BodyParts(owner.name)
    for member in owner.fields:
        if body.has_rest:
            raise SchemaError(f"{owner.name}: nothing can follow {body.fields[-1][0]}")
        if is_bit_group(member):
            _add_word(_run(body), member)
        else:
            name, notes = unwrap(member)
            if not _add_fixed(body, name, notes):
                body.parts.append(_part(owner, name, notes))
    return body


def _run(body: BodyParts) -> Run:
    """The run at the end of a body."""
    if not body.parts or not isinstance(body.parts[-1], Run):
        body.parts.append(Run(sum(isinstance(part, Run) for part in body.parts)))
    last = body.parts[-1]
    assert isinstance(last, Run)
    return last


def _add_fixed(body: BodyParts, name: str, notes: Noted) -> bool:
    inner = notes.subcon
    constant = None
    if isinstance(inner, Const):
        constant, inner = int(inner.value), inner.subcon
    size = integer_size(inner)
    kind = "int"
    if not size and isinstance(inner, Bytes) and isinstance(inner.length, int):
        size, kind = inner.length, "bytes"
    if not size:
        return False
    run = _run(body)
    run.fields.append(Fixed(name, notes, run.size, size, 0, size * 8, kind, constant))
    run.size += size
    return True


def _add_word(run: Run, member: Construct) -> None:
    widths = []
    for one in member.subcon.subcons:
        name, notes = unwrap(one)
        inner, constant = notes.subcon, None
        if isinstance(inner, Const):
            constant, inner = int(inner.value), inner.subcon
        if inner is not Flag and not isinstance(inner, BitsInteger):
            raise SchemaError(f"{name}: only BitsInteger and Flag in a BitStruct")
        widths.append((name, notes, 1 if inner is Flag else int(inner.length), constant))
    left = sum(width for _, _, width, _ in widths)
    if left not in (8, 16, 24, 32, 64):
        raise SchemaError(f"{widths[0][0]}: {left} bits are no word of 1, 2, 3, 4 or 8 bytes")
    size = left // 8
    for name, notes, width, constant in widths:
        left -= width
        kind = "bool" if width == 1 else "int"
        run.fields.append(Fixed(name, notes, run.size, size, left, width, kind, constant))
    run.size += size


def _part(owner: Option | Record, name: str, notes: Noted) -> Part:
    """A part that is not fixed."""
    inner = notes.subcon
    part: Part | None = None
    if isinstance(inner, Bytes):
        part = Sized(name, notes, inner.length)
    elif isinstance(inner, Prefixed) and inner.subcon is GreedyBytes:
        part = Sized(name, notes, None, integer_size(inner.lengthfield))
    elif isinstance(inner, Array):
        part = Elements(name, notes, struct_code(inner.subcon), inner.count)
    elif isinstance(inner, GreedyRange):
        part = Elements(name, notes, struct_code(inner.subcon))
    elif inner is GreedyBytes:
        part = Rest(name, notes)
    elif isinstance(inner, WhenLength) and isinstance(owner, Option):
        size, kind = _sizes(name, inner.subcon)
        part = Conditional(name, notes, None, inner.lengths, size, kind)
    elif isinstance(inner, IfThenElse):
        size, kind = _sizes(name, inner)
        part = Conditional(name, notes, _size_expression(inner), (), size, kind)
    elif isinstance(inner, (OptionList, RecordList)) and inner.length is None:
        part = _nested(owner, name, notes)
    if part is None:
        raise SchemaError(f"{owner.name}.{name}: {type(inner).__name__} cannot be compiled here")
    return part


def _nested(owner: Option | Record, name: str, notes: Noted) -> Nested:
    if isinstance(notes.subcon, OptionList) and notes.subcon.style.alignment > 1:
        raise SchemaError(f"{owner.name}.{name}: a list within an option cannot be aligned")
    return Nested(name, notes, notes.subcon)


def integer_size(construct: Construct) -> int:
    """Bytes of an unsigned big-endian integer, or 0 for anything else."""
    if isinstance(construct, FormatField) and construct.fmtstr[0] == ">":
        return SIZES.get(construct.fmtstr[1], 0)
    is_integer = isinstance(construct, BytesInteger) and isinstance(construct.length, int)
    return int(construct.length) if is_integer and not construct.signed else 0


def _sizes(name: str, construct: Construct) -> tuple[int, str]:
    """Bytes (0 if that depends) and Python type of a conditional part."""
    if isinstance(construct, IfThenElse):
        branches = [construct.thensubcon, construct.elsesubcon]
        found = [_sizes(name, one) for one in branches if one is not Pass]
        size = found[0][0] if all(one == found[0] for one in found) else 0
        return size, found[0][1]
    if isinstance(construct, Bytes) and isinstance(construct.length, int):
        return construct.length, "bytes"
    size = integer_size(construct)
    if not size:
        raise SchemaError(f"{name}: only integers and bytes of a fixed length can be conditional")
    return size, "int"


def _size_expression(construct: Construct) -> Callable[[Callable[[str], str]], str]:
    """`If(this.a, Int32ub)` -> `4 if option.a else 0`, once names are known."""

    def write(name: Callable[[str], str]) -> str:
        return _size_text(construct, name)

    return write


def _size_text(construct: Construct, name: Callable[[str], str]) -> str:
    if construct is Pass:
        return "0"
    if isinstance(construct, IfThenElse):
        then = _size_text(construct.thensubcon, name)
        otherwise = _size_text(construct.elsesubcon, name)
        return f"({then} if {expression(construct.condfunc, name)} else {otherwise})"
    return str(_sizes("", construct)[0])


def element_type(code: str) -> str:
    """The Python type of an element: `4s` bytes, `I` int, `4sI` a tuple of both."""
    types = ["bytes" if one.endswith("s") else "int" for one in element_codes(code)]
    return types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"


def element_codes(code: str) -> list[str]:
    """`4sI` -> `4s`, `I`."""
    codes, digits = [], ""
    for letter in code:
        if letter.isdigit():
            digits += letter
        else:
            codes.append(digits + letter)
            digits = ""
    return codes


def code_size(code: str) -> int:
    """Bytes of an element."""
    return sum(
        int(one[:-1]) if one.endswith("s") else CODE_SIZES[one] for one in element_codes(code)
    )
