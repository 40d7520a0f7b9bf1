"""Operands of display filters as columns: fields, literals, slices, arithmetic, functions."""

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wirelab.codecs.columns import names as known
from wirelab.codecs.columns.arrays import Array, Flags
from wirelab.codecs.columns.comparisons import computed
from wirelab.codecs.display_filters.errors import DisplayFilterError
from wirelab.codecs.display_filters.literals import (
    LiteralError,
    Network,
    parse_bytes,
    read_literal,
)
from wirelab.codecs.display_filters.syntax import (
    Arithmetic,
    Call,
    Entity,
    Layered,
    Negative,
    Range,
    Slice,
    Text,
    Word,
)
from wirelab.codecs.dissect.fields import REGISTRY, DisplayField, Kind, UnknownFieldError

if TYPE_CHECKING:
    from wirelab.codecs.columns.table import Table

NUMERIC = frozenset((Kind.NUMBER, Kind.HEX, Kind.BOOLEAN))
BYTES_LIKE = frozenset((Kind.MAC, Kind.BYTES))
ADDRESSES = frozenset((Kind.IPV4, Kind.IPV6))
DURATIONS = frozenset((Kind.DURATION, Kind.MILLISECONDS))

_OURS = {"frame.link_type": Kind.NUMBER}
"""Columns that Wireshark has no field for."""
_INSTEAD = "use display_filter(...) of wirelab.codecs, or `wirelab dissect -Y`"


class Operand(NamedTuple):
    """One side of a comparison, its type known.

    Attributes:
        kind: its type.
        occurrences: values and where they are there.
        constant: the value, if it is the same for all frames.
        field: which field it is, for the names of numbers.
    """

    kind: Kind
    occurrences: list[tuple[Array, Flags]]
    constant: Any = None
    field: DisplayField | None = None


def is_compatible(one: Kind, other: Kind) -> bool:
    """Whether values of two types compare."""
    return one == other or any({one, other} <= kinds for kinds in (NUMERIC, BYTES_LIKE, DURATIONS))


class Operands:
    """Finds the columns that a filter asks for."""

    def __init__(self, table: "Table", text: str) -> None:
        self._table = table
        self._text = text

    def fail(self, message: str, column: int, length: int = 1) -> DisplayFilterError:
        """An error that points to its place."""
        return DisplayFilterError(message, self._text, column, length)

    def sides(self, left: Entity, right: Entity, column: int) -> tuple[Operand, Operand]:
        """Both operands; a literal takes its type from the other side."""
        if _is_literal(left) and _is_literal(right):
            raise self.fail("neither side of this comparison is a field", column)
        if _is_literal(left):
            other = self.operand(right)
            return self._literal(left, other), other
        first = self.operand(left)
        second = self._literal(right, first) if _is_literal(right) else self.operand(right)
        return first, second

    def operand(self, entity: Entity) -> Operand:
        """An operand that has a type of its own."""
        if isinstance(entity, Word):
            return self._field(entity)
        if isinstance(entity, Layered):
            return self._layered(entity)
        if isinstance(entity, Slice):
            return self._slice(entity)
        if isinstance(entity, Arithmetic):
            return self._arithmetic(entity)
        if isinstance(entity, Call):
            return self._call(entity)
        if isinstance(entity, Negative):
            inner = self.operand(entity.of)
            values = [(-each.astype(np.int64), valid) for each, valid in inner.occurrences]
            return inner._replace(occurrences=values)
        raise self.fail("a field is needed here", entity.column, len(entity.source))

    # Fields.

    def _field(self, word: Word) -> Operand:
        name = word.text
        declared = REGISTRY.get(name)
        if declared is None and name not in _OURS:
            raise self.fail(str(UnknownFieldError(name)), word.column, len(name))
        if name in known.protocols() or name == "frame":
            valid = np.ones(len(self._table), np.bool_)
            if name != "frame":
                valid = self._table.valid(name)
            return Operand(Kind.PROTOCOL, [(valid, valid)], field=declared)
        kind = declared.kind if declared is not None else _OURS[name]
        return Operand(kind, self._occurrences(word), field=declared)

    def _occurrences(self, word: Word) -> list[tuple[Array, Flags]]:
        """All columns that a name means, those of inner headers, too."""
        names = known.several(word.text) or (word.text,)
        try:
            return [
                self._table.column_of_occurrence(name, number)
                if number
                else (self._table[name], self._table.valid(name))
                for name in names
                for number in range(self._table.occurrences(name))
            ]
        except known.UnknownColumnError:
            message = f"{word.text} is no column, so it cannot be in a mask; {_INSTEAD}"
            raise self.fail(message, word.column, len(word.text)) from None

    def _layered(self, entity: Layered) -> Operand:
        """`ip.src#2`: the field in the second header of its class."""
        inner = self._field(entity.of)
        names = known.several(entity.of.text) or (entity.of.text,)
        counts = {name: self._table.occurrences(name) for name in names}
        if len(entity.ranges) != 1 or min(entity.ranges[0].start, 0) < 0:
            message = f"a mask counts layers from the outermost, one at a time; {_INSTEAD}"
            raise self.fail(message, entity.column, len(entity.of.text))
        start, length = entity.ranges[0]
        first = max(start - 1, 0)
        chosen: list[tuple[Array, Flags]] = []
        for name in names:
            last = counts[name] if length is None else min(first + length, counts[name])
            chosen += [
                self._table.column_of_occurrence(name, number) for number in range(first, last)
            ]
        return inner._replace(occurrences=chosen)

    # Literals.

    def _literal(self, entity: Entity, other: Operand) -> Operand:
        sign, inner = 1, entity
        while isinstance(inner, Negative):
            sign, inner = -sign, inner.of
        assert isinstance(inner, Word | Text)
        quoted = isinstance(inner, Text)
        length = len(inner.source) if isinstance(inner, Text) else len(inner.text)
        if other.kind is Kind.PROTOCOL:
            message = f"the bytes of a protocol are no column; {_INSTEAD}"
            raise self.fail(message, inner.column, length)
        kind = other.kind
        value: Any
        try:
            if kind is Kind.MAC and not (quoted or _is_mac(inner.text)):
                kind, value = Kind.BYTES, parse_bytes(inner.text, quoted)
            else:
                value = read_literal(inner.text, quoted, other.field, kind)
        except LiteralError as error:
            name = f" for {other.field.name}" if other.field else ""
            raise self.fail(f"{error}{name}", inner.column, length) from None
        if sign < 0 and kind not in NUMERIC | DURATIONS:
            raise self.fail("a minus before what is no number", inner.column, length)
        return _constant(kind, value if sign > 0 else -value)

    # What is computed.

    def _slice(self, entity: Slice) -> Operand:
        inner = self.operand(entity.of)
        if inner.kind is Kind.PROTOCOL:
            message = f"the bytes of a protocol are no column; {_INSTEAD}"
            raise self.fail(message, entity.column)
        if inner.kind not in BYTES_LIKE | ADDRESSES:
            raise self.fail(f"a {inner.kind.value} has no slices", entity.column)
        found: list[tuple[Array, Flags]] = []
        for values, valid in inner.occurrences:
            is_number = values.ndim == 1  # an IPv4 address
            rows = values.astype(">u4").view(np.uint8).reshape(-1, 4) if is_number else values
            cut = _cut(rows, entity.ranges)
            if cut is not None:
                found.append((cut, valid))
        return Operand(Kind.BYTES, found)

    def _arithmetic(self, entity: Arithmetic) -> Operand:
        left, right = self.sides(entity.left, entity.right, entity.column)
        kinds = {left.kind, right.kind}
        of_bytes = entity.operator == "&" and kinds <= BYTES_LIKE
        if not (of_bytes or kinds <= NUMERIC):
            raise self.fail(f"{entity.operator!r} needs numbers", entity.column)
        if entity.operator in "/%" and right.constant is not None and not right.constant:
            raise self.fail("division by zero", entity.column)
        found = []
        for one, one_valid in left.occurrences:
            for other, other_valid in right.occurrences:
                values, possible = computed(entity.operator, one, other)
                found.append((values, one_valid & other_valid & possible))
        return Operand(Kind.BYTES if of_bytes else Kind.NUMBER, found, field=left.field)

    def _call(self, entity: Call) -> Operand:
        arguments = [self.operand(each) for each in entity.arguments]
        inner = arguments[0]
        count = len(self._table)
        if entity.name in ("max", "min"):
            return inner._replace(occurrences=[_extreme(entity.name, arguments, count)])
        if len(arguments) != 1:
            raise self.fail(f"{entity.name}() takes one value", entity.column, len(entity.name))
        if entity.name == "count":
            counts = sum(
                (valid.astype(np.int64) for _, valid in inner.occurrences), np.zeros(count)
            )
            return Operand(Kind.NUMBER, [(counts.astype(np.int64), counts > 0)])
        if entity.name == "abs" and inner.kind in NUMERIC:
            return inner._replace(
                occurrences=[(np.abs(each.astype(np.int64)), ok) for each, ok in inner.occurrences]
            )
        if entity.name == "len" and inner.kind in BYTES_LIKE:
            widths = [(np.full(count, each.shape[1]), ok) for each, ok in inner.occurrences]
            return Operand(Kind.NUMBER, widths)
        message = f"{entity.name}() of a {inner.kind.value} is nothing for a mask; {_INSTEAD}"
        raise self.fail(message, entity.column, len(entity.name))


def _extreme(name: str, arguments: list[Operand], count: int) -> tuple[Array, Flags]:
    """The largest or smallest of all values in each frame."""
    best, known_at = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    for argument in arguments:
        for values, valid in argument.occurrences:
            better = values.astype(np.int64) > best if name == "max" else values < best
            best = np.where(valid & (better | ~known_at), values, best)
            known_at = known_at | valid
    return best, known_at


def _constant(kind: Kind, value: Any) -> Operand:
    if isinstance(value, Network):
        return Operand(kind, [], value)
    if isinstance(value, bytes) and kind is Kind.IPV4:
        array: Array = np.array(int.from_bytes(value, "big"), np.int64)
    elif isinstance(value, bytes):
        array = np.frombuffer(value, np.uint8).reshape(1, -1)
    else:
        fits = -(1 << 63) <= value < 1 << 63
        array = np.array(value, np.int64 if fits else object)
    return Operand(kind, [(array, np.ones((), np.bool_))], value)


def _cut(rows: Array, ranges: tuple[Range, ...]) -> Array | None:
    """The slices of all rows, side by side; None if one lies outside of them."""
    width = rows.shape[1]
    parts = []
    for start, length in ranges:
        begin = start + width if start < 0 else start
        end = width if length is None else begin + length
        if begin < 0 or begin >= width or end > width or end <= begin:
            return None
        parts.append(rows[:, begin:end])
    return np.concatenate(parts, axis=1)


def _is_literal(entity: Entity) -> bool:
    if isinstance(entity, Negative):
        return _is_literal(entity.of)
    return isinstance(entity, Text) or (
        isinstance(entity, Word) and not _looks_like_field(entity.text)
    )


def _looks_like_field(text: str) -> bool:
    """Whether an unquoted word can only be a field's name."""
    if text in REGISTRY or text in _OURS:
        return True
    is_bytes = re.fullmatch(r"[0-9a-fA-F]{2}([:.-][0-9a-fA-F]{2})*", text)
    return bool(re.fullmatch(r"_?[a-zA-Z][\w-]*(\.[\w-]+)+", text)) and not is_bytes


def _is_mac(text: str) -> bool:
    return len(re.sub(r"[^0-9a-fA-F]", "", text)) == 12
