"""Operands of display filters: fields, literals, slices, arithmetic, functions.

Each becomes a Python expression for the sequence of its values in a frame, and has a type.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from wirelab.codecs.display_filters import runtime
from wirelab.codecs.display_filters.errors import DisplayFilterError
from wirelab.codecs.display_filters.literals import LiteralError, parse_bytes, read_literal
from wirelab.codecs.display_filters.syntax import (
    Arithmetic,
    Call,
    Entity,
    Layered,
    Negative,
    Slice,
    Text,
    Word,
)
from wirelab.codecs.dissect.fields import REGISTRY, DisplayField, Kind, UnknownFieldError

ADDRESSES = frozenset((Kind.IPV4, Kind.IPV6))
BYTES_LIKE = frozenset((Kind.MAC, Kind.BYTES, Kind.PROTOCOL))
SLICEABLE = BYTES_LIKE | {Kind.STRING}
NUMERIC = frozenset((Kind.NUMBER, Kind.HEX, Kind.BOOLEAN))
DURATIONS = frozenset((Kind.DURATION, Kind.MILLISECONDS))
STRINGS = frozenset((Kind.STRING,))


class _Nothing:
    """No constant: None may be a value some day."""


NOTHING: Final = _Nothing()

FUNCTIONS: dict[str, tuple[Callable[[Any], Any], frozenset[Kind], Kind]] = {
    "len": (runtime.length, SLICEABLE, Kind.NUMBER),
    "upper": (str.upper, STRINGS, Kind.STRING),
    "lower": (str.lower, STRINGS, Kind.STRING),
    "abs": (abs, NUMERIC, Kind.NUMBER),
}
"""Functions of one value: name -> what it does, the types it takes, the type it gives."""


class Operand(NamedTuple):
    """One side of a comparison, its type known."""

    code: str
    """Python for the sequence of its values."""
    kind: Kind
    field: DisplayField | None = None
    constant: Any = NOTHING
    """The one value of a literal."""


class Operands:
    """Compiles operands; keeps the fields they name and the constants they need."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.variables: dict[str, str] = {}
        """Display name, or name and `#` -> variable that holds its values."""
        self.namespace: dict[str, Any] = {}
        """What the code refers to."""

    def fail(self, message: str, column: int, length: int = 1) -> DisplayFilterError:
        """An error that points to its place."""
        return DisplayFilterError(message, self._text, column, length)

    def bind(self, value: Any) -> str:
        """Python for a value: its literal, or a name that stands for it."""
        if type(value) in (int, bytes, str, bool):
            return repr(value)
        if hasattr(value, "__name__") and value.__name__.isidentifier():
            self.namespace[value.__name__] = value
            return str(value.__name__)
        name = f"constant_{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def variable(self, name: str) -> str:
        """The variable of a field's values."""
        return self.variables.setdefault(name, f"values_{len(self.variables)}")

    def field(self, word: Word) -> DisplayField:
        """The field of that name.

        Raises:
            DisplayFilterError: there is none; it names the nearest.
        """
        field = REGISTRY.get(word.text)
        if field is None:
            raise self.fail(str(UnknownFieldError(word.text)), word.column, len(word.text))
        return field

    def is_literal(self, entity: Entity) -> bool:
        """Whether an operand has its type from the other side."""
        if isinstance(entity, Negative):
            return self.is_literal(entity.of)
        return isinstance(entity, Text) or (
            isinstance(entity, Word) and not _looks_like_field(entity.text)
        )

    def sides(self, left: Entity, right: Entity, column: int) -> tuple[Operand, Operand]:
        """Both operands; a literal takes its type from the other side."""
        if self.is_literal(left) and self.is_literal(right):
            raise self.fail("neither side of this comparison is a field", column)
        if self.is_literal(left):
            other = self.operand(right)
            return self.literal(left, other), other
        first = self.operand(left)
        if self.is_literal(right):
            return first, self.literal(right, first)
        return first, self.operand(right)

    def operand(self, entity: Entity) -> Operand:
        """Compile what is no literal."""
        if isinstance(entity, Slice):
            return self._slice(entity)
        if isinstance(entity, Arithmetic):
            return self._arithmetic(entity)
        if isinstance(entity, Call):
            return self._call(entity)
        if isinstance(entity, Layered):
            return self._layered(entity)
        if isinstance(entity, Word):
            field = self.field(entity)
            return Operand(self.variable(field.name), field.kind, field)
        if isinstance(entity, Negative):
            inner = self.operand(entity.of)
            if inner.kind not in NUMERIC | DURATIONS:
                raise self.fail(f"a {inner.kind.value} has no negative", entity.column)
            return inner._replace(code=f"[-one for one in {inner.code}]")
        raise self.fail("a field is needed here", entity.column)

    def literal(self, entity: Entity, other: Operand) -> Operand:
        """Compile a literal, which is of the type of what it is compared with."""
        sign, inner = 1, entity
        while isinstance(inner, Negative):
            sign, inner = -sign, inner.of
        assert isinstance(inner, Word | Text)
        quoted = isinstance(inner, Text)
        size = len(inner.source) if isinstance(inner, Text) else len(inner.text)
        kind = Kind.BYTES if other.kind is Kind.PROTOCOL else other.kind
        try:
            if kind is Kind.MAC and not (quoted or _is_mac(inner.text)):
                value: Any = parse_bytes(inner.text, quoted)
            else:
                value = read_literal(inner.text, quoted, other.field, kind)
            value = value if sign > 0 else -value
        except (LiteralError, TypeError) as error:
            name = f" for {other.field.name}" if other.field else ""
            reason = str(error) if sign > 0 else f"-{inner.text} is no {kind.value}"
            raise self.fail(f"{reason}{name}", inner.column, size) from None
        return Operand(f"({self.bind(value)},)", kind, constant=value)

    def _layered(self, entity: Layered) -> Operand:
        field = self.field(entity.of)
        protocol = field.name.partition(".")[0]
        if protocol not in REGISTRY:
            raise self.fail(f"{protocol} has no layers to count", entity.column)
        self.variable(protocol)  # whoever fills the values must know where each layer begins
        values = self.variable(field.name)
        numbers = self.variable(field.name + runtime.LAYERS)
        ranges = tuple(map(tuple, entity.ranges))
        code = f"{self.bind(runtime.of_layers)}({values}, {numbers}, {ranges!r})"
        return Operand(code, field.kind, field)

    def _slice(self, entity: Slice) -> Operand:
        inner = self.operand(entity.of)
        if inner.kind not in SLICEABLE | ADDRESSES:
            raise self.fail(f"a {inner.kind.value} has no slices", entity.column)
        kind = Kind.STRING if inner.kind is Kind.STRING else Kind.BYTES
        if len(entity.ranges) == 1 and inner.kind is not Kind.PROTOCOL:
            code = _simple_slice(inner.code, *entity.ranges[0])
            if code:
                return Operand(code, kind)
        empty = "''" if kind is Kind.STRING else "b''"
        ranges = tuple(map(tuple, entity.ranges))
        code = f"{self.bind(runtime.slices)}({inner.code}, {ranges!r}, {empty})"
        return Operand(code, kind)

    def _arithmetic(self, entity: Arithmetic) -> Operand:
        left, right = self.sides(entity.left, entity.right, entity.column)
        pairs = f"for one in {left.code} for other in {right.code}"
        if entity.operator == "&" and {left.kind, right.kind} <= BYTES_LIKE:
            function = self.bind(runtime.both_bits)
            return Operand(f"[{function}(one, other) {pairs}]", Kind.BYTES)
        if left.kind not in NUMERIC or right.kind not in NUMERIC:
            raise self.fail(f"{entity.operator!r} needs numbers", entity.column)
        operator = "//" if entity.operator == "/" else entity.operator
        if operator in ("//", "%"):
            if right.constant == 0:
                raise self.fail("division by zero", entity.column)
            pairs += " if other"
        if isinstance(right.constant, int):
            pairs = f"for one in {left.code}"
            code = f"[one {operator} {right.constant!r} {pairs}]"
        else:
            code = f"[one {operator} other {pairs}]"
        return Operand(code, Kind.NUMBER, left.field)

    def _call(self, entity: Call) -> Operand:
        if entity.name in ("max", "min"):
            operands = [self.operand(argument) for argument in entity.arguments]
            lists = ", ".join(operand.code for operand in operands)
            code = f"{self.bind(runtime.chosen)}({entity.name}, {lists})"
            return Operand(code, operands[0].kind, operands[0].field)
        if len(entity.arguments) != 1:
            raise self.fail(f"{entity.name}() takes one value", entity.column, len(entity.name))
        inner = self.operand(entity.arguments[0])
        field = inner.field
        if entity.name == "count":
            return Operand(f"[len(one) for one in ({inner.code},) if one]", Kind.NUMBER)
        if entity.name == "string":
            text: Callable[[Any], str] = field.text if field is not None else str
            name = f"text_{len(self.namespace)}"
            self.namespace[name] = text
            return Operand(f"[{name}(one) for one in {inner.code}]", Kind.STRING)
        function, allowed, result = FUNCTIONS[entity.name]
        if inner.kind not in allowed:
            message = f"{entity.name}() does not apply to a {inner.kind.value}"
            raise self.fail(message, entity.column, len(entity.name))
        name = f"function_{entity.name}"
        self.namespace[name] = function
        return Operand(f"[{name}(one) for one in {inner.code}]", result, field)


def _simple_slice(code: str, start: int, length: int | None) -> str:
    """One range that counts from the front, without a call; empty if it is not that simple."""
    if start < 0 or (length is not None and length < 1):
        return ""
    if length is None:
        return f"[one[{start}:] for one in {code} if len(one) > {start}]"
    stop = start + length
    return f"[one[{start}:{stop}] for one in {code} if len(one) >= {stop}]"


def _looks_like_field(text: str) -> bool:
    """Whether an unquoted word can only be a field's name."""
    if text in REGISTRY:
        return True
    return bool(re.fullmatch(r"_?[a-zA-Z][\w-]*(\.[\w-]+)+", text)) and not _is_hex_bytes(text)


def _is_hex_bytes(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-fA-F]{2}([:.-][0-9a-fA-F]{2})*", text))


def _is_mac(text: str) -> bool:
    return len(re.sub(r"[^0-9a-fA-F]", "", text)) == 12
