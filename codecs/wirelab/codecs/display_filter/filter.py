r"""Display filters: Wireshark's language, compiled once to functions.

    >>> display_filter = compile_filter("tcp.flags.syn == 1 && ip.addr == 10.0.0.0/8")
    >>> sorted(display_filter.fields)
    ['ip.addr', 'tcp.flags.syn']
    >>> display_filter.matches({"tcp.flags.syn": [True], "ip.addr": [b"\x0a\0\0\1"]})
    True

Meaning, where a field occurs several times (tshark 4.0): `==`, `<`, `contains` and the like ask
for any occurrence; `!=` and `===` for all of them, and for at least one.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from wirelab.codecs.display_filter.comparisons import (
    ARITHMETIC,
    BYTES_LIKE,
    COMPARISONS,
    DURATIONS,
    FUNCTIONS,
    IPV4_COMPARISONS,
    NUMERIC,
    SLICEABLE,
    Getter,
    Predicate,
    Values,
    chosen,
    counted,
    cut_slices,
    number_of,
    quantified,
    same,
)
from wirelab.codecs.display_filter.errors import DisplayFilterError
from wirelab.codecs.display_filter.literals import (
    LiteralError,
    Network,
    parse_bytes,
    read_literal,
)
from wirelab.codecs.display_filter.syntax import (
    Arithmetic,
    Call,
    Entity,
    Exists,
    Junction,
    Membership,
    Negative,
    Not,
    Relation,
    Slice,
    Test,
    Text,
    Word,
    parse_filter,
)
from wirelab.codecs.dissect.fields import REGISTRY, DisplayField, Kind, UnknownFieldError


class DisplayFilter(NamedTuple):
    """A compiled filter."""

    text: str
    fields: frozenset[str]
    """Names that `matches` looks up."""
    matches: Predicate
    """Whether a frame with these values passes."""


class _Operand(NamedTuple):
    """One side of a comparison, its type known."""

    get: Getter
    kind: Kind
    constant: bool
    field: DisplayField | None = None


def compile_filter(text: str) -> DisplayFilter:
    """Compile a filter; an empty one passes everything.

    Raises:
        DisplayFilterError: with the column and, for an unknown field, the nearest names.
    """
    if not text.strip():
        return DisplayFilter(text, frozenset(), lambda values: True)
    compiler = _Compiler(text)
    predicate = compiler.test(parse_filter(text))
    return DisplayFilter(text, frozenset(compiler.fields), predicate)


class _Compiler:
    def __init__(self, text: str) -> None:
        self._text = text
        self.fields: set[str] = set()

    def _fail(self, message: str, column: int, length: int = 1) -> DisplayFilterError:
        return DisplayFilterError(message, self._text, column, length)

    # Tests.

    def test(self, test: Test) -> Predicate:
        if isinstance(test, Junction):
            return self._junction(test)
        if isinstance(test, Not):
            inner = self.test(test.test)
            return lambda values: not inner(values)
        if isinstance(test, Relation):
            return self._relation(test)
        if isinstance(test, Membership):
            return self._membership(test)
        return self._exists(test)

    def _junction(self, junction: Junction) -> Predicate:
        parts = [self.test(test) for test in junction.tests]
        if junction.operator == "&&":
            return lambda values: all(part(values) for part in parts)
        if junction.operator == "||":
            return lambda values: any(part(values) for part in parts)
        return lambda values: sum(part(values) for part in parts) % 2 == 1

    def _exists(self, test: Exists) -> Predicate:
        entity = test.entity
        if isinstance(entity, Word):
            name = self._field(entity).name
            return lambda values: bool(values.get(name))
        if isinstance(entity, Text):
            raise self._fail("a string alone is no test", entity.column, len(entity.source))
        operand = self._operand(entity, None)
        get = operand.get
        if isinstance(entity, Arithmetic) and entity.operator == "&":
            return lambda values: any(
                any(value) if isinstance(value, bytes) else value for value in get(values)
            )
        return lambda values: bool(get(values))

    def _relation(self, relation: Relation) -> Predicate:
        operator = relation.operator
        if operator == "matches":
            return self._matches(relation, self._operand(relation.left, None))
        left, right = self._sides(relation.left, relation.right, relation.column)
        if operator == "contains":
            compare = self._contains(relation, left)
        else:
            compare = self._comparison(operator, left, right, relation.column)
        every = operator in ("!=", "===")
        if relation.quantifier:
            every = relation.quantifier == "all"
        return quantified(left.get, right.get, compare, every)

    def _sides(self, left: Entity, right: Entity, column: int) -> tuple[_Operand, _Operand]:
        """Both operands; a literal takes its type from the other side."""
        if self._is_literal(left) and self._is_literal(right):
            raise self._fail("neither side of this comparison is a field", column)
        if self._is_literal(left):
            other = self._operand(right, None)
            return self._operand(left, other), other
        first = self._operand(left, None)
        return first, self._operand(right, first)

    def _comparison(
        self, operator: str, left: _Operand, right: _Operand, column: int
    ) -> Callable[[Any, Any], bool]:
        kinds = {left.kind, right.kind}
        compatible = (
            len(kinds) == 1 or kinds <= NUMERIC or kinds <= BYTES_LIKE or kinds <= DURATIONS
        )
        if not compatible:
            message = f"a {left.kind.value} cannot be compared with a {right.kind.value}"
            raise self._fail(message, column, len(operator))
        return IPV4_COMPARISONS[operator] if Kind.IPV4 in kinds else COMPARISONS[operator]

    def _contains(self, relation: Relation, left: _Operand) -> Callable[[Any, Any], bool]:
        if left.kind not in SLICEABLE:
            message = f"`contains` does not apply to a {left.kind.value}"
            raise self._fail(message, relation.column, 8)
        return lambda value, part: part in value

    def _matches(self, relation: Relation, left: _Operand) -> Predicate:
        right = relation.right
        if not isinstance(right, Text):
            raise self._fail("`matches` needs a quoted regular expression", relation.column, 7)
        if left.kind not in SLICEABLE:
            raise self._fail(f"`matches` does not apply to a {left.kind.value}", relation.column, 7)
        pattern = right.text
        flags = re.IGNORECASE
        if pattern.startswith("(?-i)"):  # PCRE; `re` knows no such switch
            flags, pattern = re.RegexFlag(0), pattern[5:]
        try:
            if left.kind is Kind.STRING:
                search: Any = re.compile(pattern, flags).search
            else:
                search = re.compile(pattern.encode("latin-1", "replace"), flags).search
        except re.error as error:
            raise self._fail(
                f"no regular expression: {error}", right.column, len(right.source)
            ) from None
        get = left.get
        return lambda values: any(search(value) is not None for value in get(values))

    def _membership(self, membership: Membership) -> Predicate:
        left = self._operand(membership.left, None)
        equal = IPV4_COMPARISONS["=="] if left.kind is Kind.IPV4 else COMPARISONS["=="]
        singles, ranges = [], []
        for low, high in membership.members:
            first = self._operand(low, left).get
            if high is None:
                singles.append(first)
                continue
            second = self._operand(high, left).get
            if any(isinstance(value, Network) for end in (first, second) for value in end({})):
                raise self._fail("a network is no end of a range", membership.column, 2)
            ranges.append((first, second))
        get, as_number = left.get, number_of if left.kind is Kind.IPV4 else same

        def test(values: Values) -> bool:
            found = get(values)
            return any(
                equal(value, one) for value in found for single in singles for one in single(values)
            ) or any(
                low <= as_number(value) <= high
                for value in found
                for low_of, high_of in ranges
                for low in low_of(values)
                for high in high_of(values)
            )

        return test

    # Values.

    def _is_literal(self, entity: Entity) -> bool:
        if isinstance(entity, Negative):
            return self._is_literal(entity.of)
        return isinstance(entity, Text) or (
            isinstance(entity, Word) and not _looks_like_field(entity.text)
        )

    def _field(self, word: Word) -> DisplayField:
        field = REGISTRY.get(word.text)
        if field is None:
            raise self._fail(str(UnknownFieldError(word.text)), word.column, len(word.text))
        self.fields.add(field.name)
        return field

    def _operand(self, entity: Entity, other: _Operand | None) -> _Operand:
        if isinstance(entity, Slice):
            return self._slice(entity)
        if isinstance(entity, Arithmetic):
            return self._arithmetic(entity)
        if isinstance(entity, Call):
            return self._call(entity)
        if other is not None and self._is_literal(entity):
            return self._literal(entity, other)
        if isinstance(entity, Word):
            field = self._field(entity)
            name = field.name
            return _Operand(lambda values: values.get(name, ()), field.kind, False, field)
        if isinstance(entity, Negative):
            inner = self._operand(entity.of, other)
            get = inner.get
            return inner._replace(get=lambda values: [-value for value in get(values)])
        raise self._fail("a field is needed here", entity.column)

    def _literal(self, entity: Entity, other: _Operand) -> _Operand:
        sign, inner = 1, entity
        while isinstance(inner, Negative):
            sign, inner = -sign, inner.of
        assert isinstance(inner, Word | Text)
        quoted = isinstance(inner, Text)
        length = len(inner.source) if isinstance(inner, Text) else len(inner.text)
        kind = Kind.BYTES if other.kind is Kind.PROTOCOL else other.kind
        try:
            if kind is Kind.MAC and not (quoted or _is_mac(inner.text)):
                value: Any = parse_bytes(inner.text, quoted)
            else:
                value = read_literal(inner.text, quoted, other.field, kind)
        except LiteralError as error:
            name = f" for {other.field.name}" if other.field else ""
            raise self._fail(f"{error}{name}", inner.column, length) from None
        constant = (value if sign > 0 else -value,)
        return _Operand(lambda values: constant, kind, True)

    def _slice(self, entity: Slice) -> _Operand:
        inner = self._operand(entity.of, None)
        if inner.kind not in SLICEABLE and inner.kind is not Kind.IPV4:
            raise self._fail(f"a {inner.kind.value} has no slices", entity.column)
        get, ranges = inner.get, entity.ranges
        kind = Kind.STRING if inner.kind is Kind.STRING else Kind.BYTES
        empty: Any = "" if kind is Kind.STRING else b""

        def slices(values: Values) -> list[Any]:
            found = [cut_slices(value, ranges, empty) for value in get(values)]
            return [value for value in found if value is not None]

        return _Operand(slices, kind, False)

    def _arithmetic(self, entity: Arithmetic) -> _Operand:
        left, right = self._sides(entity.left, entity.right, entity.column)
        if entity.operator == "&" and {left.kind, right.kind} <= BYTES_LIKE:
            return _Operand(
                lambda values: [
                    bytes(a & b for a, b in zip(one, other, strict=False))
                    for one in left.get(values)
                    for other in right.get(values)
                ],
                Kind.BYTES,
                False,
            )
        if left.kind not in NUMERIC or right.kind not in NUMERIC:
            raise self._fail(f"{entity.operator!r} needs numbers", entity.column)
        if right.constant and entity.operator in "/%" and not right.get({})[0]:
            raise self._fail("division by zero", entity.column)
        get_left, get_right = left.get, right.get
        compute = ARITHMETIC[entity.operator]

        def values_of(values: Values) -> list[int]:
            return [
                compute(one, other)
                for one in get_left(values)
                for other in get_right(values)
                if other or entity.operator not in "/%"
            ]

        return _Operand(values_of, Kind.NUMBER, False, left.field)

    def _call(self, entity: Call) -> _Operand:
        if entity.name in ("max", "min"):
            operands = [self._operand(argument, None) for argument in entity.arguments]
            choose = max if entity.name == "max" else min
            return _Operand(
                lambda values: chosen(choose, [operand.get(values) for operand in operands]),
                operands[0].kind,
                False,
                operands[0].field,
            )
        if len(entity.arguments) != 1:
            raise self._fail(f"{entity.name}() takes one value", entity.column, len(entity.name))
        inner = self._operand(entity.arguments[0], None)
        get, field = inner.get, inner.field
        if entity.name == "count":
            return _Operand(lambda values: counted(get(values)), Kind.NUMBER, False)
        if entity.name == "string":
            text = field.text if field is not None else str
            return _Operand(lambda values: [text(v) for v in get(values)], Kind.STRING, False)
        function, allowed, result = FUNCTIONS[entity.name]
        if inner.kind not in allowed:
            message = f"{entity.name}() does not apply to a {inner.kind.value}"
            raise self._fail(message, entity.column, len(entity.name))
        return _Operand(lambda values: [function(v) for v in get(values)], result, False, field)


def _looks_like_field(text: str) -> bool:
    """Whether an unquoted word can only be a field's name."""
    if text in REGISTRY:
        return True
    return bool(re.fullmatch(r"_?[a-zA-Z][\w-]*(\.[\w-]+)+", text)) and not _is_hex_bytes(text)


def _is_hex_bytes(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-fA-F]{2}([:.-][0-9a-fA-F]{2})*", text))


def _is_mac(text: str) -> bool:
    return len(re.sub(r"[^0-9a-fA-F]", "", text)) == 12
