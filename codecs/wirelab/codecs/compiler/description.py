"""A schema, walked once and written down flat: what every backend works from.

The walk understands the constructs listed in `wirelab.codecs.constructs` and the few of construct's
own that schemas need; it refuses anything else, rather than generate code that means less.

A header is a run of fixed parts (integers, bytes, words of bits), then parts of variable length.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from construct import (
    Array,
    BitsInteger,
    Bytes,
    BytesInteger,
    Construct,
    Flag,
    FormatField,
    GreedyBytes,
    Renamed,
    Sequence,
)

from wirelab.codecs.constructs import Checksum, Noted, PseudoHeader, Rule
from wirelab.codecs.header_schema import HeaderSchema, is_bit_group, is_optional
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.resource_records import Sections


class SchemaError(Exception):
    """The compiler does not understand a schema."""


@dataclass
class Bits:
    """A bit field of a word."""

    name: str
    notes: Noted
    shift: int
    width: int
    is_flag: bool


@dataclass
class Word:
    """An integer of 1, 2 or 4 bytes that is made of bit fields, kept raw and shifted on demand."""

    offset: int
    size: int
    bits: list[Bits]

    @property
    def name(self) -> str:
        """The slot: `_word12` for the word at byte 12."""
        return f"_word{self.offset}"


@dataclass
class Integer:
    """An unsigned big-endian integer; with `checksum` set, the checksum.

    With a `condition`, it is there only where that is true: a variable part. Its `offset` is then
    where it would be if all parts before it were there, which is right modulo 2.
    """

    name: str
    notes: Noted
    offset: int
    size: int
    checksum: Checksum | None = None
    condition: Any = None

    @property
    def length(self) -> Any:
        """Bytes, where it is there."""
        return self.size


@dataclass
class FixedBytes:
    """Bytes of a length known beforehand."""

    name: str
    notes: Noted
    offset: int
    size: int


@dataclass
class VariableBytes:
    """Bytes whose length an earlier field says; None: all that is left."""

    name: str
    notes: Noted
    length: Any


@dataclass
class Addresses:
    """Several addresses of one size, behind each other; a tuple."""

    name: str
    notes: Noted
    count: Any
    size: int

    @property
    def length(self) -> Any:
        """Bytes."""
        return self.count * self.size


@dataclass
class Options:
    """A list of options or records.

    Attributes:
        length: expression, or None for "up to the end of what is there".
    """

    name: str
    notes: Noted
    length: Any
    construct: OptionList | RecordList

    @property
    def raw(self) -> str:
        """The slot with the bytes."""
        return f"_{self.name}"

    @property
    def decoded(self) -> str:
        """The slot with the decoded list, or None as long as nobody asked."""
        return f"_decoded_{self.name}"


FixedPart = Integer | FixedBytes | Word
VariablePart = VariableBytes | Options | Addresses | Integer


@dataclass
class Header:
    """Everything a backend needs to know about one header."""

    name: str
    schema: HeaderSchema
    fixed: list[FixedPart] = field(default_factory=list)
    variable: list[VariablePart] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    suffix: str = ""
    """What the names of its module's variables end in, where a module has several headers."""

    @property
    def fixed_size(self) -> int:
        """Bytes of the fixed run."""
        return sum(part.size for part in self.fixed)

    @property
    def sections(self) -> Sections | None:
        """The sections of records that the header is followed by, if it has any."""
        found = (notes.sections for _, notes in self.schema.noted() if notes.sections is not None)
        return next(found, None)

    @property
    def lists(self) -> list[Options]:
        """The lists of the header."""
        return [part for part in self.variable if isinstance(part, Options)]

    @property
    def checksum(self) -> Integer | None:
        """The checksum field, if the header has one."""
        return next(
            (one for one in self.all_parts if isinstance(one, Integer) and one.checksum), None
        )

    @property
    def all_parts(self) -> list[FixedPart | VariablePart]:
        """The parts in wire order."""
        return [*self.fixed, *self.variable]

    @property
    def optional(self) -> list[Integer]:
        """The parts that are there only if a condition holds."""
        return [part for part in self.variable if isinstance(part, Integer)]


SIZES = {"B": 1, "H": 2, "L": 4, "I": 4, "Q": 8}


def describe(schema: HeaderSchema) -> Header:
    """Walk a schema.

    Raises:
        SchemaError: it uses a construct that cannot be compiled.
    """
    header = Header(schema.layer, schema)
    for member in schema.subcons:
        if isinstance(member, Rule):
            header.rules.append(member)
        elif is_bit_group(member):
            header.fixed.append(_word(member, header.fixed_size))
        else:
            _add_part(header, member)
    return header


def _add_part(header: Header, member: Construct) -> None:
    name, notes = unwrap(member)
    inner, offset = notes.subcon, header.fixed_size
    fixed = _fixed(name, notes, offset)
    if header.variable and header.variable[-1].length is None:
        raise SchemaError(f"{header.name}.{name}: nothing can follow a part that takes all")
    if fixed is not None:
        if header.variable:
            raise SchemaError(f"{header.name}.{name}: fixed parts must come before variable ones")
        header.fixed.append(fixed)
    elif is_optional(inner):
        header.variable.append(_optional(header, name, notes))
    elif inner is GreedyBytes:
        header.variable.append(VariableBytes(name, notes, None))
    elif isinstance(inner, Array):
        header.variable.append(Addresses(name, notes, inner.count, inner.subcon.sizeof()))
    elif isinstance(inner, Bytes):
        header.variable.append(VariableBytes(name, notes, inner.length))
    elif isinstance(inner, (OptionList, RecordList)):
        header.variable.append(Options(name, notes, inner.length, inner))
    else:
        raise SchemaError(f"{header.name}.{name}: {type(inner).__name__} cannot be compiled")


def _optional(header: Header, name: str, notes: Noted) -> Integer:
    """An `If(condition, integer)`."""
    before = header.optional[-1] if header.optional else None
    offset = before.offset + before.size if before else header.fixed_size
    part = _fixed(name, notes, offset, notes.subcon.thensubcon)
    if not isinstance(part, Integer) or len(header.optional) != len(header.variable):
        raise SchemaError(
            f"{header.name}.{name}: optional parts are integers, before variable ones"
        )
    part.condition = notes.subcon.condfunc
    return part


def _fixed(
    name: str, notes: Noted, offset: int, inner: Construct | None = None
) -> FixedPart | None:
    inner = notes.subcon if inner is None else inner
    if isinstance(inner, BytesInteger) and inner.length == 3:
        return Integer(name, notes, offset, 3)
    if isinstance(inner, FormatField):
        if inner.fmtstr[0] != ">" or inner.fmtstr[1] not in SIZES:
            raise SchemaError(f"{name}: only unsigned big-endian integers, not {inner.fmtstr}")
        return Integer(name, notes, offset, SIZES[inner.fmtstr[1]])
    if isinstance(inner, Checksum):
        return Integer(name, notes, offset, 2, inner)
    if isinstance(inner, Bytes) and isinstance(inner.length, int):
        return FixedBytes(name, notes, offset, inner.length)
    return None


def unwrap(member: Construct) -> tuple[str, Noted]:
    """Name and notes of a field.

    Raises:
        SchemaError: not written with `field(...)`.
    """
    if not isinstance(member, Renamed) or not isinstance(member.subcon, Noted):
        raise SchemaError(f"{member!r}: write fields with field(...)")
    return str(member.name), member.subcon


def _word(member: Construct, offset: int) -> Word:
    """A `BitStruct`: most significant field first."""
    widths = []
    for one in member.subcon.subcons:
        name, notes = unwrap(one)
        is_flag = notes.subcon is Flag
        if not is_flag and not isinstance(notes.subcon, BitsInteger):
            raise SchemaError(f"{name}: only BitsInteger and Flag in a BitStruct")
        widths.append((name, notes, 1 if is_flag else int(notes.subcon.length), is_flag))
    left = sum(width for _, _, width, _ in widths)
    if left not in (8, 16, 32):
        raise SchemaError(f"bits at byte {offset}: {left} bits are no word of 1, 2 or 4 bytes")
    word = Word(offset, left // 8, [])
    for name, notes, width, is_flag in widths:
        left -= width
        word.bits.append(Bits(name, notes, left, width, is_flag))
    return word


def struct_code(construct: Construct) -> str:
    """The struct format characters of a fixed construct (`"II"` for two `Int32ub`)."""
    if isinstance(construct, FormatField):
        return str(construct.fmtstr[1]).replace("L", "I")
    if isinstance(construct, Bytes) and isinstance(construct.length, int):
        return f"{construct.length}s"
    if isinstance(construct, Sequence):
        return "".join(struct_code(one) for one in construct.subcons)
    raise SchemaError(f"{type(construct).__name__} has no fixed struct format")


@dataclass
class PseudoPart:
    """A part of a pseudo-header: a constant, or `below.<name>` (bytes), or the length."""

    offset: int
    size: int
    constant: int | None = None
    below: str = ""


def describe_pseudo(pseudo: PseudoHeader) -> list[PseudoPart]:
    """Write a pseudo-header down as IPv6 lays it out; IPv4's has the same sum."""
    return [
        PseudoPart(0, 16, below="source"),
        PseudoPart(16, 16, below="destination"),
        PseudoPart(32, 4),
        PseudoPart(36, 4, constant=pseudo.number),
    ]


def expression(value: Any, name: Callable[[str], str]) -> str:
    """A `this` expression as Python source, with each `this.x` replaced by `name("x")`.

    The representation of construct's expressions is Python syntax (`(this['ihl'] * 4)`), so the
    standard parser reads it, and `ast.unparse` writes it with no more parentheses than needed.
    """
    tree = _Substitute(name).visit(ast.parse(repr(value), mode="eval"))
    return ast.unparse(tree.body)


class _Substitute(ast.NodeTransformer):
    def __init__(self, name: Callable[[str], str]) -> None:
        self.name = name

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant):
            return ast.parse(self.name(str(node.slice.value)), mode="eval").body
        raise SchemaError(f"{ast.unparse(node)}: only this.<field> can be compiled")

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """`this.x != None` is how construct says `is not None`."""
        self.generic_visit(node)
        right = node.comparators[0]
        if isinstance(right, ast.Constant) and right.value is None:
            node.ops = [ast.IsNot() if isinstance(node.ops[0], ast.NotEq) else ast.Is()]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(argument) for argument in node.args]
        if isinstance(node.func, ast.Name) and node.func.id.rstrip("_") == "is_present":
            return ast.Compare(node.args[0], [ast.IsNot()], [ast.Constant(None)])
        if isinstance(node.func, ast.Name):
            node.func = ast.Name(node.func.id.rstrip("_"), ast.Load())
        return node
